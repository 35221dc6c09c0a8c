"""Stage 5, selection: beliefs become stances, and force where it pays. It sees beliefs and reports, never the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from ..foundations.luck import Luck
from .appraisal import Beliefs
from .mission import Mission
from .regimes import SelectionRules
from .reports import Reports

INHIBIT, TOLERATE, SUPPORT = -1, 0, 1


@dataclass(frozen=True)
class Stances:
    """What the centre holds of each package, and how hard it means it."""

    stance: np.ndarray  # (package,) INHIBIT, TOLERATE or SUPPORT
    force: np.ndarray  # (package,) in [0, 1], above 0 only where inhibited
    score: np.ndarray  # (package,) expected mission score
    spread: np.ndarray  # (package,) its standard deviation
    merit: np.ndarray  # (package,) the score less what risk aversion takes off


@dataclass(frozen=True)
class Sightings:
    """Where packages are in force, so far as reports say."""

    number: np.ndarray  # (package,) places
    dispersion: np.ndarray  # (package,) 0 where all are in one province, towards 1 where each is in another


def sightings(reports: Reports, packages: int) -> Sightings:
    """Counts of the reports of one year: number, and Simpson's dispersion 1 - sum of squared shares of provinces."""
    groups = int(reports.group.max(initial=0)) + 1
    table = np.zeros((packages, groups))
    np.add.at(table, (reports.package, reports.group), 1.0)
    number = table.sum(axis=1)
    shares = table / np.maximum(number, 1.0)[:, None]
    return Sightings(number, np.where(number > 0, 1 - (shares**2).sum(axis=1), 0.0))


def select(
    beliefs: Beliefs,
    mission: Mission,
    features: np.ndarray,
    candidates: np.ndarray,
    seen: Sightings,
    rules: SelectionRules,
    money: float,
    luck: Luck,
    keys: np.ndarray,
) -> Stances:
    """A stance for every package (package, feature); those that are no candidates (package,) are tolerated.

        support   where  score - rho * sd >= the threshold of support
        inhibit   where  score + w * VOI < the threshold of inhibition
        tolerate  else

    VOI is the expected gain of deciding by the truth rather than by the score. Under the rule `random`, luck shuffles score
    and sd among candidates; under `none` all is tolerated.
    """
    score, spread = beliefs.score(features, mission.weights)
    if rules.rule == "random":
        score, spread = _shuffled(score, spread, candidates, luck.of("shuffle").uniform(keys))
    merit = score - rules.risk_aversion * spread
    hopeless = score + rules.information * value_of_information(score, spread) < rules.inhibit
    judged = candidates & (rules.rule != "none")
    stance = np.where(judged & (merit >= rules.support), SUPPORT, np.where(judged & hopeless, INHIBIT, TOLERATE))
    force = np.where(stance == INHIBIT, enforcement(rules.inhibit - score, seen, rules), 0.0)
    return Stances(stance, force * _afforded(force, seen, rules, money), score, spread, merit)


def value_of_information(score: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """E max(0, s) - max(0, E s) for s ~ N(score, spread): what knowing would be worth before choosing between s and nothing.

    >>> round(float(value_of_information(np.array([0.0]), np.array([1.0]))[0]), 3)
    0.399
    """
    safe = np.where(spread > 0, spread, 1.0)
    away = np.abs(score) / safe
    density = np.exp(-0.5 * away**2) / np.sqrt(2 * np.pi)
    return np.where(spread > 0, safe * (density - away * ndtr(-away)), 0.0)


def enforcement(harm: np.ndarray, seen: Sightings, rules: SelectionRules) -> np.ndarray:
    """Force where the harm averted by a little more of it equals what that costs.

        averted = n * harm * f,   cost = c n^(1 + eta) (1 + d * dispersion) f^2 / 2
        f = harm / (c n^eta (1 + d * dispersion)), at most 1

    so that many and scattered places are left half alone: hostile words, little force. Nothing seen, nothing enforced.
    """
    marginal = _slope(seen, rules)
    return np.where(seen.number > 0, np.clip(np.maximum(harm, 0.0) / marginal, 0.0, 1.0), 0.0)


def _slope(seen: Sightings, rules: SelectionRules) -> np.ndarray:
    """Marginal cost of force in one place, for each unit of force."""
    number = np.maximum(seen.number, 1.0)
    return rules.enforcement_cost * number**rules.crowding * (1 + rules.scattering * seen.dispersion)


def spent_on_force(force: np.ndarray, seen: Sightings, rules: SelectionRules) -> float:
    """Money that force costs in a year."""
    return float((seen.number * _slope(seen, rules) * force**2 / 2).sum())


def _afforded(force: np.ndarray, seen: Sightings, rules: SelectionRules, money: float) -> float:
    """The factor, at most 1, that brings force within the budget."""
    bill = spent_on_force(force, seen, rules)
    return 1.0 if bill <= money else float(np.sqrt(money / bill))


def _shuffled(score: np.ndarray, spread: np.ndarray, candidates: np.ndarray, draw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Score and spread dealt out anew among candidates, each pair kept together: the luckiest gets the best."""
    which = np.flatnonzero(candidates)
    lucky, best = which[np.argsort(-draw[which], kind="stable")], which[np.argsort(-score[which], kind="stable")]
    dealt, doubt = score.copy(), spread.copy()
    dealt[lucky], doubt[lucky] = score[best], spread[best]
    return dealt, doubt
