"""Shares of the classes in plug-in cars, 2018 to 2023, from the class list of a sales data set.

Two things are mended, by draws. Premium cars that the data set misses are added and those that were exported are taken out
(hand/premium_corrections.csv). Names sold both as battery car and as hybrid are divided: in each draw the battery cars add up to the
share that `bev_sales` has in `plugin_sales`; what the names of one class alone leave open is filled from the names sold as both, up to
all of them, and goes to small, mid-size and premium cars by a Dirichlet draw around the judgement in hand/dual_names.csv. Where nothing
is left open, or too little is to be had, the classes other than microcars are scaled to the sum. The rest, with the range extenders,
is hybrid. A value is the mean of the draws, so that a year's shares add up to 1; low and high are their 5 % and 95 % points.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

import case_rows
from case_csv import number, read

DRAWS, SEED = 4000, 20
EDGE = 0.05  # of a class's share: names that the list gives to the wrong class (assumed)
LEAST = 0.01  # by which the share of battery cars is uncertain at least (assumed)
BOTH = "BEV and PHEV under one name"
SEGMENTS = {"BEV A00": "bev_a00", "BEV A0": "bev_a0", "BEV A/B below 250,000 RMB": "bev_mid", "BEV from 250,000 RMB": "bev_premium"}
SPLIT = ("bev_a0", "bev_mid", "bev_premium")
CLASSES = (*SEGMENTS.values(), "phev")
SOURCE = "car-months; open-ev-charts; iea2024; caam; icct"
NOTES = {
    "bev_a00": "class list of ours; to 2021 between its share of the data set and microcars counted over plug-in cars sold",
    "phev": "range extenders included; battery cars' share as in bev_sales, ends from the associations' share",
    "": "class list of ours, with a part of the names sold as both by drawn splits; the centre of the splits is assumed",
}


@dataclass(frozen=True)
class Year:
    """What is known of a year's plug-in cars: shares by segment, size of the data set, battery cars' share twice, counts by hand."""

    named: dict[str, float]
    units: float
    battery: float
    battery_else: float
    microcars: float | None
    premium: tuple[float, float]
    centre: dict[str, float]
    weight: float


def rows(national: Path, counted: dict[str, float]) -> list[list[object]]:
    """Rows of observed.csv: indicator share_of_plugin_<class> by year; `counted`: microcars by another count than the named models."""
    table = []
    for year, known in years(national, counted).items():
        luck = random.Random(f"{SEED} {year}")
        draws = [_draw(luck, known) for _ in range(DRAWS)]
        table += [_row(name, year, sorted(draw[name] for draw in draws)) for name in CLASSES]
    return table


def years(national: Path, counted: dict[str, float]) -> dict[str, Year]:
    """Everything known, by year."""
    listed = read(national / "class_sales_share.csv")
    sales = {row["year"]: row for row in read(national / "plugin_passenger.csv")}
    premium = {row["year"]: row for row in _hand("premium_corrections")}
    of_names: dict[str, float] = {}
    for row in read(national / "a00_monthly.csv"):
        of_names[row["month"][:4]] = of_names.get(row["month"][:4], 0.0) + number(row["a00_rule_incl_seagull_units"])
    found = {}
    for hand in _hand("dual_names"):
        year = hand["year"]
        named = {row["segment"]: number(row["value"]) / 100 for row in listed if row["base"] == "NEV cars in data set" and row["period"] == year}
        plugin, bev = (number(sales[year][name]) for name in ("plugin_domestic_passenger", "bev_domestic_passenger"))
        micro = of_names.get(year)
        count = counted.get(year, micro)
        found[year] = Year(
            named, micro / named["BEV A00"] if micro else plugin, bev / plugin, _battery_else(listed, year), count and count / plugin,
            tuple(number(premium[year][end]) for end in ("low", "high")), {name: number(hand[name]) for name in SPLIT}, number(hand["weight"]),
        )  # fmt: skip
    return found


def _hand(name: str) -> list[dict[str, str]]:
    return case_rows.read(case_rows.HAND / f"{name}.csv")


def _battery_else(listed: list[dict[str, str]], year: str) -> float:
    """The share of battery cars by the associations, which the class list was divided by."""
    note = next(row["note"] for row in listed if row["base"] == "BEV cars (estimated)" and row["period"] == year)
    return float(re.search(r"BEV share ([\d.]+)", note)[1])


def _draw(luck: random.Random, known: Year) -> dict[str, float]:
    """One division of a year's plug-in cars."""
    width = max(abs(known.battery_else - known.battery), LEAST)
    battery = luck.triangular(known.battery - width, known.battery + width, known.battery)
    added = luck.uniform(*known.premium) / known.units
    sure = {name: known.named[segment] * luck.uniform(1 - EDGE, 1 + EDGE) / (1 + added) for segment, name in SEGMENTS.items()}
    sure["bev_premium"] += added / (1 + added)
    if known.microcars is not None:
        sure["bev_a00"] = luck.uniform(*sorted((known.named["BEV A00"] / (1 + added), known.microcars))) * luck.uniform(1 - EDGE, 1 + EDGE)
    room = battery - sure["bev_a00"]
    taken = min(max(room - sum(sure[name] for name in SPLIT), 0.0), known.named[BOTH] / (1 + added))
    parts = [luck.gammavariate(known.weight * known.centre[name], 1.0) for name in SPLIT]
    filled = {name: sure[name] + taken * part / sum(parts) for name, part in zip(SPLIT, parts, strict=True)}
    scale = room / sum(filled.values())
    return {"bev_a00": sure["bev_a00"], **{name: scale * share for name, share in filled.items()}, "phev": 1.0 - battery}


def _row(name: str, year: str, draws: list[float]) -> list[object]:
    """Mean and ends of a class's share."""
    value, low, high = sum(draws) / DRAWS, draws[round(0.05 * DRAWS)], draws[round(0.95 * DRAWS)]
    use = "F" if year <= "2019" else "H"
    return [f"share_of_plugin_{name}", "100000", year, value, low, high, "1", use, "derived", SOURCE, NOTES.get(name, NOTES[""])]
