"""From estimates to a verdict, by the functions with which the simulated centre appraises and selects.

An estimate is a report. Two appraisals are made of it: as it stands, which is what the programme did at its sites; and with the known
bias taken out (that sites were picked, that effort will not be repeated), which is what it would do elsewhere. What is believed is drawn;
from the draws come probabilities, worths and regrets, and from these the ordered rules.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ...evidence.estimate import Estimate
from ...evidence.methods import METHODS
from ...evidence.sites import Fairness
from ...evidence.transport import Travel
from ...evidence.verdict import Found, Verdict, expected_regret, judge, sites_to_settle, worth_of_stances
from ...foundations.luck import Luck
from ...foundations.streams import name_keys, stream
from ...governance.appraisal import Beliefs, KnownBias, appraise
from ...governance.mission import Mission
from ...governance.regimes import load_regime
from ...governance.reports import Reports
from ...governance.selection import SUPPORT, Sightings, select, value_of_information
from .mission import PilotGoal, PilotMission

DRAWS = 20_000
VAGUE = 100.0  # standard deviation of the prior, in those of the report: the data speak alone
REGIME = "hierarchy"  # whose appraisal and selection are used, but for what is said below
Z = 1.959964


@dataclass(frozen=True)
class Evidence:
    """What is known of one goal: estimates by method, what the sites' own effects say, and the size of a point of the goal."""

    goal: PilotGoal
    estimates: dict[str, Estimate]
    travel: Travel | None
    point: float  # change of the outcome that counts as one point
    sites: int
    cannot: tuple[str, ...] = ()

    @property
    def usable(self) -> dict[str, Estimate]:
        """The methods that give an effect with an error."""
        return {name: one for name, one in self.estimates.items() if math.isfinite(one.effect) and math.isfinite(one.error) and one.error > 0}

    def speakers(self, line: float) -> dict[str, Estimate]:
        """Who is heard: of each family the first method whose past does not give it away (p of the pre-trend not below `line`).

        Where that is nobody, the first method of each family.
        """
        sound = {name: one for name, one in self.usable.items() if not pre_trend(one) < line}
        heard: dict[str, Estimate] = {}
        for name, one in (sound or self.usable).items():
            heard.setdefault(METHODS[name].family, one)
        return heard

    @property
    def told(self) -> bool:
        """Whether any method gives an effect with an error."""
        return bool(self.usable)

    def report(self, line: float) -> tuple[float, float]:
        """Effect and variance in the outcome's unit: families that are heard count alike, and their disagreement is part of the doubt."""
        heard = self.speakers(line).values()
        effects, variances = (np.array(part) for part in zip(*((one.effect, one.error**2) for one in heard), strict=True))
        return float(effects.mean()), float(variances.mean() + effects.var())


def pre_trend(estimate: Estimate) -> float:
    """The p of a method's test that sites and others moved alike before; NaN where it has none."""
    p = estimate.pre_trend.get("p")
    return math.nan if p is None else float(p)


@dataclass(frozen=True)
class Belief:
    """What is believed of one goal, for the better, in points: at the sites, and elsewhere (None where that cannot be told)."""

    site: tuple[float, float]  # mean and standard deviation
    elsewhere: tuple[float, float] | None


def believe(evidence: Evidence, mission: PilotMission) -> Belief:
    """Appraise the report on one goal, once as it stands and once with the bias of picked sites and of effort taken out.

    The site bias is the sites' own mean effect less the reweighted one. What is believed elsewhere is never surer than the reweighted effect:
    what its error has beyond the report's is added as misfit, for errors by placebo hold nothing of how effects differ between places.
    """
    goal = evidence.goal
    effect, doubt = evidence.report(mission.lines.pre_trend)
    value, variance = goal.sign * effect / evidence.point, doubt / evidence.point**2
    site = _appraised(value, variance, 0.0, 0.0, 0.0, 0.0)
    travel = evidence.travel
    if travel is None or travel.reweighted is None or travel.sites is None:
        return Belief(site, None)
    naive = float(travel.sites.effect.mean())
    bias = goal.sign * (naive - travel.reweighted.effect) / evidence.point
    alike = float(travel.sites.effect.var(ddof=1)) / len(travel.sites)  # error squared of the sites' plain mean
    misfit = math.sqrt(max(0.0, travel.reweighted.error**2 - min(alike, doubt))) / evidence.point
    return Belief(site, _appraised(value, variance, bias, mission.effort * value, misfit, mission.sophistication))


def _appraised(value: float, variance: float, bias: float, effort: float, misfit: float, sophistication: float) -> tuple[float, float]:
    """Mean and standard deviation after one report by `governance.appraisal`, from a vague prior."""
    whole, one = np.zeros(1, dtype=int), np.ones(1)
    reports = Reports(package=whole, place=whole, group=whole, features=np.ones((1, 1)), value=np.array([[value]]), development=one, effort=one, variance=np.array([variance]))
    prior = Beliefs(np.zeros((1, 1)), np.array([[VAGUE**2 * (variance + value**2)]]))
    rules = load_regime(REGIME).appraisal.model_copy(update={"sophistication": sophistication, "misfit": misfit})
    after = appraise(prior, reports, KnownBias(bias, effort), rules)
    return float(after.mean[0, 0]), math.sqrt(float(after.covariance[0, 0]))


