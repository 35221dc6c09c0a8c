"""`shidian validate`: hold a case against every pattern it must show."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import of_a_run

NULLS = ("no-learning", "random-selection")  # regimes that have a column where a pattern is shown beside them
LONG = ("pattern", "why", "criterion", "note", "under", "source")  # columns that are cut where the terminal is narrow, the last ones first
NUMBERS = ("found", "80 % interval", "draws", *NULLS)
GAP, SHORTEST = 2, 18  # between columns; a cut column takes at least this
PIPED = 240  # width where nobody looks: a file or a pipe has no edge

if TYPE_CHECKING:
    from ..study.patterns import PatternResult


@click.command()
@of_a_run
@click.option("--all", "everything", is_flag=True, help="Also score what a replay cannot: by governed runs, nulls beside them, and by theory.")
@click.option("--runs", default=8, show_default=True, type=click.IntRange(2, 100_000), help="Governed runs under each regime, with --all.")
@click.option("--study", type=click.Path(file_okay=False, path_type=Path), help="Folder in which governed runs are kept, and from which those that are there are taken. Default: studies/validate-CASE.")
@click.option("--workers", type=click.IntRange(1), help="Processes that make governed runs. Default: one a core. Never changes the result.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the JSON to this file.")
def validate(case, regime, seed, draws, overrides, params, everything, runs, study, workers, as_json, out):
    """Hold CASE against every pattern that it must show.

    Each pattern holds or misses by a criterion that stands in the case's patterns.yaml; `input` is given to a replay and
    cannot be tested by one; `not yet` says what it needs. A pattern that misses is a finding: the exit status is 0.
    Patterns about what would have been without an instrument make further runs with the same seed and draws.

    With --all, patterns of governing are scored too: the case is governed by regimes, in draws that they share, and theory is
    simulated. That takes minutes; runs are kept, and a command that was stopped goes on where it was.

    \b
    Examples
      shidian validate toy
      shidian validate china-nev --all
      shidian validate china-nev --all --runs 40 --study studies/mine
      shidian validate china-nev --draws 64
      shidian validate china-nev --params posterior.csv --out patterns.json
    """
    from ..cases import load_case
    from ..study.given import parameters_for
    from ..study.patterns import validate as hold_against
    from .progress import progress

    _check_folder(out)
    _check_overrides(overrides, everything)
    loaded = load_case(case, overrides)
    given = parameters_for(params, loaded, overrides).given
    found = hold_against(loaded, regime, seed, draws, overrides, given, progress(as_json))
    if everything:
        found = _governed(loaded, found, seed, runs, study or Path("studies") / f"validate-{loaded.name}", params, workers, progress(as_json))
    text = json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2)
    if out is not None:
        _write(out, text)
    if as_json:
        click.echo(text)
    else:
        _show(found, everything)


def _governed(loaded, found, seed, runs, folder, params, workers, bar):
    """What governed runs and theory say, in the place of what a replay could not score."""
    from ..foundations.errors import Failure
    from ..study.governed_patterns import Asking, score_governed

    try:
        return score_governed(loaded, found, Asking(seed, runs, folder, None if params is None else str(params), workers), bar)
    except KeyboardInterrupt:
        raise Failure(f"Stopped. Governed runs that were finished are kept in {folder}; the same command goes on from there.") from None


def _check_folder(out: Path | None) -> None:
    """Refuse a file that cannot be written before an hour is spent on it."""
    from ..foundations.errors import InputError, Where

    if out is not None and not out.parent.is_dir():
        raise InputError("The folder of this file does not exist; make it, or choose another with --out.", Where(out))


def _check_overrides(overrides: tuple[str, ...], everything: bool) -> None:
    from ..foundations.errors import InputError

    if overrides and everything:
        raise InputError(f"Governed runs take the case as its files say, so --set {overrides[0]} would change the replay alone; leave out --set or --all, or change a copy of the case.")


def _write(out: Path, text: str) -> None:
    from ..foundations.errors import Failure

    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise Failure(f"{out} cannot be written ({problem.strerror}); choose another file with --out.") from None


def _show(found: list[PatternResult], everything: bool = False) -> None:
    """One table a result, one line a pattern, the count, and what else there is to score."""
    from rich.console import Console

    from ..study.patterns import NOT_YET, REPLAY, RESULTS

    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED)
    for result in RESULTS:
        chosen = [each for each in found if each.result == result]
        if chosen:
            console.print(_table(result, chosen, console.width))
            console.print()
    counts = Counter(each.result for each in found)
    said = ", ".join(f"{counts[result]} {result}" for result in RESULTS if counts[result])
    closing = f"Of {len(found)} patterns: {said}. Everything in full: --json or --out FILE." if found else "The case lists no patterns."
    console.print(closing, highlight=False)
    waiting = sum(each.result == NOT_YET and each.basis != REPLAY for each in found)
    if waiting and not everything:
        console.print(f"{waiting} of those not yet scored need governed runs or theory: add --all.", highlight=False)


def _table(result: str, chosen: list[PatternResult], width: int):
    """One line a pattern. Where the width is short, long words are cut, and what explains most goes last."""
    from rich.table import Table
    from rich.text import Text

    rows = [_cells(each) for each in chosen]
    names = [name for name in rows[0] if any(row[name] for row in rows)]
    short = {name: max(len(name), *(len(row[name]) for row in rows)) for name in names if name not in LONG}
    room = width - sum(short.values()) - GAP * len(short)
    long = [name for name in names if name in LONG][: max(room // SHORTEST, 1)]
    names = [name for name in names if name in short or name in long]
    table = Table(title=f"{result} ({len(chosen)})", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in names:
        size = {"min_width": short[name]} if name in short else {"max_width": max(room // len(long) - GAP, 8)}
        table.add_column(name, no_wrap=True, justify="right" if name in NUMBERS else "left", **size)
    for row in rows:
        table.add_row(*(Text(row[name]) for name in names))
    return table


def _cells(each: PatternResult) -> dict[str, str]:
    """One pattern as cells by column; a column that is empty throughout is not shown."""
    from ..report.numbers import human, human_interval, known
    from ..study.patterns import REPLAY

    judged = each.result in ("holds", "misses")
    unit = each.unit if each.unit == "1" else ""
    return {
        "#": each.id,
        "use": each.use,
        "pattern": each.name,
        "found": human(each.value, each.unit) if known(each.value) else "not defined" if judged else "",
        "80 % interval": human_interval(each.low, each.high, unit),
        "draws": "" if each.probability is None else f"{each.probability:.0%}",
        **{name: _null(each, name) for name in NULLS},
        "why": "" if judged else each.note,
        "criterion": each.criterion,
        "note": each.note if judged else "",
        "under": each.under or (each.basis if judged and each.basis != REPLAY else ""),
        "source": each.source,
    }


def _null(each: PatternResult, regime: str) -> str:
    """The same pattern under a null: its number and whether it holds there."""
    from ..report.numbers import human, known

    found = next((one for one in each.beside if one.regime == regime), None)
    if found is None:
        return ""
    return f"{human(found.value, each.unit) if known(found.value) else 'not defined'} {found.result}"
