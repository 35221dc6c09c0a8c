"""Ribbons through time: how much of a whole stands where, one on top of the other."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..theme import INK
from .compared import above_labels
from .trend import heading


def ribbons(
    table: pd.DataFrame,
    *,
    kinds: dict[str, str],
    axis: str,
    title: str,
    most: float | None = None,
    share: bool = False,
    legend: bool = True,
    height: int = 170,
) -> alt.LayerChart:
    """Stacked areas by year; `table` has time, kind and value, `kinds` the colour of each kind from the bottom up.

    The order of the legend is that of the ribbons, so that colour is not their only sign; edges between ribbons are drawn white.
    """
    names = list(kinds)
    drawn = table.assign(
        rank=table["kind"].map(names.index), said=[f"{100 * one:.0f} %" if share else f"{one:.3g}" for one in table["value"]]
    )
    if share:
        drawn, most = drawn.assign(value=100 * drawn["value"]), 100.0
    key = alt.Legend(symbolType="square", symbolStrokeWidth=0, columns=2, columnPadding=8, values=names[::-1]) if legend else None
    scale = alt.Scale(domain=[0, most], nice=False) if most is not None else alt.Scale(zero=True)
    chart = alt.Chart(drawn).mark_area(stroke="white", strokeWidth=1, opacity=1).encode(
        x=alt.X("time:Q", title="year", axis=alt.Axis(format="d", tickMinStep=1, tickCount=6), scale=alt.Scale(zero=False, nice=False)),
        y=alt.Y("value:Q", title=axis, stack="zero", scale=scale, axis=alt.Axis(tickCount=4, format=",~r")),
        color=alt.Color("kind:N", scale=alt.Scale(domain=names, range=list(kinds.values())), legend=key, title=None),
        order=alt.Order("rank:Q"),
        tooltip=[alt.Tooltip("time:Q", title="year", format="d"), alt.Tooltip("kind:N", title="stance"), alt.Tooltip("said:N", title=axis)],
    )  # fmt: skip
    return alt.layer(chart).properties(
        width="container", height=height, title=heading(title), description=f"{title}: {axis}, by year, stacked: {', '.join(names)}"
    )


def parts(table: pd.DataFrame, *, kinds: dict[str, str], axis: str, title: str, row: int = 30) -> alt.LayerChart:
    """A bar of one whole for each label, divided by kind; `table` has label, kind and value (shares). Wide parts carry their figure."""
    names, order = list(kinds), list(dict.fromkeys(table["label"]))
    drawn = table.assign(
        rank=table["kind"].map(names.index), percent=100 * table["value"], said=[f"{100 * one:.0f}" for one in table["value"]]
    )
    drawn = drawn.sort_values(["label", "rank"])
    after = drawn.groupby("label")["percent"].cumsum()
    drawn = drawn.assign(middle=after - drawn["percent"] / 2)
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(domain=False, labelColor=INK, labelLimit=230))
    base = alt.Chart(drawn).encode(
        y=y, tooltip=[alt.Tooltip("label:N", title="of"), alt.Tooltip("kind:N"), alt.Tooltip("said:N", title="%")]
    )
    narrow = alt.ExprRef(expr=f"width < 430 ? 1 : {len(names)}")  # one entry a line in a panel, all in one line beyond
    key = alt.Legend(symbolType="square", symbolStrokeWidth=0, columns=narrow)
    bars = base.mark_bar(height=row - 11, stroke="white", strokeWidth=1).encode(
        x=alt.X("percent:Q", title=axis, stack="zero", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5)),
        color=alt.Color("kind:N", scale=alt.Scale(domain=names, range=list(kinds.values())), legend=key),
        order=alt.Order("rank:Q"),
    )  # fmt: skip
    wide = drawn[drawn["percent"] >= 7]
    words = alt.Chart(wide.assign(ink=[_ink(kinds[kind]) for kind in wide["kind"]])).mark_text(fontSize=11, fontWeight=600).encode(
        y=y, x=alt.X("middle:Q", title=axis), text=alt.Text("said:N"), color=alt.Color("ink:N", scale=None)
    )  # fmt: skip
    layers = [bars, words] if len(wide) else [bars]
    return alt.layer(*layers).properties(
        width="container",
        height=row * len(order) + 4,
        title=above_labels(title),
        description=f"{title}: {axis}, divided into {', '.join(names)}",
    )


def _ink(colour: str) -> str:
    """White or dark: whichever stands out on a colour (its luminance after ITU-R BT.709)."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5 else INK
