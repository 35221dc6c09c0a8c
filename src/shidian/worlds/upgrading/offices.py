"""What offices write: documents on the theme, and how many of them speak of pilots. Nothing here is fitted.

Every office writes some documents on the theme whatever is tried. Where a package is taken up, as a trial or as the national
package, that leads to documents in its place (`launch`); a trial leads to more in every year, for it is watched and reported on
(`own`). A share of all these leads to one more in the office above, and the same share of those to one more above that.

    written on a trial         speaks of pilots in the share `named`
    every other document       is about one place under the office that writes it, and speaks of pilots if that office knows of a
                               trial there: a province knows its places, the centre what has been reported to it

What a municipality writes counts as its province's, as in the paper's table, which has no cities below one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import pdtrik

from ...foundations.luck import Luck
from ...foundations.streams import name_keys

LEVELS = ("nation", "province", "city")


@dataclass(frozen=True)
class Offices:
    """Who writes: the provinces, the leaf places, and which of these are municipalities under the centre."""

    provinces: tuple[str, ...]
    places: tuple[str, ...]
    group: np.ndarray  # (place,) position of its province
    municipality: np.ndarray  # (place,) whether it is its own province


@dataclass(frozen=True)
class Written:
    """Documents of a year at one level, by office: those that speak of pilots, and the rest."""

    mention: np.ndarray
    silent: np.ndarray


@dataclass(frozen=True)
class Occasions:
    """What there was to write about in a year, by place (place,), each 0 or 1."""

    trial: np.ndarray  # a trial of its own is in force
    known: np.ndarray  # a report on a trial there has reached the centre this year
    enrolled: np.ndarray  # the national package is in force
    new: np.ndarray  # whichever it is was not in force the year before


def documents(offices: Offices, occasions: Occasions, rates: dict[str, float], luck: Luck) -> dict[str, Written]:
    """The documents of a year by level, counted for the nation, by province, and for cities by province.

    Counts are Poisson, by the luck of level and office.
    """
    expected = expected_documents(offices, occasions, rates)
    keys = {"nation": name_keys(["nation"]), "province": name_keys(offices.provinces), "city": name_keys(offices.places)}
    written = {}
    for level, (mention, silent) in expected.items():
        counted = [_poisson(luck.of(level, what).uniform(keys[level]), mean) for what, mean in (("mention", mention), ("silent", silent))]
        if level == "city":
            counted = [np.bincount(offices.group, one, len(offices.provinces)) for one in counted]
        written[level] = Written(*counted)
    return written


def expected_documents(offices: Offices, occasions: Occasions, rates: dict[str, float]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Mean number of documents by level and office that speak of pilots, and that do not; cities are leaf places."""
    number, city, up = len(offices.provinces), ~offices.municipality, rates["passed_up"]
    launched = rates["launch"] * occasions.new
    on_trials, on_rollout = (rates["own"] + launched) * occasions.trial, launched * occasions.enrolled
    # A municipality writes what a province and a city would, from the one office, so nothing of it is passed up on the way there.
    to_province = np.where(offices.municipality, 1.0, up)
    to_nation = up * to_province

    def by_province(values: np.ndarray) -> np.ndarray:
        return np.bincount(offices.group, values, number)

    near = by_province(occasions.trial) / np.maximum(np.bincount(offices.group, minlength=number), 1)
    return {
        "nation": _split(
            np.array([(to_nation * on_trials).sum()]), np.array([rates["nation"] + (to_nation * on_rollout).sum()]),
            np.array([occasions.known.mean()]), rates["named"],
        ),
        "province": _split(by_province(to_province * on_trials), rates["province"] + by_province(to_province * on_rollout), near, rates["named"]),
        "city": _split(on_trials * city, (rates["city"] + on_rollout) * city, occasions.trial, rates["named"]),
    }  # fmt: skip


def _split(on_trials: np.ndarray, others: np.ndarray, near: np.ndarray, named: float) -> tuple[np.ndarray, np.ndarray]:
    """Documents that speak of pilots and documents that do not, from those on trials and all others."""
    mention = named * on_trials + near * others
    return mention, on_trials + others - mention


def _poisson(uniform: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """The Poisson count below which a share `uniform` of all counts lies."""
    safe = np.maximum(mean, 1e-12)
    return np.where(mean > 0, np.maximum(np.ceil(pdtrik(uniform, safe)), 0.0), 0.0)
