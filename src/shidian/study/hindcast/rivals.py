"""Simpler forecasts, fitted on the same years: what a model must beat.

With s the yearly sales that may be known, T the last of those years and h the years ahead:

    no change           s[T]
    last year's growth  s[T] (s[T] / s[T-1]) ** h
    log-linear trend    exp(a + b t), by least squares of ln s on t
    Bass curve          m (F(k) - F(k-1)), F(k) = (1 - e) / (1 + (q / p) e), e = exp(-(p + q) k)         (Bass 1969, bass1969)

k counts years from the first that is fitted, p is the pull from outside, q the pull of those who have bought, m the market: all who
will ever buy. p and q, and m where it is free, are fitted by least squares on yearly sales, once on the sales themselves and once on
their logarithms. A dozen points do not tell the market, so it is also given: some years' worth of all car sales, as they were in T.
Each is fitted on all recorded years, the last seven and the last five: which window one takes decides much, so all are kept. A share that
a trend carries beyond 1 is held at 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
from scipy.optimize import least_squares

from .forecast import RIVAL, Forecast, points
from .record import MICROCARS, TOTALS, Record

WINDOWS = (7, 5)  # last years, beside all
FEWEST = 4  # points that three parameters and a residual need
MARKETS = (2.5, 10.0, 25.0)  # years' worth of all car sales: from a niche to a car for every household (ours)
ADOPTED = ("plugin_sales", "bev_sales", "phev_sales")  # what spreads as a new product does
NO_CHANGE, GROWTH, TREND, FREE, GIVEN = "no change", "last year's growth", "log-linear trend", "Bass curve, market free", "Bass curve, market given"
FAMILIES = (NO_CHANGE, GROWTH, TREND, FREE, GIVEN)
Series = dict[int, float]


def rivals(record: Record) -> list[Forecast]:
    """Every rival's forecast of totals, class shares and microcars' share by quarter; class shares and quarters by no change alone."""
    made: list[Forecast] = []
    for indicator in TOTALS:
        past = {year: value for year, value in record.past(indicator).items() if value > 0}
        if record.until in past:
            made += _total(record, indicator, past)
    for indicator in record.shares():
        past = record.past(indicator)
        if record.until in past:
            made += points(NO_CHANGE, NO_CHANGE, indicator, dict.fromkeys(record.years, past[record.until]))
    return made + _quarters(record)


def _total(record: Record, indicator: str, past: Series) -> list[Forecast]:
    made = points(NO_CHANGE, NO_CHANGE, indicator, dict.fromkeys(record.years, past[record.until]))
    if record.until - 1 in past:
        made += points(GROWTH, GROWTH, indicator, last_growth(past, record.years))
    for window in windows(past):
        start = min(window)
        most = 1.0 if indicator == "plugin_share" else np.inf  # a trend of logarithms knows no bound
        trend = {year: min(value, most) for year, value in log_linear(window, record.years).items()}
        made += points(TREND, f"{TREND}, from {start}", indicator, trend)
        if indicator in ADOPTED:
            for family, named, values in _bass(record, window):
                made += points(family, f"{named}, from {start}", indicator, values)
    return made


def windows(past: Series) -> Iterator[Series]:
    """All years without a gap up to the last, then the last seven and five, where that is fewer and enough."""
    last = max(past)
    first = last
    while first - 1 in past:
        first -= 1
    lengths = [last - first + 1, *(length for length in WINDOWS if length < last - first + 1)]
    for length in lengths:
        if length >= FEWEST:
            yield {year: past[year] for year in range(last - length + 1, last + 1)}


def last_growth(past: Series, years: list[int]) -> Series:
    """The growth of the last year, continued."""
    last = max(past)
    return {year: past[last] * (past[last] / past[last - 1]) ** (year - last) for year in years}


def log_linear(past: Series, years: list[int]) -> Series:
    """A straight line through the logarithms.

    >>> round(log_linear({2000: 1.0, 2001: 2.0, 2002: 4.0}, [2003])[2003], 6)
    8.0
    """
    slope, level = np.polyfit(np.array(list(past)) - max(past), np.log(list(past.values())), 1)
    return {year: float(np.exp(level + slope * (year - max(past)))) for year in years}


def _bass(record: Record, past: Series) -> Iterator[tuple[str, str, Series]]:
    """Family, name and forecast of each way to fit the curve."""
    cars = record.past("car_sales").get(record.until)
    markets: list[tuple[str, str, float | None]] = [(FREE, FREE, None)]
    if cars:
        markets += [(GIVEN, f"Bass curve, market {length:g} years of car sales", length * cars) for length in MARKETS]
    for (family, named, market), logs in product(markets, (False, True)):
        if market is None or market > sum(past.values()):
            yield family, f"{named}, {'logarithms' if logs else 'sales'}", bass(past, record.years, market, logs)


def bass(past: Series, years: list[int], market: float | None = None, logs: bool = False) -> Series:
    """The Bass curve fitted to yearly sales; `market` None fits it too, between all that was sold and ten thousand times that."""
    sales = np.array(list(past.values()))
    p, q, m = _fit(sales, market, logs)
    first = min(past)
    return {year: float(_sold(p, q, m, np.array([year - first + 1.0]))[0]) for year in years}


def _fit(sales: np.ndarray, market: float | None, logs: bool) -> tuple[float, float, float]:
    """Least squares from the three best points of a grid, since the sum of squares has several valleys."""
    steps, sold = np.arange(1.0, len(sales) + 1), sales.sum()

    def values(x: np.ndarray) -> tuple[float, float, float]:
        p, q, m = (*np.exp(x), market) if market is not None else np.exp(x)
        return p, q, m

    def misses(x: np.ndarray) -> np.ndarray:
        curve = _sold(*values(x), steps)
        return np.log(np.maximum(curve, 1e-300) / sales) if logs else (curve - sales) / sales.max()

    low, high = np.log([1e-9, 1e-3, 1.01 * sold]), np.log([0.9, 5.0, 1e4 * sold])
    grid = [np.log([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1]), np.log([0.1, 0.3, 0.6, 1.0, 2.0]), np.log(sold * np.array([1.2, 3.0, 20.0, 300.0]))]
    free = 3 if market is None else 2
    found = _polish(misses, [np.array(one) for one in product(*grid[:free])], low[:free], high[:free])
    return values(found)


def _polish(misses: Callable[[np.ndarray], np.ndarray], starts: list[np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    best = sorted(starts, key=lambda x: float(np.sum(misses(x) ** 2)))[:3]
    fits = [least_squares(misses, x, bounds=(low, high), x_scale=1.0) for x in best]
    return min(fits, key=lambda fit: fit.cost).x


def _sold(p: float, q: float, m: float, year: np.ndarray) -> np.ndarray:
    """Sold in the k-th year since the start."""

    def reached(k: np.ndarray) -> np.ndarray:
        left = np.exp(-(p + q) * k)
        return (1 - left) / (1 + q / p * left)

    return m * (reached(year) - reached(year - 1))


def _quarters(record: Record) -> list[Forecast]:
    """Microcars' share as in the last quarter that may be known."""
    past = record.quarters(record.known)
    coming = [f"{year}Q{quarter}" for year in record.years for quarter in range(1, 5)]
    if not past:
        return []
    last = list(past.values())[-1]
    return [Forecast(RIVAL, NO_CHANGE, NO_CHANGE, MICROCARS, period, np.array([last])) for period in coming]
