"""How far the normal law around the mode may be trusted: importance weights, beside the best values of the other inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..estimation import Mode, laplace_draws, laplace_log_density, pareto_smoothed
from .lessons import Best
from .problem import Problem

DEGREES = 20.0  # the proposal's tails are a little heavier than a normal law's


@dataclass(frozen=True)
class Checked:
    """Weights of draws around the mode, and what they change.

    `k` is the shape of the weights' tail (reliable below `limit`), `effective` how many equal draws the weights are worth;
    `moved` is the weighted mean less the mode, in posterior standard deviations, and `wider` the weighted standard deviation over
    the normal law's, both (coordinate).
    """

    draws: int
    k: float
    limit: float
    effective: float
    moved: np.ndarray
    wider: np.ndarray

    @property
    def reliable(self) -> bool:
        """Whether the weights can be trusted to say what the normal law misses."""
        return self.k <= self.limit


def check(asked: Problem, best: Best, mode: Mode, seed: int, draws: int, progress: Callable[[int], None]) -> Checked:
    """Weigh draws around the mode by the posterior itself."""
    points = laplace_draws(mode, draws, seed, DEGREES)
    heights = []
    for said, point in zip(asked.pool.map(lambda point: asked.said(point, best.inputs), points), points, strict=True):
        height = -asked.misfit(said) - 0.5 * float(point @ point)
        heights.append(height if np.isfinite(height) else -np.inf)
        progress(len(heights))
    weighed = pareto_smoothed(np.array(heights) - laplace_log_density(mode, points, DEGREES))
    mean = weighed.weights @ points
    deviations = np.sqrt(weighed.weights @ (points - mean) ** 2)
    return Checked(draws, weighed.k, weighed.limit, weighed.effective, (mean - mode.values) / best.deviations, deviations / best.deviations)
