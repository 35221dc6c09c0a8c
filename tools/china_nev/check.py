"""Checks of the case tables that these scripts write; prints a line for each and ends with 1 if one fails."""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

from case_csv import STATUSES, number, read

TABLES = "places people series chargers makers supply observed forecasts mic2025 paper_tables".split()

CELLS = ("value", "share", "population", "urban_share", "relative_income_urban", "relative_income_rural")


def main() -> int:
    """Run all checks on a case folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path)
    folder = parser.parse_args().case
    tables = {name: read(folder / f"{name}.csv") for name in TABLES}
    results = places(tables) + sums(tables) + text(folder, tables)
    for good, line in results:
        print("ok  " if good else "FAIL", line)
    return 0 if all(good for good, _ in results) else 1


def places(tables: dict) -> list[tuple[bool, str]]:
    """Codes, parents, levels and grid cells."""
    rows = tables["places"]
    codes = [row["code"] for row in rows]
    parents = {row["parent"] for row in rows}
    leaves = {code for code in codes if code not in parents}
    cells = [(row["grid_row"], row["grid_col"]) for row in rows if row["grid_row"]]
    known = all(row["place"] in codes for name in ("people", "chargers", "observed", "mic2025") for row in tables[name])
    homes = all(row["home"] in leaves for row in tables["makers"])
    return [
        (len(leaves) == 337, f"{len(leaves)} leaves"),
        (len(set(codes)) == len(codes), f"{len(codes)} unique codes"),
        (len(cells) == 31 == len(set(cells)), f"{len(cells)} grid cells"),
        (known, "all places of the tables are in places.csv"),
        (homes, f"homes of {len(tables['makers'])} makers are leaves"),
    ]


def sums(tables: dict) -> list[tuple[bool, str]]:
    """Totals that must come out."""
    people: dict[str, float] = defaultdict(float)
    for row in tables["people"]:
        people[row["year"]] += number(row["population"])
    supply: dict[tuple[str, str], float] = defaultdict(float)
    for row in tables["supply"]:
        supply[row["class"], row["year"]] += number(row["share"])
    makers = {row["maker"] for row in tables["makers"]}
    piles: dict[str, float] = defaultdict(float)
    for row in tables["chargers"]:
        piles[row["year"]] += number(row["piles"])
    months = [number(row["value"]) for row in tables["series"] if row["name"] == "seasonality"]
    worst = max(abs(total - 1) for total in supply.values())
    return [
        (abs(people["2020"] - 1.3998e9) < 1e6, f"{people['2010']:.0f} persons in 2010, {people['2020']:.0f} in 2020"),
        (worst < 1e-9 and len({name for name, _ in supply}) == 11, f"supply: {len(supply)} class-years of 11 classes, largest error {worst:.1g}"),
        ({row["maker"] for row in tables["supply"]} <= makers, "makers of supply.csv are in makers.csv"),
        (len(tables["chargers"]) == 31 * 17, "piles: " + ", ".join(f"{year} {total:.0f}" for year, total in sorted(piles.items())[7:])),
        (len(months) == 12 and abs(sum(months) / 12 - 1) < 1e-9, f"seasonality mean {sum(months) / 12:.6f}"),
    ]


def text(folder: Path, tables: dict) -> list[tuple[bool, str]]:
    """Statuses, source keys, order of low, value and high, repeated rows, line ends."""
    rows = [(name, row) for name in TABLES for row in tables[name]]
    keys = set(re.findall(r"@\w+\{([^,]+),", "".join(path.read_text("utf-8") for path in folder.glob("sources*.bib"))))
    cited = {key.strip() for _, row in rows for key in row["source"].split(";")}
    odd = [(name, row) for name, row in rows if _disordered(row)]
    bare = [row["name"] for row in tables["series"] if row["status"] == "assumed" and not (row["low"] and row["high"])]
    points = [(row["indicator"], row["place"], row["period"]) for row in tables["observed"]]
    ends = all(b"\r" not in (folder / f"{name}.csv").read_bytes() for name in TABLES)
    empty = [row for name in ("series", "observed", "supply", "people") for row in tables[name] if "" in (row.get(cell, "0") for cell in CELLS)]
    return [
        (all(row["status"] in STATUSES for _, row in rows), f"statuses of {len(rows)} rows"),
        (cited <= keys, f"{len(cited)} source keys, missing: {sorted(cited - keys)}"),
        (not odd, f"low <= value <= high; wrong: {odd[:3]}"),
        (not bare, f"assumed series have low and high; bare: {sorted(set(bare))}"),
        (len(set(points)) == len(points), f"{len(points)} observed rows, none twice"),
        (ends and not empty, "utf-8, line ends, no empty value"),
    ]


def _disordered(row: dict[str, str]) -> bool:
    low, value, high = (number(row.get(name)) for name in ("low", "value", "high"))
    return (low is not None and low > value) or (high is not None and high < value)


if __name__ == "__main__":
    sys.exit(main())
