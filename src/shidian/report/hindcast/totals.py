"""How many plug-in cars: the model beside the record, its rivals, and what was expected at the time."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ...study.hindcast.hindcast import Hindcast
from ...study.hindcast.model import GIVEN, MODELLED
from ...study.hindcast.rivals import FAMILIES
from ..charts import Measure, trend
from ..markup import Figure, Prose, Section
from ..numbers import human
from ..sentences import figure_rows
from ..theme import SOFT
from ..words import first_capital, label_of, per_year
from .series import marks, of_family, of_method, seen

_MARKS = "Circles may be fitted, diamonds are held out; whiskers show where sources disagree. The dotted line is the cut."
OTHERS = ("bev_sales", "phev_sales", "car_sales")


def totals(made: Hindcast) -> Section:
    """Sales with both ways to treat total car sales, the rivals one by one, the share of plug-ins, other totals."""
    said = "Forecasts are drawn from the year after the cut on. Where a target or forecast counts buses, lorries or exports too, its mark says so: it is never scored against these sales."
    blocks = [Prose(said), _sales(made), *_rivals(made), *_share(made), *_others(made)]
    return Section("totals", "How many", blocks)


def with_cut(chart: alt.LayerChart, made: Hindcast, time: int | pd.Timestamp) -> alt.LayerChart:
    """The chart with a dotted line at the cut."""
    kind = "time:Q" if isinstance(time, (int, float)) else "time:T"
    rule = alt.Chart(pd.DataFrame({"time": [time]})).mark_rule(color=SOFT, strokeDash=[1, 3], strokeWidth=1.2).encode(x=kind)
    return chart + rule


def _sales(made: Hindcast) -> Figure:
    run = pd.concat([of_method(made, method, "plugin_sales") for method in (MODELLED, GIVEN)])
    record, expected = seen(made, "plugin_sales"), marks(made.expected, "plugin_sales", made.until)
    chart = trend(run, _joined(record, expected), measure=_measure("plugin_sales", True, run, record), log=True, height=360)
    said = f" Other marks are what was expected before the end of {made.until + 1}; point at one to read who said it and what it counts." if len(expected) else ""
    caption = f"Plug-in car sales by year. Line: median over draws; band: 10 % to 90 % of draws. {_MARKS}{said}"
    return Figure([with_cut(chart, made, made.until + 0.5)], caption, figure_rows(run, record))


def _joined(record: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([record, expected]) if len(expected) else record


def _measure(indicator: str, log: bool, *tables: pd.DataFrame) -> Measure:
    unit = str(tables[0]["unit"].iloc[0])
    return Measure.of(first_capital(label_of(indicator)), per_year(indicator, unit), list(tables), log)


def _rivals(made: Hindcast) -> list[Figure]:
    charts, families = [], [family for family in FAMILIES if len(of_family(made, family, "plugin_sales"))]
    record, run = seen(made, "plugin_sales"), of_method(made, MODELLED, "plugin_sales").assign(series="model")
    for family in families:
        rival = of_family(made, family, "plugin_sales")
        measure = Measure.of("", per_year("plugin_sales", "vehicles"), [run, rival, record], True)
        charts.append(trend(pd.concat([run, rival]), record, measure=measure, title=first_capital(family), log=True, legend=False, height=190))
    if not charts:
        return []
    caption = (
        "The model (blue, unbroken) against each rival (orange, dashed). A rival's band runs from the lowest to the highest of its fits, which differ in the years, "
        "the scale and the market that they are given; its line is their median. Each panel has its own scale."
    )
    return [Figure([with_cut(chart, made, made.until + 0.5) for chart in charts], caption, _fits(made))]


def _fits(made: Hindcast) -> pd.DataFrame:
    """Every fit of every rival, a row each, with its error."""
    rows = []
    for method in dict.fromkeys(each.method for each in made.forecasts if each.family in FAMILIES and each.indicator == "plugin_sales"):
        values = {each.period: human(each.value) for each in made.forecasts if each.method == method and each.indicator == "plugin_sales"}
        score = made.score_of(method, "plugin_sales")
        rows.append({"Rival": method} | values | {"Error": human(round(score.mape, 2), "1") if score and score.mape is not None else ""})
    return pd.DataFrame(rows)


def _share(made: Hindcast) -> list[Figure]:
    run = of_method(made, MODELLED, "plugin_share").assign(series="model")
    if run.empty:
        return []
    record, expected = seen(made, "plugin_share"), marks(made.expected, "plugin_share", made.until)
    chart = trend(run, _joined(record, expected), measure=_measure("plugin_share", False, run, record), height=320)
    caption = f"Plug-in share of car sales by year: the same whether total car sales are modelled or given. {_MARKS}"
    return [Figure([with_cut(chart, made, made.until + 0.5)], caption, figure_rows(run, record))]


def _others(made: Hindcast) -> list[Figure]:
    charts, rows = [], []
    for indicator in OTHERS:
        run = of_method(made, MODELLED, indicator).assign(series="model")
        record = seen(made, indicator)
        if run.empty or record.empty or run["value"].max() == 0:
            continue
        title = first_capital(label_of(indicator))
        measure = Measure.of("", per_year(indicator, "vehicles"), [run, record])
        charts.append(with_cut(trend(run, record, measure=measure, title=title, legend=False, height=170), made, made.until + 0.5))
        rows.append(figure_rows(run, record).assign(What=title))
    if not charts:
        return []
    table = pd.concat(rows).fillna("")
    return [Figure(charts, f"Other totals of the model, all modelled. {_MARKS}", table[["Period", "What", *(name for name in table if name not in ("Period", "What"))]])]
