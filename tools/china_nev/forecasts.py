"""forecasts.csv: what official plans aimed at and what forecasters expected, each with what it counts.

An indicator says which record a figure is held against: plug-in cars that households bought (`plugin_sales`, `plugin_share`), plug-in cars
that left the plants (`wholesale_nev_sales`), or all new energy vehicles with buses, lorries and exports (`all_nev_sales`,
`all_nev_share`, `nev_fleet`). Forecasts for the world and the benchmarks computed for the facts are left out, but for the straight path to
the plan's share of 2025: `shidian study hindcast` computes its own benchmarks.
"""

from __future__ import annotations

from case_csv import folders, number, read, write
from citing import Citations

COLUMNS = "published forecaster kind target_year indicator value low high unit known_before definition status source note".split()
ALL, PLANTS = "all new energy vehicles, buses, lorries and exports included", "plug-in passenger cars that left the plants, exports included"
HOME = "plug-in passenger cars sold at home"
PATH = "linear path to the 20% target"
# What the facts say that a figure counts -> indicator, its definition.
COUNTS = {
    ("NEVs in use end 2020, police", ""): ("nev_fleet", "new energy vehicles of all kinds in use; the plan says sold to date"),
    ("CAAM NEV sales", ""): ("all_nev_sales", ALL),
    ("CAAM NEV / CAAM vehicles", ""): ("all_nev_share", f"{ALL}, over all vehicles sold"),
    ("CPCA/CAAM passenger NEV wholesale", ""): ("wholesale_nev_sales", PLANTS),
    ("passenger NEV wholesale (estimate)", ""): ("wholesale_nev_sales", PLANTS),
    ("CPCA retail", ""): ("plugin_sales", HOME),
    ("plug-in domestic passenger cars", ""): ("plugin_sales", HOME),
    ("plug-in share of domestic passenger cars", ""): ("plugin_share", f"{HOME}, over all passenger cars sold at home"),
    ("not comparable: a car earns 1-3 credits", ""): ("nev_credit_ratio", "credits that makers must hold for 100 cars; a car earns one to three"),
    ("", "NEV share of all vehicles"): ("all_nev_share", f"{ALL}, over all vehicles sold"),
    ("", "EV share of car market, China (more than)"): ("plugin_share", "plug-in share of the car market; the source says more than"),
    ("", "EV share of sales, China, without two/three-wheelers"): ("all_nev_share", "plug-in share of sales, buses and lorries included"),
    ("", "EV share of sales, China"): ("all_nev_share", "plug-in share of sales, buses and lorries included"),
}
EARLIER = {("2021-01-13", "CAAM"): "2021-01"}  # first given in December 2020


def main() -> None:
    """Write forecasts.csv and what it cites."""
    facts, out = folders(__doc__)
    cited = Citations()
    rows = []
    for row in read(facts / "national" / "forecasts_then.csv"):
        path = row["forecaster"] == PATH
        if "world" not in row["quantity"] and (path or not row["kind"].startswith("benchmark")):
            rows.append(line(row, path, cited))
    write(out / "forecasts.csv", COLUMNS, sorted(rows, key=lambda row: (str(row[0]), str(row[1]), int(str(row[3])))))
    cited.save(out)


def line(row: dict[str, str], path: bool, cited: Citations) -> list[object]:
    """One target or forecast; a blank outcome is looked up by the quantity itself."""
    indicator, definition = COUNTS[row["outcome_definition"], "" if row["outcome_definition"] else row["quantity"]]
    definition = "plug-in share of passenger cars sold at home; the plan counts all vehicles, and the path takes one for the other" if path else definition
    status = "derived" if path else "unconfirmed" if "unconfirmed" in row["note"] else "sourced"
    source = cited.cite("New development plan for NEVs unveiled (2020, gov.cn)" if path else row["source"], row["url"])
    forecaster = "Straight path to the plan 2021-2035" if path else row["forecaster"]
    kind = "path" if path else row["kind"]
    unit = "vehicles" if row["unit"].startswith("vehicles") else "1"
    figures = (number(row[name]) for name in ("value", "low", "high"))
    known = EARLIER.get((row["published"], row["forecaster"]), "")
    note = "" if path or row["note"] == "unconfirmed" else row["note"].replace("; ", ", ")
    return [row["published"], forecaster, kind, int(row["target_year"]), indicator, *figures, unit, known, definition, status, source, note]


if __name__ == "__main__":
    main()
