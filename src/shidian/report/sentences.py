"""Sentences that several sections share: how near a run came to the record, and figures written out as rows."""

from __future__ import annotations

import pandas as pd

from .numbers import human, human_interval, plain
from .results import HELD_OUT, OUTPUT, ROUGH

_DRAWN = "Line: median over draws; band: 10 % to 90 % of draws."
_SEEN = "Open marks: what history recorded (circle: may be fitted; diamond: held out), with whiskers where sources disagree."


def key(*observed: pd.DataFrame) -> str:
    """What the marks of a figure mean; nothing about records where none are drawn."""
    return f"{_DRAWN} {_SEEN}" if any(len(table) for table in observed) else _DRAWN


def agreement(simulated: pd.DataFrame, observed: pd.DataFrame, what: str) -> str:
    """Says how many recorded values lie inside the interval, and by what factor the medians are off.

    The factor is the median over periods of simulated over recorded.
    """
    both = simulated.merge(observed, on="time", suffixes=("", "_seen"))
    both = both[(both["value_seen"] > 0) & ~both["kind"].isin([ROUGH, OUTPUT])]
    if both.empty:
        return ""
    inside = both["value_seen"].between(both["low"], both["high"])
    held = both["kind"] == HELD_OUT
    ratio = float((both["value"] / both["value_seen"]).median())
    verb = "lies" if inside.sum() == 1 else "lie"
    said = f"Of {len(both)} recorded values of {what}, {int(inside.sum())} {verb} inside the 80 % interval"
    if held.any() and not held.all():
        said += f" (of the {int(held.sum())} held out, {int((inside & held).sum())})"
    return f"{said}; the simulated median is {plain(ratio)} times the recorded value in the middle case."


def latest(simulated: pd.DataFrame, observed: pd.DataFrame, what: str) -> str:
    """Says the simulated and the recorded value in the last year that history recorded."""
    both = simulated.merge(observed, on="time", suffixes=("", "_seen"))
    if both.empty:
        return ""
    row = both.iloc[-1]
    interval = human_interval(row["low"], row["high"], row["unit"])
    run = f"{human(row['value'], row['unit'])} ({interval})"
    return (
        f"In {row['time']}, {what} come to {run} in the run; the record says {human(row['value_seen'], row['unit'])}."
    )


def figure_rows(simulated: pd.DataFrame, observed: pd.DataFrame | None = None) -> pd.DataFrame:
    """A figure as a table: period, series where there are several, median, both ends, and the record."""
    keys = ["time", "series"]
    rows = simulated[[*keys, "value", "low", "high", "unit"]]
    if observed is not None and len(observed):
        seen = observed if "series" in observed else observed.assign(series=simulated["series"].iloc[0])
        rows = rows.merge(seen[[*keys, "value"]], on=keys, how="left", suffixes=("", "_seen"))
    written = pd.DataFrame({"Period": [_period(time) for time in rows["time"]], "Series": rows["series"]})
    if rows["series"].nunique() == 1:
        written = written.drop(columns="Series")
    for column, title in (("value", "Median"), ("low", "10 %"), ("high", "90 %"), ("value_seen", "Observed")):
        if column in rows:
            written[title] = [
                human(*pair) if pd.notna(pair[0]) else "" for pair in zip(rows[column], rows["unit"], strict=True)
            ]
    return written


def _period(time: object) -> str:
    return f"{time:%Y-%m}" if isinstance(time, pd.Timestamp) else str(time)
