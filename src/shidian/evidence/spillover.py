"""Did the pilot reach its neighbours? If it did, they are no untreated places, and an effect measured against them is off.

Two looks, both by difference-in-differences unless another method is given: the effect with neighbours among the untreated and without
them; and the neighbours themselves as if they had been treated, beside places further away, with the pilots taken out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .did import difference_in_differences
from .estimate import Estimate, cannot_tell, untold
from .panel import NEVER, Panel

Method = Callable[..., Estimate]  # of a panel, with `anticipation`


@dataclass(frozen=True)
class Spillover:
    """The effect without neighbours, the effect on neighbours, and what follows."""

    exposed: tuple[str, ...]  # untreated units that neighbour a treated one
    on_neighbours: Estimate
    without_neighbours: Estimate
    notes: tuple[str, ...]


def spillover(panel: Panel, near: np.ndarray | None = None, method: Method = difference_in_differences, anticipation: int = 0) -> Spillover:
    """Look at neighbours: `near` (unit, unit) says who neighbours whom; without it, units of one cluster do.

    A neighbour counts as reached from the first start among those next to it, and as touched `anticipation` periods before.
    """
    near = panel.group[:, None] == panel.group if near is None else np.asarray(near, dtype=bool)
    reached = first_reached(panel, near)
    exposed = reached != NEVER
    names = tuple(panel.units[at] for at in np.flatnonzero(exposed))
    if not exposed.any():
        reason = cannot_tell("no untreated unit neighbours a treated one", "Spillover to neighbours")
        return Spillover(names, untold("spillover", reason), untold("without-neighbours", reason), (reason,))
    apart = method(panel.of(~panel.treated).started(reached[~panel.treated]), anticipation=anticipation)
    without = method(panel.of(~exposed), anticipation=anticipation)
    return Spillover(names, apart, without, _said(apart, without, len(names), int((~panel.treated).sum())))


def first_reached(panel: Panel, near: np.ndarray) -> np.ndarray:
    """Position (unit,) of the earliest start next to each untreated unit; -1 where there is none, and for treated units."""
    late = len(panel.periods)
    starts = np.where(near & panel.treated, panel.start, late).min(axis=1, initial=late)
    return np.where(panel.treated | (starts == late), NEVER, starts)


def _said(apart: Estimate, without: Estimate, exposed: int, untreated: int) -> tuple[str, ...]:
    share = f"{exposed} of {untreated} untreated units neighbour a treated one."
    if not without.told:
        return (share, *without.notes)
    if not np.isfinite(apart.p):
        return (share, *apart.notes)
    if apart.p <= 0.05:
        return (share, f"They moved by {apart.effect:.3g} themselves (p = {apart.p:.3f}): compare with the effect without them, {without.effect:.3g}.")
    return (share, f"No sign that they moved (p = {apart.p:.3f}); without them the effect is {without.effect:.3g}.")
