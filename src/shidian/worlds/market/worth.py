"""What one vehicle of each class adds to the accounts over its life: the same rules as the accounts, for a fleet of one."""

from __future__ import annotations

import numpy as np

from .accounts import PLUGINS, Constants, Outside, energy_accounts, harm_accounts
from .setting import Setting


def lives(setting: Setting) -> np.ndarray:
    """(class): years that a vehicle is on the road, 1 + the sum over ages of the share that survives."""
    return 1 + np.cumprod(np.asarray(setting.survival, np.float64), axis=1).sum(axis=1)


def worth_of_one(setting: Setting, constants: Constants, outside: Outside) -> dict[str, np.ndarray]:
    """By indicator (year, class): what a vehicle sold in a year adds, at that year's grid, prices and ranges.

    Oil, CO2 and harm over its life; output at list price and rated range once, plug-in and low-speed cars alone.
    """
    axes, years = setting.axes, len(setting.axes.years)
    alone = np.repeat((np.eye(len(axes.classes)) * lives(setting))[None], years, axis=0)
    worth = energy_accounts(setting, constants, outside, alone) | harm_accounts(setting, constants, alone)
    new, plug = 1 - axes.classes_where("ice"), axes.classes_where(*PLUGINS)
    worth["output"] = _mean_on_sale(setting, np.asarray(setting.price, np.float64)) * new
    worth["plugin_range"] = _mean_on_sale(setting, np.asarray(setting.range_km, np.float64)) * plug
    return worth


def _mean_on_sale(setting: Setting, values: np.ndarray) -> np.ndarray:
    """(year, class): mean over months and products on sale; over all products where none is."""
    axes = setting.axes
    inside = np.eye(len(axes.classes))[np.array(axes.class_of)]
    weight = np.asarray(setting.on_sale, np.float64)
    total, count = (values * weight).sum(axis=1) @ inside, weight.sum(axis=1) @ inside
    whole = values.mean(axis=1) @ inside / inside.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), whole)
