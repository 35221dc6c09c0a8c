"""The third stage: what reached the centre, how late, how blurred, and how sure it grew."""

from __future__ import annotations

import pandas as pd

from ..charts import Measure, trend
from ..markup import Block, Figure, Prose, Section, Table
from ..numbers import human, human_interval, plain
from .documents import spoken_of
from .folder import Compared
from .levels import named, of_table, panel, table
from .mission import beside, by_year


def monitoring(made: Compared) -> Section:
    """The rules, what reports said beside what was true, and the centre's doubt by year."""
    said = "The centre never sees the truth. Reports come late, noisy, not all, and coloured by which places try and how hard they push."
    blocks: list[Block] = [Prose(said), _rules(made), *_colour(made), *spoken_of(made), *_doubt(made)]
    return Section("monitoring", "Monitoring", blocks)


def _rules(made: Compared) -> Table:
    rows = []
    for name in made.regimes:
        rules, budget = made.rules[name]["monitoring"], made.rules[name]["budget"]
        rows.append({
            "Regime": name, "Years until a report arrives": plain(rules["lag"]), "Noise (sd, points)": plain(rules["noise"]),
            "Reports missing": human(rules["missing"], "1"), "Money for sharper reports": human(budget["monitoring"], "1"),
        })  # fmt: skip
    frame = pd.DataFrame(rows)
    return Table(
        frame,
        "What of the truth reaches the centre, by the rules of each regime; money as a share of the centre's budget.",
        numbers=tuple(frame.columns[1:]),
    )


def _colour(made: Compared) -> list[Figure]:
    """How much better reports on what went national were than what it does everywhere."""
    rows = of_table(made, "appraising", "disappointment", made.whole)
    if rows.empty:
        return []
    title = "Reports less the truth"
    caption = (
        "Of what went national: mean of the latest reports at the decision less the effect that it has everywhere, mean over the roll-outs of a "
        "run. "
        "Mark: mean over draws; line: nine in ten of those draws in which anything went national. Circles are regimes, diamonds are nulls."
    )
    return [Figure([panel(made, rows, title, "points")], caption, table(made, {title: (rows, "points")}))]


def _doubt(made: Compared) -> list[Figure]:
    """The spread of belief about what is in use, by year."""
    stances = made.tables["stances"]
    if stances.empty:
        return []
    held = stances[stances["places"] > 0]
    each = held.groupby(["regime", "draw", "year"])["spread"].mean().reset_index()
    rows = by_year(made, "spread", each)
    measure = Measure.of("standard deviation of belief", "points", [rows])
    most = float(rows["high"].max())
    panels = [
        trend(beside(made, rows, name), measure=measure, title=named(made, name), height=130, most=most, legend=False)
        for name in made.others
    ]
    caption = (
        "How unsure the centre is of what is in use: standard deviation of its belief about the score, mean over packages. Line: median "
        "over draws; band: nine in ten draws. "
        f"Solid: the regime; dashed: {made.against}. A flat line learns nothing."
    )
    return [Figure(panels or [trend(rows, measure=measure, legend=False)], caption, _ends(rows))]


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    """First and last year by regime."""
    kept = rows[rows["time"].isin([rows["time"].min(), rows["time"].max()])]
    ends = [human_interval(low, high) for low, high in zip(kept["low"], kept["high"], strict=True)]
    return pd.DataFrame(
        {"Regime": kept["series"], "Year": kept["time"], "Median": [human(value) for value in kept["value"]], "9 in 10 draws": ends}
    )
