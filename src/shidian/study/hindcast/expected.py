"""What officials and forecasters said at the time, each figure beside the record of what it counts.

A target for all new energy vehicles counts buses and exports too; it is held against that record, never against what households
bought. Known at the time is what was out before the end of the first year that is forecast; a forecast that came out in the very
year that it is about had part of that year before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...foundations.calendar import months_of
from .record import Record

TARGETS = ("target", "mandate", "path")  # kinds that say what shall be, beside those that say what will be


@dataclass(frozen=True)
class Expectation:
    """One figure that somebody gave for a coming year; `seen` is what the record says of the same indicator, where it does."""

    forecaster: str
    published: str
    kind: str
    year: int
    indicator: str
    value: float
    low: float
    high: float
    unit: str
    definition: str
    source: str
    note: str
    in_time: bool
    years_ahead: int
    seen: float | None

    @property
    def official(self) -> bool:
        """Whether it says what shall be."""
        return self.kind in TARGETS

    @property
    def method(self) -> str:
        """Who said it, and when."""
        return f"{self.forecaster}, {self.published}"

    @property
    def miss(self) -> float | None:
        """What came, over what was expected, less 1; None where the record does not say."""
        return None if self.seen is None else self.seen / self.value - 1


def expectations(record: Record) -> list[Expectation]:
    """Everything in the case's table of forecasts about years after the cut, oldest first."""
    table = record.case.tables["forecasts"]
    found = [_read(record, row) for row in table[table["target_year"] > record.until].to_dict("records")]
    return sorted(found, key=lambda one: (_out_by(one.published, ""), one.forecaster, one.year))


def _read(record: Record, row: dict[str, Any]) -> Expectation:
    seen = record.seen(row["indicator"], str(row["target_year"]))
    out = _out_by(row["published"], row["known_before"])
    low, high = (row["value"] if pd.isna(row[end]) else row[end] for end in ("low", "high"))
    return Expectation(
        row["forecaster"], row["published"], row["kind"], int(row["target_year"]), row["indicator"], float(row["value"]), float(low), float(high),
        row["unit"], row["definition"], row["source"], row["note"], out <= 12 * (record.until + 1) + 11,
        int(row["target_year"]) - out // 12, seen[0] if seen else None,
    )  # fmt: skip


def _out_by(published: str, known_before: str) -> int:
    """The last month by which a figure was out: before the period in `known_before`, else the end of the one in `published`."""
    return months_of(known_before)[0] - 1 if known_before else months_of(published)[1]
