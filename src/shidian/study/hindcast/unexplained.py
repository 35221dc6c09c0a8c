"""Wider intervals: what even the best fit leaves unexplained goes on being unexplained, and adds up.

A posterior may say, by indicator, the standard deviation d of the logarithm by which its best fit misses the record. What a year leaves
unexplained (a taste, a maker's push, a mood) mostly stays in the next, so a draw is moved by a random walk, in the h-th year after the
cut by w = exp(d (z1 + ... + zh)), z standard normal, one for each indicator, draw and year (of quarters each adds a quarter of the variance):

    cars            c' = c w
    battery cars    b' = b / c w c', and hybrids alike: their d is of their share in all cars
    class shares    s' = s w, divided by the sum of all
    microcars       as the class share of microcars

Parts of a whole never exceed it. Without such a d nothing moves.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...foundations.streams import stream
from ..results import MICROCAR
from .record import MICROCARS, SHARES

MOST_PLUGGED = 0.999  # of all cars
Arrays = dict[str, np.ndarray]  # by indicator: (draw, period)


def widened(sums: Arrays, unexplained: Mapping[str, float], seed: int) -> Arrays:
    """Yearly totals and class shares, moved by what is unexplained."""
    moved = dict(sums)
    cars = sums["car_sales"]
    moved["car_sales"] = cars * _factor("car_sales", cars, unexplained, seed)
    common = _factor("plugin_sales", cars, unexplained, seed)
    parts = {name: _over(sums[name], cars) * _factor(name, cars, unexplained, seed) * common for name in ("bev_sales", "phev_sales")}
    held = np.minimum(1.0, MOST_PLUGGED / np.maximum(parts["bev_sales"] + parts["phev_sales"], 1e-12))
    moved |= {name: part * held * moved["car_sales"] for name, part in parts.items()}
    moved["plugin_sales"] = moved["bev_sales"] + moved["phev_sales"]
    moved["plugin_share"] = _over(moved["plugin_sales"], moved["car_sales"])
    return moved | _shares(sums, unexplained, seed)


def _shares(sums: Arrays, unexplained: Mapping[str, float], seed: int) -> Arrays:
    shares = {name: values * _factor(name, values, unexplained, seed) for name, values in sums.items() if name.startswith(SHARES)}
    total = np.sum(list(shares.values()), axis=0)
    return {name: _over(values, total) for name, values in shares.items()}


def widened_microcars(share: np.ndarray, unexplained: Mapping[str, float], seed: int) -> np.ndarray:
    """Microcars' share by quarter, (draw, quarter); quarters follow each other from the cut on."""
    name = MICROCARS if MICROCARS in unexplained else f"{SHARES}{MICROCAR.replace('-', '_')}"
    deviation = {MICROCARS: unexplained.get(name, 0.0) / 2}  # a quarter of a year's variance
    return np.minimum(share * _factor(MICROCARS, share, deviation, seed), 1.0)


def _factor(name: str, like: np.ndarray, unexplained: Mapping[str, float], seed: int) -> np.ndarray | float:
    deviation = unexplained.get(name, 0.0)
    if deviation <= 0:
        return 1.0
    return np.exp(deviation * stream(seed, "unexplained", name).normal(size=like.shape).cumsum(axis=1))


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """A share; none of nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
