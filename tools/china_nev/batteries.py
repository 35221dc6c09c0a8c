"""Battery prices in RMB and the gigawatt-hours that vehicles outside Chinese households take up."""

from __future__ import annotations

from pathlib import Path

from case_csv import between, number, read

YEARS = range(2009, 2026)
# Yearly means, recalled: RMB for a dollar.
DOLLAR = dict(zip(YEARS, (6.83, 6.77, 6.46, 6.31, 6.19, 6.14, 6.23, 6.64, 6.75, 6.62, 6.90, 6.90, 6.45, 6.73, 7.05, 7.12, 7.18), strict=True))
# Global pack price in dollars of each survey, to 2020; the price in China from 2021 (BNEF). 2009: ours, one year back at the slope of 2010 to 2012.
BNEF = {
    2009: 1450, 2010: 1191, 2011: 924, 2012: 726, 2013: 668, 2014: 592, 2015: 384, 2016: 295, 2017: 209, 2018: 181,
    2019: 156, 2020: 137, 2021: 111, 2022: 127, 2023: 126, 2024: 94,
}  # fmt: skip
BNEF_SEEN = (2010, 2017, 2019, 2020, 2021, 2022, 2023, 2024)
CATL_SEEN = (2015, 2016, 2017)
# kWh of a new vehicle: ours, by segment of the IEA table.
KWH = {
    ("buses", "BEV"): {2010: 200, 2014: 170, 2016: 150, 2019: 200, 2023: 220},
    ("buses", "PHEV"): {2010: 25, 2016: 35},
    ("buses", "FCEV"): {2017: 50},
    ("vans (light commercial)", "BEV"): {2010: 25, 2016: 38, 2023: 45},
    ("vans (light commercial)", "PHEV"): {2010: 15},
    ("vans (light commercial)", "FCEV"): {2010: 20},
    ("medium and heavy trucks", "BEV"): {2015: 65, 2019: 100, 2021: 220, 2023: 260},
    ("medium and heavy trucks", "PHEV"): {2019: 30},
    ("medium and heavy trucks", "FCEV"): {2019: 60},
}
# Plug-in cars sold outside China, thousand, and kWh of the mean car: recalled, no page.
ABROAD = dict(zip(YEARS, (2, 6, 44, 113, 188, 248, 337, 418, 611, 906, 1060, 1850, 3260, 4250, 5700, 6000, 7000), strict=True))
ABROAD_KWH = {2009: 20, 2011: 17, 2013: 22, 2015: 27, 2017: 33, 2019: 43, 2021: 46, 2023: 54, 2025: 55}


def rows(national: Path) -> list[list[object]]:
    """All battery series."""
    return dollars() + lithium_price(national) + lead_price(national) + lithium_output(national)


def dollars() -> list[list[object]]:
    """The exchange rate used below."""
    return [["usd", year, rate, None, None, "RMB/USD", "unconfirmed", "technology", "yearly mean, recalled"] for year, rate in DOLLAR.items()]


def lithium_price(national: Path) -> list[list[object]]:
    """Price of a lithium pack without VAT: geometric mean of CATL's system price and BNEF's survey, either alone where one is missing."""
    catl = {int(row["period"]): 1000 * number(row["value"]) for row in read(national / "technology.csv") if row["variable"] == "catl_battery_system_price"}
    table = []
    for year in YEARS:
        if year not in BNEF:
            table.append(["pack_price_lithium", year, 600, 500, 680, "RMB/kWh", "assumed", "bnef2024", "2024 less a tenth"])
            continue
        pair = [price for price in (catl.get(year), BNEF[year] * DOLLAR[year]) if price]
        value = pair[0] if len(pair) == 1 else (pair[0] * pair[1]) ** 0.5
        width = 0.2 if year < 2015 else 0.06
        spread = (round(min(pair) * (1 - width)), round(max(pair) * (1 + width)))
        table.append(["pack_price_lithium", year, round(value), *spread, "RMB/kWh", _price_status(year), _price_source(year), _price_note(year)])
    return table


def _price_status(year: int) -> str:
    if year == 2009:
        return "assumed"
    return "derived" if year in BNEF_SEEN or year in CATL_SEEN else "unconfirmed"


def _price_source(year: int) -> str:
    return "catl2018; bnef2023" if 2015 <= year <= 2022 else "bnef2023" if year < 2024 else "bnef2024"


def _price_note(year: int) -> str:
    region = "in China" if year >= 2021 else "worldwide"
    note = f"{BNEF[year]} USD/kWh {region} x {DOLLAR[year]} RMB/USD (rate unconfirmed)"
    note += "; geometric mean with CATL's system price" if 2015 <= year <= 2022 else ""
    unseen = [name for name, seen, first, last in (("BNEF", BNEF_SEEN, 2010, 2024), ("CATL", CATL_SEEN, 2015, 2022)) if first <= year <= last and year not in seen]
    return note + (f"; unconfirmed: {' and '.join(unseen)}" if unseen else "") + "; without VAT"


def lead_price(national: Path) -> list[list[object]]:
    """Price of a lead-acid pack, linear between recalled figures."""
    anchors = {int(row["period"]): number(row["value"]) for row in read(national / "technology.csv") if row["variable"] == "lead_acid_pack_price"}
    note = "recalled figures of 2010, 2015 and 2020, linear between; a trade page puts lead at a third of lithium"
    return [
        ["pack_price_lead", year, value := between(anchors, year), 0.75 * value, 1.25 * value, "RMB/kWh", "unconfirmed", "technology", note] for year in YEARS
    ]


def lithium_output(national: Path) -> list[list[object]]:
    """GWh a year in public fleets here and in plug-in cars abroad: the part of learning that households do not drive."""
    fleet = _public_gwh(national)
    table = []
    for year in YEARS:
        abroad = ABROAD[year] * between(ABROAD_KWH, year) / 1000
        home = fleet.get(year, 0.03 if year == 2009 else fleet[2023] * 1.2 ** (year - 2023))
        value = home + abroad
        note = f"{home:.2f} in buses, vans and lorries here (IEA sales x kWh by segment, ours) + {abroad:.2f} in plug-in cars abroad (sales and kWh recalled)"
        table.append(["lithium_output", year, round(value, 3), round(0.75 * value, 3), round(1.3 * value, 3), "GWh/year", "assumed", "iea2024", note])
    return table


def _public_gwh(national: Path) -> dict[int, float]:
    total: dict[int, float] = {}
    for row in read(national / "commercial_public_fleet.csv"):
        key = (row["segment"], row["technology"])
        if key in KWH and row["measure"] == "sales" and row["source"].startswith("IEA"):
            year = int(row["year"])
            total[year] = total.get(year, 0.0) + number(row["value"]) * between(KWH[key], year) / 1e6
    return total
