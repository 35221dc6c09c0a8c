"""What a pattern measures: a small set of kinds, each one number a draw.

In `patterns.yaml` a measure is a mapping with a `kind` and what that kind asks for:

    measure: {kind: ratio, of: {indicator: lsev_sales, from: 2018}, to: {indicator: plugin_sales, from: 2018}}

A figure is {indicator, place, from, to}: `place` is a code (the centre where left out), `from` and `to` are periods such as
2018, 2021-03 or 2021Q1, both included, `to` being `from` where left out; counts are summed over the span. `KINDS` lists the
kinds; each class says its equation.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cases import Case
from ..cases.document import Steps
from ..cases.findings import nearest
from ..foundations.calendar import months_of
from ..foundations.errors import InputError
from .figures import Figure, figure
from .pattern_reader import Reader
from .posterior import Drawn, Fixed, Given, Luck, Posterior

if TYPE_CHECKING:
    from ..worlds.market.build import Source
    from ..worlds.market.parameters import MarketParameters

Scales = tuple[tuple[str, float], ...]  # instruments and their scales in a counterfactual run; () is the run itself
AS_IT_WAS: Scales = ()


@dataclass(frozen=True)
class Evidence:
    """What measures are taken from: figures of each run, (draw), and the draws of the parameters behind them."""

    case: Case
    seed: int
    draws: int
    fixed: Given | Sequence[Fixed] = ()
    runs: dict[Scales, dict[Figure, np.ndarray]] = field(default_factory=dict)

    def of(self, each: Figure, run: Scales = AS_IT_WAS) -> np.ndarray:
        """A figure of a run, (draw)."""
        return self.runs[run][each]

    @cached_property
    def source(self) -> Source:
        """The case as the market reads it."""
        from ..worlds.market.build import Source

        return Source(self.case)

    @cached_property
    def parameters(self) -> list[MarketParameters]:
        """The parameters of every draw, as the run had them."""
        return [self.source.parameters(self.source.values(one.seed, one.draw, one.given), one.seed, one.draw) for one in self.lucks]

    @property
    def lucks(self) -> list[Luck]:
        """What each draw of the run took."""
        given = self.fixed if isinstance(self.fixed, Posterior | Drawn) else Drawn(tuple(self.fixed))
        return [given.luck(self.seed, draw) for draw in range(self.draws)]


@dataclass(frozen=True)
class Measure(ABC):
    """One number a draw. A kind says its unit, the figures it needs, and the run beside the base run, if any."""

    @property
    def unit(self) -> str:
        """Unit of the number."""
        return "1"

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Figures that it needs, of every run that it compares."""
        return ()

    @property
    def runs(self) -> tuple[Scales, ...]:
        """Runs that it needs."""
        return (AS_IT_WAS,) if self.figures else ()

    @abstractmethod
    def values(self, evidence: Evidence) -> np.ndarray:
        """The number, (draw); NaN where it is not defined."""


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, NaN where the whole is not positive."""
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)


@dataclass(frozen=True)
class Level(Measure):
    """`level`: a figure itself, x. Keys: indicator, place, from, to."""

    x: Figure

    @classmethod
    def read(cls, given: Reader) -> Level:
        """From its mapping."""
        return cls(given.figure())

    @property
    def unit(self) -> str:
        return self.x.unit

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.x,)

    def values(self, evidence: Evidence) -> np.ndarray:
        return evidence.of(self.x)


@dataclass(frozen=True)
class Ratio(Measure):
    """`ratio`: x / y of two figures. Keys: `of` (x) and `to` (y), each a figure.

    `share`: the same for two counts of one place and span. Keys: part, whole, place, from, to.
    `change`: the same for one figure at two times, x(to) / x(from). Keys: indicator, place, from, to.
    """

    x: Figure
    y: Figure

    @classmethod
    def read(cls, given: Reader) -> Ratio:
        """From two figures."""
        inner = [given.inner(key) for key in ("of", "to")]
        made = cls(*(each.figure() for each in inner))
        for each in inner:
            each.finish()
        return made

    @classmethod
    def read_share(cls, given: Reader) -> Ratio:
        """From a part and a whole."""
        return cls(given.figure("part"), given.figure("whole"))

    @classmethod
    def read_change(cls, given: Reader) -> Ratio:
        """From one indicator at two times; a change between shares says how many times as large the later one is."""
        indicator, place, start, end = _two_times(given)
        return cls(figure(given.case, indicator, place, end, None), figure(given.case, indicator, place, start, None))

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.x, self.y)

    def values(self, evidence: Evidence) -> np.ndarray:
        return _over(evidence.of(self.x), evidence.of(self.y))


def _two_times(given: Reader) -> tuple[str, str | None, str, str]:
    indicator, start, end = (str(given.text(key)) for key in ("indicator", "from", "to"))
    return indicator, given.text("place", required=False), start, end


@dataclass(frozen=True)
class ShareChange(Measure):
    """`share_change`: how many times as large a share is later, (part/whole at `to`) / (part/whole at `from`).

    Keys: part, whole, place, from, to; a time may be a quarter, over which the counts are summed.
    """

    later: Ratio
    earlier: Ratio

    @classmethod
    def read(cls, given: Reader) -> ShareChange:
        """From its mapping."""
        place = given.text("place", required=False)
        part, whole, start, end = (str(given.text(key)) for key in ("part", "whole", "from", "to"))
        return cls(*(Ratio(*(figure(given.case, name, place, when, None) for name in (part, whole))) for when in (end, start)))

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.later.figures + self.earlier.figures

    def values(self, evidence: Evidence) -> np.ndarray:
        return _over(self.later.values(evidence), self.earlier.values(evidence))


@dataclass(frozen=True)
class Growth(Measure):
    """`growth`: growth a year between two years, (x(to) / x(from)) ** (1 / years) - 1. Keys: indicator, place, from, to."""

    first: Figure
    last: Figure

    @classmethod
    def read(cls, given: Reader) -> Growth:
        """From its mapping."""
        indicator, place, start, end = _two_times(given)
        made = cls(figure(given.case, indicator, place, start, None), figure(given.case, indicator, place, end, None))
        if made.span <= 0 or not (made.first.yearly and made.last.yearly):
            raise InputError(f"Growth from {start} to {end} has no length in whole years; give two years, the earlier first.")
        return made

    @property
    def span(self) -> int:
        """Years between the two."""
        return (self.last.first - self.first.first) // 12

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.first, self.last)

    def values(self, evidence: Evidence) -> np.ndarray:
        return _over(evidence.of(self.last), evidence.of(self.first)) ** (1 / self.span) - 1


@dataclass(frozen=True)
class Within(Measure):
    """`within`: share of the recorded years in which the run lies in a band around the record.

    With `factor` f the band is value / f to value * f, without it the record's own low to high. Keys: indicator, place,
    from, to, factor. The record is the table `observed`.
    """

    x: tuple[Figure, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @classmethod
    def read(cls, given: Reader) -> Within:
        """From its mapping and the case's record."""
        indicator, place, start, end = _two_times(given)
        years = range(months_of(start)[0] // 12, months_of(end)[1] // 12 + 1)
        place = given.case.places.centre.code if place is None else place
        table = given.case.tables["observed"]
        rows = table[(table["indicator"] == indicator) & (table["place"] == place) & table["period"].isin([str(year) for year in years])]
        rows = rows[rows["value"].notna()]
        if rows.empty:
            raise InputError(f"The table 'observed' has no years of '{indicator}' of {place} from {start} to {end}; choose others.")
        factor = given.number("factor", 0.0)
        low = rows["value"] / factor if factor else rows["low"].fillna(rows["value"])
        high = rows["value"] * factor if factor else rows["high"].fillna(rows["value"])
        return cls(tuple(figure(given.case, indicator, place, year, None) for year in rows["period"]), tuple(low), tuple(high))

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.x

    def values(self, evidence: Evidence) -> np.ndarray:
        bands = zip(self.x, self.low, self.high, strict=True)
        return np.mean([(low <= evidence.of(x)) & (evidence.of(x) <= high) for x, low, high in bands], axis=0)


@dataclass(frozen=True)
class Rank(Measure):
    """`rank`: 1 + the number of places with a larger figure. Keys: indicator, place, from, to, among.

    `among` is `leaf` (every place without a place below it, the default) or `province` (provincial units).
    """

    x: Figure
    others: tuple[Figure, ...]

    @classmethod
    def read(cls, given: Reader) -> Rank:
        """From its mapping."""
        x, among = given.figure(), given.choice("among", ("leaf", "province"), "leaf")
        rivals = given.case.places.leaves if among == "leaf" else given.case.places.provinces
        if x.place not in {place.code for place in rivals}:
            raise InputError(f"The place {x.place} is not among those ranked ({among}); choose one that is, or another `among`.")
        return cls(x, tuple(replace(x, place=place.code) for place in rivals if place.code != x.place))

    @property
    def unit(self) -> str:
        return ""

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.x, *self.others)

    def values(self, evidence: Evidence) -> np.ndarray:
        return 1.0 + sum(evidence.of(other) > evidence.of(self.x) for other in self.others)


