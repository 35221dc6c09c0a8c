"""Effects of several pilots as draws from a law of effects: its mean, its spread, and what a new place may expect.

With effect y[i] and error s[i] of pilot i,

    y[i] = mu + u[i] + e[i],   u[i] with variance tau2,   e[i] with variance s[i]^2

tau2 is the restricted maximum-likelihood estimate (REML), mu the mean by weights w = 1 / (s^2 + tau2), with plain error
sum(w)^(-1/2) and Hartung and Knapp's (2001) error, sqrt(sum w (y - mu)^2 / ((k - 1) sum w)), with Student's law of k - 1 degrees. A
new place is expected within mu -+ t[k - 2] sqrt(tau2 + error^2) (Higgins, Thompson and Spiegelhalter 2009, with Hartung and Knapp's error).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import minimize_scalar

from ..foundations.errors import InputError
from .estimate import NOBODY_KNOWS, cannot_tell
from .influence import LEVEL

UNKNOWN = (NOBODY_KNOWS, NOBODY_KNOWS)


@dataclass(frozen=True)
class Pooled:
    """What several effects have in common, and how far they lie apart."""

    mean: float
    plain_error: float  # as if tau2 were known
    error: float  # Hartung and Knapp's
    interval: tuple[float, float]  # of the mean, 95 %
    p: float
    tau2: float  # variance of true effects
    new_place: tuple[float, float]  # 95 % prediction interval of the effect in a place not yet tried
    scatter: float  # Q = sum (y - mean)^2 / s^2 about the fixed mean
    scatter_p: float  # that effects which are all the same would scatter as much
    notes: tuple[str, ...] = ()


def pooled(effects: np.ndarray, errors: np.ndarray, shared: np.ndarray | None = None) -> Pooled:
    """Random-effects summary of effects (pilot,) with standard errors (pilot,).

    `shared` (pilot, source) holds parts of the errors that pilots have in common, such as one comparison: sources are independent of each
    other and of the errors, and sum over sources of (sum of w shared / sum of w)^2 is added to the square of every error of the mean, with
    degrees of freedom after Welch.

    Effects or errors that are not known are left out, and a note says so. Raises InputError where an error is not positive.
    """
    effects, errors = np.asarray(effects, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    known = np.isfinite(effects) & np.isfinite(errors)
    if (errors[known] <= 0).any():
        raise InputError(f"The error of effect {int(np.flatnonzero(known & (errors <= 0))[0]) + 1} is not above nought; give standard errors.")
    notes = () if known.all() else (f"{int((~known).sum())} of {len(known)} effects have no number or no error and are left out.",)
    effects, variances = effects[known], errors[known] ** 2
    common = np.zeros((len(effects), 1)) if shared is None else shared[known]
    count = len(effects)
    if count < 2:
        return _alone(effects, variances, notes)
    tau2 = _reml(effects, variances)
    weight = 1 / (variances + tau2)
    mean = float(weight @ effects / weight.sum())
    own = float(weight @ (effects - mean) ** 2 / ((count - 1) * weight.sum()))
    leaned = float(((weight @ common / weight.sum()) ** 2).sum())
    error, degrees = float(np.sqrt(own + leaned)), _degrees(own, count - 1, leaned, int((common != 0).any(axis=0).sum()) - 1)
    half = stats.t.ppf((1 + LEVEL) / 2, degrees) * error
    new_place = UNKNOWN
    if count > 2:
        wide = stats.t.ppf((1 + LEVEL) / 2, min(degrees, count - 2)) * np.sqrt(tau2 + error**2)
        new_place = float(mean - wide), float(mean + wide)
    else:
        notes = (*notes, cannot_tell("there are only two effects", "What a new place may expect"))
    fixed = effects - (effects / variances).sum() / (1 / variances).sum()
    scatter = float((fixed**2 / variances).sum())
    p = float(2 * stats.t.sf(abs(mean) / error, degrees)) if error > 0 else NOBODY_KNOWS
    return Pooled(
        mean, float(np.sqrt(1 / weight.sum() + leaned)), error, (float(mean - half), float(mean + half)), p, tau2, new_place, scatter,
        float(stats.chi2.sf(scatter, count - 1)), notes,
    )  # fmt: skip


def _degrees(own: float, of_own: int, leaned: float, of_leaned: int) -> float:
    """Degrees of freedom of a sum of two variances (Welch and Satterthwaite); those of the first where there is no second."""
    if leaned <= 0:
        return float(of_own)
    return (own + leaned) ** 2 / (own**2 / of_own + leaned**2 / max(of_leaned, 1))


def _alone(effects: np.ndarray, variances: np.ndarray, notes: tuple[str, ...]) -> Pooled:
    """What one effect, or none, says."""
    value, plain = (float(effects[0]), float(np.sqrt(variances[0]))) if len(effects) else (NOBODY_KNOWS, NOBODY_KNOWS)
    notes = (*notes, cannot_tell("there are fewer than two effects", "How far effects lie apart"))
    return Pooled(value, plain, NOBODY_KNOWS, UNKNOWN, NOBODY_KNOWS, NOBODY_KNOWS, UNKNOWN, NOBODY_KNOWS, NOBODY_KNOWS, notes)


def _reml(effects: np.ndarray, variances: np.ndarray) -> float:
    """tau2 where the restricted likelihood is highest, nought included."""

    def unlikely(tau2: float) -> float:
        weight = 1 / (variances + tau2)
        mean = weight @ effects / weight.sum()
        return 0.5 * float(np.log(variances + tau2).sum() + np.log(weight.sum()) + weight @ (effects - mean) ** 2)

    scale = float(np.mean(variances) + np.var(effects))
    grid = scale * np.concatenate([[0.0], np.geomspace(1e-6, 20, 60)])
    best = int(np.argmin([unlikely(tau2) for tau2 in grid]))
    bounds = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(unlikely, bounds=bounds, method="bounded", options={"xatol": 1e-12 * scale})
    return float(found.x) if best or unlikely(found.x) < unlikely(0.0) else 0.0
