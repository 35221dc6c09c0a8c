"""Each site's own effect, so that sites can be compared, reweighted and put in order.

A site's effect is its own change less what the units never treated lead one to expect of a unit with its figures, over the same few periods for all sites:

    d[i] = D[i] - (a + b x[i]),   D[i] = mean over h < H of Y[i, g + h] - B[i],   a, b by least squares of D[c] on x[c] over never treated c

with g the site's first treated period, B[i] the mean of the P periods before it, and x what was known of units before the first start. Without figures that is
a plain difference-in-differences. With them effects that differ between sites are told from trends that do: places that differ in x would have moved apart
anyway. The variance is that of a new unit never treated about the same line (Conley and Taber 2011): s^2 (1 + x' (X'X)^-1 x). One site says little, and this says how little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .panel import NEVER, Panel

LONGEST = 5  # periods looked at before and after a start
ENOUGH = 0.9  # of the sites must have all periods of the window
FEWEST = 5  # units never treated
UNITS_A_FIGURE = 5  # units never treated that each figure must rest on


@dataclass(frozen=True)
class SiteEffects:
    """Effects (site,) with variances, in the outcome's unit; `rows` are the sites' positions among the panel's units."""

    rows: np.ndarray
    effect: np.ndarray
    variance: np.ndarray
    start: np.ndarray  # (site,) position of the first treated period
    horizon: int
    before: int
    figures: int = 0  # how many of the figures were held alike

    def __len__(self) -> int:
        return len(self.rows)


def site_effects(panel: Panel, figures: np.ndarray | None = None) -> SiteEffects | str:
    """The effect at each site, or a sentence that says why there is none.

    `figures` (unit, figure), the weightiest first, are held alike as far as the units never treated that have them can carry.
    """
    rows = np.flatnonzero(panel.start > 0)
    never = panel.start == NEVER
    if never.sum() < FEWEST:
        return f"The sites' own effects cannot be told from these data, because only {int(never.sum())} unit(s) are never treated; it takes {FEWEST}."
    if not len(rows):
        return "The sites' own effects cannot be told from these data, because no site has a period before its start."
    starts = panel.start[rows]
    horizon = _common(len(panel.periods) - starts)
    before = _common(starts)
    design, held = _design(figures, never, len(panel.units))
    effect, variance = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for start in np.unique(starts):
        here = starts == start
        gain = _gain(panel.outcome, start, before, horizon)
        effect[here], variance[here] = _against(gain, design, never, rows[here])
    told = np.isfinite(effect) & (variance > 0)
    if told.sum() < 2:
        return "The sites' own effects cannot be told from these data, because fewer than two sites have figures on both sides of their start."
    return SiteEffects(rows[told], effect[told], variance[told], starts[told], horizon, before, held)


def _design(figures: np.ndarray | None, never: np.ndarray, units: int) -> tuple[np.ndarray, int]:
    """A column of ones and those figures (unit, figure) that can be carried, and how many they are."""
    one = np.ones((units, 1))
    if figures is None:
        return one, 0
    known = (never & np.isfinite(figures).all(axis=1)).sum()
    held = min(figures.shape[1], int(known) // UNITS_A_FIGURE - 1)
    return np.column_stack([one, figures[:, : max(held, 0)]]), max(held, 0)


def _against(gain: np.ndarray, design: np.ndarray, never: np.ndarray, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances (site,) against the line through the units never treated; NaN where they are too few."""
    others = never & np.isfinite(gain) & np.isfinite(design).all(axis=1)
    if others.sum() < max(FEWEST, design.shape[1] + 2):
        return np.full(len(sites), np.nan), np.full(len(sites), np.nan)
    x, y = design[others], gain[others]
    slopes, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    rest = y - x @ slopes
    spread = float(rest @ rest) / (len(y) - rank)
    reach = np.einsum("if,fg,ig->i", design[sites], np.linalg.pinv(x.T @ x), design[sites])
    return gain[sites] - design[sites] @ slopes, spread * (1 + reach)


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
