"""The first stage: goals, weights, and how far each regime came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...study.compare.over_draws import over_draws
from ...study.results import UNITS, unit_of
from ..charts import Measure, trend
from ..markup import Figure, Prose, Section, Table
from ..numbers import human, human_interval, plain
from ..words import first_capital, label_of, per_year
from .folder import Compared, titled
from .levels import named, of_years

# Columns of the years that tell how the nation was governed; the other stages show them.
GOVERNING = (
    "packages", "active", "mandated", "initiative", "enrolled", "supported", "tolerated", "inhibited", "force", "spent_on_force", "laws",
)  # fmt: skip


def mission(made: Compared) -> Section:
    """What was wanted, with which weights, and the score year by year."""
    said = (
        "Points are what a year brings toward the mission's goals, weighed over them; the pages on the case's world say what one is worth. "
        "Regimes that share a draw share everything but who governs: the same places, the same fortunes, the same luck."
    )
    return Section("mission", "Mission", [Prose(said), *_weights(made), score(made), *_ground(made)])


def _weights(made: Compared) -> list[Table]:
    """Goals by regime: the weight, and what was reached."""
    goals = [measure for measure in made.measures if measure.startswith("goal_")]
    if not goals:
        return []
    means = {goal: of_years(made, goal).set_index("regime")["mean"] for goal in goals}
    weights = pd.DataFrame({name: implied_weights(made.tables["years"].query("regime == @name"), goals) for name in made.regimes})
    rows = pd.DataFrame({"Goal": [titled(goal) for goal in goals], "Weight": [_weight(weights.loc[goal]) for goal in goals]})
    for name in made.regimes:
        rows[name] = [_points(means[goal], name) for goal in goals]
    caption = "Goals, the weights that the mission score gives them, and points reached under each regime, mean over years and draws."
    return [Table(rows, caption, numbers=tuple(rows.columns[1:]))]


def implied_weights(years: pd.DataFrame, goals: list[str]) -> pd.Series:
    """Weights of the goals in the score: those with which the goals add up to it in every year; NaN where the rows do not tell them."""
    reached, score = years[goals].to_numpy(float), years["score"].to_numpy(float)
    weights, _, rank, _ = np.linalg.lstsq(reached, score, rcond=None)
    told = len(score) > 0 and rank == len(goals) and np.allclose(reached @ weights, score, rtol=1e-5, atol=1e-5)
    return pd.Series(weights if told else np.nan, index=goals)


def _weight(weights: pd.Series) -> str:
    """One weight where all regimes share it, else each with its regime; those that are not told are left out."""
    told = weights.dropna().round(4)
    if told.nunique() <= 1:
        return plain(told.iloc[0]) if len(told) else "not told"
    return ", ".join(f"{name} {plain(weight)}" for name, weight in told.items())


def _points(means: pd.Series, regime: str) -> str:
    return plain(round(means[regime], 3)) if regime in means.index else "none"


def score(made: Compared) -> Figure:
    """The score by year: a panel for each regime, the one compared with beside it."""
    rows = by_year(made, "score")
    measure = Measure.of("mission score", "points", [rows])
    panels = [trend(beside(made, rows, name), measure=measure, title=named(made, name), height=150, legend=False) for name in made.others]
    caption = (
        f"Mission score by year. Solid line: the regime, median over draws; dashed: {made.against}; bands: nine in ten draws."
        if made.others
        else "Mission score by year. Line: median over draws; band: nine in ten draws."
    )
    return Figure(panels or [trend(rows, measure=measure)], caption, _rows(rows))


def beside(made: Compared, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one regime, and after them those of the regime that it is compared with."""
    return pd.concat([rows[rows["series"] == name], rows[rows["series"] == made.against]])


def by_year(made: Compared, column: str, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """A column as median and nine in ten draws by regime and year: time, series, value, low, high, unit."""
    table = made.tables["years"] if table is None else table
    rows = over_draws(table[["regime", "draw", "year", column]], ["regime", "year"]).dropna(subset=["median"])
    return rows.rename(columns={"year": "time", "regime": "series", "median": "value"}).assign(unit="points")


def _ground(made: Compared) -> list[Table]:
    """What the world counts beside the mission, in the last year."""
    levels = made.tables["levels"]
    rows = levels[(levels["horizon"] == "end") & ~levels["measure"].isin([*made.measures, *GOVERNING])]
    rows = rows.dropna(subset=["mean"])
    if rows.empty:
        return []
    wide = rows.pivot(index="measure", columns="regime", values="mean").reindex(
        index=list(dict.fromkeys(rows["measure"])), columns=made.regimes
    )
    told = pd.DataFrame({"What": [_counted(name) for name in wide.index]})
    for name in made.regimes:
        told[name] = [human(value) for value in wide[name]]
    return [
        Table(told, f"What came of it on the ground in {made.years[1]}, beside the mission: mean over draws.", numbers=tuple(made.regimes))
    ]


def _counted(column: str) -> str:
    """What a column of the world counts, with its unit where it has one."""
    unit = unit_of(column) if column in UNITS or column.endswith("_sales") or column.startswith(("sales_", "fleet_")) else ""
    return ", ".join(word for word in (first_capital(label_of(column)), per_year(column, unit) if unit else "") if word)


def _rows(rows: pd.DataFrame) -> pd.DataFrame:
    """First, middle and last year of each regime."""
    kept = sorted({rows["time"].min(), int(rows["time"].median()), rows["time"].max()})
    rows = rows[rows["time"].isin(kept)]
    ends = [human_interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)]
    return pd.DataFrame(
        {"Regime": rows["series"], "Year": rows["time"], "Median": [human(value) for value in rows["value"]], "9 in 10 draws": ends}
    )
