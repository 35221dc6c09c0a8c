"""From beliefs to a verdict, by the functions with which the simulated centre appraises and selects.

Two beliefs are held of each goal (`belief`): what the programme did at its sites, and what it would do over the other places together. From draws of them come
probabilities, worths and regrets, and from these the ordered rules. A roll-out is decided for all other places at once, so that its mean over them counts; how
many of them would gain one by one, given how far effects lie apart between places, is said beside it.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from ...evidence.sites import Fairness
from ...evidence.verdict import NET, Found, Verdict, expected_regret, judge, sites_to_settle, worth_of_stances
from ...foundations.luck import Luck
from ...foundations.streams import name_keys, stream
from ...governance.appraisal import Beliefs
from ...governance.mission import Mission
from ...governance.regimes import load_regime
from ...governance.selection import SUPPORT, Sightings, select, value_of_information
from .belief import REGIME, Believed, Evidence, believe, pre_trend
from .mission import PilotMission

DRAWS = 20_000


def verdict_of(programme: str, found: list[Evidence], fairness: Fairness | None, mission: PilotMission, logs: bool, seed: int, left: int | None = None) -> Verdict:
    """The verdict on one programme, from the evidence on each goal; `left` clusters of places were not treated."""
    cannot = tuple(dict.fromkeys(reason for one in found for reason in (*one.cannot, *_unsaid(one))))
    unit = unit_of(mission, logs)
    if not all(one.told for one in found):
        nothing = Found(programme, unit, False, math.nan, None, math.nan, math.nan, math.nan, math.nan, None, "tolerate", cannot=cannot)
        return judge(nothing, mission.lines)
    beliefs = [believe(one, mission) for one in found]
    told = _found(programme, unit, found, beliefs, fairness, mission, logs, seed, cannot)
    goals = tuple(_in_own_unit(one, belief, logs) for one, belief in zip(found, beliefs, strict=True)) if len(found) > 1 else ()
    in_logs = logs and len(found) == 1 and not mission.goals[0].worthwhile  # where words say per cent
    return judge(replace(told, places_left=left, logs=in_logs, goals=goals), mission.lines)


def _found(
    programme: str, unit: str, found: list[Evidence], beliefs: list[Believed], fairness: Fairness | None, mission: PilotMission, logs: bool, seed: int, cannot: tuple[str, ...]
) -> Found:
    """All that the rules look at."""
    ranks = stream(seed, "verdict", programme).random((len(found), DRAWS))  # the same at the sites and elsewhere
    at_site = np.array([one.site.draws(rank) for one, rank in zip(beliefs, ranks, strict=True)])
    weight = np.array([one.goal.weight for one in found])
    cost = np.array([one.goal.worthwhile / one.point for one in found])
    bearable = np.array([one.goal.tolerable / one.point for one in found])
    site, new = weight @ (at_site - cost[:, None]), _elsewhere(beliefs, ranks, weight, cost)
    worth = worth_of_stances(site, np.zeros(DRAWS) if new is None else new, weight @ at_site * (1 - mission.effort), max(one.share for one in found), mission.enforcement)
    mean = float(weight @ (np.array([one.site.mean for one in beliefs]) - cost))
    spread = math.sqrt(float(weight**2 @ np.array([one.site.spread**2 for one in beliefs])))
    sites, line = max(one.sites for one in found), mission.lines.pre_trend
    return Found(
        programme, unit, True, float((site > 0).mean()), None if new is None else float((new > 0).mean()),
        float((at_site < -bearable[:, None]).any(axis=0).mean()), mean, *_ends(site), None if new is None else float(new.mean()), _stance(mean, spread, sites),
        _contradiction(found, line, logs), _pre_trends(found, line), _index(fairness), _effective(found), expected_regret(worth),
        float(value_of_information(np.array([mean]), np.array([spread]))[0]), float(value_of_information(np.array([mean]), np.array([spread / math.sqrt(2)]))[0]),
        spread, sites_to_settle(mean, spread, spread * math.sqrt(sites), max(mission.lines.support_gain, 1 - mission.lines.support_harm)), cannot,
        *((None, None) if new is None else _ends(new)), None if new is None else _one_by_one(new, beliefs, weight),
    )  # fmt: skip


def _elsewhere(beliefs: list[Believed], ranks: np.ndarray, weight: np.ndarray, cost: np.ndarray) -> np.ndarray | None:
    """Draws of the worth over the other places together; None where some goal says nothing of them."""
    known = [one.elsewhere for one in beliefs if one.elsewhere is not None]
    if len(known) < len(beliefs):
        return None
    return weight @ (np.array([one.draws(rank) for one, rank in zip(known, ranks, strict=True)]) - cost[:, None])


def _one_by_one(new: np.ndarray, beliefs: list[Believed], weight: np.ndarray) -> float | None:
    """The share of the other places that gain, each by itself: worths that lie about the mean as true effects do between places. None where effects do not differ
    by more than chance, for then all gain or none does.
    """
    apart = math.sqrt(float(weight**2 @ np.array([one.apart**2 for one in beliefs])))
    return float(ndtr(new / apart).mean()) if apart > 0 else None


def _ends(draws: np.ndarray) -> tuple[float, float]:
    """Between what 95 of 100 draws lie."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def _index(fairness: Fairness | None) -> float | None:
    return fairness.index.value if fairness is not None and fairness.index is not None else None


