"""Where the firms of every place stand, and what each package would do for them.

A place's firms are followed in equal parts (tenths, say), each at a stage s between 2 and 4. Where they start:

    standing = w z(ln output per head) + (1 - w) z(ln research),  standardised over places
    s = middle + slope standing + scatter e + within q            q: quantile of the normal, e: luck of the place

An instrument i is used by a firm that can use it (from `from` on, earlier where research is strong) and still has use for it
(up to `to`), each a logistic step of `width` w:

    can = L((s + reach z(ln research) - from) / w),   use = can L((to - s) / w)
    lifted = most (1 - exp(-sum of lift use / most)),   wasted = waste * sum of (1 - can)

over the instruments of a package: together they lift less than one by one, and what firms cannot use costs them. Per place,
as means over its firms:

    technology = lifted - wasted,  jobs = sum of jobs use,  balance = technology (mean stage of the nation - of the place) / sd

All numbers are assumed; the shape (a window that a firm climbs through, and no gain without the basics) is the reading of the
paper of what Jiangsu, Liaoning and Gansu put in their plans.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, ndtri

from ...cases import SmallCase
from ...foundations.luck import Luck
from ...foundations.streams import name_keys
from ..landscape.land import bits
from .setting import GOALS, HIGHEST, LOWEST, Numbers


@dataclass(frozen=True)
class Industry:
    """The truth of one nation of firms in one year; nobody who governs may hold it."""

    numbers: Numbers
    goals: tuple[str, ...]
    codes: tuple[str, ...]
    group: np.ndarray  # (place,) province
    development: np.ndarray  # (place,) standing at the start, standard deviations from the mean
    research: np.ndarray  # (place,) standard deviations from the mean, of logarithms
    stage: np.ndarray  # (place, firm) at the start of the year

    @cached_property
    def keys(self) -> np.ndarray:
        """The key of each place, for luck."""
        return name_keys(self.codes)

    @property
    def bits(self) -> np.ndarray:
        """(package, instrument): 1 where a package holds an instrument."""
        return bits(len(self.numbers.lift))

    @cached_property
    def can(self) -> np.ndarray:
        """(place, firm, instrument): share of firms that could use it."""
        number = self.numbers
        above = self.stage + number.single["reach"] * self.research[:, None]
        return expit((above[..., None] - number.start) / number.single["width"])

    @cached_property
    def use(self) -> np.ndarray:
        """(place, firm, instrument): share of firms that gain by it."""
        return self.can * expit((self.numbers.end - self.stage[..., None]) / self.numbers.single["width"])

    def lifted(self, package: np.ndarray) -> np.ndarray:
        """(place, firm): points a year by which firms climb with a package in each place (place,)."""
        most = self.numbers.single["most"]
        total = np.einsum("pfi,pi->pf", self.use, self.bits[package] * self.numbers.lift)
        return most * -np.expm1(-total / most)

    @cached_property
    def worth(self) -> np.ndarray:
        """(goal, place, package): points a year, with ordinary effort and average development."""
        held, number = self.bits, self.numbers
        most = number.single["most"]
        lifted = most * -np.expm1(-((self.use * number.lift) @ held.T) / most)
        wasted = number.single["waste"] * (1 - self.can) @ held.T
        technology = (lifted - wasted).mean(axis=1)
        jobs = (self.use.mean(axis=1) * number.jobs) @ held.T
        place = self.stage.mean(axis=1)
        behind = (place.mean() - place) / max(float(place.std()), 1e-9)
        known = {"technology": technology, "jobs": jobs, "balance": technology * behind[:, None]}
        return np.stack([known[goal] for goal in self.goals])

    def national(self) -> np.ndarray:
        """(goal, package): worth of a package in force everywhere with ordinary effort, the mean over places."""
        return self.worth.mean(axis=1)


def make_industry(case: SmallCase, numbers: Numbers, luck: Luck) -> Industry:
    """The firms of a case at the start of its first year."""
    assert case.places is not None
    table = case.tables["industry"].set_index("place").loc[[place.code for place in case.places.leaves]]
    research = _standardised(np.log(np.maximum(table["research"].to_numpy(float), 0.01)))
    share, number = numbers.single["of_output"], numbers.single
    standing = _standardised(share * _standardised(np.log(table["output_per_head"].to_numpy(float))) + (1 - share) * research)
    codes = tuple(table.index)
    middle = number["middle"] + number["slope"] * standing + number["scatter"] * luck.of("start").normal(name_keys(codes))
    firms = numbers.setting.firms
    stage = middle[:, None] + number["within"] * ndtri((np.arange(firms) + 0.5) / firms)
    goals = tuple(goal.name for goal in case.mission.goals)
    assert set(goals) <= set(GOALS)
    return Industry(numbers, goals, codes, np.array(case.places.province_of_leaf), standing, research, np.clip(stage, LOWEST, HIGHEST))


def _standardised(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / (spread if spread > 0 else 1.0)


def main_effects(industry: Industry) -> np.ndarray:
    """(goal, instrument): what an instrument adds nationally, as near as a sum over instruments comes to all packages."""
    fitted, *_ = np.linalg.lstsq(industry.bits, industry.national().T, rcond=None)
    return fitted.T
