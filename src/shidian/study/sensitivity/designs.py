"""Designs: which runs a step makes. A design says where every factor stands in each run, and which draw the other inputs take.

The other inputs are all that is drawn and no parameter: sizes of instruments, attributes of classes and named products, chargers,
makers' shares, national series. They stand at their best values where a design draws none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...foundations.streams import stream
from .factors import Factor, Point

LEVELS = 4  # of Morris' grid: quantiles 5, 35, 65 and 95 %
ONE_AT_A_TIME, MORRIS, SOBOL = "one-at-a-time", "morris", "sobol"
PARAMETERS, CHOSEN, INPUTS, BOTH = PARTS = ("parameters", "chosen", "inputs", "both")


@dataclass(frozen=True)
class Design:
    """Runs of one step. `values` is (run, factor) in the factors' own units; `shares` the same as shares of the intervals, where
    the design has them. `block` tells which runs belong together: a trajectory, a row of Sobol's sequence, a draw. `moved` says in
    words what tells a run from the one before it, or from the central one. `drawn` is the seed and number of the draw of the other
    inputs, or none."""

    step: str
    values: np.ndarray
    block: np.ndarray
    moved: list[str]
    drawn: list[tuple[int, int] | None]
    shares: np.ndarray

    def __len__(self) -> int:
        return len(self.values)


def _design(step: str, factors: Sequence[Factor], shares: np.ndarray, block: np.ndarray, moved: list[str]) -> Design:
    """A design from shares, with the other inputs at their best values; NaN leaves a factor at its centre."""
    values = np.array([[each.centre if np.isnan(share) else each.at(share) for each, share in zip(factors, row, strict=True)] for row in shares])
    return Design(step, values.reshape(len(shares), len(factors)), block, moved, [None] * len(shares), shares)


def one_at_a_time(factors: Sequence[Factor]) -> Design:
    """The central run, then each factor alone at its low and at its high end: 1 + 2 F runs."""
    shares = np.full((1 + 2 * len(factors), len(factors)), np.nan)
    for position in range(len(factors)):
        shares[1 + 2 * position, position], shares[2 + 2 * position, position] = 0.0, 1.0
    moved = ["nothing", *(f"{each.name} {end}" for each in factors for end in ("low", "high"))]
    return _design(ONE_AT_A_TIME, factors, shares, np.arange(len(shares)), moved)


def trajectories(factors: Sequence[Factor], count: int, seed: int) -> Design:
    """Morris' trajectories: from a random point of the grid each factor moves once, in random order: count (F + 1) runs."""
    from SALib.sample.morris import sample

    shares = sample(problem([each.name for each in factors]), count, num_levels=LEVELS, seed=number(seed, "trajectories"))
    steps = np.diff(shares, axis=0, prepend=np.nan)
    length = len(factors) + 1
    names = [each.name for each in factors]
    moved = ["start" if row % length == 0 else names[int(np.flatnonzero(step)[0])] for row, step in enumerate(steps)]
    return _design(MORRIS, factors, shares, np.arange(len(shares)) // length, moved)


def saltelli(factors: Sequence[Factor], chosen: Sequence[str], blocks: int, seed: int) -> Design:
    """Saltelli's blocks over the chosen factors, the others at their centres: blocks (K + 2) runs.

    A block is a point A, the K points that take one factor of B each, and the point B.
    """
    from SALib.sample.sobol import sample

    placed = sample(problem(chosen), blocks, calc_second_order=False, seed=number(seed, "blocks"))
    shares = np.full((len(placed), len(factors)), np.nan)
    shares[:, [each.name in chosen for each in factors]] = placed
    return _design(SOBOL, factors, shares, np.arange(len(placed)) // (len(chosen) + 2), ["A", *chosen, "B"] * blocks)


def lots(factors: Sequence[Factor], chosen: Sequence[str], points: Sequence[Point], inputs: Sequence[tuple[int, int]]) -> list[Design]:
    """What is drawn, in parts and with the same luck: all parameters, the chosen ones, the other inputs, and everything at once.

    `points` are the parameters of draws 0, 1, ... and `inputs` the seeds and draws of the other inputs that go with them. Unlike
    the steps before, a draw is not cut at the ends of the intervals: `both` is what a run with such parameters draws.
    """
    centre = np.array([each.centre for each in factors])
    free = np.array([[point[each.name] for each in factors] for point in points])
    some = np.where([each.name in chosen for each in factors], free, centre)
    fixed, block = np.broadcast_to(centre, free.shape), np.arange(len(free))
    none, luck = [None] * len(free), list(inputs)
    parts = {PARAMETERS: (free, none), CHOSEN: (some, none), INPUTS: (fixed, luck), BOTH: (free, luck)}
    unknown = np.full(free.shape, np.nan)
    return [Design(part, values, block, [part] * len(free), drawn, unknown) for part, (values, drawn) in parts.items()]


def problem(names: Sequence[str]) -> dict:
    """Factors as SALib asks for them, each from 0 to 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def number(seed: int, *names: str) -> int:
    """A seed above nought for SALib, which takes nought for none."""
    return int(stream(seed, "sensitivity", *names).integers(1, 2**31))
