"""Picking series out of tidy tables.

Everything below returns small tables with the columns that charts read: `time` (a year, or the first day of a month),
`value`, `low`, `high`, `unit`, and for what history recorded also `kind` and `source`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

FITTED, HELD_OUT, PLAIN = "observed, may be fitted", "observed, held out", "observed"
ROUGH, OUTPUT = "reported as roughly so", "recorded output, not sales"
BY_MONTH = "observed, one month"
AIMED, AIMED_ELSE = "official target", "target, counts more vehicles"
SAID, SAID_ELSE = "forecast then", "forecast then, counts more vehicles"
KINDS = (FITTED, HELD_OUT, PLAIN, ROUGH, OUTPUT, BY_MONTH, AIMED, AIMED_ELSE, SAID, SAID_ELSE)
_MONTHS_OF_QUARTER = {"1": "02", "2": "05", "3": "08", "4": "11"}  # a quarter is drawn at its middle month


def yearly(summary: pd.DataFrame, indicator: str, place: str) -> pd.DataFrame:
    """One indicator of one place by year, oldest first; empty where the run does not hold it."""
    rows = _rows(summary, indicator, place).rename(columns={"year": "time"})
    return rows.astype({"time": int}).sort_values("time")[["time", "value", "low", "high", "unit"]]


def by_month(monthly: pd.DataFrame, indicator: str, place: str) -> pd.DataFrame:
    """One indicator of one place by month, oldest first; empty where the run does not hold it."""
    rows = _rows(monthly, indicator, place)
    rows = rows.assign(time=pd.to_datetime(rows["month"].astype(str) + "-01"))
    return rows.sort_values("time")[["time", "value", "low", "high", "unit"]]


def share_by_quarter(monthly: pd.DataFrame, part: str, share: str, whole: str, place: str) -> pd.DataFrame:
    """A share by quarter: sum of the part over sum of the whole, both medians by month.

    The ends of the interval are the months' ends weighted by the whole. Within a quarter the same draw is high or low
    in all three months, so that weighting ends is close to the ends of the weighted draws.
    """
    frames = {name: by_month(monthly, name, place).set_index("time") for name in (part, share, whole)}
    if any(frame.empty for frame in frames.values()):
        return frames[share].reset_index()
    weight = frames[whole]["value"]
    sums = pd.DataFrame(
        {
            "value": frames[part]["value"],
            "low": frames[share]["low"] * weight,
            "high": frames[share]["high"] * weight,
            "weight": weight,
        }
    )
    quarters = sums.groupby(sums.index.to_period("Q")).sum()
    quarters = quarters[quarters["weight"] > 0]
    out = quarters[["value", "low", "high"]].div(quarters["weight"], axis=0).reset_index(names="time")
    return out.assign(time=_middle(out["time"].astype(str)), unit="1")


def recorded(observed: pd.DataFrame, indicator: str, place: str, every: str = "year") -> pd.DataFrame:
    """What history recorded of one indicator in one place, by `year`, `month` or `quarter`."""
    rows = _rows(observed, indicator, place)
    written = rows["period"].astype(str)
    lengths = {
        "year": written.str.len() == 4,
        "month": written.str.match(r"^\d{4}-\d{2}$"),
        "quarter": written.str.contains("Q"),
    }
    rows = rows[lengths[every]]
    written = rows["period"].astype(str)
    time = {
        "year": lambda: written.astype(int),
        "month": lambda: pd.to_datetime(written + "-01"),
        "quarter": lambda: _middle(written),
    }
    rows = rows.assign(time=time[every](), kind=[_kind(*pair) for pair in zip(rows["use"], rows["note"], strict=True)])
    return rows.sort_values("time")[["time", "value", "low", "high", "unit", "kind", "source"]]


def recorded_or_summed(observed: pd.DataFrame, indicator: str, place: str) -> pd.DataFrame:
    """What history recorded by year; where it recorded months only, their sum for each year with all twelve."""
    years = recorded(observed, indicator, place)
    months = recorded(observed, indicator, place, "month")
    whole = months.groupby(months["time"].dt.year).filter(lambda year: len(year) == 12) if len(months) else months
    if len(years) or whole.empty:
        return years
    by_year = whole.groupby(whole["time"].dt.year)
    sums = by_year[["value", "low", "high"]].sum(min_count=12)
    return sums.join(by_year[["unit", "kind", "source"]].first()).reset_index()


def places_recorded(observed: pd.DataFrame, indicator: str) -> list[str]:
    """Codes of the places for which history recorded an indicator."""
    return sorted(observed.loc[observed["indicator"] == indicator, "place"].astype(str).unique())


def in_year(summary: pd.DataFrame, indicator: str, year: int, codes: Sequence[str]) -> pd.DataFrame:
    """One indicator in one year for several places: place, value, low, high, unit, in the order of the codes."""
    rows = summary[(summary["indicator"] == indicator) & (summary["year"] == year)].assign(
        place=lambda t: t["place"].astype(str)
    )
    rows = rows.set_index("place").reindex([code for code in codes if code in set(rows["place"])])
    return rows.reset_index()[["place", "value", "low", "high", "unit"]]


def cut(simulated: pd.DataFrame, first: int) -> pd.DataFrame:
    """A series from a year on."""
    return simulated[simulated["time"] >= first]


def anything(table: pd.DataFrame) -> bool:
    """Whether a series holds a value other than nought."""
    return bool((table["value"].fillna(0) != 0).any())


def _rows(table: pd.DataFrame, indicator: str, place: str) -> pd.DataFrame:
    rows = table[(table["indicator"] == indicator).to_numpy() & (table["place"] == place).to_numpy()]
    return rows.astype({"value": float, "low": float, "high": float})


def _middle(quarters: pd.Series) -> pd.Series:
    """First day of the middle month of quarters written `2021Q1`."""
    return pd.to_datetime(quarters.str[:4] + "-" + quarters.str[-1].map(_MONTHS_OF_QUARTER) + "-01")


def _kind(use: object, note: object) -> str:
    words = str(note).lower()
    if "roughly" in words:
        return ROUGH
    if "output" in words and "sold elsewhere" in words:
        return OUTPUT
    return {"F": FITTED, "H": HELD_OUT}.get(str(use), PLAIN)
