"""series.csv: national series by year (2009 to 2025), the fleet at the start and the months' shares of car sales."""

from __future__ import annotations

from pathlib import Path

import batteries
from case_csv import between, folders, number, read, write

COLUMNS = "name period value low high unit status source note".split()
YEARS = range(2009, 2026)


def main() -> None:
    """Write series.csv."""
    facts, out = folders(__doc__)
    national = facts / "national"
    rows = incomes(national, "urban") + incomes(national, "rural") + households() + start_fleet() + seasonality(national)
    rows += public_sales(national) + batteries.rows(national) + energy(national) + by_hand()
    write(out / "series.csv", COLUMNS, rows)


def by_hand() -> list[list[object]]:
    """Battery output of the world and recorded credit prices, kept by hand."""
    return [[row[name] for name in COLUMNS] for row in read(Path(__file__).parent / "hand" / "series_supply.csv")]


def incomes(national: Path, area: str) -> list[list[object]]:
    """Disposable income per person as published to 2023, then 5 % a year."""
    rows = [
        ["income_" + area, int(row["year"]), number(row["value"]), None, None, "RMB/person/year", _status(row), "nbs-income", row["note"]]
        for row in read(national / "income_and_ownership.csv")
        if (row["area"], row["variable"], row["group"]) == (area, "disposable_income_per_capita", "all")
    ]
    last = rows[-1][2]
    for year in (2024, 2025):
        value, low, high = (round(last * rate ** (year - 2023)) for rate in (1.05, 1.035, 1.06))
        rows.append(["income_" + area, year, value, low, high, "RMB/person/year", "assumed", "nbs-income", "growth of 5 % a year (3.5 to 6) on 2023"])
    return rows


def _status(row: dict[str, str]) -> str:
    return "unconfirmed" if "unconfirmed" in row["note"] else "sourced"


def households() -> list[list[object]]:
    """Persons per household. Urban sizes of the two censuses are ours; the rural ones follow from the national mean.

    1 / national = share / urban + (1 - share) / rural, with census means 3.10 (2010) and 2.62 (2020).
    """
    urban = {2010: 2.85, 2020: 2.57, 2025: 2.45}
    rural = {year: (1 - share) / (1 / mean - share / urban[year]) for year, mean, share in ((2010, 3.10, 0.4968), (2020, 2.62, 0.6389))}
    rural[2025] = rural[2020] - 0.12
    rows = []
    for area, anchors in (("urban", urban), ("rural", rural)):
        for year in YEARS:
            value = round(between(anchors, year), 3)
            after = year > 2020
            note = "census means of 2010 and 2020 (3.10 and 2.62) split between town and country; linear between"
            note += "; decline carried on after 2020" if after else ""
            spread = (round(value - 0.1, 3), round(value + 0.1, 3))
            status = "assumed" if after else "derived"
            rows.append([f"household_size_{area}", year, value, *spread, "persons/household", status, "census2020; nbs-income", note])
    return rows


def start_fleet() -> list[list[object]]:
    """All passenger cars at the end of 2008, from the sedans counted then and the ratio of all cars to sedans counted later."""
    ratio = (146.0 / 101.52 + 207.0 / 137.01) / 2
    note = (
        f"19.47 million private sedans (end of 2008) x {ratio:.3f}, the mean ratio of private small passenger vehicles (police) to private "
        "sedans (NBS) in 2016 and 2019: the fleet of the model holds SUVs, MPVs and mini vans; high adds company cars (a tenth in 2016)"
    )
    return [["car_fleet_start", 2008, round(19.47e6 * ratio, -5), 26.0e6, 32.0e6, "vehicles", "assumed", "nbs2009; mps", note]]


def seasonality(national: Path) -> list[list[object]]:
    """A month's share of passenger car sales x 12: mean of 2018 and 2019, the two whole years before the epidemic."""
    months: dict[str, list[float]] = {}
    for year in ("2018", "2019"):
        units = {row["month"][5:]: number(row["passenger_car_units"]) for row in read(national / "a00_monthly.csv") if row["month"][:4] == year}
        for month, value in units.items():
            months.setdefault(month, []).append(12 * value / sum(units.values()))
    note = "mean of 2018 and 2019; own sums of a public data set"
    means = {month: round(sum(pair) / 2, 4) for month, pair in months.items()}
    means["12"] = round(12 - sum(value for month, value in means.items() if month != "12"), 4)
    return [["seasonality", month, value, None, None, "1", "derived", "car-months", note] for month, value in sorted(means.items())]


def public_sales(national: Path) -> list[list[object]]:
    """Plug-in buses, vans and lorries. Taxis and official cars are already among the passenger plug-ins that are observed."""
    iea = {
        int(row["year"]): number(row["value"])
        for row in read(national / "commercial_public_fleet.csv")
        if row["segment"].startswith("all commercial (") and row["measure"] == "sales" and row["source"].startswith("IEA")
    }
    caam = {int(row["year"]): number(row["nev_commercial"]) for row in read(national / "plugin_passenger.csv") if row["nev_commercial"]}
    note = "IEA: buses, vans, lorries; high: commercial plug-ins of CAAM where given; taxis and official cars are counted as passenger cars"
    first = "first year of Ten Cities; no count found: 27,432 by the end of 2012, hybrids included"
    rows = [["public_sales", 2009, 600, 300, 1500, "vehicles/year", "assumed", "tencities", first]]
    for year, value in sorted(iea.items()):
        high = max(1.1 * value, caam.get(year, 0))
        rows.append(["public_sales", year, value, round(0.85 * value), round(high), "vehicles/year", "derived", "iea2024; caam", note])
    rows.append(["public_sales", 2024, 400000, 330000, 560000, "vehicles/year", "assumed", "iea2024", "growth of 2022 to 2023 carried on"])
    rows.append(["public_sales", 2025, 480000, 370000, 750000, "vehicles/year", "assumed", "iea2024", "growth of 2022 to 2023 carried on"])
    return rows


def energy(national: Path) -> list[list[object]]:
    """Petrol at the pump, electricity at home and carbon in the grid: rough yearly means."""
    petrol = {
        int(row["period"]): number(row["value"]) for row in read(national / "technology.csv") if row["variable"] == "gasoline_92_price_year_avg"
    } | {2025: 7.4}
    power = {2009: 0.50, 2012: 0.51, 2021: 0.53, 2024: 0.56, 2025: 0.56}
    grid = {2009: 0.79, 2021: 0.557, 2022: 0.537, 2023: 0.531, 2025: 0.51}
    rows = [_spread("gasoline_price", year, petrol[year], 0.05, "RMB/l", "technology", "92 octane, rough yearly mean", year > 2024) for year in YEARS]
    tariff = "household tariff; 0.4883 in Beijing in 2012, about 0.56 in 2024"
    rows += [_spread("electricity_price", year, between(power, year), 0.1, "RMB/kWh", "technology", tariff, year > 2024) for year in YEARS]
    note = "mean of the national grid, recalled; linear to 2021"
    return rows + [_spread("grid_co2", year, between(grid, year), 0.06, "kg/kWh", "mee", note, year > 2023) for year in YEARS]


def _spread(name: str, year: int, value: float, share: float, unit: str, source: str, note: str, ours: bool) -> list[object]:
    low, high = round(value * (1 - share), 4), round(value * (1 + share), 4)
    return [name, year, round(value, 4), low, high, unit, "assumed" if ours else "unconfirmed", source, note]


if __name__ == "__main__":
    main()
