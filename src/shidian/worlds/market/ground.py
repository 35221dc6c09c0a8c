"""A governed year of the market: what places have in force becomes policy, makers respond, households buy, and what the packages added is told.

A locality is a place in one line of cars, place by place in the order of the lines. This is the truth; who sees what of it is for governance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import jax
import numpy as np

from ...foundations.luck import Luck
from .launches import Conditions, LaunchRules, Supply, line_of_product, respond, supply_of
from .parameters import MarketParameters
from .policies import Policies
from .setting import Setting
from .steps import State, YearRecord
from .yearly import Acts, Background, Decided, governed_year, sold_in_year

ACCESS = 0.1  # of low-speed cars to roads where nobody has opened them
PER_THOUSAND = 100.0  # demand is told in tens of vehicles for a thousand households


class Tried(Protocol):
    """What the market needs to know of a year's trials, each by locality; package 0 is none."""

    package: np.ndarray
    effort: np.ndarray
    enrolled: np.ndarray
    pressed: np.ndarray  # force of the centre against the line, in [0, 1]
    threshold: float  # km of rated range below which a battery car gets no central subsidy


@dataclass(frozen=True)
class Outcomes:
    """The truth of a year in points: what packages added in each locality and goal, and the year's fortune apart."""

    effect: np.ndarray  # (locality, goal)
    shock: np.ndarray  # (locality, goal)
    level: float  # mean rated range of the plug-ins sold, km

    @property
    def total(self) -> np.ndarray:
        """(locality, goal): what the best monitor could see."""
        return self.effect + self.shock


@dataclass(frozen=True)
class Packages:
    """What packages are made of; package 0 is empty."""

    names: tuple[str, ...]
    line: np.ndarray  # (package,) -1 for package 0
    access: np.ndarray  # (package,)
    campaign: np.ndarray  # (package,)
    privilege: np.ndarray  # (package,)
    top_up: np.ndarray  # (package,) RMB/vehicle
    countryside: np.ndarray  # (package,) added where it is national


@dataclass(frozen=True)
class Plan:
    """One draw of a market that is to be governed: all that no year changes."""

    parameters: MarketParameters
    setting: Setting
    policies: Policies
    ahead: np.ndarray  # (year, month, product) what is brought forward under the given national policies
    lines: tuple[tuple[int, ...], ...]  # classes of each line
    packages: Packages
    worth: np.ndarray  # (year, class, goal) points that one vehicle for each household would make
    homes: np.ndarray  # (maker,) place
    able: np.ndarray  # (maker, line) who could make what
    record: np.ndarray  # (year, maker, line) who did, by the record
    rules: LaunchRules
    rescue: float  # fiscal capacity from which a place carries its maker through
    capacity: np.ndarray  # (place,)
    keys: np.ndarray  # (locality,) for luck
    maker_keys: np.ndarray  # (maker, line) for luck
    effort_yield: float
    home_bias: float
    campaign_years: float
    shock: float

    @cached_property
    def households(self) -> np.ndarray:
        """(year, place)."""
        return np.asarray(self.setting.households, np.float64).sum(axis=2)

    @property
    def number(self) -> int:
        """Places."""
        return len(self.setting.axes.places)

    @cached_property
    def background(self) -> Background:
        """What no governor decides, where the kernel runs."""
        return jax.device_put(Background(self.parameters, self.setting, self.policies, self.ahead))

    @cached_property
    def alone(self) -> Acts:
        """Each package in force in every place by itself, with a leading package axis; package 0 is nothing."""
        return jax.tree.map(lambda *each: np.stack(each), *(everywhere(self, package) for package in range(len(self.packages.names))))

    @cached_property
    def bare(self) -> Acts:
        """Nothing in force anywhere."""
        return everywhere(self, 0)

    @cached_property
    def inside(self) -> np.ndarray:
        """(line, class): 1 where the class is of the line."""
        return np.array([[float(one in classes) for one in range(len(self.setting.axes.classes))] for classes in self.lines])

    @cached_property
    def line_of_product(self) -> np.ndarray:
        """(product,): the line of its class, -1 outside all lines."""
        return line_of_product(self.setting, self.lines)

    @cached_property
    def maker_share(self) -> np.ndarray:
        """(year, maker, product): who makes it, by the record."""
        return np.asarray(self.setting.maker_share, np.float64)

    @cached_property
    def of_line(self) -> np.ndarray:
        """(product, line): what a product counts for in its line, one over the number of the line's products."""
        here = (self.line_of_product == np.arange(len(self.lines))[:, None]).T.astype(float)
        return here / np.maximum(here.sum(axis=0), 1.0)

    @cached_property
    def home(self) -> np.ndarray:
        """(place, maker): 1 where the maker is at home."""
        return (np.arange(self.number)[:, None] == self.homes).astype(float)

    @cached_property
    def opens(self) -> np.ndarray:
        """(line,): 1 where the line has a package that opens roads, on which force is felt."""
        packages = self.packages
        return np.array([float((packages.access[packages.line == line] > 0).any()) for line in range(len(self.lines))])

    @cached_property
    def named(self) -> np.ndarray:
        """(product,): whether it is a named product."""
        return np.array(self.setting.axes.named)


