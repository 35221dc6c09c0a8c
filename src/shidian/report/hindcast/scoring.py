"""How near each came: scores of the model and its rivals on sales, on the other totals, on classes and quarters."""

from __future__ import annotations

import math

import pandas as pd

from ...study.hindcast.hindcast import ALL_SHARES, ALL_TOTALS, Hindcast
from ...study.hindcast.model import GIVEN, MODELLED, classes_named
from ...study.hindcast.record import MICROCARS, TOTALS
from ...study.hindcast.rivals import FAMILIES, NO_CHANGE
from ...study.hindcast.scores import Score
from ..markup import Prose, Section, Table
from ..numbers import human, human_interval, plain
from ..words import first_capital, label_of
from .series import NAMES

_MEANING = (
    "Error is the mean absolute percentage error of the median, log error the mean absolute error of its logarithm, read as a factor. CRPS (continuous ranked probability score) is in "
    "the unit of the figure: what a forecast with an interval loses, and for a single value its absolute error. Coverage is the share of "
    "recorded figures within the 80 % interval. Bias is the mean factor of forecast over record. A rival that is fitted in several ways has its best and its worst fit; "
    "which one is best was not known at the cut."
)


def scoring(made: Hindcast) -> Section:
    """Three tables of scores."""
    blocks = [Prose(_MEANING), _sales(made)]
    for table in (_totals(made), _classes(made)):
        if table is not None:
            blocks.append(table)
    return Section("scores", "Scores", blocks)


def _sales(made: Hindcast) -> Table:
    rows = [{"Method": first_capital(NAMES[method])} | _cells([made.score_of(method, "plugin_sales")], "vehicles") for method in (MODELLED, GIVEN) if made.score_of(method, "plugin_sales")]
    for family in FAMILIES:
        fits = [one for key, one in made.scores.items() if key[1] == family and key[3] == "plugin_sales"]
        if fits:
            name = f"{first_capital(family)} ({len(fits)} fits)" if len(fits) > 1 else first_capital(family)
            rows.append({"Method": name} | _cells(fits, "vehicles"))
    years = f"{made.years[0]} to {made.years[-1]}" if len(made.years) > 1 else str(made.years[0])
    return _table(rows, f"Plug-in car sales, {years}; CRPS in vehicles.")


def _totals(made: Hindcast) -> Table | None:
    rows = []
    for method in (MODELLED, GIVEN):
        for indicator in (*TOTALS, ALL_TOTALS):
            one = made.score_of(method, indicator)
            if one and indicator != "plugin_sales":
                unit = "1" if indicator == "plugin_share" else "vehicles"
                rows.append({"What": first_capital(label_of(indicator)), "Method": NAMES[method]} | _cells([one], unit))
    return _table(rows, "Other totals by the model; CRPS in vehicles, of the share in points.") if rows else None


def _classes(made: Hindcast) -> Table | None:
    names = classes_named(made.record.case) | {ALL_SHARES: "All class shares", MICROCARS: "Microcars in battery-electric sales, by quarter"}
    rows = []
    for indicator in (*made.shares, ALL_SHARES, MICROCARS):
        one, rival = made.score_of(MODELLED, indicator), made.score_of(NO_CHANGE, indicator)
        if one:
            cells = {"Off by": _points(one.absolute), "No change is off by": _points(rival.absolute) if rival else "", "CRPS": _points(one.crps)}
            rows.append({"Share": names[indicator], "Figures": str(one.points)} | cells | {"Coverage": _percent(one.coverage), "Bias": _factor(one.bias)})
    return _table(rows, "Shares by the model, in points, and by no change since the cut.") if rows else None


def _table(rows: list[dict[str, str]], caption: str) -> Table:
    table = pd.DataFrame(rows)
    return Table(table, caption, numbers=tuple(name for name in table.columns if name not in ("Method", "What", "Share")))


def _cells(fits: list[Score], unit: str) -> dict[str, str]:
    """Scores of one method, or from the best to the worst of several."""
    return {
        "Error": _ends([fit.mape for fit in fits], _percent),
        "Log error": _ends([fit.log_error for fit in fits], _factor),
        "CRPS": _amounts([fit.crps for fit in fits], "1" if unit == "1" else ""),
        "Coverage": _ends([fit.coverage for fit in fits], _percent),
        "Bias": _ends([fit.bias for fit in fits], _factor),
    }


def _ends(values: list[float | None], said) -> str:
    known = sorted(value for value in values if value is not None)
    if not known:
        return ""
    ends = list(dict.fromkeys((said(known[0]), said(known[-1]))))
    return " to ".join(ends)


def _amounts(values: list[float], unit: str) -> str:
    return human(values[0], unit) if len(values) == 1 else human_interval(min(values), max(values), unit)


def _percent(value: float | None) -> str:
    return "" if value is None else human(round(value, 2), "1")


def _points(value: float) -> str:
    return f"{100 * value:.1f}"


def _factor(value: float | None) -> str:
    """A mean of logarithms as a factor: 1.2 for twenty per cent too much."""
    return "" if value is None else f"\u00d7{plain(math.exp(value))}"
