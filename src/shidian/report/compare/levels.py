"""Figures over draws as panels and as tables: a row for each regime with its mean and where nine in ten draws fall."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ..charts import Measure
from ..charts.compared import compared
from ..numbers import GAP, human, human_interval
from .folder import Compared
from .looks import KIND


def of_years(made: Compared, measure: str) -> pd.DataFrame:
    """A column of the years, as mean over years, by regime."""
    levels = made.tables["levels"]
    return in_order(made, levels[(levels["measure"] == measure) & (levels["horizon"] == "mean")])


def of_table(made: Compared, table: str, measure: str, line: str) -> pd.DataFrame:
    """A measure of another table over draws, for one line, by regime."""
    rows = made.tables[table]
    return in_order(made, rows[(rows["measure"] == measure) & (rows["line"] == line)])


def in_order(made: Compared, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a value in the order of regimes, with label, kind and value."""
    rows = rows.dropna(subset=["mean"]).set_index("regime")
    rows = rows.reindex([name for name in made.regimes if name in rows.index]).reset_index()
    return rows.assign(
        label=[named(made, name) for name in rows["regime"]], kind=[made.kind(name) for name in rows["regime"]], value=rows["mean"]
    )


def named(made: Compared, regime: str) -> str:
    """A regime's name, with a word where it is a null."""
    return f"{regime} (null)" if regime in made.nulls else regime


def side_by_side(made: Compared) -> list[str]:
    """Two regimes where there is room for two: the one compared with and, nulls last, that with the least share of the centre."""
    initiative = of_years(made, "initiative").set_index("regime")["mean"]
    rest = sorted(made.others, key=lambda name: (name in made.nulls, initiative.get(name, 1.0)))
    return [made.against, *rest[:1]]


def panel(made: Compared, rows: pd.DataFrame, title: str, unit: str) -> alt.LayerChart:
    """One panel: a row for each regime, empty where it has no figure."""
    measure = Measure.of("", unit, [rows])
    order = [named(made, name) for name in made.regimes]
    return compared(scaled(rows, measure), kinds=KIND, axis=measure.unit_title, title=title, order=order)


def scaled(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Rows in units of an axis."""
    return rows.assign(**{name: rows[name] / measure.size for name in ("value", "low", "high", "inner_low", "inner_high") if name in rows})


def table(made: Compared, columns: dict[str, tuple[pd.DataFrame, str]]) -> pd.DataFrame:
    """Regimes by what they have: each column a figure with its unit, told as the mean and nine in ten draws."""
    rows: dict[str, list[str]] = {"Regime": [named(made, name) for name in made.regimes]}
    for title, (found, unit) in columns.items():
        by_regime = found.set_index("regime")
        rows[title] = [_told(by_regime.loc[name], unit) if name in by_regime.index else "none" for name in made.regimes]
    return pd.DataFrame(rows)


def _told(row: pd.Series, unit: str) -> str:
    """Mean and ends; points go without their unit, which the caption says."""
    said = "" if unit == "points" else unit
    ends = human_interval(rounded(row["low"], unit), rounded(row["high"], unit), said)
    value = human(rounded(row["value"], unit), said)
    return f"{value} ({ends})" if row["low"] != row["high"] else value


def rounded(value: float, unit: str) -> float:
    """Points to three decimals and shares to whole hundredths: what the draws can tell."""
    return round(float(value), 3) if unit == "points" else round(float(value), 2) if unit == "1" else float(value)


def percent(share: float) -> str:
    """A share of draws in whole hundredths."""
    return f"{100 * share:.0f}{GAP}%"
