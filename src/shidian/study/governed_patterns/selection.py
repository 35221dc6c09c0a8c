"""Rows of a run's tables: which table, under which conditions, in which years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...cases.document import Document, Steps
from ...foundations.errors import InputError
from ..pattern_reader import Reader

Tables = Mapping[str, pd.DataFrame]


class FileReader(Reader):
    """A mapping of governed_patterns.yaml, read key by key; every finding names its spot there."""

    def __init__(self, document: Document, given: Any, what: str, steps: Steps = ()):
        self.document, self.given, self.what, self.steps, self.asked = document, given, what, steps, set()
        if not isinstance(given, dict):
            raise self.error(f"The {what} is {given!r}, not a mapping; write it as {{name: value, ...}}.")

    def error(self, message: str, *below: str | int) -> InputError:
        return InputError(message, self.document.where((*self.steps, *below)))

    def inner(self, key: str) -> FileReader:
        """A mapping below a key."""
        return FileReader(self.document, self.value(key), f"'{key}' of the {self.what}", (*self.steps, key))

    def each(self, key: str) -> list[FileReader]:
        """Mappings in a list below a key."""
        found = self.value(key)
        if not isinstance(found, list) or not found:
            raise self.error(f"'{key}' of the {self.what} is {found!r}, not a list; put each item after a dash.", key)
        return [FileReader(self.document, one, f"item under '{key}' of the {self.what}", (*self.steps, key, at)) for at, one in enumerate(found)]

    def names(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """A list of names."""
        found = self.value(key, default)
        if not isinstance(found, list) or any(isinstance(one, dict | list) for one in found):
            raise self.error(f"'{key}' of the {self.what} is {found!r}, not a list of names; write [one, another].", key)
        return tuple(str(one) for one in found)


@dataclass(frozen=True)
class Condition:
    """What a column must be: one of some values, above a number, or below one."""

    column: str
    among: tuple[Any, ...] = ()
    above: float | None = None
    below: float | None = None

    def of(self, table: pd.DataFrame) -> pd.Series:
        """Whether each row satisfies it; what is not known does not."""
        column = table[self.column]
        if self.among:
            return column.isin(list(self.among))
        held = column.notna()
        held &= column > self.above if self.above is not None else True
        return held & (column < self.below if self.below is not None else True)


@dataclass(frozen=True)
class Rows:
    """Rows of one table of a run: `{table: adoptions, where: {line: micro, brought: itself}, from: 2013, to: 2020}`.

    Under `where` stands what a column must be: a value, a list of values, `{above: x}` or `{below: x}`. Both years are included.
    """

    table: str
    where: tuple[Condition, ...]
    first: float
    last: float
    spot: InputError  # raised where a run's table lacks a column; it names where the rows are asked for

    @classmethod
    def read(cls, given: FileReader) -> Rows:
        """From the keys of a mapping."""
        years = [given.number(key, default) for key, default in (("from", float("-inf")), ("to", float("inf")))]
        table = str(given.text("table"))
        conditions = conditions_of(given, "where")
        return cls(table, conditions, *years, given.error(""))

    def of(self, tables: Tables, *columns: str) -> pd.DataFrame:
        """The rows in the tables of one run. Raises InputError where there is no such table, or no such column in it."""
        if self.table not in tables:
            raise InputError(f"A run of this case has no table '{self.table}'; it has {', '.join(sorted(tables))}.", self.spot.where)
        table = tables[self.table]
        for name in (*(one.column for one in self.where), *columns):
            if name not in table:
                raise InputError(f"The table '{self.table}' has no column '{name}'; it has {', '.join(map(str, table.columns))}.", self.spot.where)
        chosen = pd.Series(True, index=table.index)
        if "year" in table:
            chosen &= table["year"].between(self.first, self.last)
        for one in self.where:
            chosen &= one.of(table)
        return table[chosen]


def conditions_of(given: FileReader, key: str, required: bool = False) -> tuple[Condition, ...]:
    """Conditions by column from a mapping below a key; none where it is left out."""
    if not required and key not in given.given:
        return ()
    inner = given.inner(key)
    return tuple(_condition(inner, column) for column in inner.given)


def _condition(given: FileReader, column: str) -> Condition:
    wanted = given.value(column)
    if isinstance(wanted, dict):
        ends = given.inner(column)
        made = Condition(column, (), *(ends.number(side) if side in ends.given else None for side in ("above", "below")))
        ends.finish()
        if made.above is None and made.below is None:
            raise given.error(f"The condition on '{column}' says neither `above` nor `below`; write {{above: 0}}.", column)
        return made
    return Condition(column, tuple(wanted) if isinstance(wanted, list) else (wanted,))