def verdict_of(
    programme: str, found: list[Evidence], fairness: Fairness | None, mission: PilotMission, places: int, left: int, logs: bool, seed: int
) -> Verdict:
    """The verdict on one programme, from the evidence on each goal; `left` of the `places` were not treated."""
    cannot = tuple(dict.fromkeys(reason for one in found for reason in (*one.cannot, *_unsaid(one))))
    unit = unit_of(mission, logs)
    if not all(one.told for one in found):
        nothing = Found(programme, unit, False, math.nan, None, math.nan, math.nan, math.nan, math.nan, None, "tolerate", cannot=cannot)
        return judge(nothing, mission.lines)
    beliefs = [believe(one, mission) for one in found]
    told = _found(programme, unit, found, beliefs, fairness, mission, places, seed, cannot)
    goals = tuple(_in_own_unit(one, belief, logs) for one, belief in zip(found, beliefs, strict=True)) if len(found) > 1 else ()
    return judge(replace(told, places_left=left, goals=goals), mission.lines)


def _found(
    programme: str, unit: str, found: list[Evidence], beliefs: list[Belief], fairness: Fairness | None, mission: PilotMission, places: int, seed: int, cannot: tuple[str, ...]
) -> Found:
    luck = stream(seed, "verdict", programme)
    common = luck.standard_normal((len(found), DRAWS))  # the same at the sites and elsewhere
    at_site = _draws([one.site for one in beliefs], common)
    known = all(one.elsewhere is not None for one in beliefs)
    elsewhere = _draws([one.elsewhere or (math.nan, math.nan) for one in beliefs], common)
    weight = np.array([one.goal.weight for one in found])
    cost = np.array([one.goal.worthwhile / one.point for one in found])
    bearable = np.array([one.goal.tolerable / one.point for one in found])
    site, new = weight @ (at_site - cost[:, None]), weight @ (elsewhere - cost[:, None])
    unsupported = weight @ at_site * (1 - mission.effort)
    sites = max(one.sites for one in found)
    worth = worth_of_stances(site, new if known else np.zeros(DRAWS), unsupported, sites / max(places, sites), mission.enforcement)
    mean, spread = float(site.mean()), float(site.std())
    index = fairness.index.value if fairness is not None and fairness.index is not None else None
    effective = [one.travel.reweighted.effective for one in found if one.travel is not None and one.travel.reweighted is not None]
    return Found(
        programme, unit, True, float((site > 0).mean()), float((new > 0).mean()) if known else None,
        float((at_site < -bearable[:, None]).any(axis=0).mean()), mean, *(float(end) for end in np.quantile(site, [0.025, 0.975])),
        float(new.mean()) if known else None, _stance(mean, spread, sites), _contradiction(found, mission.lines.pre_trend), _pre_trends(found, mission.lines.pre_trend), index, min(effective) if effective else None,
        expected_regret(worth), float(value_of_information(np.array([mean]), np.array([spread]))[0]),
        float(value_of_information(np.array([mean]), np.array([spread / math.sqrt(2)]))[0]), spread,
        sites_to_settle(mean, spread, spread * math.sqrt(sites), max(mission.lines.support_gain, 1 - mission.lines.support_harm)), cannot,
        *((float(end) for end in np.quantile(new, [0.025, 0.975])) if known else (None, None)),
    )  # fmt: skip


def _draws(beliefs: list[tuple[float, float]], common: np.ndarray) -> np.ndarray:
    """Draws (goal, draw) of what is believed."""
    mean, spread = (np.array(part)[:, None] for part in zip(*beliefs, strict=True))
    return mean + spread * common


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
    """What one point is, in words."""
    if len(mission.goals) > 1:
        return "points of the mission"
    goal = mission.goals[0]
    way = f"{'more' if goal.better == 'higher' else 'less'} {goal.outcome}"
    return f"% {way}" if logs else f"{goal.unit} {way}".strip()


def _in_own_unit(evidence: Evidence, belief: Belief, logs: bool) -> str:
    """What is believed of one goal at the sites, and its point, in the outcome's unit.

    Not turned for the better: less carbon is below nought.
    """
    goal, (mean, spread) = evidence.goal, belief.site
    factor, unit = (100.0, " %") if logs else (1.0, f" {goal.unit}".rstrip())
    size = evidence.point * factor
    low, high = (goal.sign * mean * size + side * Z * spread * size for side in (-1, 1))
    why = "what is worthwhile" if goal.worthwhile > 0 else "a standard deviation before the start"
    return f"{goal.outcome} {goal.sign * mean * size:+.3g}{unit} ({low:+.3g} to {high:+.3g}), one point {size:.3g}{unit} ({why})"


def _unsaid(evidence: Evidence) -> tuple[str, ...]:
    """Why methods gave nothing, where none gave anything."""
    return () if evidence.told else tuple(note for one in evidence.estimates.values() for note in one.notes)


def _contradiction(found: list[Evidence], line: float) -> str:
    """Families that exclude each other, in words; empty where none do."""
    for one in found:
        told = list(one.speakers(line).values())
        for at, first in enumerate(told):
            for second in told[at + 1 :]:
                apart = first.interval[0] > second.interval[1] or second.interval[0] > first.interval[1]
                if apart:
                    ends = " against ".join(f"{each.interval[0]:.3g} to {each.interval[1]:.3g} ({each.method})" for each in (first, second))
                    return f"On {one.goal.outcome}, methods that rest on different assumptions exclude each other: {ends}."
    return ""


def _pre_trends(found: list[Evidence], line: float) -> tuple[float, ...]:
    """The p of every family heard that tests its past, on the weightiest goal."""
    main = max(found, key=lambda one: one.goal.weight)
    return tuple(p for one in main.speakers(line).values() if math.isfinite(p := pre_trend(one)))
