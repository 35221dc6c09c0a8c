"""Stage 1, mission: the centre sets a direction, several goals with weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..cases.findings import nearest
from ..foundations.errors import InputError
from .regimes import MissionRules


@dataclass(frozen=True)
class Mission:
    """Goals and how much each counts; a score is the sum of outcomes by weight."""

    goals: tuple[str, ...]
    weights: np.ndarray  # (goal,) adds up to 1


def set_mission(goals: Sequence[str], weights: Sequence[float], rules: MissionRules) -> Mission:
    """The mission of a regime: the nation's weights unless the regime has its own; goals that it does not name count nothing.

    Raises InputError where the regime names a goal that the nation has not.
    """
    unknown = [name for name in rules.weights if name not in goals]
    if unknown:
        raise InputError(f"The regime weighs '{unknown[0]}', which is no goal of this nation. {nearest(unknown[0], goals)}")
    own = [rules.weights.get(goal, 0.0) for goal in goals] if rules.weights else weights
    return Mission(tuple(goals), np.array(own, dtype=float))
