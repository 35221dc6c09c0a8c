"""The four answers for every programme: were the sites fair, did it work, would it travel, what should be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...evidence.alike import made_alike
from ...evidence.estimate import Estimate, cannot_tell, untold
from ...evidence.heterogeneity import heterogeneity
from ...evidence.laying import Laid, lay
from ...evidence.methods import METHODS, Method, chosen
from ...evidence.panel import NEVER, Panel
from ...evidence.panel_sites import panel_fairness
from ...evidence.pilots import Site
from ...evidence.sites import Fairness
from ...evidence.spillover import Spillover, spillover
from ...evidence.transport import Travel, travel
from ...evidence.verdict import Verdict, overrule
from ...foundations.errors import Failure
from .belief import Evidence
from .judging import verdict_of
from .mission import PilotGoal
from .question import Read

VARIED_DRAWS = 199  # placebos of a variation at most

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True)
class GoalAnswer:
    """One programme on one outcome: the panel, every method, the same under other choices, and what it says of new places."""

    laid: Laid
    evidence: Evidence
    variations: pd.DataFrame  # variation, method, effect, error, low, high, units
    spillover: Spillover | None  # by the method of the variations; None where it has none, or nothing says which places are near each other
    whom: pd.DataFrame  # by covariate: whom it helped most

    @property
    def estimates(self) -> dict[str, Estimate]:
        """Estimates by method."""
        return self.evidence.estimates

    @property
    def travel(self) -> Travel | None:
        """What the sites' own effects say of new places."""
        return self.evidence.travel


