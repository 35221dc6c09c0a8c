"""One draw of a market that is to be governed: numbers drawn, what a point is, packages, who could make what, and the day on which governing starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...cases.governance_file import Estimate, GovernanceFile
from ...foundations.streams import name_keys, stream, triangular, uniforms
from ...worlds.market.ground import Ground, Packages, Plan
from ...worlds.market.launches import LaunchRules, on_record
from ...worlds.market.policies import Policies
from ...worlds.market.run import first_years
from ...worlds.market.setting import Setting
from ...worlds.market.worth import worth_of_one
from ...worlds.market.yearly import brought_forward, opening_state, replay
from ..simulate import Experimenter

DIRECT = "reference vehicles/"  # a unit that needs no reference to become points
RESCUES = 1.0  # fiscal capacity, the mean being 1, from which a place carries its maker through


@dataclass(frozen=True)
class Start:
    """A draw on the day on which governing starts."""

    plan: Plan
    ground: Ground
    held: np.ndarray  # (locality,) package in force already
    numbers: dict[str, float]
    strength: np.ndarray  # (place, line) what makers of the place itself can do: 1 listed, 0.5 hidden, 0 none
    before: tuple  # opening fleet and records of the replayed years


def drawn(estimate: Estimate, name: str, seed: int, draw: int) -> float:
    """One draw of a number between its ends; the number itself where it has none."""
    if estimate.low is None or estimate.high is None:
        return float(estimate.value)
    return float(triangular(stream(seed, "governance", name, draw).uniform(), np.float64(estimate.low), np.float64(estimate.value), np.float64(estimate.high)))


def named(governed: GovernanceFile) -> dict[str, Estimate]:
    """Every number of the file by name: `numbers`, weights as goal.indicator, and hidden makers as hidden.capability."""
    weights = {f"{goal}.{name}": one for goal, held in governed.mission.goals.items() for name, one in held.items()}
    return dict(governed.numbers) | weights | {f"hidden.{skill}": one for skill, one in governed.experiment.hidden_makers.items()}


def start_of(ready: Experimenter, governed: GovernanceFile, first: int, seed: int, draw: int) -> Start:
    """A draw made ready, history replayed until the year `first` (its position)."""
    parameters, setting, policies = ready.inputs(seed, draw)
    numbers = {name: drawn(one, name, seed, draw) for name, one in named(governed).items()}
    lines = lines_of(governed, setting)
    able, strength = _makers(ready, governed, setting, seed, draw)
    plan = Plan(
        parameters, setting, policies, np.asarray(brought_forward(parameters, setting, policies)), lines, packages_of(governed),
        worth_in_points(ready, governed, setting, seed, draw), ready.homes, able, on_record(setting, lines),
        LaunchRules(*(numbers[name] for name in ("launch_base", "launch_home", "launch_market", "launch_centre", "exit_rate", "variety", "efficient_scale"))),
        RESCUES, np.exp(numbers["wealth"] * development(setting)), _locality_keys(setting, governed), _maker_keys(setting, governed),
        numbers["effort_yield"], numbers["home_bias"], numbers["campaign_years"], numbers["shock"],
    )  # fmt: skip
    opening, closing, records = _past(plan, first)
    sold = np.zeros(len(lines)) if records is None else _by_line(np.asarray(records.total.classes)[-1].sum(axis=0), lines)
    before = max(first - 1, 0)
    held = holdings(plan, setting, policies, first)
    ground = Ground(plan, first, closing, plan.record[before] & able, sold, held, np.where(held > 0, int(numbers["campaign_years"]), 0))
    return Start(plan, ground, held, numbers, strength, (np.asarray(opening.fleet), records))


def _past(plan: Plan, first: int):
    if first == 0:
        opening = opening_state(plan.parameters, plan.setting)
        return opening, opening, None
    setting, policies = first_years(plan.setting, plan.policies, plan.setting.axes.years[first - 1])
    return replay(plan.parameters, setting, policies)


def _by_line(sold: np.ndarray, lines: tuple[tuple[int, ...], ...]) -> np.ndarray:
    return np.array([sold[list(classes)].sum() for classes in lines], float)


def lines_of(governed: GovernanceFile, setting: Setting) -> tuple[tuple[int, ...], ...]:
    """Positions of the classes of each line."""
    return tuple(tuple(setting.axes.classes.index(name) for name in line.classes) for line in governed.experiment.lines)


def packages_of(governed: GovernanceFile) -> Packages:
    """Every package in every line that it is offered in, line by line; package 0 is nothing."""
    rows: list[tuple] = [("nothing", -1, 0.0, 0.0, 0.0, 0.0, 0.0)]
    for at, line in enumerate(governed.experiment.lines):
        for one in governed.experiment.packages:
            if line.name in one.lines:
                size = {name: value.get(line.name, 0.0) if isinstance(value, dict) else value for name, value in one.instruments.items()}
                sizes = (float(size.get(name, 0.0)) for name in ("access", "campaign", "privilege", "top_up"))
                rows.append((f"{line.name}: {one.name}", at, *sizes, float(one.national.get("countryside", 0.0))))
    names, at, *values = zip(*rows, strict=True)
    return Packages(names, np.array(at), *(np.array(each) for each in values))


def features_of(governed: GovernanceFile, packages: Packages) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of features and (package, feature): those of the line, and which instruments are in it."""
    names = (*governed.experiment.features, "roads opened", "privileges", "money")
    lines = [[line.features.get(name, 0.0) for name in governed.experiment.features] for line in governed.experiment.lines]
    own = np.array([lines[line] if line >= 0 else [0.0] * len(governed.experiment.features) for line in packages.line])
    tools = np.stack([packages.access > 0, packages.privilege > 0, packages.top_up > 0], axis=1).astype(float)
    return names, np.concatenate([own, tools], axis=1)


