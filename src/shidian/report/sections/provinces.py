"""A map of provincial units, year by year."""

from __future__ import annotations

import pandas as pd

from ..charts import Measure, tile_map
from ..inputs import ReportInput
from ..markup import Figure, Section
from ..numbers import human, human_interval
from ..results import recorded

FEWEST_TILES = 4


def provinces(inputs: ReportInput) -> Section | None:
    """Tiles with the plug-in share, where enough places have a cell on the grid."""
    table = _cells(inputs)
    if table["name"].nunique() < FEWEST_TILES:
        return None
    year = _first_shown(inputs)
    measure = Measure("Plug-in share of car sales", "1", 0.01)
    caption = (
        f"Plug-in share of car sales by provincial unit; the slider sets the year ({year} at first). Each tile shows the "
        "median and, where there is room, the interval from 10 % to 90 % of draws. All tiles are the same size, whatever "
        "the number of people who live there."
    )
    return Section("map", "Map", [Figure([tile_map(table, measure=measure, year=year)], caption, _rows(table, year))])


def _cells(inputs: ReportInput) -> pd.DataFrame:
    placed = inputs.upper.dropna(subset=["grid_row", "grid_col"])
    cells = placed.assign(place=placed["code"].astype(str))[["place", "name", "grid_row", "grid_col"]]
    shares = inputs.summary[inputs.summary["indicator"] == "plugin_share"]
    shares = shares.assign(place=shares["place"].astype(str))[["place", "year", "value", "low", "high"]]
    table = cells.merge(shares, on="place").rename(columns={"year": "time", "grid_row": "row", "grid_col": "column"})
    return table.drop(columns="place").astype({"row": int, "column": int})


def _first_shown(inputs: ReportInput) -> int:
    """The last year with a record for the whole, so that a reader begins where the run can be checked."""
    seen = recorded(inputs.observed, "plugin_share", inputs.centre)
    return min(int(seen["time"].max()), inputs.last_year) if len(seen) else inputs.last_year


def _rows(table: pd.DataFrame, year: int) -> pd.DataFrame:
    shown = table[table["time"] == year].sort_values("value", ascending=False)
    ends = [human_interval(low, high, "1") for low, high in zip(shown["low"], shown["high"], strict=True)]
    return pd.DataFrame(
        {
            "Place": shown["name"],
            f"Median, {year}": [human(value, "1") for value in shown["value"]],
            "10 % to 90 %": ends,
        }
    )
