"""What an indicator is called on a page."""

from __future__ import annotations

_LABELS = {
    "plugin_sales": "plug-in car sales",
    "bev_sales": "battery-electric car sales",
    "phev_sales": "plug-in hybrid sales",
    "microcar_sales": "microcar sales",
    "lsev_sales": "low-speed car sales",
    "car_sales": "car sales",
    "public_plugin_sales": "public plug-in vehicles bought",
    "plugin_share": "plug-in share of car sales",
    "microcar_share": "microcar share of battery-electric sales",
    "car_fleet": "cars in use",
    "plugin_fleet": "plug-in cars in use",
    "lsev_fleet": "low-speed cars in use",
    "public_plugin_fleet": "public plug-in vehicles in use",
    "nev_fleet": "new energy vehicles in use",
    "plugin_range": "mean range of plug-ins sold",
    "oil_displaced": "oil displaced",
    "co2_avoided": "CO2 avoided",
    "pm25_avoided": "PM2.5 avoided",
    "accidents": "accidents with low-speed cars",
    "deaths": "deaths with low-speed cars",
    "lead": "lead released or at risk",
    "output": "output of makers",
    "jobs": "jobs at makers",
    "plants": "idle plants of makers",
    "plants_below_scale": "plants below efficient scale",
    "makers": "makers that offer something",
    "rescued": "makers kept from leaving by their homes",
    "threshold": "rated range from which battery cars get the central subsidy, km",
    "stage": "mean stage of firms, 2.0 to 4.0",
    "stage_spread": "standard deviation of the stage over places",
    "at_three": "share of firms at Industry 3.0 or above",
    "sited_development": "standing of the centre's sites, standard deviations from the mean place",
    "sited_as_in_fact": "share of the centre's sites that were sites in fact",
}


def label_of(indicator: str) -> str:
    """Words for an indicator; the name itself with blanks where none are kept.

    >>> label_of("plugin_range"), label_of("rural_reach")
    ('mean range of plug-ins sold', 'rural reach')
    """
    return _LABELS.get(indicator, indicator.replace("_", " "))


def per_year(indicator: str, unit: str) -> str:
    """The unit of an indicator by year: flows are counted over the year, while stocks, shares and means are not.

    >>> per_year("bev_sales", "vehicles"), per_year("nev_fleet", "vehicles"), per_year("plugin_range", "km")
    ('vehicles a year', 'vehicles', 'km')
    """
    stock = unit == "1" or indicator.endswith(("_fleet", "_range", "_price", "jobs")) or indicator.startswith("fleet_")
    return unit if stock else f"{unit} a year"


def first_capital(text: str) -> str:
    """The text with its first letter raised and the rest as it was."""
    return text[:1].upper() + text[1:]
