"""Who learned from whom: every adoption a mark in its year and its province, joined by a line to the place it was learned from."""

from __future__ import annotations

import json

import altair as alt
import pandas as pd

from ..theme import INK, SOFT
from .measure import MOST_ROWS
from .trend import heading

LANE = 15  # height of a province
SHAPES = ("circle", "square", "triangle-up", "triangle-down", "diamond")


def lineage(adoptions: pd.DataFrame, links: pd.DataFrame, *, lanes: list[str], origins: dict[str, str], title: str) -> alt.LayerChart:
    """Marks at their year and lane, lines from the source; `origins` gives each origin its colour, and its order gives the shape.

    `adoptions` has time (a year, moved a little so that marks of one year stand apart), year, lane, place, package, origin and source;
    `links` has time, lane, from_time and from_lane. Lanes run from the top in the order of `lanes`. Raises ValueError beyond 5,000 rows.
    """
    if len(adoptions) + len(links) > MOST_ROWS:
        raise ValueError(f"A chart was given {len(adoptions) + len(links)} rows; {MOST_ROWS} is the most it draws.")
    number = {lane: place for place, lane in enumerate(lanes)}
    marks = adoptions.assign(row=adoptions["lane"].map(number))
    lines = links.assign(row=links["lane"].map(number), from_row=links["from_lane"].map(number))
    names = json.dumps(lanes, ensure_ascii=False)
    lane_axis = alt.Axis(
        values=list(range(len(lanes))), labelExpr=f"{names}[datum.value]", grid=True, labelColor=INK, labelLimit=120, labelFontSize=10
    )
    y = alt.Y("row:Q", title=None, axis=lane_axis, scale=alt.Scale(domain=[-0.7, len(lanes) - 0.3], nice=False, zero=False, reverse=True))
    x = alt.X("time:Q", title="year", axis=alt.Axis(format="d", tickMinStep=1), scale=alt.Scale(zero=False, nice=False, padding=10))
    kinds = list(origins)
    key = alt.Legend(columns=alt.ExprRef(expr=f"width < 430 ? 1 : {len(kinds)}"))
    colour = alt.Color("origin:N", scale=alt.Scale(domain=kinds, range=list(origins.values())), legend=key, title=None)
    shape = alt.Shape("origin:N", scale=alt.Scale(domain=kinds, range=list(SHAPES[: len(kinds)])), legend=key, title=None)
    tips = [
        alt.Tooltip(f"{name}:N", title=said)
        for name, said in (("place", "place"), ("year", "year"), ("package", "package"), ("origin", "learned"), ("source", "from"))
    ]
    edges = (
        alt.Chart(lines)
        .mark_rule(color=SOFT, opacity=0.4, strokeWidth=0.8)
        .encode(x=x, y=y, x2=alt.X2("from_time:Q"), y2=alt.Y2("from_row:Q"))
    )
    points = (
        alt.Chart(marks)
        .mark_point(filled=True, size=42, opacity=0.95, stroke="white", strokeWidth=0.5)
        .encode(x=x, y=y, color=colour, shape=shape, tooltip=tips)
    )
    layers = [edges, points] if len(lines) else [points]
    chart = alt.layer(*layers).properties(width="container", height=LANE * len(lanes) + 30, title=heading(title))
    return chart.properties(description=f"{title}: adoptions by year and province, each joined to the place it was learned from")
