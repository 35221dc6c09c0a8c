"""Weights on the simplex found exactly, for a batch of ill-conditioned problems at a time, by letting weights in and out.

Since weights sum to one, the objective of `simplex` is f(w) = w' A w with A = D' M D / r + ridge, D the columns of F less y. On the
weights held, with all others at nought, the best that sum to one are A^-1 1 / (1' A^-1 1), whatever their sign. Each round, for
every problem:

- where some of these are negative, they are cut off at nought if f falls by that; else w moves towards the best until a first weight
  is nought (active set; Lawson and Hanson 1974). What is at nought is let go;
- where none is, w is the best, and the weights whose slope asks most for it are taken in: more at once each time f falls by that, else
  one.

f never rises, so that nothing comes back. A problem leaves the batch when its duality gap is far below what was asked, or when f
falls no more.

A on the weights held is cut out of products that all problems share, less the rows that a problem leaves out. The mean target is
taken from F and y first: a sum of one does not see it, and little is lost to rounding then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

FIRST_IN = 16  # weights taken in at once, at first: twice as many each time, as long as f falls by it
HELD = 0.1  # of the largest weight: from there on a weight that is not yet exact is held at first
ROUNDS = 60  # for each weight
ROUNDING = 1e-13
BATCH = 64  # problems at once: their squares stay in the processor's cache

Slope = Callable[[np.ndarray, np.ndarray], np.ndarray]  # positions of problems and weights (weight, problem) to slopes


@dataclass(frozen=True)
class Shared:
    """What problems with one matrix share: its columns less the mean target, and their products."""

    matrix: np.ndarray  # (row, weight)
    origin: np.ndarray  # (row,)
    gram: np.ndarray  # (weight, weight)

    @classmethod
    def of(cls, matrix: np.ndarray, target: np.ndarray) -> Shared:
        """For a matrix (row, weight) and all targets (row, problem)."""
        origin = target.mean(axis=1)
        moved = matrix - origin[:, None]
        return cls(moved, origin, moved.T @ moved)


@dataclass(frozen=True)
class Squares:
    """A of each problem, as far as it does not hang on which weights are held."""

    shared: Shared
    rows: np.ndarray  # (problem, row) 1 where a row takes part
    target: np.ndarray  # (problem, row) less the mean target, nought where a row takes no part
    ridge: np.ndarray  # (problem,)
    intercept: bool
    pull: np.ndarray  # (problem, weight) products of columns and target
    mean: np.ndarray  # (problem, weight) sums of D over rows by root of their number
    out: np.ndarray  # (problem, row left out) positions, padded with the number of rows

    @classmethod
    def of(cls, shared: Shared, target: np.ndarray, rows: np.ndarray, ridge: np.ndarray, intercept: bool) -> Squares:
        """For targets and rows (row, problem) as in `simplex.Problems`."""
        count = rows.sum(axis=0)
        target = (target - shared.origin[:, None]) * rows
        mean = (shared.matrix.T @ rows - target.sum(axis=0)) / np.sqrt(count)
        size = ((shared.matrix**2).sum(axis=1) @ rows / len(shared.gram) + (target**2).sum(axis=0)) / count
        ridge = ridge + ROUNDING * size + np.finfo(float).tiny  # what rounding hides
        most = int(len(rows) - count.min())
        order = np.argsort(rows, axis=0, kind="stable")[:most].T
        out = np.where(np.arange(most) < (len(rows) - count)[:, None], order, len(rows))
        return cls(shared, rows.T, target.T, ridge, intercept, (shared.matrix.T @ target).T, mean.T, out)

    def on(self, which: np.ndarray, held: np.ndarray, used: np.ndarray) -> _Wide | _Narrow:
        """A of some problems on the weights at positions `held` (problem, held), of which those `used` count."""
        few = held.shape[1] <= len(self.shared.matrix)
        return _Narrow.of(self, which, held, used) if few else _Wide.of(self, which, held, used)


@dataclass(frozen=True)
class _Narrow:
    """No more weights than rows: A itself (problem, held, held); the unit matrix where a weight does not count."""

    used: np.ndarray
    squared: np.ndarray

    @classmethod
    def of(cls, all_of_them: Squares, which: np.ndarray, held: np.ndarray, used: np.ndarray) -> _Narrow:
        """Cut out of the products that problems share."""
        shared = all_of_them.shared
        found = shared.gram[held[:, :, None], held[:, None, :]]
        if all_of_them.out.shape[1]:
            padded = np.vstack([shared.matrix, np.zeros(shared.matrix.shape[1])])
            gone = padded[all_of_them.out[which][:, :, None], held[:, None, :]]
            found -= gone.transpose(0, 2, 1) @ gone
        pull = np.take_along_axis(all_of_them.pull[which], held, axis=1) - (all_of_them.target[which] ** 2).sum(axis=1, keepdims=True) / 2
        found -= pull[:, :, None]
        found -= pull[:, None, :]
        if all_of_them.intercept:
            mean = np.take_along_axis(all_of_them.mean[which], held, axis=1)
            found -= mean[:, :, None] * mean[:, None, :]
        found /= all_of_them.rows[which].sum(axis=1)[:, None, None]
        found *= used[:, :, None] & used[:, None, :]
        diagonal = np.einsum("bkk->bk", found)
        diagonal += np.where(used, all_of_them.ridge[which, None], 1.0)
        return cls(used, found)

    def over_ones(self) -> np.ndarray:
        """A^-1 1 (problem, held)."""
        return np.linalg.solve(self.squared, self.used[:, :, None].astype(np.float64))[:, :, 0]

    def value(self, weight: np.ndarray) -> np.ndarray:
        """f (problem,)."""
        return (weight * np.einsum("bkl,bl->bk", self.squared, weight)).sum(axis=1)


@dataclass(frozen=True)
class _Wide:
    """More weights than rows: A = D' D + ridge with D (problem, held, row), so that A^-1 takes as many equations as there are rows."""

    used: np.ndarray
    part: np.ndarray
    ridge: np.ndarray  # (problem, 1)

    @classmethod
    def of(cls, all_of_them: Squares, which: np.ndarray, held: np.ndarray, used: np.ndarray) -> _Wide:
        """From the columns that problems share."""
        rows = all_of_them.rows[which][:, None, :]
        count = rows.sum(axis=2, keepdims=True)
        part = (all_of_them.shared.matrix.T[held] - all_of_them.target[which][:, None, :]) * rows
        if all_of_them.intercept:
            part = (part - part.sum(axis=2, keepdims=True) / count) * rows
        part *= used[:, :, None] / np.sqrt(count)
        return cls(used, part, all_of_them.ridge[which, None])

    def over_ones(self) -> np.ndarray:
        """A^-1 1 (problem, held), by (ridge + D' D)^-1 = (1 - D' (ridge + D D')^-1 D) / ridge."""
        across = self.part.transpose(0, 2, 1) @ self.part
        np.einsum("brr->br", across)[:] += self.ridge
        pulled = np.linalg.solve(across, self.part.sum(axis=1)[:, :, None])
        return np.where(self.used, 1 - (self.part @ pulled)[:, :, 0], 0.0) / self.ridge

    def value(self, weight: np.ndarray) -> np.ndarray:
        """f (problem,)."""
        return (np.einsum("bkr,bk->br", self.part, weight) ** 2).sum(axis=1) + self.ridge[:, 0] * (weight**2).sum(axis=1)


