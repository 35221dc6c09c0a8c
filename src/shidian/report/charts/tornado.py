"""A tornado: how far an outcome moves when one factor after another goes to its two ends."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from ..numbers import human
from ..theme import INK, SERIES
from .measure import Measure
from .trend import heading

ENDS = ("factor at its low end", "factor at its high end")
ROW = 23  # height of a factor
FAR = 2.0  # ratio of ends from which a logarithmic axis is easier to read


def tornado(table: pd.DataFrame, *, measure: Measure, title: str, log: bool = False) -> alt.LayerChart:
    """Bars from the central value to the value at each end, in the order given; `table` has factor, at_low, at_centre, at_high.

    The two ends differ by colour and by the mark at their tip. An end that is NaN, since its run failed, has no bar. With `log`,
    a ratio has the same length everywhere, where values lie far enough apart for it to show.
    """
    centre = float(table["at_centre"].iloc[0])
    parts = [table.assign(end=end, value=table[name]) for end, name in zip(ENDS, ("at_low", "at_high"), strict=True)]
    drawn = pd.concat(parts)[["factor", "end", "value"]].dropna()
    drawn = drawn.assign(said=[human(value, measure.unit) for value in drawn["value"]], value=drawn["value"] / measure.size, middle=centre / measure.size)
    y = alt.Y("factor:N", sort=list(table["factor"]), title=None, axis=alt.Axis(domain=False, labelColor=INK, labelLimit=130))
    x = _axis(measure, drawn["value"], log)
    colour = alt.Color("end:N", scale=alt.Scale(domain=ENDS, range=SERIES[:2]), legend=None)
    shape = alt.Shape("end:N", scale=alt.Scale(domain=ENDS, range=["circle", "diamond"]), legend=None)
    tips = [alt.Tooltip("factor:N"), alt.Tooltip("end:N"), alt.Tooltip("said:N", title=measure.label or "value")]
    base = alt.Chart(drawn).encode(y=y, tooltip=tips)
    bars = base.mark_bar(height=7, opacity=0.45).encode(x=x, x2=alt.X2("middle:Q"), color=colour)
    tips_of_bars = base.mark_point(filled=True, size=55, opacity=1).encode(x=x, color=colour, shape=shape)
    middle = alt.Chart(drawn.head(1)).mark_rule(color=INK, strokeWidth=1).encode(x=alt.X("middle:Q"))
    chart = alt.layer(bars, tips_of_bars, middle).properties(width="container", height=ROW * table["factor"].nunique() + 10, title=heading(title))
    return chart.properties(description=f"{title}, {measure.unit_title}: at the two ends of each factor")


def _axis(measure: Measure, values: pd.Series, log: bool) -> alt.X:
    """The axis of the values; a logarithmic one over decades has a line at each power of ten, and none between."""
    least, most = float(values.min()), float(values.max())
    if not (log and most > FAR * least > 0):
        return alt.X("value:Q", title=measure.axis_title, scale=alt.Scale(zero=False, padding=9), axis=alt.Axis(grid=True, format=",~r", tickCount=5))
    powers = [10.0**power for power in range(math.ceil(math.log10(least)), math.floor(math.log10(most)) + 1)]
    lines = {"values": powers} if len(powers) > 1 else {"tickCount": 5}
    scale = alt.Scale(type="log", nice=False, padding=9)
    return alt.X("value:Q", title=f"{measure.axis_title} (logarithmic)", scale=scale, axis=alt.Axis(grid=True, format=",~r", **lines))
