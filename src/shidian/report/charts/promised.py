"""What was believed beside what is true: a point for each decision, and the line on which both agree."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..theme import INK
from .measure import MOST_ROWS
from .trend import heading

SHAPES = ("circle", "cross", "square", "triangle-down")


def promised(
    table: pd.DataFrame, *, verdicts: dict[str, str], ends: tuple[float, float], unit: str, title: str, legend: bool = True
) -> alt.LayerChart:
    """Points with believed and truth in one unit; `verdicts` gives each verdict its colour, and its order gives the shape.

    Points below the line promised more than was true. Raises ValueError beyond 5,000 rows.
    """
    if len(table) > MOST_ROWS:
        raise ValueError(f"A chart was given {len(table)} rows; {MOST_ROWS} is the most it draws.")
    names, scale = list(verdicts), alt.Scale(domain=list(ends), nice=False, clamp=True)
    key = alt.Legend(columns=2) if legend else None
    x = alt.X("believed:Q", title=f"believed, {unit}", scale=scale, axis=alt.Axis(tickCount=5, format=",~r"))
    y = alt.Y("truth:Q", title=f"true, {unit}", scale=scale, axis=alt.Axis(tickCount=5, format=",~r"))
    colour = alt.Color("verdict:N", scale=alt.Scale(domain=names, range=list(verdicts.values())), legend=key, title=None)
    shape = alt.Shape("verdict:N", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])), legend=key, title=None)
    tips = [alt.Tooltip("package:N", title="package"), alt.Tooltip("verdict:N", title="verdict")]
    tips += [alt.Tooltip(f"{name}:Q", title=name, format=".3~r") for name in ("believed", "truth")]
    points = alt.Chart(table).mark_point(filled=True, size=26, opacity=0.6).encode(x=x, y=y, color=colour, shape=shape, tooltip=tips)
    same = pd.DataFrame({"believed": ends, "truth": ends})
    line = alt.Chart(same).mark_line(color=INK, strokeWidth=1, strokeDash=[3, 3]).encode(x=x, y=y)
    return alt.layer(line, points).properties(
        width="container", height=230, title=heading(title), description=f"{title}: what was believed against what is true, {unit}"
    )
