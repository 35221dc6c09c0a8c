"""Unit and period levels fitted to the cells of a panel that are not under treatment, and what each cell weighs in them.

    Y[i, t] = a[i] + b[t] + error,   least squares over the cells of a mask, by weight of units

Cells of one unit are eliminated first, so that only one equation a period is solved, whatever the number of units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TwoWay:
    """Least squares with unit and period levels on the cells of `mask` (unit, period)."""

    mask: np.ndarray  # (unit, period) bool
    weight: np.ndarray  # (unit, period) of cells, 0 outside the mask
    inner: np.ndarray  # (period, period) pseudo-inverse of what is left of the equations once units are eliminated

    @classmethod
    def of(cls, mask: np.ndarray, unit_weight: np.ndarray) -> TwoWay:
        """For cells and weights (unit,) of units."""
        weight = np.where(mask, unit_weight[:, None], 0.0)
        share = weight / _safe(weight.sum(axis=1))[:, None]
        left = np.diag(weight.sum(axis=0)) - weight.T @ share
        return cls(mask, weight, np.linalg.pinv(left, rcond=1e-10, hermitian=True))

    def solve(self, units: np.ndarray, periods: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Levels (unit,), (period,) for which weighted sums over units' and periods' cells are these; periods have no common part."""
        total = _safe(self.weight.sum(axis=1))
        period = self.inner @ (periods - self.weight.T @ (units / total))
        unit = np.where(self.mask.any(axis=1), (units - self.weight @ period) / total, 0.0)
        return unit, period

    def fit(self, outcome: np.ndarray) -> np.ndarray:
        """Fitted levels (unit, period) of every cell, in the mask or not."""
        cells = self.weight * np.where(self.mask, outcome, 0.0)
        unit, period = self.solve(cells.sum(axis=1), cells.sum(axis=0))
        return unit[:, None] + period

    def carried(self, weight: np.ndarray) -> np.ndarray:
        """What each cell of the mask weighs (unit, period) in the sum of fitted levels by weights (unit, period) of any cells."""
        unit, period = self.solve(weight.sum(axis=1), weight.sum(axis=0))
        return self.weight * (unit[:, None] + period)

    def reachable(self) -> np.ndarray:
        """Whether the level of each cell (unit, period) is known: its unit and its period hang together through cells of the mask."""
        of_unit, of_period = np.zeros(self.mask.shape[0], dtype=int), np.full(self.mask.shape[1], -1)
        for number, unit in enumerate(range(len(self.mask)), start=1):
            if of_unit[unit] or not self.mask[unit].any():
                continue
            periods = self.mask[unit]
            while True:
                units = self.mask[:, periods].any(axis=1)
                wider = self.mask[units].any(axis=0)
                if (wider == periods).all():
                    break
                periods = wider
            of_unit[units], of_period[periods] = number, number
        return (of_unit[:, None] == of_period) & (of_unit[:, None] > 0)


def _safe(total: np.ndarray) -> np.ndarray:
    return np.where(total > 0, total, 1.0)
