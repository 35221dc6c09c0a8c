"""Who started what, where."""

from __future__ import annotations

import pandas as pd

from .ladder import PACKAGE
from .over_draws import in_order


def starters(adoptions: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """By regime, package and place: the share of draws in which the place was among the first to try it, of itself or mandated.

    `itself` is the share of those starts that the place made of itself, `initiative` the centre's mean share in them, `year` their mean year.
    """
    tried = adoptions[adoptions["brought"] != "national"]
    first = tried[tried["year"] == tried.groupby(PACKAGE, sort=False)["year"].transform("min")]
    first = first.assign(itself=first["brought"] == "itself")
    grouped = first.groupby(["regime", "line", "package", "place", "province"], sort=False)
    table = grouped.agg(starts=("draw", "nunique"), itself=("itself", "mean"), initiative=("initiative", "mean"), year=("year", "mean")).reset_index()
    draws = runs.groupby("regime")["draw"].nunique()
    table.insert(5, "share", table["starts"] / table["regime"].map(draws))
    table = table.sort_values("starts", ascending=False, kind="stable").drop(columns="starts")
    return in_order(table, runs, ["line", "package"])
