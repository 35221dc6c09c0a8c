"""Tables of China's pilot programmes and of the places they could have been put in, as `shidian evaluate --programmes china` reads them.

    python tools/china_pilots.py --facts FOLDER

FOLDER is one of collected figures that is not part of this repository; the tables go to src/shidian/evidence/data/.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pandas as pd

TOP = Path(__file__).parents[1]
DATA = TOP / "src" / "shidian" / "evidence" / "data"
TILES = TOP / "src" / "shidian" / "cases" / "bundled" / "china-nev" / "places.csv"
GDP_YEARS = (2010, 2015, 2019, 2020, 2022, 2023)
POPULATION = {
    "G-P": "gp-panel", "Rong-Hu": "ele-pop", "citypopulation": "citypopulation", "memory": "unconfirmed", "chinacensus": "chinacensus",
    "dewiki": "dewiki", "wenrenren": "wenrenren", "soft.lk": "wikipedia-mirror", "studyofnet": "studyofnet", "Aba": "aba-bulletin",
}  # fmt: skip
SUSPECT = "suspect: growth above 50 % or below -30 %, or sectors that do not add up to it within 5 %"


def main() -> None:
    """Write the three tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=Path, required=True)
    folder = parser.parse_args().facts / "subnational"
    write("china_pilots", pilots(read(folder / "pilots.csv")))
    write("china_prefectures", prefectures(read(folder / "prefectures.csv")))
    write("china_provinces", provinces(read(folder / "provinces.csv")))


def read(path: Path) -> pd.DataFrame:
    """A table as text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def write(name: str, table: pd.DataFrame) -> None:
    """A table beside the module that reads it."""
    table.to_csv(DATA / f"{name}.csv", index=False, lineterminator="\n")


def pilots(rows: pd.DataFrame) -> pd.DataFrame:
    """Sites, with the flag of their note as a status of its own."""
    columns = ["programme", "wave", "announced", "start_year", "site_cn", "site_en", "gb_code", "level", "cluster", "end"]
    status = rows["note"].map(lambda note: "unconfirmed" if "unconfirmed" in note else "sourced")
    return rows[columns].assign(status=status, source=rows["source"], url=rows["url"], note=rows["note"])


def prefectures(rows: pd.DataFrame) -> pd.DataFrame:
    """Places at prefecture level: population, output in current prices, rank, coordinates."""
    kept = ["gb_code", "name_en", "name_cn", "province_gb", "region", "admin_rank", "is_capital", "pop_2010_10k", "pop_2020_10k"]
    gdp = [f"gdp_{year}_100m" for year in GDP_YEARS]
    sources = [" ".join(dict.fromkeys(["gp-panel", *(_population(row, year) for year in (2010, 2020)), "city-analysis"])) for row in rows["source"]]
    notes = rows["note"].str.replace(r"gdp_(\d+) suspect \([^)]*\)", rf"gdp_\1 {SUSPECT}", regex=True).str.replace("memory", "unconfirmed")
    status = ["unconfirmed" if "unconfirmed" in note or "unconfirmed" in source else "sourced" for note, source in zip(notes, sources, strict=True)]
    found = [source.replace(" unconfirmed", "") for source in sources]
    return rows[[*kept, *gdp, "area_km2", "lat", "lon"]].assign(status=status, source=found, note=notes)


def _population(source: str, year: int) -> str:
    said = re.search(rf"pop{year}: ([^;]*)", source)
    return next(key for words, key in POPULATION.items() if said and words in said[1])


def provinces(rows: pd.DataFrame) -> pd.DataFrame:
    """Provincial units without the nation's row, with their cell of the tile map."""
    rows = rows[rows["region"] != ""]
    tiles = read(TILES).set_index("code")[["grid_row", "grid_col"]]
    kept = ["gb_code", "name_en", "name_cn", "region", "pop_2010", "pop_2020", "gdp_2010_100m", "gdp_2015_100m", "gdp_2020_100m", "gdp_2022_100m"]
    place = {name: rows["gb_code"].map(tiles[name]) for name in tiles}
    notes = rows["note"].str.replace(r"; see SUMMARY.*", "", regex=True)
    return rows[kept].assign(**place, status="unconfirmed", source="censuses gp-panel", note=notes)


if __name__ == "__main__":
    main()
