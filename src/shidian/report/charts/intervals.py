"""Values with their intervals: bars over years, and dots for a few places side by side."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..theme import INK, SERIES
from .measure import Measure
from .trend import TIPS, heading


def interval_bars(
    table: pd.DataFrame, *, measure: Measure, title: str, most: float | None = None, height: int = 190
) -> alt.LayerChart:
    """Bars of medians by year with a whisker for the interval; `table` has time, value, low and high."""
    scale = alt.Scale(zero=True) if most is None else alt.Scale(domain=[0, most / measure.size], nice=True)
    tips = [alt.Tooltip("time:O", title="year"), *TIPS]
    x = alt.X("time:O", title="year", axis=alt.Axis(labelAngle=0))
    base = alt.Chart(measure.scaled(table)).encode(x=x, tooltip=tips)
    y = alt.Y("value:Q", title=measure.axis_title, scale=scale, axis=alt.Axis(tickCount=5, format=",~r"))
    bars = base.mark_bar(color=SERIES[0], opacity=0.75).encode(y=y)
    whiskers = base.mark_rule(color=INK, strokeWidth=1.3).encode(
        y=alt.Y("low:Q", title=measure.axis_title), y2=alt.Y2("high:Q")
    )
    return alt.layer(bars, whiskers).properties(
        width="container", height=height, title=heading(title), description=f"{title}, {measure.axis_title}"
    )


def interval_dots(simulated: pd.DataFrame, observed: pd.DataFrame | None = None, *, measure: Measure) -> alt.LayerChart:
    """One row a place: a dot and a thick line for the run, a diamond for the record; both have label, value, low, high."""
    marks = ["simulated", "observed"]
    colour = alt.Color("mark:N", scale=alt.Scale(domain=marks, range=[SERIES[0], INK]), title=None)
    shape = alt.Shape("mark:N", scale=alt.Scale(domain=marks, range=["circle", "diamond"]), title=None)
    order = list(simulated["label"])
    y = alt.Y(
        "label:N",
        sort=order,
        title=None,
        axis=alt.Axis(domain=False, grid=True, labelFontSize=12, labelColor=INK, labelLimit=160),
    )
    x = alt.X("value:Q", title=measure.axis_title, scale=alt.Scale(zero=True), axis=alt.Axis(grid=True, format=",~r"))
    run = alt.Chart(measure.scaled(simulated).assign(mark=marks[0])).encode(y=y, tooltip=[alt.Tooltip("label:N"), *TIPS])
    line = run.mark_rule(strokeWidth=5, opacity=0.3, strokeCap="round").encode(
        x=alt.X("low:Q", title=measure.axis_title), x2=alt.X2("high:Q"), color=colour
    )
    layers = [line, run.mark_point(filled=True, size=90, opacity=1).encode(x=x, color=colour, shape=shape)]
    if observed is not None and len(observed):
        record = alt.Chart(measure.scaled(observed).assign(mark=marks[1])).encode(y=y, tooltip=[alt.Tooltip("label:N"), *TIPS])
        layers.append(record.mark_point(filled=True, size=90, opacity=1).encode(x=x, color=colour, shape=shape))
    return alt.layer(*layers).properties(width="container", height=38 * len(order) + 20, description=measure.axis_title)
