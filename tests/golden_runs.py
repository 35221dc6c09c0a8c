"""The runs that golden files hold, and how they are written down."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from shidian.cases import load_case
from shidian.study import results
from shidian.study.simulate import simulate

FOLDER = Path(__file__).parent / "golden"
RUNS = {"toy": 4, "china-nev": 3}  # draws
INDICATORS = (
    "plugin_sales", "bev_sales", "phev_sales", "microcar_sales", "lsev_sales", "car_sales", "public_plugin_sales", "plugin_share",
    "car_fleet", "lsev_fleet", "nev_fleet", "plugin_range", "oil_displaced", "co2_avoided", "pm25_avoided", "accidents", "deaths",
    "lead", "output", "jobs", "central_subsidy_cost", "provincial_subsidy_cost", "city_subsidy_cost", "tax_relief_cost",
    "pack_price", "credit_price",
)  # fmt: skip


def centre_by_year(name: str) -> dict[str, dict[int, float]]:
    """The country's indicators by year, five significant digits, of a short run with seed 0."""
    case = load_case(name)
    table = results.summary(case, simulate(case, seed=0, draws=RUNS[name]))
    rows = table[(table["place"] == case.places.centre.code) & table["indicator"].isin(INDICATORS)]
    return {
        indicator: {int(year): float(f"{value:.5g}") for year, value in zip(part["year"], part["value"], strict=True)}
        for indicator, part in rows.groupby("indicator", sort=False)
    }


def read(name: str) -> dict[str, dict[int, float]]:
    """What a golden file holds."""
    return YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def write(name: str) -> None:
    """Write a golden file anew."""
    FOLDER.mkdir(exist_ok=True)
    yaml = YAML()
    yaml.default_flow_style = None
    with (FOLDER / f"{name}.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(centre_by_year(name), file)
