"""Households by place and income band, and what a band earns.

Bands are thirds of the national urban and of the national rural incomes, the same everywhere: a place's own income says
how many of its households stand in each. Incomes are lognormal; a household has its area's mean size.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

_NORMAL = NormalDist()


def _cdf(values: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr  # heavy; used where a case is built only

    return ndtr(values)


def between_years(table: pd.DataFrame, column: str, years: range, order: list[str]) -> np.ndarray:
    """A column of a table with anchor years as an array (year, place): linear between anchors, held outside."""
    wide = table.pivot(index="year", columns="place", values=column).reindex(columns=order).sort_index()
    wide = wide.interpolate("index", limit_direction="both").fillna(0.0)  # places may have anchors of their own, or none
    anchors = wide.index.to_numpy(float)
    return np.stack([np.interp(years, anchors, wide[code].to_numpy(float)) for code in order], axis=1)


STEPS = 5  # equal steps of households within a third, over which what a price costs is averaged


def band_means(mean: np.ndarray, sigma: float, bands: int = 3) -> np.ndarray:
    """Mean income of each of so many equal bands of a lognormal with this mean, axes (year, band).

    E[x | k-th band of n] = n * mean * [Phi(z_k - sigma) - Phi(z_(k-1) - sigma)] with Phi(z_k) = k / n.
    """
    inner = [_NORMAL.inv_cdf(position / bands) for position in range(1, bands)]
    share = np.diff(_cdf(np.array([-np.inf, *inner, np.inf]) - sigma))
    return bands * mean[:, None] * share[None, :]


def band_shares(relative: np.ndarray, sigma: float) -> np.ndarray:
    """Share of a place's households in each national band, given its income over the national mean; last axis is the band."""
    edges = np.array([-np.inf, _NORMAL.inv_cdf(1 / 3), _NORMAL.inv_cdf(2 / 3), np.inf])
    return np.diff(_cdf(edges - np.log(relative)[..., None] / sigma), axis=-1)


class People(NamedTuple):
    """Who lives where, (year, place): persons, the urban share, incomes over the national urban and rural means."""

    population: np.ndarray
    urban: np.ndarray
    relative: tuple[np.ndarray, np.ndarray]


def people(table: pd.DataFrame, leaves: tuple[str, ...], years: range) -> People:
    """The table `people` as arrays over all years."""
    columns = ("population", "urban_share", "relative_income_urban", "relative_income_rural")
    population, urban, *relative = (between_years(table, column, years, list(leaves)) for column in columns)
    return People(population, urban, (relative[0], relative[1]))


def households(who: People, sizes: np.ndarray, sigmas: tuple[float, float]) -> np.ndarray:
    """Households, axes (year, place, segment), urban bands first. `sizes` is persons per household, (year, area)."""
    parts = []
    for area, share in enumerate((who.urban, 1 - who.urban)):
        count = who.population * share / sizes[:, area, None]
        parts.append(count[..., None] * band_shares(who.relative[area], sigmas[area]))
    return np.concatenate(parts, axis=-1)
