"""Checks of the timeline before it is written: known words, dates in order, intervals around the size, no clash."""

from case_rows import CLASSES, month_index, subnational

UNITS = {"central_subsidy": "1", "top_up_ratio": "1", "top_up": "RMB/vehicle", "purchase_tax": "1", "tax_exemption": "1", "credit_obligation": "1",
         "plate": "RMB/vehicle", "privilege": "1", "clean_air": "1", "campaign": "1", "countryside": "1", "access": "1", "enforcement": "1",
         "procurement": "1"}
TECHNOLOGIES = {*CLASSES, "ice", "bev", "phev", "combustion", "plug-in", "low-speed", "lsev", "all"}
STATUSES = {"sourced", "derived", "unconfirmed", "assumed"}


def known_places(facts):
    """Codes of the centre, the provinces and the prefectures."""
    provinces = {row["gb_code"] for row in subnational(facts, "provinces")}
    return {"100000"} | provinces | {row["gb_code"] for row in subnational(facts, "prefectures")}


def check_timeline(rows, facts):
    """Stop with a message that lists every fault."""
    places = known_places(facts)
    faults = [fault for row in rows for fault in faults_of(row, places)] + clashes(rows)
    if faults:
        raise SystemExit("\n".join(faults))


def faults_of(row, places):
    """Faults of one row."""
    name = f"{row['instrument']} {row['place']} {row['technology']} {row['from']}"
    if row["instrument"] not in UNITS or row["unit"] != UNITS[row["instrument"]]:
        yield f"{name}: instrument or unit not known"
    if row["place"] not in places:
        yield f"{name}: place not known"
    if row["technology"] not in TECHNOLOGIES or row["status"] not in STATUSES:
        yield f"{name}: technology or status not known"
    if row["to"] and month_index(row["to"]) < month_index(row["from"]):
        yield f"{name}: ends before it starts"
    if row["status"] in ("assumed", "unconfirmed") and row["low"] == "":
        yield f"{name}: an interval is needed"
    if row["low"] != "" and not float(row["low"]) <= float(row["size"]) <= float(row["high"]):
        yield f"{name}: size outside its interval"


def clashes(rows):
    """Summed instruments whose rows of one source of the sum overlap in a place and technology."""
    found, groups = [], {}
    for row in rows:
        if row["instrument"] in ("top_up", "top_up_ratio"):
            groups.setdefault((row["place"], row["technology"]), []).append(row)
    for key, group in groups.items():
        group.sort(key=lambda row: row["from"])
        for first, second in zip(group, group[1:]):
            if not first["to"] or first["to"] >= second["from"]:
                found.append(f"top-ups of {key} overlap from {second['from']}")
    return found
