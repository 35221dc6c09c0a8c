"""observed.csv: what history recorded. F may be fitted (to 2019), H is held out (2020 on), - is for the reader."""

from __future__ import annotations

from pathlib import Path

import batteries
import class_months
import class_split
from case_csv import folders, number, read, write

COLUMNS = "indicator place period value low high unit use status source note".split()
CENTRE = "100000"
CARS = "iea2024; evsales; caam; cpca; mps"
A00_SOURCE = "car-months; open-ev-charts"
UNDERCOUNT = "undercount: the ranking lacks models in 2018 and 2019 (0.25 and 0.17 million against 0.42 and 0.25); high: scaled to the yearly count"
# Electric minicars of the year by another count, and what the named models add up to.
A00_YEARS = {"2018": (420000.0, 249739.0), "2019": (250000.0, 167545.0)}


def main() -> None:
    """Write observed.csv."""
    facts, out = folders(__doc__)
    national = facts / "national"
    rows = market(national) + low_speed(national) + microcars(national) + quarters(national) + class_shares(national)
    rows += stock(national) + prices(national) + ownership(national) + papers() + cities() + harm() + class_months.rows(national)
    rows += everything_plugged(national) + class_split.rows(national, {year: count for year, (count, _) in A00_YEARS.items()})
    write(out / "observed.csv", COLUMNS, sorted(rows, key=lambda row: (str(row[0]), str(row[1]), str(row[2]))))


def use_of(period: str | int) -> str:
    """F to 2019, H after."""
    return "F" if int(str(period)[:4]) <= 2019 else "H"


def market(national: Path) -> list[list[object]]:
    """Plug-in and all passenger cars sold at home, with the range that the sources allow."""
    rows = []
    for row in read(national / "plugin_passenger.csv"):
        year, unseen = row["year"], row["note"]
        plugin = [number(row[name]) for name in ("plugin_domestic_passenger", "plugin_low", "plugin_high")]
        base = "unconfirmed" if "plugin_domestic_passenger" in unseen else "derived"
        split = "split by IEA's share; low and high as for all plug-ins"
        rows.append(_row("plugin_sales", year, *plugin, "vehicles", base, CARS, row["rule"]))
        for name, column in (("bev_sales", "bev_domestic_passenger"), ("phev_sales", "phev_erev_domestic_passenger")):
            value = number(row[column])
            rows.append(_row(name, year, value, *(round(value * edge / plugin[0]) for edge in plugin[1:]), "vehicles", base, CARS, split))
        total = [number(row[name]) for name in ("passenger_domestic_total", "total_low", "total_high")]
        status = "unconfirmed" if "passenger_domestic_total" in unseen else "derived"
        rows.append(_row("car_sales", year, *total, "vehicles", status, "caam; cpca", row["total_rule"]))
        share = (plugin[0] / total[0], plugin[1] / total[2], plugin[2] / total[1])
        rows.append(_row("plugin_share", year, *share, "1", status, CARS, "plugin_sales over car_sales"))
    return rows


def _row(name: str, period: object, value: object, low: object, high: object, unit: str, *text: str) -> list[object]:
    """A row of the whole country, or of the place named after status, source and note."""
    status, source, note, *place = text
    return [name, place[0] if place else CENTRE, period, value, low, high, unit, use_of(str(period)), status, source, note]


def low_speed(national: Path) -> list[list[object]]:
    """Low-speed cars of the country and of Shandong (there: output); years that no source gives are left out."""
    rows = []
    for row in read(national / "lsev_best.csv"):
        year, value = int(row["year"]), number(row["best"])
        if value is None or not row["measure"].startswith("production"):
            continue
        low, high = number(row["low"]), number(row["high"])
        if year == 2021:
            low, high = 0.6 * value, 1.6 * value
        status = {"sourced": "sourced", "derived": "derived"}.get(row["status"], "unconfirmed")
        note = f"{row['rule']}; {row['note']}".strip("; ") + ("; low and high of 2021 are ours" if year == 2021 else "")
        note += "" if row["gb_code"] == CENTRE else "; output of the province's makers, part of it sold elsewhere"
        source = "lsev-press; gomes2025"
        use = "F" if year <= 2017 and row["status"] != "unknown" else "H" if year > 2017 else "-"
        rows.append(["lsev_sales", row["gb_code"], year, value, low, high, "vehicles", use, status, source, note])
    return rows


