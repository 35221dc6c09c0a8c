"""From a case to what one draw takes as given.

`Source` reads the case's tables once; `Source.values(seed, draw)` draws every parameter, and
`Source.setting` and `Source.parameters` make the arrays of that draw. Draw `None` is the central one: every figure at its best value.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ...cases import Case
from ...foundations.errors import InputError
from ...foundations.streams import stream, triangular
from . import people, products
from .parameters import MarketParameters
from .priors import draw_parameter
from .setting import Setting, survival_ratios

DTYPE = np.float32


class Source:
    """A case's tables as arrays, shared by all draws of a run."""

    def __init__(self, case: Case):
        self.case = case
        self.calendar = case.calendar
        self.leaves = tuple(leaf.code for leaf in case.places.leaves)
        self.catalogue = products.catalogue(case.tables, case.calendar, self.leaves)
        self.axes = self.catalogue.axes
        _check_parameters(case)

    def series(self, name: str, seed: int, draw: int | None, default: float | None = None, luck: str = "") -> np.ndarray:
        """A national yearly series, (year): linear between the years given, held outside; drawn between its ends.

        Series with the same `luck` are high or low together; by default each has its own.
        """
        rows = self._series.get(name)
        if rows is None:
            if default is None:
                raise InputError(f"The table 'series' has no rows named '{name}', which the market world needs; add them.")
            return np.full(len(self.axes.years), default)
        u = 0.5 if draw is None else stream(seed, "series", luck or name, draw).uniform()
        value = rows["value"] if draw is None else triangular(u, rows["low"], rows["value"], rows["high"])
        return np.interp(self.axes.years, rows["period"].astype(int), value)

    @cached_property
    def _series(self) -> dict[str, dict[str, np.ndarray]]:
        """Columns of each national series in order of time, as arrays: they are read in every draw. An end not given is the value itself."""
        table = self.case.tables["series"]
        table = table.assign(**{end: table[end].fillna(table["value"]) for end in ("low", "high")})
        columns = ("period", "low", "value", "high")
        return {name: {column: rows[column].to_numpy() for column in columns} for name, rows in table.sort_values("period").groupby("name")}

    @cached_property
    def season(self) -> np.ndarray:
        """Month-of-year weights, mean one; flat where the case has none."""
        rows = self._series.get("seasonality")
        if rows is None:
            return np.ones(12)
        return rows["value"] / rows["value"].mean()

    @cached_property
    def sizes(self) -> np.ndarray:
        """Persons per household, (year, area): urban, rural."""
        return np.stack([self.series(f"household_size_{area}", 0, None) for area in ("urban", "rural")], axis=1)

    def households(self, sigmas: tuple[float, float]) -> np.ndarray:
        """Households, (year, place, segment), with these spreads of log incomes in urban and rural areas."""
        return people.households(self._people, self.sizes, sigmas)

    @cached_property
    def _people(self) -> people.People:
        return people.people(self.case.tables["people"], self.leaves, range(self.axes.years[0], self.axes.years[-1] + 1))

    def piles(self, seed: int, draw: int | None) -> np.ndarray:
        """Public chargers, (year, place): a provincial unit's chargers stand where its urban people are. Assumed ones are drawn."""
        if self.case.tables["chargers"].empty:
            return np.zeros((len(self.axes.years), len(self.leaves)))
        middle, width, share, home = self._chargers
        z = 0.0 if draw is None else stream(seed, "chargers", draw).normal(size=middle.shape[1])
        return (middle * np.exp(z * width / products.Z90))[:, home] * share

    @cached_property
    def _chargers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Provincial chargers at mid-year, their relative half widths, a leaf's share of them, its province."""
        table = self.case.tables["chargers"].fillna({"spread": 0.0})
        provinces = [place.code for place in self.case.places.provinces]
        years = range(self.axes.years[0] - 1, self.axes.years[-1] + 1)
        ends = people.between_years(table.rename(columns={"piles": "value"}), "value", years, provinces)
        middle = (ends[1:] + ends[:-1]) / 2
        width = people.between_years(table.rename(columns={"spread": "value"}).drop(columns="piles"), "value", years, provinces)[1:]
        urban = self._people.population * self._people.urban
        home = np.array(self.case.places.province_of_leaf)
        total = np.stack([np.bincount(home, weights=row, minlength=len(provinces)) for row in urban])
        return middle, width, urban / np.maximum(total[:, home], 1e-9), home

    @cached_property
    def _supply(self) -> tuple[np.ndarray, np.ndarray]:
        """Shares of makers in each class's composite and their relative half widths, (year, maker, class)."""
        axes, table = self.axes, self.case.tables["supply"].fillna({"spread": 0.0})
        share = np.zeros((len(axes.years), len(axes.makers), len(axes.classes)))
        width = np.zeros_like(share)
        for (cls, maker), rows in table.groupby(["class", "maker"]):
            rows, at = rows.sort_values("year"), (slice(None), axes.makers.index(maker), axes.classes.index(cls))
            share[at] = np.interp(axes.years, rows["year"], rows["share"])
            width[at] = np.interp(axes.years, rows["year"], rows["spread"])
        return share, width

    def maker_share(self, seed: int, draw: int | None) -> np.ndarray:
        """Who makes each product, (year, maker, product): assumed shares are drawn, then made to add up again."""
        axes, (share, width) = self.axes, self._supply
        z = 0.0 if draw is None else stream(seed, "supply", draw).normal(size=share.shape[1:])
        drawn = share * np.exp(z * width / products.Z90)
        share = axes.to_products(drawn / np.maximum(drawn.sum(axis=1, keepdims=True), 1e-12))
        share[:, :, np.array(axes.named)] = self._named_makers
        return share

    @cached_property
    def _named_makers(self) -> np.ndarray:
        """1 for the maker of each named product, (maker, named product)."""
        axes = self.axes
        maker_of = dict(zip(self.case.tables["products"]["product"], self.case.tables["products"]["maker"], strict=True))
        named = [name for name, one in zip(axes.products, axes.named, strict=True) if one]
        return np.eye(len(axes.makers))[:, [axes.makers.index(maker_of[name]) for name in named]]

    def schedule(self, instrument: str, range_km: np.ndarray) -> np.ndarray:
        """What a schedule grants at each product's range, (year, month, product); rows add up where they overlap."""
        flat = range_km.reshape(-1, range_km.shape[-1])
        amount = np.zeros_like(flat)
        for row, columns, span in self._schedules.get(instrument, ()):
            km = flat[span, columns]
            low, high, per_km, cap = (row[name] if row[name] == row[name] else default for name, default in _SCHEDULE)
            value = np.minimum(row["size"] + per_km * km, cap)
            amount[span, columns] += np.where((km >= low) & (km < high), value, 0.0)
        return amount.reshape(range_km.shape)

    @cached_property
    def _schedules(self) -> dict[str, list[tuple[dict, slice, slice]]]:
        """Rows of each schedule with the products (neighbours, as sorted by nest) and months they bear on."""
        found: dict[str, list] = {}
        for row in self.case.tables["schedules"].to_dict("records"):
            kinds = np.flatnonzero(self.axes.to_products(self.axes.classes_where(row["powertrain"])))
            span = self.calendar.span(row["from"], row["to"] or None)
            for columns in _runs(kinds):
                found.setdefault(row["instrument"], []).append((row, columns, span))
        return found

    @cached_property
    def graded(self) -> dict[str, np.ndarray]:
        """What schedules grant at each product's recorded range, (year, month, product); the same in every draw.

        List prices were recorded together with the subsidy that this range earned; a drawn range moves what buyers feel, not
        the step that the product stood on.
        """
        drawn = products.drawn_attributes(self.catalogue, 0, None)
        range_km = products.product_arrays(self.catalogue, drawn, 0, None)["range"]
        return {
            "subsidy": self.schedule("central_subsidy", range_km),
            "tax_threshold": np.minimum(self.schedule("tax_exemption", range_km), 1.0),
            "credits": self.schedule("credits", range_km),
        }

    def setting(self, values: dict[str, Any], seed: int, draw: int | None) -> Setting:
        """What one draw takes as given."""
        drawn = products.drawn_attributes(self.catalogue, seed, draw)
        constants = products.drawn_constants(self.catalogue, seed, draw)
        offer = products.product_arrays(self.catalogue, drawn, seed, draw)
        income_head = np.stack([self.series(f"income_{area}", seed, draw) for area in ("urban", "rural")])
        sigmas = values["income_sigma_urban"], values["income_sigma_rural"]
        bands = [people.band_means(income_head[area], sigmas[area]) for area in (0, 1)]
        heads = np.concatenate(bands, axis=1)
        steps = [people.band_means(income_head[area], sigmas[area], 3 * people.STEPS) * self.sizes[:, area, None] for area in (0, 1)]
        per_household = np.concatenate([each.reshape(len(each), 3, people.STEPS) for each in steps], axis=1)
        output = self.series("lithium_output", seed, draw, 1.0, luck="lithium")
        world = self.series("lithium_world", seed, draw, 0.0, luck="lithium")
        recorded = np.cumsum(np.where(world > 0, world, output)) - np.where(world > 0, world, output)
        survival = survival_ratios(constants["survival_scale"], constants["survival_shape"])
        arrays = dict(
            price=offer["price"], range_km=offer["range"], battery=offer["battery"], log_models=offer["log_models"],
            on_sale=offer["on_sale"], **self.graded, households=self.households(sigmas), income=per_household,
            income_head=heads / 1e4, season=self.season, piles=self.piles(seed, draw),
            pack_reference=self.series("pack_price_lithium", seed, draw), credit_reference=self.series("credit_price", seed, draw, 0.0),
            battery_reference=values["battery_start"] + recorded, battery_outside=output, maker_share=self.maker_share(seed, draw),
            public_charging=constants["public_charging"], in_reach=constants["in_reach"], survival=survival,
            fleet_start=self._fleet_start(values, survival, seed, draw),
        )  # fmt: skip
        return Setting(axes=self.axes, **{name: np.asarray(value, DTYPE) for name, value in arrays.items()})

    def _fleet_start(self, values: dict[str, Any], survival: np.ndarray, seed: int, draw: int | None) -> np.ndarray:
        """National opening fleet, (class, age): sales had grown by `start_growth` a year, ages survived accordingly."""
        share = np.array([float(values["start_share"].get(name, 0.0)) for name in self.axes.classes])
        ages = np.arange(survival.shape[1])
        alive = np.cumprod(np.concatenate([np.ones((len(share), 1)), survival[:, :-1]], axis=1), axis=1)
        weight = alive * np.exp(-values["start_growth"] * ages)
        total = self.series("car_fleet_start", seed, draw)[0]
        return total * (share / share.sum())[:, None] * weight / weight.sum(axis=1, keepdims=True)

    def values(self, seed: int, draw: int | None, given: dict[str, float] | None = None) -> dict[str, Any]:
        """One draw of every parameter of the case from its prior; the central values without a draw.

        `given` sets some of them outright: `{"alpha": 2.1, "xi.bev-a00": 0.4}`. Raises InputError for an unknown name.
        """
        drawn = {name: draw_parameter(each, seed, draw) for name, each in self.case.parameters.items()}
        return _set(drawn, given or {})

    def parameters(self, values: dict[str, Any], seed: int, draw: int | None) -> MarketParameters:
        """The kernel's parameters from one draw's values; named products get a taste of their own."""
        axes = self.axes
        z = np.zeros(len(axes.products)) if draw is None else stream(seed, "taste", draw).normal(size=len(axes.products))
        own = np.where(axes.named, values["product_spread"] * z, 0.0)
        drawn = values | {"xi": np.array([values["xi"][name] for name in axes.classes]), "xi_product": own}
        return MarketParameters(**{name: np.asarray(drawn[name], DTYPE) for name in MarketParameters.__dataclass_fields__})


