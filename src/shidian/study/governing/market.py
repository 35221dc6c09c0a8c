"""The market governed: history is replayed until a month, and from there a regime decides what history did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import jax
import numpy as np

from ... import __version__
from ...cases import Case
from ...cases.governance_file import governance_of
from ...foundations.calendar import months_of
from ...foundations.errors import InputError
from ...foundations.luck import Luck
from ...foundations.streams import name_keys, stream, uniforms
from ...governance.appraisal import Beliefs, KnownBias
from ...governance.cycle import Means, Nation, Record, found, policy_cycle
from ...governance.experiment import Localities
from ...governance.lines import Lines
from ...governance.regimes import Regime, check_rules
from ...worlds.market import accounts
from ...worlds.market.ground import Ground, Plan, advance, national_effects
from ..given import parameters_for
from ..simulate import Experimenter
from . import rows
from .market_draw import Start, development, features_of, packages_of, start_of
from .protocol import Rows

DEMAND = "demand revealed"  # told beside the goals; it weighs nothing in the mission
LOOKS_EVERY = 4  # years after which places form their hunches anew


class MarketNation:
    """A case of the market made ready to be governed from a month on."""

    beside = ()

    def __init__(self, ready: Experimenter, start: int, params: str):
        self.ready, self.case, self.params = ready, ready.case, params
        self.file = governance_of(ready.case)
        self.rules = self.file.rules
        self.name, self.title = self.case.name, self.case.title
        self.all_years = tuple(ready.source.axes.years)
        self.first = start
        self.years = self.all_years[start:]
        self.goals = tuple(goal.name for goal in self.case.mission.goals)
        self.lines = tuple(line.name for line in self.file.experiment.lines)

    @classmethod
    def opened(cls, read: Case, start: str | None, params: str | None, overrides: Sequence[str] = ()) -> MarketNation:
        """A case governed from `start` (a January; the first month of the case by default).

        Raises InputError where the case has no governance file, and where `start` is no January inside its calendar.
        """
        rules = governance_of(read).rules
        check_rules(read.documents["governance"], rules)
        chosen = parameters_for(Path(params) if params else None, read, overrides)
        ready = Experimenter(read, fixed=chosen.given)
        return cls(ready, _first_year(start, tuple(ready.source.axes.years)), f"{chosen.name} {chosen.digest}".strip())

    def identity(self) -> dict[str, Any]:
        """Case, governance file, parameters, first governed year and version."""
        return {
            "case": self.name, "digest": self.case.digest, "governance": self.file.model_dump(mode="json"), "parameters": self.params,
            "from": f"{self.years[0]}-01", "version": __version__,
        }  # fmt: skip

    def start(self, seed: int, draw: int) -> Start:
        """A draw on the day on which governing starts; the last two are kept, since regimes share them."""
        return _start(self, seed, draw)

    def run(self, regime: Regime, seed: int, draw: int) -> Rows:
        """One nation under one regime."""
        start = self.start(seed, draw)
        first, records, grounds = self._found(regime, start, seed, draw), [], [start.ground]
        nation = first
        for _ in self.years:
            nation, record = policy_cycle(nation, advance)
            records.append(record)
            grounds.append(nation.world)
            if len(records) % LOOKS_EVERY == 0 and len(records) + 1 < len(self.years):
                nation = replace(nation, localities=self._look(nation.localities, nation.world, start, seed, draw))
        lessons = rows.lesson_rows(records, first, self.names, demand=len(self.goals))
        return self._rows(regime, records, grounds, start, seed, draw) | {"lessons": lessons, "drawn": [start.numbers]}

    # --- a nation at its start ---------------------------------------------------------------------------------------

    @cached_property
    def packages(self):
        """Packages of all lines."""
        return packages_of(self.file)

    @cached_property
    def names(self) -> rows.Names:
        """Localities and packages by name."""
        leaves = self.case.places.leaves
        lines = len(self.lines)
        places = tuple(leaf.code for leaf in leaves for _ in range(lines))
        province = self.case.places.province_of_leaf
        provinces = tuple(self.case.places.provinces[one].code for one in province for _ in range(lines))
        of_locality = np.tile(np.arange(lines), len(leaves))
        packages = tuple(name.split(": ")[-1] for name in self.packages.names)
        return rows.Names(packages, places, provinces, Lines(self.lines, of_locality, self.packages.line))

    @cached_property
    def _pair_keys(self) -> np.ndarray:
        pairs = (f"{place}|{name}" for place in self.names.places for name in self.packages.names)
        return name_keys(pairs).reshape(len(self.names.places), -1)

    def _found(self, regime: Regime, start: Start, seed: int, draw: int) -> Nation:
        numbers = start.numbers
        luck = Luck(seed, ("nation", draw))
        return found(
            start.ground, _first_localities(self, seed, draw), (*self.goals, DEMAND), (*(goal.weight for goal in self.case.mission.goals), 0.0),
            KnownBias(numbers["site_effect"], numbers["effort_effect"], scales=True), _first_beliefs(self, seed, draw),
            name_keys(self.packages.names), regime, self._means(regime, numbers), luck, year=self.years[0], held=start.held,
        )  # fmt: skip

    def _means(self, regime: Regime, numbers: dict[str, float]) -> Means:
        """What the budget buys: the same total under every regime, divided as it says."""
        shares, total, packages = regime.budget, numbers["budget"], self.packages
        sizes = np.maximum(_instruments(packages), 1)
        return Means(
            sites=int(shares.pilots * total / numbers["site_price"] + 1e-9),
            monitoring=shares.monitoring * total,
            reach=(shares.rollout * total / (numbers["unit_price"] * sizes) + 1e-9).astype(int),
            enforcement=shares.enforcement * total,
            transfer=shares.transfers * total / len(self.case.places.leaves),
        )

    def localities(self, start: Start, seed: int, draw: int) -> Localities:
        """Places in each line as they stand when governing starts."""
        numbers, lines = start.numbers, len(self.lines)
        tall = np.repeat(development(start.plan.setting), lines)
        interest = np.array([self.file.mission.interest.get(goal, 0.0) for goal in (*self.goals, DEMAND)])
        _, features = features_of(self.file, self.packages)
        province = np.array(self.case.places.province_of_leaf)
        empty = np.zeros((len(tall), len(self.packages.names)))
        blank = Localities(
            keys=start.plan.keys, pair_keys=self._pair_keys, lines=self.names.lines, group=(province[:, None] * lines + np.arange(lines)).ravel(),
            development=tall, capacity=np.exp(numbers["wealth"] * tall), able=empty > 0, hunch=empty, clock=uniforms(name_keys(start.plan.setting.axes.places), seed, "career", draw).repeat(lines), captive=np.zeros(len(tall)), interest=interest,
            features=features, price=numbers["price"] * _instruments(self.packages),
        )  # fmt: skip
        return self._look(blank, start.ground, start, seed, draw)

    def _look(self, places: Localities, ground: Ground, start: Start, seed: int, draw: int) -> Localities:
        """What places now think of packages, what they could start, and how far makers have a hold on them.

        hunch = k (k gain + sqrt(1 - k^2) noise e) + home gain * what own makers can do, k the correlation with what is true where gains differ as much as `noise`.
        """
        numbers, packages = start.numbers, self.packages
        effects = national_effects(start.plan, ground, list(range(1, len(packages.names))))
        gain = np.concatenate([np.zeros((1, start.plan.number)), effects @ places.interest]).T
        known, line = numbers["local_knowledge"], places.lines.localities
        noise = numbers["hunch_noise"] * Luck(seed, ("hunch", draw)).normal(places.pair_keys)
        hunch = known * (known * np.repeat(gain, len(self.lines), axis=0) + np.sqrt(1 - known**2) * noise)
        strength = start.strength.ravel()
        hunch[:, 1:] += numbers["home_gain"] * strength[:, None]
        hunch[:, 0] = 0.0
        on_sale = ground.offering.any(axis=0)[line]
        makes = np.zeros_like(start.strength)
        np.maximum.at(makes, start.plan.homes, ground.offering.astype(float))
        able = np.repeat(((strength > 0) | on_sale)[:, None], len(packages.names), axis=1)
        able[:, 0] = True
        return replace(places, hunch=hunch, able=able, captive=(start.strength * makes).ravel())

    def beliefs(self, start: Start, seed: int, draw: int) -> Beliefs:
        """The centre's opening beliefs of what each feature adds to each goal: a signal of what a straight line through all packages would say of them on
        that day, with correlation f where that spreads as far as `prior_spread`; the variance that is left is (1 - f^2) of the whole.
        """
        numbers, ground = start.numbers, start.ground
        _, features = features_of(self.file, self.packages)
        effects = national_effects(start.plan, ground, list(range(1, len(self.packages.names))))
        truth = np.average(effects, axis=1, weights=start.plan.households[ground.position])
        used = features[1:]
        line = np.linalg.solve(used.T @ used + np.eye(used.shape[1]), used.T @ truth)
        foresight, spread = numbers["foresight"], numbers["prior_spread"]
        noise = stream(seed, "foresight", draw).normal(size=line.shape) * spread
        mean = foresight * (foresight * line + np.sqrt(1 - foresight**2) * noise)
        return Beliefs(mean.T, np.eye(len(line)) * (1 - foresight**2) * spread**2)

    # --- tables ------------------------------------------------------------------------------------------------------

    def _rows(self, regime: Regime, records: list[Record], grounds: list[Ground], start: Start, seed: int, draw: int) -> Rows:
        weights = records[0].mission.weights[:-1]  # the regime's own; demand revealed weighs nothing
        known = self._truths(rows.decisions(records), grounds, start, weights)

        def truth(year: int, package: int) -> float:
            return known[year, package]

        tall = development(start.plan.setting).repeat(len(self.lines))
        told = self._accounts(records, grounds, start, seed, draw)
        return {
            "years": [rows.year_row(record, regime) | told[at] for at, record in enumerate(records)],
            "stances": [row for record in records for row in rows.stance_rows(record, self.names)],
            "adoptions": [row for record in records for row in rows.adoption_rows(record, self.names, tall)],
            "experiments": [row for record in records for row in rows.experiment_rows(record, self.names, tall)],
            "rollouts": rows.rollout_rows(records, self.names, truth),
            "judgements": rows.judgement_rows(records, self.names, truth),
        }

    def _truths(self, decisions: list[tuple[int, int]], grounds: list[Ground], start: Start, weights: np.ndarray) -> dict[tuple[int, int], float]:
        """Points by `weights` (goal,) that each package decided upon would bring in force everywhere, by the state of the market in its year.

        Packages are asked for few at a time and always equally many, for which the kernel is compiled once.
        """
        found = {}
        for year in sorted({year for year, _ in decisions}):
            ground, asked = grounds[year - self.years[0]], sorted({package for at, package in decisions if at == year})
            people = start.plan.households[ground.position]
            for few in (asked[at : at + ASKED] for at in range(0, len(asked), ASKED)):
                effect = national_effects(start.plan, ground, few + [0] * (ASKED - len(few)))
                score = np.average(effect[:, :, :-1] @ weights, axis=1, weights=people)
                found |= {(year, package): float(score[at]) for at, package in enumerate(few)}
        return found

    def _accounts(self, records: list[Record], grounds: list[Ground], start: Start, seed: int, draw: int) -> list[dict[str, float]]:
        """The nation's year in points and in its own units, with the money of each level."""
        opening, past = start.before
        made = [ground.record for ground in grounds[1:]]
        after = jax.tree.map(lambda *each: np.stack(each), *made)
        whole = after if past is None else jax.tree.map(lambda old, new: np.concatenate([np.asarray(old), new]), past, after)
        plan = start.plan
        constants, outside = self.ready.consequences(seed, draw)
        found = accounts.accounts(plan.setting, plan.policies, whole, opening, constants, outside, plan.homes)
        sold = found["sales"].sum(axis=1)
        points = np.einsum("yc,ycg->yg", sold / plan.households.sum(axis=1)[:, None], plan.worth)
        columns = self._points(points) | _totals(found) | self._sales(sold, plan)
        lists = {name: values[self.first :].tolist() for name, values in columns.items()}
        return [{name: each[at] for name, each in lists.items()} | _makers_account(ground, start) for at, ground in enumerate(grounds[1:])]

    def _points(self, points: np.ndarray) -> dict[str, np.ndarray]:
        """Each a year: points (year, goal) by mission weight and of each goal."""
        weights = np.array([goal.weight for goal in self.case.mission.goals])
        return {"score": points @ weights} | {f"goal_{goal}": points[:, at] for at, goal in enumerate(self.goals)}

    def _sales(self, sold: np.ndarray, plan: Plan) -> dict[str, np.ndarray]:
        """Each a year: vehicles sold (year, class), plug-in cars and by class."""
        axes = plan.setting.axes
        return {"plugin_sales": sold @ axes.classes_where("bev", "phev")} | {f"sales_{name}": sold[:, at] for at, name in enumerate(axes.classes)}


