"""Procurement rows: the weight of a place in the purchases of public fleets is its urban population in millions."""

from case_rows import subnational
from timeline_sites import row_of, sites

PILOT_FACTOR = 1.5
LIUZHOU = "450200"
NOTE = "urban population in millions; only the proportions count"


def urban_millions(facts):
    """Leaf code -> urban population 2020 in millions; the province's urban share where the place's own is blank."""
    shares = {row["gb_code"]: float(row["urban_share_2020"]) for row in subnational(facts, "provinces") if row["urban_share_2020"]}
    found = {}
    for row in subnational(facts, "prefectures"):
        own = float(row["urban_share_2018"]) if row["urban_share_2018"] else None
        share = (own / 100 if own and own > 1 else own) or shares[row["province_gb"]]
        found[row["gb_code"]] = round(float(row["pop_2020_10k"]) / 100 * share, 3)
    return found


def interval(weight):
    """Purchases by place are not known: half to twice the weight."""
    return round(weight / 2, 3), round(weight * 2, 3)


def procurement_rows(facts):
    """Ten Cities to 2012, promotion cities 2013-2015, everywhere from 2016 with more in the pilot cities of 2023."""
    weights = urban_millions(facts)
    pilots = sites(facts, "public_sector_vehicle_electrification")
    rows = []
    for code, site in sites(facts, "ten_cities_thousand_vehicles").items():
        first = "2009-01" if site["wave"] == "1" else "2010-06"
        rows.append(weight_row(code, (first, "2012-12"), weights[code], "Ten Cities, Thousand Vehicles"))
    for code, site in sites(facts, "nev_promotion_2013_2015").items():
        first = "2013-01" if site["wave"] == "1" else "2014-01"
        rows.append(weight_row(code, (first, "2015-12"), weights[code], "promotion city"))
    for code, weight in weights.items():
        rows.append(weight_row(code, ("2016-01", "2023-10" if code in pilots else ""), weight, "everywhere"))
        if code in pilots:
            rows.append(weight_row(code, ("2023-11", ""), weight * PILOT_FACTOR, "pilot city of public-sector electrification, half as much again"))
    rows.append(weight_row(LIUZHOU, ("2017-01", "2019-12"), weights[LIUZHOU] * 2, "public institutions bought in bulk for staff, twice as much"))
    return rows


def weight_row(code, period, weight, why):
    """One weight."""
    return row_of("procurement", code, "plug-in", period, round(weight, 3), interval(weight), "1", "assumed", "pilots", f"{why}; {NOTE}")
