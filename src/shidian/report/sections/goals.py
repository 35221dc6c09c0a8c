"""What the mission gained on each of its goals."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from ..charts import Measure, trend
from ..inputs import ReportInput
from ..markup import Figure, Section
from ..results import recorded, yearly
from ..sentences import figure_rows, key
from ..words import first_capital, label_of, per_year


def goals(inputs: ReportInput) -> Section | None:
    """One panel a goal: the indicator that stands for it, over time."""
    charts, rows, records = [], [], []
    for goal in inputs.goals:
        run = yearly(inputs.summary, goal["indicator"], inputs.centre).assign(series=str(goal["name"]))
        if run.empty:
            continue
        seen = recorded(inputs.observed, goal["indicator"], inputs.centre)
        charts.append(_panel(goal, run, seen))
        records.append(seen)
        rows.append(figure_rows(run).assign(Goal=str(goal["name"])))
    if not charts:
        return None
    caption = (
        f"The indicator of each goal, {inputs.names[inputs.centre]}, by year, with the weight of the goal in the mission and "
        f"the direction in which it counts. {key(*records)}"
    )
    data = pd.concat(rows)[["Period", "Goal", "Median", "10 %", "90 %"]]
    return Section("goals", "What the mission gained on each goal", [Figure(charts, caption, data)])


def _panel(goal: dict[str, Any], run: pd.DataFrame, seen: pd.DataFrame) -> alt.LayerChart:
    better = "more is better" if goal.get("better") == "higher" else "less is better"
    title = f"{first_capital(str(goal['name']))}, weight {100 * float(goal['weight']):.3g} %"
    unit = per_year(goal["indicator"], str(goal.get("unit") or run["unit"].iloc[0]))
    measure = Measure.of("", unit, [run, seen])
    return trend(
        run,
        seen,
        measure=measure,
        title=title,
        subtitle=f"{label_of(goal['indicator'])}; {better}",
        legend=False,
        height=150,
    )
