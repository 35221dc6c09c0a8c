"""Results as a dataset and as tidy tables.

`dataset` keeps every draw; `summary` and `monthly` reduce draws to a value (the median) and an interval (the 10 % and 90 %
points), for the centre, its provincial units and its leaves. Shares and averages are taken after summing places.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from ..cases import Case
from ..foundations.calendar import month_name
from ..worlds.market.steps import GROUPS

LOW, HIGH = 10, 90  # percentiles of the interval
MICROCAR = "bev-a00"  # what the field calls a microcar: an A00 battery-electric car

UNITS = {
    "plugin_share": "1", "microcar_share": "1", "microcar_share_of_plugin": "1", "plugin_range": "km", "oil_displaced": "t", "co2_avoided": "t",
    "pm25_avoided": "t", "accidents": "accidents", "deaths": "deaths", "lead": "kg", "output": "RMB", "jobs": "jobs",
    "central_subsidy_cost": "RMB", "tax_relief_cost": "RMB", "provincial_subsidy_cost": "RMB", "city_subsidy_cost": "RMB",
    "pack_price": "RMB/kWh", "credit_price": "RMB/credit",
}  # fmt: skip
ARRAY_UNITS = {"plugin_km": "km", "aware_plugin": "1", "shoppers": "households", "bought": "households"}  # arrays that are no indicator
FLOWS = (
    "oil_displaced", "co2_avoided", "pm25_avoided", "accidents", "deaths", "lead", "output", "jobs", "central_subsidy_cost",
    "tax_relief_cost", "provincial_subsidy_cost", "city_subsidy_cost",
)  # fmt: skip
_DIMS = {
    "sales": ("year", "place", "class"), "fleet": ("year", "place", "class"), "scrapped": ("year", "place", "class"),
    "monthly_product": ("month", "product"), "monthly_groups": ("month", "place", "group"), "pack_price": ("year",),
    "credit_price": ("year",),
}  # fmt: skip


def unit_of(indicator: str) -> str:
    """Unit of an indicator; what is not listed counts vehicles."""
    return UNITS.get(indicator, "vehicles")


def dataset(case: Case, draws: list[dict[str, np.ndarray]]) -> xr.Dataset:
    """All draws with named axes: draw, year, place, class, month, product, group; beside them the name of each place, the powertrain
    of each class and the class of each product."""
    from ..worlds.market.products import product_axes

    axes = product_axes(case.tables, case.calendar, tuple(leaf.code for leaf in case.places.leaves))
    variables = {}
    for name in draws[0]:
        dims = ("draw", *_DIMS.get(name, ("year", "place")))
        variables[name] = xr.Variable(dims, np.stack([draw[name] for draw in draws]), {"unit": ARRAY_UNITS.get(name) or unit_of(name)})
    powertrain = dict(zip(case.tables["classes"]["class"], case.tables["classes"]["powertrain"], strict=True))
    coordinates: dict[str, Any] = {
        "draw": np.arange(len(draws)), "year": list(axes.years), "place": list(axes.places), "class": list(axes.classes),
        "month": [month_name(month) for month in case.calendar.months], "product": list(axes.products), "group": list(GROUPS),
        "place_name": ("place", [case.places.by_code[code].name for code in axes.places]),
        "class_powertrain": ("class", [powertrain[name] for name in axes.classes]),
        "product_class": ("product", [axes.classes[position] for position in axes.class_of]),
    }  # fmt: skip
    return xr.Dataset(variables, coordinates, {"case": case.name, "digest": case.digest})


class Places:
    """How leaves add up to what a reader sees: the centre, the provincial units, the leaves below them."""

    def __init__(self, case: Case):
        tree = case.places
        below = [place for place in tree.leaves if place.level == "prefecture"]
        self.shown = [tree.centre, *tree.provinces, *below]
        self.upper = 1 + len(tree.provinces)
        self._below = [tree.leaf_index[place.code] for place in below]
        self._members = np.zeros((len(tree.leaves), len(tree.provinces)))
        for column, place in enumerate(tree.provinces):
            self._members[tree.leaves_under(place.code), column] = 1.0

    def add_up(self, values: np.ndarray, upper_only: bool = False) -> np.ndarray:
        """(..., leaf) to (..., shown place)."""
        parts = [values.sum(axis=-1, keepdims=True), values @ self._members]
        if not upper_only:
            parts.append(values[..., self._below])
        return np.concatenate(parts, axis=-1)


def _kinds(case: Case, data: xr.Dataset) -> dict[str, np.ndarray]:
    powertrain = dict(zip(case.tables["classes"]["class"], case.tables["classes"]["powertrain"], strict=True))
    kinds = np.array([powertrain[name] for name in data["class"].values])
    return {name: (kinds == name).astype(float) for name in ("ice", "bev", "phev", "lsev")}


def yearly_indicators(case: Case, data: xr.Dataset) -> Iterator[tuple[str, np.ndarray]]:
    """Every yearly indicator by name, (draw, year, shown place)."""
    places, kinds = Places(case), _kinds(case, data)
    sales, fleet = data["sales"].values, data["fleet"].values
    add = {name: places.add_up(sales @ kinds[name]) for name in kinds}
    plugin, cars = add["bev"] + add["phev"], add["ice"] + add["bev"] + add["phev"]
    micro = places.add_up(sales[..., list(data["class"].values).index(MICROCAR)]) if MICROCAR in data["class"] else 0 * cars
    yield "plugin_sales", plugin
    yield "bev_sales", add["bev"]
    yield "phev_sales", add["phev"]
    yield "microcar_sales", micro
    yield "lsev_sales", add["lsev"]
    yield "car_sales", cars
    yield "plugin_share", _ratio(plugin, cars)
    yield "microcar_share", _ratio(micro, add["bev"])
    yield "microcar_share_of_plugin", _ratio(micro, plugin)
    for position, name in enumerate(data["class"].values):
        yield f"sales_{name.replace('-', '_')}", places.add_up(sales[..., position])
        yield f"fleet_{name.replace('-', '_')}", places.add_up(fleet[..., position])
    public = {name: places.add_up(data[name].values) for name in ("public_plugin_sales", "public_plugin_fleet")}
    yield from public.items()
    plugs = places.add_up(fleet @ (kinds["bev"] + kinds["phev"]))
    yield "car_fleet", places.add_up(fleet @ (1 - kinds["lsev"]))
    yield "plugin_fleet", plugs
    yield "lsev_fleet", places.add_up(fleet @ kinds["lsev"])
    yield "nev_fleet", plugs + public["public_plugin_fleet"]
    yield "plugin_range", _ratio(places.add_up(data["plugin_km"].values), plugin)
    for name in FLOWS:
        yield name, places.add_up(data[name].values)


def monthly_indicators(case: Case, data: xr.Dataset) -> Iterator[tuple[str, np.ndarray]]:
    """Every monthly indicator by name, (draw, month, centre and provincial units)."""
    places = Places(case)
    groups = data["monthly_groups"].values
    ice, low, micro, other, phev = (places.add_up(groups[..., index].astype(float), upper_only=True) for index in range(len(GROUPS)))
    bev = micro + other
    yield "plugin_sales", bev + phev
    yield "bev_sales", bev
    yield "phev_sales", phev
    yield "microcar_sales", micro
    yield "lsev_sales", low
    yield "car_sales", ice + bev + phev
    yield "plugin_share", _ratio(bev + phev, ice + bev + phev)
    yield "microcar_share", _ratio(micro, bev)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _long(period: str, periods: list, codes: list[str], name: str, values: np.ndarray) -> pd.DataFrame:
    low, value, high = np.percentile(values, [LOW, 50, HIGH], axis=0)
    return pd.DataFrame(
        {
            period: np.repeat(periods, len(codes)),
            "place": np.tile(codes, len(periods)),
            "indicator": name,
            "value": value.ravel(),
            "unit": unit_of(name),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    )


def summary(case: Case, data: xr.Dataset) -> pd.DataFrame:
    """Tidy yearly table: year, place, indicator, value, unit, low, high."""
    codes = [place.code for place in Places(case).shown]
    years = list(data["year"].values)
    parts = [_long("year", years, codes, name, values) for name, values in yearly_indicators(case, data)]
    for name in ("pack_price", "credit_price"):
        parts.append(_long("year", years, [case.places.centre.code], name, data[name].values[..., None]))
    return pd.concat(parts, ignore_index=True)


def monthly(case: Case, data: xr.Dataset) -> pd.DataFrame:
    """Tidy monthly table: month, place, indicator, value, unit, low, high; the centre, provincial units and class sums."""
    places = Places(case)
    codes = [place.code for place in places.shown[: places.upper]]
    months = list(data["month"].values)
    parts = [_long("month", months, codes, name, values) for name, values in monthly_indicators(case, data)]
    classes = case.tables["classes"]["class"]
    for name in classes:
        values = data["monthly_product"].values[..., data["product_class"].values == name].sum(axis=-1)
        parts.append(_long("month", months, [case.places.centre.code], f"sales_{name.replace('-', '_')}", values[..., None]))
    return pd.concat(parts, ignore_index=True)
