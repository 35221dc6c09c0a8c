"""`shidian study hindcast`: forecast years that were not used to fit, beside simpler forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

@click.command()
@click.argument("case")
@click.option("--until", required=True, type=click.IntRange(1000, 9999), metavar="YEAR", help="The last year that may be known.")
@click.option("--regime", default="historical", show_default=True, help="Who governs: `historical` replays the case's timeline.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of every random stream.")
@click.option("--draws", default=100, show_default=True, type=click.IntRange(2, 100_000), help="Draws of what is uncertain; medians and intervals come from them.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change one value of the case. May be repeated.")
@click.option("--params", type=click.Path(dir_okay=False, path_type=Path), help="The word prior (fitted to nothing), a posterior fitted to no later year (CSV, from `study calibrate`), or parameters of yours (YAML, or CSV with one draw a row).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder. Default: hindcasts/HASH.")
@click.option("--workers", type=click.IntRange(1), help="Draws computed at once. Default: one a core. Never changes the result.")
@click.option("--force", is_flag=True, help="Make it again even where the folder holds a hindcast.")
@click.option("--json", "as_json", is_flag=True, help="Print what hindcast.json holds.")
def hindcast(case, until, regime, seed, draws, overrides, params, out, workers, force, as_json):
    """See what CASE could have foreseen at the end of a YEAR.

    The record after YEAR is put away. The model, fitted to the years before, forecasts it from the products, prices and policies
    that came; so do a Bass curve, a log-linear trend, last year's growth and no change from the record alone. Each is then held
    against what came, with what officials and forecasters expected at the time beside it. Total car sales are shown modelled
    and given.

    The folder holds report.html, forecasts.csv (every method, year and indicator), scores.csv and hindcast.json. The parameters are those
    of the case's bundled posterior where that was fitted until YEAR; else they are fitted first, which takes minutes.

    \b
    Examples
      shidian study hindcast china-nev --until 2019
      shidian study hindcast china-nev --until 2017 --draws 200
      shidian study hindcast toy --until 2013 --params prior
    """
    from ...cases import load_case
    from ...study.hindcast.record import Record
    from ..progress import progress

    record = Record(load_case(case, overrides), until)
    record.check()
    show = _made(record, regime, seed, draws, overrides, params, out, workers, force, progress(as_json))
    _show(*show, as_json)


def _made(record, regime, seed, draws, overrides, params, out, workers, force, progress) -> tuple[dict[str, Any], Path]:
    """What hindcast.json holds and where it lies: read back where the folder holds this very hindcast, else made."""
    from ...report.hindcast.folder import FILES, HindcastSpec, read, write
    from ...study.hindcast.hindcast import hindcast
    from ...study.hindcast.parameters import FITTED_NOW, at_hand, fitted_now, in_words
    from ...study.study_folder import settled

    case, until = record.case, record.until
    found = at_hand(case, until, params, overrides)
    how = (FITTED_NOW, "") if found is None else (found.name, found.digest)
    spec = HindcastSpec(case.name, case.digest, until, regime, seed, draws, tuple(overrides), *how)
    folder = out or Path("hindcasts") / spec.key
    if settled(folder, spec.key, FILES, force):
        return read(folder), folder
    parameters = fitted_now(case, until, seed, draws, progress, workers) if found is None else in_words(found)
    with progress(f"Forecasting from {until}", draws) as told:
        made = hindcast(record, parameters, regime, seed, draws, workers, told)
    return write(folder, spec, made), folder


def _show(kept: dict[str, Any], folder: Path, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps(kept | {"folder": str(folder)}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=f"{kept['case']}, {kept['years'][0]} to {kept['years'][-1]} from the end of {kept['until']}", title_justify="left", box=None, pad_edge=False)
    for name in ("target", "should", "found", "result"):
        table.add_column(name, overflow="fold")
    for each in kept["targets"]:
        table.add_row(each["name"], each["criterion"], each["found"], each["result"])
    console.print(table)
    for each in kept["targets"]:
        console.print(f"  {each['plain']}", highlight=False)
    console.print(f"[bold]{folder / 'report.html'}[/bold]", highlight=False, soft_wrap=True)
