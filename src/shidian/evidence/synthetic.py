"""Synthetic control and synthetic difference-in-differences: the pilots beside a mixture of untreated places made to resemble them.

With Y the outcome, m the mean over the units first treated together, T0 periods before that anticipation has not touched and N0
untreated units, weights omega of units (never negative, summing to one) minimise

    sum over t before of (omega0 + omega . Y[., t] - m . Y[., t])^2 / T0 + zeta^2 |omega|^2

Synthetic control (Abadie, Diamond and Hainmueller 2010, with outcomes alone) has omega0 = 0, zeta = 1e-4 noise, and

    effect = mean over t after of (m - omega) . Y[., t]

Synthetic difference-in-differences (Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021, Algorithm 1) has omega0 free,
zeta = (N1 T1)^(1/4) noise, and weights lambda of periods before found likewise over units, with ridge 1e-4 noise and a constant:

    effect = (m - omega) . (mean over t after of Y - lambda . Y before)

so that levels need not agree. noise is the standard deviation of first differences of the untreated before the start; N1 and T1 count
treated units and treated periods. Starts that differ are estimated one by one against units never treated, and averaged by treated
units times treated periods (Clarke, Pailanir, Athey and Imbens 2023).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .alike import doubt_of_slopes, without_slopes
from .contrast import Contrasts, weights_of
from .estimate import WEIGHT_COLUMNS, Estimate, untold
from .inference import judged
from .panel import NEVER, Panel
from .readiness import cohorts, ready
from .simplex import TOLERANCE, Problems, solve

SHADE = 1e-4  # ridge of weights that need none, in noise: it settles which of several equal answers is given
REACHED = 1e-10  # of the mean square of what is mixed, in squared noise: nearer to the best float64 does not come
WIDEST = 1e-3  # of the squared noise, beyond which weights are no answer
LEAST_SHOWN = 1e-4  # weight below which a table leaves it out

Progress = Callable[[int], None]


@dataclass(frozen=True)
class _Kind:
    """What sets the two methods apart."""

    name: str
    own_level: bool  # a constant of its own, and periods weighed

    def ridge(self, treated: np.ndarray, periods: int, noise: np.ndarray) -> np.ndarray:
        """zeta^2 (problem,)."""
        return ((treated * periods) ** 0.25 * noise if self.own_level else SHADE * noise) ** 2


CONTROL = _Kind("synthetic-control", False)
DIFFERENCE = _Kind("synthetic-difference-in-differences", True)


def synthetic_control(
    panel: Panel, *, anticipation: int = 0, draws: int = 999, seed: int = 0, tolerance: float = TOLERANCE, progress: Progress | None = None
) -> Estimate:
    """The effect beside a synthetic control; errors by placebo, see `inference.judged`.

    `tolerance` is of the duality gap, in squared noise; where levels stand so far above the noise that float64 cannot reach it, what it reaches
    is taken. `progress` hears how many problems are solved. Raises Failure where a gap of a thousandth cannot be reached.
    """
    return _estimate(CONTROL, panel, anticipation, draws, seed, tolerance, progress)


def synthetic_did(
    panel: Panel, *, anticipation: int = 0, draws: int = 999, seed: int = 0, tolerance: float = TOLERANCE, progress: Progress | None = None
) -> Estimate:
    """The effect by synthetic difference-in-differences; errors by placebo, the rest as in `synthetic_control`."""
    return _estimate(DIFFERENCE, panel, anticipation, draws, seed, tolerance, progress)


def synthetic_did_effects(panel: Panel, starts: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """The effect (assignment,) by synthetic difference-in-differences under every assignment of starts (assignment, unit), all with the same cohorts.

    Needs a complete panel with two periods before each start and an untreated unit in every assignment.
    """
    return _Mixer(DIFFERENCE, 0, tolerance, None).mix(panel, starts).values[:, 0]


def _estimate(kind: _Kind, panel: Panel, anticipation: int, draws: int, seed: int, tolerance: float, progress: Progress | None) -> Estimate:
    found = ready(panel, anticipation, complete=True, before=2)
    if found.panel is None:
        return untold(kind.name, *found.notes)
    panel = without_slopes(found.panel)
    shrunk, doubt = doubt_of_slopes(found.panel, panel)
    mixed = _Mixer(kind, anticipation, tolerance, None).mix(panel, panel.start[None])
    every = _Mixer(kind, anticipation, tolerance, progress)

    def batch(untreated: Panel, starts: np.ndarray) -> tuple[np.ndarray, float]:
        others = every.mix(untreated, starts)
        noise = float(others.values[:, 0].var()) or 1.0
        return others.values * np.sqrt(shrunk + doubt / noise), others.gap

    return judged(
        kind.name, panel, lambda _: mixed.contrasts(panel), how="placebo", draws=draws, seed=seed, anticipation=anticipation, notes=found.notes, batch=batch,
        weights=mixed.table(panel), gap=mixed.gap,
    )  # fmt: skip


# --- all assignments at once -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cohort:
    """One cohort under every assignment: effect (assignment,), gaps by period (assignment, period), weights."""

    start: int
    treated: np.ndarray  # (assignment,) units
    effect: np.ndarray
    curve: np.ndarray
    units: np.ndarray  # (unit, assignment)
    periods: np.ndarray  # (period before, assignment); empty where periods are not weighed
    gap: float


@dataclass(frozen=True)
class _Mixed:
    """All cohorts under every assignment."""

    cohorts: list[_Cohort]
    length: int

    @property
    def gap(self) -> float:
        """The largest duality gap of all."""
        return max(cohort.gap for cohort in self.cohorts)

    @property
    def events(self) -> np.ndarray:
        """Periods since the start that some cohort has."""
        return np.unique(np.concatenate([np.arange(self.length) - cohort.start for cohort in self.cohorts]))

    def by_event(self) -> tuple[np.ndarray, np.ndarray]:
        """Gaps (assignment, event) averaged over cohorts by units, and units (assignment, event)."""
        events = self.events
        total = np.zeros((len(self.cohorts[0].effect), len(events)))
        units = np.zeros_like(total)
        for cohort in self.cohorts:
            at = np.searchsorted(events, np.arange(self.length) - cohort.start)
            total[:, at] += cohort.treated[:, None] * cohort.curve
            units[:, at] += cohort.treated[:, None]
        return total / units, units

    @property
    def values(self) -> np.ndarray:
        """Overall, by event and by cohort (assignment, 1 + event + group)."""
        mass = np.stack([cohort.treated * (self.length - cohort.start) for cohort in self.cohorts])
        effects = np.stack([cohort.effect for cohort in self.cohorts])
        overall = (mass * effects).sum(axis=0) / mass.sum(axis=0)
        return np.concatenate([overall[:, None], self.by_event()[0], effects.T], axis=1)

    def contrasts(self, panel: Panel) -> Contrasts:
        """The first assignment, which is the true one."""
        events, values, (_, units) = self.events, self.values[0], self.by_event()
        starts = np.array([cohort.start for cohort in self.cohorts])
        sizes = np.array([int((panel.start == start).sum()) for start in starts])
        end = 1 + len(events)
        return Contrasts(float(values[0]), events, values[1:end], units[0].astype(int), starts, values[end:], sizes)

    def table(self, panel: Panel) -> pd.DataFrame:
        """Weights of units and periods of the first assignment, the largest first."""
        rows = []
        for cohort in self.cohorts:
            label = panel.periods[cohort.start]
            periods = cohort.periods[:, 0] if cohort.periods.size else np.zeros(0)
            for kind, names, weights in (("unit", panel.units, cohort.units[:, 0]), ("period", panel.periods, periods)):
                order = np.argsort(-weights, kind="stable")
                rows += [(label, kind, names[at], float(weights[at])) for at in order if weights[at] >= LEAST_SHOWN]
        return pd.DataFrame(rows, columns=list(WEIGHT_COLUMNS))


@dataclass(frozen=True)
class _Mixer:
    """Finds the weights of one method."""

    kind: _Kind
    anticipation: int
    tolerance: float
    progress: Progress | None

    def mix(self, panel: Panel, starts: np.ndarray) -> _Mixed:
        """Every assignment `starts` (assignment, unit) of a complete panel; all have the same cohorts."""
        first = panel.started(starts[0])
        return _Mixed([self._cohort(panel, starts, start) for start in cohorts(first)], len(panel.periods))

    def _cohort(self, panel: Panel, starts: np.ndarray, start: int) -> _Cohort:
        outcome = panel.outcome - panel.outcome.mean(axis=0)  # a shock common to all moves nothing, and the problem is better conditioned
        before = outcome[:, : start - self.anticipation]
        after = outcome[:, start:].mean(axis=1)
        mine, free = (starts == start).T, (starts == NEVER).T  # (unit, assignment)
        weight = weights_of(panel.weight, len(panel.units))[:, None] * mine
        treated = weight / weight.sum(axis=0)
        noise = _noise(panel.outcome[:, : before.shape[1]], free)
        scale = float(noise.max()) or float(np.abs(outcome).max()) or 1.0
        units, gap = self._units(before / scale, treated, free, mine.sum(axis=0), outcome.shape[1] - start, noise / scale)
        contrast = (treated - units).T @ outcome
        if not self.kind.own_level:
            return _Cohort(start, mine.sum(axis=0), contrast[:, start:].mean(axis=1), contrast, units, np.zeros((0, 0)), gap)
        periods, other = self._periods(before / scale, after / scale, free, noise / scale)
        curve = contrast - (contrast[:, : before.shape[1]] * periods.T).sum(axis=1)[:, None]
        return _Cohort(start, mine.sum(axis=0), curve[:, start:].mean(axis=1), curve, units, periods, max(gap, other))

    def _units(
        self, before: np.ndarray, treated: np.ndarray, free: np.ndarray, count: np.ndarray, length: int, noise: np.ndarray
    ) -> tuple[np.ndarray, float]:
        """Weights omega (unit, assignment). Units share one factor of their Gram matrix, since assignments differ in masks alone."""
        level = before - before.mean(axis=1, keepdims=True) if self.kind.own_level else before
        factor = np.linalg.qr(level.T, mode="r") if level.shape[1] > level.shape[0] else level.T
        factor = factor * np.sqrt(len(factor) / level.shape[1])
        problems = Problems(factor, factor @ treated, np.ones((len(factor), treated.shape[1])), free, self.kind.ridge(count, length, noise), False)
        found = solve(problems, self.tolerance, self.progress, enough=self._enough(factor))
        return found.weight, float(found.gap.max())

    def _enough(self, matrix: np.ndarray) -> float:
        """The gap that is taken where float64 comes no nearer, since levels stand far above the noise."""
        return max(self.tolerance, min(REACHED * float((matrix**2).mean(axis=0).max()), WIDEST))

    def _periods(self, before: np.ndarray, after: np.ndarray, free: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, float]:
        """Weights lambda (period before, assignment), fitted over the units that stay untreated."""
        target = np.repeat(after[:, None], free.shape[1], axis=1)
        allowed = np.ones((before.shape[1], free.shape[1]), dtype=bool)
        problems = Problems(before, target, free.astype(np.float64), allowed, (SHADE * noise) ** 2, True)
        near = None
        if free.shape[1] > 1:  # assignments leave out few units each, so that the weights over all units are near to theirs
            near = solve(replace(problems.some(slice(0, 1)), rows=np.ones((len(before), 1))), self.tolerance, enough=self._enough(before)).weight[:, 0]
        found = solve(problems, self.tolerance, self.progress, start=near, enough=self._enough(before))
        return found.weight, float(found.gap.max())


def _noise(before: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Standard deviation (assignment,) of first differences before the start over units that stay untreated (unit, assignment)."""
    steps = np.diff(before, axis=1)
    count = free.sum(axis=0) * steps.shape[1]
    mean = steps.sum(axis=1) @ free / count
    squares = (steps**2).sum(axis=1) @ free
    return np.sqrt(np.maximum(squares - count * mean**2, 0.0) / np.maximum(count - 1, 1))
