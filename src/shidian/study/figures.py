"""Figures of a run: one indicator of one place over one span of time, for every draw.

A pattern names the figures it needs; `take` picks them from a run's dataset, so that the dataset itself, which is large,
can go before the next run starts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..cases import Case
from ..cases.findings import nearest
from ..cases.vocabulary import indicators_of
from ..foundations.calendar import month_name, months_of
from ..foundations.errors import InputError, OutsideCalendar
from . import results

if TYPE_CHECKING:
    import xarray as xr

MONTHLY = (
    "plugin_sales", "bev_sales", "phev_sales", "microcar_sales", "lsev_sales", "car_sales", "plugin_share", "microcar_share",
)  # fmt: skip
CENTRE_ONLY = ("pack_price", "credit_price")


@dataclass(frozen=True)
class Figure:
    """One indicator of one place from month `first` to month `last`, both included: a count is summed over the span."""

    indicator: str
    place: str
    first: int
    last: int

    @property
    def yearly(self) -> bool:
        """Whether the span is made of whole years."""
        return self.first % 12 == 0 and self.last % 12 == 11

    @property
    def unit(self) -> str:
        """Unit of the indicator."""
        return results.unit_of(self.indicator)

    def in_year(self, year: int) -> Figure:
        """The same indicator and place in one year."""
        return Figure(self.indicator, self.place, 12 * year, 12 * year + 11)

    @property
    def years(self) -> range:
        """Years that the span touches."""
        return range(self.first // 12, self.last // 12 + 1)


def figure(case: Case, indicator: str, place: str | None, start: str, end: str | None) -> Figure:
    """A figure by its names, checked against the case: `place` None is the centre, `end` None is `start`.

    Raises InputError for an indicator, place or period that no run of the case yields, and for a share or a stock over
    more than one year or month, since these do not add up.
    """
    place = case.places.centre.code if place is None else place
    known = [name for name in indicators_of(list(case.tables["classes"]["class"])) if not name.startswith("share_of_")]
    if indicator not in known:
        raise InputError(f"'{indicator}' is no indicator of this case. {nearest(indicator, known)}")
    if place not in case.places.by_code:
        raise InputError(f"'{place}' is no place of this case. {nearest(place, case.places.by_code)}")
    made = Figure(indicator, place, months_of(start)[0], months_of(end or start)[1])
    _check_span(case, made)
    return made


def _check_span(case: Case, made: Figure) -> None:
    months = case.calendar.months
    span = f"{month_name(made.first)} to {month_name(made.last)}"
    if made.first > made.last:
        raise InputError(f"The period {span} ends before it begins; write the earlier first.")
    if made.first < months[0] or made.last > months[-1]:
        raise OutsideCalendar(
            f"The period {span} is not within the case's calendar, {case.calendar.first} to {case.calendar.last}; choose one that is."
        )
    if not made.yearly and made.indicator not in MONTHLY:
        raise InputError(f"'{made.indicator}' is known by year only, not for {span}; give whole years, or one of {', '.join(MONTHLY)}.")
    upper = {case.places.centre.code, *(place.code for place in case.places.provinces)}
    if not made.yearly and made.place not in upper:
        raise InputError(f"Months are kept for the centre and provincial units, not for {made.place}; give whole years.")
    if made.indicator in CENTRE_ONLY and made.place != case.places.centre.code:
        raise InputError(f"'{made.indicator}' is national, not one of {made.place}; leave the place out.")
    if made.last - made.first >= (12 if made.yearly else 1) and not _adds_up(made.indicator):
        raise InputError(f"'{made.indicator}' does not add up over {span}; take one year or month, or a share of two counts.")


def _adds_up(indicator: str) -> bool:
    """Whether the indicator is a flow: sold, emitted, spent within the period."""
    stock = indicator.startswith("fleet_") or indicator.endswith("_fleet")
    return indicator in results.FLOWS or (results.unit_of(indicator) == "vehicles" and not stock)


def take(case: Case, data: xr.Dataset, wanted: Collection[Figure]) -> dict[Figure, np.ndarray]:
    """The wanted figures of a run, each an array (draw)."""
    shown = [place.code for place in results.Places(case).shown]
    by_year = [each for each in wanted if each.yearly]
    by_month = [each for each in wanted if not each.yearly]
    found: dict[Figure, np.ndarray] = {}
    if by_year:
        start, step = 12 * case.calendar.first, 12
        for name, values in results.yearly_indicators(case, data):
            _pick(found, name, values, by_year, shown, start, step)
        for name in CENTRE_ONLY:
            _pick(found, name, data[name].values[..., None], by_year, shown[:1], start, step)
    if by_month:
        for name, values in results.monthly_indicators(case, data):
            _pick(found, name, values, by_month, shown, 12 * case.calendar.first, 1)
    return found


def _pick(found: dict, name: str, values: np.ndarray, wanted: list[Figure], shown: list[str], start: int, step: int) -> None:
    """Sum the periods of each figure of this name; `values` is (draw, period, place)."""
    for each in wanted:
        if each.indicator == name:
            begin, end = (each.first - start) // step, (each.last - start) // step + 1
            found[each] = values[:, begin:end, shown.index(each.place)].sum(axis=1)
