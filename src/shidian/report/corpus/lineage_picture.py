"""A lineage as a picture: documents by date and level, each joined to the one it took most from."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..charts.trend import heading
from ..theme import INK, SERIES
from .counts import LEVELS, short

DIRECTIONS = ("down", "up", "sideways")
DASHES = ([1, 0], [6, 3], [2, 2])


def lineage_picture(rows: pd.DataFrame, title: str) -> alt.LayerChart:
    """One lineage; `rows` has id, parent, direction, level, date and title, as `lineages` makes them.

    Lines run from parent to child; colour and dash tell the direction. Documents of one level are set apart a little, in order.
    """
    order = [word for level, word in LEVELS.items() if level in set(rows["level"])]
    points = rows.assign(rung=rows["level"].map(LEVELS), lane=rows.groupby("level").cumcount() % 7, short=[short(words, 40) for words in rows["title"]])
    base = points[["id", "date", "rung", "lane", "short"]]
    lines = rows[rows["parent"] != ""][["id", "parent", "direction"]].merge(
        base.rename(columns={"date": "to", "rung": "to_rung", "lane": "to_lane"}), on="id"
    )
    lines = lines.merge(base.rename(columns={"id": "parent"})[["parent", "date", "rung", "lane"]], on="parent")
    ends = pd.concat([lines.assign(end=0), lines.assign(end=1, date=lines["to"], rung=lines["to_rung"], lane=lines["to_lane"])])[
        ["id", "direction", "end", "date", "rung", "lane"]
    ]
    x = alt.X("date:T", title="date", axis=alt.Axis(format="%Y-%m", tickCount=6), scale=alt.Scale(padding=14))
    y = alt.Y("rung:N", sort=order, title=None, axis=alt.Axis(domain=False, grid=True, labelColor=INK))
    apart = alt.YOffset("lane:O", scale=alt.Scale(domain=list(range(7)), paddingOuter=0.5))
    colour = alt.Color("direction:N", scale=alt.Scale(domain=list(DIRECTIONS), range=SERIES[:3]), title=None)
    dash = alt.StrokeDash("direction:N", scale=alt.Scale(domain=list(DIRECTIONS), range=list(DASHES)), title=None)
    drawn = (
        alt.Chart(ends)
        .mark_line(strokeWidth=1.4, opacity=0.7)
        .encode(x=x, y=y, yOffset=apart, detail="id:N", order="end:Q", color=colour, strokeDash=dash)
    )
    tips = [alt.Tooltip("short:N", title="document"), alt.Tooltip("date:T", format="%Y-%m-%d"), alt.Tooltip("rung:N", title="level")]
    dots = (
        alt.Chart(points[["date", "rung", "lane", "short"]])
        .mark_point(filled=True, size=55, opacity=1, color=INK)
        .encode(x=x, y=y, yOffset=apart, tooltip=tips)
    )
    return alt.layer(drawn, dots).properties(
        width="container", height=90 * len(order) + 20, title=heading(title), description=f"Lineage of {title}"
    )
