"""An effect and its parts before anything is said of their errors: overall, by time since the start, by cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .balancing import entropy_balance

LEAST_LEFT = 0.05  # of a unit's own change that a fit leaves it
ROUNDING = 1e-10


@dataclass(frozen=True)
class Contrasts:
    """Numbers that one method gives for one assignment of treatment.

    `influence` (unit, 1 + event + group) holds what each unit moves them by, see `influence`, in the order overall, events, groups;
    None where the method gives placebos only.
    """

    overall: float
    events: np.ndarray  # (event,) periods since the start, 0 the first treated one, negative before
    by_event: np.ndarray  # (event,)
    event_units: np.ndarray  # (event,) treated units behind each
    groups: np.ndarray  # (group,) position of the first treated period
    by_group: np.ndarray  # (group,)
    group_units: np.ndarray  # (group,)
    influence: np.ndarray | None = None
    touched: int = 0  # periods before the start that anticipation has touched: no part of the past

    @property
    def values(self) -> np.ndarray:
        """All of them in one row (1 + event + group,)."""
        return np.concatenate([[self.overall], self.by_event, self.by_group])

    @property
    def event_at(self) -> slice:
        """Where the events stand in `values`."""
        return slice(1, 1 + len(self.events))

    @property
    def group_at(self) -> slice:
        """Where the groups stand in `values`."""
        return slice(1 + len(self.events), None)


def weighted_mean(value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Mean over units of figures (unit, period) that are there, by weight (unit,); NaN for a period without any."""
    there = np.isfinite(value)
    mass = weight @ there
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weight @ np.where(there, value, 0.0)) / mass


def mean_influence(value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """What each unit (unit, period) moves such a mean by: weight (value - mean) / sum of weights, 0 where a figure is missing."""
    there = np.isfinite(value)
    mass = weight @ there
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = weight[:, None] * (np.where(there, value, 0.0) - weighted_mean(value, weight)) / mass
    return np.where(there, moved, 0.0)


def compared(
    change: np.ndarray, treated: np.ndarray, untreated: np.ndarray, weight: np.ndarray, alike: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Mean change (unit, period) of treated less untreated cells (unit, period), and the influence (unit, period) of each unit.

    With `alike` (unit, figure) the untreated are weighted, by entropy balancing, so that their means of the figures are those of the
    treated. With w these weights and beta the slopes of least squares by them,

        value = mean over treated of change - sum over untreated of w change

    which is off only where both are wrong: that changes are linear in the figures, and that the odds of being treated are exponential
    in them (the improved estimator of Sant'Anna and Zhao 2020, where tilting the untreated is entropy balancing; Hainmueller 2012). Its
    influence is that of the residuals, change - beta . (1, figures), those of the untreated by the root of 1 - leverage, for least squares
    follows the weightiest of them (HC2; MacKinnon and White 1985). NaN for a period in which no weights bring the untreated there.
    """
    if alike is None:
        there, others = np.where(treated, change, np.nan), np.where(untreated, change, np.nan)
        return weighted_mean(there, weight) - weighted_mean(others, weight), mean_influence(there, weight) - mean_influence(others, weight)
    value, influence = np.full(change.shape[1], np.nan), np.zeros(change.shape)
    known = np.isfinite(change)
    kinds, which = np.unique(np.concatenate([treated & known, untreated & known]), axis=1, return_inverse=True)
    for kind, column in enumerate(kinds.T):
        periods = np.flatnonzero(which.ravel() == kind)
        value[periods], influence[:, periods] = _balanced(change[:, periods], *np.split(column, 2), weight, alike)
    return value, influence


def _balanced(
    change: np.ndarray, treated: np.ndarray, untreated: np.ndarray, weight: np.ndarray, alike: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same for periods in which the same units (unit,) have figures."""
    nothing = np.full(change.shape[1], np.nan), np.zeros(change.shape)
    if not treated.any() or not untreated.any():
        return nothing
    share = np.where(treated, weight, 0.0) / weight[treated].sum()
    made = entropy_balance(alike[untreated], share @ alike, weight[untreated])
    if made is None:
        return nothing
    design = np.column_stack([np.ones(len(alike)), alike])
    root = np.sqrt(made.weight)[:, None]
    basis, size, turn = np.linalg.svd(root * design[untreated], full_matrices=False)
    held = size > ROUNDING * size[0]
    slopes = turn[held].T @ ((basis[:, held].T @ (root * change[untreated])) / size[held, None])
    rest = np.where((treated | untreated)[:, None], change - design @ slopes, 0.0)
    other = np.zeros(len(alike))
    other[untreated] = made.weight
    value = (share - other) @ np.where((treated | untreated)[:, None], change, 0.0)
    other[untreated] /= np.sqrt(np.maximum(1 - (basis[:, held] ** 2).sum(axis=1), LEAST_LEFT))
    return value, share[:, None] * (rest - share @ rest) - other[:, None] * rest


def weights_of(weight: np.ndarray | None, units: int) -> np.ndarray:
    """Weights (unit,), one each where none are given."""
    return np.ones(units) if weight is None else np.asarray(weight, dtype=np.float64)
