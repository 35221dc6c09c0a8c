"""Imputation (Borusyak, Jaravel and Spiess 2024): what treated places would have shown is told from levels of units and periods.

On the cells not under treatment (before any start, and of units never treated) Y[i, t] = a[i] + b[t] + error is fitted by least squares.
Then

    tau[i, t] = Y[i, t] - a[i] - b[t]  on cells under treatment,   effect = mean of tau over these, by weight of units

and likewise by time since the start and by cohort. The effect is a sum over all cells of v[i, t] Y[i, t]; with e the residual of an
untreated cell, and tau less the mean of tau of its cohort at the same event time for a treated one, the influence of a unit is
sum over t of v e (their equation 8, where cells of one cohort and event time share an effect). That errs towards too large an error
where effects differ within a cohort.

Whether the past gives the effect away is asked on untreated cells alone: the last periods before each start get a dummy each beside
the levels (their test of section 4.4), and by event time these are the effects before nought.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .contrast import Contrasts, weights_of
from .estimate import Estimate, cannot_tell, untold
from .inference import MOST_LEADS, judged
from .panel import Panel
from .readiness import cohorts, ready
from .two_way import TwoWay


def imputation(panel: Panel, *, anticipation: int = 0, how: str = "auto", draws: int = 999, seed: int = 0) -> Estimate:
    """The effect by imputation; `how`, `draws` and `seed` as in `inference.judged`."""
    method = "imputation"
    found = ready(panel, anticipation, untreated=False)
    if found.panel is None:
        return untold(method, *found.notes)

    def rerun(other: Panel) -> Contrasts:
        return imputed(other, anticipation).contrasts()

    lost = imputed(found.panel, anticipation).lost
    notes = found.notes
    if lost:
        reason = "nothing untreated was seen in those periods, or too little to tell what the figures do there, or no outcome of the unit before"
        notes = (*notes, cannot_tell(reason, f"The effect in {lost} of the treated cells"))
    return judged(method, found.panel, rerun, how=how, draws=draws, seed=seed, anticipation=anticipation, notes=notes)


@dataclass(frozen=True)
class Imputed:
    """A panel beside what it would have shown."""

    panel: Panel
    levels: TwoWay
    effect: np.ndarray  # tau (unit, period), NaN where a cell is not under treatment or cannot be told
    residual: np.ndarray  # (unit, period) of cells not under treatment, 0 elsewhere
    anticipation: int

    @property
    def event(self) -> np.ndarray:
        """Periods since the start (unit, period); meaningless for units never treated."""
        return np.arange(len(self.panel.periods)) - self.panel.start[:, None]

    @property
    def lost(self) -> int:
        """Cells under treatment with a figure whose effect cannot be told."""
        return int((self.panel.under & np.isfinite(self.panel.outcome) & ~np.isfinite(self.effect)).sum())

    def by_unit(self) -> np.ndarray:
        """Mean effect on each unit (unit,) over its treated periods, NaN where there is none."""
        told = np.isfinite(self.effect)
        with np.errstate(invalid="ignore"):
            return np.where(told, self.effect, 0.0).sum(axis=1) / np.where(told.any(axis=1), told.sum(axis=1), np.nan)

    def contrasts(self) -> Contrasts:
        """Overall, by event time and by cohort, with the influence of each unit."""
        told = np.isfinite(self.effect)
        start, event = self.panel.start, self.event
        after = told & self.panel.under
        leads, lead_value, lead_influence = self._leads()
        events = np.unique(event[after])
        groups = np.array([group for group in cohorts(self.panel) if after[start == group].any()], dtype=int)
        cells = [after, *(after & (event == one) for one in events), *(after & (start == group)[:, None] for group in groups)]
        parts = [self._mean(which) for which in cells]
        value, influence = np.array([part[0] for part in parts]), np.stack([part[1] for part in parts], axis=1)
        end = 1 + len(events)
        units = [int((self.panel.treated & (event == one).any(axis=1)).sum()) for one in leads] + [int(which.any(axis=1).sum()) for which in cells[1:end]]
        return Contrasts(
            float(value[0]), np.concatenate([leads, events]), np.concatenate([lead_value, value[1:end]]), np.array(units, dtype=int), groups, value[end:],
            np.array([int((start == group).sum()) for group in groups], dtype=int),
            np.concatenate([influence[:, :1], lead_influence, influence[:, 1:]], axis=1),
        )  # fmt: skip

    def _mean(self, which: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean effect over some treated cells by weight of units, and the influence (unit,)."""
        weight = np.where(which, weights_of(self.panel.weight, len(which))[:, None], 0.0)
        if not weight.sum():
            return float("nan"), np.zeros(len(which))
        weight = weight / weight.sum()
        value = float((weight * np.where(which, self.effect, 0.0)).sum())
        own = weight * np.where(which, self.effect - self._shared, 0.0)
        return value, (own - self.levels.carried(weight) * self.residual).sum(axis=1)

    @cached_property
    def _shared(self) -> np.ndarray:
        """Mean effect (unit, period) of the cohort of a treated cell in that period, by weight of units."""
        weight = weights_of(self.panel.weight, len(self.effect))[:, None] * np.isfinite(self.effect)
        shared = np.zeros(self.effect.shape)
        for start in cohorts(self.panel):
            mine = self.panel.start == start
            mass = weight[mine].sum(axis=0)
            shared[mine] = (weight[mine] * np.nan_to_num(self.effect[mine])).sum(axis=0) / np.where(mass > 0, mass, 1.0)
        return shared

    def _leads(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Events before the start, their coefficients (lead,) and influence (unit, lead), by regression on untreated cells."""
        untouched = self.levels.mask
        event = np.where(self.panel.treated[:, None], self.event, 0)
        last, room = -1 - self.anticipation, int(self.panel.start.max()) - self.anticipation
        leads = np.arange(last - max(min(MOST_LEADS, room - 1), 0) + 1, last + 1)
        columns = []
        for lead in leads:
            dummy = (untouched & (event == lead)).astype(np.float64)
            columns.append(np.where(untouched, dummy - self.levels.fit(dummy), 0.0))
        if not columns:
            return np.zeros(0, dtype=int), np.zeros(0), np.zeros((len(untouched), 0))
        design = np.stack(columns)
        squares = np.einsum("lit,mit,it->lm", design, design, self.levels.weight)
        if np.linalg.matrix_rank(squares, hermitian=True, tol=1e-9 * np.abs(squares).max()) < len(leads):
            return np.zeros(0, dtype=int), np.zeros(0), np.zeros((len(untouched), 0))
        inverse = np.linalg.inv(squares)
        value = inverse @ np.einsum("lit,it,it->l", design, self.levels.weight, self.residual)
        left = self.residual - np.einsum("l,lit->it", value, design)
        return leads, value, np.einsum("lit,it,it->il", design, self.levels.weight, left) @ inverse


def imputed(panel: Panel, anticipation: int = 0) -> Imputed:
    """What every treated cell would have shown, and what is left over elsewhere."""
    there = np.isfinite(panel.outcome)
    touched = panel.treated[:, None] & (np.arange(len(panel.periods)) >= panel.start[:, None] - anticipation)
    untouched = there & ~touched
    levels = TwoWay.of(untouched, weights_of(panel.weight, len(panel.units)), panel.alike)
    gap = np.where(there, panel.outcome - levels.fit(panel.outcome), 0.0)
    effect = np.where(panel.under & there & levels.reachable(), gap, np.nan)
    return Imputed(panel, levels, effect, np.where(untouched, gap, 0.0), anticipation)
