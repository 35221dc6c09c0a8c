"""What a case is fitted to: logarithms of counts and shares that history recorded, and the same of a run.

A piece of evidence is one row of `observed` that is marked F and not later than the last fitted year. With N and D the sums of
sales over classes, places and periods that its indicators name, the run says y = log N - log D (D = 1 for a count); where only the
swing counts, the mean of the y of one indicator over its periods is taken out, in the record as in the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array

from ...cases import Case
from ...cases.schema import EvidenceEntry
from ...foundations.calendar import months_of
from ...foundations.errors import InputError
from ...worlds.market.products import Z90
from ...worlds.market.steps import YearRecord

POWERTRAINS = {
    "car_sales": ("ice", "bev", "phev"), "plugin_sales": ("bev", "phev"), "bev_sales": ("bev",), "phev_sales": ("phev",), "lsev_sales": ("lsev",),
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One number of the record: which entry it stands under, what it is called, where and when, the classes summed, its logarithm."""

    group: str
    name: str
    place: str
    first: int  # month, counted from year 0
    last: int
    top: tuple[float, ...]  # (class)
    below: tuple[float, ...]  # (class), all nought where nothing is divided by
    swing: str  # items with the same word lose their common mean; empty where the level counts
    value: float
    spread: float


@dataclass(frozen=True)
class Evidence:
    """Everything that a calibration may look at, in one order."""

    items: tuple[Item, ...]
    first_year: int

    @property
    def groups(self) -> list[str]:
        """Entries that have rows, in order."""
        return list(dict.fromkeys(item.group for item in self.items))

    def rows_of(self, group: str) -> np.ndarray:
        """Positions of one entry's rows."""
        return np.array([position for position, item in enumerate(self.items) if item.group == group])

    @cached_property
    def observed(self) -> np.ndarray:
        """Logarithms of the record, (row), swings without their means."""
        return self.centring @ np.array([item.value for item in self.items])

    @cached_property
    def spreads(self) -> np.ndarray:
        """Standard deviation of each row: error of the record and what the model is not expected to explain, (row)."""
        return np.array([item.spread for item in self.items])

    @cached_property
    def centring(self) -> np.ndarray:
        """The matrix that takes the common mean out of swings, (row, row)."""
        matrix = np.eye(len(self.items))
        words = np.array([item.swing for item in self.items])
        for word in set(words) - {""}:
            rows = np.flatnonzero(words == word)
            matrix[np.ix_(rows, rows)] -= 1.0 / len(rows)
        return matrix

    @property
    def places(self) -> list[str]:
        """Codes of the places that the rows are about."""
        return list(dict.fromkeys(item.place for item in self.items))

    def said_by(self, record: YearRecord, members: Array, classes: Array) -> Array:
        """The same logarithms of a run, (row). `members` is (place of `places`, leaf), `classes` (class, product)."""
        yearly = jnp.einsum("pl,ylc->pyc", members, record.total.classes)
        monthly = record.monthly_sold.reshape(-1, classes.shape[1]) @ classes.T
        sums = [self._sums(item, yearly, monthly) for item in self.items]
        return jnp.asarray(self.centring, yearly.dtype) @ jnp.stack(sums)

    def _sums(self, item: Item, yearly: Array, monthly: Array) -> Array:
        start = 12 * self.first_year
        if item.first % 12 == 0 and item.last % 12 == 11:
            span = slice((item.first - start) // 12, (item.last - start) // 12 + 1)
            sold = yearly[self.places.index(item.place), span].sum(axis=0)
        else:
            sold = monthly[item.first - start : item.last - start + 1].sum(axis=0)
        whole = jnp.log(sold @ np.array(item.below) + 1e-6) if any(item.below) else 0.0
        return jnp.log(sold @ np.array(item.top) + 1e-6) - whole


def evidence(case: Case, until: int) -> Evidence:
    """The evidence of a case up to the end of a year.

    Raises InputError where the case lists none, where an entry names an indicator that no sales add up to, or where no row is left.
    """
    if case.calibration is None:
        raise InputError(f"The case {case.name} has no calibration.yaml that says what it is fitted to; add one (docs/calibration.md shows how).")
    if not case.calendar.first <= until <= case.calendar.last:
        raise InputError(f"--until {until} is not within the case's calendar, {case.calendar.first} to {case.calendar.last}; choose a year that is.")
    rows = case.tables["observed"]
    rows = rows[(rows["use"] == "F") & rows["value"].notna() & (rows["period"].str[:4].astype(int) <= until)]
    items = tuple(item for entry in case.calibration.evidence for item in _items(case, entry, rows))
    if not items:
        raise InputError(f"No row of 'observed' that is marked F stands under the evidence of {case.name} until {until}; choose a later year.")
    return Evidence(items, case.calendar.first)


def _items(case: Case, entry: EvidenceEntry, rows: pd.DataFrame) -> Iterator[Item]:
    """The rows of one entry."""
    place = entry.place or case.places.centre.code
    if place not in case.places.by_code:
        raise InputError(f"The evidence '{entry.name}' is about the place '{place}', which the case does not have; write a code of 'places'.")
    found = {name: _counted(rows, name, place, entry.every) for name in (*entry.indicators, *filter(None, [entry.over]))}
    for name in entry.indicators:
        for period, (value, width) in found[name].items():
            wholes = _wholes(entry, found, period)
            if value < entry.least or value <= 0 or wholes is None:
                continue
            top, below = _classes(case, entry, name)
            first, last = months_of(period)
            first = 12 * case.calendar.first if entry.to_date else first
            word = f"{entry.name}: {name}" if entry.swing else ""
            yield Item(entry.name, f"{name} {period}", place, first, last, top, below, word, float(np.log(value / wholes)), float(np.hypot(width, entry.spread)))


def _counted(rows: pd.DataFrame, name: str, place: str, every: str) -> dict[str, tuple[float, float]]:
    """What was recorded of an indicator, by period: the value and the standard deviation of its logarithm. Where a year has no row
    but all its months have one, their sum."""
    rows = rows[(rows["indicator"] == name) & (rows["place"] == place)]
    kept = rows[rows["period"].str.len() == (4 if every == "year" else 7)]
    found = {}
    for row in kept.itertuples():
        known = row.low > 0 and row.high >= row.low
        found[row.period] = (float(row.value), float(np.log(row.high / row.low)) / (2 * Z90) if known else 0.0)
    if every == "year" and not found:
        months = rows[rows["period"].str.match(r"^\d{4}-\d{2}$")]
        by_year = months.groupby(months["period"].str[:4])["value"]
        found = {year: (float(values.sum()), 0.0) for year, values in by_year if len(values) == 12}
    return found


def _wholes(entry: EvidenceEntry, found: dict[str, dict[str, tuple[float, float]]], period: str) -> float | None:
    """What a recorded value is divided by; None where it is not recorded."""
    if entry.over:
        return found[entry.over].get(period, (None,))[0]
    if entry.among:
        return sum(found[name][period][0] for name in entry.indicators if period in found[name])
    return 1.0


def _classes(case: Case, entry: EvidenceEntry, name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Classes whose sales an indicator adds up, and those of what it is a share of."""
    top, below = summed_classes(case, name)
    if entry.over:
        below, _ = summed_classes(case, entry.over)
    elif entry.among:
        below = np.sum([summed_classes(case, each)[0] for each in entry.indicators], axis=0)
    return tuple(map(float, top)), tuple(map(float, below))


def summed_classes(case: Case, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Weights (class) of the sales that an indicator is the sum of, and of those it is a share of: nought for a count."""
    names, kinds = list(case.tables["classes"]["class"]), list(case.tables["classes"]["powertrain"])
    of = {kind: np.array([float(each in powertrains) for each in kinds]) for kind, powertrains in POWERTRAINS.items()}
    of |= {f"sales_{one.replace('-', '_')}": np.eye(len(names))[position] for position, one in enumerate(names)}
    of["microcar_sales"] = of.get("sales_bev_a00", np.zeros(len(names)))
    nothing = np.zeros(len(names))
    shares = {"plugin_share": ("plugin_sales", "car_sales"), "microcar_share": ("microcar_sales", "bev_sales")}
    if name == "plugin_sales_to_date":
        return of["plugin_sales"], nothing
    if name in of:
        return of[name], nothing
    part, whole = shares.get(name, ("", ""))
    for start, over in (("share_of_bev_", "bev_sales"), ("share_of_plugin_", "plugin_sales")):
        if name.startswith(start):
            part, whole = f"sales_{name.removeprefix(start)}", over
    part = "phev_sales" if part == "sales_phev" else part
    if part not in of:
        raise InputError(f"The evidence names '{name}', which is no sum of sales and no share of one; a calibration knows {', '.join(sorted(of))} and their shares.")
    return of[part], of[whole]
