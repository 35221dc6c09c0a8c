"""A sensitivity study from start to end: screen all factors, divide the variance among the few that matter, weigh luck apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pandas as pd

from . import designs, factors, measures, runs, tables
from .questions import Question
from .record import SensitivitySpec
from .runs import Bench, Runs

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True)
class Sensitivity:
    """A finished study: its tables, the factors that went on to the second step, and what it found by outcome.

    `counts` says how many runs each step made and how many of them failed. `findings` has for each outcome its name, unit, year,
    scale and central value, what the chosen factors carry of it, those that matter most, and the parameters' share in the variance.
    """

    spec: SensitivitySpec
    chosen: tuple[str, ...]
    factors: pd.DataFrame
    tornado: pd.DataFrame
    morris: pd.DataFrame
    sobol: pd.DataFrame
    variance: pd.DataFrame
    runs: pd.DataFrame
    counts: dict[str, dict[str, int]]
    findings: list[dict]


def inquire(asked: Question, workers: int | None = None, progress: Progress | None = None) -> Sensitivity:
    """Make every run of a study and say what they say. The same question has the same answer at any number of workers."""
    spec, moved = asked.spec, asked.factors
    bench = Bench(asked.ready, spec.seed, moved, asked.outcomes, workers)
    points = [factors.flat(asked.ready.source.values(each.seed, each.draw, each.given)) for each in asked.luck]
    with (progress or _silent)(f"Sensitivity of {spec.case}", _total(spec, len(moved))) as told:
        made = _Made(bench, told)
        alone = made.run(designs.one_at_a_time(moved))
        screened = made.run(designs.trajectories(moved, spec.trajectories, spec.seed))
        seen = tables.views(asked.outcomes, [alone, screened])
        effects = tables.morris(asked, seen, screened)
        stars = effects["mu_star"].to_numpy().reshape(len(seen), len(moved))
        chosen = measures.most_influential(stars, asked.names, spec.factors)
        blocks = made.run(designs.saltelli(moved, chosen, spec.sobol, spec.seed)) if chosen else None
        parts = {design.step: made.run(design) for design in designs.lots(moved, chosen, points, [(each.seed, each.draw) for each in asked.luck])}
    found = {
        "factors": factors.as_table(moved, chosen),
        "tornado": tables.tornado(asked, seen, alone),
        "morris": effects,
        "sobol": tables.sobol(asked, seen, chosen, blocks),
        "variance": tables.variance(asked, seen, parts),
        "runs": runs.as_table(made.all, moved, asked.outcomes),
    }
    return Sensitivity(spec, tuple(chosen), **found, counts=made.counts, findings=tables.findings(asked, seen, chosen, alone, found))


@contextmanager
def _silent(title: str, total: int) -> Iterator[Callable[[int], None]]:
    yield lambda done: None


def _total(spec: SensitivitySpec, count: int) -> int:
    """Runs of a study of so many factors."""
    return 1 + 2 * count + spec.trajectories * (count + 1) + spec.sobol * (spec.factors + 2) + len(designs.PARTS) * spec.draws


class _Made:
    """The runs made so far, told to one progress bar."""

    def __init__(self, bench: Bench, told: Callable[[int], None]):
        self.bench, self.told = bench, told
        self.all: list[Runs] = []

    def run(self, design: designs.Design) -> Runs:
        before = sum(len(runs.design) for runs in self.all)
        self.all.append(self.bench.evaluate(design, lambda done: self.told(before + done)))
        return self.all[-1]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        return {runs.design.step: {"runs": len(runs.design), "failed": sum(map(bool, runs.failed))} for runs in self.all}
