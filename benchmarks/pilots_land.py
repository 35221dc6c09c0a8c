"""Pilots on lands of the `landscape` world: a package at a tenth of 200 places for six years, after ten without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pilots_known import WAYS, Known, picked

from shidian.foundations.luck import Luck
from shidian.foundations.streams import stream
from shidian.worlds.landscape import advance, load_setting, make_land
from shidian.worlds.landscape.land import Land

BEFORE, AFTER = 10, 6
SIZE = {"places": 200, "groups": 20}
PACKAGES = ("best", "harmful")
ADJUST = ((),)  # nothing moves places apart here


@dataclass(frozen=True)
class Tried:
    """What is in force in a year."""

    package: np.ndarray
    effort: np.ndarray


def known(which: str, way: str, seed: int) -> Known:
    """One land, watched for sixteen years."""
    land = make_land(load_setting().model_copy(update=SIZE), seed)
    package = _package(land, which)
    sited = picked(way, land.development, stream(seed, "bench", "sites").normal(size=len(land.names)), len(land.names) // 10)
    effort = np.where(sited, float(way == WAYS[2]), 0.0)
    panel, effect = _watched(land, sited, package, effort, seed)
    there = land.worth[0, :, package] + land.setting.site_effect * land.development  # with ordinary effort
    share = land.setting.effort_effect / effect if way == WAYS[2] and effect > 0 else 0.0
    names = [land.names[at] for at in np.flatnonzero(sited)]
    return Known(panel, names, 2000 + BEFORE, effect, float(there[~sited].mean()), float(np.clip(share, 0, 1)))


def _package(land: Land, which: str) -> int:
    """The best package of the nation, or the one that does most harm."""
    national = land.national()[0]
    return int(national.argmax() if which == "best" else national.argmin())


def _watched(land: Land, sited: np.ndarray, package: int, effort: np.ndarray, seed: int) -> tuple[pd.DataFrame, float]:
    """The panel of the first goal, a row a place and year, and the true mean effect at the sites."""
    parts, effect = [], 0.0
    for year in range(BEFORE + AFTER):
        on = sited & (year >= BEFORE)
        _, outcomes = advance(land, Tried(np.where(on, package, 0), np.where(on, effort, 0.0)), Luck(seed, ("bench", year)))
        parts.append(pd.DataFrame({"place": land.names, "year": 2000 + year, "goal": outcomes.total[:, 0], "development": land.development}))
        effect += outcomes.effect[on, 0].mean() / AFTER if on.any() else 0.0
    return pd.concat(parts), float(effect)
