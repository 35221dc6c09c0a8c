"""chargers.csv: public charging piles at the end of each year, by provincial unit.

National totals: charging alliance and energy administration. Shares: two anchors (April 2017 and about March 2025), each
with ten provinces named; what they leave goes to the others by the root of urban population x output. Linear between.
"""

from __future__ import annotations

from case_csv import between, folders, number, read, write

COLUMNS = "place year piles spread status source note".split()
SPREAD = 0.3  # relative half width of what is assumed
TOTALS = {
    2009: (200, "assumed", "evcipa", "no count found"),
    2010: (1000, "assumed", "evcipa", "no count found"),
    2011: (3000, "assumed", "evcipa", "no count found"),
    2012: (8000, "assumed", "evcipa", "no count found"),
    2013: (16000, "assumed", "evcipa", "no count found; between 2012 and 2014"),
    2014: (31000, "unconfirmed", "evcipa", "recalled"),
    2015: (58000, "unconfirmed", "evcipa", "recalled; alliance members 49,000"),
    2016: (141000, "derived", "evcipa", "another page says 150,000"),
    2017: (213903, "derived", "evcipa", ""),
    2018: (300000, "derived", "evcipa", "rounded"),
    2019: (516000, "derived", "evcipa; bnef2021", ""),
    2020: (807000, "derived", "evcipa", ""),
    2021: (1147000, "derived", "evcipa", ""),
    2022: (1797000, "unconfirmed", "evcipa", "recalled"),
    2023: (2726000, "unconfirmed", "evcipa", "recalled"),
    2024: (3580000, "derived", "evcipa", ""),
    2025: (4700000, "assumed", "nea2025", "4.63 million at the end of November"),
}
# Members of the alliance, April 2017: 161,193 piles in all.
EARLY = {
    "110000": 23991, "440000": 23271, "310000": 17871, "320000": 17512, "370000": 13939,
    "340000": 8066, "130000": 8035, "120000": 8014, "330000": 6408, "420000": 4916,
}  # fmt: skip
EARLY_TOTAL = 161193
# Two small units of August 2018 (of 278,736): kept out of the rule for the others.
SMALL = {"150000": 849 / 278736, "540000": 9 / 278736}
# Early 2025; the three first are 34 % of the country, so 3.765 million in all.
LATE = {
    "440000": 680000, "330000": 300000, "320000": 300000, "310000": 220000, "370000": 210000,
    "410000": 170000, "340000": 170000, "420000": 170000, "510000": 160000, "110000": 140000,
}  # fmt: skip
LATE_TOTAL = 1280000 / 0.34


def main() -> None:
    """Write chargers.csv."""
    facts, out = folders(__doc__)
    provinces = [row for row in read(facts / "subnational" / "provinces.csv") if row["gb_code"] != "100000"]
    weights = {row["gb_code"]: _weight(row) for row in provinces}
    early = _shares({code: piles / EARLY_TOTAL for code, piles in EARLY.items()} | SMALL, weights)
    late = _shares({code: piles / LATE_TOTAL for code, piles in LATE.items()}, weights)
    rows = []
    for year, (total, status, source, note) in TOTALS.items():
        shares = {code: between({2016: early[code], 2024: late[code]}, year) for code in weights}
        rows += [_row(code, year, piles, status, source, note) for code, piles in _whole(shares, total).items()]
    drawn = [[*row[:3], SPREAD if row[3] == "assumed" else None, *row[3:]] for row in sorted(rows)]
    write(out / "chargers.csv", COLUMNS, drawn)


def _weight(row: dict[str, str]) -> float:
    return (number(row["pop_2020"]) * number(row["urban_share_2020"]) * number(row["gdp_2020_100m"])) ** 0.5


def _shares(known: dict[str, float], weights: dict[str, float]) -> dict[str, float]:
    """Known shares as they are; the rest of one spread over the other units by weight."""
    others = {code: weight for code, weight in weights.items() if code not in known}
    left = 1 - sum(known.values())
    return {code: known.get(code, left * weights[code] / sum(others.values())) for code in weights}


def _whole(shares: dict[str, float], total: int) -> dict[str, int]:
    """Whole piles that add up to the national total: largest remainders are rounded up."""
    piles = {code: int(share * total) for code, share in shares.items()}
    by_remainder = sorted(shares, key=lambda code: piles[code] - shares[code] * total)
    for code in by_remainder[: total - sum(piles.values())]:
        piles[code] += 1
    return piles


def _row(code: str, year: int, piles: int, status: str, source: str, note: str) -> list[object]:
    named = [name for name, table in (("2017", EARLY), ("2025", LATE)) if code in table]
    share = f"share named in {' and '.join(named)}" if named else "share from urban population and output"
    text = f"national total x provincial share ({share}; linear between the anchors)"
    return [code, year, piles, status, source, text + (f"; total: {note}" if note else "")]


if __name__ == "__main__":
    main()
