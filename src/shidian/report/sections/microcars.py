"""Microcars month by month, and their share of battery-electric sales by quarter."""

from __future__ import annotations

import pandas as pd

from ..charts import Measure, trend
from ..inputs import ReportInput
from ..markup import Figure, Prose, Section
from ..results import ROUGH, anything, by_month, recorded, share_by_quarter
from ..sentences import agreement, figure_rows

_SIMULATED = "simulated: median and 80 % interval"
_WORTH_DRAWING = 0.005  # of the largest month: the years before that are a flat line at nought


def microcars(inputs: ReportInput) -> Section | None:
    """Figures 1 and 2 of the paper from the run, with what history recorded laid over them."""
    run = by_month(inputs.monthly, "microcar_sales", inputs.centre)
    if run.empty or not anything(run):
        return None
    seen = recorded(inputs.observed, "microcar_sales", inputs.centre, "month")
    first = run.loc[run["value"] > _WORTH_DRAWING * run["value"].max(), "time"].iloc[0]
    run = run[run["time"] >= first].assign(series=_SIMULATED)
    seen = seen[seen["time"] >= first]
    said = agreement(run, seen, "monthly microcar sales")
    blocks = [Prose(said)] if said else []
    return Section("microcars", "Microcars", [*blocks, _monthly(inputs, run, seen), *_share(inputs, first)])


def _monthly(inputs: ReportInput, run: pd.DataFrame, seen: pd.DataFrame) -> Figure:
    measure = Measure.of("Microcars sold", "vehicles a month", [run, seen])
    caption = (
        f"Monthly sales of microcars (battery-electric cars of the smallest class), "
        f"{inputs.names[inputs.centre]}{_counterpart(inputs, 1)}. {_until(seen)}"
    )
    return Figure([trend(run, seen, measure=measure, height=300)], caption.strip(), figure_rows(run, seen))


def _share(inputs: ReportInput, first: pd.Timestamp) -> list[Figure]:
    run = share_by_quarter(inputs.monthly, "microcar_sales", "microcar_share", "bev_sales", inputs.centre)
    run = run[run["time"] >= first].assign(series=_SIMULATED)
    if run.empty:
        return []
    seen = _shares_recorded(inputs)
    measure = Measure.of("Microcars in battery-electric sales", "1", [run, seen])
    rough = " Triangles: shares that the paper gives as roughly so." if (seen["kind"] == ROUGH).any() else ""
    caption = (
        "Share of microcars in battery-electric car sales by quarter, drawn at the middle month"
        f"{_counterpart(inputs, 2)}. The quarter's interval weighs the months' intervals by battery-electric sales."
        + rough
    )
    return [Figure([trend(run, seen, measure=measure, height=300)], caption, figure_rows(run, seen))]


def _shares_recorded(inputs: ReportInput) -> pd.DataFrame:
    """Counts by quarter, and the paper's own shares, which it gives as roughly so."""
    counted = recorded(inputs.observed, "microcar_share", inputs.centre, "quarter")
    paper = recorded(inputs.observed, "microcar_share_paper", inputs.centre, "quarter").assign(kind=ROUGH)
    return pd.concat([counted, paper]).drop_duplicates(["time", "kind"]).sort_values("time")


def _counterpart(inputs: ReportInput, figure: int) -> str:
    return f"; the counterpart of the paper's Figure {figure}" if "paper_tables" in inputs.tables else ""


def _until(seen: pd.DataFrame) -> str:
    if seen.empty:
        return "No month was recorded."
    return f"Months were recorded from {seen['time'].min():%B %Y} to {seen['time'].max():%B %Y}."
