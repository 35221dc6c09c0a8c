"""Did it work: every method beside the others, by time since the start, and under other choices."""

from __future__ import annotations

import pandas as pd

from ...evidence.cautions import BRIEFLY, PANELS, brief_caution
from ...evidence.methods import METHODS
from ...study.evaluation.evaluation import Evaluation, GoalAnswer
from ...study.evaluation.belief import pre_trend
from ..markup import Figure, Listing, Prose, Section, Table
from .charts import event_study, forest
from .opening import title_of
from .scale import Scale, small_p

_FAMILIES = (
    "Methods of two families stand side by side. Differences (difference in differences, Callaway and Sant'Anna, imputation) suppose "
    "that sites and others would have moved in parallel; synthetic methods "
    "suppose that a mixture of other places that followed the sites before would have followed them after. Where the families agree, "
    "the answer does not hang on one of these; where they do not, it does."
)
_WARNING = (
    "Where sites were picked for one bad or good year, their return to the mean is read as effect: most by Callaway and Sant'Anna, "
    "which compares with the last period before the start alone, "
    "also by synthetic methods, least by means over all periods before. How often, on made panels, stands beside each method "
    "(measured in docs/evidence-checks.md); the test of the past usually warns. The kinds of panel: "
    + "; ".join(f"{BRIEFLY[kind]}: {said}" for kind, said in PANELS.items() if kind != "random") + ", sites and others not made alike in it."
)
_ERRORS = {
    "cluster": "by clusters of units",
    "permutation": "by placebos drawn among the untreated",
    "exact": "by every possible placebo",
    "none": "none",
}


def effects(made: Evaluation) -> Section:
    """Estimates of every programme on every goal."""
    blocks = [Prose(_FAMILIES), Prose(_WARNING)]
    for one in made.programmes:
        for outcome, answer in one.goals.items():
            blocks += _of(answer, Scale.of(made, outcome), f"{title_of(one)}, {outcome}", made.read.mission.lines.pre_trend)
    return Section("worked", "Did it work?", blocks)


def _of(answer: GoalAnswer, scale: Scale, title: str, line: float) -> list:
    if answer.laid.panel is None:
        return [Prose(f"{title}: {' '.join(answer.laid.cannot)}")]
    blocks: list = [_methods(answer, scale, title)]
    studies = [
        event_study(scale.drawn(estimate.by_event_time), axis=scale.axis, title=METHODS[name].title)
        for name, estimate in answer.estimates.items()
        if len(estimate.by_event_time) > 1
    ]
    if studies:
        blocks.append(Figure(studies, f"{title}: effects by period since the start, with 95 % intervals. Before the start there "
            f"should be none.", _event_rows(answer, scale)))
    if len(answer.variations) > 1:
        blocks.append(_varied(answer, scale, title))
    if len(answer.whom):
        blocks.append(_whom(answer, scale, title))
    notes = [_heard(answer, line), *_notes(answer), *_neighbours(answer, scale)]
    return [*blocks, Listing(notes)]


def _heard(answer: GoalAnswer, line: float) -> str:
    """Who speaks for each family in the verdict, and who does not because of the past."""
    heard = answer.evidence.speakers(line)
    titles = {one.method: METHODS[name].title for name, one in answer.estimates.items()}
    if not heard:
        return "No method gives an effect with an interval that has ends, so none is heard in the verdict."
    said = f"Heard in the verdict: {', '.join(f'{titles[one.method]} for the {family} family' for family, one in heard.items())}."
    given_away = [METHODS[name].title for name, one in answer.evidence.usable.items() if pre_trend(one) < line and one not in heard.values()]
    endless = [METHODS[name].title for name, one in answer.estimates.items() if one.told and name not in answer.evidence.usable]
    said += f" Not heard, since sites and others moved apart before the start already: {', '.join(given_away)}." if given_away else ""
    return said + (f" Not heard, since their intervals have no ends: {', '.join(endless)}." if endless else "")


