"""An effect and its parts before anything is said of their errors: overall, by time since the start, by cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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


def weights_of(weight: np.ndarray | None, units: int) -> np.ndarray:
    """Weights (unit,), one each where none are given."""
    return np.ones(units) if weight is None else np.asarray(weight, dtype=np.float64)
