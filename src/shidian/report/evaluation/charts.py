"""The charts of an evaluation: effects beside each other, effects by time since the start, and one test under every choice."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..charts.trend import heading
from ..theme import INK, SERIES, SOFT

ROW = 40  # with its label above the mark: beside it long labels would leave no room on a narrow screen


def forest(table: pd.DataFrame, *, axis: str, title: str = "") -> alt.LayerChart:
    """One row a label with its value and interval, and a line at nought; `table` has label, value, low, high (NaN: no end is drawn)."""
    order = list(dict.fromkeys(table["label"]))
    y = alt.Y("label:N", sort=order, title=None, axis=None)
    x = alt.X("value:Q", title=axis, scale=alt.Scale(zero=True), axis=alt.Axis(grid=True, tickCount=6))
    tips = [alt.Tooltip("label:N", title="of"), alt.Tooltip("value:Q", format=".3~g"), alt.Tooltip("low:Q", format=".3~g"), alt.Tooltip("high:Q", format=".3~g")]
    base = alt.Chart(table.dropna(subset=["value"])).encode(y=y, tooltip=tips)
    ends = alt.Chart(table.dropna(subset=["value", "low", "high"])).encode(y=y, tooltip=tips)
    labels = alt.Chart(table.drop_duplicates("label")).mark_text(align="left", baseline="bottom", dx=3, dy=-7, fontSize=11, color=INK, limit=alt.ExprRef(expr="width"))
    layers = [
        _nought("x", axis),
        labels.encode(x=alt.value(0), y=y, text="label:N"),
        ends.mark_rule(strokeWidth=4, opacity=0.35, strokeCap="round", color=SERIES[0]).encode(x=alt.X("low:Q", title=axis), x2=alt.X2("high:Q")),
        base.mark_point(filled=True, size=70, opacity=1, color=SERIES[0]).encode(x=x),
    ]
    chart = alt.layer(*layers).properties(width="container", height=ROW * len(order) + 20, description=f"{title}: {axis}")
    return chart.properties(title=heading(title)) if title else chart


def event_study(table: pd.DataFrame, *, axis: str, title: str) -> alt.LayerChart:
    """Effects by period since the start, those before it hollow; `table` has event, value, low, high."""
    drawn = table.assign(when=table["event"].map(lambda event: "before the start" if event < 0 else "since the start"))
    when = ["before the start", "since the start"]
    x = alt.X("event:Q", title="periods since the start", axis=alt.Axis(tickMinStep=1, format="d"))
    fill = alt.Fill("when:N", scale=alt.Scale(domain=when, range=["white", SERIES[0]]), legend=None)
    tips = [alt.Tooltip("event:Q"), alt.Tooltip("when:N", title="which"), alt.Tooltip("value:Q", format=".3~g"), alt.Tooltip("low:Q", format=".3~g"), alt.Tooltip("high:Q", format=".3~g")]
    base = alt.Chart(drawn.dropna(subset=["value"])).encode(x=x, tooltip=tips)
    ends = alt.Chart(drawn.dropna(subset=["value", "low", "high"])).encode(x=x)
    layers = [
        _nought("y", axis),
        alt.Chart(pd.DataFrame({"event": [-0.5]})).mark_rule(strokeDash=[3, 3], color=SOFT).encode(x=x),
        ends.mark_rule(strokeWidth=2, opacity=0.5, color=SERIES[0]).encode(y=alt.Y("low:Q", title=axis), y2=alt.Y2("high:Q")),
        base.mark_point(size=50, opacity=1, stroke=SERIES[0]).encode(y=alt.Y("value:Q", title=axis, axis=alt.Axis(tickCount=5)), fill=fill),
    ]
    return alt.layer(*layers).properties(width="container", height=210, title=heading(title), description=f"{title}: {axis} by period "
        f"since the start")


def choices(table: pd.DataFrame, *, title: str = "") -> alt.LayerChart:
    """t-statistics under every specification, in order; shape and colour say which figure was compared. `table` is a specification curve."""
    drawn = table.assign(rank=range(1, len(table) + 1))
    figures = list(dict.fromkeys(drawn["covariate"]))
    x = alt.X("rank:Q", title="specifications, in order of t", axis=alt.Axis(format="d"))
    y = alt.Y("t:Q", title="t, sites less others", axis=alt.Axis(tickCount=6))
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=130)  # beside the chart it is cut on a narrow screen
    shape = alt.Shape("covariate:N", scale=alt.Scale(domain=figures), title=None, legend=legend)
    colour = alt.Color("covariate:N", scale=alt.Scale(domain=figures, range=[SERIES[at % len(SERIES)] for at in range(len(figures))]), title=None, legend=legend)
    tips = [alt.Tooltip(f"{name}:N") for name in ("covariate", "period", "pool", "which")] + [alt.Tooltip("t:Q", format=".2f"), alt.Tooltip("sites:Q"), alt.Tooltip("others:Q")]
    lines = alt.Chart(pd.DataFrame({"t": [-1.96, 1.96]})).mark_rule(strokeDash=[4, 3], color=SOFT).encode(y=y)
    points = alt.Chart(drawn).mark_point(size=45, opacity=0.9).encode(x=x, y=y, shape=shape, color=colour, tooltip=tips)
    chart = alt.layer(_nought("y", "t, sites less others"), lines, points).properties(width="container", height=240, description=f"{title}: t under every specification")
    return chart.properties(title=heading(title)) if title else chart


def _nought(channel: str, title: str) -> alt.Chart:
    """A line where there is no effect."""
    line = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeWidth=1)
    return line.encode(x=alt.X("zero:Q", title=title)) if channel == "x" else line.encode(y=alt.Y("zero:Q", title=title))
