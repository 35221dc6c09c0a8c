"""What a hindcast says in words: which targets it meets, what it was given, and what others expected."""

from __future__ import annotations

import pandas as pd

from ...study.hindcast.expected import Expectation
from ...study.hindcast.given import given, withheld
from ...study.hindcast.hindcast import Hindcast
from ...study.hindcast.model import GIVEN, MODELLED
from ...study.hindcast.rivals import FAMILIES
from ...study.hindcast.verdicts import Verdict, verdicts
from ..markup import Card, Cards, Listing, Prose, Section, Table
from ..numbers import human, human_interval
from ..words import first_capital

UNBROKEN = "\u2011"  # a hyphen at which no line ends


def opening(made: Hindcast) -> Section:
    """The verdict on each target, then a sentence on the rivals."""
    judged = verdicts(made)
    rows = pd.DataFrame([_line(each) for each in judged])
    table = Table(rows, "What the forecast should reach, set before it was made.", marks="Result")
    return Section("says", "What it can foresee", [Cards([_card(each) for each in judged if each.found]), table, Prose(_rivals(made)), Prose(_reading(made))])


def _line(each: Verdict) -> dict[str, str]:
    return {"Target": each.name, "Should": each.criterion, "Found": each.found, "Result": each.result, "In words": each.plain}


def _card(each: Verdict) -> Card:
    return Card(each.name, each.found, "", observed="", note=f"{each.result}: {each.criterion}")


def _rivals(made: Hindcast) -> str:
    """How the model stands beside its rivals on plug-in car sales."""
    errors = {family: [one.mape for key, one in made.scores.items() if key[1] == family and key[3] == "plugin_sales" and one.mape is not None] for family in FAMILIES}
    known = {family: sorted(values) for family, values in errors.items() if values}
    ours = made.score_of(MODELLED, "plugin_sales")
    if not known or ours is None or ours.mape is None:
        return "No rival could be fitted to plug-in car sales: too few years are recorded before the cut."
    parts = [f"{family} {_percent(values[0])}" + (f" to {_percent(values[-1])}" if len(values) > 1 else "") for family, values in known.items()]
    every = [value for values in known.values() for value in values]
    better = sum(value < ours.mape for value in every)
    given = made.score_of(GIVEN, "plugin_sales")
    said = f"The model's mean absolute error on plug-in car sales is {_percent(ours.mape)}" + (f", and {_percent(given.mape)} where total car sales are given" if given else "")
    return f"{said}. Its rivals': {'; '.join(parts)}. Of {len(every)} fits of rivals {better} came nearer than the model."


def _percent(share: float) -> str:
    return human(round(share, 2), "1")


def _reading(made: Hindcast) -> str:
    few = ", too few to tell an interval" if made.draws < 10 else ""
    wider = " They are widened by what the fitted model leaves unexplained." if made.parameters.unexplained else " They hold no error of the model's structure."
    return (
        f"A forecast is the median of {made.draws} draws{few}, with the interval between the 10 % and the 90 % point. The model runs with parameters {made.parameters.label}."
        f"{wider} It is conditional: the products, prices and policies that came are given, so this tests what buyers do, not who could have foreseen the offer."
    )


def conditions(made: Hindcast) -> Section:
    """What was given, what was not."""
    case = made.record.case
    return Section(
        "given", "What it was given",
        [Prose(f"The forecast starts at the end of {made.until}. Of what came after, the model was given:"), Listing(given(case, made.until)),
         Prose("It was not given:"), Listing(withheld(made.until))],
    )  # fmt: skip


def expectations(made: Hindcast) -> Section | None:
    """What officials and forecasters expected at the time, and, apart, what was said later."""
    if not made.expected:
        return None
    said = (
        "Each figure is held against the record of what it counts, which is often more than plug-in cars sold at home. Came over said is above nought where more came than was expected. "
        "A forecast made within its own year had part of that year behind it."
    )
    blocks: list = [Prose(said)]
    for when, in_time in ((f"Known before the end of {made.until + 1}", True), ("Published later, shown for comparison and no rival of a forecast from the cut", False)):
        rows = [_expected(each) for each in made.expected if each.in_time == in_time]
        if rows:
            blocks.append(Table(pd.DataFrame(rows), f"{when}.", numbers=("Came", "Came over said")))
    return Section("expected", "What was expected then", [*blocks, *_sources(made)])


def _sources(made: Hindcast) -> list[Table]:
    """What the keys of sources stand for."""
    keys = sorted({key.strip() for each in made.expected for key in each.source.split(";")} & set(made.record.case.sources))
    rows = pd.DataFrame({"Key": keys, "Source": [made.record.case.sources[key] for key in keys]})
    return [Table(rows, "Sources of these figures.")] if keys else []


def _expected(each: Expectation) -> dict[str, str]:
    unit = each.unit if each.unit == "1" else ""
    value = human(each.value, unit) + (f" ({human_interval(each.low, each.high, unit)})" if each.low < each.high else "")
    return {
        "Who": f"{each.forecaster} ({each.kind})",
        "Published": each.published.replace("-", UNBROKEN),
        "For": str(each.year) + (" (same year)" if each.years_ahead <= 0 else ""),
        "Said": value,
        "Came": "" if each.seen is None else human(each.seen, unit),
        "Came over said": "" if each.miss is None else f"{100 * each.miss:+.0f} %",
        "Counts": first_capital(each.definition),
        "Source": each.source,
    }
