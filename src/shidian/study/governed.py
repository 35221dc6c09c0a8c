"""Landscape nations governed by regimes, over paired seeds: what each regime gained, rolled out, and believed in vain.

    >>> from shidian.study.governed import govern
    >>> tables = govern(["hierarchy", "federal"], seeds=range(2), years=4)
    >>> tables.years.groupby("regime")["score"].count().to_dict()
    {'federal': 8, 'hierarchy': 8}
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ..foundations.luck import Luck
from ..foundations.streams import name_keys, stream
from ..governance.appraisal import Beliefs, KnownBias
from ..governance.cycle import Means, Nation, Record, found, policy_cycle
from ..governance.experiment import Localities
from ..governance.regimes import Regime, load_regime
from ..governance.selection import INHIBIT, SUPPORT, TOLERATE, sightings, spent_on_force
from ..worlds.landscape import Land, LandscapeSetting, advance, load_setting, make_land
from ..worlds.landscape.land import bits, effect_variance, main_effects


@dataclass(frozen=True)
class Governed:
    """Tidy tables: one row a regime, seed and year; one a roll-out. What their columns mean stands in docs/governance.md."""

    years: pd.DataFrame
    rollouts: pd.DataFrame


def govern(
    regimes: Iterable[str | Path | Regime], seeds: Iterable[int] = range(20), years: int = 20, setting: LandscapeSetting | None = None
) -> Governed:
    """Run every regime on the land of every seed. Regimes share a seed's land, fortunes and luck, so that rows pair by seed and year."""
    setting = setting or load_setting()
    rules = [one if isinstance(one, Regime) else load_regime(one) for one in regimes]
    rows: list[dict] = []
    rollouts: list[dict] = []
    for seed in seeds:
        land = make_land(setting, seed)
        for regime in rules:
            records = run(found_nation(land, regime, seed), years)
            label = {"regime": regime.name, "seed": seed}
            rows += [label | year_row(record, land, regime) for record in records]
            rollouts += [label | row for row in rollout_rows(records, land)]
    return Governed(pd.DataFrame(rows), pd.DataFrame(rollouts, columns=ROLLOUT))


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
        keys=land.keys, pair_keys=_pair_keys(land.names, len(held)), group=land.group, development=land.development,
        capacity=np.exp(setting.wealth * land.development), able=(held @ ~can.T).T == 0, hunch=hunch, interest=interest,
        features=held, price=setting.unit_price,
    )  # fmt: skip


@cache
def _pair_keys(names: tuple[str, ...], packages: int) -> np.ndarray:
    """A key for each place and package, made once for all seeds."""
    return name_keys(f"{name}|{package}" for name in names for package in range(packages)).reshape(len(names), packages)


def first_beliefs(land: Land, seed: int) -> Beliefs:
    """The centre's opening beliefs: of each instrument's national effect the mean, given a signal of it with correlation f, and
    the variance that is left, (1 - f^2) of the whole.
    """
    truth, foresight, variance = main_effects(land), land.setting.foresight, effect_variance(land.setting)
    noise = stream(seed, "foresight").normal(size=truth.shape) * np.sqrt(variance)
    mean = foresight * (foresight * truth + np.sqrt(1 - foresight**2) * noise)
    return Beliefs(mean, np.eye(truth.shape[1]) * (1 - foresight**2) * variance)


def means_of(setting: LandscapeSetting, regime: Regime) -> Means:
    """What the budget buys: the same total under every regime, divided as it says."""
    shares, total = regime.budget, setting.budget
    sizes = np.maximum(bits(setting.instruments).sum(axis=1), 1)
    return Means(
        sites=int(shares.pilots * total / setting.site_price + 1e-9),
        monitoring=shares.monitoring * total,
        reach=(shares.rollout * total / (setting.unit_price * sizes) + 1e-9).astype(int),
        enforcement=shares.enforcement * total,
        transfer=shares.transfers * total / setting.places,
    )


# --- tables -----------------------------------------------------------------------------------------------------------


def year_row(record: Record, land: Land, regime: Regime) -> dict[str, float]:
    """One year of one nation: what is true, what it cost, and what the centre held."""
    weights, package, stance = record.mission.weights, record.trials.package, record.stances.stance
    number = np.bincount(package, minlength=len(land.bits))
    sizes, price = land.bits.sum(axis=1), land.setting.unit_price
    holders = number[1:][number[1:] > 0]
    dearer = 1 + land.setting.duplication / np.maximum(number, 1)
    seen = sightings(record.reports, len(stance))
    goals = {f"goal_{name}": float(record.outcomes.effect[:, position].mean()) for position, name in enumerate(record.mission.goals)}
    return {
        "year": record.year,
        "score": float((record.outcomes.effect @ weights).mean()),
        **goals,
        "packages": len(holders),
        "active": float((package > 0).mean()),
        "mandated": int(record.trials.mandated.sum()),
        "initiative": float(record.trials.initiative[package > 0].mean()) if len(holders) else 0.0,
        "enrolled": int(record.trials.enrolled.sum()),
        "supported": int((stance == SUPPORT).sum()),
        "tolerated": int(((stance == TOLERATE) & np.isin(np.arange(len(stance)), record.reports.package)).sum()),
        "inhibited": int((stance == INHIBIT).sum()),
        "force": float(record.stances.force[stance == INHIBIT].mean()) if (stance == INHIBIT).any() else 0.0,
        "spent_on_force": spent_on_force(record.stances.force, seen, regime.selection),
        "cost": float((number * sizes * price * dearer).sum()),
        "laws": int((record.boundary.law >= 0).sum()),
    }


ROLLOUT = ["regime", "seed", "year", "package", "promise", "pilot", "effect", "harmful", "over_promise", "disappointment", "years_to_law"]


def rollout_rows(records: list[Record], land: Land) -> list[dict[str, float]]:
    """Every roll-out of a nation: what was expected and reported at the decision, and what it truly does everywhere.

    over_promise = promise - effect;  disappointment = pilot - effect, with `pilot` the mean of reports on it so far.
    """
    rows = []
    for record in records:
        if record.rollout is None:
            continue
        package = record.rollout.package
        effect = float(record.mission.weights @ land.national()[:, package])
        pilot = _reported(records, record.year, package)
        promise, wait = record.rollout.promise, _years_to_law(records, package)
        rows.append({
            "year": record.year, "package": package, "promise": promise, "pilot": pilot, "effect": effect, "harmful": effect < 0,
            "over_promise": promise - effect, "disappointment": pilot - effect, "years_to_law": wait,
        })  # fmt: skip
    return rows


def _years_to_law(records: list[Record], package: int) -> float:
    """Years from the first trial of a package, wherever that was, to its law; NaN where it is none."""
    law = records[-1].boundary.law[package]
    first = next((one.year for one in records if (one.trials.package == package).any()), np.nan)
    return float(law - first) if law >= 0 else np.nan


def _reported(records: list[Record], until: int, package: int) -> float:
    """Mean mission score in the reports on a package that had arrived by a year; NaN where none had."""
    scores = [(one.reports.value @ one.mission.weights)[one.reports.package == package] for one in records if one.year <= until]
    every = np.concatenate(scores)
    return float(every.mean()) if len(every) else np.nan