def worth_in_points(ready: Experimenter, governed: GovernanceFile, setting: Setting, seed: int, draw: int) -> np.ndarray:
    """(year, class, goal): points that one vehicle for each household would make.

    A point on any goal is what the year's target sales would add if all were of the reference class.
    """
    axes, goals = setting.axes, ready.case.mission.goals
    constants, outside = ready.consequences(seed, draw)
    one = worth_of_one(setting, constants, outside)
    reference = axes.classes.index(governed.mission.reference)
    columns = []
    for goal in goals:
        measured, direct = (np.zeros((len(axes.years), len(axes.classes))) for _ in range(2))
        for indicator, weight in governed.mission.goals[goal.name].items():
            value = drawn(weight, f"{goal.name}.{indicator}", seed, draw) * one[indicator]
            if weight.unit.startswith(DIRECT):
                direct += value
            else:
                measured += value
        whole = measured[:, reference, None]
        columns.append(np.divide(measured, whole, out=np.zeros_like(measured), where=whole > 0) + direct)
    households = np.asarray(setting.households, np.float64).sum(axis=(1, 2))
    return np.stack(columns, axis=2) * (households / target_sales(governed, axes.years))[:, None, None]


def target_sales(governed: GovernanceFile, years: tuple[int, ...]) -> np.ndarray:
    """(year,): vehicles that the plans ask for; steady growth between the years given."""
    given = sorted(governed.mission.targets, key=lambda one: one.year)
    return np.exp(np.interp(years, [one.year for one in given], np.log([one.sales for one in given])))


def _makers(ready: Experimenter, governed: GovernanceFile, setting: Setting, seed: int, draw: int) -> tuple[np.ndarray, np.ndarray]:
    """(maker, line) who could make what, and (place, line) what makers of a place itself can do."""
    table = ready.case.tables["makers"]
    able = np.array([[skill in line.makers for line in governed.experiment.lines] for skill in table["capability"]])
    strength = np.zeros((len(setting.axes.places), len(governed.experiment.lines)))
    np.maximum.at(strength, ready.homes, able.astype(float))
    for skill, chance in governed.experiment.hidden_makers.items():
        there = uniforms(name_keys(setting.axes.places), seed, "makers", skill, draw) < drawn(chance, f"hidden.{skill}", seed, draw)
        fits = np.array([skill in line.makers for line in governed.experiment.lines])
        strength = np.maximum(strength, 0.5 * there[:, None] * fits)
    return able, strength


def development(setting: Setting) -> np.ndarray:
    """(place,): log income a head in the first year, in standard deviations from the mean."""
    people = np.asarray(setting.households[0], np.float64)
    income = np.log(people @ np.asarray(setting.income_head[0], np.float64) / people.sum(axis=1))
    return (income - income.mean()) / max(income.std(), 1e-9)


def holdings(plan: Plan, setting: Setting, policies: Policies, first: int) -> np.ndarray:
    """(locality,): the package that comes nearest to what history has in force when governing starts; 0 where none does.

    A package is there where at least half of each of its instruments is; of several the one with most instruments. A ratio counts as
    money at the central subsidy of the dearest product of the line.
    """
    packages, places, lines = plan.packages, plan.number, len(plan.lines)
    if first == 0:
        return np.zeros(places * lines, dtype=int)
    last = first - 1
    ratio = np.asarray(policies.ratio_city[last, -1] + policies.ratio_province[last, -1])
    subsidy = np.asarray(setting.subsidy[last, -1])
    held = np.zeros((places, lines), dtype=int)
    for line, classes in enumerate(plan.lines):
        inside = list(classes)
        most = subsidy[np.isin(setting.axes.class_of, inside)].max()
        money = np.asarray(policies.top_up_city[last, -1] + policies.top_up_province[last, -1])[:, inside].max(axis=1) + ratio[:, inside].max(axis=1) * most
        found = {
            "access": np.asarray(policies.access[last, -1]), "campaign": np.asarray(policies.campaign[last, -1]),
            "privilege": np.asarray(policies.privilege[last, -1])[:, inside].max(axis=1), "top_up": money,
        }  # fmt: skip
        best = np.zeros(places)
        for package in np.flatnonzero(packages.line == line):
            asked = {name: getattr(packages, name)[package] for name in found if getattr(packages, name)[package] > 0}
            there = np.all([found[name] >= size / 2 for name, size in asked.items()], axis=0)
            better = there & (len(asked) > best)
            held[better, line], best[better] = package, len(asked)
    return held.ravel()


def _locality_keys(setting: Setting, governed: GovernanceFile) -> np.ndarray:
    return name_keys(f"{place}|{line.name}" for place in setting.axes.places for line in governed.experiment.lines)


def _maker_keys(setting: Setting, governed: GovernanceFile) -> np.ndarray:
    names = name_keys(f"{maker}|{line.name}" for maker in setting.axes.makers for line in governed.experiment.lines)
    return names.reshape(len(setting.axes.makers), len(governed.experiment.lines))

