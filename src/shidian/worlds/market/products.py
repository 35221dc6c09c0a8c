"""Products and their attributes, from the case's classes, attributes and key models.

Every class has a composite product that stands for all its models but the named ones; named products stand beside it.
Yearly prices hold for their year, ranges and batteries sit at mid-year and are joined by straight lines; a key model's figures
hold from month to month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...foundations.calendar import Calendar
from ...foundations.errors import InputError
from ...foundations.streams import stream
from .setting import NESTS, Axes

YEARLY = ("price", "range", "battery", "models")
SHARES = ("public_charging", "in_reach")  # constants that cannot pass one
Z90 = 1.645  # half a 90 % interval in standard deviations


@dataclass(frozen=True)
class Catalogue:
    """Nominal figures of all products and how uncertain they are, before anything is drawn."""

    axes: Axes
    yearly: dict[str, np.ndarray]  # attribute -> (year, class)
    spread: dict[str, np.ndarray]  # the same shape: standard deviation of the log
    constants: dict[str, np.ndarray]  # attribute -> (class)
    constant_spread: dict[str, np.ndarray]
    rows: pd.DataFrame  # spec periods of the named products
    calendar: Calendar


def product_axes(tables: dict[str, pd.DataFrame], calendar: Calendar, leaves: tuple[str, ...]) -> Axes:
    """The product axis, sorted by nest, composites before named products."""
    classes = tables["classes"]
    names = list(classes["class"])
    nest_of = [NESTS.index(nest) for nest in classes["nest"]]
    named = tables["products"].drop_duplicates("product")
    entries = [(nest_of[c], 0, c, name, False) for c, name in enumerate(names)]
    entries += [
        (nest_of[names.index(row["class"])], 1, names.index(row["class"]), row["product"], True)
        for _, row in named.iterrows()
    ]
    entries.sort(key=lambda entry: entry[:3])
    counts = [sum(entry[0] == nest for entry in entries) for nest in range(3)]
    if 0 in counts:
        missing = NESTS[counts.index(0)]
        raise InputError(f"No class stands in the nest '{missing}'; the market needs one in each (with models 0 it sells nothing).")
    ends = np.cumsum(counts)
    return Axes(
        years=tuple(calendar.years),
        places=leaves,
        classes=tuple(names),
        products=tuple(entry[3] for entry in entries),
        makers=tuple(tables["makers"]["maker"]),
        class_of=tuple(entry[2] for entry in entries),
        named=tuple(entry[4] for entry in entries),
        nest_of_class=tuple(nest_of),
        powertrain_of_class=tuple(classes["powertrain"]),
        nests=tuple((int(end - count), int(end)) for end, count in zip(ends, counts, strict=True)),
    )


def catalogue(tables: dict[str, pd.DataFrame], calendar: Calendar, leaves: tuple[str, ...]) -> Catalogue:
    """Read the attribute tables into arrays once for all draws."""
    axes = product_axes(tables, calendar, leaves)
    table = tables["attributes"]
    yearly = table[table["year"].notna()]
    constant = table[table["year"].isna()]
    grid = {name: _grid(yearly[yearly["attribute"] == name], axes) for name in YEARLY}
    line = {name: _line(constant[constant["attribute"] == name], axes) for name in constant["attribute"].unique()}
    return Catalogue(
        axes=axes,
        yearly={name: pair[0] for name, pair in grid.items()},
        spread={name: pair[1] for name, pair in grid.items()},
        constants={name: pair[0] for name, pair in line.items()},
        constant_spread={name: pair[1] for name, pair in line.items()},
        rows=tables["products"],
        calendar=calendar,
    )


def log_spread(rows: pd.DataFrame) -> np.ndarray:
    """Standard deviation of the log from a 90 % interval; nil where there is none or it touches zero."""
    low, high = rows["low"].to_numpy(float), rows["high"].to_numpy(float)
    ok = (low > 0) & (high > low)
    return np.where(ok, np.log(np.where(ok, high, 1) / np.where(ok, low, 1)) / (2 * Z90), 0.0)


def _grid(rows: pd.DataFrame, axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    value, spread = np.zeros((len(axes.years), len(axes.classes))), np.zeros((len(axes.years), len(axes.classes)))
    year = {each: index for index, each in enumerate(axes.years)}
    inside = rows[rows["year"].isin(axes.years)]
    at = ([year[int(each)] for each in inside["year"]], [axes.classes.index(each) for each in inside["class"]])
    value[at], spread[at] = inside["value"], log_spread(inside)
    return value, spread


def _line(rows: pd.DataFrame, axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    value, spread = np.zeros(len(axes.classes)), np.zeros(len(axes.classes))
    at = [axes.classes.index(each) for each in rows["class"]]
    value[at], spread[at] = rows["value"], log_spread(rows)
    return value, spread


def drawn_attributes(source: Catalogue, seed: int, draw: int | None) -> dict[str, np.ndarray]:
    """One draw of the yearly attributes: a class's whole path shifts by exp(z * spread). No draw gives the nominal figures."""
    result = {}
    for name in YEARLY:
        shift = np.zeros(len(source.axes.classes))
        if draw is not None:
            shift = stream(seed, "attributes", name, draw).normal(size=len(source.axes.classes))
        result[name] = source.yearly[name] * np.exp(shift * source.spread[name])
    return result


