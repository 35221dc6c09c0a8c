"""people.csv: persons, urban share and imputed relative incomes of the 337 leaves in 2010 and 2020.

Urban share: the prefecture's own figure for 2010 and 2018 where one exists, else its province's; then all prefectures of a
province are moved by one shift in log-odds so that the population-weighted mean is the census share of the province.

Income: of a province over the national mean in 2020, times (output per head / its province's) to the power ELASTICITY,
scaled so that the province's urban (rural) mean stays its own. No prefecture income is observed here.
"""

from __future__ import annotations

import math

from case_csv import folders, number, read, write

COLUMNS = "place year population urban_share relative_income_urban relative_income_rural status source note".split()
ELASTICITY = 0.35
NATIONAL_INCOME = {"urban": 43834.0, "rural": 17131.0}
SOURCE = "gp-panel; wd; census2020; nbs2021"
Row = dict[str, str]
# Persons of 2010 (10,000) brought to the boundaries of 2020: Chaohu, Zongyang, Laiwu, Jianyang and Gongzhuling changed hands.
MOVED_2010 = {
    "340100": 174.3, "340200": 127.8, "340500": 85.2, "340700": 83.0, "340800": -83.0, "370100": 129.9,
    "510100": 107.1, "220100": 109.3, "220300": -109.3,
}  # fmt: skip


def main() -> None:
    """Write people.csv."""
    facts, out = folders(__doc__)
    leaves = read(facts / "subnational" / "prefectures.csv")
    provinces = {row["gb_code"]: row for row in read(facts / "subnational" / "provinces.csv")}
    urban = {year: _urban_shares(leaves, provinces, year) for year in (2010, 2020)}
    income = {area: _relative_incomes(leaves, provinces, urban[2020], area) for area in ("urban", "rural")}
    rows = [_row(leaf, year, urban, income) for leaf in leaves for year in (2010, 2020)]
    write(out / "people.csv", COLUMNS, rows)


def _population(leaf: Row, year: int) -> float:
    moved = MOVED_2010.get(leaf["gb_code"], 0.0) if year == 2010 else 0.0
    return round(1e4 * (number(leaf[f"pop_{year}_10k"]) + moved))


def _row(leaf: Row, year: int, urban: dict, income: dict) -> list[object]:
    code = leaf["gb_code"]
    unseen = "unconfirmed for pop" in leaf["note"] or (year == 2010 and code in MOVED_2010)
    note = f"relative incomes imputed (elasticity {ELASTICITY} to output per head within the province, assumed)"
    if not leaf["urban_share_2010"]:
        note += "; urban share: the province's"
    if not leaf["gdp_2020_100m"]:
        note += "; output per head missing: the province's"
    if year == 2010:
        note += "; relative incomes of 2020; population at year end"
        if moved := MOVED_2010.get(code):
            note += f"; {moved:+} times 10,000 persons moved to the boundaries of 2020 (recalled)"
        elif "boundary changed" in leaf["note"]:
            note += "; boundary changed after 2010"
    status = "unconfirmed" if unseen else "derived"
    shares = [round(urban[year][code], 4), round(income["urban"][code], 4), round(income["rural"][code], 4)]
    return [code, year, _population(leaf, year), *shares, status, SOURCE, note]


def _urban_shares(leaves: list[Row], provinces: dict[str, Row], year: int) -> dict[str, float]:
    column = "urban_share_2010" if year == 2010 else "urban_share_2018"
    shares: dict[str, float] = {}
    for province in {leaf["province_gb"] for leaf in leaves}:
        target = number(provinces[province][f"urban_share_{year}"])
        members = [leaf for leaf in leaves if leaf["province_gb"] == province]
        first = [min(max(number(leaf[column]) or target, 0.05), 0.98) for leaf in members]
        weights = [_population(leaf, year) for leaf in members]
        # Half of Hainan lives in counties run by the province: its prefectures need not have the province's share.
        whole = sum(weights) > 0.9 * number(provinces[province][f"pop_{year}"])
        moved = _shifted(first, weights, target) if whole else first
        shares |= dict(zip((leaf["gb_code"] for leaf in members), moved, strict=True))
    return {code: min(max(share, 0.05), 1.0) for code, share in shares.items()}


def _shifted(shares: list[float], weights: list[float], target: float) -> list[float]:
    """Shares moved by one step in log-odds (found by bisection) so that their weighted mean is the target."""
    low, high = -5.0, 5.0
    for _ in range(60):
        step = (low + high) / 2
        moved = [1 / (1 + math.exp(-math.log(share / (1 - share)) - step)) for share in shares]
        mean = sum(w * s for w, s in zip(weights, moved, strict=True)) / sum(weights)
        low, high = (step, high) if mean < target else (low, step)
    return moved


def _relative_incomes(leaves: list[Row], provinces: dict[str, Row], urban: dict[str, float], area: str) -> dict[str, float]:
    incomes: dict[str, float] = {}
    for province in {leaf["province_gb"] for leaf in leaves}:
        members = [leaf for leaf in leaves if leaf["province_gb"] == province]
        level = number(provinces[province][f"income_{area}_2020_yuan"]) / NATIONAL_INCOME[area]
        weights = [_population(m, 2020) * (urban[m["gb_code"]] if area == "urban" else 1 - urban[m["gb_code"]]) for m in members]
        relative = [ratio**ELASTICITY for ratio in _output_ratios(members)]
        mean = sum(w * r for w, r in zip(weights, relative, strict=True)) / sum(weights)
        incomes |= {m["gb_code"]: level * r / mean for m, r in zip(members, relative, strict=True)}
    return incomes


def _output_ratios(members: list[Row]) -> list[float]:
    """Output per head over that of the province's listed prefectures; 1 where missing; kept within 1/4 and 4."""
    known = [m for m in members if number(m["gdp_2020_100m"])]
    mean = sum(number(m["gdp_2020_100m"]) for m in known) / sum(_population(m, 2020) for m in known)
    ratios = [(number(m["gdp_2020_100m"]) or 0) / _population(m, 2020) / mean or 1.0 for m in members]
    return [min(max(ratio, 0.25), 4.0) for ratio in ratios]


if __name__ == "__main__":
    main()
