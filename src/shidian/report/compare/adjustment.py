"""The sixth stage: how far policies climb, what going national brought, and who learned from whom."""

from __future__ import annotations

import pandas as pd

from ...study.compare.ladder import RUNGS, rungs
from ..charts.ribbons import parts
from ..charts.rungs import rungs as ladder_chart
from ..markup import Block, Figure, Prose, Section, Table
from .descent import MOST_MARKS, Descent, picture
from .folder import Compared
from .levels import named, of_table, percent, side_by_side, table
from .looks import LEARNED

LABELS = {"city": "a first place", "province": "its province", "nation": "the nation", "law": "law"}


def adjustment(made: Compared) -> Section:
    """The ladder, roll-outs, and lineages."""
    said = (
        "What is supported may be put in force everywhere, and what proves itself there becomes law. Places learn from each other's "
        "reports as well, so that "
        "a package can spread without the centre, or go up to it and come down again."
    )
    blocks: list[Block] = [Prose(said), *_ladder(made), *_rollouts(made), *_shares(made), *_pictures(made)]
    return Section("adjustment", "Adjustment", blocks)


def _ladder(made: Compared) -> list[Block]:
    """A panel for each regime, all lines together, and a table by line."""
    climbed = made.tables["ladder"]
    if climbed.empty:
        return []
    whole = rungs(climbed.assign(line=made.whole))
    most = max(float(whole["high"].max()), 1.0) + 1
    panels = []
    for name in made.regimes:
        own = whole[whole["regime"] == name].set_index("rung").reindex(RUNGS).reset_index()
        if own["packages"].notna().any():
            drawn = own.assign(rung=own["rung"].map(LABELS), value=own["median"], reached=own["share"].fillna(0.0))[
                ["rung", "value", "low", "high", "reached"]
            ]
            panels.append(ladder_chart(drawn, title=named(made, name), most=most))
    caption = (
        "The ladder of a package, from the bottom up: a first place tries it, a second place of that province does, the centre puts it "
        "in force everywhere, it becomes law. Mark: median "
        "years since its first trial; bar: 5 % to 95 % of the packages that got there; words: the share of packages ever in force that did."
    )
    return [Figure(panels, caption, _ladder_rows(rungs(climbed)))]


def _ladder_rows(found: pd.DataFrame) -> pd.DataFrame:
    rows = {"Regime": found["regime"]}
    if found["line"].nunique() > 1:
        rows["Line"] = found["line"]
    years = [
        f"{median:.0f} ({low:.0f} to {high:.0f})" if median == median else ""
        for median, low, high in zip(found["median"], found["low"], found["high"], strict=True)
    ]
    return pd.DataFrame(
        rows
        | {
            "Rung": found["rung"].map(LABELS),
            "Packages": found["packages"],
            "Reached": [percent(one) for one in found["share"]],
            "Years": years,
        }
    )


def _rollouts(made: Compared) -> list[Table]:
    """What was promised of national roll-outs, and what they brought."""
    columns = {
        "Roll-outs a run": ("rollouts", ""), "Harmful": ("harmful", "1"), "Over-promise": ("over_promise", "points"),
        "Disappointment": ("disappointment", "points"),
    }  # fmt: skip
    found = {title: (of_table(made, "appraising", measure, made.whole), unit) for title, (measure, unit) in columns.items()}
    if found["Roll-outs a run"][0].empty:
        return []
    caption = (
        "Decisions to put a package in force everywhere. Harmful: the share whose true effect is below nought. Over-promise: belief at "
        "the decision less the effect; "
        "disappointment: mean report less the effect; points. Mean over draws, in brackets nine in ten; means of roll-outs count draws "
        "with any."
    )
    rows = table(made, found)
    return [Table(rows, caption, numbers=tuple(rows.columns[1:]))]


def _shares(made: Compared) -> list[Block]:
    """From whom places learned, and what became of local beginnings."""
    parts_of = pd.concat([_origins(made, origin) for origin in LEARNED])
    if parts_of.empty:
        return []
    chart = parts(parts_of, kinds=LEARNED, axis="% of adoptions", title="From whom a package was learned")
    wide = parts_of.pivot(index="label", columns="kind", values="value").reindex(list(dict.fromkeys(parts_of["label"])))
    data = pd.DataFrame({"Regime": wide.index, **{kind: [percent(value) for value in wide[kind]] for kind in LEARNED if kind in wide}})
    caption = (
        "Shares of adoptions, mean over draws. Own: the place came upon it itself; sideways: from another place's report; up: from a "
        "place below; down: from the "
        "centre, which sited a pilot, called for it, or put it in force everywhere."
    )
    return [Figure([chart], caption, data), *_fates(made)]


def _origins(made: Compared, origin: str) -> pd.DataFrame:
    rows = of_table(made, "lineages", f"origin_{origin}", made.whole)
    return rows.assign(kind=origin)[["label", "kind", "value"]]


def _fates(made: Compared) -> list[Table]:
    columns = {
        "Began locally": ("local", "1"),
        "Spread in three years": ("spread", "1"),
        "Other places": ("adopters", ""),
        "Went national": ("elevated", "1"),
    }
    found = {title: (of_table(made, "lineages", measure, made.whole), unit) for title, (measure, unit) in columns.items()}
    rows = table(made, found)
    seen = pd.DataFrame(
        [
            {
                "Regime": "China, documents",
                "Began locally": "about 80\u00a0%",
                "Spread in three years": "68\u00a0%",
                "Other places": "4",
                "Went national": "24\u00a0%",
            }
        ]
    )
    caption = (
        "What began locally and how far it went, mean over draws, in brackets nine in ten. The last row is what Luo, Wang and Yang (NBER "
        "working paper 34219, 2025) "
        "count in documents of Chinese local governments. It is shown for comparison; rules of the case `policies` are fitted to its first two figures, those of no other case."
    )
    return [Table(pd.concat([rows, seen]), caption, numbers=tuple(rows.columns[1:]))]


def _pictures(made: Compared) -> list[Figure]:
    """One run's lineage for two regimes."""
    drawn = [shown for name in side_by_side(made) if (shown := picture(made, name)) is not None]
    return [_picture(shown) for shown in drawn]


def _picture(shown: Descent) -> Figure:
    alone = (
        f"There is room for one package only: {shown.alone}, which most places took up, and at most {MOST_MARKS} marks."
        if shown.alone
        else ""
    )
    caption = (
        "Who learned from whom in one run, that with the middle number of adoptions. Each mark is an adoption, in its year and its "
        "province; a line leads to where it was learned; marks of one "
        "year stand side by side. Circle: own idea; square: from another place; triangles: from below, and from the centre; diamond: the "
        "centre puts a package in force everywhere "
        f"(what that brings is not drawn). {alone}"
    )
    rows = shown.rows.rename(
        columns={"year": "Year", "place": "Place", "lane": "Province", "package": "Package", "origin": "Learned", "source": "From"}
    )
    return Figure([shown.chart], caption.strip(), rows[["Place", "Province", "Year", "Package", "Learned", "From"]])
