"""Runs of a study: a point of the factors in, a few numbers out. A run that fails is kept, with why.

Only the outcomes stay in memory. Threads share the compiled kernel, which leaves Python's lock while it runs, and results come
back in the order of the design, so that the number of workers never shows.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from ...foundations.errors import Failure
from ...worlds.market.build import BESIDE
from ...worlds.market.setting import Setting
from .. import results
from ..figures import Figure, take
from ..posterior import Drawn
from ..simulate import Experimenter, Inputs
from .designs import Design
from .factors import Factor, Point

KEPT = 8  # settings remembered: neighbouring runs mostly share theirs
TOGETHER = 16  # runs whose arrays are held at once by each worker
UNSEEN = ("monthly_groups", "monthly_product", "scrapped")  # large arrays that no yearly indicator needs


@dataclass(frozen=True)
class Runs:
    """A design, run: `outcomes` is (run, outcome), NaN where there is no number; `failed` says why, empty where all went well."""

    design: Design
    outcomes: np.ndarray
    failed: list[str]


class Bench:
    """A case made ready to be run at any point of its factors."""

    def __init__(self, ready: Experimenter, seed: int, factors: Sequence[Factor], outcomes: Sequence[Figure], workers: int | None = None):
        self.ready, self.seed, self.outcomes = ready, seed, list(outcomes)
        self.names = [each.name for each in factors]
        self.workers = workers or os.cpu_count() or 1
        _, self.setting, self.policies = self.ready.inputs(seed, None)
        self.beside = [name for name in self.names if name.partition(".")[0] in BESIDE]
        self._set = lru_cache(KEPT)(self._make_setting)

    def evaluate(self, design: Design, progress: Callable[[int], None]) -> Runs:
        """Make the runs of a design; `progress` is told now and then how many are done."""
        pieces = [slice(start, start + TOGETHER) for start in range(1, len(design), TOGETHER)]
        outcomes, failed = self._piece(design, slice(1))  # alone: the first run of all compiles the kernel
        found = [outcomes]
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                for outcomes, reasons in pool.map(lambda piece: self._piece(design, piece), pieces):
                    found.append(outcomes)
                    failed += reasons
                    progress(len(failed))
            except BaseException:  # an interrupt too: runs that nobody waits for are not begun
                pool.shutdown(cancel_futures=True)
                raise
        return Runs(design, np.concatenate(found), failed)

    def _piece(self, design: Design, piece: slice) -> tuple[np.ndarray, list[str]]:
        """A few runs after one another, whose outcomes are then taken in one stroke; and why each failed."""
        made = [self._run(*row) for row in zip(design.values[piece], design.drawn[piece], strict=True)]
        found = np.full((len(made), len(self.outcomes)), np.nan)
        through = [row for row, each in enumerate(made) if isinstance(each, dict)]
        if through:
            figures = take(self.ready.case, results.dataset(self.ready.case, [made[row] for row in through]), self.outcomes)
            found[through] = np.stack([figures[each] for each in self.outcomes], axis=1)
        return found, [each if isinstance(each, str) else self._lacking(values) for each, values in zip(made, found, strict=True)]

    def _run(self, values: np.ndarray, drawn: tuple[int, int] | None) -> dict[str, np.ndarray] | str:
        """One run by name of array, or why it failed."""
        point = dict(zip(self.names, map(float, values), strict=True))
        one = self._with(point)
        try:
            made = one.run(*drawn) if drawn else one.run(self.seed, None, self._central(one, point))
        except Failure as failure:
            return str(failure)
        return {name: array for name, array in made.items() if name not in UNSEEN}

    def _lacking(self, values: np.ndarray) -> str:
        """Which outcomes of a run are no number; empty where all are."""
        lacking = [each.indicator for each, value in zip(self.outcomes, values, strict=True) if not np.isfinite(value)]
        return f"no number: {', '.join(lacking)}" if lacking else ""

    def _with(self, point: Point) -> Experimenter:
        """The case with its factors at a point; its tables, read once, are shared."""
        one = copy.copy(self.ready)
        one.given = Drawn((point,))
        return one

    def _central(self, one: Experimenter, point: Point) -> Inputs:
        """What a run without a draw takes as given: only parameters differ between such runs, and a few of them change the setting."""
        setting = self._set(tuple(point[name] for name in self.beside)) if self.beside else self.setting
        return one.source.parameters(one.values(self.seed, None), self.seed, None), setting, self.policies

    def _make_setting(self, beside: tuple[float, ...]) -> Setting:
        one = self._with(dict(zip(self.beside, beside, strict=True)))
        return one.source.setting(one.values(self.seed, None), self.seed, None)


def as_table(made: Sequence[Runs], factors: Sequence[Factor], outcomes: Sequence[Figure]) -> pd.DataFrame:
    """Every run as a row: its step and place in it, seed and draw of the other inputs, why it failed, its outcomes and its factors."""
    parts = []
    for runs in made:
        design = runs.design
        seeds, draws = zip(*((str(drawn[0]), str(drawn[1])) if drawn else ("", "") for drawn in design.drawn), strict=True)
        head = {"step": design.step, "block": design.block, "moved": design.moved, "seed": seeds, "draw": draws, "failed": runs.failed}
        seen = pd.DataFrame(runs.outcomes, columns=[each.indicator for each in outcomes])
        parts.append(pd.concat([pd.DataFrame(head), seen, pd.DataFrame(design.values, columns=[each.name for each in factors])], axis=1))
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "run", np.arange(len(table)))
    return table
