"""Landscape nations governed by regimes, over paired seeds: what each regime gained, rolled out, and believed in vain.

    >>> from shidian.study.governing.landscape import govern
    >>> tables = govern(["hierarchy", "federal"], seeds=range(2), years=4)
    >>> tables["years"].groupby("regime")["score"].count().to_dict()
    {'federal': 8, 'hierarchy': 8}
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...cases import SmallCase
from ...foundations.errors import InputError
from ...foundations.luck import Luck
from ...foundations.streams import name_keys, stream, uniforms
from ...governance.appraisal import Beliefs, KnownBias
from ...governance.cycle import Means, Nation, Record, found, policy_cycle
from ...governance.experiment import Localities
from ...governance.lines import one_line
from ...governance.regimes import Regime, Rules, check_rules, load_regime
from ...worlds.landscape import Land, LandscapeSetting, advance, load_setting, make_land, setting_of
from ...worlds.landscape.land import effect_mean, effect_variance, holdings, main_effects
from . import rows
from .protocol import TABLES, Rows


class LandscapeNation:
    """An abstract nation on a landscape that every seed and draw deals anew; its years are counted from 0."""

    lines, beside = ("policy",), ()

    def __init__(self, setting: LandscapeSetting | None = None, years: int = 20, name: str = "landscape", title: str = "Rugged landscapes", rules: Rules | None = None):
        self.setting, self.name, self.title, self.rules = setting or load_setting(), name, title, rules or {}
        self.years = tuple(range(years))
        self.goals = tuple(goal.name for goal in self.setting.goals)

    @classmethod
    def opened(cls, case: SmallCase, start: str | None, params: str | None) -> LandscapeNation:
        """A case of this world; it has no past to replay and nothing is fitted to it."""
        if start or params:
            raise InputError("A landscape has neither history nor a posterior; leave out --from and --params.")
        check_rules(case.documents.get("governance"), case.rules)
        return cls(setting_of(case), len(case.calendar.years), case.name, case.title, case.rules)

    def identity(self) -> dict[str, Any]:
        """The setting and the number of years."""
        return {"case": self.name, "setting": self.setting.model_dump(), "years": len(self.years)}

    def run(self, regime: Regime, seed: int, draw: int) -> Rows:
        """One nation on the land of a seed and draw."""
        return self.rows(_land(self.setting.model_dump_json(), seed, draw), regime, seed, draw)

    def rows(self, land: Land, regime: Regime, seed: int, draw: int) -> Rows:
        """The tables of a nation on a given land."""
        first = found_nation(land, regime, _one(seed, draw))
        records, names = run(first, len(self.years)), names_of(land)

        def truth(_: int, package: int) -> float:
            return float(records[0].mission.weights @ land.national()[:, package])

        return {
            "years": [year_row(record, land, regime, np.array(first.weights)) for record in records],
            "stances": [row for record in records for row in rows.stance_rows(record, names)],
            "adoptions": [row for record in records for row in rows.adoption_rows(record, names, land.development)],
            "experiments": [row for record in records for row in rows.experiment_rows(record, names, land.development)],
            "rollouts": rows.rollout_rows(records, names, truth),
            "judgements": rows.judgement_rows(records, names, truth),
            "lessons": rows.lesson_rows(records, first, names),
            "drawn": [],
        }


def _one(seed: int, draw: int) -> int:
    """One seed out of two; draw 0 is the seed itself."""
    return seed if draw == 0 else int(stream(seed, "draw", draw).integers(2**62))


@lru_cache(maxsize=2)
def _land(setting: str, seed: int, draw: int) -> Land:
    return make_land(LandscapeSetting.model_validate_json(setting), _one(seed, draw))


def govern(
    regimes: Iterable[str | Path | Regime], seeds: Iterable[int] = range(20), years: int = 20, setting: LandscapeSetting | None = None
) -> dict[str, pd.DataFrame]:
    """Run every regime on the land of every seed; tables by name, whose rows pair by seed and year."""
    nation = LandscapeNation(setting, years)
    rules = [one if isinstance(one, Regime) else load_regime(one, nation.rules) for one in regimes]
    tables: dict[str, list[dict]] = {name: [] for name in TABLES}
    for seed in seeds:
        for regime in rules:
            for name, found in nation.run(regime, seed, 0).items():
                tables[name] += [{"regime": regime.name, "seed": seed, **row} for row in found]
    return {name: pd.DataFrame(found) for name, found in tables.items()}


def run(nation: Nation, years: int) -> list[Record]:
    """The records of a nation's first years."""
    records = []
    for _ in range(years):
        nation, record = policy_cycle(nation, advance)
        records.append(record)
    return records


# --- a nation at its start --------------------------------------------------------------------------------------------


