"""A ladder: how many years a policy takes to each rung, and how often it gets there."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..theme import INK, SERIES, SOFT
from .trend import heading

ROW = 32  # height of a rung


def rungs(table: pd.DataFrame, *, title: str, most: float, axis: str = "years since the first trial") -> alt.LayerChart:
    """Rungs from the bottom up in the order of the table: rung, value, low, high (years, NaN where never reached), reached (a share)."""
    order = list(table["rung"])[::-1]
    drawn = table.assign(said=[f"{100 * one:.0f}\u00a0% get there" if one > 0 else "never" for one in table["reached"]], foot=0.0)
    y = alt.Y(
        "rung:N",
        sort=order,
        scale=alt.Scale(domain=order),
        title=None,
        axis=alt.Axis(domain=False, grid=True, labelColor=INK, labelLimit=150),
    )
    x = alt.X("value:Q", title=axis, scale=alt.Scale(domain=[0, most], nice=False), axis=alt.Axis(tickCount=5, format=",~r"))
    tips = [alt.Tooltip("rung:N"), alt.Tooltip("value:Q", title="years, median", format=".3~r"), alt.Tooltip("said:N", title="how often")]
    seen = alt.Chart(drawn.dropna(subset=["value"])).encode(y=y, tooltip=tips)
    lines = seen.mark_rule(color=SERIES[0], strokeWidth=6, opacity=0.3, strokeCap="round").encode(
        x=alt.X("low:Q", title=axis), x2=alt.X2("high:Q")
    )
    points = seen.mark_point(filled=True, color=SERIES[0], size=75, opacity=1).encode(x=x)
    words = (
        alt.Chart(drawn)
        .mark_text(align="left", dx=2, dy=-11, fontSize=10.5, color=SOFT)
        .encode(y=y, x=alt.X("foot:Q", title=axis), text=alt.Text("said:N"))
    )
    return alt.layer(lines, points, words).properties(
        width="container", height=ROW * len(order) + 6, title=heading(title), description=f"{title}: {axis} to each rung of the ladder"
    )