@dataclass(frozen=True)
class _Standing:
    """Where every problem stands."""

    weight: np.ndarray  # (problem, weight)
    held: np.ndarray  # (problem, weight) bool
    least: np.ndarray  # (problem,) f when weights were last taken in
    entry: np.ndarray  # (problem,) weights that may be taken in at once


def exchange(squares: Squares, allowed: np.ndarray, slope: Slope, weight: np.ndarray, tolerance: float) -> np.ndarray:
    """Weights (weight, problem) with a duality gap at or below the tolerance, where rounding lets them, from feasible ones."""
    held = _first_held(weight, allowed, len(squares.shared.matrix) // 2).T
    start = np.where(held, weight.T, 0.0)
    number = len(held)
    stands = _Standing(start / start.sum(axis=1, keepdims=True), held, np.full(number, np.inf), np.full(number, FIRST_IN))
    live = np.arange(number)
    for _ in range(ROUNDS * len(weight)):
        value = _all_moved(squares, live, stands)
        inside = live[value >= 0]
        if len(inside):
            done = _taken_in(inside, value[value >= 0], allowed[:, inside], slope(inside, stands.weight[inside].T), stands, tolerance)
            live = np.setdiff1d(live, inside[done], assume_unique=True)
        if not len(live):
            break
    return stands.weight.T


def _first_held(weight: np.ndarray, allowed: np.ndarray, most: int) -> np.ndarray:
    """The largest weights, none far below the first, at most so many: more than there are rows cannot be told apart."""
    rank = np.argsort(np.argsort(-weight, axis=0, kind="stable"), axis=0, kind="stable")
    return allowed & (weight > HELD * weight.max(axis=0)) & (rank < max(most, 1))


def _all_moved(squares: Squares, live: np.ndarray, stands: _Standing) -> np.ndarray:
    """`_moved`, apart for problems that hold no more weights than rows and for others: each way of solving is exact for its own alone."""
    few = stands.held[live].sum(axis=1) <= len(squares.shared.matrix)
    value = np.empty(len(live))
    for part in (few, ~few):
        if part.any():
            value[part] = _moved(squares, live[part], stands)
    return value


def _moved(squares: Squares, live: np.ndarray, stands: _Standing) -> np.ndarray:
    """Move problems towards their best on the weights held; f (problem,) there, -1 where some weight was let go on the way."""
    many = stands.held[live].sum(axis=1)
    index = np.argsort(~stands.held[live], axis=1, kind="stable")[:, : many.max()]
    used = np.arange(index.shape[1]) < many[:, None]
    face = squares.on(live, index, used)
    found = face.over_ones()
    best = found / found.sum(axis=1, keepdims=True)
    now = np.take_along_axis(stands.weight[live], index, axis=1) * used
    out = best < 0
    cut = np.maximum(best, 0.0) / np.maximum(best, 0.0).sum(axis=1, keepdims=True)
    value = face.value(cut)
    short = out.any(axis=1) & ~(value < face.value(now))
    share = np.divide(now, now - best, out=np.full(now.shape, np.inf), where=out)
    first = share.min(axis=1, keepdims=True)
    part = np.maximum(now + np.minimum(first, 1.0) * (best - now), 0.0) * (share > first)
    stands.weight[live], stands.held[live] = 0.0, False
    at = np.broadcast_to(live[:, None], index.shape)[used], index[used]
    stands.weight[at] = np.where(short[:, None], part, cut)[used]
    stands.held[at] = np.where(short[:, None], share > first, ~out)[used]
    return np.where(out.any(axis=1), -1.0, value)


def _taken_in(inside: np.ndarray, value: np.ndarray, allowed: np.ndarray, slope: np.ndarray, stands: _Standing, tolerance: float) -> np.ndarray:
    """Take in the weights whose slope asks most for it; says which problems (inside,) are done."""
    level = (slope * stands.weight[inside].T).sum(axis=0)
    lack = np.where(allowed & ~stands.held[inside].T, level - slope, -np.inf).T
    fell = value < stands.least[inside] * (1 - ROUNDING)
    done = (lack.max(axis=1) <= tolerance) | (~fell & (stands.entry[inside] == 1))
    stands.least[inside] = np.minimum(value, stands.least[inside])
    stands.entry[inside] = np.where(fell, 2 * stands.entry[inside], 1)
    rank = np.argsort(np.argsort(-lack, axis=1, kind="stable"), axis=1, kind="stable")
    stands.held[inside] |= (lack > 0) & (rank < stands.entry[inside][:, None]) & ~done[:, None]
    return done
