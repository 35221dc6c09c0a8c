"""attributes.csv: what each technology class costs, offers, uses and harms.

Prices are list prices with VAT before the central subsidy. Published prices of plug-in cars of 2018 to 2022 are
after it, so the mean subsidy of the year at the class's range, times the share of the class that may claim it, is
added back: the price net of the subsidy is then the published one.
"""

from bisect import bisect_right

from case_rows import CLASSES, HAND, LAST_YEAR, YEARS, arguments, national, read, write
from citing import Citations
from eligibility import eligible_share
from model_counts import counts
from schedules import central_schedule, yearly_amount

COLUMNS = ["class", "year", "attribute", "value", "low", "high", "unit", "status", "source", "note"]
UNITS = {"price": "RMB/vehicle", "range": "km", "battery": "kWh", "models": "models"}
CARRY_NOTE = "carried forward from 2023; the mean of all plug-in prices fell by 7 % in 2024 and 13 % by 2025, hence the lower end"
SNAPSHOT = "list prices of the data set are mostly one snapshot of 2022-2024"


def anchors_by_class(attribute):
    """Hand-made anchor rows of one attribute: class -> rows by year."""
    found = {}
    for row in read(HAND / "class_anchors.csv"):
        if row["attribute"] == attribute:
            found.setdefault(row["class"], []).append({**row, "year": int(row["year"]), "value": float(row["value"]), "spread": float(row["spread"])})
    return found


def interpolate(points, year):
    """Value and row at a year between anchors; held outside."""
    years = [point["year"] for point in points]
    after = bisect_right(years, year)
    if after == 0 or after == len(points) or years[after - 1] == year:
        point = points[max(after - 1, 0)]
        return point if point["year"] == year else {**point, "status": "assumed", "note": f"as {point['year']}", "held": True}
    left, right = points[after - 1], points[after]
    weight = (year - left["year"]) / (right["year"] - left["year"])
    return {"value": left["value"] * (1 - weight) + right["value"] * weight, "spread": max(left["spread"], right["spread"], 0.1), "status": "assumed",
            "source": "assumed", "note": f"between {left['year']} and {right['year']}"}


def as_row(name, year, attribute, point, digits):
    """A table row of an interpolated point; the interval is the relative spread."""
    value, spread = round(point["value"], digits), point["spread"]
    interval = point["status"] in ("assumed", "unconfirmed") or spread > 0
    low, high = (round(value * (1 - spread), digits), round(value * (1 + spread), digits)) if interval else ("", "")
    return {"class": name, "year": year, "attribute": attribute, "value": value, "low": low, "high": high, "unit": UNITS[attribute],
            "status": point["status"], "source": point["source"], "note": point["note"]}


def technical_rows():
    """Range and battery of the plug-in and low-speed classes."""
    rows = []
    for attribute, digits in (("range", 0), ("battery", 1)):
        for name, points in anchors_by_class(attribute).items():
            for year in YEARS:
                row = as_row(name, year, attribute, interpolate(points, year), digits)
                if attribute == "range":
                    cycle = "claimed by makers" if name == "lsev" else "NEDC" if year <= 2020 else "CLTC"
                    row["note"] = "; ".join(part for part in (row["note"], f"cycle: {cycle}") if part)
                rows.append(row)
    return rows


def published_prices(facts):
    """Yearly mean of lowest-trim and mid list price by class, 2018-2023; the mid price for the microcars from 2020."""
    table = {(row["class"], int(row["year"]), row["attribute"]): float(row["value"]) for row in national(facts, "class_attributes")
             if row["attribute"] in ("avg_list_price_lowest_trim", "avg_list_price_mid")}
    names = {name: name for name in CLASSES if name != "lsev"}
    names.update({"phev-mid": "bev+phev under one name"})
    found = {}
    for name, listed in names.items():
        for year in range(2018, 2024):
            source = listed if name != "phev-premium" else "erev" if year >= 2020 else "phev"
            mid, low = table[source, year, "avg_list_price_mid"], table[source, year, "avg_list_price_lowest_trim"]
            if name == "bev-a00" and year >= 2020:
                found[name, year] = (mid, "mid of lowest and highest trim: the lowest trims are those of the Hongguang MINI EV, a product of its own")
            elif name == "phev-mid" and year >= 2021:
                found[name, year] = (low, "lowest trim: under names sold both ways the plug-in hybrid is the cheaper one since BYD's DM-i of 2021")
            else:
                found[name, year] = ((mid + low) / 2, "mean of the lowest-trim and the mid list price")
    return found


