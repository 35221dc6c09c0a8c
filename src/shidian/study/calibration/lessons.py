"""What the fit learned, and from what.

Shrinkage: how much narrower each coordinate became, 1 - posterior standard deviation / prior standard deviation (which is one).
Influence: the fit is made again without one entry of the evidence after the other; a coordinate that then moves, or widens, was
held by that entry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...worlds.market.products import Z90
from .problem import Inputs, Problem
from .spread import refit

IDENTIFIED, PARTLY = 0.5, 0.2  # shrinkage from which a parameter counts as identified, and as partly so


@dataclass(frozen=True)
class Best:
    """The best fit beside the best values of all other inputs."""

    inputs: Inputs
    z: np.ndarray
    said: np.ndarray
    slopes: np.ndarray
    covariance: np.ndarray

    @property
    def deviations(self) -> np.ndarray:
        """Standard deviation of each coordinate."""
        return np.sqrt(np.diag(self.covariance))


def shrinkage(asked: Problem, best: Best, draws: np.ndarray) -> pd.DataFrame:
    """One row a parameter: prior and posterior points, shrinkage, how far the data pull it from its prior, and a verdict in words.

    `draws` is (draw, coordinate): with the other inputs inside, so that what looks sharp beside their best values may not be.
    """
    values = asked.free.table(draws)
    before = asked.free.table(np.outer([-Z90, 0.0, Z90], np.ones(len(best.z))))
    low, middle, high = np.percentile(values, [5, 50, 95], axis=0)
    narrower = 1 - draws.std(axis=0, ddof=1)
    return pd.DataFrame(
        {
            "parameter": asked.free.names, "prior_5": before[0], "prior_50": before[1], "prior_95": before[2], "posterior_5": low,
            "posterior_50": middle, "posterior_95": high, "mode": list(asked.free.flat(best.z).values()), "shrinkage": narrower,
            "pull": draws.mean(axis=0), "verdict": [_verdict(each) for each in narrower],
        }
    )  # fmt: skip


def _verdict(narrower: float) -> str:
    if narrower >= IDENTIFIED:
        return "identified"
    return "partly identified" if narrower >= PARTLY else "not identified: the prior decides"


def residuals(asked: Problem, best: Best) -> pd.DataFrame:
    """One row a piece of evidence, a level, a share or a swing: the record, the best fit, their log difference and that difference in standard deviations."""
    off = best.said - asked.evidence.observed
    items = asked.evidence.items
    kinds = ["swing" if item.swing else "share" if any(item.below) else "level" for item in items]
    return pd.DataFrame(
        {
            "evidence": [item.group for item in items], "item": [item.name for item in items], "place": [item.place for item in items],
            "kind": kinds, "observed": np.exp(asked.evidence.observed), "fitted": np.exp(best.said),
            "log_error": off, "deviations": off / asked.evidence.spreads,
        }
    )  # fmt: skip


def influence(asked: Problem, best: Best) -> pd.DataFrame:
    """One row an entry of the evidence and parameter: how far the best value moves without it, in posterior standard deviations, and how much wider the
    posterior is."""
    parts = list(asked.pool.map(lambda group: _without(asked, best, group), asked.evidence.groups))
    return pd.concat(parts, ignore_index=True)


def _without(asked: Problem, best: Best, group: str) -> pd.DataFrame:
    left = np.setdiff1d(np.arange(len(asked.evidence.items)), asked.evidence.rows_of(group))
    again = refit(asked, best.inputs, best.z, best.slopes, asked.evidence.observed, np.zeros(len(best.z)), left)
    wider = np.sqrt(np.diag(np.linalg.inv(asked.curvature(best.slopes, left)))) / best.deviations
    moved = (again.z - best.z) / best.deviations
    columns = {"without": group, "parameter": asked.free.names, "moved": moved, "times_wider": wider, "arrived": again.arrived}
    return pd.DataFrame(columns)
