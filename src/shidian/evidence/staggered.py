"""Callaway and Sant'Anna (2021): the effect on each cohort in each period, then averages of these.

For the cohort first treated at g and a period t, with C the units not treated by then and b the last period before g that treatment
has not touched,

    ATT(g, t) = mean over cohort g of (Y[t] - Y[b]) - mean over C of (Y[t] - Y[b])

(their equation 2.4 without covariates). C are the units never treated, or with `controls="not-yet"` also those treated after t. Before
treatment the base is the period before t, so that each row is a placebo of its own. Where `alike` of the panel holds figures, C is
weighted to be like the cohort in them (`contrast.compared`). Averages, with p[g] the share of the cohort:

    simple:   sum over g, t >= g of p[g] ATT(g, t) / sum of p[g]
    dynamic:  theta(e) = sum over g of p[g] ATT(g, g + e) / sum of p[g], then the mean over e >= 0
    group:    theta(g) = mean over t >= g of ATT(g, t), then the mean over g by p[g]

That p is estimated too is part of every error. A cell that cannot be formed is left out of all averages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..foundations.errors import InputError
from .contrast import Contrasts, compared, weights_of
from .estimate import Estimate, untold
from .inference import judged
from .panel import Panel
from .readiness import cohorts, ready

AVERAGES = ("simple", "dynamic", "group")
CONTROLS = ("never", "not-yet")


@dataclass(frozen=True)
class GroupTime:
    """ATT of every cohort and period: `value` (cell,), `cohort` and `period` (cell,) positions, `influence` (unit, cell)."""

    value: np.ndarray
    cohort: np.ndarray
    period: np.ndarray
    influence: np.ndarray

    @property
    def event(self) -> np.ndarray:
        """Periods since the start (cell,)."""
        return self.period - self.cohort


def callaway_santanna(
    panel: Panel,
    *,
    average: str = "simple",
    controls: str = "never",
    anticipation: int = 0,
    how: str = "auto",
    draws: int = 999,
    seed: int = 0,
) -> Estimate:
    """The effect by group-time averages; `how`, `draws` and `seed` as in `inference.judged`.

    Raises InputError for an average or controls that do not exist.
    """
    for name, value, known in (("average", average, AVERAGES), ("controls", controls, CONTROLS)):
        if value not in known:
            raise InputError(f"{name} is '{value}'; write one of {', '.join(known)}.")
    method = "callaway-santanna"
    found = ready(panel, anticipation, untreated=controls == "never")
    if found.panel is None:
        return untold(method, *found.notes)

    def rerun(other: Panel) -> Contrasts:
        return averages(group_time(other, controls=controls, anticipation=anticipation), other, average)

    return judged(method, found.panel, rerun, how=how, draws=draws, seed=seed, anticipation=anticipation, notes=found.notes)


def group_time(panel: Panel, *, controls: str = "never", anticipation: int = 0) -> GroupTime:
    """Every ATT(g, t) with the influence of each unit on it; NaN where a cohort or its controls have no figure for both periods."""
    weight = weights_of(panel.weight, len(panel.units))
    cells = [_cohort(panel, weight, start, controls, anticipation) for start in cohorts(panel)]
    value, cohort, period, influence = (np.concatenate(part, axis=-1) for part in zip(*cells, strict=True))
    return GroupTime(value, cohort, period, influence)


def _cohort(panel: Panel, weight: np.ndarray, start: int, controls: str, anticipation: int) -> tuple:
    """The cells of one cohort: value, cohort, period (period,), influence (unit, period)."""
    periods = np.arange(1, len(panel.periods))
    base = np.where(periods < start - anticipation, periods - 1, start - anticipation - 1)
    change = panel.outcome[:, periods] - panel.outcome[:, base]
    mine, others = (panel.start == start), _controls(panel, periods, base, controls, anticipation)
    value, influence = compared(change, np.repeat(mine[:, None], len(periods), axis=1), others & ~mine[:, None], weight, panel.alike)
    return value, np.full(len(periods), start), periods, influence


def _controls(panel: Panel, periods: np.ndarray, base: np.ndarray, controls: str, anticipation: int) -> np.ndarray:
    """Whether each unit (unit, period) may be compared with in each period."""
    never = ~panel.treated[:, None]
    if controls == "never":
        return np.broadcast_to(never, (len(panel.units), len(periods)))
    return never | (panel.start[:, None] - anticipation > np.maximum(periods, base))


# --- averages ------------------------------------------------------------------------------------------------------


def averages(cells: GroupTime, panel: Panel, average: str = "simple") -> Contrasts:
    """The overall effect by one of the averages, effects by event time and by cohort, all with influence."""
    share = _Shares(panel)
    told = np.isfinite(cells.value)
    after = told & (cells.event >= 0)
    events = np.unique(cells.event[told])
    groups = np.unique(cells.cohort[after])
    by_event = [share.mean(cells, told & (cells.event == event)) for event in events]
    by_group = [share.mean(cells, after & (cells.cohort == group)) for group in groups]
    if not after.any():
        overall = np.nan, np.zeros(len(panel.units))
    elif average == "simple":
        overall = share.mean(cells, after)
    elif average == "dynamic":
        later = [part for event, part in zip(events, by_event, strict=True) if event >= 0]
        overall = tuple(np.mean([part[side] for part in later], axis=0) for side in (0, 1))
    else:
        overall = share.over(groups, np.array([value for value, _ in by_group]), np.stack([moved for _, moved in by_group], axis=1))
    parts = [overall, *by_event, *by_group]
    sizes = {group: int((panel.start == group).sum()) for group in cohorts(panel)}
    return Contrasts(
        overall[0], events, np.array([value for value, _ in by_event]),
        np.array([sum(sizes[group] for group in cells.cohort[told & (cells.event == event)]) for event in events], dtype=int),
        groups, np.array([value for value, _ in by_group]), np.array([sizes[group] for group in groups], dtype=int),
        np.stack([moved for _, moved in parts], axis=1),
    )  # fmt: skip


class _Shares:
    """Shares p[g] of the cohorts, which are themselves means over units: of 1 where a unit starts at g."""

    def __init__(self, panel: Panel) -> None:
        self.weight = weights_of(panel.weight, len(panel.units))
        self.weight = self.weight / self.weight.sum()
        self.start = panel.start

    def mean(self, cells: GroupTime, which: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean of some cells by the shares of their cohorts, and its influence (unit,)."""
        return self.over(cells.cohort[which], cells.value[which], cells.influence[:, which])

    def over(self, cohort: np.ndarray, value: np.ndarray, influence: np.ndarray) -> tuple[float, np.ndarray]:
        """sum p v / sum p over (cell,), and psi = sum (p psi_v + psi_p (v - mean)) / sum p, with psi_p = weight (1{start = g} - p)."""
        mine = self.start[:, None] == cohort
        share = self.weight @ mine
        mean = float(share @ value / share.sum())
        of_shares = self.weight[:, None] * (mine - share)
        return mean, (influence @ share + of_shares @ (value - mean)) / share.sum()


def table(cells: GroupTime, panel: Panel) -> pd.DataFrame:
    """Every ATT(g, t) with its clustered error: `group` and `period` by label, `effect`, `error`."""
    variance = np.array([_variance(column, panel.group) for column in cells.influence.T])
    return pd.DataFrame(
        {"group": [panel.periods[at] for at in cells.cohort], "period": [panel.periods[at] for at in cells.period], "effect": cells.value, "error": np.sqrt(variance)}
    )


def _variance(influence: np.ndarray, group: np.ndarray) -> float:
    return float((np.bincount(np.unique(group, return_inverse=True)[1], influence) ** 2).sum())