def microcars(national: Path) -> list[list[object]]:
    """Battery-electric A00 cars by month and year, and their share of battery-electric passenger cars by month."""
    rows, sums = [], {}
    for row in read(national / "a00_monthly.csv"):
        month, value, bev = row["month"], number(row["a00_rule_incl_seagull_units"]), number(row["bev_passenger_units"])
        year = month[:4]
        sums[year] = sums.get(year, 0.0) + value
        factor = A00_YEARS[year][0] / A00_YEARS[year][1] if year in A00_YEARS else 1.1
        note = UNDERCOUNT if year in A00_YEARS else "named models"
        rows.append(_row("microcar_sales", month, value, 0.95 * value, round(factor * value), "vehicles", "derived", A00_SOURCE, note))
        share = value / bev
        rows.append(_row("microcar_share", month, share, 0.95 * share, min(factor * share, 1.0), "1", "derived", A00_SOURCE, note))
    for year, total in sums.items():
        if year in A00_YEARS:
            best, source = A00_YEARS[year][0], "researchinchina; car-months"
            rows.append(_row("microcar_sales", year, best, total, 1.05 * best, "vehicles", "derived", source, "yearly count of electric minicars; low: named models"))
        else:
            rows.append(_row("microcar_sales", year, total, 0.95 * total, 1.15 * total, "vehicles", "derived", A00_SOURCE, "sum of the months of named models"))
    return rows


def quarters(national: Path) -> list[list[object]]:
    """Share of A00 in battery-electric passenger cars by quarter."""
    rows = []
    for row in read(national / "a00_quarterly.csv"):
        period, share = row["quarter"], number(row["share_incl_seagull"])
        factor = A00_YEARS[period[:4]][0] / A00_YEARS[period[:4]][1] if period[:4] in A00_YEARS else 1.1
        note = UNDERCOUNT if period[:4] in A00_YEARS else "denominator holds some exports: may be 5 to 10 % too low"
        if share is not None and period < "2022":
            rows.append(_row("microcar_share", period, share, 0.95 * share, min(factor * share, 1.0), "1", "derived", A00_SOURCE, note))
    return rows


CLASSES = {"BEV A00": "bev_a00", "BEV A0": "bev_a0", "BEV A/B below 250,000 RMB": "bev_mid", "BEV from 250,000 RMB": "bev_premium"}


def class_shares(national: Path) -> list[list[object]]:
    """Classes of battery-electric cars; all but A00 are lower bounds, the high adds what no class could be given to."""
    table = [row for row in read(national / "class_sales_share.csv") if row["base"] == "BEV cars (estimated)"]
    rows = []
    for row in table:
        share = number(row["value"]) / 100
        left = max(0.0, 1 - sum(number(other["value"]) / 100 for other in table if other["period"] == row["period"]))
        high = share + (0.02 if row["segment"] == "BEV A00" else max(left, 0.02))
        note = "own class list" if row["segment"] == "BEV A00" else "own class list; lower bound: names sold as both BEV and PHEV left out"
        rows.append(_row(f"share_of_bev_{CLASSES[row['segment']]}", row["period"], share, 0.95 * share, high, "1", "derived", "car-months; caam; icct", note))
    return rows


def everything_plugged(national: Path) -> list[list[object]]:
    """What official targets and forecasts count: all new energy vehicles, lorries and exports included, and those that leave a car plant."""
    rows = []
    for row in read(national / "plugin_passenger.csv"):
        for name, column, note in (
            ("all_nev_sales", "nev_total_caam", "buses, lorries and exports included: not what households bought"),
            ("wholesale_nev_sales", "nev_passenger_wholesale", "passenger cars that left the plants, exports included"),
        ):
            if row[column]:
                status = "unconfirmed" if column in row["note"] else "derived"
                rows.append([name, CENTRE, row["year"], number(row[column]), None, None, "vehicles", "-", status, "caam; cpca", note])
    return rows


def stock(national: Path) -> list[list[object]]:
    """Plug-in vehicles registered with the police at year end, and plug-in buses, vans and lorries sold."""
    rows = []
    for row in read(national / "plugin_passenger.csv"):
        if row["nev_stock_mps"]:
            status = "unconfirmed" if "nev_stock_mps" in row["note"] else "sourced"
            rows.append(_row("nev_fleet", row["year"], number(row["nev_stock_mps"]), None, None, "vehicles", status, "mps", "police register, all kinds of vehicle"))
    for row in read(national / "commercial_public_fleet.csv"):
        if row["segment"].startswith("all commercial (") and row["measure"] == "sales" and row["source"].startswith("IEA"):
            text = ("derived", "iea2024", "an input of the model")
            rows.append(["public_plugin_sales", CENTRE, row["year"], number(row["value"]), None, None, "vehicles", "-", *text])
    return rows


