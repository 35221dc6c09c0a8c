"""What an estimator says: an effect with its error, where the error comes from, and what cannot be told."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

EVENT_COLUMNS = ("event", "effect", "error", "low", "high", "units")
GROUP_COLUMNS = ("group", "effect", "error", "low", "high", "units")
WEIGHT_COLUMNS = ("group", "kind", "name", "weight")

NOBODY_KNOWS = math.nan


def _no_rows(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=float) for name in columns})


@dataclass(frozen=True)
class Estimate:
    """The effect of a pilot on an outcome, in the outcome's unit, as one method sees it.

    `interval` holds 95 % and excludes nought exactly where `p` (two-sided) is at most 0.05. `how` is where error, interval and p
    come from: `cluster` (influence of each cluster of units), `permutation` (placebos sampled among the untreated) or `exact` (every
    possible placebo counted). A figure that the data do not give is NaN, an end of an interval that they do not bound is infinite,
    and `notes` says why.
    """

    method: str
    effect: float
    error: float = NOBODY_KNOWS
    interval: tuple[float, float] = (NOBODY_KNOWS, NOBODY_KNOWS)
    p: float = NOBODY_KNOWS
    how: str = "none"
    degrees: float = NOBODY_KNOWS  # of Student's law of what is not known: Welch's by cluster, as many as placebos otherwise
    draws: np.ndarray = field(default_factory=lambda: np.zeros(0))  # effects of placebos; of a cluster error none
    by_event_time: pd.DataFrame = field(default_factory=lambda: _no_rows(EVENT_COLUMNS))  # event 0 is the first treated period
    by_group: pd.DataFrame = field(default_factory=lambda: _no_rows(GROUP_COLUMNS))  # `group` is the label of the first treated period
    weights: pd.DataFrame = field(default_factory=lambda: _no_rows(WEIGHT_COLUMNS))  # of units and of periods, where synthetic
    gap: float = NOBODY_KNOWS  # largest duality gap of any weights, placebos included, in squared noise of the outcome
    notes: tuple[str, ...] = ()
    pre_trend: dict = field(default_factory=dict)  # statistic, p, events, how, says; empty where there is nothing to say

    @property
    def half(self) -> float:
        """Half the width of the interval: infinite where it has no ends, NaN where there is none."""
        return (self.interval[1] - self.interval[0]) / 2

    @property
    def told(self) -> bool:
        """Whether there is an effect at all."""
        return math.isfinite(self.effect)


def cannot_tell(reason: str, what: str = "The effect") -> str:
    """The sentence for what these data leave open.

    >>> cannot_tell("no unit stays untreated")
    'The effect cannot be told from these data, because no unit stays untreated.'
    """
    return f"{what} cannot be told from these data, because {reason}."


def untold(method: str, *notes: str) -> Estimate:
    """An estimate without a number, and why."""
    return Estimate(method, NOBODY_KNOWS, notes=notes)
