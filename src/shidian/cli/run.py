"""`shidian run`: rehearse a case and write the run folder."""

from __future__ import annotations

from pathlib import Path

import click

from .options import of_a_run


@click.command()
@of_a_run
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The run folder. Default: runs/HASH.")
@click.option("--arrays", type=click.Choice(["usual", "full"]), default="usual", show_default=True, help="What results.nc keeps; `full` adds every month of every place.")
@click.option("--workers", type=click.IntRange(1), help="Draws computed at once. Default: one a core. Never changes the result.")
@click.option("--force", is_flag=True, help="Compute again even where the folder holds this very run.")
@click.option("--json", "as_json", is_flag=True, help="Print the headlines as JSON.")
def run(case, regime, seed, draws, overrides, params, out, arrays, workers, force, as_json):
    """Rehearse CASE: simulate every place and month, hold it against history, write a report.

    CASE is a bundled case (`shidian case list`) or a folder. The run folder holds report.html, summary.csv, monthly.csv,
    results.nc and run.json; the same command twice computes once.

    \b
    Examples
      shidian run china-nev
      shidian run china-nev --set instruments.central_subsidy.scale=0 --out no-subsidy
      shidian run china-nev --draws 200 --seed 7
    """
    from ..report.rehearsal import rehearse

    done = rehearse(case, regime, seed, draws, overrides, params, out, arrays == "full", workers, force, _progress(as_json))
    _show(done, as_json)


def _progress(quiet: bool):
    from .progress import progress

    return progress(quiet)


def _show(done, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps(done.as_dict(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=done.title, title_justify="left", box=None, pad_edge=False)
    for name, side in (("", "left"), ("simulated", "right"), ("80 % interval", "right"), ("observed", "right")):
        table.add_column(name, justify=side)
    for line in done.lines():
        table.add_row(*line)
    console = Console()
    console.print(table)
    console.print(f"[bold]{done.folder / 'report.html'}[/bold]" + ("  (computed before)" if done.reused else ""), highlight=False, soft_wrap=True)
