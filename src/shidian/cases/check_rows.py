"""Checks that every table shares: repeated keys, names that refer to other tables, units, intervals, dates, sources."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from ..foundations.calendar import months_of
from ..foundations.errors import InputError
from .findings import nearest
from .table_reader import Sheet
from .units import check_unit, conversion

_MEANING = {
    "place": "a code of the table places",
    "leaf": "a leaf place (one without places below it)",
    "province": "a provincial unit",
    "class": "a class of the table classes",
    "maker": "a maker of the table makers",
    "technology": "a class, powertrain or nest, nor 'all'",
    "instrument": "an instrument declared in case.yaml",
    "schedule": "an instrument with a schedule",
    "attribute": "an attribute that the world reads",
}
_NAMED_BY = {
    "series": "name",
    "attributes": "attribute",
    "timeline": "instrument",
    "schedules": "instrument",
    "observed": "indicator",
    "forecasts": "indicator",
}
_SLIP = 0.9
FOREVER = 12 * 9999


def check_rows(sheet: Sheet, known: Mapping[str, Collection[str]], units: Mapping[str, str], sources: Collection[str]) -> None:
    """Check one table against the names of the case; convert figures given in another unit of the same dimension.

    `units` gives the expected unit for each name in the column that says what a row measures.
    """
    _check_key(sheet)
    if _check_references(sheet, known) and sheet.table.measures:
        _convert_units(sheet, units)
    if "low" in sheet.header:
        _check_interval(sheet)
    if "from" in sheet.header:
        _check_dates(sheet)
    _check_sources(sheet, sources)


def _check_key(sheet: Sheet) -> None:
    key = list(sheet.table.key)
    again = sheet.frame.duplicated(key)
    if again.any():
        row = int(np.flatnonzero(again)[0])
        same = (sheet.frame[key].fillna("") == sheet.frame.iloc[row][key].fillna("")).all(axis=1)
        first = sheet.lines[int(np.flatnonzero(same)[0])]
        label = ", ".join(key)
        sheet.flag(
            again,
            key[0],
            f"'{{}}' repeats the {label} of line {first}, and only one row can hold; merge them or delete one.",
        )


def _check_references(sheet: Sheet, known: Mapping[str, Collection[str]]) -> bool:
    sound = True
    for column in sheet.table.columns:
        if not column.refers or column.refers not in known:
            continue
        names = known[column.refers]
        bad = ~sheet.frame[column.name].isin(list(names))
        if bad.any():
            hint = nearest(sheet.frame[column.name][bad].iloc[0], names)
            sheet.flag(bad, column.name, f"'{{}}' is not {_MEANING[column.refers]}. {hint}")
            sound = False
    return sound


def check_free_names(sheet: Sheet, known: Collection[str]) -> None:
    """Names that a case may add to the known ones; one that is all but a known name is taken for a slip."""
    column = _NAMED_BY[sheet.table.name]
    for name in sheet.frame[column].unique():
        close = [] if name in known else difflib.get_close_matches(name, known, n=1, cutoff=_SLIP)
        if close:
            sheet.flag(
                sheet.frame[column].eq(name),
                column,
                f"'{{}}' is not a known name, but very near to '{close[0]}'; correct it, or choose a name of its own.",
            )


def _convert_units(sheet: Sheet, units: Mapping[str, str]) -> None:
    expected = sheet.frame[_NAMED_BY[sheet.table.name]].map(units)
    _check_words(sheet, expected.isna())
    other = expected.notna() & (sheet.frame["unit"] != expected)
    if not other.any():
        return
    pairs = pd.DataFrame({"found": sheet.frame["unit"], "expected": expected})[other]
    for (found, wanted), rows in pairs.groupby(["found", "expected"]).groups.items():
        try:
            factor = conversion(str(found), str(wanted))
        except InputError as problem:
            sheet.flag(sheet.frame.index.isin(rows), "unit", _literal(problem.message))
            continue
        sheet.frame.loc[rows, list(sheet.table.measures)] *= factor
        sheet.frame.loc[rows, "unit"] = wanted


def _check_words(sheet: Sheet, free: pd.Series) -> None:
    """Rows of names that the world does not read still need a unit that readers know."""
    for unit in sheet.frame["unit"][free].unique():
        try:
            check_unit(unit)
        except InputError as problem:
            sheet.flag(free & sheet.frame["unit"].eq(unit), "unit", _literal(problem.message))


def _literal(message: str) -> str:
    return message.replace("{}", "{ }")


def _check_interval(sheet: Sheet) -> None:
    frame, middle = sheet.frame, sheet.table.measures[0]
    one = frame["low"].isna() ^ frame["high"].isna()
    sheet.flag(one, "low", "only one of low and high is given, and an interval has two ends; give both or neither.")
    sheet.flag(
        (frame[middle] < frame["low"]) | (frame[middle] > frame["high"]),
        middle,
        "{} does not lie between low and high; correct the row.",
    )
    if sheet.table.assumed_needs_range:
        bare = frame["status"].eq("assumed") & frame["low"].isna() & frame["high"].isna()
        sheet.flag(bare, "low", "the row is assumed, and assumed figures are drawn in every run; give low and high.")


def _check_dates(sheet: Sheet) -> None:
    start, stop = spans(sheet.frame)
    begins, ends = sheet.frame["from"], sheet.frame["to"]
    same_form = begins.str.len().eq(10) & ends.str.len().eq(10)
    backwards = (start > stop) | (same_form & (begins > ends))
    sheet.flag(backwards, "to", "the row ends in {}, before it starts; swap from and to, or correct one.")


def spans(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """First and last month of each row's `from` and `to`; an empty `to` never ends."""
    start = frame["from"].map({period: months_of(period)[0] for period in frame["from"].unique()})
    stop = frame["to"].map({period: months_of(period)[1] if period else FOREVER for period in frame["to"].unique()})
    return start.to_numpy(dtype=np.int64), stop.to_numpy(dtype=np.int64)


def unknown_sources(text: str, sources: Collection[str]) -> list[str]:
    """The keys of a source cell (`key; key`) that sources.bib does not hold."""
    keys = [key.strip() for key in text.split(";")]
    return [key for key in keys if key and key not in sources]


def _check_sources(sheet: Sheet, sources: Collection[str]) -> None:
    cells = sheet.frame["source"]
    sheet.flag(
        sheet.frame["status"].eq("sourced") & cells.eq(""),
        "source",
        "the row is 'sourced' but names no source; give a key of sources.bib, or another status.",
    )
    wrong = {cell: bad for cell in cells.unique() if (bad := unknown_sources(cell, sources))}
    if wrong:
        key = next(iter(wrong.values()))[0]
        sheet.flag(
            cells.isin(wrong),
            "source",
            f"'{key}' is not a key of sources.bib, so no reader could find it. {nearest(key, sources)}",
        )
