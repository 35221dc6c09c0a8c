"""Where a log density is highest, how sharply it falls from there, and how far the normal law that this suggests may be trusted.

The calibration of the market and the check against a published choice model use the same three steps:

1. `find_mode` climbs to the highest point, by gradients;
2. `laplace_draws` takes draws from the normal law (or Student's) with that centre and that curvature;
3. `pareto_smoothed` weighs those draws by what the density really is, and says whether the weights can be trusted.

Whether the climb has arrived is asked in a unit that no scale of the parameters changes: how many standard errors the top still
is away. Climbing is done in float64, the density may be computed in float32. Derived in docs/estimation.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array
from scipy.optimize import minimize
from scipy.special import gammaln

from ..foundations.errors import Failure
from ..foundations.streams import stream

LogDensity = Callable[[Array], Array]
Progress = Callable[[int, float], None]  # told after each step: steps taken, log density there

GENTLE = 1e-4  # least curvature, over the largest, by which the first climb is scaled
HALVINGS = 12  # of a step that leads nowhere


@dataclass(frozen=True)
class Mode:
    """The highest point that a climb reached, and how the log density falls around it.

    `covariance` is the inverse of the curvature C there. `gradient_norm` is the length of the slope g in standard errors,
    sqrt(g' C^-1 g): how far a step of Newton's would still go. `converged` says whether that is within the tolerance asked for
    and the log density falls in every direction; where not, `reason` says why, in words.
    """

    values: np.ndarray
    log_density: float
    covariance: np.ndarray
    gradient_norm: float
    steps: int
    converged: bool
    reason: str = ""

    @property
    def errors(self) -> np.ndarray:
        """Standard error of each value."""
        return np.sqrt(np.diag(self.covariance))


def find_mode(
    log_density: LogDensity,
    start: Any,
    *,
    curvature: Callable[[Array], Array] | None = None,
    tolerance: float = 1e-3,
    most_steps: int = 200,
    progress: Progress | None = None,
) -> Mode:
    """The maximum of a differentiable log density: L-BFGS-B in coordinates scaled by the first curvature, then Newton's steps.

    `log_density` takes a vector to a number and is compiled here; an `equinox.Module` is compiled once for all its data.
    `curvature` gives the negative matrix of second derivatives, or a stand-in such as Gauss and Newton's; without it JAX
    differentiates twice. `tolerance` is in standard errors, see `Mode`; a density in float32 cannot be asked for what its rounding
    hides. `most_steps` bounds both climbs together. Raises Failure where the density is no number
    at the start; a climb that does not arrive is returned with `converged` False.
    """
    values = np.asarray(start, np.float64)
    surface = _Surface(log_density, curvature)
    height, _ = surface.at(values)
    if not math.isfinite(height):
        raise Failure(f"The log density is {height} at the start of the climb; start where it is a number.")
    told = progress or (lambda steps, height: None)
    values, steps = _first_climb(surface, values, height, tolerance, most_steps, told)
    return _newton(surface, values, steps, tolerance, most_steps, told)


# --- the surface ---------------------------------------------------------------------------------------------------------


@eqx.filter_jit
def _height_and_slope(log_density: LogDensity, values: Array) -> tuple[Array, Array]:
    return jax.value_and_grad(log_density)(values)


@eqx.filter_jit
def _second_derivatives(log_density: LogDensity, values: Array) -> Array:
    return -jax.hessian(log_density)(values)


@dataclass(frozen=True)
class _Surface:
    """A log density as NumPy sees it."""

    log_density: LogDensity
    curvature: Callable[[Array], Array] | None

    def at(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        """Height and slope."""
        height, slope = _height_and_slope(self.log_density, jnp.asarray(values))
        return float(height), np.asarray(slope, np.float64)

    def curved(self, values: np.ndarray) -> _Curvature:
        """How the log density falls around a point."""
        point = jnp.asarray(values)
        found = _second_derivatives(self.log_density, point) if self.curvature is None else self.curvature(point)
        return _Curvature.of(np.asarray(found, np.float64), self.rounding)

    @property
    def rounding(self) -> float:
        """Relative rounding of the numbers that JAX computes with here."""
        return float(jnp.finfo(jnp.result_type(float)).eps)


@dataclass(frozen=True)
class _Curvature:
    """A curvature C = D U diag(l) U' D, with D scaling its diagonal to one, so that units do not matter."""

    scale: np.ndarray
    bends: np.ndarray
    directions: np.ndarray
    least: float  # bends below this are flat

    @classmethod
    def of(cls, matrix: np.ndarray, rounding: float) -> _Curvature:
        """Taken apart; of a matrix that is not quite symmetric the symmetric part."""
        if not np.isfinite(matrix).all():
            raise Failure("The curvature of the log density is no number at a point of the climb; start nearer to the top.")
        matrix = (matrix + matrix.T) / 2
        diagonal = np.abs(np.diag(matrix))
        scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        bends, directions = np.linalg.eigh(matrix / np.outer(scale, scale))
        return cls(scale, bends, directions, len(bends) * rounding * max(np.abs(bends).max(), rounding))

    @property
    def not_falling(self) -> int:
        """In how many directions the log density is flat or rises."""
        return int((self.bends <= self.least).sum())

    def root(self, least: float) -> np.ndarray:
        """W with W W' = C^-1, the bends taken without their sign and not below `least`."""
        lengths = 1 / np.sqrt(np.maximum(np.abs(self.bends), least))
        return (self.directions * lengths) / self.scale[:, None]

    @property
    def covariance(self) -> np.ndarray:
        """C^-1; along flat or rising directions what a fall as steep would give."""
        root = self.root(self.least)
        return root @ root.T


# --- two climbs ----------------------------------------------------------------------------------------------------------


def _first_climb(
    surface: _Surface, start: np.ndarray, height: float, tolerance: float, most_steps: int, told: Progress
) -> tuple[np.ndarray, int]:
    """L-BFGS-B over z, where values = start + W z and W W' is the covariance that the start suggests: where it ends, and steps."""
    curved = surface.curved(start)
    root = curved.root(max(curved.least, GENTLE * np.abs(curved.bends).max()))
    seen = [height]
    steps = 0

    def fall(z: np.ndarray) -> tuple[float, np.ndarray]:
        there, slope = surface.at(start + root @ z)
        if not (math.isfinite(there) and np.isfinite(slope).all()):
            return 10 * (1 + abs(height)) - height, np.zeros_like(z)  # worse than any point kept: the search turns back
        seen.append(there)
        return -there, -(root.T @ slope)

    def tell(_: np.ndarray) -> None:
        nonlocal steps
        steps += 1
        told(steps, max(seen))

    options = {"maxiter": most_steps, "maxfun": 5 * most_steps, "ftol": 4 * surface.rounding, "gtol": tolerance}
    found = minimize(fall, np.zeros(len(start)), jac=True, method="L-BFGS-B", callback=tell, options=options)
    return start + root @ found.x, steps


def _newton(surface: _Surface, values: np.ndarray, steps: int, tolerance: float, most_steps: int, told: Progress) -> Mode:
    """Newton's steps from where the first climb ended, until the top is within the tolerance or nothing more can be done."""
    height, slope = surface.at(values)
    while True:
        curved = surface.curved(values)
        covariance = curved.covariance
        left = _distance(slope, covariance)
        higher = None if left <= tolerance or steps >= most_steps else _uphill(surface, values, height, slope, covariance)
        if higher is None:
            reason = _reason(curved, left, tolerance, steps >= most_steps)
            return Mode(values, height, covariance, left, steps, not reason, reason)
        values, height, slope = higher
        steps += 1
        told(steps, height)


def _distance(slope: np.ndarray, covariance: np.ndarray) -> float:
    """How many standard errors the top is away, were the surface a parabola."""
    return float(np.sqrt(max(slope @ covariance @ slope, 0.0)))


def _uphill(
    surface: _Surface, values: np.ndarray, height: float, slope: np.ndarray, covariance: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """The first of Newton's step, its half, its quarter and so on that leads higher; none where rounding hides what is left.

    Heights that differ by no more than rounding count as equal; then the step must make the slope smaller.
    """
    rounding = 4 * surface.rounding * max(abs(height), 1.0)
    left, step = _distance(slope, covariance), covariance @ slope
    for halving in range(HALVINGS):
        tried = values + step / 2**halving
        there, steepness = surface.at(tried)
        if not np.isfinite(steepness).all():
            continue
        level = abs(there - height) <= rounding and _distance(steepness, covariance) < left
        if there > height + rounding or level:
            return tried, there, steepness
    return None


def _reason(curved: _Curvature, left: float, tolerance: float, spent: bool) -> str:
    """Why a climb has not arrived; empty where it has."""
    if left > tolerance:
        why = "its steps were spent" if spent else "no step led higher"
        return f"The top is {left:.2g} standard errors away, not {tolerance:.2g}: {why}."
    if curved.not_falling:
        return f"The log density does not fall in {curved.not_falling} of {len(curved.bends)} directions: something is not identified."
    return ""


# --- draws ---------------------------------------------------------------------------------------------------------------


def laplace_draws(mode: Mode, count: int, seed: int, degrees: float = math.inf) -> np.ndarray:
    """Draws (count, value) from the normal law around a mode, or from Student's with that many degrees of freedom.

    x = mode + L z / sqrt(chi2 / degrees), with L L' the covariance. More draws leave the first ones as they were.
    """
    normals = stream(seed, "laplace").normal(size=(count, len(mode.values)))
    if math.isfinite(degrees):
        normals /= np.sqrt(stream(seed, "laplace", "tails").chisquare(degrees, size=(count, 1)) / degrees)
    draws = np.tile(mode.values, (count, 1))
    for normal, column in zip(normals.T, np.linalg.cholesky(mode.covariance).T, strict=True):
        draws += normal[:, None] * column  # not one product of matrices, which rounds by the number of draws
    return draws


def laplace_log_density(mode: Mode, draws: np.ndarray, degrees: float = math.inf) -> np.ndarray:
    """Log density, (draw), of the law that `laplace_draws` draws from; it integrates to one."""
    size, root = len(mode.values), np.linalg.cholesky(mode.covariance)
    squares = (np.linalg.solve(root, (draws - mode.values).T) ** 2).sum(axis=0)
    width = np.log(np.diag(root)).sum()
    if math.isinf(degrees):
        return -squares / 2 - width - size / 2 * np.log(2 * np.pi)
    shape = gammaln((degrees + size) / 2) - gammaln(degrees / 2) - size / 2 * np.log(degrees * np.pi)
    return shape - width - (degrees + size) / 2 * np.log1p(squares / degrees)


# --- weights -------------------------------------------------------------------------------------------------------------

UNRELIABLE = 0.7  # shape beyond which weighted means settle too slowly for any practical number of draws
FEWEST = 5  # weights that a tail is fitted to


@dataclass(frozen=True)
class Smoothed:
    """Importance weights (draw), adding up to one, and how far they may be trusted.

    `k` is the shape of the Pareto law that the largest raw weights follow: moments above 1 / k do not exist, and with k above
    `limit` no mean over these draws can be trusted. `effective` is the number of equal draws that would say as much, 1 / sum w^2.
    """

    weights: np.ndarray
    k: float
    effective: float

    @property
    def limit(self) -> float:
        """The largest shape that so many draws can bear: min(1 - 1 / log10(draws), 0.7)."""
        return min(1 - 1 / math.log10(max(len(self.weights), 2)), UNRELIABLE)

    @property
    def reliable(self) -> bool:
        """Whether means under these weights may be used."""
        return self.k <= self.limit


def pareto_smoothed(log_weights: np.ndarray) -> Smoothed:
    """Importance weights with the largest ones smoothed, from logarithms of raw ones known up to a constant.

    Of S draws the largest min(S / 5, 3 sqrt(S)) raw weights are the tail. A generalised Pareto law is fitted to what they exceed the
    next one by, and each is replaced by the law's quantile of its rank, no larger than the largest raw weight (Vehtari, Simpson, Gelman,
    Yao and Gabry 2024). The shape is drawn a little towards 1/2, as if ten more weights had said so. With fewer than five
    weights in the tail nothing can be said: then k is infinite and the weights are left as they are. Raises Failure where a
    weight is no number or all are nought.
    """
    logs = np.asarray(log_weights, np.float64)
    if np.isnan(logs).any() or not math.isfinite(logs.max(initial=-math.inf)):
        raise Failure("The importance weights hold something that is no number, or are all nought; the draws miss the target.")
    raw = np.exp(logs - logs.max())
    order = np.argsort(raw, kind="stable")
    tail = order[len(raw) - math.ceil(min(len(raw) / 5, 3 * math.sqrt(len(raw)))) :]
    cut = raw[order[-len(tail) - 1]] if len(tail) < len(raw) else 0.0
    excess = raw[tail] - cut
    k, weights = math.inf, raw.copy()
    if excess[-1] <= 1e-12:  # no weight stands out
        k = -math.inf
    elif (excess > 0).sum() >= FEWEST:
        k, weights[tail] = _smoothed_tail(excess, cut)
    weights /= weights.sum()
    return Smoothed(weights, k, float(1 / (weights**2).sum()))


def _smoothed_tail(excess: np.ndarray, cut: float) -> tuple[float, np.ndarray]:
    """Shape of the tail, and its weights as quantiles, in the order of `excess`, which rises."""
    count = len(excess)
    shape, scale = pareto_fit(excess[excess > 0])
    shape = (count * shape + 10 * 0.5) / (count + 10)
    ranks = (np.arange(count) + 0.5) / count
    beyond = -np.log1p(-ranks) if abs(shape) < 1e-9 else np.expm1(-shape * np.log1p(-ranks)) / shape
    return shape, np.minimum(cut + scale * beyond, 1.0)


def pareto_fit(excess: np.ndarray) -> tuple[float, float]:
    """Shape k and scale s of the generalised Pareto law P(X > x) = (1 + k x / s)^(-1 / k), from rising positive numbers.

    With b = -k / s the likelihood at its best s depends on b alone, l(b) = n [log(-b / k(b)) - k(b) - 1] with
    k(b) = mean log(1 - b x). The estimate is the mean of b over a grid of 30 + sqrt(n) points that a weak prior puts below
    1 / max x, weighed by likelihood (Zhang and Stephens 2009).
    """
    count = len(excess)
    points = np.arange(1, 30 + math.isqrt(count) + 1)
    quartile = excess[int(count / 4 + 0.5) - 1]
    grid = 1 / excess[-1] + (1 - np.sqrt(len(points) / (points - 0.5))) / (3 * quartile)
    shapes = np.log1p(-grid[:, None] * excess).mean(axis=1)
    heights = count * (np.log(-grid / shapes) - shapes - 1)
    likely = np.exp(heights - heights.max())
    best = float((grid * likely).sum() / likely.sum())
    shape = float(np.log1p(-best * excess).mean())
    return shape, -shape / best
