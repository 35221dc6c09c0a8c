"""A result of theory held against agents: what the formula says, what the simulation gave, and whether they agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

ERRORS_ALLOWED = 3.0  # standard errors: one sound check in 370 fails by luck


@dataclass(frozen=True)
class Check:
    """One figure of theory beside the same figure of a simulation.

    `expected` is the closed form's, `simulated` the agents', both in the units of the result; `standard_error` is that of the
    simulated figure. `tolerance` is allowed in place of three standard errors where it is larger: for agents that choose from
    a grid, or for shapes. `relation` says what is claimed: that both are equal, or that the simulated one is above or below
    by more than the margin. `null` marks a check of a world from which the mechanism has been taken.
    """

    name: str
    source: str
    parameters: str
    expected: float
    simulated: float
    standard_error: float
    relation: Literal["equal", "above", "below"] = "equal"
    tolerance: float = 1e-9
    null: bool = False

    @property
    def margin(self) -> float:
        """How far apart the two may lie by luck or by grid."""
        return max(ERRORS_ALLOWED * self.standard_error, self.tolerance)

    @property
    def holds(self) -> bool:
        """Whether the simulation bears the formula out; a figure that is not a number never does.

        >>> Check("a coin", "", "", 0.5, 0.51, 0.005).holds, Check("a coin", "", "", 0.5, 0.52, 0.005).holds
        (True, False)
        """
        difference = self.simulated - self.expected
        if self.relation == "equal":
            return bool(abs(difference) <= self.margin)
        return bool((difference if self.relation == "above" else -difference) > self.margin)


def mean_of(sample: np.ndarray) -> tuple[float, float]:
    """Mean of independent figures, and its standard error s / sqrt(n)."""
    sample = np.asarray(sample, dtype=float)
    return float(sample.mean()), float(sample.std(ddof=1) / np.sqrt(sample.size))


def variance_of(sample: np.ndarray) -> tuple[float, float]:
    """Variance of independent figures, and its standard error sqrt((m4 - s^4) / n), m4 the fourth central moment."""
    away = np.asarray(sample, dtype=float) - np.mean(sample)
    variance = float(np.mean(away**2))
    return variance, float(np.sqrt(max(np.mean(away**4) - variance**2, 0.0) / away.size))
