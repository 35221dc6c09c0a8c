"""Stage 2, experiment: who tries what, where. All localities at once, as arrays.

A locality knows its hunches, what reports say, what its neighbours hold and what the centre says; it does not know the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..foundations.luck import Luck
from .adjustment import Boundary, in_force, inhibited
from .appraisal import Beliefs
from .lineage import learned_from
from .lines import Lines
from .mission import Mission
from .regimes import ExperimentRules
from .reports import Reports
from .selection import SUPPORT
from .sites import sited


@dataclass(frozen=True)
class Localities:
    """The places as governors know them, each in one line of experiment."""

    keys: np.ndarray  # (locality,) for luck
    pair_keys: np.ndarray  # (locality, package) for luck
    lines: Lines
    group: np.ndarray  # (locality,) province and line: neighbours, and career competitors
    development: np.ndarray  # (locality,)
    capacity: np.ndarray  # (locality,) fiscal capacity, 1 for the average
    able: np.ndarray  # (locality, package) what a place can run by itself; of other lines nothing
    hunch: np.ndarray  # (locality, package) gain for itself that a place believes in before any report
    clock: np.ndarray  # (locality,) how much of a career is over in year 0, in [0, 1)
    captive: np.ndarray  # (locality,) hold of local makers on those who decide, 0 for none
    interest: np.ndarray  # (goal,) weights of the goals in what a place wants for itself
    features: np.ndarray  # (package, feature)
    price: np.ndarray  # (package,) of a package in one place a year, in the units of gain

    @property
    def cost(self) -> np.ndarray:
        """(locality, package): cost of a package, in the units of gain, given fiscal capacity."""
        return self.price[None, :] / self.capacity[:, None]


CAREER = 10  # years from an appointment to retirement; then somebody else comes


def drive(localities: Localities, year: int, rules: ExperimentRules) -> np.ndarray:
    """(locality,): how much a career's rewards count, 1 on average: 1 - retirement + 2 * retirement * share of the career that is left."""
    left = 1 - (localities.clock + year / CAREER) % 1
    return 1 - rules.retirement + 2 * rules.retirement * left


@dataclass(frozen=True)
class Trials:
    """What is in force in each locality in a year, and how it came there."""

    package: np.ndarray  # (locality,) 0 for none
    effort: np.ndarray  # (locality,) beyond that of an ordinary roll-out
    initiative: np.ndarray  # (locality,) share of the centre in it, from 0 (spontaneous) to 1 (would not be there without it)
    mandated: np.ndarray  # (locality,) whether it is a pilot that the centre sited
    enrolled: np.ndarray  # (locality,) whether it is the national package, brought by the centre
    pressed: np.ndarray  # (locality,) force of the centre against anything in its line
    threshold: float  # technical level below which a product gets none of the nation's money
    teacher: np.ndarray  # (locality,) whom a new package was learned from: a locality, or one of `lineage`'s words


def run_experiments(
    localities: Localities,
    held: np.ndarray,
    archive: Reports,
    beliefs: Beliefs,
    mission: Mission,
    boundary: Boundary,
    sites: int,
    transfer: float,
    rules: ExperimentRules,
    luck: Luck,
    year: int = 0,
) -> Trials:
    """The trials of a year.

    The national package stands where it is enrolled, mandated pilots where the centre sites them; elsewhere a free place chooses
    by quantal response, P(m) = exp(U(m) / T) / sum exp(U / T), and a place that is not free keeps what it holds. A campaign
    closes an inhibited package in a place with probability equal to its force. `transfer` raises fiscal capacity.
    """
    driven = drive(localities, year, rules)
    utility, alone = perceived_gain(localities, held, archive, boundary, transfer, rules, driven)
    choice = np.argmax(utility / rules.temperature + luck.of("choice").gumbel(localities.pair_keys), axis=1)
    closed = luck.of("campaign").uniform(localities.keys) < boundary.force[held]
    free = luck.of("discretion").uniform(localities.keys) < rules.discretion
    package = np.where(free, choice, np.where(closed, 0, held))
    package = np.where(boundary.enrolled, boundary.national[localities.lines.localities], package)
    pilots = sited(wanted(localities.features, beliefs, mission, boundary, rules), sites, utility, localities, rules, luck.of("sites"))
    mandated = pilots > 0
    package = np.where(mandated, pilots, package)
    enrolled = boundary.enrolled & ~mandated & (package > 0)
    pilot = (package > 0) & ~enrolled
    effort = np.where(pilot, driven * (rules.innovation + rules.compliance * mandated), 0.0)
    share = initiative(package, mandated | enrolled, utility, alone, rules.temperature)
    new = (package > 0) & (package != held)
    teacher = learned_from(package, new, mandated | enrolled | (share > 0.5), archive, localities.group, rules, luck.of("teacher"), localities.keys)
    pressed = np.where(localities.lines.offered & (np.arange(len(boundary.force)) > 0), boundary.force, 0.0).max(axis=1)
    return Trials(package, effort, share, mandated, enrolled, pressed, boundary.threshold, teacher)


