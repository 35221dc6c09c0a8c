"""`shidian validate`: hold a case against every pattern it must show."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import of_a_run

LONG = ("pattern", "why", "criterion", "note", "source")  # columns that are cut where the terminal is narrow, the last ones first
NUMBERS = ("found", "80 % interval", "draws")
GAP, SHORTEST = 2, 18  # between columns; a cut column takes at least this
PIPED = 240  # width where nobody looks: a file or a pipe has no edge

if TYPE_CHECKING:
    from ..study.patterns import PatternResult


@click.command()
@of_a_run
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the JSON to this file.")
def validate(case, regime, seed, draws, overrides, params, as_json, out):
    """Hold CASE against every pattern that it must show.

    Each pattern holds or misses by a criterion that stands in the case's patterns.yaml; `input` is given to a replay and
    cannot be tested by one; `not yet` says what it needs. A pattern that misses is a finding: the exit status is 0.
    Patterns about what would have been without an instrument make further runs with the same seed and draws.

    \b
    Examples
      shidian validate toy
      shidian validate china-nev --draws 64
      shidian validate china-nev --params posterior.csv --out patterns.json
    """
    from ..cases import load_case
    from ..study.given import parameters_for
    from ..study.patterns import validate as hold_against
    from .progress import progress

    _check_folder(out)
    loaded = load_case(case, overrides)
    given = parameters_for(params, loaded, overrides).given
    found = hold_against(loaded, regime, seed, draws, overrides, given, progress(as_json))
    text = json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2)
    if out is not None:
        _write(out, text)
    if as_json:
        click.echo(text)
    else:
        _show(found)


def _check_folder(out: Path | None) -> None:
    """Refuse a file that cannot be written before an hour is spent on it."""
    from ..foundations.errors import InputError, Where

    if out is not None and not out.parent.is_dir():
        raise InputError("The folder of this file does not exist; make it, or choose another with --out.", Where(out))


def _write(out: Path, text: str) -> None:
    from ..foundations.errors import Failure

    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise Failure(f"{out} cannot be written ({problem.strerror}); choose another file with --out.") from None


def _show(found: list[PatternResult]) -> None:
    """One table a result, one line a pattern, and the count."""
    from rich.console import Console

    from ..study.patterns import RESULTS

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

    judged = each.result in ("holds", "misses")
    unit = each.unit if each.unit == "1" else ""
    return {
        "#": each.id,
        "use": each.use,
        "pattern": each.name,
        "found": human(each.value, each.unit) if known(each.value) else "not defined" if judged else "",
        "80 % interval": human_interval(each.low, each.high, unit),
        "draws": "" if each.probability is None else f"{each.probability:.0%}",
        "why": "" if judged else each.note,
        "criterion": each.criterion,
        "note": each.note if judged else "",
        "source": each.source,
    }
