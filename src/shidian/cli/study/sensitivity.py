"""`shidian study sensitivity`: ask which numbers a result depends on."""

from __future__ import annotations

from pathlib import Path

import click

PIPED = 160  # width where nobody looks: a file or a pipe has no edge


@click.command()
@click.argument("case")
@click.option("--regime", default="historical", show_default=True, help="Who governs: `historical` replays the case's timeline.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of every random stream.")
@click.option("--trajectories", default=10, show_default=True, type=click.IntRange(2, 1000), help="Step 1: trajectories over all factors.")
@click.option("--sobol", default=64, show_default=True, type=click.IntRange(2, 65536), help="Step 2: blocks over the chosen factors, a power of two.")
@click.option("--factors", default=12, show_default=True, type=click.IntRange(1), help="Step 2: how many factors are chosen.")
@click.option("--draws", default=32, show_default=True, type=click.IntRange(2, 100_000), help="Step 3: draws of parameters, of the other inputs, and of both.")
@click.option("--year", type=int, help="Year of the outcomes. Default: the last that history recorded.")
@click.option("--outcome", "outcomes", multiple=True, metavar="NAME", help="An indicator to look at. May be repeated. Default: sales and the mission's goals.")
@click.option("--around", type=click.Choice(["prior", "posterior"]), help="Move factors within their priors, or within the case's posterior. Default: the posterior where the case brings one.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change one value of the case. May be repeated.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The study's folder. Default: runs/sensitivity-HASH.")
@click.option("--workers", type=click.IntRange(1), help="Runs computed at once. Default: one a core. Never changes the result.")
@click.option("--force", is_flag=True, help="Compute again even where the folder holds a study.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def sensitivity(case, out, workers, force, as_json, **asked):
    """Ask which numbers the outcomes of CASE hang on.

    Every free parameter is a factor, moved within the 5 % and 95 % points of what is known of it. First each alone (a tornado);
    then all together along Morris' trajectories, which screen them; then the few that matter in Saltelli's blocks, which divide
    the variance among them (Sobol indices). Last, the other inputs are drawn with parameters at their centres, and the variance
    that this luck causes is set beside the parameters'.

    The folder holds report.html, study.json and tables (factors, tornado, morris, sobol, variance); runs.csv has every run as a
    row, also those that failed. china-nev takes some minutes.

    \b
    Examples
      shidian study sensitivity toy
      shidian study sensitivity china-nev
      shidian study sensitivity china-nev --outcome lsev_sales --outcome deaths --year 2018
      shidian study sensitivity china-nev --sobol 512 --factors 16 --draws 200
    """
    from ...cases import load_case
    from ...report.sensitivity import study_sensitivity
    from ...study.sensitivity import question
    from ..progress import progress

    asked = question(load_case(case, asked["overrides"]), **asked)
    _show(study_sensitivity(asked, out, workers, force, progress(as_json)), as_json)


def _show(done, as_json: bool) -> None:
    """What matters most for each outcome, and where the page is."""
    if as_json:
        import json

        click.echo(json.dumps(done.as_dict(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=done.title, title_justify="left", box=None, pad_edge=False)
    for name, side in (("", "left"), ("central run", "right"), ("depends most on (total index)", "left"), ("due to parameters", "right")):
        table.add_column(name, justify=side)
    for line in done.lines():
        table.add_row(*line)
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED)
    console.print(table)
    failed = f"{done.failed:,} of {done.runs:,} runs failed; runs.csv says which." if done.failed else f"All {done.runs:,} runs came through."
    console.print(failed, highlight=False)
    console.print(f"[bold]{done.folder / 'report.html'}[/bold]" + ("  (computed before)" if done.reused else ""), highlight=False, soft_wrap=True)
