"""`shidian study calibrate`: fit the free parameters of a case to its record."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("case")
@click.option("--until", type=click.IntRange(1000, 9999), metavar="YEAR", help="The last year that may be looked at. Default: as calibration.yaml says.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of the draws; the best fit does not depend on it.")
@click.option("--draws", default=128, show_default=True, type=click.IntRange(2, 10_000), help="Draws from the posterior.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change one value of the case, e.g. a prior: parameters.mu.high=0.9. May be repeated.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The table of draws. Default: posterior-CASE-YEAR.csv here.")
@click.option("--workers", type=click.IntRange(1), help="Runs computed at once. Default: one a core. Never changes the result.")
@click.option("--force", is_flag=True, help="Replace files of an earlier calibration.")
@click.option("--json", "as_json", is_flag=True, help="Print what the JSON beside the draws holds.")
def calibrate(case, until, seed, draws, overrides, out, workers, force, as_json):
    """Fit the free parameters of CASE to its record until a YEAR.

    calibration.yaml of the case lists the evidence; only rows of `observed` marked F count, and none after YEAR. The best fit
    is found by gradients; draws of the posterior are fits to records with errors, each beside a draw of all other inputs.

    Written are FILE.csv (draws, for --params), FILE.json (what they are), FILE.html (a report), and tables of residuals, of how much each
    parameter was narrowed, and of which evidence moved it.

    \b
    Examples
      shidian study calibrate toy
      shidian study calibrate china-nev --until 2019 --out mine.csv
      shidian run china-nev --params mine.csv
    """
    from ...cases import load_case
    from ...report.calibration import Files, written
    from ...study.calibration.calibrate import calibrate, last_year
    from ..progress import progress

    loaded = load_case(case, overrides)
    files = Files.at(out or Path(f"posterior-{loaded.name}-{last_year(loaded, until)}.csv"), force)
    made = calibrate(loaded, until, seed, draws, workers, progress(as_json))
    written(made, files)
    _show(made, files, as_json)


def _show(made, files, as_json: bool) -> None:
    if as_json:
        click.echo(files.draws.with_suffix(".json").read_text(encoding="utf-8"), nl=False)
        return
    from rich.console import Console

    console = Console()
    verdicts = made.shrinkage["verdict"].value_counts()
    level = made.residuals[made.residuals["kind"] != "swing"]
    times = ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in made.seconds.items())
    lines = (
        f"{made.case.title}, fitted until {made.until}",
        f"  {len(made.residuals)} pieces of evidence; mean log error of levels and shares {level['log_error'].abs().mean():.2f}",
        f"  {verdicts.get('identified', 0)} of {len(made.shrinkage)} parameters identified, {verdicts.get('partly identified', 0)} partly",
        f"  {len(made.posterior.rows)} posterior draws beside {len(made.beside)} of {len(made.tried)} draws of the other inputs",
        f"  the normal law around the best fit is {'reliable' if made.checked.reliable else 'not reliable'} (k = {made.checked.k:.2f})",
        f"  {times}",
    )
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    console.print(f"[bold]{files.draws.with_suffix('.html')}[/bold]", highlight=False, soft_wrap=True)
