"""Weights that are never negative and sum to one, for many least-squares problems at once.

For each problem b, with F (row, weight) shared by all, rows m[:, b] taking part, their number r[b], and a mask of weights allowed,

    minimise   f(w) = |M (F w - y)|^2 / r + ridge |w|^2     over  w >= 0, sum w = 1, w = 0 where not allowed

where M keeps the rows that take part and, where there is an intercept, takes out their mean. Found in two steps:

1. accelerated projected gradients (Beck and Teboulle 2009) with restart where the steps turn back (O'Donoghue and Candes 2015), all
   problems as columns of one matrix product; columns that have arrived leave the batch;
2. columns that arrive too slowly are finished one by one: the equations on the weights above nought are solved exactly, then all
   weights that turned negative leave and all whose slope asks for it enter (block principal pivoting; Kim and Park 2011); where that
   goes in circles, one at a time from weights that are allowed (active set; Lawson and Hanson 1974).

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

TOLERANCE = 1e-6  # of the duality gap
ROUND = 40  # steps between two looks at the gap
FALL = 0.1  # of the gap in a round, without which a column goes to the second step
CHUNK = 256  # problems at once; fixed, so that results do not depend on the number of workers
SIZES = (1, 16, 64, CHUNK)  # that a batch may have, so that few programs are compiled
PAD = 32  # of rows and weights, likewise
PATIENCE = 3  # exchanges that set nothing more right, before weights change one at a time
PIVOTS = 40  # such changes for each weight
BLOCK = 32
HELD = 0.1  # of the largest weight: from there on the second step starts with it


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
        return _slope(np, self.matrix, self.target, self.rows, self.ridge, self.intercept, weight)

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


def solve(problems: Problems, tolerance: float = TOLERANCE, progress: Callable[[int], None] | None = None, workers: int | None = None) -> Solved:
    """Solve all problems to a duality gap; `progress` hears how many are done. Raises Failure where a gap stays above the tolerance."""
    parts = [problems.some(slice(first, first + CHUNK)) for first in range(0, len(problems), CHUNK)]
    most = float(np.linalg.norm(problems.matrix, 2) ** 2)
    gram = problems.matrix.T @ problems.matrix if problems.rows.all() and not problems.intercept else None
    with ThreadPoolExecutor(min(len(parts), workers or os.cpu_count() or 1)) as pool:
        found, done = [], 0
        for one in pool.map(lambda part: _solve_chunk(part, tolerance, most, gram), parts):
            found.append(one)
            done += one.weight.shape[1]
            if progress:
                progress(done)
    weight, gap = np.concatenate([one.weight for one in found], axis=1), np.concatenate([one.gap for one in found])
    solved = Solved(weight, gap, sum(one.finished for one in found))
    if not (solved.gap <= tolerance).all():
        raise Failure(f"Weights stayed {solved.gap.max():.2g} above the best in the duality gap, where {tolerance:.2g} was asked for; ask for less.")
    return solved


def _solve_chunk(problems: Problems, tolerance: float, most: float, gram: np.ndarray | None) -> Solved:
    """Both steps for a chunk; `most` is the largest squared singular value of the matrix, `gram` its products where problems share them."""
    state = _State.start(problems)
    gap = problems.gaps(state.weight)
    left = np.flatnonzero(gap > tolerance)
    slow = []
    while len(left):
        before = gap[left]
        state.take(left, _round_of(problems.some(left), state.some(left), most))
        gap[left] = problems.some(left).gaps(state.weight[:, left])
        arrived, falling = gap[left] <= tolerance, gap[left] <= FALL * before
        slow += left[~arrived & ~falling].tolist()
        left = left[~arrived & falling]
    for column in slow:
        state.weight[:, column] = _finish(problems.some(slice(column, column + 1)), state.weight[:, column], tolerance, gram)
    return Solved(state.weight, problems.gaps(state.weight), len(slow))


# --- first step: accelerated projected gradients ---------------------------------------------------------------------


@dataclass(frozen=True)
class _State:
    """Where each column of a batch stands: weights, the point ahead of them, the momentum, and the last threshold of the projection."""

    weight: np.ndarray  # (weight, problem)
    ahead: np.ndarray  # (weight, problem)
    momentum: np.ndarray  # (problem,)
    threshold: np.ndarray  # (problem,)

    @classmethod
    def start(cls, problems: Problems) -> _State:
        """Equal weights."""
        equal = problems.allowed / problems.allowed.sum(axis=0)
        return cls(equal, equal.copy(), np.ones(len(problems)), np.zeros(len(problems)))

    def some(self, which: np.ndarray) -> _State:
        """Some of the columns."""
        return _State(self.weight[:, which], self.ahead[:, which], self.momentum[which], self.threshold[which])

    def take(self, which: np.ndarray, other: _State) -> None:
        """Put columns back."""
        self.weight[:, which], self.ahead[:, which] = other.weight, other.ahead
        self.momentum[which], self.threshold[which] = other.momentum, other.threshold


def _round_of(problems: Problems, state: _State, most: float) -> _State:
    """`ROUND` steps of a batch, padded so that few programs are compiled."""
    columns, (rows, weights) = len(problems), problems.matrix.shape
    wide = next(size for size in SIZES if size >= columns)

    def padded(array: np.ndarray, first: int) -> np.ndarray:
        """Columns repeat the first one; rows are filled with nought."""
        full = np.concatenate([array, np.repeat(array[..., :1], wide - columns, axis=-1)], axis=-1)
        return full if array.ndim == 1 else np.pad(full, ((0, -first % PAD), (0, 0)))

    matrix = np.pad(problems.matrix, ((0, -rows % PAD), (0, -weights % PAD)))
    step = 0.5 / (most / problems.rows.sum(axis=0) + problems.ridge)
    with jax.enable_x64(True):
        found = _steps(
            matrix, padded(problems.target, rows), padded(problems.rows, rows), padded(problems.allowed, weights), padded(problems.ridge, 0), padded(step, 0),
            padded(state.weight, weights), padded(state.ahead, weights), padded(state.momentum, 0), padded(state.threshold, 0), intercept=problems.intercept,
        )  # fmt: skip
    weight, ahead, momentum, threshold = (np.asarray(array) for array in found)
    return _State(weight[:weights, :columns], ahead[:weights, :columns], momentum[:columns], threshold[:columns])


@partial(jax.jit, static_argnames="intercept")
def _steps(matrix, target, rows, allowed, ridge, step, weight, ahead, momentum, threshold, *, intercept):
    """Steps of all columns: towards less, onto the simplex, ahead by the momentum unless that turned back."""

    def one(_, state):
        weight, ahead, momentum, threshold = state
        slope = _slope(jnp, matrix, target, rows, ridge, intercept, ahead)
        moved, threshold = _onto_simplex(ahead - step * slope, allowed, threshold)
        back = ((ahead - moved) * (moved - weight)).sum(axis=0) > 0
        momentum = jnp.where(back, 1.0, momentum)
        longer = (1 + jnp.sqrt(1 + 4 * momentum**2)) / 2
        return moved, moved + (momentum - 1) / longer * (moved - weight), longer, threshold

    return jax.lax.fori_loop(0, ROUND, one, (weight, ahead, momentum, threshold))


def _slope(numbers, matrix, target, rows, ridge, intercept: bool, weight):
    """Gradient of f, with NumPy or JAX as `numbers`."""
    count = rows.sum(axis=0)
    left = (matrix @ weight - target) * rows
    if intercept:
        left = (left - left.sum(axis=0) / count) * rows
    return 2 * (matrix.T @ (left / count)) + 2 * ridge * weight


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


# --- second step: exchanges ------------------------------------------------------------------------------------------


def _finish(problem: Problems, weight: np.ndarray, tolerance: float, gram: np.ndarray | None) -> np.ndarray:
    """One problem solved exactly from where the first step left it, as far as rounding lets it.

    Since weights sum to one, f(w) = w' A w with A = D' D / r + ridge and D the columns of F less y, so that on the weights held the
    best are those with A w the same for all. Products avoid BLAS, whose threads would wait for those of other chunks.
    """
    allowed = np.flatnonzero(problem.allowed[:, 0])
    faces = _Faces.of(problem, gram)
    held = _largest(weight[allowed], len(faces.columns))
    least, patience = len(allowed) + 1, PATIENCE
    while patience >= 0:
        at, slope = faces.best(held)
        wrong = np.where(held, at < 0, slope < slope[held].mean() - tolerance / 100)
        count = int(wrong.sum())
        if not count:
            break
        patience = PATIENCE if count < least else patience - 1
        least = min(least, count)
        held = held ^ wrong
        if not held.any():
            held[int(np.argmax(at))] = True
    else:
        at = _descend(faces, weight[allowed], tolerance)
    full = np.zeros(len(weight))
    full[allowed] = np.maximum(at, 0.0) / np.maximum(at, 0.0).sum()
    return full


def _largest(weight: np.ndarray, count: int) -> np.ndarray:
    """The largest weights, at most so many and none far below the first: more than there are rows cannot be told apart."""
    held = np.zeros(len(weight), dtype=bool)
    held[np.argsort(-weight, kind="stable")[:count]] = True
    return held & (weight > HELD * weight.max())


def _descend(faces: _Faces, weight: np.ndarray, tolerance: float) -> np.ndarray:
    """The best weights from feasible ones, letting one in or out at a time: f falls with each step, so that nothing comes back."""
    held = _largest(weight, max(len(faces.columns) // 2, 1))
    at = np.where(held, weight, 0.0) / weight[held].sum()
    for _ in range(PIVOTS * len(weight)):
        best, slope = faces.best(held)
        if (best < 0).any():
            falling = np.flatnonzero(best < 0)
            share = at[falling] / (at[falling] - best[falling])
            at = np.maximum(at + share.min() * (best - at), 0.0)
            held[falling[int(np.argmin(share))]] = False
            at[~held] = 0.0
            continue
        at = best
        lowest = int(np.argmin(slope))
        if held[lowest] or slope[lowest] >= slope[held].mean() - tolerance / 100:
            break
        held[lowest] = True
    return at


@dataclass(frozen=True)
class _Faces:
    """One problem on the weights allowed, as its squares A = D' D / r + ridge can be had most cheaply."""

    columns: np.ndarray  # D / sqrt(r) (row, weight)
    ridge: float
    gram: np.ndarray | None  # D' D / r (weight, weight) where assignments share it

    @classmethod
    def of(cls, problem: Problems, gram: np.ndarray | None) -> _Faces:
        """The faces of a single problem; `gram` is F' F where every row takes part and there is no intercept."""
        allowed = np.flatnonzero(problem.allowed[:, 0])
        rows = problem.rows[:, 0] > 0
        target = problem.target[rows, 0]
        columns = problem.matrix[np.ix_(rows, allowed)] - target[:, None]
        columns = (columns - columns.mean(axis=0) if problem.intercept else columns) / np.sqrt(rows.sum())
        if gram is not None:
            pull = np.einsum("rk,r->k", problem.matrix, target)[allowed]
            gram = (gram[np.ix_(allowed, allowed)] - pull[:, None] - pull + (target**2).sum()) / rows.sum()
        return cls(columns, float(problem.ridge[0]), gram)

    def best(self, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The best weights that sum to one with those not held at nought, whatever their sign, and A w (weight,)."""
        face = self.columns[:, held]
        squares = np.einsum("rk,rl->kl", face, face) if self.gram is None else self.gram[np.ix_(held, held)]
        diagonal = np.einsum("kk->k", squares)
        diagonal += self.ridge + np.finfo(float).eps * diagonal.mean() + np.finfo(float).tiny  # what rounding hides
        found = _ones_over(squares)
        at = np.zeros(len(held))
        at[held] = found / found.sum()
        return at, np.einsum("rk,r->k", self.columns, np.einsum("rk,k->r", face, at[held])) + self.ridge * at


def _ones_over(squares: np.ndarray) -> np.ndarray:
    """The vector that symmetric positive squares take to ones, by elimination in blocks so small that BLAS uses one thread."""
    left, right = squares.copy(), np.ones(len(squares))
    blocks = [slice(first, min(first + BLOCK, len(left))) for first in range(0, len(left), BLOCK)]
    for block in blocks:
        rest = slice(block.stop, None)
        share = np.linalg.solve(left[block, block], left[block, rest])
        left[rest, rest] -= left[block, rest].T @ share
        right[rest] -= right[block] @ share
    for block in reversed(blocks):
        rest = slice(block.stop, None)
        right[block] = np.linalg.solve(left[block, block], right[block] - left[block, rest] @ right[rest])
    return right
