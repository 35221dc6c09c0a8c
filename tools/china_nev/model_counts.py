"""Models on offer by class, 2018-2023, from counted nameplates."""

from case_rows import national

BEV = ["bev-a00", "bev-a0", "bev-mid", "bev-premium"]
ICE = ["ice-mini", "ice-compact", "ice-mid", "ice-premium"]
PLUG_IN_SCOPE = "nameplates with at least 100 sold in the year"
ICE_SCOPE = "nameplates with at least 1000 sold in the year"


def counts(facts):
    """(class, year) -> point with the count, its spread and how it was made."""
    listed = {(row["scope"], row["powertrain"], row["size_class"], row["year"]): float(row["value"])
              for row in national(facts, "offer_by_year") if row["scope"] in (PLUG_IN_SCOPE, ICE_SCOPE)}
    shares = {(row["class"], row["year"]): float(row["value"]) / 100 for row in national(facts, "class_attributes")
              if row["attribute"] == "share_of_ice_units"}
    found = {}
    for year in range(2018, 2024):
        both = listed[PLUG_IN_SCOPE, "BEV and PHEV under one name", "all", str(year)]
        hybrids = listed[PLUG_IN_SCOPE, "PHEV", "all", str(year)]
        extenders = listed[PLUG_IN_SCOPE, "EREV", "all", str(year)]
        for name in BEV:
            extra = both if name == "bev-mid" else 0
            note = "nameplates with at least 100 sold" + (", names sold also as plug-in hybrids added" if extra else "")
            found[name, year] = point(listed[PLUG_IN_SCOPE, "BEV", name, str(year)] + extra, 0.1, "derived", note)
        split = "nameplates with at least 100 sold; plug-in hybrids halved between the two classes (assumed)"
        found["phev-mid", year] = point(both + hybrids / 2, 0.3, "assumed", split + ", names sold also as battery cars added")
        found["phev-premium", year] = point(hybrids / 2 + extenders, 0.3, "assumed", split + ", range extenders added")
        total = listed[ICE_SCOPE, "ICE (incl. ordinary hybrids)", "all", str(year)]
        for name in ICE:
            known = min(year, LAST_SHARES)
            note = f"{total:.0f} nameplates with at least 1,000 sold, split by the classes' shares of combustion cars sold in {known}"
            found[name, year] = point(total * shares[name, str(known)], 0.25, "derived", note)
    return found


LAST_SHARES = 2019  # later shares of sales are held out, so they set nothing


def point(value, spread, status, note):
    """One counted value."""
    return {"value": value, "spread": spread, "status": status, "source": "zhao2024", "note": note}
