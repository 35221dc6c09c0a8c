"""Consequences, in float64: fleets, energy, harm, money and work that follow from what was sold.

The kernel works in float32; here its yearly sales are taken as given and every stock is kept again in double precision,
so that stock(end) = stock(start) + sold - scrapped holds to the last digits. All arrays are (year, place) or
(year, place, class) unless a line says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .policies import Policies
from .setting import Setting
from .steps import YearRecord

PETROL_KG = 0.74  # kg of petrol a litre
PETROL_CO2 = 2.31  # kg of CO2 a litre burnt
PLUGINS = ("bev", "phev")


@dataclass(frozen=True)
class Constants:
    """What one vehicle of a class does in a year; each (class)."""

    distance: np.ndarray
    fuel: np.ndarray
    electricity: np.ndarray
    pm25: np.ndarray
    accidents: np.ndarray
    deaths: np.ndarray
    lead: np.ndarray
    jobs: np.ndarray


@dataclass(frozen=True)
class Outside:
    """Yearly series and shares from outside the household market."""

    public_sales: np.ndarray  # (year)
    grid_co2: np.ndarray  # (year), kg/kWh
    public_life: float  # year
    displaced_lowspeed: float  # share of low-speed distance that petrol would have driven


def vehicle_accounts(setting: Setting, opening: np.ndarray, sold: np.ndarray) -> dict[str, np.ndarray]:
    """Fleets kept in float64: closing stock and scrapped vehicles, (year, place, class).

    `opening` is (place, class, age) on the first day, `sold` (year, place, class).
    """
    survival = np.asarray(setting.survival, np.float64)
    fleet = opening.astype(np.float64)
    closing, scrapped = [], []
    for sales in sold.astype(np.float64):
        alive = fleet * survival
        scrapped.append((fleet - alive).sum(axis=-1))
        fleet = np.concatenate([sales[..., None], alive[..., :-1]], axis=-1)
        fleet[..., -1] += alive[..., -1]
        closing.append(fleet.sum(axis=-1))
    return {"closing": np.stack(closing), "scrapped": np.stack(scrapped)}


def public_accounts(policies: Policies, outside: Outside) -> dict[str, np.ndarray]:
    """Plug-in buses, vans, taxis and official cars: the national series, bought where procurement puts it.

    sales[y, l] = series[y] * weight[y, l] / sum of weights, nil where no place buys; a vehicle lasts `public_life` years.
    """
    weight = np.asarray(policies.procurement, np.float64).mean(axis=1)
    whole = weight.sum(axis=1, keepdims=True)
    share = np.where(whole > 0, weight / np.where(whole > 0, whole, 1), 0.0)
    sales = outside.public_sales[:, None] * share
    leaving = np.exp(-1 / outside.public_life)
    fleet = [sales[0]]
    for each in sales[1:]:
        fleet.append(fleet[-1] * leaving + each)
    return {"public_plugin_sales": sales, "public_plugin_fleet": np.stack(fleet)}


def energy_accounts(setting: Setting, constants: Constants, outside: Outside, mean_fleet: np.ndarray) -> dict[str, np.ndarray]:
    """Petrol not burnt (t), CO2 and PM2.5 of driving avoided (t), against the mean combustion car over the same distance.

    A low-speed car replaces petrol on a share of its distance only: many of its owners rode a bicycle before.
    """
    axes = setting.axes
    ice, plug, low = (axes.classes_where(*names) for names in (("ice",), PLUGINS, ("lsev",)))
    petrol = (constants.fuel * ice).sum() / ice.sum()
    soot = (constants.pm25 * ice).sum() / ice.sum()
    counted = plug + outside.displaced_lowspeed * low
    km = mean_fleet * constants.distance
    litres = km @ (counted * petrol / 100 - (plug + low) * constants.fuel / 100)
    power = km @ ((plug + low) * constants.electricity / 100)
    dust = km @ (counted * soot - (plug + low) * constants.pm25)
    return {
        "oil_displaced": litres * PETROL_KG / 1000,
        "co2_avoided": (litres * PETROL_CO2 - power * outside.grid_co2[:, None]) / 1000,
        "pm25_avoided": dust / 1e6,
    }


def harm_accounts(setting: Setting, constants: Constants, mean_fleet: np.ndarray) -> dict[str, np.ndarray]:
    """Accidents, deaths and lead at risk (kg) of the year, from vehicles on the road."""
    return {name: mean_fleet @ getattr(constants, name) for name in ("accidents", "deaths", "lead")}


def work_accounts(setting: Setting, constants: Constants, record: YearRecord, homes: np.ndarray) -> dict[str, np.ndarray]:
    """Output (RMB at list price) and jobs of plug-in and low-speed cars, where their makers are at home.

    `homes` is the leaf position of each maker.
    """
    axes = setting.axes
    new = axes.to_products(1 - axes.classes_where("ice"))
    by_month = np.asarray(record.monthly_sold, np.float64) * new
    sold = by_month.sum(axis=1)
    worth = (by_month * np.asarray(setting.price, np.float64)).sum(axis=1)
    work = sold * axes.to_products(constants.jobs) / 1000
    share = np.asarray(setting.maker_share, np.float64)
    return {name: _at_home(np.einsum("ymj,yj->ym", share, values), homes, len(axes.places)) for name, values in (("output", worth), ("jobs", work))}


def _at_home(by_maker: np.ndarray, homes: np.ndarray, places: int) -> np.ndarray:
    return np.stack([np.bincount(homes, weights=row, minlength=places) for row in by_maker])


def accounts(
    setting: Setting, policies: Policies, record: YearRecord, opening: np.ndarray, constants: Constants, outside: Outside, homes: np.ndarray
) -> dict[str, np.ndarray]:
    """Everything that follows from one draw's sales; see the functions above for each part."""
    sold = np.asarray(record.total.classes, np.float64)
    vehicles = vehicle_accounts(setting, opening, sold)
    before = np.concatenate([opening.sum(axis=-1)[None], vehicles["closing"][:-1]])
    mean_fleet = (before + vehicles["closing"]) / 2
    money = {
        "central_subsidy_cost": record.total.central,
        "provincial_subsidy_cost": record.total.province,
        "city_subsidy_cost": record.total.city,
        "tax_relief_cost": record.total.relief,
    }
    return {
        "sales": sold,
        "fleet": vehicles["closing"],
        "scrapped": vehicles["scrapped"],
        "plugin_km": np.asarray(record.total.plugin_km, np.float64),
        **public_accounts(policies, outside),
        **{name: np.asarray(value, np.float64) for name, value in money.items()},
        **energy_accounts(setting, constants, outside, mean_fleet),
        **harm_accounts(setting, constants, mean_fleet),
        **work_accounts(setting, constants, record, homes),
    }
