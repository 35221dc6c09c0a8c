"""Timeline rows of programmes with sites: central subsidy, its local top-ups, campaigns."""

from case_rows import ruling_month, month_text, subnational
from eligibility import LIMITED

NATIONWIDE = ("2016-01", "2022-12")
BEV_CLASSES = ["bev-a00", "bev-a0", "bev-mid", "bev-premium"]
PHEV_CLASSES = ["phev-mid", "phev-premium"]


def sites(facts, programme):
    """Prefecture code -> first row of a programme's sites; county sites count for their prefecture."""
    found = {}
    for row in subnational(facts, "pilots"):
        if row["programme"] == programme:
            found.setdefault(row["gb_code"], row)
    return found


def site_status(row):
    """Whether a page confirms the site."""
    return "unconfirmed" if "unconfirmed" in row["note"] or "from memory" in row["note"] else "sourced"


def row_of(instrument, place, technology, period, size, interval, unit, status, source, note):
    """One timeline row."""
    return {"instrument": instrument, "place": place, "technology": technology, "from": period[0], "to": period[1], "size": size,
            "low": interval[0], "high": interval[1], "unit": unit, "status": status, "source": source, "note": note}


def eligible_periods(name, period):
    """Split a period where the class's share of eligible buyers changes: (from, to, share, low, high, note)."""
    limits = sorted(limit[1:] for limit in LIMITED if limit[0] == name and limit[1] <= period[1] and limit[2] >= period[0])
    if not limits:
        return [(*period, 1.0, "", "", "")]
    parts, first = [], period[0]
    for start, end, share, low, high, note in limits:
        start, end = max(start, period[0]), min(end, period[1])
        if first < start:
            parts.append((first, previous(start), 1.0, "", "", ""))
        parts.append((start, end, share, low, high, note))
        first = following(end)
    if first <= period[1]:
        parts.append((first, period[1], 1.0, "", "", ""))
    return parts


def previous(month):
    """The month before."""
    return month_text(ruling_month(month) - 1)


def following(month):
    """The month after."""
    return month_text(ruling_month(month) + 1)


def subsidy_rows(place, period, status, source, note):
    """Central subsidy of a place: one row for a class and period with one share of eligible buyers."""
    rows = []
    for name in BEV_CLASSES + PHEV_CLASSES:
        for first, last, share, low, high, why in eligible_periods(name, period):
            interval = (low, high) if why else (0.85, 1) if status == "unconfirmed" else ("", "")
            rows.append(row_of("central_subsidy", place, name, (first, last), share, interval, "1", "assumed" if why else status, source,
                               "; ".join(part for part in (note, why) if part)))
    return rows


def central_rows(facts):
    """Who may claim the central purchase subsidy, where and when."""
    rows = []
    for code, site in sites(facts, "nev_private_purchase_subsidy").items():
        first = "2010-12" if code == "110000" else "2010-06"
        rows += subsidy_rows(code, (first, "2012-12"), site_status(site), "pilots", "private-purchase pilot city")
    for code, site in sites(facts, "nev_promotion_2013_2015").items():
        first = "2013-10" if site["wave"] == "1" else "2014-01"
        note = f"promotion city, wave {site['wave']}" + ("; month of the second wave assumed" if site["wave"] == "2" else "; from 17 September 2013")
        rows += subsidy_rows(code, (first, "2015-12"), site_status(site), "pilots", note)
    return rows + subsidy_rows("100000", NATIONWIDE, "sourced", "busworldchinabuses2015-china", "nationwide")


def assumed_top_ups(facts, known):
    """Promotion cities whose local subsidy no page gives; 2017 on at most half of the central one."""
    settled = {row["place"] for row in known}
    rows = []
    for code, site in sites(facts, "nev_promotion_2013_2015").items():
        if code in settled:
            continue
        first = "2013-10" if site["wave"] == "1" else "2014-01"
        rows.append(row_of("top_up_ratio", code, "plug-in", (first, "2016-12"), 0.5, (0, 1), "1", "assumed", "assumed",
                           "promotion city without a known local subsidy"))
        rows.append(row_of("top_up_ratio", code, "plug-in", ("2017-01", "2019-06"), 0.3, (0, 0.5), "1", "assumed", "assumed",
                           "promotion city without a known local subsidy; capped at half of the central one"))
    return rows


def gap_top_ups(facts, known):
    """Promotion cities with some known local subsidy: assumed amounts for the months that no row covers."""
    settled = {row["place"] for row in known}
    rows = []
    for code, site in sites(facts, "nev_promotion_2013_2015").items():
        if code not in settled or code == "110000":
            continue
        for span, size, high in ((("2013-10" if site["wave"] == "1" else "2014-01", "2016-12"), 0.5, 1), (("2017-01", "2019-06"), 0.3, 0.5)):
            for part in uncovered(span, [row for row in known if row["place"] == code]):
                rows.append(row_of("top_up_ratio", code, "plug-in", part, size, (0, high), "1", "assumed", "assumed",
                                   "months between known local subsidies of this city"))
    return rows


def uncovered(span, rows):
    """Parts of a span of months that no row covers."""
    taken = {month for row in rows for month in range(ruling_month(row["from"]), ruling_month(row["to"]) + 1)}
    free = [month for month in range(ruling_month(span[0]), ruling_month(span[1]) + 1) if month not in taken]
    parts = []
    for month in free:
        if parts and parts[-1][1] == month - 1:
            parts[-1][1] = month
        else:
            parts.append([month, month])
    return [(month_text(first), month_text(last)) for first, last in parts]


def campaign_rows(facts):
    """Promotion cities: endorsement and cars seen on the road."""
    rows = []
    for code, site in sites(facts, "nev_promotion_2013_2015").items():
        first = "2013-10" if site["wave"] == "1" else "2014-01"
        rows.append(row_of("campaign", code, "plug-in", (first, "2015-12"), 0.12, (0, 0.3), "1", "assumed", "pilots", "promotion city, cars seen on the road"))
    return rows