@dataclass(frozen=True)
class Ground:
    """The market between two years."""

    plan: Plan
    position: int  # of the year to come
    state: State
    offering: np.ndarray  # (maker, line) who offers a line
    sold: np.ndarray  # (line,) national sales of the year before
    held: np.ndarray  # (locality,) package of the year before
    age: np.ndarray  # (locality,) years for which it has been held
    record: YearRecord | None = None  # of the year that has passed
    rescued: int = 0  # makers carried through in it who would have left
    threshold: float = 0.0  # km, in that year
    made: np.ndarray | None = None  # (maker, line) share of each line that each maker made in it

    @cached_property
    def decided(self) -> Decided:
        """What the year to come finds decided, should nothing change in what makers offer."""
        return decided(self.plan, self.position, self.offering, self.threshold)


def advance(ground: Ground, trials: Tried, luck: Luck) -> tuple[Ground, Outcomes]:
    """A year with the trials in force: launches and exits, twelve months of sales, and the truth about the packages."""
    plan, position = ground.plan, ground.position
    met = conditions(ground, trials)
    offering, rescued = respond(ground.offering, plan.able, met, plan.rules, luck, plan.maker_keys)
    age = np.where(trials.package == ground.held, ground.age, 0)
    year = decided(plan, position, offering, trials.threshold)
    made = made_by(plan, year.supply, offering)
    acts = acts_of(plan, trials, age < plan.campaign_years, made)
    state, record, both = governed_year(plan.background, ground.state, year, acts, plan.bare)
    record = jax.tree.map(np.asarray, record)
    effect = effects(plan, both, trials.package, position)
    sold = np.asarray(record.total.classes, np.float64).sum(axis=0)
    after = replace(
        ground, position=position + 1, state=state, offering=offering, sold=plan.inside @ sold, held=trials.package, age=age + 1, record=record, threshold=trials.threshold, made=made,
        rescued=int(rescued.sum()),
    )  # fmt: skip
    shock = plan.shock * np.stack([luck.of("shock", goal).normal(plan.keys) for goal in range(effect.shape[1])], axis=1)
    plug = sold @ plan.setting.axes.classes_where("bev", "phev")
    return after, Outcomes(effect, shock, float(np.asarray(record.total.plugin_km, np.float64).sum() / max(plug, 1.0)))


def conditions(ground: Ground, trials: Tried) -> Conditions:
    """What makers meet: the package at home, the line's market, the centre's words; a home of means carries through what lives from a line."""
    plan, lines = ground.plan, len(ground.plan.lines)
    package, pressed = trials.package.reshape(-1, lines), trials.pressed.reshape(-1, lines)
    backed = (package > 0)[plan.homes]
    force = pressed.max(axis=0)
    national = trials.enrolled.reshape(-1, lines).any(axis=0)
    rescued = backed & (plan.capacity[plan.homes] >= plan.rescue)[:, None]
    return Conditions(backed, ground.sold, np.where(force > 0, -1.0, national.astype(float)), force, rescued)


def decided(plan: Plan, position: int, offering: np.ndarray, threshold: float = 0.0) -> Decided:
    """What a year finds decided: what makers offer in it, and the threshold."""
    supply = supply_of(plan.maker_share[position], offering, plan.record[position], plan.line_of_product, plan.named, plan.rules.variety)
    return Decided(np.asarray(position), supply, np.float32(threshold))


def made_by(plan: Plan, supply: Supply, offering: np.ndarray) -> np.ndarray:
    """(maker, line): the share of a line that each maker makes who offers it, the mean over its products; launches are dealt theirs."""
    made = np.asarray(supply.maker_share, np.float64) @ plan.of_line * offering
    return made / np.maximum(made.sum(axis=0), 1e-12)


