"""Products and their attributes, from the case's classes, attributes and key models.

Every class has a composite product that stands for all its models but the named ones; named products stand beside it.
Yearly figures sit at mid-year and are joined by straight lines; a key model's figures hold from month to month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...foundations.calendar import Calendar
from ...foundations.errors import InputError
from ...foundations.streams import stream, triangular
from .setting import NESTS, Axes

YEARLY = ("price", "range", "battery", "models")
SHARES = ("public_charging", "in_reach")  # constants that cannot pass one
Z90 = 1.645  # half a 90 % interval in standard deviations


class Uncertain(NamedTuple):
    """Figures with intervals: best values, 5 % and 95 % points; equal where nothing is drawn."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, z: np.ndarray | float) -> np.ndarray:
        """The figures z standard deviations out: lognormal, or triangular between the ends where the lower one is nought."""
        from scipy.special import ndtr

        log = (self.low > 0) & (self.high > self.low)
        spread = np.where(log, np.log(np.where(log, self.high, 1) / np.where(log, self.low, 1)) / (2 * Z90), 0.0)
        return np.where(log, self.value * np.exp(z * spread), triangular(ndtr(z), self.low, self.value, self.high))


@dataclass(frozen=True)
class Catalogue:
    """Nominal figures of all products and how uncertain they are, before anything is drawn."""

    axes: Axes
    yearly: dict[str, Uncertain]  # attribute -> (year, class)
    constants: dict[str, Uncertain]  # attribute -> (class)
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
    year = {each: index for index, each in enumerate(axes.years)}
    inside = yearly[yearly["year"].isin(axes.years)]
    position = {name: index for index, name in enumerate(axes.classes)}

    def figures(rows: pd.DataFrame, shape: tuple[int, ...]) -> Uncertain:
        at = [[position[each] for each in rows["class"]]]
        if len(shape) == 2:
            at.insert(0, [year[int(each)] for each in rows["year"]])
        return _figures(rows, tuple(at), shape)

    size = len(axes.classes)
    return Catalogue(
        axes=axes,
        yearly={name: figures(inside[inside["attribute"] == name], (len(axes.years), size)) for name in YEARLY},
        constants={name: figures(constant[constant["attribute"] == name], (size,)) for name in constant["attribute"].unique()},
        rows=tables["products"],
        calendar=calendar,
    )


def _figures(rows: pd.DataFrame, at: tuple, shape: tuple[int, ...]) -> Uncertain:
    """Rows of a table at positions of an array; a row without an interval is not drawn."""
    parts = [np.zeros(shape) for _ in range(3)]
    for part, name in zip(parts, ("value", "low", "high"), strict=True):
        part[at] = rows[name].fillna(rows["value"])
    return Uncertain(*parts)


def drawn_attributes(source: Catalogue, seed: int, draw: int | None) -> dict[str, np.ndarray]:
    """One draw of the yearly attributes, (year, class): a class's whole path moves together. No draw gives the best values."""
    return _drawn(source.yearly, "attributes", seed, draw)


def drawn_constants(source: Catalogue, seed: int, draw: int | None) -> dict[str, np.ndarray]:
    """One draw of the attributes that do not change with time, (class); shares stay below one."""
    drawn = _drawn(source.constants, "constants", seed, draw)
    return {name: np.minimum(value, 1.0) if name in SHARES else value for name, value in drawn.items()}


def _drawn(figures: dict[str, Uncertain], kind: str, seed: int, draw: int | None) -> dict[str, np.ndarray]:
    if draw is None:
        return {name: each.value for name, each in figures.items()}
    return {name: each.at(stream(seed, kind, name, draw).normal(size=each.value.shape[-1])) for name, each in figures.items()}


def _monthly(values: np.ndarray) -> np.ndarray:
    """Yearly figures by month, (year, class) -> (year * 12, class): at mid-year, joined by lines, held before the first and after the last."""
    years = np.arange(len(values)) * 12 + 5.5
    months = np.arange(len(values) * 12)
    return np.stack([np.interp(months, years, values[:, c]) for c in range(values.shape[1])], axis=1)


def _models(values: np.ndarray) -> np.ndarray:
    """Models on offer by month, (year, class) -> (year * 12, class): none in a year that has none, else joined by lines."""
    offered = np.repeat(values, 12, axis=0) > 0
    return np.where(offered, np.maximum(_monthly(values), 0.5), 0.0)


def product_arrays(source: Catalogue, drawn: dict[str, np.ndarray], seed: int, draw: int | None) -> dict[str, np.ndarray]:
    """Price, range, battery, log of models and whether on sale, each (year, month, product)."""
    axes, shape = source.axes, (len(source.axes.years), 12, len(source.axes.products))
    monthly = {name: axes.to_products(_monthly(drawn[name])) for name in ("price", "range", "battery")}
    models = axes.to_products(_models(drawn["models"]))
    on_sale = (models > 0).astype(float)
    named = np.array(axes.named)
    on_sale[:, named] = 0.0
    luck = {name: np.zeros(len(axes.products)) for name in ("price", "range", "battery")}
    if draw is not None:
        luck = {name: stream(seed, "products", name, draw).normal(size=len(axes.products)) for name in luck}
    _fill_named(source, monthly, on_sale, luck)
    taken = np.zeros((shape[0] * 12, len(axes.classes)))
    np.add.at(taken.T, np.array(axes.class_of)[named], on_sale[:, named].T)
    left = np.maximum(models - axes.to_products(taken), 0.5)
    log_models = np.where(named, 0.0, np.log(left))
    monthly |= {"log_models": log_models, "on_sale": on_sale}
    return {name: values.reshape(shape) for name, values in monthly.items()}


def _fill_named(source: Catalogue, monthly: dict[str, np.ndarray], on_sale: np.ndarray, luck: dict[str, np.ndarray]) -> None:
    """Write the named products' periods; `spread` is the relative half width of price, range and battery alike."""
    position = {name: index for index, name in enumerate(source.axes.products)}
    for row in source.rows.itertuples(index=False):
        span, j = source.calendar.span(row[4], row[5] or None), position[row.product]
        width = (0.0 if np.isnan(row.spread) else row.spread) / Z90
        for name, z in luck.items():
            monthly[name][span, j] = getattr(row, name) * np.exp(z[j] * width)
        on_sale[span, j] = 1.0
