"""A quantity over time: median line and interval of the run, and what history recorded."""

from __future__ import annotations

import math
import textwrap

import altair as alt
import pandas as pd

from ..results import KINDS
from ..theme import DASHES, INK, SERIES
from .measure import Measure

_SALTIRE = "M-0.7,-0.7L0.7,0.7M0.7,-0.7L-0.7,0.7"
# In the order of KINDS.
SHAPES = ["circle", "diamond", "square", "triangle-up", "triangle-down", "stroke", "cross", _SALTIRE, "triangle-right", "triangle-left"]
OTHER_SHAPES = ["circle", "square", "diamond"]  # for kinds of a caller's own, in order of appearance
NARROW = alt.ExprRef(expr="width < 430 ? 1 : 0")  # one entry a line on a phone
_LOG_LABEL = "datum.value >= 1e6 ? format(datum.value / 1e6, ',~r') + ' m' : format(datum.value, ',~r')"
TIPS = [alt.Tooltip("said:N", title="value"), alt.Tooltip("range:N", title="interval")]


def trend(
    simulated: pd.DataFrame,
    observed: pd.DataFrame | None = None,
    *,
    measure: Measure,
    title: str = "",
    subtitle: str = "",
    log: bool = False,
    most: float | None = None,
    legend: bool = True,
    height: int = 280,
) -> alt.LayerChart:
    """Lines with bands for what was simulated, open marks with whiskers for what was observed.

    `simulated` has time, value, low, high and series (order of appearance gives colour and dash); `observed` has kind in
    place of series, and may have series too. `most` fixes the top of the axis in the unit of the tables, so that panels
    compare. On a logarithmic axis values of nought are not drawn, and lower ends are cut at the foot of the axis.
    """
    observed = simulated.head(0).assign(kind="") if observed is None else observed
    drawn, seen = measure.scaled(simulated), measure.scaled(observed)
    if log:
        foot = _foot(drawn, seen)
        drawn, seen = _above(drawn, foot), _above(seen, foot)
        y = _log_axis(measure, foot, drawn, seen)
    else:
        y = _plain_axis(measure, most)
    x = _time_axis(drawn)
    colour = _colour(drawn, legend)
    layers = [*_simulated(drawn, x, y, colour), *_observed(seen, x, y, colour if "series" in seen else None, legend)]
    chart = alt.layer(*layers).properties(
        width="container", height=height, description=f"{title or measure.label}, {measure.unit_title}"
    )
    return chart.properties(title=heading(title, subtitle)) if title else chart


def heading(title: str, subtitle: str = "") -> alt.TitleParams:
    """A title broken into lines that a narrow panel holds."""
    lines = textwrap.wrap(title, 34)
    return alt.TitleParams(lines, subtitle=textwrap.wrap(subtitle, 42)) if subtitle else alt.TitleParams(lines)


def _colour(table: pd.DataFrame, legend: bool) -> alt.Color:
    names = list(dict.fromkeys(table["series"]))
    key = alt.Legend(symbolType="stroke", columns=NARROW) if legend else None
    return alt.Color("series:N", scale=alt.Scale(domain=names, range=SERIES[: len(names)]), legend=key, title=None)


def _simulated(table: pd.DataFrame, x: alt.X, y: alt.Y, colour: alt.Color) -> list[alt.Chart]:
    names = list(dict.fromkeys(table["series"]))
    dash = alt.StrokeDash(
        "series:N", scale=alt.Scale(domain=names, range=DASHES[: len(names)]), legend=colour["legend"], title=None
    )
    base = alt.Chart(table).encode(x=x, tooltip=[_when(table), alt.Tooltip("series:N", title="series"), *TIPS])
    band = base.mark_area(opacity=0.16, stroke=None).encode(y=_from_low(y), y2=alt.Y2("high:Q"), color=colour)
    line = base.mark_line(strokeWidth=2, strokeCap="round").encode(y=y, color=colour, strokeDash=dash)
    return [band, line]


