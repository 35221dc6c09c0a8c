"""Unit and period levels fitted to the cells of a panel that are not under treatment, and what each cell weighs in them.

    Y[i, t] = a[i] + b[t] . z[i] + error,   least squares over the cells of a mask, by weight of units

with z[i] = 1, or 1 and figures of the unit, whose slopes then differ from period to period. Cells of one unit are eliminated first, so
that a few equations a period are solved, whatever the number of units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


ROUNDING = 1e-10  # of the largest eigenvalue, below which a direction is open
LEEWAY = 1e-6  # by which an open direction may seem to move a cell through rounding


@dataclass(frozen=True)
class TwoWay:
    """Least squares with unit and period levels on the cells of `mask` (unit, period)."""

    mask: np.ndarray  # (unit, period) bool
    weight: np.ndarray  # (unit, period) of cells, 0 outside the mask
    figures: np.ndarray  # z (unit, 1 + figure), ones first
    inner: np.ndarray  # (period x (1 + figure), the same) pseudo-inverse of what is left of the equations once units are eliminated
    free: np.ndarray  # (period x (1 + figure), direction) orthonormal, in which these equations leave the periods open

    @classmethod
    def of(cls, mask: np.ndarray, unit_weight: np.ndarray, alike: np.ndarray | None = None) -> TwoWay:
        """For cells and weights (unit,) of units, with slopes by period in `alike` (unit, figure) where given."""
        weight = np.where(mask, unit_weight[:, None], 0.0)
        ones = np.ones((len(mask), 1))
        figures = ones if alike is None else np.column_stack([ones, alike])
        spread = (weight[:, :, None] * figures[:, None, :]).reshape(len(mask), -1)
        own = np.einsum("it,ia,ib->tab", weight, figures, figures)
        left = -spread.T @ (spread / _safe(weight.sum(axis=1))[:, None])
        for period, block in enumerate(own):
            at = slice(period * len(block), (period + 1) * len(block))
            left[at, at] += block
        size, axes = np.linalg.eigh(left)
        held = size > ROUNDING * size[-1]
        return cls(mask, weight, figures, (axes[:, held] / size[held]) @ axes[:, held].T, axes[:, ~held])

    def solve(self, units: np.ndarray, periods: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Levels (unit,), (period, 1 + figure) for which weighted sums over units' and periods' cells are these; periods have no common part."""
        total = _safe(self.weight.sum(axis=1))
        period = (self.inner @ (periods - self._by_period(self.weight * (units / total)[:, None])).ravel()).reshape(periods.shape)
        unit = np.where(self.mask.any(axis=1), (units - (self.weight * self._moved(period)).sum(axis=1)) / total, 0.0)
        return unit, period

    def _by_period(self, cells: np.ndarray) -> np.ndarray:
        """Sums (period, 1 + figure) of cells (unit, period), plain and by the figures."""
        return cells.T @ self.figures

    def _moved(self, period: np.ndarray) -> np.ndarray:
        """What periods move each cell by (unit, period)."""
        return self.figures @ period.T

    def fit(self, outcome: np.ndarray) -> np.ndarray:
        """Fitted levels (unit, period) of every cell, in the mask or not."""
        return self._spread(self.weight * np.where(self.mask, outcome, 0.0))

    def carried(self, weight: np.ndarray) -> np.ndarray:
        """What each cell of the mask weighs (unit, period) in the sum of fitted levels by weights (unit, period) of any cells."""
        return self.weight * self._spread(weight)

    def _spread(self, cells: np.ndarray) -> np.ndarray:
        """The levels (unit, period) whose weighted sums are those of cells (unit, period)."""
        unit, period = self.solve(cells.sum(axis=1), self._by_period(cells))
        return unit[:, None] + self._moved(period)

    def reachable(self) -> np.ndarray:
        """Whether the level of each cell (unit, period) is known: no direction that the equations leave open would move it.

        It is not where no chain of cells of the mask leads from its unit to its period, nor where slopes of its period rest on too few units.
        """
        open_ways = self.free.reshape(self.mask.shape[1], self.figures.shape[1], -1)
        moved = np.einsum("if,tfd->itd", self.figures, open_ways)
        own = np.einsum("it,itd->id", self.weight, moved) / _safe(self.weight.sum(axis=1))[:, None]
        still = np.abs(moved - own[:, None, :]).max(axis=2, initial=0.0) <= LEEWAY * (1 + np.abs(self.figures).max())
        return still & self.mask.any(axis=1)[:, None]


def _safe(total: np.ndarray) -> np.ndarray:
    return np.where(total > 0, total, 1.0)