def _effective(found: list[Evidence]) -> float | None:
    """The fewest sites that carry a reweighted effect."""
    return min((one.travel.reweighted.effective for one in found if one.travel is not None and one.travel.reweighted is not None), default=None)


def _stance(mean: float, spread: float, sites: int) -> str:
    """The stance that a centre takes by `governance.selection` on a belief, with nought as both thresholds: worth is net of cost already."""
    rules = load_regime(REGIME).selection.model_copy(update={"support": 0.0, "inhibit": 0.0})
    beliefs = Beliefs(np.array([[mean]]), np.array([[spread**2]]))
    one = Mission(("mission",), np.ones(1))
    seen = Sightings(np.array([float(sites)]), np.array([1.0]))
    stances = select(beliefs, one, np.ones((1, 1)), np.ones(1, dtype=bool), seen, rules, math.inf, Luck(0), name_keys(["programme"]))
    stance = int(stances.stance[0])
    return "support" if stance == SUPPORT else "tolerate" if stance == 0 else "inhibit"


def unit_of(mission: PilotMission, logs: bool) -> str:
    """What one point is, in words. What is worth something net of a cost is no change of the outcome, and is not said as one."""
    if len(mission.goals) > 1:
        return "points of the mission"
    goal = mission.goals[0]
    if goal.worthwhile:
        return f"{'hundredths of the logarithm' if logs else goal.unit or 'units'} of {goal.outcome} {NET}"
    way = f"{'more' if goal.better == 'higher' else 'less'} {goal.outcome}"
    return f"% {way}" if logs else f"{goal.unit} {way}".strip()


def _in_own_unit(evidence: Evidence, belief: Believed, logs: bool) -> str:
    """What is believed of one goal at the sites, and its point, in the outcome's unit.

    Not turned for the better: less carbon is below nought.
    """
    goal, mean, half = evidence.goal, belief.site.mean, belief.site.half
    unit = " %" if logs else f" {goal.unit}".rstrip()
    effect, low, high, point = (100 * math.expm1(size * evidence.point) if logs else size * evidence.point for size in (goal.sign * mean, goal.sign * mean - half, goal.sign * mean + half, 1.0))
    why = "what is worthwhile" if goal.worthwhile > 0 else "a standard deviation before the start"
    return f"{goal.outcome} {effect:+.3g}{unit} ({low:+.3g} to {high:+.3g}), one point {point:.3g}{unit} ({why})"


def _unsaid(evidence: Evidence) -> tuple[str, ...]:
    """Why methods gave nothing, where none gave anything."""
    return () if evidence.told else tuple(note for one in evidence.estimates.values() for note in one.notes)


def _contradiction(found: list[Evidence], line: float, logs: bool) -> str:
    """Families that exclude each other, in words; empty where none do."""
    for one in found:
        told = list(one.speakers(line).values())
        for at, first in enumerate(told):
            for second in told[at + 1 :]:
                apart = first.interval[0] > second.interval[1] or second.interval[0] > first.interval[1]
                if apart:
                    ends = " against ".join(f"{_read(each.interval[0], logs)} to {_read(each.interval[1], logs)} ({each.method})" for each in (first, second))
                    return f"On {one.goal.outcome}, methods that rest on different assumptions exclude each other: {ends}."
    return ""


def _read(value: float, logs: bool) -> str:
    """An effect as the page reads it: a difference of logarithms in per cent."""
    return f"{100 * math.expm1(value):.3g} %" if logs else f"{value:.3g}"


def _pre_trends(found: list[Evidence], line: float) -> tuple[float, ...]:
    """The p of every family heard that tests its past, on the weightiest goal."""
    main = max(found, key=lambda one: one.goal.weight)
    return tuple(p for one in main.speakers(line).values() if math.isfinite(p := pre_trend(one)))
