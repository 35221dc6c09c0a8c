"""Chosen places against the whole: how electric, and how small their electric cars are."""

from __future__ import annotations

import pandas as pd

from ..charts import Measure, interval_dots, trend
from ..inputs import ReportInput
from ..markup import Figure, Section
from ..numbers import human, human_interval
from ..results import anything, in_year, places_recorded, recorded, yearly
from ..sentences import figure_rows, key

_DOTS = "Dot: median over draws; thick line: 10 % to 90 % of draws; diamond: what history recorded."


def cities(inputs: ReportInput) -> Section | None:
    """The section, for those of the chosen places that the results hold."""
    held = set(inputs.summary.loc[inputs.summary["indicator"] == "plugin_share", "place"].astype(str))
    codes = [code for code in inputs.focus if code in held and code in inputs.names and code != inputs.centre]
    if not codes or inputs.centre not in held:
        return None
    names = [inputs.names[code] for code in codes]
    title = f"Places: {_listed(names)} against the whole of {inputs.names[inputs.centre]}"
    return Section("places", title, [_shares(inputs, codes), *_mix(inputs, codes)])


def _shares(inputs: ReportInput, codes: list[str]) -> Figure:
    whole = yearly(inputs.summary, "plugin_share", inputs.centre).assign(series=inputs.names[inputs.centre])
    runs = {code: yearly(inputs.summary, "plugin_share", code).assign(series=inputs.names[code]) for code in codes}
    seen = {code: recorded(inputs.observed, "plugin_share", code).assign(series=inputs.names[code]) for code in codes}
    most = max(
        float(table["high"].fillna(table["value"]).max())
        for table in [whole, *runs.values(), *seen.values()]
        if len(table)
    )
    measure = Measure("Plug-in share of car sales", "1", 0.01)
    charts = [
        trend(
            pd.concat([runs[code], whole]),
            seen[code],
            measure=measure,
            title=inputs.names[code],
            most=most,
            legend=False,
            height=220,
        )
        for code in codes
    ]
    caption = f"Plug-in share of car sales in each place (solid) and in {inputs.names[inputs.centre]} (dashed). {key(*seen.values())}"
    return Figure(charts, caption, figure_rows(pd.concat([*runs.values(), whole]), pd.concat(seen.values())))


def _mix(inputs: ReportInput, codes: list[str]) -> list[Figure]:
    """Share of microcars in one year: of plug-in sales where that is what was recorded, else of battery-electric sales."""
    shown = [*codes, inputs.centre]
    of_plug_ins = bool(set(codes) & set(places_recorded(inputs.observed, "microcar_share_of_plugin")))
    name = "microcar_share_of_plugin" if of_plug_ins else "microcar_share"
    seen = {code: recorded(inputs.observed, name, code) for code in shown}
    year = max((int(year) for code in codes for year in seen[code]["time"]), default=inputs.last_year)
    run = in_year(inputs.summary, name, year, shown)
    if run.empty or not anything(run):
        return []
    run = run.assign(label=run["place"].map(inputs.names))
    record = pd.concat([table[table["time"] == year].assign(label=inputs.names[code]) for code, table in seen.items()])
    base = "plug-in sales" if of_plug_ins else "battery-electric sales"
    caption = f"Share of microcars in {base}, {year}. {_DOTS}"
    return [
        Figure(
            [interval_dots(run, record, measure=Measure(f"Microcars in {base}", "1", 0.01))],
            caption,
            _rows(run, record),
        )
    ]


def _rows(run: pd.DataFrame, record: pd.DataFrame) -> pd.DataFrame:
    seen = dict(zip(record["label"], record["value"], strict=True))
    ends = [human_interval(low, high, "1") for low, high in zip(run["low"], run["high"], strict=True)]
    observed = [human(seen[label], "1") if label in seen else "" for label in run["label"]]
    return pd.DataFrame(
        {
            "Place": run["label"],
            "Median": run["value"].map(lambda v: human(v, "1")),
            "10 % to 90 %": ends,
            "Observed": observed,
        }
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
