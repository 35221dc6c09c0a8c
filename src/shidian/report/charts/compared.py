"""Regimes, or anything else, under each other: a row each, with a mark, a thick interval and a thin one, and the line of nought."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..theme import INK
from .trend import heading

ROW = 27  # height of a row


def above_labels(title: str) -> alt.TitleParams:
    """A title that begins above the labels, not above the marks: a narrow panel has no room to their right."""
    made = heading(title)
    made.frame = "bounds"
    return made


def compared(
    table: pd.DataFrame,
    *,
    kinds: dict[str, tuple[str, str]],
    axis: str,
    title: str,
    order: list[str] | None = None,
) -> alt.LayerChart:
    """One row a label, in the order of the table or of `order`, where rows without a mark keep their place.

    `kinds` gives each kind its colour and shape. `table` has label, kind, value, low and high (thin: where single draws fall), and perhaps
    inner_low and inner_high (thick: where the mean lies). The caption tells what the kinds mean, so that panels need no legend of their own.
    """
    order = order or list(dict.fromkeys(table["label"]))
    drawn = table.assign(said=table["value"].map(_short), between=_spans(table, "low", "high"))
    y = alt.Y(
        "label:N",
        sort=order,
        scale=alt.Scale(domain=order),
        title=None,
        axis=alt.Axis(domain=False, grid=True, labelColor=INK, labelLimit=150),
    )
    x = alt.X("value:Q", title=axis, scale=alt.Scale(zero=True, padding=6), axis=alt.Axis(grid=True, format=",~r", tickCount=4))
    tips = [
        alt.Tooltip("label:N", title="of"),
        alt.Tooltip("said:N", title="mean"),
        alt.Tooltip("between:N", title="of single draws"),
        alt.Tooltip("kind:N", title="mark"),
    ]
    if "inner_low" in drawn:
        drawn = drawn.assign(within=_spans(table, "inner_low", "inner_high"))
        tips.insert(2, alt.Tooltip("within:N", title="of the mean"))
    colour, shape = ([look[place] for look in kinds.values()] for place in (0, 1))
    base = alt.Chart(drawn).encode(
        y=y, tooltip=tips, color=alt.Color("kind:N", scale=alt.Scale(domain=list(kinds), range=colour), legend=None)
    )
    layers = [
        alt.Chart(drawn.head(1).assign(nought=0.0)[["nought"]]).mark_rule(color=INK, strokeWidth=1).encode(x=alt.X("nought:Q", title=axis))
    ]
    layers.append(base.mark_rule(strokeWidth=1.3, opacity=0.75).encode(x=alt.X("low:Q", title=axis), x2=alt.X2("high:Q")))
    if "inner_low" in drawn:
        layers.append(
            base.mark_rule(strokeWidth=6, opacity=0.35, strokeCap="round").encode(
                x=alt.X("inner_low:Q", title=axis), x2=alt.X2("inner_high:Q")
            )
        )
    marked = alt.Shape("kind:N", scale=alt.Scale(domain=list(kinds), range=shape), legend=None)
    layers.append(base.mark_point(filled=True, size=70, opacity=1).encode(x=x, shape=marked))
    chart = alt.layer(*layers).properties(width="container", height=ROW * len(order) + 8)
    return chart.properties(title=above_labels(title), description=f"{title}, {axis}: {', '.join(order)}")


def _spans(table: pd.DataFrame, low: str, high: str) -> list[str]:
    return [f"{_short(least)} to {_short(most)}" if least == least else "" for least, most in zip(table[low], table[high], strict=True)]


def _short(value: float) -> str:
    return f"{value:.3g}"
