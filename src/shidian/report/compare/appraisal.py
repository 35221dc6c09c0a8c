"""The fourth stage: what was believed at each decision beside what is true."""

from __future__ import annotations

import pandas as pd

from ..charts.promised import promised
from ..markup import Block, Figure, Prose, Section, Table
from ..numbers import human
from .folder import Compared
from .levels import named, of_table, table
from .looks import JUDGED

MOST_POINTS = 600  # of a panel; the earliest draws where there are more
INNER = 0.995  # share of decisions that the axes show; the rest lie at the edge


def appraisal(made: Compared) -> Section:
    """A panel for each regime that decides anything, and the rules of appraisal."""
    said = (
        "At each decision to support or to inhibit, the centre believes something of what a package would add everywhere. Below the "
        "dotted line it "
        "believed too much, above it too little. Points right of nought were thought good, points above nought are."
    )
    blocks: list[Block] = [Prose(said), _rules(made), *_picture(made)]
    return Section("appraisal", "Appraisal", blocks)


def _rules(made: Compared) -> Table:
    """Ways of appraising, and by how much belief was off."""
    rows = pd.DataFrame([{"Regime": name, **_way(made.rules[name]["appraisal"])} for name in made.regimes])
    columns = {
        "Decisions a run": "decisions",
        "Believed above the truth": "bias",
        "Of what was supported": "bias_supported",
        "Size of the error": "error",
    }
    measured = table(made, {title: (of_table(made, "appraising", measure, made.whole), "points") for title, measure in columns.items()})
    rows = pd.concat([rows, measured.drop(columns="Regime")], axis=1)
    caption = (
        "Ways of appraising, and how far belief was off, in points: belief less truth, mean over the decisions of a run; the same for "
        "decisions to support; and the root of "
        "its mean square. In brackets nine in ten draws."
    )
    return Table(rows, caption, numbers=tuple(rows.columns[2:]))


def _way(rules: dict) -> dict[str, str]:
    """A way of appraising in words."""
    if rules["rule"] == "none":
        return {"Appraisal": "keeps what it believed", "Known bias removed": ""}
    return {"Appraisal": "learns from reports", "Known bias removed": human(rules["sophistication"], "1")}


def _picture(made: Compared) -> list[Figure]:
    rows = made.tables["judgements"]
    shown = [name for name in made.regimes if (rows["regime"] == name).any()]
    if not shown:
        return []
    ends = _ends(rows)
    panels = []
    for name in shown:
        own = rows[rows["regime"] == name].sort_values("draw", kind="stable").head(MOST_POINTS)
        own = own.assign(**{column: own[column].astype(float).round(4) for column in ("believed", "truth")})
        panels.append(
            promised(
                own[["package", "verdict", "believed", "truth"]],
                verdicts=JUDGED,
                ends=ends,
                unit="points",
                title=named(made, name),
                legend=False,
            )
        )
    caption = (
        "Each mark is a decision. Blue circle: good and scaled; orange cross: bad and scaled; purple square: good and inhibited; grey "
        "triangle: bad and inhibited. "
        f"At most {MOST_POINTS} a panel; the rarest lie at the edge. Dotted: belief and truth agree."
    )
    return [Figure(panels, caption, _counted(made))]


def _ends(rows: pd.DataFrame) -> tuple[float, float]:
    """Ends of both axes, the same in all panels."""
    both = pd.concat([rows["believed"], rows["truth"]]).astype(float)
    least, most = float(both.quantile(1 - INNER)), float(both.quantile(INNER))
    return min(least, -0.05), max(most, 0.05)


def _counted(made: Compared) -> pd.DataFrame:
    """Decisions by regime and verdict."""
    rows = made.tables["judgements"]
    counts = (
        rows.groupby(["regime", "verdict"]).size().unstack(fill_value=0).reindex(index=made.regimes, columns=list(JUDGED), fill_value=0)
    )
    return counts.reset_index(names="Regime")
