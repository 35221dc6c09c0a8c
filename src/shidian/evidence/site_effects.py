"""Each site's own effect, so that sites can be compared, reweighted and put in order.

A site's effect is its own change less what those never treated lead one to expect of a place with its figures, over the same few periods for all sites:

    d[i] = D[i] - (a + b x[i]),   D[i] = mean over h < H of Y[i, g + h] - B[i],   a, b by least squares of D[c] on x[c] over never treated c

with g the site's first treated period, B[i] the mean of the P periods before it that anticipation has not touched, and x covariates as they were before the
first start. The outcome itself is none of them: what happened by chance in B would stand on both sides of the line, and its return to the mean would be taken
off sites that are high for good. Without figures this is a plain difference-in-differences; with them effects that differ between sites are told from trends
that do, for places that differ in x would have moved apart anyway.

The error of an effect has two parts (Conley and Taber 2011). One is the site's own, s^2, the variance of a new place about the line. The other, the line's, is
shared: all effects lean on the same places, so that it does not shrink with the number of sites. It is kept by place c that carries the line,

    line[i, c] = (X'X)^-1 X' at c along x[i] times rest[c] / sqrt(1 - leverage[c]),    variance of sum of w d by the line = sum over c of (sum of w line)^2

(HC2; MacKinnon and White 1985). Places treated as one are one site, and where untreated ones are grouped alike these are one place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .alike import UNITS_A_FIGURE
from .contrast import LEAST_LEFT
from .panel import NEVER, Panel, Wholes

LONGEST = 5  # periods looked at before and after a start
ENOUGH = 0.9  # of the sites must have all periods of the window
FEWEST = 5  # places never treated


@dataclass(frozen=True)
class SiteEffects:
    """Effects (site,) in the outcome's unit with the two parts of their errors; `rows` are the sites' positions among the panel's wholes."""

    rows: np.ndarray
    names: tuple[str, ...]
    effect: np.ndarray
    own: np.ndarray  # (site,) variance of what is particular to it
    line: np.ndarray  # (site, whole) what each place moves the line by there
    start: np.ndarray  # (site,) position of the first treated period
    horizon: int
    before: int
    figures: int = 0  # how many of the figures were held alike

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def variance(self) -> np.ndarray:
        """Of each effect by itself (site,)."""
        return self.own + (self.line**2).sum(axis=1)

    def shared(self, weight: np.ndarray) -> float:
        """Variance that the line brings into a sum of effects by weights (site,)."""
        return float(((weight @ self.line) ** 2).sum())


def site_effects(panel: Panel, figures: np.ndarray | None = None, anticipation: int = 0) -> SiteEffects | str:
    """The effect at each site, or a sentence that says why there is none.

    `figures` (whole, figure), the weightiest first, are held alike as far as the places never treated that have them can carry.
    """
    wholes = Wholes.of(panel)
    rows = np.flatnonzero(wholes.start > anticipation)
    never = wholes.start == NEVER
    if never.sum() < FEWEST:
        return f"The sites' own effects cannot be told from these data, because only {int(never.sum())} place(s) are never treated; it takes {FEWEST}."
    if not len(rows):
        return "The sites' own effects cannot be told from these data, because no site has a period before its start."
    starts = wholes.start[rows]
    horizon, before = _common(len(panel.periods) - starts), _common(starts - anticipation)
    design, held = _design(figures, never)
    effect, own, line = np.full(len(rows), np.nan), np.full(len(rows), np.nan), np.zeros((len(rows), len(never)))
    for start in np.unique(starts):
        here = starts == start
        gain = wholes.mean(_gain(panel.outcome, start, start - anticipation, before, horizon))
        effect[here], own[here], line[here] = _against(gain, design, never, rows[here])
    told = np.isfinite(effect) & (own > 0)
    if told.sum() < 2:
        return "The sites' own effects cannot be told from these data, because fewer than two sites have figures on both sides of their start."
    names = tuple(wholes.names[row] for row in rows[told])
    return SiteEffects(rows[told], names, effect[told], own[told], line[told], starts[told], horizon, before, held)


def _design(figures: np.ndarray | None, never: np.ndarray) -> tuple[np.ndarray, int]:
    """A column of ones and those figures (whole, figure) that can be carried, and how many they are."""
    one = np.ones((len(never), 1))
    if figures is None:
        return one, 0
    known = (never & np.isfinite(figures).all(axis=1)).sum()
    held = max(min(figures.shape[1], int(known) // UNITS_A_FIGURE - 1), 0)
    return np.column_stack([one, figures[:, :held]]), held


def _against(gain: np.ndarray, design: np.ndarray, never: np.ndarray, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects and own variances (site,) and the line's parts (site, whole), against the line through those never treated; NaN where they are too few."""
    line = np.zeros((len(sites), len(gain)))
    others = never & np.isfinite(gain) & np.isfinite(design).all(axis=1)
    if others.sum() < max(FEWEST, design.shape[1] + 2):
        return np.full(len(sites), np.nan), np.full(len(sites), np.nan), line
    x, y = design[others], gain[others]
    turn = np.linalg.pinv(x)
    rest = y - x @ (turn @ y)
    leverage = np.einsum("cf,fc->c", x, turn)
    line[:, others] = (design[sites] @ turn) * rest / np.sqrt(np.maximum(1 - leverage, LEAST_LEFT))
    own = float(rest @ rest) / (len(y) - leverage.sum())
    return gain[sites] - design[sites] @ (turn @ y), np.full(len(sites), own), line


def _common(available: np.ndarray) -> int:
    """The longest window, at most five periods, that nine sites in ten have in full."""
    return max([1, *(length for length in range(1, LONGEST + 1) if (available >= length).mean() >= ENOUGH)])


def _gain(outcome: np.ndarray, start: int, untouched: int, before: int, horizon: int) -> np.ndarray:
    """Mean after less mean before of each unit (unit,), over the cells that are there; NaN where a side has none."""
    return _mean(outcome[:, start : start + horizon]) - _mean(outcome[:, max(0, untouched - before) : untouched])


def _mean(cells: np.ndarray) -> np.ndarray:
    there = np.isfinite(cells)
    count = there.sum(axis=1)
    return np.where(count > 0, np.where(there, cells, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
