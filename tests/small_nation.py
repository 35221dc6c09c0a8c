"""A nation small enough for tests, governed as a test says."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np

from shidian.governance import cycle
from shidian.governance.regimes import Regime, load_regime
from shidian.study.governing.landscape import found_nation
from shidian.worlds.landscape import load_setting, make_land

TOP = Path(__file__).parents[1]
ROOM = TOP / "src" / "shidian" / "governance"
SMALL = load_setting().model_copy(update={"places": 12, "groups": 3, "instruments": 4, "budget": 12.0})
HIERARCHY = load_regime("hierarchy")


def small(regime: Regime = HIERARCHY, seed: int = 1, order: np.ndarray | None = None) -> cycle.Nation:
    """A nation of twelve places and sixteen packages."""
    return found_nation(make_land(SMALL, seed, order), regime, seed)


def changed(regime: Regime, stage: str, **values: object) -> Regime:
    """A regime with other values in one stage."""
    return regime.model_copy(update={stage: getattr(regime, stage).model_copy(update=values)})


def same(one: object, other: object) -> bool:
    """Whether two frozen dataclasses of arrays hold the same bytes."""
    return all(np.array_equal(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))  # type: ignore[arg-type]