def perceived_gain(
    localities: Localities, held: np.ndarray, archive: Reports, boundary: Boundary, transfer: float, rules: ExperimentRules, driven: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(locality, package): the gain that a place sees in each package, with the centre's words and without.

        U = (1 - w) hunch + w heard + drive * innovation * new - cost / (1 + transfer) - rivalry * share of competitors * (1 - endorsed)
            + (inertia + capture * captive) * held  +  drive * compliance * supported + insurance * supported - risk * (inhibited + force)

    What a place cannot run by itself is out of its reach unless the centre has made it national.
    """
    heard, count = news(archive, localities, rules)
    weight = rules.learning * count / (count + 1)
    supported, packages = boundary.stance == SUPPORT, np.arange(len(boundary.stance))
    own = (1 - weight) * localities.hunch + weight * heard - localities.cost / (1 + transfer)
    own = own + rules.innovation * driven[:, None] * ((np.bincount(archive.package, minlength=len(packages)) == 0) & (packages > 0))
    own = own + (rules.inertia + rules.capture * localities.captive)[:, None] * (packages == held[:, None])
    rivals = rules.rivalry * rival_share(held, localities.group, len(packages))
    spoken = (rules.compliance * driven[:, None] + rules.insurance) * supported - rules.risk * (inhibited(boundary) + boundary.force)
    reach = localities.able | (in_force(boundary) & localities.lines.offered) | (packages == held[:, None])
    within = np.where(reach, 0.0, -np.inf)
    return own - rivals * ~boundary.endorsed + spoken + within, own - rivals + within


def news(archive: Reports, localities: Localities, rules: ExperimentRules) -> tuple[np.ndarray, np.ndarray]:
    """(locality, package): mean reported gain by local interest, and how many reports it rests on; those from afar count less."""
    groups, packages = int(localities.group.max()) + 1, len(localities.features)
    total, count = np.zeros((groups, packages)), np.zeros((groups, packages))
    np.add.at(total, (archive.group, archive.package), archive.value @ localities.interest)
    np.add.at(count, (archive.group, archive.package), 1.0)
    total, count = ((1 - rules.far) * one + rules.far * one.sum(axis=0) for one in (total, count))
    mean = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return mean[localities.group], count[localities.group]


def rival_share(held: np.ndarray, group: np.ndarray, packages: int) -> np.ndarray:
    """(locality, package): share of a place's competitors, the others of its province and line, that hold a package (1 or more)."""
    holds = (held[:, None] == np.arange(packages)) & (held[:, None] > 0)
    table = np.zeros((int(group.max()) + 1, packages))
    np.add.at(table, (group, held), held > 0)
    others = np.bincount(group)[group] - 1
    return (table[group] - holds) / np.maximum(others, 1)[:, None]


def initiative(package: np.ndarray, brought: np.ndarray, utility: np.ndarray, alone: np.ndarray, temperature: float) -> np.ndarray:
    """(locality,): share of the centre in a trial, 1 - P(it without the centre) / P(it with the centre), at least 0.

    With the centre the probability is that of quantal response to its words, or 1 where it brought the package itself.
    """
    places = np.arange(len(package))
    without = _shares(alone, temperature)[places, package]
    with_it = np.where(brought, 1.0, _shares(utility, temperature)[places, package])
    share = 1 - np.divide(without, with_it, out=np.ones_like(without), where=with_it > 0)
    return np.where(package > 0, np.clip(share, 0.0, 1.0), 0.0)


def _shares(utility: np.ndarray, temperature: float) -> np.ndarray:
    power = np.exp((utility - utility.max(axis=1, keepdims=True)) / temperature)
    return power / power.sum(axis=1, keepdims=True)


def wanted(features: np.ndarray, beliefs: Beliefs, mission: Mission, boundary: Boundary, rules: ExperimentRules) -> np.ndarray:
    """(arm,) packages that the centre would have tried: highest score + optimism * sd, neither inhibited nor national already."""
    score, spread = beliefs.score(features, mission.weights)
    hope = score + rules.optimism * spread
    hope[inhibited(boundary)] = -np.inf
    hope[0], hope[in_force(boundary)] = -np.inf, -np.inf
    return np.argsort(-hope, kind="stable")[: min(rules.arms, int(np.isfinite(hope).sum()))]
