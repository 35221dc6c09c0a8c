"""What a governed pattern measures: a few kinds, each one number a run.

In governed_patterns.yaml a measure is a mapping with a `kind` and what that kind asks for:

    measure: {kind: share, table: packages, where: {local: true}, that: {others: {above: 0}}}

Rows are chosen by `table`, `where`, `from` and `to` (see `selection`). `runs` and `regime` say under whom the run was; where they are left
out they are the pattern's; `unit` is that in which the number is told. With
`pooled: true`, for what is too rare in one run, rows of all draws count together. A kind that is a `frequency` is 1 or 0 in a run, and told by its share over draws.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...foundations.errors import InputError
from .evidence import At, Governance
from .selection import Condition, FileReader, Rows, conditions_of

FEWEST = 4  # rows through which a slope is laid


@dataclass(frozen=True)
class Take(ABC):
    """One number a run, or with `pooled` one of the rows of all runs together. `runs` and `regime` are its own where it has any."""

    runs: str
    regime: str
    unit: str
    pooled: bool

    frequency: ClassVar[bool] = False

    def under(self, at: At) -> At:
        """The run that it looks at, inside a pattern that looks at another."""
        return At(self.runs or at.runs, self.regime or at.regime)

    def needs(self, at: At) -> set[At]:
        """Runs that it looks at."""
        return {self.under(at)}

    def values(self, evidence: Governance, at: At) -> np.ndarray:
        """The number in each draw, (draw); NaN where it is not defined, or the run failed."""
        return np.array([self._known(evidence, at, draw) for draw in range(evidence.draws[self.under(at).runs])], float)

    def _known(self, evidence: Governance, at: At, draw: int) -> float:
        return self.value(evidence, at, draw) if all(evidence.there(one, draw) for one in self.needs(at)) else np.nan

    def together(self, evidence: Governance, at: At) -> tuple[float, float]:
        """The number of the rows of all draws together, and its standard error by leaving out one draw after another (jackknife):

            se^2 = (n - 1) / n * sum over draws of (number without the draw - their mean)^2

        NaN where it is not defined.
        """
        needs = self.needs(at)
        draws = [draw for draw in range(evidence.draws[self.under(at).runs]) if all(evidence.there(one, draw) for one in needs)]
        pooled = evidence.pooled(needs, draws)
        whole, *left = (self.value(pooled, at, without) for without in range(len(draws) + 1))
        return whole, float(np.sqrt((len(left) - 1) * np.var(left))) if len(left) > 1 else np.nan

    @abstractmethod
    def value(self, evidence: Governance, at: At, draw: int) -> float:
        """The number in one draw."""


@dataclass(frozen=True)
class Mean(Take):
    """`mean`: mean of a column over rows. Keys: those of rows, column."""

    rows: Rows
    column: str

    @classmethod
    def read(cls, given: FileReader, *at: str | bool) -> Mean:
        """From its mapping."""
        return cls(*at, Rows.read(given), str(given.text("column")))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        column = self.rows.of(evidence.tables(self.under(at), draw), self.column)[self.column].dropna().astype(float)
        return float(column.mean()) if len(column) else np.nan


@dataclass(frozen=True)
class Share(Take):
    """`share`: share of rows that satisfy further conditions. Keys: those of rows, that."""

    rows: Rows
    that: tuple[Condition, ...]

    @classmethod
    def read(cls, given: FileReader, *at: str | bool) -> Share:
        """From its mapping."""
        return cls(*at, Rows.read(given), conditions_of(given, "that", required=True))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        rows = self.rows.of(evidence.tables(self.under(at), draw), *(one.column for one in self.that))
        return float(np.mean(np.logical_and.reduce([one.of(rows) for one in self.that]))) if len(rows) else np.nan


@dataclass(frozen=True)
class Count(Take):
    """`count`: number of rows. Keys: those of rows."""

    rows: Rows

    @classmethod
    def read(cls, given: FileReader, *at: str | bool) -> Count:
        """From its mapping."""
        return cls(*at, Rows.read(given))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        return float(len(self.rows.of(evidence.tables(self.under(at), draw))))


@dataclass(frozen=True)
class Quotient(Take):
    """`quotient`: sum of one column over that of another. Keys: those of rows, part, whole."""

    rows: Rows
    part: str
    whole: str

    @classmethod
    def read(cls, given: FileReader, *at: str | bool) -> Quotient:
        """From its mapping."""
        return cls(*at, Rows.read(given), str(given.text("part")), str(given.text("whole")))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        sums = self.rows.of(evidence.tables(self.under(at), draw), self.part, self.whole)[[self.part, self.whole]].sum()
        return float(sums[self.part] / sums[self.whole]) if sums[self.whole] > 0 else np.nan


@dataclass(frozen=True)
class Slope(Take):
    """`slope`: least squares over rows, y = a + b x + c . given, b for one standard deviation of x. Keys: those of rows, y, x, given (columns held equal).

    Not defined with fewer than four rows more than there are columns, or where x does not vary beside the others.
    """

    rows: Rows
    y: str
    x: str
    given: tuple[str, ...]

    @classmethod
    def read(cls, given: FileReader, *at: str | bool) -> Slope:
        """From its mapping."""
        return cls(*at, Rows.read(given), str(given.text("y")), str(given.text("x")), given.names("given", []))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        columns = [self.y, self.x, *self.given]
        rows = self.rows.of(evidence.tables(self.under(at), draw), *columns)[columns].astype(float).dropna().to_numpy()
        beside = np.column_stack([np.ones(len(rows)), (rows[:, 1] - rows[:, 1].mean()) / (rows[:, 1].std() or 1), rows[:, 2:]]) if len(rows) else rows
        if len(rows) < FEWEST + len(self.given) or np.linalg.matrix_rank(beside) < beside.shape[1]:
            return np.nan
        return float(np.linalg.lstsq(beside, rows[:, 0], rcond=None)[0][1])


@dataclass(frozen=True)
class Lag(Take):
    """`lag`: years from the first of some rows to the first of others; not defined where either never comes. Keys: since, until (each rows)."""

    since: Rows
    until: Rows

    @classmethod
    def read(cls, given: FileReader, *at: str | bool) -> Lag:
        """From its mapping."""
        return cls(*at, *(_rows_below(given.inner(key)) for key in ("since", "until")))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        tables = evidence.tables(self.under(at), draw)
        first, then = (rows.of(tables, "year")["year"].min() for rows in (self.since, self.until))
        return float(then - first)


@dataclass(frozen=True)
class Happens(Take):
    """`happens`: 1 where every one of some rows is there, else 0; a frequency. Keys: all (a list of rows)."""

    all: tuple[Rows, ...]
    frequency: ClassVar[bool] = True

    @classmethod
    def read(cls, given: FileReader, *at: str | bool) -> Happens:
        """From its mapping."""
        return cls(*at, tuple(map(_rows_below, given.each("all"))))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        tables = evidence.tables(self.under(at), draw)
        return float(all(len(rows.of(tables)) for rows in self.all))


@dataclass(frozen=True)
class Order(Take):
    """`order`: 1 where measures rise from each to the next, else 0; a frequency. Keys: of (a list of measures)."""

    of: tuple[Take, ...]
    frequency: ClassVar[bool] = True

    @classmethod
    def read(cls, given: FileReader, *at: str | bool) -> Order:
        """From its mapping."""
        return cls(*at, tuple(map(read_take, given.each("of"))))

    def needs(self, at: At) -> set[At]:
        return set().union(*(one.needs(self.under(at)) for one in self.of))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        found = [one.value(evidence, self.under(at), draw) for one in self.of]
        return np.nan if np.isnan(found).any() else float(all(low < high for low, high in zip(found, found[1:], strict=False)))


@dataclass(frozen=True)
class Apart(Take):
    """`ratio`: one measure over another; not defined where the other is not above nought. `gap`: one less another. Keys: of, to (each a measure)."""

    of: Take
    to: Take
    divided: bool

    @classmethod
    def read_ratio(cls, given: FileReader, *at: str | bool) -> Apart:
        """From two measures, one to be divided by the other."""
        return cls(*at, read_take(given.inner("of")), read_take(given.inner("to")), True)

    @classmethod
    def read_gap(cls, given: FileReader, *at: str | bool) -> Apart:
        """From two measures, one to be taken off the other."""
        return cls(*at, read_take(given.inner("of")), read_take(given.inner("to")), False)

    def needs(self, at: At) -> set[At]:
        return self.of.needs(self.under(at)) | self.to.needs(self.under(at))

    def value(self, evidence: Governance, at: At, draw: int) -> float:
        of, to = (one.value(evidence, self.under(at), draw) for one in (self.of, self.to))
        if not self.divided:
            return of - to
        return of / to if to > 0 else np.nan


def _rows_below(given: FileReader) -> Rows:
    made = Rows.read(given)
    given.finish()
    return made


KINDS: dict[str, Callable[..., Take]] = {
    "mean": Mean.read, "share": Share.read, "count": Count.read, "quotient": Quotient.read, "slope": Slope.read, "lag": Lag.read,
    "happens": Happens.read, "order": Order.read, "ratio": Apart.read_ratio, "gap": Apart.read_gap,
}  # fmt: skip
FREQUENCIES = ("happens", "order")
UNITS = {"share": "1", "quotient": "1", "lag": "years", "happens": "1", "order": "1"}  # where the measure names none


def read_take(given: FileReader) -> Take:
    """A measure from its mapping. Raises InputError for an unknown kind, and for a missing or strange key."""
    kind = given.choice("kind", tuple(KINDS))
    given.what = f"measure '{kind}'"
    at = [given.text(key, "", required=False) or "" for key in ("runs", "regime")] + [str(given.text("unit", UNITS.get(kind, "")))]
    pooled = given.value("pooled", False)
    if not isinstance(pooled, bool) or (pooled and kind in FREQUENCIES):
        raise given.error(f"'pooled' is {pooled!r} for the kind '{kind}'; it is true or false, and a frequency is counted over draws.", "pooled")
    try:
        made = KINDS[kind](given, *at, pooled)
    except InputError as problem:
        raise problem if problem.where else InputError(problem.message, given.error("").where) from None
    given.finish()
    return made