BESIDE = (  # parameters that the market needs outside its kernel
    "product_spread", "income_sigma_urban", "income_sigma_rural", "battery_start", "start_growth", "start_share", "public_life",
    "displaced_lowspeed",
)  # fmt: skip


def _check_parameters(case: Case) -> None:
    needed = [name for name in MarketParameters.__dataclass_fields__ if name != "xi_product"]
    missing = [name for name in (*needed, *BESIDE) if name not in case.parameters]
    if missing:
        raise InputError(f"parameters.yaml of {case.name} lacks {', '.join(missing)}; the market world needs {'them' if missing[1:] else 'it'}.")
    absent = [name for name in case.tables["classes"]["class"] if name not in _vector(case.parameters["xi"].value)]
    if absent:
        raise InputError(f"The parameter xi of {case.name} has no value for {', '.join(absent)}; give one for each class.")


def _vector(value: Any) -> dict[str, float]:
    return value if isinstance(value, dict) else {}


_SCHEDULE = (("range_min", -np.inf), ("range_max", np.inf), ("per_km", 0.0), ("cap", np.inf))  # what an empty cell means


def _runs(positions: np.ndarray) -> list[slice]:
    """Positions as slices of neighbours."""
    if not len(positions):
        return []
    parts = np.split(positions, np.flatnonzero(np.diff(positions) > 1) + 1)
    return [slice(int(part[0]), int(part[-1]) + 1) for part in parts]


def _set(drawn: dict, given: dict[str, float]) -> dict:
    result = {name: dict(value) if isinstance(value, dict) else value for name, value in drawn.items()}
    for path, value in given.items():
        name, _, key = path.partition(".")
        if name not in result or (key and key not in result[name]):
            raise InputError(f"'{path}' is no parameter of this case; its parameters are {', '.join(sorted(result))}.")
        if key:
            result[name][key] = value
        else:
            result[name] = value
    return result