def prices(national: Path) -> list[list[object]]:
    """Battery packs and credits."""
    rows = []
    for _, year, value, low, high, unit, status, source, note in batteries.lithium_price(national):
        if status != "assumed":
            rows.append(["pack_price", CENTRE, year, value, low, high, unit, "-", status, source, note])
    credit = [
        (2018, 800, 300, 1000, "unconfirmed", "credit2021", "mainly within 1,000 RMB; the middle is ours"),
        (2020, 1204, 1000, 3000, "sourced", "credit2021; gomes2025", "mean of the trades; the paper's estimate is 3,000"),
        (2021, 2088, 1700, 2500, "sourced", "credit2022", "mean of the ministry"),
        (2022, 1128, 800, 1500, "unconfirmed", "credit2022", "recalled"),
    ]
    return rows + [["credit_price", CENTRE, year, value, low, high, "RMB/credit", "-", *text] for year, value, low, high, *text in credit]


def ownership(national: Path) -> list[list[object]]:
    """Cars per 100 households from the household survey."""
    names = {"national": "cars_per_100_households", "urban": "cars_per_100_urban_households", "rural": "cars_per_100_rural_households"}
    rows = []
    for row in read(national / "income_and_ownership.csv"):
        if row["variable"] == "cars_per_100_households" and row["value"] and row["area"] in names:
            status = "unconfirmed" if "unconfirmed" in row["note"] else "derived" if "derived" in row["note"] else "sourced"
            rows.append(_row(names[row["area"]], row["year"], number(row["value"]), None, None, "vehicles per 100 households", status, "nbs-income", row["note"]))
    return rows


def papers() -> list[list[object]]:
    """What the paper on experimentation under hierarchy prints."""
    source = "gomes2025"
    return [
        _row("microcar_share_paper", "2021Q1", 0.40, 0.35, 0.43, "1", "sourced", source, "roughly 40 %; low and high are ours; own count: 0.36"),
        _row("microcar_share_paper", "2023Q4", 0.20, 0.17, 0.23, "1", "sourced", source, "roughly 20 %; counts BYD's Seagull; low and high are ours"),
        _row("microcar_share", "2023Q4", 0.20, 0.17, 0.23, "1", "sourced", source, "roughly 20 %; counts BYD's Seagull; low and high are ours"),
        _row("countryside_sales", 2020, 400000, 350000, 400000, "vehicles", "sourced", source, "models of the programme; slightly less than 400,000; low is ours"),
        _row("countryside_sales", 2023, 3000000, 3000000, 3400000, "vehicles", "sourced", source, "models of the programme; over 3 million; high is ours"),
        _row("microcar_share_of_plugin", 2021, 0.83, None, None, "1", "sourced", source, "share of the city's electric cars", "450200"),
        _row("microcar_share_of_plugin", 2021, 0.02, None, None, "1", "sourced", source, "share of the city's electric cars", "310000"),
    ]


def cities() -> list[list[object]]:
    """Plug-in sales and shares of cities."""
    icct = "icct-cities"
    held = "cumulative sales; an input check of totals, not of a year"
    rows = [
        _row("plugin_share", 2018, 0.20, 0.18, 0.22, "1", "sourced", "gomes2025", "second after Shenzhen; low and high are ours", "450200"),
        _row("plugin_share", 2019, 0.24, 0.22, 0.26, "1", "sourced", icct, "low and high are ours", "450200"),
        _row("plugin_share", 2019, 0.20, 0.18, 0.21, "1", "sourced", icct, "close to 20 %; low and high are ours", "440300"),
        _row("plugin_sales", 2017, 66000, 62000, 68000, "vehicles", "sourced", icct, "nearly 66,000; low and high are ours", "310000"),
        _row("plugin_sales", 2020, 117200, None, None, "vehicles", "sourced", "42how", "registrations", "310000"),
        _row("plugin_share", 2020, 0.2225, None, None, "1", "sourced", "42how", "registrations; the page's total read as 526,800", "310000"),
    ]
    cumulative = [("310000", 2017, 162000), ("110000", 2017, 147000), ("310000", 2018, 242000), ("110000", 2018, 220000)]
    cumulative += [("310000", 2019, 310000), ("110000", 2019, 300000), ("440300", 2019, 260000)]
    return rows + [_row("plugin_sales_to_date", year, value, None, None, "vehicles", "sourced", icct, held, place) for place, year, value in cumulative]


def harm() -> list[list[object]]:
    """Accidents and deaths with low-speed cars, 2013 to 2018 together; and their fleet."""
    note = "police figures of 2013 to 2018 together, published in 2018; some pages date them otherwise"
    fleet = "mid 2018, four wheels; low and high are ours"
    return [
        ["accidents_2013_2018", CENTRE, 2018, 830000, None, None, "accidents", "-", "sourced", "gomes2025; lsev-accidents", note],
        ["deaths_2013_2018", CENTRE, 2018, 18000, None, None, "deaths", "-", "sourced", "lsev-accidents", note],
        ["lsev_fleet", CENTRE, 2018, 4000000, 3000000, 5000000, "vehicles", "-", "sourced", "collins2019", fleet],
    ]


if __name__ == "__main__":
    main()
