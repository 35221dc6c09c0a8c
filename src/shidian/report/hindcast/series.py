"""Forecasts as the small tables that charts take: time, value, low, high, unit, and series or kind."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ...study.hindcast.expected import Expectation
from ...study.hindcast.forecast import Forecast
from ...study.hindcast.hindcast import Hindcast
from ...study.hindcast.model import GIVEN, MODELLED, unit_of
from .. import results

NAMES = {MODELLED: "model, total car sales modelled", GIVEN: "model, total car sales given"}
COLUMNS = ["time", "value", "low", "high", "unit", "series"]
RECORDED_BEFORE, EXPECTED_AFTER = 5, 6  # years before the cut whose record a chart shows, and after it whose targets
_MIDDLE = {"1": "02", "2": "05", "3": "08", "4": "11"}


def of_method(made: Hindcast, method: str, indicator: str) -> pd.DataFrame:
    """One method's forecasts of one indicator, oldest first; empty where it made none."""
    rows = [_row(each, NAMES.get(method, method)) for each in made.forecasts if each.method == method and each.indicator == indicator]
    return _table(rows)


def of_family(made: Hindcast, family: str, indicator: str) -> pd.DataFrame:
    """All fits of one kind of rival: their median, and as ends the lowest and the highest."""
    chosen = [each for each in made.forecasts if each.family == family and each.indicator == indicator]
    rows = []
    for period in dict.fromkeys(each.period for each in chosen):
        values = pd.Series([each.value for each in chosen if each.period == period])
        rows.append([time_of(period), values.median(), values.min(), values.max(), unit_of(indicator), family])
    return _table(rows)


def _row(each: Forecast, series: str) -> list:
    return [time_of(each.period), each.value, *each.ends, unit_of(each.indicator), series]


def _table(rows: Iterable[list]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)


def time_of(period: str) -> int | pd.Timestamp:
    """A year as a number, a quarter as the first day of its middle month."""
    return int(period) if "Q" not in period else pd.Timestamp(f"{period[:4]}-{_MIDDLE[period[-1]]}-01")


def seen(made: Hindcast, indicator: str, every: str = "year") -> pd.DataFrame:
    """What history recorded of the centre, from some years before the cut to the last year that is forecast; all after the cut is held out here."""
    case = made.record.case
    rows = results.recorded(case.tables["observed"], indicator, case.places.centre.code, every)
    years = rows["time"] if every == "year" else rows["time"].dt.year
    held = rows["kind"].mask((years > made.until) & (rows["kind"] == results.FITTED), results.HELD_OUT)
    return rows.assign(kind=held)[(years > made.until - RECORDED_BEFORE) & (years <= made.years[-1])]


def marks(expected: Iterable[Expectation], indicator: str, until: int) -> pd.DataFrame:
    """What was expected at the time, as marks on a chart of an indicator; what counts other vehicles too has marks of its own."""
    others = _ALIKE.get(indicator, ())
    rows = []
    for each in expected:
        if each.in_time and until < each.year <= until + EXPECTED_AFTER and each.indicator in (indicator, *others):
            kind = _KINDS[each.official, each.indicator != indicator]
            said = f"{each.method}: counts {each.definition} [{each.source or 'no page'}]"
            rows.append([each.year, each.value, None, None, each.unit, kind, said])
    table = pd.DataFrame(rows, columns=["time", "value", "low", "high", "unit", "kind", "source"])
    return table.astype({"value": float, "low": float, "high": float})


_ALIKE = {"plugin_sales": ("all_nev_sales", "wholesale_nev_sales"), "plugin_share": ("all_nev_share",)}
_KINDS = {
    (True, False): results.AIMED, (True, True): results.AIMED_ELSE, (False, False): results.SAID, (False, True): results.SAID_ELSE,
}  # fmt: skip
