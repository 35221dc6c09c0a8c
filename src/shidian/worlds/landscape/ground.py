"""A year on the ground: what came of what was tried. This is the truth; who sees what of it is for governance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...foundations.luck import Luck
from .land import Land


class Tried(Protocol):
    """What a world needs to know of a year's trials, one a place; package 0 is none."""

    @property
    def package(self) -> np.ndarray:
        """(place,) package in force."""

    @property
    def effort(self) -> np.ndarray:
        """(place,) effort beyond that of an ordinary roll-out."""


@dataclass(frozen=True)
class Outcomes:
    """The truth of a year: what packages did, and the year's fortune apart."""

    effect: np.ndarray  # (place, goal) what the package added, development and effort included
    shock: np.ndarray  # (place, goal) what the year would have added anyway

    @property
    def total(self) -> np.ndarray:
        """(place, goal): what the best monitor could see."""
        return self.effect + self.shock


def advance(land: Land, trials: Tried, luck: Luck) -> tuple[Land, Outcomes]:
    """A year with the trials in force; places with no package have no effect.

        effect[p, g] = worth[g, p, package] + beta * development[p] + gamma * effort[p]

    Fortune belongs to place, goal and year, never to what is tried. The land itself does not change.
    """
    setting = land.setting
    places = np.arange(len(land.names))
    pushed = setting.site_effect * land.development + setting.effort_effect * trials.effort
    effect = land.worth[:, places, trials.package].T + pushed[:, None]
    effect = np.where(trials.package[:, None] > 0, effect, 0.0)
    shocks = [luck.of("shock", goal.name).normal(land.keys) for goal in setting.goals]
    return land, Outcomes(effect, setting.shock * np.stack(shocks, axis=1))
