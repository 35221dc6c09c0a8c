"""Difference-in-differences of means: what changed at the pilots, less what changed where nothing was tried.

For the cohort first treated at g, with mean before and mean after taken over all periods of each unit,

    effect(g) = mean over cohort g of (after - before) - mean over units never treated of (after - before)

and the overall effect weighs cohorts by their treated units times treated periods. Every cohort is compared with units never treated
alone, so that no treated unit serves as a control of another (the fault of the two-way regression, Goodman-Bacon 2021). With one start
it is the textbook estimator.
It rests on one assumption: without the pilots both kinds of place would have moved in parallel.

By event time the base is the last period that treatment has not touched; the overall effect uses all periods before.
"""

from __future__ import annotations

import numpy as np

from .contrast import Contrasts, compared, weights_of
from .estimate import Estimate, untold
from .inference import judged
from .panel import Panel
from .readiness import cohorts, ready


def difference_in_differences(panel: Panel, *, anticipation: int = 0, how: str = "auto", draws: int = 999, seed: int = 0) -> Estimate:
    """The effect by differences of means; `how`, `draws` and `seed` as in `inference.judged`."""
    method = "difference-in-differences"
    found = ready(panel, anticipation, complete=True)
    if found.panel is None:
        return untold(method, *found.notes)

    def rerun(other: Panel) -> Contrasts:
        return differences(other, anticipation)

    return judged(method, found.panel, rerun, how=how, draws=draws, seed=seed, anticipation=anticipation, notes=found.notes)


def differences(panel: Panel, anticipation: int = 0) -> Contrasts:
    """Differences of means of a complete panel: overall, by event time and by cohort, with the influence of each unit."""
    weight = weights_of(panel.weight, len(panel.units))
    starts = cohorts(panel)
    mass = np.array([weight[panel.start == start].sum() for start in starts])
    share = mass * (len(panel.periods) - np.array(starts))
    share = share / share.sum()
    parts = [_cohort(panel, weight, start, anticipation) for start in starts]
    events = np.unique(np.concatenate([np.arange(len(panel.periods)) - start for start in starts]))
    by_event, moved_event, units = _by_event(panel, parts, starts, mass, events)
    values = np.array([value[0] for value, _ in parts])
    moved = np.stack([influence[:, 0] for _, influence in parts], axis=1)
    influence = np.concatenate([(moved @ share)[:, None], moved_event, moved], axis=1)
    sizes = np.array([(panel.start == start).sum() for start in starts])
    return Contrasts(float(values @ share), events, by_event, units, np.array(starts), values, sizes, influence)


def _cohort(panel: Panel, weight: np.ndarray, start: int, anticipation: int) -> tuple[np.ndarray, np.ndarray]:
    """Value (1 + period,) and influence (unit, 1 + period) of one cohort: after less before, then each period less the base."""
    untouched = start - anticipation
    gain = panel.outcome[:, start:].mean(axis=1) - panel.outcome[:, :untouched].mean(axis=1)
    change = np.concatenate([gain[:, None], panel.outcome - panel.outcome[:, [untouched - 1]]], axis=1)
    mine, never = (np.repeat(which[:, None], change.shape[1], axis=1) for which in (panel.start == start, ~panel.treated))
    return compared(change, mine, never, weight, panel.alike)


def _by_event(
    panel: Panel, parts: list, starts: list[int], mass: np.ndarray, events: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects (event,) averaged over the cohorts that reach each event time, their influence (unit, event), and treated units (event,)."""
    value, total = np.zeros(len(events)), np.zeros(len(events))
    influence, units = np.zeros((len(panel.units), len(events))), np.zeros(len(events), dtype=int)
    for (found, moved), start, part in zip(parts, starts, mass, strict=True):
        at = np.searchsorted(events, np.arange(len(panel.periods)) - start)
        value[at] += part * found[1:]
        influence[:, at] += part * moved[:, 1:]
        total[at] += part
        units[at] += int((panel.start == start).sum())
    return value / total, influence / total, units
