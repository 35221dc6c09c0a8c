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
from .launches import Conditions, LaunchRules, offered, past_threshold, respond
from .parameters import MarketParameters
from .policies import Policies
from .run import of_year
from .setting import Setting
from .steps import State, YearRecord
from .yearly import Acts, in_force, one_year, sold_in_year

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
    def alone(self) -> Acts:
        """Each package in force in every place by itself, with a leading package axis; package 0 is nothing."""
        return jax.tree.map(lambda *each: np.stack(each), *(everywhere(self, package) for package in range(len(self.packages.names))))


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
    rescued: int = 0  # makers carried through in it
    threshold: float = 0.0  # km, in that year

    @cached_property
    def given(self) -> tuple:
        """What the year to come takes as given, should nothing change in what makers offer."""
        return year_given(self.plan, self.position, self.offering, self.threshold)


def advance(ground: Ground, trials: Tried, luck: Luck) -> tuple[Ground, Outcomes]:
    """A year with the trials in force: launches and exits, twelve months of sales, and the truth about the packages."""
    plan, position = ground.plan, ground.position
    met = conditions(ground, trials)
    offering = respond(ground.offering, plan.able, met, plan.rules, luck, plan.maker_keys)
    given = year_given(plan, position, offering, trials.threshold)
    age = np.where(trials.package == ground.held, ground.age, 0)
    acts = acts_of(plan, trials, age < plan.campaign_years, offering, position)
    policies = in_force(given[1], acts)
    state, record = one_year(plan.parameters, ground.state, (given[0], policies, *given[2:]))
    effect = effects(plan, ground.state, given, acts, trials.package, position)
    sold = np.asarray(record.total.classes, np.float64).sum(axis=0)
    by_line = np.array([sold[list(classes)].sum() for classes in plan.lines])
    after = replace(
        ground, position=position + 1, state=state, offering=offering, sold=by_line, held=trials.package, age=age + 1, record=record, threshold=trials.threshold,
        rescued=int((met.rescued & ground.offering & (met.force > 0)).sum()),
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


def year_given(plan: Plan, position: int, offering: np.ndarray, threshold: float = 0.0) -> tuple:
    """What a year takes as given, with what makers offer in it."""
    setting = offered(of_year(plan.setting, position), offering, plan.record[position], plan.lines, plan.rules.variety)  # type: ignore[arg-type]
    setting = past_threshold(setting, threshold)
    year = np.float32(plan.setting.axes.years[position])
    return setting, of_year(plan.policies, position), year, plan.setting.battery_reference[position], plan.ahead[position]


def acts_of(plan: Plan, trials: Tried, new: np.ndarray, offering: np.ndarray, position: int) -> Acts:
    """Packages as instruments: sizes grow with effort, shrink where a place keeps others' cars from what it gives, and what is `new` (locality,)
    is campaigned for.
    """
    lines, packages = len(plan.lines), plan.packages
    package = trials.package.reshape(-1, lines)
    size = np.where(package > 0, 1 + plan.effort_yield * trials.effort.reshape(-1, lines), 0.0)
    own = size * (1 - plan.home_bias * closed_off(plan, offering, position))
    campaign = (size * packages.campaign[package] * new.reshape(-1, lines)).max(axis=1)
    enforced = (trials.pressed.reshape(-1, lines) * _opens(plan)).max(axis=1)
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
    classes = len(plan.setting.axes.classes)
    spread = np.zeros((len(plan.lines), classes))
    for line, inside in enumerate(plan.lines):
        spread[line, list(inside)] = 1.0
    values = (
        np.clip(access, ACCESS, 1.0), np.clip(enforcement, 0.0, 1.0), np.clip(campaign, 0.0, 1.0), np.clip(privilege @ spread, 0.0, 1.0),
        np.maximum(top_up @ spread, 0.0), np.clip(rounds @ spread, 0.0, 1.0),
    )  # fmt: skip
    return Acts(*(np.asarray(value, np.float32) for value in values))


def _opens(plan: Plan) -> np.ndarray:
    """(line,): 1 where the line has a package that opens roads, on which force is felt."""
    packages = plan.packages
    return np.array([float((packages.access[packages.line == line] > 0).any()) for line in range(len(plan.lines))])


def closed_off(plan: Plan, offering: np.ndarray, position: int) -> np.ndarray:
    """(place, line): share of a line's cars made elsewhere, where makers are at home; nil where none is."""
    share = np.asarray(plan.setting.maker_share[position], np.float64)
    of_class = list(plan.setting.axes.class_of)
    out = np.zeros((plan.number, len(plan.lines)))
    for line, classes in enumerate(plan.lines):
        inside = np.isin(of_class, classes)
        made = share[:, inside].mean(axis=1) * offering[:, line]
        at_home = np.bincount(plan.homes, weights=made, minlength=plan.number)
        out[:, line] = np.where(at_home > 0, 1 - at_home / max(made.sum(), 1e-12), 0.0)
    return out


def effects(plan: Plan, state: State, given: tuple, acts: Acts, package: np.ndarray, position: int) -> np.ndarray:
    """(locality, goal): points that the package of each locality added, 0 where there is none; the last goal is the demand revealed."""
    both = jax.tree.map(lambda own, alone: np.stack([own, alone[0]]), acts, plan.alone)
    sold = np.asarray(sold_in_year(plan.parameters, state, given, both), np.float64)
    return told(plan, sold[0] - sold[1], package.reshape(-1, len(plan.lines)) > 0, position)


def told(plan: Plan, added: np.ndarray, held: np.ndarray, position: int) -> np.ndarray:
    """Points by locality from vehicles added (place, class): a line is told its own, and of what others lost or won as its own weighs."""
    each = added / plan.households[position][:, None]
    points = each @ plan.worth[position]
    own = np.stack([each[:, list(classes)] @ plan.worth[position][list(classes)] for classes in plan.lines], axis=1)
    number = np.stack([each[:, list(classes)].sum(axis=1) for classes in plan.lines], axis=1)
    weight = np.abs(number) * held
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    rest = points - (own * held[:, :, None]).sum(axis=1)
    effect = (own + rest[:, None, :] * weight[:, :, None]) * held[:, :, None]
    demand = number * held * PER_THOUSAND
    return np.concatenate([effect, demand[:, :, None]], axis=2).reshape(held.size, -1)


def national_effects(plan: Plan, ground: Ground, packages: list[int]) -> np.ndarray:
    """(package asked, place, goal): points that each package would add in every place if it stood everywhere, with the demand revealed last."""
    asked = [0, *packages]
    variants = jax.tree.map(lambda alone: alone[asked], plan.alone)
    sold = np.asarray(sold_in_year(plan.parameters, ground.state, ground.given, variants), np.float64)
    added = (sold[1:] - sold[0]) / plan.households[ground.position][:, None]
    inside = np.zeros((len(packages), len(plan.setting.axes.classes)))
    for row, package in zip(inside, packages, strict=True):
        row[list(plan.lines[plan.packages.line[package]]) if package else []] = PER_THOUSAND
    demand = np.einsum("kpc,kc->kp", added, inside)
    return np.concatenate([added @ plan.worth[ground.position], demand[:, :, None]], axis=2)