def _neighbours(answer: GoalAnswer, scale: Scale) -> list[str]:
    """What neighbours of sites show, in the unit of the page."""
    found = answer.spillover
    if found is None:
        return []
    panel = answer.laid.panel
    assert panel is not None
    apart, without = found.on_neighbours, found.without_neighbours
    if not found.exposed or not without.told or not apart.p == apart.p:
        return [f"Neighbours: {note}" for note in found.notes]
    untreated = int((~panel.treated).sum())
    if len(found.exposed) == untreated:
        return [f"Neighbours: all {untreated} untreated units neighbour a treated one, so that the effect without them cannot be told."]
    share = f"{len(found.exposed)} of {untreated} untreated units neighbour a treated one"
    moved = f"they moved by {scale.said(apart.effect)} themselves" if apart.p <= 0.05 else f"there is no sign that they moved themselves ({scale.said(apart.effect)})"
    return [f"Neighbours: {share}; {moved} (p {small_p(apart.p)}). Without them the effect by {answer.variations['method'].iloc[0]} is {scale.said(without.effect)}, as under other choices above."]


def _methods(answer: GoalAnswer, scale: Scale, title: str) -> Table:
    rows = [
        {
            "Method": METHODS[name].title, "Family": METHODS[name].family, "Effect": scale.said(one.effect), "95 % interval": scale.between(*one.interval), "p": small_p(one.p),
            "Error": _ERRORS.get(one.how, one.how), "Pre-trend p": small_p(one.pre_trend.get("p")) if one.pre_trend else "", "False alarms (5 % promised)": brief_caution(one.method),
        }
        for name, one in answer.estimates.items()
    ]  # fmt: skip
    panel = answer.laid.panel
    assert panel is not None
    alike = " Sites and others are made alike in what they were before the start (--adjust), which the simulated ones were not." if panel.alike is not None else " Making sites and others alike in a figure by which trends differ helps (--adjust)."
    counted = f"{int(panel.treated.sum())} treated and {int((~panel.treated).sum())} untreated units, {panel.periods[0]} to {panel.periods[-1]}"
    caption = f"{title}: {counted}.{alike} Of each family the method that is wrong least often where it is wrong most comes first. Last column: kinds of simulated pilots that did nothing of which the method called more than 10 % an effect."
    return Table(pd.DataFrame(rows), caption, numbers=("Effect", "p", "Pre-trend p"))


def _event_rows(answer: GoalAnswer, scale: Scale) -> pd.DataFrame:
    parts = [each.by_event_time.assign(method=METHODS[name].title) for name, each in answer.estimates.items() if len(each.by_event_time) > 1]
    table = pd.concat(parts)
    said = {"Event": table["event"].astype(int).astype(str), "Method": table["method"], "Effect": table["effect"].map(scale.said)}
    return pd.DataFrame({**said, "95 % interval": [scale.between(*ends) for ends in zip(table["low"], table["high"], strict=True)]})


def _varied(answer: GoalAnswer, scale: Scale, title: str) -> Figure:
    table = answer.variations
    said = pd.DataFrame({"Choice": table["variation"], "Effect": table["effect"].map(scale.said), "95 % interval": [scale.between(*ends) for ends in zip(table["low"], table["high"], strict=True)], "Units": table["units"].astype(str)})
    chart = forest(scale.drawn(table, "variation"), axis=scale.axis)
    return Figure([chart], f"{title}: the same by {table['method'].iloc[0]} under choices that somebody else might make.", said)


def _whom(answer: GoalAnswer, scale: Scale, title: str) -> Table:
    table = answer.whom
    rows = {
        "Figure": table["covariate"], "Effect changes by": table["slope"].map(scale.said), "Lower half": table["low_half"].map(scale.said), "Upper half": table["high_half"].map(scale.said),
        "p": table["p"].map(small_p), "adjusted p": table["p_adjusted"].map(small_p), "Note": table["note"],
    }  # fmt: skip
    caption = f"{title}: whom it helped most. Effects of single units by imputation, against one standard deviation of each figure before the start."
    return Table(pd.DataFrame(rows), caption, numbers=("Effect changes by", "Lower half", "Upper half", "p", "adjusted p"))


def _notes(answer: GoalAnswer) -> list[str]:
    """What the methods have to say, each thing once with the methods that say it."""
    by_note: dict[str, list[str]] = {}
    for name, one in answer.estimates.items():
        for note in (*one.notes, *([one.pre_trend["says"]] if one.pre_trend.get("says") else [])):
            by_note.setdefault(note, []).append(METHODS[name].title)
    return [f"{', '.join(names)}: {note}" for note, names in by_note.items()]
