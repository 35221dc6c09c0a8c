"""Plate rows of Shanghai from its yearly auction prices."""

from case_rows import LAST_YEAR, national
from timeline_sites import row_of

SHANGHAI = "310000"
FREE_FROM = 2013
HYBRIDS_FREE_TO = 2022


def auction_prices(facts):
    """Year -> (mean auction price, status, note)."""
    prices = {}
    for row in national(facts, "plate_and_local"):
        if row["city"] == "Shanghai" and row["variable"] == "auction_avg_price":
            status = "unconfirmed" if "unconfirmed" in row["note"] else "derived"
            prices[int(row["period"])] = (float(row["value"]), status, row["note"])
    for year in range(max(prices) + 1, LAST_YEAR + 1):
        prices[year] = (prices[year - 1][0], "assumed", "as the year before")
    return prices


def shanghai_rows(facts, cites):
    """Combustion cars pay the auction price; plug-ins paid it to 2012, plug-in hybrids again from 2023."""
    rows = []
    for year, (price, status, note) in auction_prices(facts).items():
        interval = (round(price * 0.93), round(price * 1.07)) if status != "derived" else ("", "")
        payers = [("ice", "")]
        if year < FREE_FROM:
            payers.append(("plug-in", "no free plates before 28 December 2012"))
        if year > HYBRIDS_FREE_TO:
            payers.append(("phev", "plug-in hybrids free from 2013 to the end of 2022 only"))
        for technology, why in payers:
            source = cites.own("shanghaiplate2018" if status == "derived" else "recalled" if status == "unconfirmed" else "assumed")
            rows.append(row_of("plate", SHANGHAI, technology, (f"{year}-01", f"{year}-12"), price, interval, "RMB/vehicle", status, source,
                               "; ".join(part for part in ("auction, mean of the year", note, why) if part)))
    return rows
