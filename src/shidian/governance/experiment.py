"""Stage 2, experiment: who tries what, where. All localities at once, as arrays.

A locality knows its hunches, what reports say, what its neighbours hold and what the centre says; it does not know the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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
class Own:
    """Of each option of each locality (locality, option)."""

    hunch: np.ndarray
    cost: np.ndarray
    able: np.ndarray
    keys: np.ndarray  # for luck


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

    @cached_property
    def own(self) -> Own:
        """What a locality sees in its options, before anybody says anything."""
        return Own(self.lines.each(self.hunch), self.lines.each(self.cost), self.lines.each(self.able) & self.lines.real, self.lines.each(self.pair_keys))


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
    closes an inhibited package in a place with probability equal to its force. `transfer` is added to the fiscal capacity of each place.
    """
    driven = drive(localities, year, rules)
    lines = localities.lines
    utility, alone = perceived_gain(localities, held, archive, boundary, transfer, rules, driven)
    best = np.argmax(utility / rules.temperature + luck.of("choice").gumbel(localities.own.keys), axis=1)
    choice = np.take_along_axis(lines.options, best[:, None], axis=1)[:, 0]
    closed = luck.of("campaign").uniform(localities.keys) < boundary.force[held]
    free = luck.of("discretion").uniform(localities.keys) < rules.discretion
    package = np.where(free, choice, np.where(closed, 0, held))
    package = np.where(boundary.enrolled, boundary.national[lines.localities], package)
    pilots = sited(wanted(localities.features, beliefs, mission, boundary, rules), sites, utility, localities, rules, luck.of("sites"))
    mandated = pilots > 0
    package = np.where(mandated, pilots, package)
    enrolled = boundary.enrolled & ~mandated & (package > 0)
    pilot = (package > 0) & ~enrolled
    effort = np.where(pilot, driven * (rules.innovation + rules.compliance * mandated), 0.0)
    share = initiative(lines.option[package], mandated | enrolled, utility, alone, rules.temperature)
    new = (package > 0) & (package != held)
    teacher = learned_from(package, new, mandated | enrolled | (share > 0.5), archive, localities.group, rules, luck.of("teacher"), localities.keys)
    pressed = np.where(lines.real, lines.each(boundary.force), 0.0)[:, 1:].max(axis=1)
    return Trials(package, effort, share, mandated, enrolled, pressed, boundary.threshold, teacher)


def perceived_gain(
    localities: Localities, held: np.ndarray, archive: Reports, boundary: Boundary, transfer: float, rules: ExperimentRules, driven: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(locality, option): the gain that a place sees in each package of its line, with the centre's words and without.

        U = (1 - w) hunch + w heard + drive * innovation * new - cost / (1 + transfer / capacity) - rivalry * held by a competitor and not here * (1 - endorsed)
            + (inertia + capture * captive) * held  +  drive * compliance * supported + insurance * supported - risk * (inhibited + force)

    What a place cannot run by itself is out of its reach unless the centre has made it national.
    """
    lines, own = localities.lines, localities.own
    options, here = lines.options, np.arange(len(held))
    heard, count = news(archive, localities, rules)
    weight = rules.learning * count / (count + 1)
    unheard = np.bincount(archive.package, minlength=len(boundary.stance)) == 0
    cost = own.cost / (1 + transfer / localities.capacity)[:, None]
    gain = (1 - weight) * own.hunch + weight * heard - cost
    gain[:, 1:] += (rules.innovation * driven)[:, None] * lines.each(unheard)[:, 1:]
    gain[here, lines.option[held]] += rules.inertia + rules.capture * localities.captive
    rivals = rules.rivalry * rivals_hold(held, localities)
    reach = own.able | (lines.each(in_force(boundary)) & lines.real)
    reach[here, lines.option[held]] = True
    within = np.where(reach, 0.0, -np.inf)
    supported = boundary.stance == SUPPORT
    feared = rules.risk * (inhibited(boundary) + boundary.force)
    spoken = (rules.compliance * driven[:, None] + rules.insurance) * supported[options] - feared[options]
    return gain - rivals * ~boundary.endorsed[options] + spoken + within, gain - rivals + within


def news(archive: Reports, localities: Localities, rules: ExperimentRules) -> tuple[np.ndarray, np.ndarray]:
    """(locality, option): mean reported gain by local interest, and how many reports it rests on; those from afar count less."""
    groups, packages = int(localities.group.max()) + 1, len(localities.features)
    total, count = np.zeros((groups, packages)), np.zeros((groups, packages))
    np.add.at(total, (archive.group, archive.package), archive.value @ localities.interest)
    np.add.at(count, (archive.group, archive.package), 1.0)
    total, count = ((1 - rules.far) * one + rules.far * one.sum(axis=0) for one in (total, count))
    mean = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    place = localities.group[:, None], localities.lines.options
    return mean[place], count[place]


def rivals_hold(held: np.ndarray, localities: Localities) -> np.ndarray:
    """(locality, option): whether a competitor, another place of the province and line, holds a package that the place does not; never package 0."""
    group, lines = localities.group, localities.lines
    table = np.zeros((int(group.max()) + 1, len(lines.packages)), dtype=bool)
    table[group, held] = held > 0
    copied = table[group[:, None], lines.options] & lines.real
    copied[np.arange(len(held)), lines.option[held]] = False
    return copied


def initiative(option: np.ndarray, brought: np.ndarray, utility: np.ndarray, alone: np.ndarray, temperature: float) -> np.ndarray:
    """(locality,): share of the centre in the trial of an option (0 for none), 1 - P(it without the centre) / P(it with the centre), at least 0.

    With the centre the probability is that of quantal response to its words, or 1 where it brought the package itself.
    """
    places = np.arange(len(option))
    without = _shares(alone, temperature)[places, option]
    with_it = np.where(brought, 1.0, _shares(utility, temperature)[places, option])
    share = 1 - np.divide(without, with_it, out=np.ones_like(without), where=with_it > 0)
    return np.where(option > 0, np.clip(share, 0.0, 1.0), 0.0)


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
