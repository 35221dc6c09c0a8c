"""What the market is given: products and their attributes, people and incomes, technology outside the model.

A `Setting` holds what one draw takes as given; `draw_setting` builds it from a case. What no source gives is drawn within
its interval: one deviation for each class and attribute, so that a whole price path shifts and does not jitter.
"""

from __future__ import annotations

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float

from ...foundations.quantities import quantity

NESTS = ("combustion", "plug-in", "low-speed")
SEGMENTS = ("urban-low", "urban-middle", "urban-high", "rural-low", "rural-middle", "rural-high")


class Axes(eqx.Module):
    """Names and static positions: products are sorted by nest, so that a nest is a slice."""

    years: tuple[int, ...] = eqx.field(static=True)
    places: tuple[str, ...] = eqx.field(static=True)
    classes: tuple[str, ...] = eqx.field(static=True)
    products: tuple[str, ...] = eqx.field(static=True)
    makers: tuple[str, ...] = eqx.field(static=True)
    class_of: tuple[int, ...] = eqx.field(static=True)  # class of each product
    named: tuple[bool, ...] = eqx.field(static=True)  # a key model, not its class's composite
    nest_of_class: tuple[int, ...] = eqx.field(static=True)
    powertrain_of_class: tuple[str, ...] = eqx.field(static=True)
    nests: tuple[tuple[int, int], ...] = eqx.field(static=True)  # first and last-plus-one product of each nest

    def classes_where(self, *powertrains: str) -> np.ndarray:
        """1 for the classes with one of these powertrains, else 0; axis (class)."""
        return np.array([float(powertrain in powertrains) for powertrain in self.powertrain_of_class])

    def to_products(self, by_class: np.ndarray) -> np.ndarray:
        """Spread values over (..., class) to (..., product)."""
        return np.asarray(by_class)[..., list(self.class_of)]


class Setting(eqx.Module):
    """What one draw takes as given."""

    axes: Axes
    price: Float[Array, "year month product"] = quantity("RMB/vehicle", "list price with VAT, before subsidy and purchase tax")
    range_km: Float[Array, "year month product"] = quantity("km", "rated electric range")
    battery: Float[Array, "year month product"] = quantity("kWh", "battery of one vehicle")
    log_models: Float[Array, "year month product"] = quantity("1", "log of the models that a composite stands for")
    on_sale: Float[Array, "year month product"] = quantity("1", "1 while the product is sold")
    subsidy: Float[Array, "year month product"] = quantity("RMB/vehicle", "central purchase subsidy where it may be claimed")
    tax_threshold: Float[Array, "year month product"] = quantity("1", "1 where the product meets the technical threshold of the tax exemption")
    credits: Float[Array, "year month product"] = quantity("credit/vehicle", "new-energy credits that one sale earns")
    households: Float[Array, "year place segment"] = quantity("household", "households of each income band")
    income: Float[Array, "year segment step"] = quantity("RMB/household/year", "disposable income, national by band and step within the band")
    income_head: Float[Array, "year segment"] = quantity("10000 RMB/person/year", "mean of the band, per person")
    season: Float[Array, "month"] = quantity("1", "share of the year's shoppers in each month, times twelve")
    piles: Float[Array, "year place"] = quantity("pile", "public chargers, middle of the year")
    pack_reference: Float[Array, "year"] = quantity("RMB/kWh", "lithium pack price that list prices were made at")
    credit_reference: Float[Array, "year"] = quantity("RMB/credit", "credit price that list prices were made at")
    battery_reference: Float[Array, "year"] = quantity("GWh", "world cumulative battery output when those packs were sold")
    battery_outside: Float[Array, "year"] = quantity("GWh/year", "vehicle batteries outside this market")
    maker_share: Float[Array, "year maker product"] = quantity("1", "who makes a product; sums to 1 over makers")
    public_charging: Float[Array, "class"] = quantity("1", "how far owners depend on public chargers")
    in_reach: Float[Array, "class"] = quantity("1", "1 where a low-speed owner can afford the step up")
    survival: Float[Array, "class age"] = quantity("1", "share of vehicles of an age that outlive the next year")
    fleet_start: Float[Array, "class age"] = quantity("vehicle", "national fleet at the start; incomes say where it stands")


AGES = 25  # years a vehicle can be followed; the last bin keeps ageing


def survival_ratios(scale: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Share that outlives the next year, from the Weibull curve S(a) = exp(-(a/T)^B); axes (class, age).

    A vehicle is half a year old on average at the end of the year it was sold in. Source: hao2011.
    """
    age = np.arange(AGES + 1) + 0.5
    outlive = np.exp(-((age / scale[:, None]) ** shape[:, None]))
    return outlive[:, 1:] / np.maximum(outlive[:, :-1], 1e-12)