def price_points(name, published):
    """Anchors of the price net of the central subsidy from 2018, before it in earlier years."""
    points = list(anchors_by_class("price").get(name, []))
    if name == "lsev":
        return points
    replaced = {row["year"]: row for row in anchors_by_class("net").get(name, [])}
    for year in range(2018, 2024):
        value, rule = published[name, year]
        note = f"{rule}; {SNAPSHOT}"
        if name == "phev-mid":
            note += "; names sold as battery and plug-in hybrid cars together"
        points.append(replaced.get(year) or {"year": year, "value": value, "spread": 0.08, "status": "derived", "source": "zhao2024", "note": note})
    return points


def price_rows(facts, schedule, ranges):
    """List prices before the central subsidy, every class and year."""
    published, rows = published_prices(facts), []
    for name in CLASSES:
        points, powertrain = price_points(name, published), name.split("-")[0]
        for year in YEARS:
            point = dict(interpolate(points, year))
            if year > 2023 and name != "lsev":
                point.update(note=CARRY_NOTE, spread=0.1, status="assumed", source="zhao2024; gmteight2025-dongshu")
            if powertrain in ("bev", "phev") and 2018 <= year <= 2022:
                added = mean_claim(schedule, name, powertrain, year, ranges)
                point["value"] += added
                point["note"] += f"; plus {added:.0f} RMB of central subsidy (mean of the year at about {ranges[name, year]:.0f} km, derived)"
            row = as_row(name, year, "price", point, -2)
            if year > 2023 and powertrain in ("bev", "phev"):
                row["low"], row["high"] = round(row["value"] * 0.8, -2), round(row["value"] * 1.05, -2)
            rows.append(row)
    return rows


def mean_claim(schedule, name, powertrain, year, ranges):
    """Mean subsidy a buyer of the class received in the year; ranges sit at mid-year with lines between."""
    def month_range(at, month):
        offset = (month - 6.5) / 12
        other = at + (1 if offset > 0 else -1)
        return ranges[name, at] + (ranges[name, other] - ranges[name, at]) * abs(offset)

    return yearly_amount(schedule, powertrain, year, month_range) * eligible_share(name, f"{year}-07")


def model_rows(facts):
    """Models on offer: counted 2018-2023, assumed before, carried forward after."""
    counted, rows = counts(facts), []
    for name in CLASSES:
        points = anchors_by_class("models")[name] + [{**point, "year": year} for (listed, year), point in counted.items() if listed == name]
        points.sort(key=lambda point: point["year"])
        for year in YEARS:
            point = dict(interpolate(points, year))
            if year > 2023 and name != "lsev":
                point.update(note="carried forward from 2023", spread=0.25, status="assumed")
            rows.append(as_row(name, year, "models", point, 0))
    return rows


def constant_rows():
    """Attributes that do not change, one row a class."""
    rows = []
    for row in read(HAND / "class_constants.csv"):
        for name in row["class"].split("|"):
            rows.append({**row, "class": name, "year": ""})
    return rows


def harm_rows(facts):
    """Accidents and deaths a low-speed car and year: the police total of 2013-2018 over the vehicle-years."""
    totals = {row["variable"]: float(row["value"]) for row in national(facts, "accidents_externalities") if row["period"] == "2013-2018"}
    stock = {int(row["year"]): float(row["best"]) for row in national(facts, "lsev_best") if row["measure"] == "stock" and row["best"]}
    years = sum(stock[2014] + (stock[2018] - stock[2014]) * (year - 2014) / 4 for year in range(2014, 2019)) + stock[2013]
    note = f"{{total:.0f}} in 2013-2018 over {years / 1e6:.1f} million vehicle-years (stock printed for 2013, 2014, 2018, linear between); fleets differ by a factor of two"
    made = []
    for attribute, variable in (("accidents", "lsev_accidents"), ("deaths", "lsev_deaths")):
        rate = totals[variable] / years
        made.append({"class": "lsev", "year": "", "attribute": attribute, "value": rate, "low": rate * 0.5, "high": rate * 1.5,
                     "unit": f"{attribute}/vehicle/year", "status": "derived", "source": "accidents; lsevbest", "note": note.format(total=totals[variable])})
    return made


def main():
    """Write the table."""
    options = arguments(__doc__)
    cites = Citations(options.facts)
    schedule = central_schedule(options.facts, cites)
    technical = technical_rows()
    ranges = {(row["class"], row["year"]): row["value"] for row in technical if row["attribute"] == "range"}
    rows = price_rows(options.facts, schedule, ranges) + technical + model_rows(options.facts) + constant_rows() + harm_rows(options.facts)
    rows.sort(key=lambda row: (CLASSES.index(row["class"]), row["attribute"], row["year"] or LAST_YEAR + 1))
    for row in rows:
        cites.own(row["source"])
    write(options.out / "attributes.csv", COLUMNS, rows)
    cites.save(options.out)


if __name__ == "__main__":
    main()
