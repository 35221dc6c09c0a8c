"""Rows in order of weight, each with two marks and their intervals: effects, indices, shares."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..theme import INK, SERIES
from .trend import heading

ROW = 30  # height of a row
SHAPES = ("circle", "diamond")


def ranked(table: pd.DataFrame, *, marks: tuple[str, str], axis: str, title: str) -> alt.LayerChart:
    """Two marks a row, one above the other; `table` has label, mark (one of `marks`), value, low and high.

    Rows stand in the order of the table; a low or high that is NaN has no interval.
    """
    colour = alt.Color("mark:N", scale=alt.Scale(domain=list(marks), range=SERIES[:2]), legend=None)
    shape = alt.Shape("mark:N", scale=alt.Scale(domain=list(marks), range=list(SHAPES)), legend=None)
    order = list(dict.fromkeys(table["label"]))
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(domain=False, labelColor=INK, labelLimit=220))
    apart = alt.YOffset("mark:N", sort=list(marks), scale=alt.Scale(domain=list(marks), paddingOuter=0.9))
    x = alt.X("value:Q", title=axis, scale=alt.Scale(zero=True), axis=alt.Axis(grid=True, format=",~r", tickCount=5))
    said = table.assign(said=table["value"].map(_short), between=[_between(*ends) for ends in zip(table["low"], table["high"], strict=True)])
    tips = [alt.Tooltip("label:N", title="of"), alt.Tooltip("mark:N"), alt.Tooltip("said:N", title="value"), alt.Tooltip("between:N", title="interval")]
    base = alt.Chart(said.dropna(subset=["value"])).encode(y=y, yOffset=apart, tooltip=tips)
    points = base.mark_point(filled=True, size=60, opacity=1).encode(x=x, color=colour, shape=shape)
    ranged = alt.Chart(said.dropna(subset=["low", "high"])).encode(y=y, yOffset=apart)
    lines = ranged.mark_rule(strokeWidth=3, opacity=0.35).encode(x=alt.X("low:Q", title=axis), x2=alt.X2("high:Q"), color=colour)
    chart = alt.layer(lines, points).properties(width="container", height=ROW * len(order) + 10, title=heading(title))
    return chart.properties(description=f"{title}: {', '.join(marks)}; {axis}")


def _short(value: float) -> str:
    return f"{value:.3g}"


def _between(low: float, high: float) -> str:
    return f"{low:.2g} to {high:.2g}" if low == low and high == high else ""
