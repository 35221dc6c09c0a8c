"""timeline.csv: which instrument was in force where and when.

Rows made by hand lie in hand/timeline_*.csv, where place and technology may be lists with | between; rows of
programmes with sites, Shanghai's plates and the purchases of public fleets are computed from the facts.
"""

from case_check import check_timeline
from case_rows import HAND, arguments, read, write
from citing import Citations
from timeline_plates import shanghai_rows
from timeline_procurement import procurement_rows
from timeline_sites import assumed_top_ups, campaign_rows, central_rows, gap_top_ups

COLUMNS = ["instrument", "place", "technology", "from", "to", "size", "low", "high", "unit", "status", "source", "note"]
ORDER = ["central_subsidy", "top_up_ratio", "top_up", "purchase_tax", "tax_exemption", "credit_obligation", "plate", "privilege", "clean_air",
         "campaign", "countryside", "access", "enforcement", "procurement"]


def hand_rows():
    """Rows of every hand-made table, one for each place and technology."""
    rows = []
    for path in sorted(HAND.glob("timeline_*.csv")):
        for row in read(path):
            for place in row["place"].split("|"):
                rows += [{**row, "place": place, "technology": technology} for technology in row["technology"].split("|")]
    return rows


def main():
    """Write the table."""
    options = arguments(__doc__)
    cites = Citations(options.facts)
    by_hand = hand_rows()
    top_ups = [row for row in by_hand if row["instrument"] in ("top_up", "top_up_ratio")]
    rows = by_hand + central_rows(options.facts) + assumed_top_ups(options.facts, top_ups) + gap_top_ups(options.facts, top_ups)
    rows += campaign_rows(options.facts) + shanghai_rows(options.facts, cites) + procurement_rows(options.facts)
    rows.sort(key=lambda row: (ORDER.index(row["instrument"]), row["place"], row["technology"], row["from"]))
    for row in rows:
        cites.own(row["source"])
    check_timeline(rows, options.facts)
    write(options.out / "timeline.csv", COLUMNS, rows)
    cites.save(options.out)


if __name__ == "__main__":
    main()
