"""`shidian study compare`: the same case and the same luck under several regimes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

DEFAULT = "hierarchy,top-level-design,command,federal,no-learning,random-selection"
PIPED = 160  # columns of a table that is not read on a terminal


@click.command()
@click.argument("case")
@click.option("--regimes", multiple=True, default=(DEFAULT,), show_default=True, metavar="A,B,C", help="Who governs: names of ours and paths of YAML files, by commas; may be repeated.")
@click.option("--runs", default=40, show_default=True, type=click.IntRange(1, 100_000), help="Draws under each regime, the same under all.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of every random stream.")
@click.option("--from", "start", metavar="YYYY-MM", help="The month from which a regime governs; before it history is replayed. Default: the start of the case.")
@click.option("--against", metavar="REGIME", help="The regime that the others are held against. Default: the first.")
@click.option("--discount", default=0.03, show_default=True, type=click.FloatRange(0, 1, max_open=True), help="Rate a year in discounted sums.")
@click.option("--params", metavar="prior|posterior|FILE", help="Draw parameters from the priors, from the case's posterior, or take them from a file. Default: the posterior where there is one.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the case, such as governance.selection.rules.support=0.3; may be repeated.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The study's folder. Default: runs/compare-HASH.")
@click.option("--workers", type=click.IntRange(1), help="Processes that make runs. Default: one a core. Never changes the result.")
@click.option("--force", is_flag=True, help="Make every run again, and replace a comparison that the folder holds.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def compare(case, regimes, runs, seed, start, against, discount, params, overrides, out, workers, force, as_json):
    """Govern CASE under several regimes and compare what came of it.

    Each draw is run under every regime with the same parameters, places and luck, so that a difference is that of the regime.
    The folder holds report.html and tables: differences by goal and money, who started what, the ladder from a city to law,
    stances through time, lineages, and what each way of appraising cost.

    Runs are kept as they are finished. A study that was stopped goes on where it was, and one that is asked for more --runs
    makes only those.

    \b
    Examples
      shidian study compare landscape --runs 10
      shidian study compare landscape --regimes hierarchy,federal,mine.yaml --runs 200 --out mine
      shidian study compare china-nev --from 2013-01 --regimes hierarchy,top-level-design
      shidian study compare toy --set governance.experiment.numbers.price.value=0.3
    """
    from ...foundations.errors import Failure
    from ...study.compare import ask, compare_in_folder

    names = [name.strip() for name in ",".join(regimes).split(",") if name.strip()]
    asked = ask(case, names, runs, seed, start, params, against, discount, overrides)
    folder = out or Path("runs") / f"compare-{asked.key[:12]}"
    with ExitStack() as bars:
        told = _bar(bars, f"Governing {asked.case.title}", as_json)
        try:
            record, reused = compare_in_folder(asked, folder, workers, force, told, _page)
        except KeyboardInterrupt:
            raise Failure(f"Stopped. Runs that were finished are kept in {folder}; the same command goes on from there.") from None
    _show(folder, record, reused, as_json)


def _page(folder: Path) -> None:
    from ...report.compare import write_comparison_report

    write_comparison_report(folder)


def _bar(bars: ExitStack, title: str, quiet: bool):
    """A bar over the runs that are to be made, so that its time left is not flattered by those that were there."""
    from ..progress import progress

    shown = []

    def told(done: int, total: int) -> None:
        if not shown:
            shown.extend((done, bars.enter_context(progress(quiet)(title, total - done))))
        there, bar = shown
        bar(done - there)

    return told


def _show(folder: Path, record: dict, reused: bool, as_json: bool) -> None:
    """The mission score of each regime beside the one that it is held against, and where the rest is."""
    from ...study.compare.folder import read

    made = read(folder)
    if as_json:
        import json

        head = {"folder": str(folder), "reused": reused} | {name: record[name] for name in ("key", "case", "runs", "seed", "against", "failed", "files")}
        click.echo(json.dumps(head | {"summary": json.loads(made.summary().to_json(orient="records"))}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{record['title']}: {record['runs']} draws under each regime; mean over years", title_justify="left", box=None, pad_edge=False)
    for name, side in (("", "left"), ("score", "right"), (f"less {record['against']}", "right"), ("9 in 10 draws", "right"), ("better in", "right")):
        table.add_column(name, justify=side)
    for row in made.summary().query("measure == 'score'").itertuples():
        held = row.regime == record["against"]
        gap = ("", "", "") if held else (f"{row.difference:+.3g}", f"{row.low:+.3g} to {row.high:+.3g}", f"{row.better:.0%}")
        table.add_row(row.regime, f"{row.level:.3g}", *gap)
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED)
    console.print(table)
    if record["failed"]:
        console.print(f"{record['failed']:,} of {record['runs'] * len(made.regimes):,} runs failed; failed.csv says why.", highlight=False)
    console.print(f"[bold]{folder / 'report.html'}[/bold]" + ("  (computed before)" if reused else ""), highlight=False, soft_wrap=True)
