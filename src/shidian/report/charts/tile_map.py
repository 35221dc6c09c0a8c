"""A map of equal tiles: every place counts the same and shows its number."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..theme import INK, SHADES
from .measure import Measure

_DARK = 0.69  # of the largest value: from here on white words stand out better than dark ones
_WIDE = "bandwidth('x') > 62 ? 1 : 0"
_ROOM = alt.ExprRef(expr="bandwidth('x') - 4")


def tile_map(table: pd.DataFrame, *, measure: Measure, year: int) -> alt.LayerChart:
    """Tiles shaded by value, with a slider for the year; `table` has row, column, name, time, value, low and high.

    The value is printed in each tile, so that shade is never its only sign; the interval stands below it where tiles are
    wide enough and in the tooltip where not. `year` is the year first shown. Shades mean the same in every year.
    """
    drawn = measure.scaled(table)
    years = drawn["time"]
    slider = alt.param(
        name="year",
        value=year,
        bind=alt.binding_range(min=int(years.min()), max=int(years.max()), step=1, name="Year "),
    )
    rows = int(drawn["row"].max() - drawn["row"].min() + 1)
    base = alt.Chart(drawn.assign(ends=drawn["range"].str.replace("\u00a0", " ").str.replace(" to ", "\u2013")))
    base = base.transform_filter("datum.time == year").encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(padding=0.06)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(padding=0.06)),
        tooltip=[
            alt.Tooltip("name:N", title="place"),
            alt.Tooltip("time:Q", title="year", format="d"),
            alt.Tooltip("said:N", title="value"),
        ]
        + [alt.Tooltip("range:N", title="interval")],
    )
    layers = [_tiles(base, drawn, measure), *_words(base, float(drawn["value"].max()))]
    chart = alt.layer(*layers).add_params(slider)
    return chart.properties(width="container", height=64 * rows, description=f"{measure.axis_title}, by place and year")


def _tiles(base: alt.Chart, table: pd.DataFrame, measure: Measure) -> alt.Chart:
    counted = bool((table["value"] % 1 == 0).all())
    legend = alt.Legend(
        title=measure.axis_title, orient="top", gradientLength=220, gradientThickness=10, format=",~r", tickCount=4,
        tickMinStep=1 if counted else alt.Undefined,
    )  # fmt: skip
    scale = alt.Scale(domain=[0, float(table["value"].max())], range=SHADES)
    shade = alt.Color("value:Q", scale=scale, legend=legend)
    return base.mark_rect(cornerRadius=3, stroke="#cfd5dd", strokeWidth=0.7).encode(color=shade)


def _words(base: alt.Chart, most: float) -> list[alt.Chart]:
    ink = alt.condition(f"datum.value > {_DARK * most}", alt.value("white"), alt.value(INK))
    name = base.mark_text(dy=-17, fontSize=_sized(9, 11), limit=_ROOM).encode(text=alt.Text("name:N"), color=ink)
    value = base.mark_text(dy=1, fontSize=_sized(10, 14), fontWeight=600).encode(text=alt.Text("said:N"), color=ink)
    ends = base.mark_text(dy=18, fontSize=10, opacity=alt.ExprRef(expr=_WIDE), limit=_ROOM).encode(
        text=alt.Text("ends:N"), color=ink
    )
    return [name, value, ends]


def _sized(narrow: int, wide: int) -> alt.ExprRef:
    """A size of type that fits the tile."""
    return alt.ExprRef(expr=f"bandwidth('x') > 62 ? {wide} : {narrow}")
