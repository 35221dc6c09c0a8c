"""Money spent by each level of government."""

from __future__ import annotations

import pandas as pd

from ..charts import Measure, interval_bars
from ..inputs import ReportInput
from ..markup import Figure, Prose, Section, Table
from ..numbers import human, human_interval
from ..results import anything, yearly

OUTLAYS = {
    "central_subsidy_cost": "Centre: purchase subsidy",
    "tax_relief_cost": "Centre: purchase tax not raised",
    "provincial_subsidy_cost": "Provinces: subsidies",
    "city_subsidy_cost": "Cities: subsidies",
}


def money(inputs: ReportInput) -> Section | None:
    """Outlays by year and level, and their sums over the run."""
    spent = {title: yearly(inputs.summary, name, inputs.centre) for name, title in OUTLAYS.items()}
    spent = {title: table for title, table in spent.items() if len(table) and anything(table)}
    if not spent:
        return None
    unit, total = _unit(spent), _sum(spent)
    bounds = human_interval(total["low"], total["high"], unit)
    said = f"Over the run {human(total['value'], unit)} were spent or not raised, in current prices (outer bounds {bounds})."
    return Section(
        "money", "Money spent by each level of government", [Prose(said), _bars(inputs, spent), _sums(spent)]
    )


def _bars(inputs: ReportInput, spent: dict[str, pd.DataFrame]) -> Figure:
    unit = _unit(spent)
    measure = Measure.of("", f"{unit} a year", list(spent.values()))
    most = max(float(table["high"].max()) for table in spent.values())
    charts = [interval_bars(table, measure=measure, title=title, most=most) for title, table in spent.items()]
    caption = (
        f"Outlays by year and level of government, {inputs.names[inputs.centre]}, current prices; one scale for all panels. "
        "Bar: median over draws; whisker: 10 % to 90 % of draws."
    )
    rows = [_rows(title, table) for title, table in spent.items()]
    return Figure(charts, caption, pd.concat(rows))


def _rows(title: str, table: pd.DataFrame) -> pd.DataFrame:
    said = {
        name: [human(value, unit) for value, unit in zip(table[name], table["unit"], strict=True)]
        for name in ("value", "low", "high")
    }
    return pd.DataFrame(
        {"Year": table["time"], "Outlay": title, "Median": said["value"], "10 %": said["low"], "90 %": said["high"]}
    )


def _sums(spent: dict[str, pd.DataFrame]) -> Table:
    unit = _unit(spent)
    sums = {title: table[["value", "low", "high"]].sum() for title, table in spent.items()}
    sums["All"] = _sum(spent)
    rows = [
        {
            "Outlay": title,
            "Sum of medians": human(row["value"], unit),
            "Outer bounds": human_interval(row["low"], row["high"], unit),
        }
        for title, row in sums.items()
    ]
    first, last = (int(pd.concat(spent.values())["time"].agg(end)) for end in ("min", "max"))
    caption = (
        f"Outlays {first} to {last}, current prices. Bounds add the yearly ends, as if every year were low or high together: "
        "the interval of the sum lies within them."
    )
    return Table(pd.DataFrame(rows), caption, ("Sum of medians", "Outer bounds"))


def _sum(spent: dict[str, pd.DataFrame]) -> pd.Series:
    """Medians and ends over all years and levels."""
    return pd.concat(spent.values())[["value", "low", "high"]].sum()


def _unit(spent: dict[str, pd.DataFrame]) -> str:
    return str(next(iter(spent.values()))["unit"].iloc[0])
