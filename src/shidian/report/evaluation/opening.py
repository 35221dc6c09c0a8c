"""What a decision maker reads: the answer, why, and how sure it is."""

from __future__ import annotations

import pandas as pd

from ...evidence.cautions import brief_caution
from ...evidence.verdict import decided
from ...study.evaluation.evaluation import Evaluation, Programme
from ..markup import Card, Cards, Prose, Section, Table
from ..words import first_capital
from .scale import Scale, probability


def opening(made: Evaluation) -> Section:
    """The verdict on every programme; cards where there is one alone."""
    blocks = [_cards(made, made.programmes[0])] if len(made.programmes) == 1 else [_table(made)]
    blocks += [Prose(_sentence(one)) for one in made.programmes] if len(made.programmes) <= 3 else []
    if made.read.question.mission is None:
        goal = made.read.mission.goals[0]
        blocks.append(Prose(f"No mission was given: {goal.better} {goal.outcome} counts as better, any gain as worthwhile, and any "
            f"loss as harm."))
    if made.read.mission.statement:
        blocks.append(Prose(f"Judged by the mission: {made.read.mission.statement}"))
    return Section("says", "What this evaluation says", blocks)


def title_of(one: Programme) -> str:
    """A programme's name in words."""
    return first_capital(one.name.replace("_", " "))


def _sentence(one: Programme) -> str:
    verdict = one.verdict
    return f"{title_of(one)}: {verdict.answer}. {verdict.reason} {decided(verdict.answer, verdict.overruled)}".rstrip()


def _cards(made: Evaluation, one: Programme) -> Cards:
    found = one.verdict.found
    person = decided(one.verdict.answer, one.verdict.overruled).partition(":")[0]
    cards = [Card("What should be done", one.verdict.final, "", note=person or f"rule: {one.verdict.rule}")]
    for outcome in one.goals:
        effect, between, note = effect_of(made, one, outcome)
        cards.append(Card(f"Effect on {outcome}", effect, between, note=note))
    cards.append(Card("Probability of gain", probability(found.gain_at_sites), "", note=f"at the sites; of harm {probability(found.harm)}"))
    one_by_one = "" if found.places_that_gain is None else f"; of these places, each by itself, {probability(found.places_that_gain)} would gain"
    cards.append(Card("Probability elsewhere", probability(found.gain_elsewhere), "", note=f"that it gains over the places that were not sites, taken together{one_by_one}"))
    if one.fairness is not None:
        main = one.fairness.comparisons[0]
        cards.append(Card("Sites among all places", f"{100 * main.percentile:.0f} of 100", "", note=f"mean rank of {main.sites} sites "
            f"in {main.covariate}; a lottery would give 50"))
    return Cards(cards)


def effect_of(made: Evaluation, one: Programme, outcome: str) -> tuple[str, str, str]:
    """Effect, interval and method of the first method that speaks for a family and is heard."""
    answer = one.goals[outcome]
    heard = answer.evidence.speakers(made.read.mission.lines.pre_trend)
    if not heard:
        return "cannot be told", "", "from these data; see below why"
    scale, first = Scale.of(made, outcome), next(iter(heard.values()))
    alarms = brief_caution(first.method)
    note = f"95 % interval, {first.method.replace('-', ' ')}" + (f"; false alarms on simulated pilots: {alarms}" if alarms else "")
    return scale.said(first.effect), scale.between(*first.interval), note


def _table(made: Evaluation) -> Table:
    rows = []
    for one in made.programmes:
        found, main = one.verdict.found, one.fairness.comparisons[0] if one.fairness is not None else None
        effects = "; ".join(f"{effect_of(made, one, outcome)[0]} "
            f"{effect_of(made, one, outcome)[1] and '(' + effect_of(made, one, outcome)[1] + ')'}".strip() for outcome in one.goals)
        rows.append(
            {
                "Programme": title_of(one), "Verdict": one.verdict.final, "Effect (95 % interval)": effects, "Gain at sites": probability(found.gain_at_sites),
                "Gain elsewhere": probability(found.gain_elsewhere), "Sites' percentile": "" if main is None else f"{100 * main.percentile:.0f}", "Why": one.verdict.reason,
            }
        )  # fmt: skip
    caption = f"Every programme: what should be done, what it did to {', '.join(goal.outcome for goal in made.read.mission.goals)}, and how its sites rank among all places before it began (50 is what a lottery would give)."
    return Table(pd.DataFrame(rows), caption, numbers=("Sites' percentile",))
