"""The record of the whole country, cut in two: what a forecaster at the end of a year knew, and what came.

Everything that is fitted gets the first part alone, so that nothing after the cut can reach it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ...cases import Case
from ...foundations.calendar import months_of
from ...foundations.errors import InputError

FITTED, HELD_OUT = "F", "H"
TOTALS = ("plugin_sales", "bev_sales", "phev_sales", "car_sales", "plugin_share")
MICROCARS = "microcar_share"
SHARES = "share_of_plugin_"  # followed by a class of battery car, or by phev


@dataclass(frozen=True)
class Record:
    """What history recorded of the centre; `until` is the last year that may be known. Units as in the table `observed`."""

    case: Case
    until: int

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Every recorded figure of the centre with the year in which its period ends, oldest first."""
        table = self.case.tables["observed"]
        table = table[(table["place"] == self.case.places.centre.code) & table["value"].notna()]
        last = table["period"].map({period: months_of(period)[1] for period in table["period"].unique()}).astype("int64")
        return table.assign(year=last // 12, last=last).sort_values("last", kind="stable")

    @cached_property
    def known(self) -> pd.DataFrame:
        """Figures that may be fitted: periods up to `until`, marked F; marked H only where `until` is after the last F of the case."""
        allowed = [FITTED] if self.until <= self._last_fitted else [FITTED, HELD_OUT]
        return self.rows[(self.rows["year"] <= self.until) & self.rows["use"].isin(allowed)]

    @cached_property
    def later(self) -> pd.DataFrame:
        """Figures to score against: periods after `until`, however they are marked."""
        return self.rows[self.rows["year"] > self.until]

    @property
    def _last_fitted(self) -> int:
        marked = self.rows.loc[self.rows["use"] == FITTED, "year"]
        return int(marked.max()) if len(marked) else 0

    @property
    def years(self) -> list[int]:
        """Years to forecast: from the one after `until` to the last for which a total is recorded."""
        totals = self.later[self.later["indicator"].isin(TOTALS) & (self.later["period"].str.len() == 4)]
        last = min(int(totals["year"].max()), self.case.calendar.last) if len(totals) else self.until
        return list(range(self.until + 1, last + 1))

    def past(self, indicator: str) -> dict[int, float]:
        """Yearly values of an indicator that may be fitted, by year."""
        return _by_year(self.known, indicator)

    def future(self, indicator: str) -> dict[int, float]:
        """Yearly values of an indicator after `until`, by year."""
        return _by_year(self.later, indicator)

    def seen(self, indicator: str, period: str) -> tuple[float, float, float] | None:
        """Value, low and high of one figure after `until`; None where nothing is recorded."""
        found = self.later[(self.later["indicator"] == indicator) & (self.later["period"] == period)]
        return None if found.empty else tuple(float(found.iloc[0][name]) for name in ("value", "low", "high"))

    def quarters(self, table: pd.DataFrame, indicator: str = MICROCARS) -> dict[str, float]:
        """Quarterly values of an indicator in a part of the record, by `2021Q1`, oldest first."""
        found = table[(table["indicator"] == indicator) & table["period"].str.contains("Q")]
        return dict(zip(found["period"], found["value"].astype(float), strict=True))

    def shares(self) -> list[str]:
        """Indicators of class shares in plug-in sales that are recorded after `until`."""
        return [name for name in self.later["indicator"].unique() if name.startswith(SHARES)]

    def check(self) -> None:
        """Raise InputError where nothing can be forecast or held against the record."""
        calendar = self.case.calendar
        if not calendar.first < self.until < calendar.last:
            years = f"{calendar.first + 1} to {calendar.last - 1}"
            raise InputError(f"--until {self.until} leaves no year to fit or no year to forecast in {calendar.first} to {calendar.last}; take one of {years}.")
        if not self.years:
            raise InputError(f"Nothing of {self.case.name} is recorded after {self.until}, so no forecast could be scored; take an earlier --until.")


def _by_year(table: pd.DataFrame, indicator: str) -> dict[int, float]:
    found = table[(table["indicator"] == indicator) & (table["period"].str.len() == 4)]
    return dict(zip(found["year"].astype(int), found["value"].astype(float), strict=True))
