"""Sales against history: how many, what share, of which kind."""

from __future__ import annotations

import pandas as pd

from ..charts import Measure, trend
from ..charts.measure import spans_decades
from ..inputs import ReportInput
from ..markup import Figure, Prose, Section
from ..results import anything, recorded, recorded_or_summed, yearly
from ..sentences import agreement, figure_rows, key, latest
from ..words import first_capital, label_of, per_year

KINDS_OF_SALE = ("bev_sales", "phev_sales", "public_plugin_sales", "lsev_sales", "car_sales", "nev_fleet")
_SIMULATED = "simulated: median and 80 % interval"


def sales(inputs: ReportInput) -> Section | None:
    """Plug-in sales and their share for the whole, then kinds of vehicle and classes of plug-in as panels."""
    total = yearly(inputs.summary, "plugin_sales", inputs.centre)
    if total.empty:
        return None
    seen = recorded(inputs.observed, "plugin_sales", inputs.centre)
    said = " ".join(filter(None, (latest(total, seen, "plug-in sales"), agreement(total, seen, "plug-in sales"))))
    blocks = [Prose(said)] if said else []
    blocks += [*_whole(inputs, "plugin_sales"), *_whole(inputs, "plugin_share")]
    return Section("sales", "Sales against history", [*blocks, *_kinds(inputs), *_classes(inputs)])


def _whole(inputs: ReportInput, indicator: str) -> list[Figure]:
    run = yearly(inputs.summary, indicator, inputs.centre).assign(series=_SIMULATED)
    if run.empty:
        return []
    seen = recorded(inputs.observed, indicator, inputs.centre)
    unit, label = str(run["unit"].iloc[0]), first_capital(label_of(indicator))
    log = unit != "1" and spans_decades([run, seen])
    measure = Measure.of(label, per_year(indicator, unit), [run, seen], log)
    where = inputs.names[inputs.centre]
    nought = " Values of nought have no place on a logarithmic axis and are left out." if log else ""
    caption = f"{label}, {where}, by year. {key(seen)}{nought}"
    return [Figure([trend(run, seen, measure=measure, log=log)], caption, figure_rows(run, seen))]


def _kinds(inputs: ReportInput) -> list[Figure]:
    names = {indicator: first_capital(label_of(indicator)) for indicator in KINDS_OF_SALE}
    return _panels(inputs, names, "Kinds of vehicle by year; each panel has its own scale.")


def _classes(inputs: ReportInput) -> list[Figure]:
    figures = []
    for nest in ("plug-in", "combustion"):
        rows = inputs.classes[inputs.classes["nest"] == nest].to_dict("records")
        names = {f"sales_{row['class'].replace('-', '_')}": str(row["label"]) for row in rows}
        figures += _panels(inputs, names, f"Sales of each class of {nest} car by year; each panel has its own scale.")
    return figures


def _panels(inputs: ReportInput, names: dict[str, str], caption: str) -> list[Figure]:
    charts, rows, records = [], [], []
    for indicator, label in names.items():
        run = yearly(inputs.summary, indicator, inputs.centre).assign(series=label)
        if run.empty or not anything(run):
            continue
        seen = recorded_or_summed(inputs.observed, indicator, inputs.centre)
        measure = Measure.of("", per_year(indicator, str(run["unit"].iloc[0])), [run, seen])
        charts.append(trend(run, seen, measure=measure, title=label, legend=False, height=150))
        rows.append(figure_rows(run, seen).assign(Series=label))
        records.append(seen)
    return [Figure(charts, f"{caption} {key(*records)}", _joined(rows))] if charts else []


def _joined(rows: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(rows).fillna("")
    order = [name for name in ("Period", "Series", "Median", "10 %", "90 %", "Observed") if name in table]
    return table[order]
