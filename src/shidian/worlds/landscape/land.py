"""What every package is worth in every place, for every goal: an NK landscape with common and local parts.

A package is a set of N instruments, hence one of 2^N points; package 0 is to do nothing. The worth of instrument i depends
on itself and on the next K, by a table that is partly common and partly a place's own:

    f[g, p, m] = sum_i c[g, p, i, pattern of (i, i+1 .. i+K) in m],   c = sqrt(s) common + sqrt(1 - s) local,  var c = 1 / (2N)
    worth[g, p, m] = f[g, p, m] - f[g, p, 0]

so that worth is N(0, 1) where all patterns differ from those of package 0, and s is its correlation between two places.

The other kind of land, where packages are points along one line of policy, is in `brownian`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...foundations.luck import Luck
from ...foundations.streams import name_keys, stream
from . import brownian
from .setting import LandscapeSetting


@dataclass(frozen=True)
class Land:
    """The truth of one abstract nation; nobody who governs may hold it."""

    setting: LandscapeSetting
    names: tuple[str, ...]
    group: np.ndarray  # (place,) province
    development: np.ndarray  # (place,) standard deviations from the mean
    worth: np.ndarray  # (goal, place, package)

    @cached_property
    def keys(self) -> np.ndarray:
        """The key of each place, for luck."""
        return name_keys(self.names)

    @property
    def bits(self) -> np.ndarray:
        """(package, instrument): 1 where a package holds an instrument."""
        return holdings(self.setting)

    def national(self) -> np.ndarray:
        """(goal, package): worth of a package in force everywhere with ordinary effort, the mean over places."""
        return self.worth.mean(axis=1)


def holdings(setting: LandscapeSetting) -> np.ndarray:
    """(package, instrument): 1 where a package holds an instrument; along a line, where it goes that far."""
    return bits(setting.instruments) if setting.kind == "nk" else brownian.steps(setting.instruments)


@cache
def bits(instruments: int) -> np.ndarray:
    """(package, instrument) of all packages, read-only.

    >>> bits(2).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    """
    table = (np.arange(2**instruments)[:, None] >> np.arange(instruments) & 1).astype(float)
    table.setflags(write=False)
    return table


def make_land(setting: LandscapeSetting, seed: int, order: np.ndarray | None = None) -> Land:
    """The land of a seed; `order` lists its places in another order, and nothing but their order changes."""
    everyone = np.arange(setting.places)
    order = everyone if order is None else order
    names = tuple(f"place-{number:03d}" for number in order)
    development = _standardised(Luck(seed, ("land", "development")).normal(name_keys(f"place-{number:03d}" for number in everyone)))
    shape: tuple[int, ...] = (len(setting.goals), setting.instruments)
    shape += (2 ** (setting.interactions + 1),) if setting.kind == "nk" else ()
    common = stream(seed, "land", "common").normal(size=shape)
    local = np.stack([stream(seed, "land", "local", name).normal(size=shape) for name in names], axis=1)
    table = np.sqrt(setting.common) * common[:, None] + np.sqrt(1 - setting.common) * local
    group = order * setting.groups // setting.places
    return Land(setting, names, group, development[order], _worth(table, setting))


def _standardised(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / (spread if spread > 0 else 1.0)


def _worth(table: np.ndarray, setting: LandscapeSetting) -> np.ndarray:
    """(goal, place, package) from standard normal tables (goal, place, instrument, and on a rugged land pattern)."""
    if setting.kind == "brownian":
        return brownian.path(setting.drift + np.sqrt(setting.step_variance) * table)
    return _rugged(table / np.sqrt(2 * setting.instruments))


def _rugged(table: np.ndarray) -> np.ndarray:
    instruments, patterns = table.shape[-2:]
    reach = patterns.bit_length() - 1
    held = bits(instruments).astype(int)
    pattern = sum(np.roll(held, -step, axis=1) << step for step in range(reach))
    total = table[:, :, np.arange(instruments), pattern].sum(axis=-1)
    return total - total[..., :1]


def main_effects(land: Land) -> np.ndarray:
    """(goal, instrument): what an instrument adds nationally, the mean over all packages of the others; along a line, what a step adds.

    Over rugged lands its variance is (K + 1) s / (N 2^K) for the common part, and 1 / places of the like for what is local.
    """
    national = land.national()
    if land.setting.kind == "brownian":
        return np.diff(national, axis=1)
    with_it = land.bits
    return 2 * national @ (2 * with_it - 1) / len(with_it)


def effect_variance(setting: LandscapeSetting) -> float:
    """Variance of `main_effects` over lands."""
    shared = setting.common + (1 - setting.common) / setting.places
    if setting.kind == "brownian":
        return setting.step_variance * shared
    return (setting.interactions + 1) * shared / (setting.instruments * 2**setting.interactions)


def effect_mean(setting: LandscapeSetting) -> float:
    """Mean of `main_effects` over lands: nothing on a rugged land, the drift of a step along a line."""
    return setting.drift
