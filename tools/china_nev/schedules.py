"""schedules.csv: central subsidy, tax exemption and credits by electric range."""

from case_rows import arguments, month_index, month_text, national, read, ruling_month, write, HAND
from citing import Citations

COLUMNS = ["instrument", "powertrain", "from", "to", "range_min", "range_max", "size", "per_km", "cap", "unit", "status", "source", "note"]
MONTH_RULE = "months are the resolution: a rule that starts after the 15th counts from the next month"
DENSITY = "multipliers by pack energy density and the speed condition are not modelled"
PILOT = {"BEV": (110, 400, 60000), "PHEV": (0, 800, 50000)}
TRANSITION_2019 = "2019-03-26"


def status_of(note):
    """Status of a subsidy amount from the note of the facts."""
    if "amount unconfirmed" in note or "numbers unconfirmed" in note:
        return "unconfirmed"
    return "derived" if "computed" in note else "sourced"


def period_of(row):
    """First and last month of a subsidy row under the month rule."""
    first = ruling_month(row["valid_from"])
    year, month, day = (int(part) for part in row["valid_to"].split("-"))
    last = month_index(f"{year}-{month}") - (1 if day <= 15 else 0)
    return month_text(first), month_text(last)


def pilot_row(row, cites):
    """2010-2012: 3,000 RMB per kWh, capped; turned into an amount per km of range."""
    range_min, per_km, cap = PILOT[row["type"]]
    first, last = period_of(row)
    return {"instrument": "central_subsidy", "powertrain": row["type"].lower(), "from": first, "to": last, "range_min": range_min, "range_max": "",
            "size": 0, "per_km": per_km, "cap": cap, "unit": "RMB/vehicle", "status": "derived", "source": cites.cite(row["source"], row["url"]),
            "note": "3,000 RMB per kWh up to the cap; per km from about 0.13 kWh/km (0.27 for PHEV); cars with lead batteries left out by range_min (assumed)"}


def subsidy_row(row, cites):
    """One row of the facts as a row of the schedule."""
    first, last = period_of(row)
    note = "; ".join(part for part in (row["note"], DENSITY, MONTH_RULE) if part)
    return {"instrument": "central_subsidy", "powertrain": row["type"].lower(), "from": first, "to": last, "range_min": row["range_km_min"] or 0,
            "range_max": row["range_km_max"], "size": row["subsidy_rmb"], "per_km": 0, "cap": "", "unit": "RMB/vehicle", "status": status_of(row["note"]),
            "source": cites.cite(row["source"], row["url"]), "note": note}


def transition_2019(rows, cites):
    """April to June 2019: 60 % of the 2018 amounts for cars that meet the 2019 rules (range 250 km), 10 % for the others."""
    before = [row for row in rows if row["valid_from"] == "2018-06-12"]
    made = []
    for row in before:
        conforms = row["type"] == "PHEV" or int(row["range_km_min"]) >= 250
        share, status = (0.6, "unconfirmed") if conforms else (0.1, "derived")
        base = subsidy_row({**row, "valid_from": TRANSITION_2019, "valid_to": "2019-06-25"}, cites)
        made.append({**base, "size": round(float(row["subsidy_rmb"]) * share), "status": status,
                     "note": f"transition: {share:.0%} of the 2018 amount; {MONTH_RULE}"})
    return made


def transition_2018_phev(rows, cites):
    """February to May 2018 for plug-in hybrids: 70 % of the 2017 amount, the rule that the facts state for battery cars."""
    row = next(row for row in rows if row["type"] == "PHEV" and row["valid_from"] == "2017-01-01")
    base = subsidy_row({**row, "valid_from": "2018-02-12", "valid_to": "2018-06-11"}, cites)
    return {**base, "size": round(float(row["subsidy_rmb"]) * 0.7), "status": "derived", "note": f"transition: 70% of the 2017 amount; {MONTH_RULE}"}


def central_schedule(facts, cites):
    """All rows of the central purchase subsidy."""
    rows = national(facts, "subsidy_central")
    made = []
    for row in rows:
        if row["type"] not in PILOT or row["valid_from"] == TRANSITION_2019:
            continue
        made.append(pilot_row(row, cites) if row["valid_from"] == "2010-06-01" else subsidy_row(row, cites))
    made += transition_2019(rows, cites) + [transition_2018_phev(rows, cites)]
    return sorted(made, key=lambda row: (row["powertrain"], row["from"], float(row["range_min"])))


def amount(schedule, powertrain, month, range_km):
    """Central subsidy (RMB) of a car with this range bought in this month ('YYYY-MM'), where it may be claimed."""
    for row in schedule:
        upper = float(row["range_max"] or "inf")
        if row["powertrain"] == powertrain and row["from"] <= month <= row["to"] and float(row["range_min"]) <= range_km < upper:
            value = float(row["size"]) + float(row["per_km"]) * range_km
            return min(value, float(row["cap"] or "inf"))
    return 0.0


def yearly_amount(schedule, powertrain, year, range_of):
    """Mean of the twelve months of a year; `range_of(year, month)` is the range (km) of that month."""
    return sum(amount(schedule, powertrain, f"{year}-{month:02d}", range_of(year, month)) for month in range(1, 13)) / 12


def main():
    """Write the table."""
    options = arguments(__doc__)
    cites = Citations(options.facts)
    rows = central_schedule(options.facts, cites) + read(HAND / "schedules_tax_credits.csv")
    for row in rows:
        cites.own(row["source"])
    write(options.out / "schedules.csv", COLUMNS, rows)
    cites.save(options.out)


if __name__ == "__main__":
    main()