def drawn_constants(source: Catalogue, seed: int, draw: int | None) -> dict[str, np.ndarray]:
    """One draw of the attributes that do not change with time, (class)."""
    result = {}
    for name, nominal in source.constants.items():
        shift = np.zeros(len(source.axes.classes))
        if draw is not None:
            shift = stream(seed, "constants", name, draw).normal(size=len(source.axes.classes))
        value = nominal * np.exp(shift * source.constant_spread[name])
        result[name] = np.minimum(value, 1.0) if name in SHARES else value
    return result


def _monthly(name: str, values: np.ndarray) -> np.ndarray:
    """Yearly figures by month, (year, class) -> (year * 12, class): at mid-year and joined by lines.

    Prices hold for their year: they contain the subsidy of that year, and a line would carry it past its end.
    """
    if name == "price":
        return np.repeat(values, 12, axis=0)
    years = np.arange(len(values)) * 12 + 5.5
    months = np.arange(len(values) * 12)
    return np.stack([np.interp(months, years, values[:, c]) for c in range(values.shape[1])], axis=1)


def product_arrays(source: Catalogue, drawn: dict[str, np.ndarray], seed: int, draw: int | None) -> dict[str, np.ndarray]:
    """Price, range, battery, log of models and whether on sale, each (year, month, product)."""
    axes, shape = source.axes, (len(source.axes.years), 12, len(source.axes.products))
    monthly = {name: axes.to_products(_monthly(name, drawn[name])) for name in ("price", "range", "battery")}
    models = axes.to_products(np.repeat(drawn["models"], 12, axis=0))
    on_sale = (models > 0).astype(float)
    named = np.array(axes.named)
    on_sale[:, named] = 0.0
    spread = np.zeros(len(axes.products)) if draw is None else stream(seed, "products", "price", draw).normal(size=len(axes.products))
    _fill_named(source, monthly, on_sale, spread)
    taken = np.zeros((shape[0] * 12, len(axes.classes)))
    np.add.at(taken.T, np.array(axes.class_of)[named], on_sale[:, named].T)
    left = np.maximum(models - axes.to_products(taken), 0.5)
    log_models = np.where(named, 0.0, np.log(left))
    monthly |= {"log_models": log_models, "on_sale": on_sale}
    return {name: values.reshape(shape) for name, values in monthly.items()}


def _fill_named(source: Catalogue, monthly: dict[str, np.ndarray], on_sale: np.ndarray, z: np.ndarray) -> None:
    position = {name: index for index, name in enumerate(source.axes.products)}
    for row in source.rows.itertuples(index=False):
        span, j = source.calendar.span(row[4], row[5] or None), position[row.product]
        factor = np.exp(z[j] * (0.0 if np.isnan(row.spread) else row.spread) / Z90)
        monthly["price"][span, j] = row.price * factor
        monthly["range"][span, j] = row.range
        monthly["battery"][span, j] = row.battery
        on_sale[span, j] = 1.0
