"""Placebos: the estimator asked about places where nothing was tried.

The treated units are taken out, their starts are given to as many units that were never treated, and the effect is worked out again. If
the pilots did nothing, the true assignment is one among these. With B placebos d[b] and the effect v,

    p = (1 + number of |d[b]| >= |v|) / (B + 1)
    error = standard deviation of d
    interval = v -+ h,   h the k-th largest |d[b]|,   k = floor(0.05 (B + 1))

so that the interval excludes nought exactly where p <= 0.05; with fewer than nineteen placebos (k = 0) it has no ends. It supposes that a
placebo varies as the effect does, that is, that treated and untreated units have noise of one size (Abadie, Diamond and Hainmueller
2010; Arkhangelsky and others 2021, Algorithm 4). Where one unit is treated every untreated unit takes its turn, and nothing is left
to chance.

Whom a draw picks hangs on the names of units, never on their order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..foundations.streams import name_keys, uniforms
from .panel import NEVER, Panel

ALPHA = 0.05


@dataclass(frozen=True)
class Placebos:
    """Assignments among the untreated: `starts` (placebo, untreated unit); `exact` where they are all there are."""

    starts: np.ndarray
    exact: bool
    by_cluster: bool

    @property
    def how(self) -> str:
        """The word for it in an estimate."""
        return "exact" if self.exact else "permutation"


@dataclass(frozen=True)
class _Blocks:
    """What is assigned together: the block (unit,) of each unit, -1 for those that take no part, and the names of blocks."""

    member: np.ndarray
    names: list[str]
    starts: list[tuple[int, int]]  # start of a cohort, how many blocks it takes
    by_cluster: bool

    @property
    def asked(self) -> int:
        return sum(count for _, count in self.starts)


def placebos(panel: Panel, draws: int, seed: int) -> Placebos | str:
    """At most `draws` assignments, all of them where there are no more or where one block is treated; a string says why there are none.

    A block is a unit, or a cluster where clusters were treated whole. Needs more untreated blocks than treated ones.
    """
    blocks = _blocks(panel)
    free = len(blocks.names)
    if free <= blocks.asked:
        kind = "clusters" if blocks.by_cluster else "units"
        return f"placebos need more untreated {kind} than treated ones, and there are {free} and {blocks.asked}"
    count = _count(free, [count for _, count in blocks.starts])
    exact = count <= draws or blocks.asked == 1
    chosen = list(_all(free, blocks.starts)) if exact else _some(blocks, draws, seed)
    of_block = np.array(chosen)
    return Placebos(of_block[:, blocks.member], exact, blocks.by_cluster)


def without_treated(panel: Panel) -> Panel:
    """The untreated units alone, among whom placebos are assigned."""
    return panel.of(~panel.treated)


def _blocks(panel: Panel) -> _Blocks:
    """Clusters where each treated cluster was treated whole at one start, units otherwise."""
    treated = panel.treated
    clusters = [np.flatnonzero(panel.group == group) for group in np.unique(panel.group)]
    whole = all(len(set(panel.start[rows])) == 1 for rows in clusters if treated[rows].any())
    by_cluster = whole and any(len(rows) > 1 for rows in clusters)
    if not by_cluster:
        clusters = [np.array([row]) for row in range(len(panel.units))]
    starts = [int(panel.start[rows[0]]) for rows in clusters if treated[rows].any()]
    free = [rows for rows in clusters if not treated[rows].any()]
    member = np.full(len(panel.units), -1)
    for block, rows in enumerate(free):
        member[rows] = block
    names = [min(panel.units[row] for row in rows) for rows in free]
    return _Blocks(member[~treated], names, [(start, starts.count(start)) for start in sorted(set(starts))], by_cluster)


def _count(free: int, counts: list[int]) -> int:
    """Ways to give each cohort its blocks."""
    ways = 1
    for count in counts:
        ways *= math.comb(free, count)
        free -= count
    return ways


def _all(free: int, starts: list[tuple[int, int]]) -> Iterator[list[int]]:
    """Every assignment of starts to blocks."""

    def given(rest: list[int], cohorts: list[tuple[int, int]], start: list[int]) -> Iterator[list[int]]:
        if not cohorts:
            yield list(start)
            return
        (first, count), *others = cohorts
        for chosen in combinations(rest, count):
            put = list(start)
            for block in chosen:
                put[block] = first
            yield from given([block for block in rest if block not in chosen], others, put)

    yield from given(list(range(free)), starts, [NEVER] * free)


def _some(blocks: _Blocks, draws: int, seed: int) -> list[np.ndarray]:
    """Assignments by lot: the blocks with the smallest numbers of their own are taken."""
    keys = name_keys(blocks.names)
    starts = np.repeat([start for start, _ in blocks.starts], [count for _, count in blocks.starts])
    chosen = []
    for draw in range(draws):
        order = np.argsort(uniforms(keys, seed, "evidence", "placebo", draw), kind="stable")
        put = np.full(len(keys), NEVER)
        put[order[: len(starts)]] = starts
        chosen.append(put)
    return chosen


# --- what placebos say ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ranked:
    """What placebos say of estimates (estimate,): standard error, ends of the interval, two-sided p."""

    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def ranked(value: np.ndarray, draws: np.ndarray) -> Ranked:
    """Estimates (estimate,) among placebos (placebo, estimate); a placebo without a number counts as one that proves nothing."""
    size = np.where(np.isfinite(draws), np.abs(draws), np.inf)
    count = len(draws)
    p = (1 + (size >= np.abs(value)).sum(axis=0)) / (count + 1)
    spare = math.floor(ALPHA * (count + 1) + 1e-9)
    half = np.sort(size, axis=0)[count - spare] if spare else np.full(value.shape, np.inf)
    error = np.array([column[np.isfinite(column)].std() if np.isfinite(column).any() else np.nan for column in draws.T])
    nothing = ~np.isfinite(value)
    return Ranked(error, np.where(nothing, np.nan, value - half), np.where(nothing, np.nan, value + half), np.where(nothing, np.nan, p))
