"""Names and units that a case of the `market` world may use.

An instrument or attribute that the world does not know would be read by nobody; the loader refuses it and names the
nearest known one. Series and observed indicators may have further names, for patterns and readers; only a name that is
all but a known one is refused.
"""

from __future__ import annotations

from typing import NamedTuple

STATUSES = ("sourced", "derived", "unconfirmed", "assumed")
NESTS = ("combustion", "plug-in", "low-speed")
POWERTRAINS = ("ice", "bev", "phev", "lsev")
CAPABILITIES = ("e-bike", "tractor", "minivan", "car", "battery", "mixed")
DISTRIBUTIONS = ("normal", "lognormal", "uniform", "fixed")
COMBINES = ("sum", "max", "specific", "-")
USES = ("F", "H", "T", "-")
EXPECTATIONS = ("target", "mandate", "path", "forecast", "scenario")


class Lever(NamedTuple):
    """An instrument of the market world: unit, rule of combination, bounds of its size (None: no upper bound)."""

    unit: str
    combine: str
    low: float = 0.0
    high: float | None = 1.0


INSTRUMENTS = {
    "central_subsidy": Lever("1", "max"),
    "top_up_ratio": Lever("1", "sum", 0, None),
    "top_up": Lever("RMB/vehicle", "sum", 0, None),
    "purchase_tax": Lever("1", "specific"),
    "tax_exemption": Lever("1", "max"),
    "credit_obligation": Lever("1", "max"),
    "plate": Lever("RMB/vehicle", "specific", 0, None),
    "privilege": Lever("1", "sum"),
    "clean_air": Lever("1", "max"),
    "campaign": Lever("1", "sum"),
    "countryside": Lever("1", "max"),
    "access": Lever("1", "specific"),
    "enforcement": Lever("1", "max"),
    "procurement": Lever("1", "specific", 0, None),
    "charging": Lever("1", "-", 0, None),
}

NATIONAL = ("purchase_tax", "tax_exemption", "countryside", "credit_obligation")

SCHEDULES = {
    "central_subsidy": "RMB/vehicle",
    "tax_exemption": "1",
    "credits": "credits/vehicle",
}

SERIES = {
    "income_urban": "RMB/person/year",
    "income_rural": "RMB/person/year",
    "household_size_urban": "persons/household",
    "household_size_rural": "persons/household",
    "pack_price_lithium": "RMB/kWh",
    "pack_price_lead": "RMB/kWh",
    "credit_price": "RMB/credit",
    "car_fleet_start": "vehicles",
    "seasonality": "1",
    "public_sales": "vehicles/year",
    "gasoline_price": "RMB/l",
    "electricity_price": "RMB/kWh",
    "grid_co2": "kg/kWh",
    "lithium_output": "GWh/year",
    "lithium_world": "GWh/year",
    "usd": "RMB/USD",
}

ATTRIBUTES = {
    "price": "RMB/vehicle",
    "range": "km",
    "battery": "kWh",
    "models": "models",
    "public_charging": "1",
    "in_reach": "1",
    "survival_scale": "year",
    "survival_shape": "1",
    "distance": "km/year",
    "fuel": "l/100km",
    "electricity": "kWh/100km",
    "lead": "kg/vehicle/year",
    "accidents": "accidents/vehicle/year",
    "deaths": "deaths/vehicle/year",
    "jobs": "jobs/1000 vehicles/year",
    "pm25": "g/km",
}
EVERY_YEAR = ("price", "models")

# Numbers of the model itself: those that the kernel takes say there what they mean (a test holds the two together).
_PURE = """alpha lambda_combustion lambda_plugin lambda_lowspeed xi plugin_rural lowspeed_rural b_range b_charge b_privilege
b_countryside b_clean_air b_graduate foresight mu awareness_plugin awareness_lowspeed awareness_neighbour gompertz_alpha shoppers
learning markup credit_pass credit_elasticity vat subsidy_cap access_leak product_spread income_sigma_urban income_sigma_rural
start_share displaced_lowspeed""".split()
_YEARLY = """tau_bev tau_phev tau_lsev tau_ice k0_plugin k1_plugin k2_plugin k0_lowspeed k1_lowspeed adjustment
mobility_turnover start_growth""".split()
PARAMETERS = (
    dict.fromkeys(_PURE, "1")
    | dict.fromkeys(_YEARLY, "1/year")
    | {"alpha_local": "1/10000RMB", "gompertz_beta": "1/(10000RMB/person)", "gompertz_max": "vehicle/household"}
    | {"credit_cap": "RMB/credit", "cafc_demand": "credit/vehicle", "battery_start": "GWh", "range_scale": "km"}
    | {"reference_year": "year", "public_life": "year"}
)
SHARES = ("public_charging", "in_reach")

_VEHICLES = """plugin_sales bev_sales phev_sales microcar_sales lsev_sales car_sales public_plugin_sales
car_fleet plugin_fleet lsev_fleet public_plugin_fleet nev_fleet""".split()
_COSTS = "central_subsidy_cost tax_relief_cost provincial_subsidy_cost city_subsidy_cost output".split()
INDICATORS = (
    dict.fromkeys(_VEHICLES, "vehicles")
    | dict.fromkeys(("plugin_share", "microcar_share", "microcar_share_of_plugin"), "1")
    | dict.fromkeys(("oil_displaced", "co2_avoided", "pm25_avoided"), "t")
    | dict.fromkeys(_COSTS, "RMB")
    | {"plugin_range": "km", "accidents": "accidents", "deaths": "deaths", "lead": "kg", "jobs": "jobs"}
    | {"pack_price": "RMB/kWh", "credit_price": "RMB/credit"}
)


# What history records and no run yields under that name: kept for reading beside the results.
OBSERVED_ONLY = {
    "accidents_2013_2018": "accidents",
    "deaths_2013_2018": "deaths",
    "cars_per_100_households": "vehicles per 100 households",
    "cars_per_100_urban_households": "vehicles per 100 households",
    "cars_per_100_rural_households": "vehicles per 100 households",
    "countryside_sales": "vehicles",
    "microcar_share_paper": "1",
    "plugin_sales_to_date": "vehicles",
    "share_of_plugin_phev": "1",
    "all_nev_sales": "vehicles",
    "all_nev_share": "1",
    "wholesale_nev_sales": "vehicles",
    "nev_credit_ratio": "1",
}


def indicators_of(classes: list[str]) -> dict[str, str]:
    """Every indicator of a case with these classes, with its unit.

    >>> indicators_of(["bev-a00"])["sales_bev_a00"]
    'vehicles'
    """
    by_class = (f"{stem}_{name.replace('-', '_')}" for name in classes for stem in ("sales", "fleet"))
    mix = (f"share_of_{kind}_{name.replace('-', '_')}" for name in classes for kind in ("bev", "plugin"))
    return INDICATORS | dict.fromkeys(by_class, "vehicles") | dict.fromkeys(mix, "1")
