"""products.csv: key models, with list prices before the central subsidy.

Where the published price is after the subsidy, makers are taken to renew the list price every January so that the
price after that month's subsidy is the published one: a cut within the year reaches the buyer, one at the turn of
the year is absorbed.
"""

from case_rows import HAND, arguments, read, write
from citing import Citations
from eligibility import eligible_share
from schedules import amount, central_schedule

COLUMNS = ["product", "label", "class", "maker", "from", "to", "price", "range", "battery", "spread", "status", "source", "note"]
SUBSIDY_END = 2022


def list_price(row, schedule):
    """List price before subsidies, and how it was rebuilt from the published price."""
    published, basis = float(row["published"]), row["basis"]
    if basis == "list":
        return published, ""
    if basis.startswith("sum:"):
        return published + float(basis[4:]), f"published {published:.0f} after subsidies"
    powertrain = row["class"].split("-")[0]
    added = amount(schedule, powertrain, row["from"], float(row["range"])) * eligible_share(row["class"], row["from"])
    return published + added, f"published {published:.0f} after the central subsidy; {added:.0f} added back (rate of the first month of the row, derived)"


def model_years(row):
    """The row itself, or one row a calendar year where the price is published after the subsidy."""
    if row["basis"] != "central":
        return [row]
    last = row["to"] or f"{SUBSIDY_END + 1}-12"
    parts = []
    for year in range(int(row["from"][:4]), int(last[:4]) + 1):
        first = max(row["from"], f"{year}-01")
        final = "" if year > SUBSIDY_END and not row["to"] else min(last, f"{year}-12")
        parts.append({**row, "from": first, "to": final})
    return parts


def main():
    """Write the table."""
    options = arguments(__doc__)
    cites = Citations(options.facts)
    schedule, rows = central_schedule(options.facts, cites), []
    for row in (part for whole in read(HAND / "products.csv") for part in model_years(whole)):
        price, rebuilt = list_price(row, schedule)
        status = "derived" if rebuilt and row["status"] == "sourced" else row["status"]
        note = "; ".join(part for part in (rebuilt, row["note"]) if part)
        cites.own(row["source"])
        rows.append({**row, "price": round(price, -1), "status": status, "note": note})
    write(options.out / "products.csv", COLUMNS, rows)
    cites.save(options.out)


if __name__ == "__main__":
    main()