@dataclass(frozen=True)
class Loss(Measure):
    """`loss`: share of a figure that would be lost with some instruments at another scale, 1 - x(without) / x.

    Both runs have the same seed and draws, so that they differ by the instruments alone. Keys: indicator, place, from,
    to, and `scale`, a mapping of instruments to scales (0 is off).
    """

    x: Figure
    scale: Scales

    @classmethod
    def read(cls, given: Reader) -> Loss:
        """From its mapping."""
        scales = given.inner("scale")
        for name in scales.given:
            if name not in given.case.instruments:
                raise scales.error(f"'{name}' under 'scale' is no instrument of this case. {nearest(name, given.case.instruments)}", name)
        made = tuple(sorted((name, scales.number(name)) for name in scales.given))
        if not made or any(value < 0 for _, value in made):
            raise InputError("'scale' names no instrument, or gives one a negative scale; write it as {central_subsidy: 0}.")
        return cls(given.figure(), made)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.x,)

    @property
    def runs(self) -> tuple[Scales, ...]:
        return (AS_IT_WAS, self.scale)

    def values(self, evidence: Evidence) -> np.ndarray:
        return 1 - _over(evidence.of(self.x, self.scale), evidence.of(self.x))


def rescaled(case: Case, scales: Scales) -> Case:
    """The same case with some instruments at another scale."""
    changed = {name: replace(case.instruments[name], scale=scale) for name, scale in scales}
    return replace(case, instruments={**case.instruments, **changed})


def kinds() -> dict[str, Callable[[Reader], Measure]]:
    """Every kind of measure by its name."""
    from .market_measures import CreditWorth, Survival, Willingness

    return {
        "level": Level.read, "ratio": Ratio.read, "share": Ratio.read_share, "change": Ratio.read_change,
        "share_change": ShareChange.read, "growth": Growth.read, "within": Within.read, "rank": Rank.read, "loss": Loss.read,
        "survival": Survival.read, "willingness": Willingness.read, "credit_worth": CreditWorth.read,
    }  # fmt: skip


def read_measure(case: Case, given: Any, steps: Steps = ()) -> Measure:
    """A measure from its mapping, which stands at `steps` of patterns.yaml.

    Raises InputError for an unknown kind, a missing or strange key, an unknown name; OutsideCalendar for other years.
    """
    reader, known = Reader(case, given, "measure", steps), kinds()
    kind = reader.choice("kind", tuple(known))
    reader.what = f"measure '{kind}'"
    try:
        made = known[kind](reader)
    except InputError as problem:
        raise problem if problem.where else type(problem)(problem.message, reader.error("").where) from None
    reader.finish()
    return made
