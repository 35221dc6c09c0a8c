"""Industrial upgrading governed by regimes: who tries what at which stage, whom a national package fits, what offices write.

    >>> from shidian.governance.regimes import load_regime
    >>> from shidian.study.governing.protocol import open_governed
    >>> tables = open_governed("mic2025").run(load_regime("hierarchy"), seed=0, draw=0)
    >>> [row["year"] for row in tables["years"]][:2]
    [2015, 2016]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...cases import SmallCase
from ...foundations.errors import InputError
from ...foundations.luck import Luck
from ...foundations.streams import name_keys, stream
from ...governance.appraisal import Beliefs, KnownBias
from ...governance.cycle import Means, Nation, Record, found, policy_cycle
from ...governance.experiment import Localities
from ...governance.lineage import NOBODY
from ...governance.lines import Lines, one_line
from ...governance.regimes import Regime, check_rules
from ...worlds.upgrading import Industry, Numbers, advance, drawn, make_industry, setting_of
from ...worlds.upgrading.industry import main_effects
from ...worlds.upgrading.offices import Occasions, Offices, Written, documents
from . import rows
from .protocol import Rows


@dataclass(frozen=True)
class Year:
    """One year of one nation: the firms at its start, what governed them, and the firms at its end."""

    before: Industry
    places: Localities
    record: Record
    after: Industry


class UpgradingNation:
    """A case of industrial upgrading. Every seed and draw deals its numbers, its firms and its luck anew."""

    beside = ("documents", "provinces", "regions")
    lines = ("policy",)

    def __init__(self, case: SmallCase):
        self.case, self.setting, self.rules = case, setting_of(case), case.rules
        self.name, self.title = case.name, case.title
        self.goals = tuple(goal.name for goal in case.mission.goals)
        self.weights = np.array([goal.weight for goal in case.mission.goals])
        self.years = tuple(case.calendar.years)

    @classmethod
    def opened(cls, case: SmallCase, start: str | None, params: str | None) -> UpgradingNation:
        """A case of this world. Raises InputError where history or a posterior is asked for."""
        if start or params:
            raise InputError("A case of industrial upgrading has neither history nor a posterior; leave out --from and --params.")
        check_rules(case.documents.get("governance"), case.rules)
        return cls(case)

    def identity(self) -> dict[str, Any]:
        """The content of the case; intervals and mission are in its digest."""
        return {"case": self.name, "digest": self.case.digest}

    def run(self, regime: Regime, seed: int, draw: int) -> Rows:
        """One nation on the firms of a seed and draw."""
        numbers, luck = drawn(self.setting, seed, draw), Luck(seed, ("upgrading", draw))
        lived = self.lived(regime, numbers, seed, draw)
        records = [year.record for year in lived]
        worlds = {year.record.year: year.before for year in lived}
        weights, names, tall = records[0].mission.weights, self.names, lived[0].places.development

        def truth(year: int, package: int) -> float:
            return float(weights @ worlds[year].national()[:, package])

        return {
            "years": [year_row(year, regime, self.weights, self.real_sites) for year in lived],
            "stances": [row for record in records for row in rows.stance_rows(record, names)],
            "adoptions": [row for record in records for row in rows.adoption_rows(record, names, tall)],
            "experiments": [row for record in records for row in rows.experiment_rows(record, names, tall)],
            "rollouts": rows.rollout_rows(records, names, truth),
            "judgements": rows.judgement_rows(records, names, truth),
            "lessons": [],  # of one line about another, and there is one
            "drawn": [numbers.as_row()],
            "documents": [row for record in records for row in self.document_rows(record, numbers, luck)],
            "provinces": [row for year in lived for row in self.province_rows(year)],
            "regions": [row for year in lived for row in self.region_rows(year)],
        }

    def lived(self, regime: Regime, numbers: Numbers, seed: int, draw: int) -> list[Year]:
        """All years of one nation. A place knows its own firms as they are: its hunches follow them from year to year."""
        luck = Luck(seed, ("upgrading", draw))
        nation = self.found_nation(make_industry(self.case, numbers, luck), regime, seed, draw)
        lived = []
        for _ in self.years:
            before = nation.world
            nation = replace(nation, localities=replace(nation.localities, hunch=self.hunches(before, nation.localities, luck)))
            nation, record = policy_cycle(nation, advance)
            lived.append(Year(before, nation.localities, record, nation.world))
        return lived

    # --- a nation at its start ------------------------------------------------------------------------------------------

    def found_nation(self, industry: Industry, regime: Regime, seed: int, draw: int) -> Nation:
        """A nation before its first year: what places and centre know, and what the regime's budget buys."""
        setting = self.setting
        bias = KnownBias(setting.site_effect, setting.effort_effect)
        places = self.localities(industry, Luck(seed, ("upgrading", draw)))
        packages = name_keys(f"package-{number}" for number in range(len(industry.bits)))
        return found(
            industry, places, self.goals, tuple(self.weights), bias, self.first_beliefs(industry, seed, draw),
            packages, regime, self.means(industry, regime), Luck(seed, ("nation", draw)), year=self.years[0],
        )  # fmt: skip

    def localities(self, industry: Industry, luck: Luck) -> Localities:
        """The places. Every package is within reach of every place: what keeps one from it is that its firms gain nothing."""
        held, number = industry.bits, industry.numbers
        interest = np.array([goal.interest for goal in self.case.mission.goals])
        places = Localities(
            keys=industry.keys, pair_keys=self._pair_keys, lines=self.names.lines, group=industry.group, development=industry.development,
            capacity=np.exp(self.setting.wealth * industry.development), able=np.ones((len(industry.codes), len(held)), dtype=bool),
            hunch=np.zeros((len(industry.codes), len(held))), clock=luck.of("career").uniform(industry.keys),
            captive=np.zeros(len(industry.codes)), interest=interest, features=held, price=held @ number.price,
        )  # fmt: skip
        return replace(places, hunch=self.hunches(industry, places, luck))

    def hunches(self, industry: Industry, places: Localities, luck: Luck) -> np.ndarray:
        """(place, package): gain for itself that a place believes in, a signal of correlation k with what is true of it now.

            hunch = mean + k (k (worth - mean) + sqrt(1 - k^2) sd e)

        by local interest; mean and sd of a package are over all places, so that common sense tells what a package does elsewhere.
        """
        worth, known = np.tensordot(places.interest, industry.worth, axes=1), self.setting.local_knowledge
        mean, spread = worth.mean(axis=0), worth.std(axis=0)
        noise = luck.of("hunch").normal(places.pair_keys) * spread
        return mean + known * (known * (worth - mean) + np.sqrt(1 - known**2) * noise)

    def first_beliefs(self, industry: Industry, seed: int, draw: int) -> Beliefs:
        """The centre's opening beliefs of what instruments add nationally: a signal of correlation f, around their mean for each goal."""
        truth, foresight = main_effects(industry), self.setting.foresight
        mean = truth.mean(axis=1, keepdims=True)
        variance = float(((truth - mean) ** 2).mean())
        noise = stream(seed, "foresight", draw).normal(size=truth.shape) * np.sqrt(variance)
        believed = mean + foresight * (foresight * (truth - mean) + np.sqrt(1 - foresight**2) * noise)
        return Beliefs(believed, np.eye(truth.shape[1]) * (1 - foresight**2) * variance)

    def means(self, industry: Industry, regime: Regime) -> Means:
        """What the budget buys: the same total under every regime, divided as it says."""
        shares, total = regime.budget, self.setting.budget
        price = industry.bits @ industry.numbers.price
        reach = shares.rollout * total / np.where(price > 0, price, 1.0) * (price > 0)
        return Means(
            sites=int(shares.pilots * total / self.setting.site_price + 1e-9), monitoring=shares.monitoring * total,
            reach=(reach + 1e-9).astype(int), enforcement=shares.enforcement * total, transfer=shares.transfers * total / len(industry.codes),
        )  # fmt: skip

    # --- names ----------------------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> rows.Names:
        """Packages by their instruments; places and provinces by code."""
        tree = self.case.places
        assert tree is not None
        instruments = [one.name for one in self.setting.instruments]
        packages = tuple(" + ".join(name for bit, name in enumerate(instruments) if number >> bit & 1) for number in range(2 ** len(instruments)))
        provinces = tuple(tree.provinces[one].code for one in tree.province_of_leaf)
        return rows.Names(packages, tuple(place.code for place in tree.leaves), provinces, self._lines(len(packages)))

    def _lines(self, packages: int) -> Lines:
        assert self.case.places is not None
        return one_line(len(self.case.places.leaves), packages)

    @cached_property
    def _pair_keys(self) -> np.ndarray:
        names, packages = self.names.places, len(self.names.packages)
        return name_keys(f"{name}|{package}" for name in names for package in range(packages)).reshape(len(names), packages)

    @cached_property
    def offices(self) -> Offices:
        """Who writes documents."""
        tree = self.case.places
        assert tree is not None
        municipality = np.array([place.level == "municipality" for place in tree.leaves])
        return Offices(tuple(place.code for place in tree.provinces), self.names.places, np.array(tree.province_of_leaf), municipality)

    @cached_property
    def real_sites(self) -> np.ndarray:
        """(place,) whether the centre named it as a site in fact; no regime changes that. Nowhere, if the case has no such table."""
        table = self.case.tables.get("pilots")
        return np.isin(self.names.places, [] if table is None else list(table["place"]))

    @cached_property
    def regions(self) -> np.ndarray:
        """(place,) the region's name."""
        assert self.case.places is not None
        return np.array([place.region for place in self.case.places.leaves])

    # --- tables of this world -------------------------------------------------------------------------------------------

    def document_rows(self, record: Record, numbers: Numbers, luck: Luck) -> list[rows.Row]:
        """Documents of a year by level and, for provinces and the cities below them, by province."""
        assert self.case.places is not None
        trials = record.trials
        rates = {name.removeprefix("documents."): value for name, value in numbers.single.items() if name.startswith("documents.")}
        trial, known = own_trials(record), np.zeros(len(trials.package))
        known[record.reports.place[record.reports.package > 0]] = 1.0
        occasions = Occasions(trial, known * trial, trials.enrolled.astype(float), (trials.teacher != NOBODY).astype(float))
        written = documents(self.offices, occasions, rates, luck.of("documents", record.year))
        where = {"nation": (self.case.places.centre.code,), "province": self.offices.provinces, "city": self.offices.provinces}
        return [row for level, one in written.items() for row in _document_rows(record.year, level, where[level], one)]

    def province_rows(self, year: Year) -> list[rows.Row]:
        """Where a province's firms stand, what its places would try if nobody spoke to them, and what they do try by themselves.

        Both are told by the mean stage from which firms can use an instrument (best values of the setting): `plan` of the package
        that each place thinks best for itself by its hunch and its purse, `content` of spontaneous trials.
        """
        trials, held = year.record.trials, year.before.bits
        spontaneous = (trials.package > 0) & ~trials.mandated & ~trials.enrolled
        planned = held[np.argmax(year.places.hunch - year.places.cost, axis=1)]
        made = []
        for position, code in enumerate(self.offices.provinces):
            inside = year.before.group == position
            chosen, plan = held[trials.package[inside & spontaneous]], planned[inside]
            row = {"year": year.record.year, "province": code, "stage": float(year.before.stage[inside].mean())}
            row |= {"plan": self._level(plan), "trials": len(chosen), "content": self._level(chosen)}
            made.append(row | {f"plan_{one.name}": float(share) for one, share in zip(self.setting.instruments, plan.mean(axis=0), strict=True)})
        return made

    def _level(self, held: np.ndarray) -> float:
        """Mean stage from which firms can use the instruments of packages (package, instrument); NaN where there are none."""
        wanted = np.array([one.start[1] for one in self.setting.instruments])
        return float((held @ wanted).sum() / held.sum()) if held.sum() else np.nan

    def region_rows(self, year: Year) -> list[rows.Row]:
        """Whom the national package fits: its worth where it is in force, beside what the best package would be worth in these places.

        `own` is what is in force elsewhere in the region, nothing included, with ordinary effort.
        """
        weights, trials = year.record.mission.weights, year.record.trials
        score = np.tensordot(weights, year.before.worth, axes=1)
        own = score[np.arange(len(score)), trials.package]
        made = []
        for region in sorted(set(self.regions)):
            inside = self.regions == region
            under = inside & trials.enrolled
            made.append({
                "year": year.record.year, "region": region, "places": int(inside.sum()), "stage": float(year.before.stage[inside].mean()),
                "climbed": float((year.after.stage[inside] - year.before.stage[inside]).mean()), "enrolled": int(under.sum()),
                "national": _mean(own[under]), "best_there": _mean(score[under].max(axis=1)), "own": _mean(own[inside & ~trials.enrolled]),
            })  # fmt: skip
        return made