@dataclass(frozen=True)
class Programme:
    """All that is known of one programme."""

    name: str
    sites: tuple[Site, ...]
    fairness: Fairness | None
    goals: dict[str, GoalAnswer]  # by outcome
    verdict: Verdict

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the data, each said once."""
        return tuple(dict.fromkeys(note for answer in self.goals.values() for note in (*answer.laid.cannot, *answer.laid.notes)))


@dataclass(frozen=True)
class Evaluation:
    """A finished evaluation."""

    read: Read
    programmes: tuple[Programme, ...]


def evaluate(read: Read, progress: Progress | None = None) -> Evaluation:
    """Answer for every programme. The same question has the same answer."""
    names = list(read.programmes)
    laid = {name: {goal.outcome: _laid(read, name, goal.outcome) for goal in read.mission.goals} for name in names}  # refuses before it computes
    steps = len(names) * len(read.mission.goals) * (len(read.question.methods) + 1)
    with (progress or _silent)("Evaluating", steps) as told:
        made, done = [], 0
        for name in names:
            answers = {}
            for goal in read.mission.goals:
                others = {unit for other in names if other != name for units in laid[other][goal.outcome].covers.values() for unit in units}
                answers[goal.outcome] = _answer(read, goal, laid[name][goal.outcome], others, lambda count: told(done + count))
                done += len(read.question.methods) + 1
            made.append(_programme(read, name, answers))
    return Evaluation(read, tuple(made))


@contextmanager
def _silent(title: str, total: int) -> Iterator[Callable[[int], None]]:
    yield lambda done: None


def _laid(read: Read, name: str, outcome: str) -> Laid:
    asked = read.question
    laid = lay(read.figures, read.programmes[name], asked.figure(outcome), asked.every_covariate, asked.leave_out_missing, read.boundaries)
    return laid if laid.panel is None else _alike(laid, laid.panel, asked.adjust, asked.anticipation)


def _alike(laid: Laid, panel: Panel, names: Sequence[str], anticipation: int) -> Laid:
    """The same with sites and others made alike in some covariates."""
    made, notes = made_alike(panel, names, anticipation)
    kept = np.isin(panel.units, made.units)
    return replace(laid, panel=made, flagged=laid.flagged[kept], notes=(*laid.notes, *notes))


def _answer(read: Read, goal: PilotGoal, laid: Laid, others: set[str], told: Callable[[int], None]) -> GoalAnswer:
    asked, panel = read.question, laid.panel
    if panel is None:
        return GoalAnswer(laid, Evidence(goal, {}, None, 1.0, 0, cannot=laid.cannot), _no_variations(), None, pd.DataFrame())
    estimates = {}
    for count, method in enumerate(chosen(asked.methods), start=1):
        estimates[method.name] = _estimated(method, panel, asked.anticipation, asked.draws, asked.seed)
        told(count)
    point = _point(goal, panel, len(read.mission.goals), asked.logs)
    evidence = Evidence(goal, estimates, travel(panel, asked.anticipation, asked.seed), point, _sites(laid, panel), float(panel.treated.mean()), laid.cannot)
    reached = _reached(read, panel, estimates)
    variations = _varied(read, laid, estimates, reached, others)
    told(len(estimates) + 1)
    return GoalAnswer(laid, evidence, variations, reached, heterogeneity(panel, asked.anticipation, seed=asked.seed))


def _estimated(method: Method, panel: Panel, anticipation: int, draws: int, seed: int) -> Estimate:
    """What one method says; where it fails it tells nothing and says why, and the others go on."""
    try:
        return method(panel, anticipation, draws, seed)
    except Failure as failed:
        return untold(method.name, cannot_tell(f"the method failed: {str(failed).rstrip('.')}"))


def _sites(laid: Laid, panel: Panel) -> int:
    """Sites with a unit that is treated in the panel."""
    treated = {unit for unit, is_treated in zip(panel.units, panel.treated, strict=True) if is_treated}
    return sum(1 for units in laid.covers.values() if treated & set(units))


def _point(goal: PilotGoal, panel: Panel, goals: int, logs: bool) -> float:
    """What counts as one point: with one goal a unit of the outcome (a hundredth of its logarithm), else what is worthwhile, else a standard deviation between units."""
    if goals == 1:
        return 0.01 if logs else 1.0
    if goal.worthwhile > 0:
        return goal.worthwhile
    before = panel.outcome[:, : int(panel.start[panel.treated].min())]
    spread = float(np.nanstd(before[np.isfinite(before)])) if np.isfinite(before).any() else 0.0
    return spread or 1.0


def _programme(read: Read, name: str, answers: dict[str, GoalAnswer]) -> Programme:
    first = next(iter(answers.values())).laid
    fairness = panel_fairness(first, read.figures, read.question.seed, anticipation=read.question.anticipation) if first.panel is not None and not first.panel.treated.all() else None
    panels = [answer.laid.panel for answer in answers.values() if answer.laid.panel is not None]
    left = max((len(np.unique(panel.group[~panel.treated])) for panel in panels), default=0)
    verdict = verdict_of(name, [answer.evidence for answer in answers.values()], fairness, read.mission, read.question.logs, read.question.seed, left)
    if name in read.question.overruled:
        verdict = overrule(verdict, *read.question.overruled[name])
    return Programme(name, read.programmes[name], fairness, answers, verdict)


# --- the same under other choices -----------------------------------------------------------------------------------

_COLUMNS = ["variation", "method", "effect", "error", "low", "high", "units"]


def _no_variations() -> pd.DataFrame:
    return pd.DataFrame(columns=_COLUMNS)


def _speaker(estimates: dict[str, Estimate]) -> Method | None:
    """The method by which other choices are looked at: the first that gives an effect."""
    return next((method for name, method in METHODS.items() if name in estimates and estimates[name].told), None)


def _reached(read: Read, panel: Panel, estimates: dict[str, Estimate]) -> Spillover | None:
    method, near, asked = _speaker(estimates), _near(read, panel), read.question
    if method is None or near is None:
        return None
    return spillover(panel, near, lambda part, anticipation: _estimated(method, part, anticipation, min(asked.draws, VARIED_DRAWS), asked.seed), asked.anticipation)


def _varied(read: Read, laid: Laid, estimates: dict[str, Estimate], reached: Spillover | None, others: set[str]) -> pd.DataFrame:
    """One method under choices that somebody else might make: figures held alike, anticipation, boundaries, neighbours, other programmes, parts."""
    method, asked = _speaker(estimates), read.question
    if method is None or laid.panel is None:
        return _no_variations()
    rows = [_row("as asked", method.title, estimates[method.name], laid.panel)]
    for said, panel, ahead in _variations(read, laid, reached, others):
        if panel is None or not panel.treated.any() or panel.treated.all():
            continue
        rows.append(_row(said, method.title, _estimated(method, panel, ahead, min(asked.draws, VARIED_DRAWS), asked.seed), panel))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _row(said: str, method: str, estimate: Estimate, panel: Panel) -> tuple:
    return said, method, estimate.effect, estimate.error, *estimate.interval, len(panel.units)


def _variations(read: Read, laid: Laid, reached: Spillover | None, others: set[str]) -> Iterator[tuple[str, Panel | None, int]]:
    panel, ahead = laid.panel, read.question.anticipation
    assert panel is not None
    if panel.alike is not None:
        yield "sites and others as they are, not made alike", replace(panel, alike=None), ahead
    elif read.question.covariates:
        made, _ = made_alike(panel, read.question.covariates, ahead)
        yield f"sites and others made alike in {', '.join(read.question.covariates)}", made if made.alike is not None else None, ahead
    if panel.start[panel.treated].min() > ahead + 1:
        yield f"{ahead + 1} period(s) before the start touched", panel, ahead + 1
    if laid.flagged.any():
        yield f"without {int(laid.flagged.sum())} unit(s) whose boundary changed", panel.of(~laid.flagged), ahead
    if reached is not None and reached.exposed:
        apart = ~np.isin(panel.units, reached.exposed)
        yield f"without {len(reached.exposed)} untreated neighbour(s) of sites", panel.of(apart), ahead
    elsewhere = ~panel.treated & np.isin(panel.units, sorted(others))
    if elsewhere.any():
        yield f"without {int(elsewhere.sum())} untreated unit(s) in other programmes", panel.of(~elsewhere), ahead
    parts = np.isin(panel.units, [unit for place, units in laid.covers.items() if laid.levels[place] == "part" for unit in units])
    if parts.any():
        yield f"without {int(parts.sum())} unit(s) of which a site is only a part", panel.of(~parts), ahead
    waves = np.unique(panel.start[panel.treated])
    if len(waves) > 1:
        yield "the first wave alone", panel.of((panel.start == NEVER) | (panel.start == waves[0])), ahead


def _near(read: Read, panel: Panel) -> np.ndarray | None:
    """Which units (unit, unit) lie under the same parent: where effects would spill over first. None where no parent is known."""
    if read.figures.parent is None:
        return None
    parent = dict(zip(read.figures.units, read.figures.parent, strict=True))
    above = np.array([parent[unit] for unit in panel.units])
    return (above[:, None] == above) & (above != "")  # what lies under nothing is nobody's neighbour
