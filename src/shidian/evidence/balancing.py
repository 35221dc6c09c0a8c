"""Sites made to look like all places: weights by entropy balancing, and how many sites are left carrying the result.

Hainmueller (2012), with sites in the role of the controls: among all weights under which the sites' means of the covariates are those of
the target places, those that stay nearest to equal,

    w[i] proportional to exp(lambda . (x[i] - target)),   lambda = argmin of ln sum over i of exp(lambda . (x[i] - target))

It supposes that what makes effects differ between places is among the covariates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog, minimize
from scipy.special import logsumexp, softmax

THINNEST = 1e-6  # least weight, beside equal ones, below which the target counts as beyond the sites
CLOSE = 1e-6  # of a standard deviation, between reweighted mean and target


@dataclass(frozen=True)
class Balance:
    """Weights (site,) that add up to 1, and the number of equally weighted sites that would say as much: 1 / sum of w squared."""

    weight: np.ndarray

    @property
    def effective(self) -> float:
        """Effective sample size (Kish)."""
        return float(1 / (self.weight**2).sum())


def entropy_balance(sites: np.ndarray, target: np.ndarray, base: np.ndarray | None = None) -> Balance | None:
    """Weights of sites (site, covariate) whose means are the target (covariate,), both in standard deviations.

    They stay nearest to the weights `base` (site,), equal ones where none are given. None where no positive weights reach the target:
    some mixture of covariates lies beyond every site.

    >>> entropy_balance(np.array([[0.0], [1.0]]), np.array([0.25])).weight.round(6).tolist()
    [0.75, 0.25]
    """
    away = sites - target
    if not _inside(away):
        return None

    own = np.zeros(len(sites)) if base is None else np.log(base / base.mean())

    def loss(slopes: np.ndarray) -> tuple[float, np.ndarray]:
        line = away @ slopes + own
        return float(logsumexp(line)), softmax(line) @ away

    found = minimize(loss, np.zeros(sites.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 500})
    slopes = _polished(found.x, away, own)
    weight = softmax(away @ slopes + own)
    return Balance(weight) if np.abs(weight @ away).max() <= CLOSE else None


def _inside(away: np.ndarray) -> bool:
    """Whether some weights, all above nought, bring the means to the target: the largest least weight is found by linear programming."""
    count = len(away)
    equal = np.vstack([np.r_[np.ones(count), 0.0], np.column_stack([away.T, np.zeros(away.shape[1])])])
    least = np.column_stack([-np.eye(count), np.ones(count)])  # s - w[i] <= 0
    found = linprog(np.r_[np.zeros(count), -1.0], A_ub=least, b_ub=np.zeros(count), A_eq=equal, b_eq=np.r_[1.0, np.zeros(away.shape[1])], bounds=(0, 1))
    return bool(found.status == 0 and found.x[-1] > THINNEST / count)


def _polished(slopes: np.ndarray, away: np.ndarray, own: np.ndarray, steps: int = 20) -> np.ndarray:
    """A few steps of Newton's method, for quasi-Newton steps end where rounding starts; given up where they do not help."""
    for _ in range(steps):
        weight = softmax(away @ slopes + own)
        slope = weight @ away
        if np.abs(slope).max() <= CLOSE * 1e-3:
            break
        curve = (away * weight[:, None]).T @ away - np.outer(slope, slope)
        step = np.linalg.lstsq(curve, slope, rcond=None)[0]
        if not np.isfinite(step).all() or np.abs(softmax(away @ (slopes - step) + own) @ away).max() >= np.abs(slope).max():
            break
        slopes = slopes - step
    return slopes
