"""The loop: mission -> experiment -> monitoring -> appraisal -> selection -> adjustment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..foundations.luck import Luck
from ..worlds.landscape import Outcomes
from .adjustment import Boundary, Rollout, adjust, open_boundary
from .appraisal import Beliefs, KnownBias, appraise
from .experiment import Localities, Trials, run_experiments
from .mission import Mission, set_mission
from .monitoring import deliver, filed, monitor, statistic
from .regimes import Regime
from .reports import Reports, no_reports
from .selection import Stances, select, sightings

Advance = Callable[[Any, Trials, Luck], tuple[Any, Outcomes]]


@dataclass(frozen=True)
class Means:
    """What a regime's budget buys in a year."""

    sites: int  # mandated pilots
    monitoring: float  # money
    reach: np.ndarray  # (package,) places to which the national package can be brought
    enforcement: float  # money
    transfer: float  # addition to the fiscal capacity of each place, as a share of the average


@dataclass(frozen=True)
class Nation:
    """A world, its localities, and the state of those who govern it. Only `advance` and the record see the world."""

    world: Any
    localities: Localities
    goals: tuple[str, ...]
    weights: tuple[float, ...]
    bias: KnownBias
    package_keys: np.ndarray  # (package,) for luck
    regime: Regime
    means: Means
    luck: Luck
    year: int
    held: np.ndarray  # (locality,) package in force
    beliefs: Beliefs
    boundary: Boundary
    archive: Reports
    post: tuple[Reports, ...]


@dataclass(frozen=True)
class Record:
    """What a reader needs of one cycle."""

    year: int
    mission: Mission
    trials: Trials
    outcomes: Outcomes
    reports: Reports
    beliefs: Beliefs
    stances: Stances
    boundary: Boundary
    rollouts: tuple[Rollout, ...]


def policy_cycle(nation: Nation, advance: Advance) -> tuple[Nation, Record]:
    """One round of governing by experiment, with luck that belongs to stage and year."""
    rules, means, places, year = nation.regime.at(nation.year), nation.means, nation.localities, nation.year
    mission = set_mission(nation.goals, nation.weights, rules.mission)
    trials = run_experiments(
        places, nation.held, nation.archive, nation.beliefs, mission, nation.boundary,
        means.sites, means.transfer, rules.experiment, nation.luck.of("experiment", year), year,
    )  # fmt: skip
    world, outcomes = advance(nation.world, trials, nation.luck.of("world", year))
    sent = monitor(outcomes, trials, places, rules.monitoring, means.monitoring, nation.luck.of("monitoring", year))
    level = statistic(outcomes, rules.monitoring, nation.luck.of("monitoring", year))
    reports, post = deliver(nation.post, sent, rules.monitoring.lag)
    archive = filed(nation.archive, reports)
    beliefs = appraise(nation.beliefs, reports, nation.bias, rules.appraisal)
    candidates = _candidates(archive, nation, rules)
    seen = sightings(reports, len(candidates))
    luck = nation.luck.of("selection")  # luck that favours a package does so every year
    stances = select(beliefs, mission, places.features, candidates, seen, rules.selection, means.enforcement, luck, nation.package_keys)
    luck = nation.luck.of("adjustment", year)
    boundary, decided = adjust(
        nation.boundary, stances, means.reach, year, rules.adjustment, luck, nation.package_keys, places.keys, places.lines, level
    )  # fmt: skip
    after = replace(nation, world=world, year=year + 1, held=trials.package, beliefs=beliefs, boundary=boundary, archive=archive, post=post)
    return after, Record(year, mission, trials, outcomes, reports, beliefs, stances, boundary, decided)


def _candidates(archive: Reports, nation: Nation, rules: Regime) -> np.ndarray:
    """(package,): which packages are judged under the year's rules. To do nothing never is."""
    packages = np.arange(len(nation.package_keys))
    judged = (np.bincount(archive.package, minlength=len(packages)) > 0) | (rules.selection.candidates == "all")
    return judged & (packages > 0)


def found(
    world: Any,
    localities: Localities,
    goals: tuple[str, ...],
    weights: tuple[float, ...],
    bias: KnownBias,
    beliefs: Beliefs,
    package_keys: np.ndarray,
    regime: Regime,
    means: Means,
    luck: Luck,
    year: int = 0,
    held: np.ndarray | None = None,
) -> Nation:
    """A nation before its first year: nothing reported, nothing decided, and nothing tried but what is `held` (locality,) already."""
    number, lines = len(localities.keys), localities.lines
    return Nation(
        world, localities, goals, weights, bias, package_keys, regime, means, luck, year,
        held=np.zeros(number, dtype=int) if held is None else held, beliefs=beliefs,
        boundary=open_boundary(number, len(package_keys), len(lines.names)),
        archive=no_reports(localities.features.shape[1], len(goals)), post=(),
    )  # fmt: skip
