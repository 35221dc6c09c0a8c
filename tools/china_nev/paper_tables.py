"""paper_tables.csv and mic2025.csv: the figures of the two papers' tables, with the populations that reproduce them."""

from __future__ import annotations

from pathlib import Path

from case_csv import folders, number, read, write

COLUMNS = "table row column value unit status source note".split()
MIC_COLUMNS = "place name provincial_documents provincial_pilot_share city_documents city_pilot_share status source note".split()
PRINTED = {
    "China": (1370.65, 100.0, 3.93, 100.0),
    "Jiangsu": (3519.90, 15.46, 8.64, 13.26),
    "Guangdong": (2536.86, 16.62, 11.75, 26.88),
    "Shandong": (1699.81, 8.93, 3.63, 6.66),
    "Guangxi": (298.94, 0.78, 0.92, 0.83),
}
IMPLIED = "expenditure over the printed figure per head, in whole ten thousands: the population at the end of 2021"
PRINTED_COLUMNS = (
    ("rd_per_person_printed", "RMB/person"), ("rd_share_printed", "%"), ("patents_per_10000_persons_printed", "patents/10000 persons"), ("patent_share_printed", "%"),
)  # fmt: skip
# Rounds of the rural sales programme: firms, models, microcar models, ministries, printed share.
ROUNDS = {2020: (10, 16, 8, 3, 50.00), 2021: (18, 52, 15, 4, 28.85), 2022: (16, 70, 15, 4, 21.43), 2023: (31, 69, 13, 5, 18.84), 2024: (33, 99, 14, 5, 14.14)}
ROUND_COLUMNS = (("firms", "firms"), ("models", "models"), ("microcar_models", "models"), ("ministries", "ministries"), ("microcar_share_printed", "%"))


def main() -> None:
    """Write paper_tables.csv and mic2025.csv."""
    facts, out = folders(__doc__)
    provinces = read(facts / "subnational" / "provinces.csv")
    write(out / "paper_tables.csv", COLUMNS, innovation(provinces) + rounds())
    write(out / "mic2025.csv", MIC_COLUMNS, documents(facts, provinces))


def innovation(provinces: list[dict[str, str]]) -> list[list[object]]:
    """Table 1: industrial research and invention patents of 2022."""
    rows: list[list[object]] = []
    by_name = {row["name_en"]: row for row in provinces}
    for name, printed in PRINTED.items():
        row = by_name[name]
        scope = "industrial enterprises above a size: never mix with all-sector figures"
        inputs = (
            ("rd_expenditure", number(row["ind_rd_2022_10k"]), "10000 RMB", "sourced", "gomes2025", scope),
            ("patents", number(row["ind_invention_2022"]), "patents", "sourced", "gomes2025", f"inventions only; {scope}"),
            ("population", round(number(row["ind_rd_2022_10k"]) / printed[0]), "10000 persons", "derived", "gomes2025", IMPLIED),
            ("population_2022", number(row["pop_2022_10k"]), "10000 persons", "unconfirmed", "nbs2023", "end of 2022, for comparison"),
        )
        label = "National" if name == "China" else name
        rows += [["table-1", label, *cell] for cell in inputs]
        rows += [["table-1", label, column, value, unit, "sourced", "gomes2025", "as printed"] for (column, unit), value in zip(PRINTED_COLUMNS, printed, strict=True)]
    return rows


def rounds() -> list[list[object]]:
    """Table 2: five rounds of New Energy Vehicles to the Countryside."""
    return [
        ["table-2", year, column, value, unit, "sourced", "gomes2025", "as printed" if column.endswith("_printed") else ""]
        for year, values in ROUNDS.items()
        for (column, unit), value in zip(ROUND_COLUMNS, values, strict=True)
    ]


def documents(facts: Path, provinces: list[dict[str, str]]) -> list[list[object]]:
    """The second paper's documents on Made in China 2025 and the share that mentions pilots, in per cent."""
    code = {row["name_en"]: row["gb_code"] for row in provinces}
    rows = []
    for row in read(facts / "mic2025_documents.csv"):
        short = next(name for name in sorted(code, key=len, reverse=True) if row["place"].startswith(name))
        cells = [row[name] for name in ("provincial_documents", "provincial_pilot_share_percent", "city_documents", "city_pilot_share_percent")]
        note = "shares in per cent" if row["city_documents"] else "shares in per cent; a municipality: no cities below it"
        rows.append([code[short], short, *cells, "sourced", "mic2025", note])
    return sorted(rows)


if __name__ == "__main__":
    main()
