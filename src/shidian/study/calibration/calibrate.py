"""A calibration from end to end: climb, draw, check, and say what was learned."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...cases import Case, load_case
from ...foundations.errors import Failure, InputError
from ..estimation import Mode, find_mode
from ..posterior import Posterior
from .check import Checked, check
from .evidence import Evidence
from .lessons import Best, influence, residuals, shrinkage
from .problem import Problem, posterior, problem
from .spread import Fitted, plausible, spread

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
TOLERANCE, MOST_STEPS = 0.1, 150  # standard errors that the top may be away; steps of the climb
CANDIDATES = 2  # draws of the other inputs that are tried, for each posterior draw
CHECKED = 400  # draws around the mode that are weighed
LEAST_ARRIVED = 0.5  # share of draws that must reach their fit for a posterior to be given


@dataclass(frozen=True)
class Calibration:
    """A fitted case and everything that was asked of the fit."""

    case: Case
    until: int
    seed: int
    evidence: Evidence
    mode: Mode
    tried: list[Fitted]
    beside: list[Fitted]
    fitted: list[Fitted]
    checked: Checked
    residuals: pd.DataFrame
    shrinkage: pd.DataFrame
    influence: pd.DataFrame
    posterior: Posterior
    seconds: dict[str, float]


def calibrate(
    case: str | Case,
    until: int | None = None,
    seed: int = 0,
    draws: int = 128,
    workers: int | None = None,
    progress: Progress | None = None,
    evidence: Evidence | None = None,
) -> Calibration:
    """Fit a case to what it lists as evidence until the end of a year.

    `evidence` puts another record in place of the case's own, for tests with a planted truth. Raises InputError where the case lists no evidence or `until` is outside its
    calendar, Failure where no fit can be found.
    """
    loaded = load_case(case) if isinstance(case, str) else case
    if draws < 2:
        raise InputError(f"{draws} draws were asked for; a posterior needs at least two.")
    last = last_year(loaded, until)
    bar, clock = progress or _silent, _Clock()
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        asked = problem(loaded, last, pool, found=evidence)
        mode, best = _climb(asked, bar, clock)
        candidates = CANDIDATES * draws
        with bar("Ruling out inputs that do not fit", candidates) as told, clock("inputs"):
            tried, beside = plausible(asked, best.z, best.slopes, seed, candidates, told)
        with bar("Drawing from the posterior", draws) as told, clock("draws"):
            fitted = spread(asked, beside, seed, draws, told)
        with bar("Weighing draws around the best fit", CHECKED) as told, clock("check"):
            checked = check(asked, best, mode, seed, CHECKED, told)
        with bar("Leaving one piece of evidence out after the other", 1), clock("influence"):
            moved = influence(asked, best)
        arrived = [each for each in fitted if each.arrived]
        if len(arrived) < max(2, LEAST_ARRIVED * draws):
            raise Failure(f"Only {len(arrived)} of {draws} posterior draws could be fitted to the record; widen the spreads in calibration.yaml or the priors that clash with it.")
        points = np.stack([each.z for each in arrived])
        return Calibration(
            loaded, last, seed, asked.evidence, mode, tried, beside, fitted, checked, residuals(asked, best), shrinkage(asked, best, points), moved,
            _posterior(asked, best, fitted, seed), clock.seconds,
        )  # fmt: skip


def last_year(case: Case, until: int | None) -> int:
    """The last year that a calibration looks at: the one asked for, or the one that the case names."""
    return until or (case.calibration.until if case.calibration else case.calendar.last)


def _climb(asked: Problem, bar: Progress, clock: _Clock) -> tuple[Mode, Best]:
    """The best fit beside the best values of the other inputs."""
    inputs = asked.inputs(0, None)

    def curvature(z) -> np.ndarray:
        return asked.curvature(asked.slopes(np.asarray(z), inputs))

    with bar("Climbing to the best fit", MOST_STEPS) as told, clock("fit"):
        mode = find_mode(
            posterior(asked, inputs), asked.free.start, curvature=curvature, tolerance=TOLERANCE, most_steps=MOST_STEPS,
            progress=lambda steps, height: told(steps),
        )  # fmt: skip
    said, slopes = asked.said(mode.values, inputs), asked.slopes(mode.values, inputs)
    return mode, Best(inputs, mode.values, said, slopes, mode.covariance)


def _posterior(asked: Problem, best: Best, fitted: list[Fitted], seed: int) -> Posterior:
    """The draws that arrived, each with the number of the other inputs that it was fitted beside."""
    kept = [each for each in fitted if each.arrived]
    values = asked.free.table(np.stack([each.z for each in kept]))
    rows = tuple(dict(zip(asked.free.names, map(float, row), strict=True)) for row in values)
    return Posterior(rows, tuple(each.number for each in kept), seed, asked.until, asked.free.flat(best.z), asked.case.digest, _discrepancy(asked, best))


def _discrepancy(asked: Problem, best: Best) -> dict[str, float]:
    """What the best fit leaves unexplained of each national yearly indicator: root mean square of its log errors."""
    off = best.said - asked.evidence.observed
    centre = asked.case.places.centre.code
    found: dict[str, list[float]] = {}
    for item, error in zip(asked.evidence.items, off, strict=True):
        if item.place == centre and not item.swing:
            found.setdefault(item.name.split()[0], []).append(float(error))
    return {name: float(np.sqrt(np.mean(np.square(errors)))) for name, errors in found.items()}


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start


def _silent(title: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
    return nullcontext(lambda done: None)
