"""Each site's own effect, so that sites can be compared, reweighted and put in order.

A site's effect is its own difference-in-differences against the units never treated, over the same few periods for all sites:

    d[i] = mean over h < H of ((Y[i, g + h] - B[i]) - mean over never treated c of (Y[c, g + h] - B[c]))

with g the site's first treated period and B[i] the mean of the P periods before it. Its variance is that of the same contrast among the
units never treated (Conley and Taber 2011), times 1 + 1/n: one site says little, and this says how little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .panel import NEVER, Panel

LONGEST = 5  # periods looked at before and after a start
ENOUGH = 0.9  # of the sites must have all periods of the window
FEWEST = 5  # units never treated


@dataclass(frozen=True)
class SiteEffects:
    """Effects (site,) with variances, in the outcome's unit; `rows` are the sites' positions among the panel's units."""

    rows: np.ndarray
    effect: np.ndarray
    variance: np.ndarray
    start: np.ndarray  # (site,) position of the first treated period
    horizon: int
    before: int

    def __len__(self) -> int:
        return len(self.rows)


def site_effects(panel: Panel) -> SiteEffects | str:
    """The effect at each site, or a sentence that says why there is none."""
    never = panel.outcome[panel.start == NEVER]
    rows = np.flatnonzero(panel.start > 0)
    if len(never) < FEWEST:
        return f"The sites' own effects cannot be told from these data, because only {len(never)} unit(s) are never treated; it takes {FEWEST}."
    if not len(rows):
        return "The sites' own effects cannot be told from these data, because no site has a period before its start."
    starts = panel.start[rows]
    horizon = _common(len(panel.periods) - starts)
    before = _common(starts)
    effect, variance = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for start in np.unique(starts):
        others = _gain(never, start, before, horizon)
        others = others[np.isfinite(others)]
        if len(others) < FEWEST:
            continue
        here = starts == start
        effect[here] = _gain(panel.outcome[rows[here]], start, before, horizon) - others.mean()
        variance[here] = others.var(ddof=1) * (1 + 1 / len(others))
    told = np.isfinite(effect) & (variance > 0)
    if told.sum() < 2:
        return "The sites' own effects cannot be told from these data, because fewer than two sites have figures on both sides of their start."
    return SiteEffects(rows[told], effect[told], variance[told], starts[told], horizon, before)


def _common(available: np.ndarray) -> int:
    """The longest window, at most five periods, that nine sites in ten have in full."""
    return max([1, *(length for length in range(1, LONGEST + 1) if (available >= length).mean() >= ENOUGH)])


def _gain(outcome: np.ndarray, start: int, before: int, horizon: int) -> np.ndarray:
    """Mean after less mean before of each unit (unit,), over the cells that are there; NaN where a side has none."""
    return _mean(outcome[:, start : start + horizon]) - _mean(outcome[:, max(0, start - before) : start])


def _mean(cells: np.ndarray) -> np.ndarray:
    there = np.isfinite(cells)
    count = there.sum(axis=1)
    return np.where(count > 0, np.where(there, cells, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
