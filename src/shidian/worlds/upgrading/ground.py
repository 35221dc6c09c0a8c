"""A year on the ground: what came of what was tried, and where firms stand after it. This is the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...foundations.luck import Luck
from ..landscape import Outcomes, Tried
from .industry import Industry
from .setting import HIGHEST

_LEADING = 0.9  # firms above this share of all lead, and the others follow them


def advance(industry: Industry, trials: Tried, luck: Luck) -> tuple[Industry, Outcomes]:
    """A year with the trials in force; places with no package have no effect.

        effect[p, g] = worth[g, p, package] + beta development[p] + gamma effort[p]
        s' = s + point max(0, lifted + beta development + gamma effort) + catching_up max(0, lead - s),   at most 4

    where lead is the stage above which a tenth of all firms stand. Fortune belongs to place, goal and year alone.
    """
    setting, number = industry.numbers.setting, industry.numbers.single
    places, tried = np.arange(len(industry.codes)), trials.package > 0
    pushed = setting.site_effect * industry.development + setting.effort_effect * trials.effort
    effect = industry.worth[:, places, trials.package].T + pushed[:, None]
    effect = np.where(tried[:, None], effect, 0.0)
    shocks = [luck.of("shock", goal).normal(industry.keys) for goal in industry.goals]
    climb = np.where(tried[:, None], np.maximum(industry.lifted(trials.package) + pushed[:, None], 0.0), 0.0)
    lead = np.quantile(industry.stage, _LEADING)
    drawn_along = number["catching_up"] * np.maximum(lead - industry.stage, 0.0)
    stage = np.minimum(industry.stage + number["point"] * climb + drawn_along, HIGHEST)
    return replace(industry, stage=stage), Outcomes(effect, setting.shock * np.stack(shocks, axis=1))
