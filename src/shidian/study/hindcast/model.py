"""What the model says of the years after the cut, given the products, prices and policies that came.

Total car sales are forecast in two ways. *Modelled*: as the run yields them. *Given*: sales of plug-in cars are the run's share of
them in all cars, times the total that was recorded, so that what is scored is the choice among cars alone:

    s[given] = s / c C      s: plug-in sales of a draw, c: its car sales, C: recorded car sales
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...cases import Case
from .. import results
from ..simulate import simulate
from .forecast import MODEL, Forecast
from .parameters import Parameters
from .record import MICROCARS, SHARES, TOTALS, Record
from .unexplained import Arrays, widened, widened_microcars

MODELLED, GIVEN = "model", "model, total car sales given"
FAMILY = "model"
OF_CARS = ("plugin_sales", "bev_sales", "phev_sales")  # what is a part of all car sales
Figures = dict[tuple[str, str], np.ndarray]  # (indicator, period) -> (draw,)


def model(
    record: Record,
    parameters: Parameters,
    regime: str,
    seed: int,
    draws: int,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Forecast]:
    """Forecasts of totals, class shares of plug-in sales and microcars' share by quarter, every draw kept."""
    data = simulate(record.case, regime, seed, draws, fixed=parameters.given, workers=workers, progress=progress)
    years = widened(_yearly(record, data), parameters.unexplained, seed)
    quarters = widened_microcars(_quarterly(record, data), parameters.unexplained, seed)
    figures = {(name, str(year)): values[:, place] for name, values in years.items() for place, year in enumerate(record.years)}
    figures |= {(MICROCARS, f"{year}Q{k + 1}"): quarters[:, 4 * place + k] for place, year in enumerate(record.years) for k in range(4)}
    made = [Forecast(MODEL, FAMILY, MODELLED, *key, values) for key, values in figures.items()]
    return made + [Forecast(MODEL, FAMILY, GIVEN, *key, values) for key, values in _with_total_given(record, figures).items()]


def _yearly(record: Record, data) -> Arrays:
    """Totals and class shares of the centre in the years that are forecast, (draw, year)."""
    case = record.case
    classes = case.tables["classes"]
    battery = [_word(name) for name in classes.loc[classes["powertrain"] == "bev", "class"]]
    wanted = {*TOTALS, *(f"sales_{name}" for name in battery)}
    span = slice(record.years[0] - case.calendar.first, record.years[-1] - case.calendar.first + 1)
    sums = {name: values[:, span, 0] for name, values in results.yearly_indicators(case, data) if name in wanted}
    plugin = np.maximum(sums["plugin_sales"], 1e-12)
    shares = {f"{SHARES}{name}": sums[f"sales_{name}"] / plugin for name in battery}
    return {name: sums[name] for name in TOTALS} | shares | {f"{SHARES}phev": sums["phev_sales"] / plugin}


def _word(name: str) -> str:
    return name.replace("-", "_")


def _quarterly(record: Record, data) -> np.ndarray:
    """Microcars over battery cars, summed before they are divided, in the quarters that are forecast, (draw, quarter)."""
    wanted = {"microcar_sales", "bev_sales"}
    months = {name: values[..., 0] for name, values in results.monthly_indicators(record.case, data) if name in wanted}
    first, last = (4 * (year - record.case.calendar.first) for year in (record.years[0], record.years[-1] + 1))
    micro, battery = (months[name].reshape(len(months[name]), -1, 3).sum(axis=-1)[:, first:last] for name in ("microcar_sales", "bev_sales"))
    return np.divide(micro, battery, out=np.zeros_like(micro), where=battery > 0)


def _with_total_given(record: Record, figures: Figures) -> Figures:
    total = record.future("car_sales")
    return {
        (name, period): values / np.maximum(figures["car_sales", period], 1e-12) * total[int(period)]
        for (name, period), values in figures.items()
        if name in OF_CARS and int(period) in total
    }


def unit_of(indicator: str) -> str:
    """Unit of what is forecast."""
    return "1" if indicator.startswith(SHARES) else results.unit_of(indicator)


def classes_named(case: Case) -> dict[str, str]:
    """What each share is called: the label of its class, by indicator, in the order of the classes."""
    table = case.tables["classes"]
    labels = {f"{SHARES}{_word(name)}": str(label) for name, label in zip(table["class"], table["label"], strict=True)}
    return labels | {f"{SHARES}phev": "Plug-in hybrids and range extenders"}
