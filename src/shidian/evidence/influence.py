"""Errors of estimates that are sums over units: each cluster's influence, and how far few clusters can be trusted.

An estimate moves with each unit's figures: estimate - truth = sum over units of psi[unit], nearly. Units of one cluster share shocks,
so their psi are added before they are squared:

    variance = sum over clusters c of (sum of psi over units of c)^2

which is the error of Callaway and Sant'Anna (2021) and of Borusyak, Jaravel and Spiess (2024), and is what `Estimate.error` holds. Where
a cohort has few clusters that sum is too small and a normal law too narrow. With s the cohorts, n[s] their clusters and V[s] their
part of the variance,

    V* = sum V[s] n[s] / (n[s] - 1),    degrees of freedom = V*^2 / sum (V[s] n[s] / (n[s] - 1))^2 / (n[s] - 1)

(Welch 1947; for two groups it is his test). Intervals and p use Student's law with V* and these degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from .panel import Panel

LEVEL = 0.95
SINGULAR = 1e-12  # of the largest variance, below which a direction is rounding


@dataclass(frozen=True)
class Clusters:
    """Which cluster each unit belongs to, and which cohort each cluster."""

    member: np.ndarray  # (unit,) position of its cluster
    stratum: np.ndarray  # (cluster,) start that its treated units share; the earliest where there are several, -1 where none is treated

    @classmethod
    def of(cls, panel: Panel) -> Clusters:
        """The clusters of a panel."""
        _, member = np.unique(panel.group, return_inverse=True)
        late = len(panel.periods)
        first = np.full(member.max() + 1, late)
        np.minimum.at(first, member, np.where(panel.treated, panel.start, late))
        return cls(member, np.where(first == late, -1, first))

    @property
    def treated(self) -> int:
        """Clusters with a treated unit."""
        return int((self.stratum >= 0).sum())

    def sums(self, influence: np.ndarray) -> np.ndarray:
        """Influence (unit, estimate) added up by cluster (cluster, estimate)."""
        sums = np.zeros((len(self.stratum), influence.shape[1]))
        np.add.at(sums, self.member, influence)
        return sums


@dataclass(frozen=True)
class Errors:
    """Errors of several estimates (estimate,), with what widens them where clusters are few."""

    covariance: np.ndarray  # (estimate, estimate)
    widened: np.ndarray  # (estimate,) standard error with few clusters allowed for
    degrees: np.ndarray  # (estimate,) of Student's law

    @property
    def plain(self) -> np.ndarray:
        """Standard error (estimate,) as in the papers."""
        return np.sqrt(np.diag(self.covariance))

    def interval(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the 95 % intervals of estimates (estimate,)."""
        half = stats.t.ppf((1 + LEVEL) / 2, self.degrees) * self.widened
        return value - half, value + half

    def p(self, value: np.ndarray) -> np.ndarray:
        """Two-sided p (estimate,) of no effect; NaN where nothing varies."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return 2 * stats.t.sf(np.abs(value) / self.widened, self.degrees)


def clustered(influence: np.ndarray, panel: Panel) -> Errors:
    """Errors of estimates from the influence (unit, estimate) of each unit. NaN where nothing varies, or where a cohort is one cluster."""
    clusters = Clusters.of(panel)
    sums = clusters.sums(influence)
    strata, which, counts = np.unique(clusters.stratum, return_inverse=True, return_counts=True)
    part = np.zeros((len(strata), influence.shape[1]))
    np.add.at(part, which, sums**2)
    spare = np.maximum(counts - 1, 1)[:, None]
    wider = part * counts[:, None] / spare
    total = wider.sum(axis=0)
    below = (wider**2 / spare).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        degrees = np.where(total > 0, total**2 / below, np.nan)
    unknown = total <= 0
    return Errors(sums.T @ sums, np.where(unknown, np.nan, np.sqrt(total)), degrees)


def joint(value: np.ndarray, covariance: np.ndarray, degrees: float) -> tuple[float, float]:
    """Whether several estimates are nought together: F = value' covariance^-1 value / k, and its p with (k, degrees).

    Where some of them follow from the others, as on an outcome that was interpolated, k counts those that do not; NaN where nothing varies.
    """
    size, axes = np.linalg.eigh(covariance)
    held = size > SINGULAR * size[-1]
    rank = int(held.sum())
    if not rank:
        return float("nan"), float("nan")
    statistic = float(((axes[:, held].T @ value) ** 2 / size[held]).sum()) / rank
    return statistic, float(stats.f.sf(statistic, rank, degrees))
