"""Fabricated results for the report's tests: smooth curves with bands of no meaning, for a small case and for China's places.

Tables of the bundled case (places, classes, observed, the papers' tables) are the real ones.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import shidian.cases
from shidian.report import ReportInput

CASE = Path(list(shidian.cases.__path__)[0]) / "bundled" / "china-nev"
FABRICATED = "Fabricated for a test: the curves mean nothing."
CITIES = ["450200", "440300", "310000"]


def case_table(name: str) -> pd.DataFrame:
    return pd.read_csv(CASE / f"{name}.csv", dtype={"code": str, "place": str, "period": str})


def curve(times: np.ndarray, middle: float, top: float, pace: float) -> np.ndarray:
    return top / (1 + np.exp(-(times - middle) / pace))


def spread(times: np.ndarray, value: np.ndarray, first: float) -> tuple[np.ndarray, np.ndarray]:
    width = 1.08 + 0.035 * np.maximum(times - first, 0)
    return value / width, value * width


def fabricated(
    places: dict[str, float], classes: list[str], years: range, low_speed: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Summary and monthly tables from logistic curves; `places` gives each place its size."""
    grain = {"yearly": np.array(years, float), "monthly": years[0] + np.arange(12 * len(years)) / 12}
    rows: dict[str, list[pd.DataFrame]] = {"yearly": [], "monthly": []}
    for seed, (place, size) in enumerate(places.items()):
        for name, times in grain.items():
            per = 12 if name == "monthly" else 1
            rows[name] += [
                frame_of(indicator, value, unit, times, place)
                for indicator, (value, unit) in curves(times, size / per, per, seed % 5 - 2, classes, low_speed).items()
            ]
    summary, monthly = (pd.concat(rows[name]) for name in ("yearly", "monthly"))
    month = ((monthly["time"] - monthly["time"] // 1) * 12).round().astype(int) + 1
    months = (monthly["time"] // 1).astype(int).astype(str) + "-" + month.astype(str).str.zfill(2)
    return summary.rename(columns={"time": "year"}).astype({"year": int}), monthly.assign(month=months).drop(
        columns="time"
    )


def frame_of(indicator: str, value: np.ndarray, unit: str, times: np.ndarray, place: str) -> pd.DataFrame:
    low, high = spread(times, value, times[0])
    if unit == "1":
        high = np.minimum(high, 0.97)
    columns = {
        "time": times,
        "place": place,
        "indicator": indicator,
        "value": value,
        "unit": unit,
        "low": low,
        "high": high,
    }
    return pd.DataFrame(columns)


def curves(
    t: np.ndarray, size: float, per: int, late: float, classes: list[str], low_speed: bool
) -> dict[str, tuple[np.ndarray, str]]:
    cars = size * (1 + 0.05 * (t - t[0]))
    share = curve(t, 2022 + 0.7 * late, 0.55, 1.25)
    plug_in = cars * share
    bev = plug_in * (0.8 - 0.02 * np.maximum(t - 2018, 0))
    micro = np.clip(0.05 + 0.3 * np.exp(-(((t - 2021.2) / 1.5) ** 2)) + 0.15 * (t < 2019.5), 0, 1)
    made = {
        "car_sales": (cars, "vehicles"),
        "plugin_sales": (plug_in, "vehicles"),
        "plugin_share": (share, "1"),
        "bev_sales": (bev, "vehicles"),
        "phev_sales": (plug_in - bev, "vehicles"),
        "microcar_sales": (bev * micro, "vehicles"),
        "microcar_share": (micro, "1"),
        "public_plugin_sales": (size * curve(t, 2014, 0.006, 1.0), "vehicles"),
        "plugin_range": (150 + 18 * (t - t[0]), "km"),
        "oil_displaced": (0.6 * plug_in, "t"),
        "co2_avoided": (0.4 * plug_in, "t"),
        "jobs": (0.02 * plug_in, "jobs"),
        "nev_fleet": (np.cumsum(plug_in), "vehicles"),
        "central_subsidy_cost": (plug_in * 3e4 * (t < 2023) * (t > 2009), "RMB"),
        "tax_relief_cost": (plug_in * 1.3e4 * (t > 2014), "RMB"),
        "provincial_subsidy_cost": (plug_in * 4e3 * (t < 2020), "RMB"),
        "city_subsidy_cost": (plug_in * 9e3 * (t < 2020), "RMB"),
    }
    made |= {f"sales_{name.replace('-', '_')}": (plug_in / (2 + i), "vehicles") for i, name in enumerate(classes)}
    if low_speed:
        sold = size * 0.06 * (curve(t, 2014.5, 1.0, 1.1) - curve(t, 2019.5, 0.8, 0.5))
        harm = {"accidents": (0.15 * sold, "accidents"), "deaths": (0.003 * sold, "deaths"), "lead": (9 * sold, "kg")}
        made |= {"lsev_sales": (sold, "vehicles")} | harm
    return made


def china_report() -> ReportInput:
    """A report on the places of the bundled case with fabricated results."""
    places, classes, observed = case_table("places"), case_table("classes"), case_table("observed")
    shown = {"100000": 1.4e7} | {
        code: 4.5e5 for code in places.loc[places["level"].isin(["province", "municipality"]), "code"]
    }
    shown |= {code: 1e5 for code in CITIES if code not in shown}
    plug_in = list(classes.loc[classes["nest"] == "plug-in", "class"])
    summary, monthly = fabricated(shown, plug_in, range(2009, 2026), low_speed=True)
    return ReportInput(
        title="Electric vehicles in China, 2009 to 2025: a replay",
        description="The timeline of central and local policies as history had it, replayed month by month over 337 prefectures. "
        + FABRICATED,
        provenance={
            "case": "china-nev",
            "regime": "historical",
            "seed": "7",
            "draws": "64",
            "version": "0.1.0",
            "run": "3f9a0c1d" * 4,
        },
        summary=summary,
        monthly=monthly,
        observed=observed,
        places=places,
        classes=classes,
        goals=some_goals(),
        headlines=some_headlines(),
        uncertainty=(
            "The intervals hold the uncertainty of the parameters (drawn from their posterior), of inputs that are assumed or "
            "unconfirmed, and of monthly shocks. They do not hold the choice of the model itself. " + FABRICATED
        ),
        patterns=some_patterns(),
        focus=CITIES,
        tables={name: pd.read_csv(CASE / f"{name}.csv") for name in ("paper_tables", "mic2025")},
        weak=[
            "City shares rest on two recorded years.",
            "Prices after 2023 are carried forward.",
            "Nothing below is a finding: " + FABRICATED,
        ],
    )


def some_goals() -> list[dict]:
    rows = [
        ("technology", 0.25, "plugin_range", "higher", "km"),
        ("environment", 0.25, "co2_avoided", "higher", "t"),
        ("energy security", 0.2, "oil_displaced", "higher", "t"),
        ("growth and jobs", 0.2, "jobs", "higher", "jobs"),
        ("safety", 0.1, "deaths", "lower", "deaths"),
    ]
    return [dict(zip(("name", "weight", "indicator", "better", "unit"), row, strict=True)) for row in rows]


def some_headlines() -> list[dict]:
    rows = [
        ("Plug-in cars sold in 2023", 7.1e6, 5.9e6, 8.2e6, "vehicles", 7.36e6, ""),
        ("Plug-in share of car sales, 2023", 0.33, 0.27, 0.38, "1", 0.34, ""),
        (
            "Microcars in battery-electric sales, first quarter of 2021",
            0.37,
            0.3,
            0.43,
            "1",
            0.4,
            "The paper says roughly 40 %.",
        ),
        ("Low-speed cars sold in 2018", 1.3e6, 0.9e6, 1.7e6, "vehicles", 1.4e6, "Sources differ by up to two."),
        (
            "New energy vehicles in use, end of 2020",
            4.6e6,
            4.0e6,
            5.3e6,
            "vehicles",
            4.92e6,
            "The target was 5 million.",
        ),
        ("Central subsidies, 2010 to 2022", 1.5e11, 1.2e11, 1.9e11, "RMB", None, "No record to compare with."),
    ]
    return [dict(zip(("label", "value", "low", "high", "unit", "observed", "note"), row, strict=True)) for row in rows]


def some_patterns() -> list[dict]:
    rows = [
        ("24", "Low-speed take-off", "F", "756,000 in 2017", 7.1e5, 5e5, 9e5, "vehicles", "holds", "S1, L C4", ""),
        ("30b", "Liuzhou's mix", "H", "83 % micro in 2021", 0.61, 0.5, 0.7, "1", "misses", "S1", "too few"),
        ("32", "National programme broadens", "F", "firms 10 to 33", None, None, None, "", "input", "S1", ""),
        ("29", "Support verdict", "H", "microcar supported", None, None, None, "", "not yet", "S1", ""),
    ]
    return [
        dict(
            zip(
                ("id", "name", "use", "criterion", "value", "low", "high", "unit", "result", "source", "note"),
                row,
                strict=True,
            )
        )
        for row in rows
    ]


def toy_report(**changes: object) -> ReportInput:
    """Three places, six years, no paper, no low-speed class, no chosen places."""
    columns = ["code", "name", "name_local", "level", "parent", "grid_row", "grid_col"]
    places = pd.DataFrame(
        [
            ["0", "Whole", "", "centre", "", None, None],
            ["a", "Alpha", "", "municipality", "0", 0, 0],
            ["b", "Beta", "", "municipality", "0", 0, 1],
        ],
        columns=columns,
    )
    classes = pd.DataFrame(
        {"class": ["ice-mid", "bev-mid"], "label": ["Combustion", "Electric"], "nest": ["combustion", "plug-in"]}
    )
    summary, monthly = fabricated({"0": 1e5, "a": 6e4, "b": 4e4}, ["bev-mid"], range(2010, 2016), low_speed=False)
    seen = pd.DataFrame(
        columns=["indicator", "place", "period", "value", "low", "high", "unit", "use", "status", "source", "note"]
    )
    kept = {
        "title": "Toy",
        "description": FABRICATED,
        "provenance": {"case": "toy"},
        "summary": summary,
        "monthly": monthly,
    }
    kept |= {
        "observed": seen,
        "places": places,
        "classes": classes,
        "goals": some_goals(),
        "headlines": [],
        "uncertainty": "",
    }
    return ReportInput(**(kept | changes))
