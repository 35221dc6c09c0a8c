"""What a report is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

CENTRE = "centre"
UPPER_LEVELS = ("province", "municipality")


@dataclass(frozen=True)
class ReportInput:
    """Results and labels of one run; a report reads nothing else.

    `summary` has year, place, indicator, value, unit, low, high and `monthly` has month ("YYYY-MM") for year: value is
    the median over draws, low and high are the 10 % and 90 % points. `observed`, `places` and `classes` are the case's
    tables of these names. A goal has name, weight, indicator, better and unit; a headline has label, value, low, high,
    unit, note and perhaps observed; a pattern has id, name, use, criterion, value, low, high, unit, result, source and
    note. `uncertainty` says in a paragraph which uncertainty the intervals hold, `focus` lists the codes of places to
    set beside the centre, `tables` may hold `paper_tables` and `mic2025`, `weak` says what not to lean on, and `references`
    says by key of a source what it is.
    """

    title: str
    description: str
    provenance: dict[str, str]
    summary: pd.DataFrame
    monthly: pd.DataFrame
    observed: pd.DataFrame
    places: pd.DataFrame
    classes: pd.DataFrame
    goals: list[dict[str, Any]]
    headlines: list[dict[str, Any]]
    uncertainty: str
    patterns: list[dict[str, Any]] | None = None
    focus: list[str] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    weak: list[str] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)

    @property
    def centre(self) -> str:
        """Code of the whole: the one place whose level is centre."""
        return str(self.places.loc[self.places["level"] == CENTRE, "code"].iloc[0])

    @property
    def names(self) -> dict[str, str]:
        """Name of each place by code."""
        return dict(zip(self.places["code"].astype(str), self.places["name"].astype(str), strict=True))

    @property
    def upper(self) -> pd.DataFrame:
        """Rows of `places` directly below the centre: provinces and municipalities."""
        return self.places[self.places["level"].isin(UPPER_LEVELS)]

    @property
    def last_year(self) -> int:
        """The last year that the summary covers."""
        return int(self.summary["year"].max())
