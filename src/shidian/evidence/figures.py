"""The user's panel, read and checked: outcomes and covariates by unit and period, before any programme is laid over it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..cases.findings import Findings, nearest
from ..foundations.errors import InputError, Where
from .periods import Clock
from .readiness import names
from .reading import UserTable, read_table

PLACES = ("place", "unit", "gb_code", "code", "fips", "state", "county", "countyreal", "city", "prefecture", "city_cn", "province", "region", "country", "name", "id")
PERIODS = ("period", "year", "month", "quarter", "date", "time")
_GB = re.compile(r"\d{6}")


@dataclass(frozen=True)
class Columns:
    """Which columns of the panel's file hold what; None looks for a usual name.

    `parent` names the place above each unit (its province): a pilot of the parent covers all its units.
    """

    place: str | None = None
    period: str | None = None
    parent: str | None = None
    weight: str | None = None


@dataclass(frozen=True)
class Figures:
    """What a panel's file holds. Tables are (unit, period) float64, NaN where no figure is given."""

    path: Path
    place: str  # name of the column of places
    units: tuple[str, ...]
    periods: tuple
    spans: tuple[tuple[int, int], ...]  # of each period, on the clock
    clock: Clock
    tables: dict[str, np.ndarray]
    parent: tuple[str, ...] | None
    weight: np.ndarray | None
    notes: tuple[str, ...]

    def position(self, moment: int) -> int:
        """The period that holds a moment or, where none does, the first that ends after it; len(periods) after the last."""
        return next((at for at, (_, last) in enumerate(self.spans) if last >= moment), len(self.spans))


def read_figures(path: Path | str, outcomes: Sequence[str], covariates: Sequence[str] = (), columns: Columns = Columns()) -> Figures:
    """The figures of a panel, long (one row a place and period) or wide (one row a place, one column a period).

    Raises InputError with every mistake as file:row:column: a place and period twice, text in numbers, periods that are none,
    empty places, columns that are not there.
    """
    table = read_table(Path(path))
    wide = _wide(table, outcomes, columns)
    return _from_wide(table, outcomes[0], wide, covariates, columns) if wide else _from_long(table, [*outcomes, *covariates], columns)


def _from_long(table: UserTable, names: Sequence[str], columns: Columns) -> Figures:
    findings = Findings()
    place = table.column(columns.place, PLACES, "the places", "--place")
    labels, heads = _period_labels(table, columns.period)
    _known(table, [*names, *filter(None, [columns.weight])], findings)
    findings.stop()
    units, rows = _numbered(table, place, findings)
    clock = Clock.of(set(labels))
    spans = _spans(table, labels, clock, heads[0], findings)
    findings.stop()
    order = sorted(set(spans.values()))
    at = np.array([order.index(spans[label]) for label in labels])
    _refuse_twice(table, place, rows, at, labels, findings)
    tables = {}
    for name in dict.fromkeys(names):
        tables[name] = np.full((len(units), len(order)), np.nan)
        tables[name][rows, at] = table.numbers(name, findings)
    weight = _of_units(table.numbers(columns.weight, findings), rows, len(units)) if columns.weight else None
    _check_weight(table, weight, units, columns, findings)
    parent = _parents(table, columns.parent, place, units, rows, findings)
    findings.stop()
    first = {span: label for label, span in reversed(spans.items())}
    periods = tuple(clock.label(first[span]) for span in order)
    return Figures(table.path, place, units, periods, tuple(order), clock, tables, parent, weight, _remarks(tables, periods, order))


def _known(table: UserTable, names: Sequence[str], findings: Findings) -> None:
    for name in dict.fromkeys(names):
        if name not in table.header:
            findings.add(f"There is no column '{name}'. {nearest(name, table.header)}", Where(table.path, 1))


def _period_labels(table: UserTable, given: str | None) -> tuple[list[str], tuple[str, ...]]:
    """The period of each row, put together from `year` and `month` where a file keeps them apart."""
    lower = {name.lower(): name for name in table.header}
    if given is None and "period" not in lower and {"year", "month"} <= set(lower):
        both = (lower["year"], lower["month"])
        return [f"{year}-{month.zfill(2)}" for year, month in zip(*(table.cells[name] for name in both), strict=True)], both
    name = table.column(given, PERIODS, "the periods", "--period")
    return table.cells[name], (name,)


def _numbered(table: UserTable, place: str, findings: Findings) -> tuple[tuple[str, ...], np.ndarray]:
    """Places in order of appearance, and the position of each row's place among them."""
    cells = table.cells[place]
    empty = [row for row, cell in enumerate(cells) if not cell]
    if empty:
        findings.add(f"The place is empty in {len(empty)} row(s); write one, or delete the row.", table.where(empty[0], place))
    number = {cell: at for at, cell in enumerate(dict.fromkeys(cells))}
    return tuple(number), np.array([number[cell] for cell in cells])


def _spans(table: UserTable, labels: Sequence[str], clock: Clock, column: str, findings: Findings) -> dict[str, tuple[int, int]]:
    spans = {}
    for row, label in enumerate(labels):
        if label in spans:
            continue
        try:
            spans[label] = clock.span(label)
        except InputError as problem:
            findings.add(f"Column '{column}': {problem.message}", table.where(row, column))
            spans[label] = (0, 0)
    return spans


