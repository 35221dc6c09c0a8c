"""Low-speed cars: the province that began, the country, the race with plug-in cars, and the harm done."""

from __future__ import annotations

import pandas as pd

from ..charts import Measure, trend
from ..charts.measure import spans_decades
from ..inputs import ReportInput
from ..markup import Figure, Prose, Section
from ..results import OUTPUT, anything, places_recorded, recorded, yearly
from ..sentences import agreement, figure_rows, key
from ..words import first_capital, label_of, per_year

HARM = ("accidents", "deaths", "lead")


def low_speed(inputs: ReportInput) -> Section | None:
    """The section, where a class of low-speed cars was sold."""
    run = yearly(inputs.summary, "lsev_sales", inputs.centre)
    if run.empty or not anything(run):
        return None
    home = _home(inputs)
    names = [inputs.names[code] for code in (home, inputs.centre) if code]
    said = agreement(
        run, recorded(inputs.observed, "lsev_sales", inputs.centre), "low-speed car sales in the whole country"
    )
    blocks = [Prose(said)] if said else []
    blocks += [_sales(inputs, [code for code in (home, inputs.centre) if code]), *_race(inputs), *_harm(inputs)]
    title = f"Low-speed cars in {names[0]} and the country" if home else "Low-speed cars"
    return Section("low-speed", title, blocks)


def _home(inputs: ReportInput) -> str:
    """The place below the centre with a record of low-speed cars; without one, where most are sold."""
    upper = list(inputs.upper["code"].astype(str))
    recorded_there = [code for code in places_recorded(inputs.observed, "lsev_sales") if code in upper]
    if recorded_there:
        return recorded_there[0]
    rows = inputs.summary[
        (inputs.summary["indicator"] == "lsev_sales") & inputs.summary["place"].astype(str).isin(upper)
    ]
    return str(rows.groupby("place")["value"].sum().idxmax()) if len(rows) else ""


def _sales(inputs: ReportInput, codes: list[str]) -> Figure:
    runs = {code: yearly(inputs.summary, "lsev_sales", code).assign(series=inputs.names[code]) for code in codes}
    seen = {code: recorded(inputs.observed, "lsev_sales", code) for code in codes}
    log = any(spans_decades([runs[code], seen[code]], 30) for code in codes)
    measure = Measure.of("Low-speed cars sold", "vehicles a year", [*runs.values(), *seen.values()], log)
    charts = [
        trend(runs[code], seen[code], measure=measure, title=inputs.names[code], log=log, legend=False, height=240)
        for code in codes
    ]
    marked = [table.assign(series=inputs.names[code]) for code, table in seen.items()]
    output = any((table["kind"] == OUTPUT).any() for table in seen.values())
    apart = (
        " Triangles: what the makers there turned out, part of which was sold elsewhere; it is not the line's quantity."
        if output
        else ""
    )
    caption = f"Low-speed car sales by year. {key(*seen.values())}{apart}"
    return Figure(charts, caption, figure_rows(pd.concat(runs.values()), pd.concat(marked)))


def _race(inputs: ReportInput) -> list[Figure]:
    runs, seen = [], []
    for indicator in ("lsev_sales", "plugin_sales"):
        label = first_capital(label_of(indicator))
        runs.append(yearly(inputs.summary, indicator, inputs.centre).assign(series=label))
        seen.append(recorded(inputs.observed, indicator, inputs.centre).assign(series=label, kind=f"{label}, observed"))
    if any(run.empty for run in runs):
        return []
    run, record = pd.concat(runs), pd.concat(seen)
    shown = _until_passed(*runs)
    run, record = run[run["time"] <= shown], record[record["time"] <= shown]
    measure = Measure.of("Sold", "vehicles a year", [run, record])
    caption = (
        f"Low-speed cars and plug-in cars sold in {inputs.names[inputs.centre]}, on one plain axis, while they can be "
        "compared on it. Lines: medians over draws (dashed: plug-in); bands: 10 % to 90 % of draws. Open "
        "marks: what history recorded (circle: low-speed; square: plug-in), with whiskers where sources disagree."
    )
    return [Figure([trend(run, record, measure=measure)], caption, figure_rows(run, record))]


def _until_passed(low: pd.DataFrame, plug_in: pd.DataFrame) -> int:
    """The last year worth showing on a plain axis: later plug-in sales would flatten everything before."""
    most = float(low["value"].max())
    later = plug_in.loc[plug_in["value"] > 2 * most, "time"]
    return int(later.iloc[0]) if len(later) else int(plug_in["time"].max())


def _harm(inputs: ReportInput) -> list[Figure]:
    charts, rows, records = [], [], []
    for indicator in HARM:
        label = first_capital(label_of(indicator))
        run = yearly(inputs.summary, indicator, inputs.centre).assign(series=label)
        if run.empty or not anything(run):
            continue
        seen = recorded(inputs.observed, indicator, inputs.centre)
        measure = Measure.of("", per_year(indicator, str(run["unit"].iloc[0])), [run, seen])
        charts.append(trend(run, seen, measure=measure, title=label, legend=False, height=150))
        rows.append(figure_rows(run).assign(Series=label))
        records.append(seen)
    if not charts:
        return []
    data = pd.concat(rows)[["Period", "Series", "Median", "10 %", "90 %"]]
    return [Figure(charts, f"Harm by low-speed cars, {inputs.names[inputs.centre]}, by year. {key(*records)}", data)]