def found_nation(land: Land, regime: Regime, seed: int) -> Nation:
    """A nation on a land: what places and centre know at the start, and what the regime's budget buys."""
    setting = land.setting
    goals, weights = zip(*((goal.name, goal.weight) for goal in setting.goals), strict=True)
    packages = name_keys(f"package-{number}" for number in range(len(land.bits)))
    bias = KnownBias(setting.site_effect, setting.effort_effect)
    return found(
        land, localities_of(land, seed), goals, weights, bias, first_beliefs(land, seed), packages, regime,
        means_of(setting, regime), Luck(seed, ("nation",)),
    )  # fmt: skip


def localities_of(land: Land, seed: int) -> Localities:
    """The places, with a hunch of local worth: the mean of what is true given a signal of it with correlation k.

    hunch = k (k worth + sqrt(1 - k^2) sd e), with worth by local interest and e standard normal.
    """
    setting, held = land.setting, land.bits
    interest = np.array([goal.interest for goal in setting.goals])
    worth, known = np.tensordot(interest, land.worth, axes=1), setting.local_knowledge
    noise = np.stack([stream(seed, "hunch", name).normal(size=len(held)) for name in land.names]) * np.sqrt((interest**2).sum())
    hunch = known * (known * worth + np.sqrt(1 - known**2) * noise)
    hunch[:, 0] = 0.0
    can = np.stack([stream(seed, "ability", name).uniform(size=held.shape[1]) for name in land.names]) < setting.ability
    return Localities(
        keys=land.keys, pair_keys=_pair_keys(land.names, len(held)), lines=one_line(len(land.names), len(held)), group=land.group,
        development=land.development, capacity=np.exp(setting.wealth * land.development), able=(held @ ~can.T).T == 0, hunch=hunch,
        clock=uniforms(land.keys, seed, "career"), captive=np.zeros(len(land.names)), interest=interest, features=held, price=setting.unit_price * held.sum(axis=1),
    )  # fmt: skip


@cache
def _pair_keys(names: tuple[str, ...], packages: int) -> np.ndarray:
    """A key for each place and package, made once for all seeds."""
    return name_keys(f"{name}|{package}" for name in names for package in range(packages)).reshape(len(names), packages)


def first_beliefs(land: Land, seed: int) -> Beliefs:
    """The centre's opening beliefs: of each instrument's national effect the mean, given a signal of it with correlation f, and
    the variance that is left, (1 - f^2) of the whole; beforehand it expects `effect_mean` of any.
    """
    truth, foresight, variance = main_effects(land), land.setting.foresight, effect_variance(land.setting)
    usual = effect_mean(land.setting)
    noise = stream(seed, "foresight").normal(size=truth.shape) * np.sqrt(variance)
    mean = usual + foresight * (foresight * (truth - usual) + np.sqrt(1 - foresight**2) * noise)
    return Beliefs(mean, np.eye(truth.shape[1]) * (1 - foresight**2) * variance)


def means_of(setting: LandscapeSetting, regime: Regime) -> Means:
    """What the budget buys: the same total under every regime, divided as it says."""
    shares, total = regime.budget, setting.budget
    sizes = np.maximum(holdings(setting).sum(axis=1), 1)
    return Means(
        sites=int(shares.pilots * total / setting.site_price + 1e-9),
        monitoring=shares.monitoring * total,
        reach=(shares.rollout * total / (setting.unit_price * sizes) + 1e-9).astype(int),
        enforcement=shares.enforcement * total,
        transfer=shares.transfers * total / setting.places,
    )


def names_of(land: Land) -> rows.Names:
    """Packages by the instruments in them: `m0101` holds the second and the fourth. A letter goes before, so that no spreadsheet takes a name for a number."""
    packages = tuple("m" + "".join("1" if held else "0" for held in one) for one in land.bits)
    provinces = tuple(f"group-{number}" for number in land.group)
    return rows.Names(packages, land.names, provinces, one_line(len(land.names), len(land.bits)))


def year_row(record: Record, land: Land, regime: Regime, weights: np.ndarray) -> dict[str, Any]:
    """One year of one nation: what is true by the nation's own weights (goal,), what it cost, and what the centre held."""
    package = record.trials.package
    number = np.bincount(package, minlength=len(land.bits))
    dearer = 1 + land.setting.duplication / np.maximum(number, 1)
    goals = {f"goal_{name}": float(record.outcomes.effect[:, position].mean()) for position, name in enumerate(record.mission.goals)}
    cost = float((number * land.bits.sum(axis=1) * land.setting.unit_price * dearer).sum())
    score = float((record.outcomes.effect @ weights).mean())
    return rows.year_row(record, regime) | {"score": score, **goals, "cost": cost}
