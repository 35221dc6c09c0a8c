"""Whom did it help most? Effects of single pilots against what those places were like before.

With tau[i] the mean effect on treated unit i by imputation and x[i] a covariate in the last period before its start,

    tau[i] = c + slope (x[i] - mean of x) / sd of x + rest

so that a slope is in units of the outcome for one standard deviation. p is by permutation of the covariate among pilots, and adjusted
for the number of covariates looked at (Holm 1979). It is a look, not a test fixed beforehand: few pilots tell little apart.
"""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd

from ..foundations.streams import name_keys, uniforms
from .imputation import imputed
from .panel import Panel, last_known, varies
from .readiness import cohorts, ready

LEAST = 5  # treated units without which no slope is given
COLUMNS = ("covariate", "slope", "low_half", "high_half", "units", "p", "p_adjusted", "note")


def heterogeneity(panel: Panel, anticipation: int = 0, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """One row a covariate: slope, mean effect in the lower and the upper half, treated units, p as found and adjusted, and a note."""
    found = ready(panel, anticipation, untreated=False)
    if found.panel is None:
        return pd.DataFrame(columns=list(COLUMNS))
    panel = found.panel
    effect = imputed(panel, anticipation).by_unit()
    rows = [_row(panel, name, effect, anticipation, draws, seed) for name in sorted(panel.covariates)]
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "p_adjusted"])
    table.insert(COLUMNS.index("p_adjusted"), "p_adjusted", _holm(table["p"].to_numpy(dtype=np.float64)))
    return table


def _row(panel: Panel, name: str, effect: np.ndarray, anticipation: int, draws: int, seed: int) -> tuple:
    before = np.full(len(panel.units), np.nan)
    for start in cohorts(panel):
        mine = panel.start == start
        before[mine] = last_known(panel.covariates[name][mine], start - anticipation - 1)
    use = panel.treated & np.isfinite(effect) & np.isfinite(before)
    x, y = before[use], effect[use]
    nothing = (float("nan"),) * 3
    if len(x) < LEAST:
        return name, *nothing, len(x), float("nan"), f"cannot be told: {len(x)} treated units have the figure, and it takes {LEAST}"
    if not varies(x):
        return name, *nothing, len(x), float("nan"), "cannot be told: the figure is the same in all treated units"
    score = (x - x.mean()) / x.std()
    slope = float(score @ y / len(y))
    others = _shuffled([panel.units[at] for at in np.flatnonzero(use)], score, draws, seed, name) @ y / len(y)
    p = (1 + int((np.abs(others) >= abs(slope) * (1 - 1e-12)).sum())) / (len(others) + 1)
    upper = x > np.median(x)
    return name, slope, float(y[~upper].mean()), float(y[upper].mean()) if upper.any() else float("nan"), len(x), p, ""


def _shuffled(units: list[str], score: np.ndarray, draws: int, seed: int, name: str) -> np.ndarray:
    """Scores in other orders (draw, unit): all but the given one where they are few, else by lots that hang on the units' names."""
    if factorial(len(score)) - 1 <= draws:
        return score[np.array(list(permutations(range(len(score))))[1:])]
    by_name = np.argsort(np.array(units))
    keys = name_keys([units[at] for at in by_name])
    found = np.empty((draws, len(score)))
    for draw in range(draws):
        found[draw, by_name] = score[by_name][np.argsort(uniforms(keys, seed, "evidence", "heterogeneity", name, draw))]
    return found


def _holm(p: np.ndarray) -> np.ndarray:
    """Holm's adjustment of those that are numbers."""
    known = np.flatnonzero(np.isfinite(p))
    adjusted = np.full(len(p), np.nan)
    order = known[np.argsort(p[known], kind="stable")]
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * (len(order) - np.arange(len(order)))), 1.0)
    return adjusted
