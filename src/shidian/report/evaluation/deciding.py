"""What should be done: what the rules looked at, which fitted first, and what each answer risks."""

from __future__ import annotations

import pandas as pd

from ...evidence.verdict import NET, STANCES, Verdict, checked, decided
from ...study.evaluation.evaluation import Evaluation, Programme
from ..markup import Listing, Prose, Section, Table
from ..numbers import plain
from .opening import title_of
from .scale import probability

_HOW = (
    "Effects, with their doubt, become beliefs by the same functions with which the simulated centre appraises and selects. Rules are "
    "read from the top; the first that fits gives the answer. "
    "Where the lines are drawn is a choice, not a finding: they stand in the table and can be set in the mission. The record in "
    "study.json holds every number a replay needs."
)
_POINTS = (
    "Several goals are added in points of the mission, by their weights. Of each goal one point is the change that `worthwhile` says or, where it says nothing, a standard "
    "deviation of its outcome over places and periods before the start; what is worthwhile is taken off as the cost. Every reason says what a point is, beside the effect in the goal's own unit."
)


def deciding(made: Evaluation) -> Section:
    """The verdict of every programme, taken apart."""
    blocks: list = [Prose(_HOW), *([Prose(_POINTS)] if len(made.read.mission.goals) > 1 else [])]
    for one in made.programmes:
        blocks += _of(one)
    blocks.append(Listing(_chosen(made)))
    return Section("done", "What should be done?", blocks)


def _of(one: Programme) -> list:
    verdict = one.verdict
    blocks: list = [Prose(f"{title_of(one)}: {verdict.answer}. {verdict.reason}")]
    if verdict.overruled:
        blocks.append(Prose(decided(verdict.answer, verdict.overruled)))
    blocks.append(_rules(verdict, title_of(one)))
    if verdict.found.told:
        blocks.append(_stances(verdict, title_of(one)))
    return blocks


def _rules(verdict: Verdict, title: str) -> Table:
    looked = _looked_at(verdict)
    rows = pd.DataFrame([{"Rule": name, "Looks at": looked.get(name, ""), "Answer": answer, "Fits": fits} for name, answer, fits in checked(verdict.found, verdict.rules)])
    return Table(rows, f"{title}: the rules in their order; the first that fits holds.")


def _looked_at(verdict: Verdict) -> dict[str, str]:
    """What each rule found, beside the line that it draws."""
    found, rules = verdict.found, verdict.rules
    if not found.told:
        return {"nothing can be told": "no method gives an effect with an interval that has ends"}
    gain = f"gain at sites {probability(found.gain_at_sites)} (least {rules.support_gain:.0%})"
    index = "not known" if found.index is None else f"{found.index:.2f}"
    effective = "not known" if found.effective is None else f"{found.effective:.1f}"
    pasts = ", ".join(f"{p:.2g}" for p in found.pre_trends) or "none"
    return {
        "nothing can be told": "a method gives an effect with an interval that has ends",
        "it does harm": f"harm {probability(found.harm)} (least {rules.inhibit_harm:.0%})",
        "the evidence contradicts itself": "intervals of the families heard exclude each other" if found.contradiction else "no families heard exclude each other",
        "the past gives it away": f"p of the past of methods heard: {pasts} (all below {rules.pre_trend:g})",
        "it gains here and elsewhere": f"{gain}, over the other places together {probability(found.gain_elsewhere)} (least {rules.scale_gain:.0%}), harm {probability(found.harm)} (most {rules.scale_harm:.0%}), index {index} (least {rules.least_index:g}), sites that carry it {effective} (least {rules.least_effective:g})",
        "it gains here": f"{gain}, harm {probability(found.harm)} (most {rules.support_harm:.0%})",
        "another round would pay": f"worth of another round {plain(found.another_round)}, cost {plain(rules.round_cost * found.spread)}",
        "it gains nothing": f"the selection says {found.stance}",
        "nothing speaks for more or less": "all else",
    }


def _stances(verdict: Verdict, title: str) -> Table:
    found = verdict.found
    unit = found.unit.removesuffix(NET).strip()
    unit = f"hundredths of the logarithm ({unit.removeprefix('% ')})" if found.logs else unit
    rows = [{"Stance": stance, f"Expected regret, {unit}": plain(found.regret[stance])} for stance in STANCES]
    caption = (
        f"{title}: by how much each stance falls short, on average over what is believed, of the one that hindsight would choose, by "
        f"place and period. At the sites the programme gains with a probability of "
        f"{probability(found.gain_at_sites)}, over the other places together of {probability(found.gain_elsewhere)}; knowing the truth would be worth "
        f"{plain(found.perfect)} {unit}, another round like this one {plain(found.another_round)}."
    )
    return Table(pd.DataFrame(rows), caption, numbers=(f"Expected regret, {unit}",))


def _chosen(made: Evaluation) -> list[str]:
    """The choices that no data can make."""
    mission, rules = made.read.mission, made.read.mission.lines
    points = [f"Goal {goal.name}: {goal.better} {goal.outcome} is better; weight {goal.weight:g}, worthwhile from "
        f"{goal.worthwhile:g}, tolerable to {goal.tolerable:g} {goal.unit}".rstrip() + "." for goal in mission.goals]
    points.append(f"Share of the effect that came from effort a roll-out will not repeat: {mission.effort:.0%} (a choice). Share of "
        f"the known site and effort bias taken out: {mission.sophistication:.0%}.")
    lines = ", ".join(f"{name} {value:g}" for name, value in vars(rules).items())
    return [*points, f"Lines of the rules: {lines}."]