def own_trials(record: Record) -> np.ndarray:
    """(place,) 1 where something is tried that is not the national package."""
    return ((record.trials.package > 0) & ~record.trials.enrolled).astype(float)


def year_row(year: Year, regime: Regime, weights: np.ndarray, real_sites: np.ndarray) -> rows.Row:
    """One year of one nation: what is true by the nation's own weights (goal,), what it cost, where firms stand at its end, and who got the centre's pilots."""
    record, effect, stage = year.record, year.record.outcomes.effect, year.after.stage
    price = year.before.bits @ year.before.numbers.price
    goals = {f"goal_{name}": float(effect[:, position].mean()) for position, name in enumerate(record.mission.goals)}
    score, mandated = float((effect @ weights).mean()), record.trials.mandated
    return rows.year_row(record, regime) | {
        "score": score, **goals, "cost": float(price[record.trials.package].sum()), "stage": float(stage.mean()),
        "stage_spread": float(stage.mean(axis=1).std()), "at_three": float((stage >= 3).mean()),
        "sited_development": _mean(year.before.development[mandated]), "sited_as_in_fact": _mean(real_sites[mandated]),
    }  # fmt: skip


def _mean(values: np.ndarray) -> float:
    """The mean, NaN of nothing."""
    return float(values.mean()) if len(values) else np.nan


def _document_rows(year: int, level: str, places: Sequence[str], written: Written) -> list[rows.Row]:
    return [
        {"year": year, "level": level, "place": place, "documents": int(mention + silent), "mention_pilots": int(mention)}
        for place, mention, silent in zip(places, written.mention, written.silent, strict=True)
    ]
