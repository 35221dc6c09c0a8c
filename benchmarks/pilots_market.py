"""Pilots on the market of `china-nev`: something added at a tenth of its places from 2018 to 2021 to what history has in force there, after five years without.

Each seed is a draw of the market's uncertain parameters, played three times: history as it was, with the programme at the sites, and with it everywhere.
The panel holds plug-in cars sold for ten thousand households, whole cars with the chance of counting (Poisson); the truth is the difference of
logarithms between two plays before that chance.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from pilots_known import WAYS, Known, picked

from shidian.cases import load_case
from shidian.foundations.streams import stream
from shidian.study.governing.market_draw import development
from shidian.study.simulate import Experimenter
from shidian.worlds.market.policies import Policies
from shidian.worlds.market.run import run_market
from shidian.worlds.market.setting import Setting

CASE = "china-nev"
FIRST, START, LAST = 2013, 2018, 2021
EFFORT = 0.3  # share by which effort enlarges the programme
PACKAGES = {"privileges": ("privilege", 0.1), "a fee": ("plate", 8000.0)}  # instrument and what is added to it, for plug-in cars
ADJUST = ((), ("development",))  # figures in which estimates make sites and others alike


def known(which: str, way: str, seed: int) -> Known:
    """One draw of the market with its sites."""
    parameters, setting, policies = _ready().inputs(0, seed)
    tall, places = development(setting), setting.axes.places
    sited = picked(way, tall, stream(seed, "bench", "sites").normal(size=len(places)), len(places) // 10)
    effort = EFFORT * (way == WAYS[2])
    sold = lambda size: _sold(parameters, setting, added(setting, policies, which, size))  # noqa: E731
    never, tried, everywhere = sold(np.zeros(len(places))), sold(sited * (1 + effort)), sold(np.ones(len(places)))
    of = lambda one: (np.log(one[START - FIRST :]) - np.log(never[START - FIRST :])).mean(axis=0)  # noqa: E731
    panel = _panel(stream(seed, "bench", "count").poisson(tried), setting, tall)
    names = [places[at] for at in np.flatnonzero(sited)]
    return Known(
        panel, names, START, float(of(tried)[sited].mean()), float(of(everywhere)[~sited].mean()), effort / (1 + effort), True, float(of(tried)[~sited].mean())
    )  # fmt: skip


@cache
def _ready() -> Experimenter:
    return Experimenter(load_case(CASE))


def added(setting: Setting, policies: Policies, which: str, size: np.ndarray) -> Policies:
    """Policies with the programme at places, in the size (place,) that each gives it."""
    instrument, amount = PACKAGES[which]
    plugin = setting.axes.classes_where("bev", "phev")
    from_start = (np.array(setting.axes.years) >= START).astype(np.float32)
    more = from_start[:, None, None, None] * size[:, None] * plugin * amount
    return replace(policies, **{instrument: (np.asarray(getattr(policies, instrument)) + more).astype(np.float32)})


def _sold(parameters, setting: Setting, policies: Policies) -> np.ndarray:
    """(year, place): plug-in cars sold from FIRST to LAST."""
    _, record = run_market(parameters, setting, policies)
    at = setting.axes.years.index(FIRST)
    sold = np.asarray(record.total.classes, np.float64)[at : at + LAST - FIRST + 1]
    return sold @ setting.axes.classes_where("bev", "phev")


def _panel(counted: np.ndarray, setting: Setting, tall: np.ndarray) -> pd.DataFrame:
    """A row a place and year; half a car stands where none was counted."""
    years, places, at = range(FIRST, LAST + 1), setting.axes.places, setting.axes.years.index(FIRST)
    households = np.asarray(setting.households, np.float64).sum(axis=2)[at : at + len(years)]
    rate = pd.DataFrame(np.maximum(counted, 0.5) / households * 1e4, index=pd.Index(years, name="year"), columns=pd.Index(places, name="place"))
    panel = rate.stack().rename("goal").reset_index()
    return panel.assign(development=panel["place"].map(dict(zip(places, tall, strict=True))))
