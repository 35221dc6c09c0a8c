"""Treated and untreated units made alike in what was known of them before: the figures that estimates take account of.

Each figure is taken in the last period before the first start that anticipation has not touched (or where it is blank, the nearest before), by its logarithm where it is positive and
spreads over a factor of three, and in standard deviations. What an estimator makes of them is its own:

- difference-in-differences and Callaway and Sant'Anna weigh the untreated to be like each cohort (`contrast.compared`);
- imputation lets each period move units by slopes of their own in the figures (`two_way`);
- synthetic methods take out of every period what the figures explain among the untreated (`without_slopes`).

All of them suppose that without the pilots units with the same figures would have moved alike, which asks less than that all would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .contrast import weights_of
from .panel import Panel, last_known, varies
from .panel_sites import scaled

UNITS_A_FIGURE = 5  # untreated units that each figure must rest on


def made_alike(panel: Panel, names: Sequence[str], anticipation: int = 0) -> tuple[Panel, tuple[str, ...]]:
    """The panel with the figures `names` of its covariates as `alike`, and what must be said: units without one are left out.

    Figures that are the same everywhere, or more than the untreated units can carry, are left aside.
    """
    if not names or not panel.treated.any():
        return panel, ()
    at = panel.untouched(anticipation)
    columns = {name: scaled(name, last_known(panel.covariates[name], at))[1] for name in names}
    notes, kept = [], []
    for name, values in columns.items():
        there = np.isfinite(values)
        if not varies(values):
            notes.append(f"Sites and others are not made alike in {name}: it is {'the same everywhere' if there.any() else 'not known'} in {panel.periods[at]}.")
        elif (len(kept) + 1) * UNITS_A_FIGURE > (there & ~panel.treated).sum():
            notes.append(f"Sites and others are not made alike in {name}: the untreated units are too few for one figure more.")
        else:
            kept.append((values - values[there].mean()) / values[there].std())
    if not kept:
        return panel, tuple(notes)
    table = np.stack(kept, axis=1)
    known = np.isfinite(table).all(axis=1)
    if not panel.treated[known].any() or panel.treated[known].all():
        return panel, (*notes, f"Sites and others are not made alike: too few of them have {', '.join(names)} in {panel.periods[at]}.")
    if not known.all():
        notes.append(f"{int((~known).sum())} unit(s) lack a figure of {', '.join(names)} in {panel.periods[at]} and are left out where sites and others are made alike.")
    return replace(panel, alike=table).of(known), tuple(notes)


def without_slopes(panel: Panel) -> Panel:
    """A complete panel without what its figures explain: in each period, by least squares with a constant over the units never treated."""
    if panel.alike is None:
        return panel
    never = ~panel.treated
    root = np.sqrt(weights_of(panel.weight, len(panel.units))[never])[:, None]
    design = np.column_stack([np.ones(int(never.sum())), panel.alike[never]])
    slopes = np.linalg.lstsq(root * design, root * panel.outcome[never], rcond=None)[0][1:]
    return replace(panel, outcome=panel.outcome - panel.alike @ slopes, alike=None)


def doubt_of_slopes(panel: Panel, rest: Panel) -> tuple[float, float]:
    """What placebos on the `rest` of a panel do not show of its slopes: the factor by which their variance is too small, and the variance that is missing.

    Placebos took part in the fit, which leaves them (n - k - 1) / n of their variance, with n units never treated and k figures; and they stand where these
    are, while the pilots stand d away in the figures, where slopes of the change D add s^2 d' (X'X)^-1 d. One and nought without figures.
    """
    if panel.alike is None:
        return 1.0, 0.0
    never, start = ~panel.treated, int(panel.start[panel.treated].min())
    change = rest.outcome[never, start:].mean(axis=1) - rest.outcome[never, :start].mean(axis=1)
    here = panel.alike[never] - panel.alike[never].mean(axis=0)
    away = panel.alike[panel.treated].mean(axis=0) - panel.alike[never].mean(axis=0)
    spare = max(len(change) - here.shape[1] - 1, 1)
    own = float(((change - change.mean()) ** 2).sum()) / spare
    return len(change) / spare, own * float(away @ np.linalg.pinv(here.T @ here) @ away)