def _observed(table: pd.DataFrame, x: alt.X, y: alt.Y, colour: alt.Color | None, legend: bool) -> list[alt.Chart]:
    if table.empty:
        return []
    kinds = [
        *(kind for kind in KINDS if kind in set(table["kind"])),
        *dict.fromkeys(table.loc[~table["kind"].isin(KINDS), "kind"]),
    ]
    # Vega-Lite blots out the legend's marks where they have a fill beside a colour by series or a colour set in the legend.
    look = {"fill": "white", "stroke": INK} if colour is None else {}
    ink = {} if colour is None else {"symbolStrokeColor": INK}
    key = alt.Legend(symbolStrokeWidth=1.5, columns=NARROW, **ink) if legend else None
    shapes = [
        SHAPES[KINDS.index(kind)] if kind in KINDS else OTHER_SHAPES[place % 3] for place, kind in enumerate(kinds)
    ]
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=shapes), legend=key, title=None)
    tips = [_when(table), alt.Tooltip("kind:N", title="mark"), *TIPS, alt.Tooltip("source:N", title="source")]
    base = alt.Chart(table).encode(x=x, tooltip=tips)
    points = base.mark_point(filled=False, **look, size=46, strokeWidth=1.5, opacity=1).encode(y=y, shape=shape)
    ranged = alt.Chart(table.dropna(subset=["low", "high"]))
    whiskers = ranged.mark_rule(color=INK, strokeWidth=1.2).encode(x=x, y=_from_low(y), y2=alt.Y2("high:Q"))
    if colour is not None:
        points, whiskers = points.encode(color=colour), whiskers.encode(color=colour)
    return [points] if whiskers.data.empty else [whiskers, points]


def _from_low(y: alt.Y) -> alt.Y:
    """The same axis for the lower end of a band or whisker."""
    ends = y.copy(deep=False)
    ends.shorthand = "low:Q"
    return ends


def _time_axis(table: pd.DataFrame) -> alt.X:
    if pd.api.types.is_datetime64_any_dtype(table["time"]):
        return alt.X("time:T", title="month", axis=alt.Axis(format="%b %Y", tickCount=7), scale=alt.Scale(padding=8))
    return alt.X(
        "time:Q",
        title="year",
        axis=alt.Axis(format="d", tickMinStep=1),
        scale=alt.Scale(zero=False, nice=False, padding=8),
    )


def _when(table: pd.DataFrame) -> alt.Tooltip:
    if pd.api.types.is_datetime64_any_dtype(table["time"]):
        return alt.Tooltip("time:T", title="month", format="%b %Y")
    return alt.Tooltip("time:Q", title="year", format="d")


def _plain_axis(measure: Measure, most: float | None) -> alt.Y:
    scale = alt.Scale(zero=True) if most is None else alt.Scale(domain=[0, most / measure.size], nice=True)
    return alt.Y("value:Q", title=measure.axis_title, scale=scale, axis=alt.Axis(tickCount=5, format=",~r"))


def _log_axis(measure: Measure, foot: float, *tables: pd.DataFrame) -> alt.Y:
    top = max(float(table[["value", "high"]].max().max()) for table in tables if len(table))
    top = max(top * 1.2, 10 * foot)
    powers = [10.0**power for power in range(round(math.log10(foot)), math.floor(math.log10(top)) + 1)]
    scale = alt.Scale(type="log", domain=[foot, top], nice=False, clamp=True)
    axis = alt.Axis(values=powers, labelExpr=_LOG_LABEL)
    return alt.Y("value:Q", title=f"{measure.axis_title} (logarithmic)", scale=scale, axis=axis)


def _foot(*tables: pd.DataFrame) -> float:
    """The power of ten below the smallest positive median or record."""
    smallest = min(
        float(table.loc[table["value"] > 0, "value"].min()) for table in tables if (table["value"] > 0).any()
    )
    return 10.0 ** math.floor(math.log10(smallest))


def _above(table: pd.DataFrame, foot: float) -> pd.DataFrame:
    kept = table[table["value"] >= foot]
    return kept.assign(low=kept["low"].clip(lower=foot))