def _totals(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each a year: the nation's indicators in their own units, and the money of each level."""
    called = {name: name for name in NATURAL} | MONEY
    return {column: found[name].reshape(len(found[name]), -1).sum(axis=1) for name, column in called.items()}


def _makers_account(ground: Ground, start: Start) -> dict[str, float]:
    """A year's threshold, and what duplication and rescue came to."""
    small, idle = _plants(ground, start)
    makers = int(ground.offering.any(axis=1).sum())
    return {"threshold": ground.threshold, "money_plants": idle, "plants_below_scale": small, "rescued": ground.rescued, "makers": makers}


ASKED = 3  # packages whose truth is asked for at once
NATURAL = ("oil_displaced", "co2_avoided", "deaths", "accidents", "lead", "output", "jobs")
MONEY = {
    "central_subsidy_cost": "money_centre", "provincial_subsidy_cost": "money_province", "city_subsidy_cost": "money_city",
    "tax_relief_cost": "money_tax_relief",
}  # fmt: skip


def _plants(ground: Ground, start: Start) -> tuple[int, float]:
    """Plants that make less than is efficient, and what their idleness costs: cost * (1 - output / efficient scale), RMB.

    A maker has a plant in each line that it offers and makes its share of it.
    """
    plan, numbers = start.plan, start.numbers
    made = ground.made * ground.sold
    missing = np.where(ground.offering, np.clip(1 - made / numbers["efficient_scale"], 0.0, 1.0), 0.0)
    return int((missing > 0).sum()), float(missing.sum() * numbers["plant_cost"])


def _instruments(packages) -> np.ndarray:
    """(package,): how many instruments are in it."""
    return sum((getattr(packages, name) > 0).astype(float) for name in ("access", "campaign", "privilege", "top_up"))


def _first_year(start: str | None, years: tuple[int, ...]) -> int:
    """Position of the year that begins with a month. Raises InputError where it is no January inside the calendar."""
    if start is None:
        return 0
    month = months_of(start)[0]
    year = month // 12
    if month % 12 or year not in years:
        raise InputError(
            f"Governing cannot start in {start}: it starts with a January between {years[0]}-01 and {years[-1]}-01, since localities and the centre decide "
            f"year by year; write --from {min(max(year, years[0]), years[-1])}-01."
        )
    return years.index(year)


@lru_cache(maxsize=2)
def _start(nation: MarketNation, seed: int, draw: int) -> Start:
    return start_of(nation.ready, nation.file, nation.first, seed, draw)


@lru_cache(maxsize=2)
def _first_localities(nation: MarketNation, seed: int, draw: int) -> Localities:
    return nation.localities(_start(nation, seed, draw), seed, draw)


@lru_cache(maxsize=2)
def _first_beliefs(nation: MarketNation, seed: int, draw: int) -> Beliefs:
    return nation.beliefs(_start(nation, seed, draw), seed, draw)
