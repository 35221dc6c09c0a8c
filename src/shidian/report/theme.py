"""One look for every chart: colours that colour-blind readers tell apart, quiet axes, the reader's own fonts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import altair as alt
import pandas as pd

SANS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
)
INK, SOFT, FAINT = "#1f2430", "#5b6270", "#e4e6ea"
# After Okabe and Ito: they differ in lightness too, so that print in grey keeps them apart.
SERIES = ["#0b5394", "#c8501e", "#2a8a6a", "#8a4f8f", "#8a6d1f"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]]
SHADES = ["#f4f7fa", "#cfdfec", "#9dc0dc", "#5d97c3", "#2a6ba5", "#0b3c6f"]
NAME = "shidian"


@alt.theme.register(NAME, enable=False)
def _theme() -> alt.theme.ThemeConfig:
    return alt.theme.ThemeConfig({"background": "white", "config": _config()})


def _config() -> dict[str, object]:
    text = {"labelFont": SANS, "titleFont": SANS, "labelColor": SOFT, "titleColor": INK}
    return {
        "font": SANS,
        "view": {"stroke": None},
        "axis": text
        | {
            "labelFontSize": 11,
            "titleFontSize": 11.5,
            "titleFontWeight": 500,
            "gridColor": FAINT,
            "domainColor": "#aab0ba",
        }
        | {"tickColor": "#aab0ba", "labelPadding": 5, "titlePadding": 8, "labelFlush": False},
        "axisX": {"grid": False, "labelOverlap": "greedy", "labelSeparation": 6},
        "axisY": {
            "domain": False,
            "ticks": False,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "start",
            "titleY": -12,
        }
        | {"titleBaseline": "bottom", "titleX": -2},
        "legend": text
        | {"orient": "bottom", "direction": "horizontal", "labelFontSize": 11.5, "title": None, "labelColor": INK}
        | {
            "symbolStrokeWidth": 2,
            "symbolSize": 70,
            "symbolOpacity": 1,
            "columnPadding": 14,
            "labelLimit": 320,
            "offset": 8,
            "layout": {"bottom": {"direction": "vertical", "anchor": "start", "margin": 5}},
        },
        "title": {"font": SANS, "fontSize": 13, "fontWeight": 600, "anchor": "start", "color": INK, "offset": 12}
        | {"subtitleFont": SANS, "subtitleFontSize": 11.5, "subtitleColor": SOFT, "frame": "group"},
        "range": {"category": SERIES},
    }


def _rows(data: pd.DataFrame) -> dict[str, list[dict]]:
    """Rows as JSON holds them. Altair's own way looks at every column's type anew; the tables here hold numbers, text, months."""
    columns = {str(name): _plain(column) for name, column in data.items()}
    return {"values": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]}


def _plain(column: pd.Series) -> list:
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S").tolist()
    return column.astype(object).where(column.notna(), None).tolist()


alt.data_transformers.register(NAME, _rows)


@contextmanager
def themed() -> Iterator[None]:
    """The look, for as long as a `with` block lasts: no other chart of the caller is touched."""
    with alt.theme.enable(NAME), alt.data_transformers.enable(NAME):
        yield
