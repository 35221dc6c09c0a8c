"""What is believed of one goal, from every method's estimate and from the sites' own effects.

An estimate is a report, of which the interval is what it says of its doubt: with few clusters or few placebos it is wide, and where it has no ends nothing is
told. A belief therefore has a middle, half the width of its 95 % interval, and the degrees of freedom of Student's law, which is scaled so that this interval
holds 95 %. With one method heard, somebody is 97.5 % sure of a gain or a loss exactly where that method's p is 0.05.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from ...evidence.estimate import Estimate
from ...evidence.methods import METHODS
from ...evidence.transport import Travel
from ...governance.appraisal import Beliefs, KnownBias, appraise
from ...governance.regimes import load_regime
from ...governance.reports import Reports
from .mission import PilotGoal, PilotMission

VAGUE = 100.0  # standard deviation of the prior, in those of the report: the data speak alone
REGIME = "hierarchy"  # whose appraisal and selection are used, but for what is said below
END = 0.975  # quantile at which a 95 % interval ends
Z = float(stats.norm.ppf(END))
LEAST_DEGREES = 3.0  # with fewer a law has no variance, and expected regrets have no bound


@dataclass(frozen=True)
class Evidence:
    """What is known of one goal: estimates by method, what the sites' own effects say, and the size of a point of the goal."""

    goal: PilotGoal
    estimates: dict[str, Estimate]
    travel: Travel | None
    point: float  # change of the outcome that counts as one point
    sites: int  # that are treated in the panel
    share: float = 0.0  # of the panel's units that are
    cannot: tuple[str, ...] = ()

    @property
    def usable(self) -> dict[str, Estimate]:
        """The methods that give an effect with an interval that has ends."""
        return {name: one for name, one in self.estimates.items() if math.isfinite(one.effect) and math.isfinite(one.half) and one.half > 0}

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
        """Whether any method gives an effect with an interval that has ends."""
        return bool(self.usable)

    def report(self, line: float) -> Belief:
        """Effect in the outcome's unit: families that are heard count alike, and their disagreement is part of the doubt."""
        heard = self.speakers(line).values()
        effects, halves = (np.array(part) for part in zip(*((one.effect, one.half) for one in heard), strict=True))
        degrees = min((one.degrees for one in heard if math.isfinite(one.degrees)), default=math.inf)
        return Belief(float(effects.mean()), math.sqrt(float((halves**2).mean() + Z**2 * effects.var())), max(degrees, LEAST_DEGREES))


def pre_trend(estimate: Estimate) -> float:
    """The p of a method's test that sites and others moved alike before; NaN where it has none."""
    p = estimate.pre_trend.get("p")
    return math.nan if p is None else float(p)


@dataclass(frozen=True)
class Belief:
    """Student's law by its middle, half the width of its 95 % interval, and its degrees of freedom."""

    mean: float
    half: float
    degrees: float = math.inf

    @property
    def spread(self) -> float:
        """The standard deviation of the normal law with the same interval."""
        return self.half / Z

    def draws(self, ranks: np.ndarray) -> np.ndarray:
        """Draws with these ranks (draw,), in (0, 1)."""
        if math.isinf(self.degrees):
            return self.mean + self.spread * stats.norm.ppf(ranks)
        return self.mean + self.half * stats.t.ppf(ranks, self.degrees) / stats.t.ppf(END, self.degrees)


@dataclass(frozen=True)
class Believed:
    """What is believed of one goal, for the better, in points."""

    site: Belief
    elsewhere: Belief | None  # the mean over the other places together; None where that cannot be told
    apart: float  # standard deviation of true effects between places


def believe(evidence: Evidence, mission: PilotMission) -> Believed:
    """Appraise the report on one goal, once as it stands and once with the bias of picked sites and of effort taken out.

    The site bias is the sites' own mean effect less the reweighted one. What is believed elsewhere is never surer than the reweighted effect:
    what its error has beyond the report's is added as misfit, for errors by placebo hold nothing of how effects differ between places.
    """
    goal = evidence.goal
    found = evidence.report(mission.lines.pre_trend)
    report = replace(found, mean=goal.sign * found.mean / evidence.point, half=found.half / evidence.point)
    site = _appraised(report, 0.0, 0.0, 0.0, 0.0)
    travel = evidence.travel
    if travel is None or travel.reweighted is None or travel.sites is None or travel.pooled is None:
        return Believed(site, None, 0.0)
    sites = travel.sites
    bias = goal.sign * (float(sites.effect.mean()) - travel.reweighted.effect) / evidence.point
    alike = float(sites.effect.var(ddof=1)) / len(sites) + sites.shared(np.full(len(sites), 1 / len(sites)))  # error squared of the sites' plain mean
    misfit = math.sqrt(max(0.0, travel.reweighted.error**2 - min(alike, found.spread**2))) / evidence.point
    elsewhere = _appraised(report, bias, mission.effort * report.mean, misfit, mission.sophistication)
    return Believed(site, elsewhere, math.sqrt(travel.pooled.tau2) / evidence.point)


def _appraised(report: Belief, bias: float, effort: float, misfit: float, sophistication: float) -> Belief:
    """The belief after one report by `governance.appraisal`, from a vague prior; its law is that of the report."""
    whole, one = np.zeros(1, dtype=int), np.ones(1)
    variance = report.spread**2
    reports = Reports(package=whole, place=whole, group=whole, features=np.ones((1, 1)), value=np.array([[report.mean]]), development=one, effort=one, variance=np.array([variance]))
    prior = Beliefs(np.zeros((1, 1)), np.array([[VAGUE**2 * (variance + report.mean**2)]]))
    rules = load_regime(REGIME).appraisal.model_copy(update={"sophistication": sophistication, "misfit": misfit})
    after = appraise(prior, reports, KnownBias(bias, effort), rules)
    return Belief(float(after.mean[0, 0]), Z * math.sqrt(float(after.covariance[0, 0])), report.degrees)
