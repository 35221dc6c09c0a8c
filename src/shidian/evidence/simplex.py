"""Weights that are never negative and sum to one, for many least-squares problems at once.

For each problem b, with F (row, weight) shared by all, rows m[:, b] taking part, their number r[b], and a mask of weights allowed,

    minimise   f(w) = |M (F w - y)|^2 / r + ridge |w|^2     over  w >= 0, sum w = 1, w = 0 where not allowed

where M keeps the rows that take part and, where there is an intercept, takes out their mean. Found in two steps:

1. accelerated projected gradients (Beck and Teboulle 2009) with restart where the steps turn back (O'Donoghue and Candes 2015), all
   problems as columns of one matrix product; columns that have arrived leave the batch;
2. columns that arrive too slowly are finished by `exchange`: the equations on the weights above nought are solved exactly, and
   weights let in and out.

Either way a problem is done when its duality gap, slope . w - least slope allowed, is below the tolerance: f is then at most that far
above the best there is. Everything is in float64, since the problems are ill conditioned.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from ..foundations.errors import Failure
from .exchange import BATCH, Shared, Squares, exchange

TOLERANCE = 1e-8  # of the duality gap
ROUND = 10  # steps between two looks at the gap
FALL = 0.1  # of the gap in a round, without which a column goes to the second step
CHUNK = 256  # problems at once; fixed, so that results do not depend on the number of workers
SIZES = (1, 16, 64, CHUNK)  # that a batch may have, so that few programs are compiled
PAD = 32  # of rows and weights, likewise
CLOSER = 1e-4  # of the tolerance, to which the second step goes: it costs little there


@dataclass(frozen=True)
class Problems:
    """Least-squares problems on the simplex that share a matrix."""

    matrix: np.ndarray  # F (row, weight)
    target: np.ndarray  # y (row, problem)
    rows: np.ndarray  # (row, problem) 1 where a row takes part, else 0
    allowed: np.ndarray  # (weight, problem) bool
    ridge: np.ndarray  # (problem,)
    intercept: bool

    def __len__(self) -> int:
        return self.target.shape[1]

    def some(self, which: np.ndarray | slice) -> Problems:
        """Some of the problems."""
        return replace(self, target=self.target[:, which], rows=self.rows[:, which], allowed=self.allowed[:, which], ridge=self.ridge[which])

    def slope(self, weight: np.ndarray) -> np.ndarray:
        """Gradient of f at weights (weight, problem)."""
        fit = _Filled.of(self)
        with jax.enable_x64(True):
            found = _slopes(fit.matrix, *map(fit, (self.target, self.rows, self.ridge, weight)), intercept=self.intercept)
        return np.asarray(found)[: len(weight), : len(self)]

    def gaps(self, weight: np.ndarray) -> np.ndarray:
        """Duality gap (problem,) at weights (weight, problem)."""
        slope = self.slope(weight)
        return (slope * weight).sum(axis=0) - np.where(self.allowed, slope, np.inf).min(axis=0)


@dataclass(frozen=True)
class Solved:
    """Weights (weight, problem), their duality gaps (problem,), and how many problems the second step had to finish."""

    weight: np.ndarray
    gap: np.ndarray
    finished: int


def solve(
    problems: Problems, tolerance: float = TOLERANCE, progress: Callable[[int], None] | None = None, workers: int | None = None, start: np.ndarray | None = None,
    enough: float = 0.0,
) -> Solved:  # fmt: skip
    """Solve all problems to a duality gap; `progress` hears how many are done. Raises Failure where a gap stays above the tolerance and above
    `enough`, with which one is content where float64 comes no nearer.

    `start` (weight,) holds weights that are near the best of every problem; then the second step alone is taken.
    """
    parts = [problems.some(slice(first, first + CHUNK)) for first in range(0, len(problems), CHUNK)]
    across = problems.matrix.T if problems.matrix.shape[0] > problems.matrix.shape[1] else problems.matrix
    most = float(np.linalg.eigvalsh(across @ across.T)[-1])
    shared = Shared.of(problems.matrix, problems.target)
    with ThreadPoolExecutor(min(len(parts), workers or os.cpu_count() or 1)) as pool:
        found, done = [], 0
        for one in pool.map(lambda part: _solve_chunk(part, tolerance, most, shared, start), parts):
            found.append(one)
            done += one.weight.shape[1]
            if progress:
                progress(done)
    weight, gap = np.concatenate([one.weight for one in found], axis=1), np.concatenate([one.gap for one in found])
    solved = Solved(weight, gap, sum(one.finished for one in found))
    if not (solved.gap <= max(tolerance, enough)).all():
        raise Failure(f"Weights stayed {solved.gap.max():.2g} above the best in the duality gap, where {max(tolerance, enough):.2g} was asked for; ask for less.")
    return solved


def _solve_chunk(problems: Problems, tolerance: float, most: float, shared: Shared, start: np.ndarray | None) -> Solved:
    """Both steps for a chunk; `most` is the largest squared singular value of the matrix."""
    state = _State.start(problems, start)
    gap = problems.gaps(state.weight)
    left = np.flatnonzero(gap > tolerance)
    slow, left = (left, left[:0]) if start is not None else (left[:0], left)
    while len(left):
        before = gap[left]
        state.take(left, _round_of(problems.some(left), state.some(left), most))
        gap[left] = problems.some(left).gaps(state.weight[:, left])
        arrived, falling = gap[left] <= tolerance, gap[left] <= FALL * before
        slow = np.concatenate([slow, left[~arrived & ~falling]])
        left = left[~arrived & falling]
    for first in range(0, len(slow), BATCH):
        some = slow[first : first + BATCH]
        state.weight[:, some] = _finished(problems.some(some), state.weight[:, some], tolerance, shared)
    return Solved(state.weight, problems.gaps(state.weight), len(slow))


def _finished(problems: Problems, weight: np.ndarray, tolerance: float, shared: Shared) -> np.ndarray:
    """The second step for a batch."""
    squares = Squares.of(shared, problems.target, problems.rows, problems.ridge, problems.intercept)
    return exchange(squares, problems.allowed, lambda which, at: problems.some(which).slope(at), weight, CLOSER * tolerance)


# --- first step: accelerated projected gradients ---------------------------------------------------------------------


@dataclass(frozen=True)
class _State:
    """Where each column of a batch stands: weights, the point ahead of them, the momentum, and the last threshold of the projection."""

    weight: np.ndarray  # (weight, problem)
    ahead: np.ndarray  # (weight, problem)
    momentum: np.ndarray  # (problem,)
    threshold: np.ndarray  # (problem,)

    @classmethod
    def start(cls, problems: Problems, near: np.ndarray | None) -> _State:
        """Equal weights, or those near the best (weight,) as far as they are allowed."""
        weight = problems.allowed * (1.0 if near is None else near[:, None] + np.finfo(float).tiny)
        weight = weight / weight.sum(axis=0)
        return cls(weight, weight.copy(), np.ones(len(problems)), np.zeros(len(problems)))

    def some(self, which: np.ndarray) -> _State:
        """Some of the columns."""
        return _State(self.weight[:, which], self.ahead[:, which], self.momentum[which], self.threshold[which])

    def take(self, which: np.ndarray, other: _State) -> None:
        """Put columns back."""
        self.weight[:, which], self.ahead[:, which] = other.weight, other.ahead
        self.momentum[which], self.threshold[which] = other.momentum, other.threshold


@dataclass(frozen=True)
class _Filled:
    """Arrays of a batch brought to few sizes, so that few programs are compiled: rows of nought, and copies of the first problem."""

    matrix: np.ndarray
    wide: int

    @classmethod
    def of(cls, problems: Problems) -> _Filled:
        """For a batch."""
        matrix = np.pad(problems.matrix, [(0, -length % PAD) for length in problems.matrix.shape])
        return cls(matrix, next(size for size in SIZES if size >= len(problems)))

    def __call__(self, array: np.ndarray) -> np.ndarray:
        """An array (problem,) or (row, problem) in that size."""
        full = np.concatenate([array, np.repeat(array[..., :1], self.wide - array.shape[-1], axis=-1)], axis=-1)
        return full if array.ndim == 1 else np.pad(full, ((0, -len(full) % PAD), (0, 0)))


def _round_of(problems: Problems, state: _State, most: float) -> _State:
    """`ROUND` steps of a batch."""
    fit, count, weights = _Filled.of(problems), len(problems), problems.matrix.shape[1]
    step = 0.5 / (most / problems.rows.sum(axis=0) + problems.ridge)
    given = (problems.target, problems.rows, problems.allowed, problems.ridge, step, state.weight, state.ahead, state.momentum, state.threshold)
    with jax.enable_x64(True):
        found = _steps(fit.matrix, *map(fit, given), intercept=problems.intercept)
    weight, ahead, momentum, threshold = (np.asarray(array) for array in found)
    return _State(weight[:weights, :count], ahead[:weights, :count], momentum[:count], threshold[:count])


@partial(jax.jit, static_argnames="intercept")
def _steps(matrix, target, rows, allowed, ridge, step, weight, ahead, momentum, threshold, *, intercept):
    """Steps of all columns: towards less, onto the simplex, ahead by the momentum unless that turned back."""

    def one(_, state):
        weight, ahead, momentum, threshold = state
        slope = _slope(matrix, target, rows, ridge, intercept, ahead)
        moved, threshold = _onto_simplex(ahead - step * slope, allowed, threshold)
        back = ((ahead - moved) * (moved - weight)).sum(axis=0) > 0
        momentum = jnp.where(back, 1.0, momentum)
        longer = (1 + jnp.sqrt(1 + 4 * momentum**2)) / 2
        return moved, moved + (momentum - 1) / longer * (moved - weight), longer, threshold

    return jax.lax.fori_loop(0, ROUND, one, (weight, ahead, momentum, threshold))


def _slope(matrix, target, rows, ridge, intercept: bool, weight):
    """Gradient of f."""
    count = rows.sum(axis=0)
    left = (matrix @ weight - target) * rows
    if intercept:
        left = (left - left.sum(axis=0) / count) * rows
    return 2 * (matrix.T @ (left / count)) + 2 * ridge * weight


@partial(jax.jit, static_argnames="intercept")
def _slopes(matrix, target, rows, ridge, weight, *, intercept):
    return _slope(matrix, target, rows, ridge, intercept, weight)


def _onto_simplex(point, allowed, threshold):
    """The nearest point of the simplex, column by column: max(point - threshold, 0) with the threshold that makes it sum to one.

    The sum falls convexly in the threshold, so Newton's steps (Michelot 1986) arrive in a few rounds from the last threshold.
    """
    point = jnp.where(allowed, point, -jnp.inf)
    highest = point.max(axis=0)

    def newton(state):
        at, _, rounds = state
        above = point > at
        count = above.sum(axis=0)
        moved = (jnp.where(above, point, 0.0).sum(axis=0) - 1) / count
        return moved, at, rounds + 1

    def moving(state):
        at, before, rounds = state
        return (rounds < 60) & (at != before).any()

    start = jnp.minimum(threshold, highest - 1e-3)
    at, _, _ = jax.lax.while_loop(moving, newton, (start, start - 1, 0))
    return jnp.maximum(point - at, 0.0), at
