"""What was measured where and when, and who was treated from when: the one thing that every estimator takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

NEVER = -1
STILL = 1e-10  # of the largest figure, below which figures count as the same everywhere: what rounding leaves


@dataclass(frozen=True)
class Panel:
    """An outcome of units over periods, with the period from which each unit was treated.

    A missing cell is NaN, so that an unbalanced panel keeps its shape. Treatment is absorbing: a unit once treated stays so.
    Covariates are figures by unit and period; one that does not change holds the same number in every period.
    """

    outcome: np.ndarray  # (unit, period) float64, NaN where missing
    start: np.ndarray  # (unit,) int, position in `periods` of the first treated period; NEVER (-1) where never treated
    units: tuple[str, ...]
    periods: tuple  # labels, ascending and without repetition
    group: np.ndarray | None = None  # (unit,) int, the cluster whose units share shocks; each its own where not given
    covariates: dict[str, np.ndarray] = field(default_factory=dict)  # each (unit, period) float64, NaN where missing
    weight: np.ndarray | None = None  # (unit,) float64, such as population; None counts every unit once
    alike: np.ndarray | None = None  # (unit, figure) float64, known before any start, in which estimates make treated and untreated alike

    def __post_init__(self) -> None:
        """Bring the arrays to their types, and refuse shapes that do not fit: that is a mistake of the caller, not of a user."""
        object.__setattr__(self, "outcome", np.asarray(self.outcome, dtype=np.float64))
        object.__setattr__(self, "start", np.asarray(self.start, dtype=np.int64))
        group = np.arange(len(self.units)) if self.group is None else self.group
        object.__setattr__(self, "group", np.asarray(group, dtype=np.int64))
        shape = (len(self.units), len(self.periods))
        tables = {"outcome": self.outcome, **self.covariates}
        wrong = [name for name, table in tables.items() if np.shape(table) != shape]
        beside = [self.start, self.group, *(() if self.alike is None else (self.alike[:, 0],))]
        if wrong or any(each.shape != shape[:1] for each in beside):
            raise ValueError(f"A panel of {shape[0]} units and {shape[1]} periods has {', '.join(wrong) or 'start, group or alike'} of "
                f"another shape")
        if (self.start < NEVER).any() or (self.start >= shape[1]).any():
            raise ValueError("A start is a position among the periods, or -1 for never")

    @property
    def treated(self) -> np.ndarray:
        """Whether each unit (unit,) is treated in any period of the panel."""
        return self.start != NEVER

    @property
    def under(self) -> np.ndarray:
        """Whether each cell (unit, period) is under treatment."""
        return self.treated[:, None] & (np.arange(len(self.periods)) >= self.start[:, None])

    @property
    def balanced(self) -> bool:
        """Whether every cell of the outcome is there."""
        return bool(np.isfinite(self.outcome).all())

    def of(self, units: np.ndarray, periods: slice | np.ndarray | None = None) -> Panel:
        """The part with some units (mask or positions) and, where given, an unbroken stretch of periods.

        A unit treated before the stretch counts as treated from its first period; one treated after it as never treated.
        """
        which = np.arange(len(self.periods))[slice(None) if periods is None else periods]
        rows = np.arange(len(self.units))[units]
        start = self.start[rows]
        moved = np.where((start == NEVER) | (start > which[-1]), NEVER, np.maximum(start - which[0], 0))
        cut = np.ix_(rows, which)
        return Panel(
            self.outcome[cut],
            moved,
            tuple(self.units[row] for row in rows),
            tuple(self.periods[at] for at in which),
            self.group[rows],
            {name: table[cut] for name, table in self.covariates.items()},
            None if self.weight is None else self.weight[rows],
            None if self.alike is None else self.alike[rows],
        )

    def started(self, start: np.ndarray) -> Panel:
        """The same figures under other starts (unit,): a placebo, say."""
        return replace(self, start=start)

    def untouched(self, anticipation: int = 0) -> int:
        """Position of the last period before the first start that anticipation has not touched either; the first period at the least."""
        return max(int(self.start[self.treated].min()) - anticipation - 1, 0)


def varies(values: np.ndarray) -> bool:
    """Whether figures that are there differ by more than rounding.

    >>> varies(np.array([0.1, 0.1 + 1e-17, np.nan])), varies(np.array([0.1, 0.2]))
    (False, True)
    """
    there = values[np.isfinite(values)]
    return bool(len(there)) and bool(np.ptp(there) > STILL * np.abs(there).max())


def last_known(table: np.ndarray, at: int) -> np.ndarray:
    """Each unit's figure (unit,) of a table (unit, period) in a period, or where it is blank of the nearest period before; NaN where there is none."""
    there = np.isfinite(table[:, : at + 1])
    latest = at - np.argmax(there[:, ::-1], axis=1)
    return np.where(there.any(axis=1), table[np.arange(len(table)), latest], np.nan)


@dataclass(frozen=True)
class Wholes:
    """What was treated as one counts as one: the units of a cluster that share a start, by their means. Most wholes are single units."""

    member: np.ndarray  # (unit,) position of its whole
    start: np.ndarray  # (whole,)
    names: tuple[str, ...]

    @classmethod
    def of(cls, panel: Panel) -> Wholes:
        """The wholes of a panel."""
        keys = np.stack([panel.group, panel.start], axis=1)
        found, member = np.unique(keys, axis=0, return_inverse=True)
        inside = [np.flatnonzero(member.ravel() == at) for at in range(len(found))]
        names = [panel.units[rows[0]] + (f" and {len(rows) - 1} more" if len(rows) > 1 else "") for rows in inside]
        return cls(member.ravel(), found[:, 1], tuple(names))

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Means (whole, ...) over the units (unit, ...) that have a figure; NaN where none has."""
        there = np.isfinite(values)
        sums = np.zeros((len(self.start), *values.shape[1:]))
        count = np.zeros(sums.shape)
        np.add.at(sums, self.member, np.where(there, values, 0.0))
        np.add.at(count, self.member, there)
        return np.where(count > 0, sums / np.maximum(count, 1), np.nan)

    def any(self, mask: np.ndarray) -> np.ndarray:
        """Whether some unit of each whole (whole,) is in a mask (unit,)."""
        found = np.zeros(len(self.start), dtype=bool)
        np.logical_or.at(found, self.member, mask)
        return found