def acts_of(plan: Plan, trials: Tried, new: np.ndarray, made: np.ndarray) -> Acts:
    """Packages as instruments: sizes grow with effort, shrink where a place keeps others' cars from what it gives (`made` (maker, line) says who makes
    them), and what is `new` (locality,) is campaigned for.
    """
    lines, packages = len(plan.lines), plan.packages
    package = trials.package.reshape(-1, lines)
    size = np.where(package > 0, 1 + plan.effort_yield * trials.effort.reshape(-1, lines), 0.0)
    own = size * (1 - plan.home_bias * closed_off(plan, made))
    campaign = (size * packages.campaign[package] * new.reshape(-1, lines)).max(axis=1)
    enforced = (trials.pressed.reshape(-1, lines) * plan.opens).max(axis=1)
    national = trials.enrolled.reshape(-1, lines)
    rounds = np.array([packages.countryside[package[:, line][national[:, line]]].max(initial=0.0) for line in range(lines)])
    return _acts(
        plan, np.maximum(ACCESS, (size * packages.access[package]).max(axis=1)), enforced, campaign, own * packages.privilege[package],
        own * packages.top_up[package], rounds,
    )  # fmt: skip


def everywhere(plan: Plan, package: int) -> Acts:
    """One package in force in every place with ordinary effort, and as the centre would bring it."""
    packages, places, lines = plan.packages, plan.number, len(plan.lines)
    here = (np.arange(lines) == packages.line[package]) * np.ones((places, 1))
    access = np.maximum(ACCESS, packages.access[package] * here.max(axis=1))
    rounds = packages.countryside[package] * here[0]
    campaign = packages.campaign[package] * here.max(axis=1)
    return _acts(plan, access, np.zeros(places), campaign, here * packages.privilege[package], here * packages.top_up[package], rounds)


def _acts(plan: Plan, access, enforcement, campaign, privilege, top_up, rounds) -> Acts:
    """Arrays by line spread over classes, each within its bounds."""
    values = (
        np.clip(access, ACCESS, 1.0), np.clip(enforcement, 0.0, 1.0), np.clip(campaign, 0.0, 1.0), np.clip(privilege @ plan.inside, 0.0, 1.0),
        np.maximum(top_up @ plan.inside, 0.0), np.clip(rounds @ plan.inside, 0.0, 1.0),
    )  # fmt: skip
    return Acts(*(np.asarray(value, np.float32) for value in values))


def closed_off(plan: Plan, made: np.ndarray) -> np.ndarray:
    """(place, line): share of a line's cars made elsewhere, where makers are at home; nil where none is. `made` is (maker, line)."""
    at_home = plan.home @ made
    return np.where(at_home > 0, 1 - at_home, 0.0)


def effects(plan: Plan, both: np.ndarray, package: np.ndarray, position: int) -> np.ndarray:
    """(locality, goal): points that the package of each locality added, 0 where there is none; the last goal is the demand revealed.

    `both` (2, place, class) are the year's sales with the packages and without any.
    """
    sold = np.asarray(both, np.float64)
    return told(plan, sold[0] - sold[1], package.reshape(-1, len(plan.lines)) > 0, position)


def told(plan: Plan, added: np.ndarray, held: np.ndarray, position: int) -> np.ndarray:
    """Points by locality from vehicles added (place, class): a line is told its own, and of what others lost or won as its own weighs."""
    each = added / plan.households[position][:, None]
    points = each @ plan.worth[position]
    own = (each[:, None, :] * plan.inside) @ plan.worth[position]
    number = each @ plan.inside.T
    weight = np.abs(number) * held
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    rest = points - (own * held[:, :, None]).sum(axis=1)
    effect = (own + rest[:, None, :] * weight[:, :, None]) * held[:, :, None]
    demand = number * held * PER_THOUSAND
    return np.concatenate([effect, demand[:, :, None]], axis=2).reshape(held.size, -1)


def national_effects(plan: Plan, ground: Ground, packages: list[int]) -> np.ndarray:
    """(package asked, place, goal): points that each package would add in every place if it stood everywhere, with the demand revealed last."""
    variants = jax.tree.map(lambda alone: alone[[0, *packages]], plan.alone)
    sold = np.asarray(sold_in_year(plan.background, ground.state, ground.decided, variants), np.float64)
    added = (sold[1:] - sold[0]) / plan.households[ground.position][:, None]
    line = plan.packages.line[packages]
    demand = np.einsum("kpc,kc->kp", added, plan.inside[line] * (line >= 0)[:, None] * PER_THOUSAND)
    return np.concatenate([added @ plan.worth[ground.position], demand[:, :, None]], axis=2)