def _refuse_twice(table: UserTable, place: str, rows: np.ndarray, at: np.ndarray, labels: Sequence[str], findings: Findings) -> None:
    seen: dict[tuple[int, int], int] = {}
    for row, cell in enumerate(zip(rows.tolist(), at.tolist(), strict=True)):
        first = seen.setdefault(cell, row)
        if first != row:
            findings.add(
                f"{table.cells[place][row]} in {labels[row]} stands twice (first in row {table.rows[first]}), so one figure would "
                f"hide the other; delete one.",
                table.where(row),
            )


def _of_units(values: np.ndarray, rows: np.ndarray, units: int) -> np.ndarray:
    """The mean over periods of a figure of each unit."""
    there = np.isfinite(values)
    count = np.bincount(rows[there], minlength=units)
    total = np.bincount(rows[there], weights=values[there], minlength=units)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _check_weight(table: UserTable, weight: np.ndarray | None, units: tuple[str, ...], columns: Columns, findings: Findings) -> None:
    """Every place that is weighed has a weight above nought."""
    bad = [] if weight is None else np.flatnonzero(~(weight > 0)).tolist()
    if bad:
        findings.add(f"Column '{columns.weight}': {len(bad)} place(s) have no weight above nought ({names([units[at] for at in bad])}); give one, or leave "
            f"--weight out.", Where(table.path, 1))


def places_around(place: str) -> tuple[str, ...]:
    """Codes of the places around one by GB/T 2260, from the inside out; none for what is no such code.

    >>> places_around("440305"), places_around("440300"), places_around("440000"), places_around("Shenzhen")
    (('440300', '440000'), ('440000',), (), ())
    """
    codes = (f"{place[:4]}00", f"{place[:2]}0000") if _GB.fullmatch(place) else ()
    return tuple(code for code in dict.fromkeys(codes) if code != place)


def _parents(
    table: UserTable, given: str | None, place: str, units: tuple[str, ...], rows: np.ndarray, findings: Findings
) -> tuple[str, ...] | None:
    """The place above each unit: as a column says, or by the first two digits where places are GB/T 2260 codes."""
    if given is None:
        coded = all(_GB.fullmatch(unit) for unit in units)
        return tuple(f"{unit[:2]}0000" for unit in units) if coded else None
    name = table.column(given, (), "the parents", "--parent")
    found: dict[int, str] = {}
    for row, unit in enumerate(rows.tolist()):
        cell = table.cells[name][row]
        if found.setdefault(unit, cell) != cell:
            findings.add(f"{table.cells[place][row]} has the parent '{cell}' here and '{found[unit]}' before; a unit has one "
                f"parent.", table.where(row, name))
    return tuple(found[unit] for unit in range(len(units)))


def _wide(table: UserTable, outcomes: Sequence[str], columns: Columns) -> dict[str, str]:
    """Columns of a wide table by the period that each is of: `2001`, `y2001` or `y_2001` for the outcome y. Empty for a long one."""
    if columns.period is not None or len(outcomes) != 1 or outcomes[0] in table.header:
        return {}
    shape = re.compile(rf"(?:{re.escape(outcomes[0])}[_ .-]?)?(\d{{4}}(?:-\d{{2}}|Q[1-4])?|\d{{1,3}})")
    found = {name: match[1] for name in table.header if (match := shape.fullmatch(name))}
    return found if len(found) > 1 else {}


def _from_wide(table: UserTable, outcome: str, wide: dict[str, str], covariates: Sequence[str], columns: Columns) -> Figures:
    findings = Findings()
    place = table.column(columns.place, PLACES, "the places", "--place")
    _known(table, [*covariates, *filter(None, [columns.weight])], findings)
    findings.stop()
    units, rows = _numbered(table, place, findings)
    seen: dict[int, int] = {}
    for row, unit in enumerate(rows.tolist()):
        if (first := seen.setdefault(unit, row)) != row:
            findings.add(f"{units[unit]} stands twice (first in row {table.rows[first]}); a wide table has one row a place. Delete "
                f"one.", table.where(row, place))
    findings.stop()
    clock = Clock.of(wide.values())
    order = sorted(wide, key=lambda name: clock.span(wide[name]))
    values = np.stack([table.numbers(name, findings) for name in order], axis=1)
    fixed = {name: np.repeat(table.numbers(name, findings)[:, None], len(order), axis=1) for name in covariates}
    weight = table.numbers(columns.weight, findings) if columns.weight else None
    _check_weight(table, weight, units, columns, findings)
    parent = _parents(table, columns.parent, place, units, rows, findings)
    findings.stop()
    spans = tuple(clock.span(wide[name]) for name in order)
    tables = {outcome: values, **fixed}
    periods = tuple(clock.label(wide[name]) for name in order)
    return Figures(table.path, place, units, periods, spans, clock, tables, parent, weight, _remarks(tables, periods, list(spans)))


def _remarks(tables: dict[str, np.ndarray], periods: tuple, spans: list[tuple[int, int]]) -> tuple[str, ...]:
    """What a reader should know of the figures: how much is missing, and whether the clock skips."""
    notes = []
    for name, table in tables.items():
        missing = float(np.isnan(table).mean())
        if missing:
            notes.append(f"{name}: {missing:.1%} of the {table.shape[0]} x {table.shape[1]} cells are missing.")
    steps = np.diff([first for first, _ in spans])
    if len(steps) and (steps != steps.min()).any():
        at = int(np.argmax(steps != steps.min()))
        notes.append(f"The periods are not evenly spaced ({periods[at]} is followed by {periods[at + 1]}); time since the start is "
            f"counted in periods that are there.")
    return tuple(notes)
