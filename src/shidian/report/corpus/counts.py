"""Sections that count: by level, by year, beside Heilmann's titles, on the map, and the paper's table."""

from __future__ import annotations

import pandas as pd

from ...corpus.measure import MeasuredFrames
from ...corpus.shares import ACT, ALL, ALL_PLACES, KEPT, MERGED, TEXT, TITLE, UNKNOWN, with_intervals
from ..charts import Measure, ranked, tile_map, trend
from ..markup import Block, Card, Cards, Figure, Prose, Section, Table
from ..numbers import human, human_interval

LEVELS = {"national": "national", "province": "provincial", "city": "city", "county": "county", UNKNOWN: "not known"}
COPIES = ("copies merged", "copies kept")
FEWEST_TILES = 4
FEWEST = 5  # documents of a year that is drawn
MOST_YEARS = 40  # of the map and the yearly charts
SHOWN = ("pilot", "zone", "demonstration")
PLACES_SHOWN = 40


def opening(measured: MeasuredFrames) -> Section:
    """How many documents there are, and how many speak of pilots, in titles and in texts apart."""
    rows, documents = measured.shares, measured.documents
    copies = int((documents["copy_of"] != "").sum())
    dated = documents["year"].dropna()
    span = f"{dated.min()} to {dated.max()}" if len(dated) else "no dates known"
    cards = [Card("Documents", f"{len(documents):,}", span, note=f"{copies:,} are copies of another and count once below")]
    for label, name, where in (
        ("Mention pilots in the text", "pilot", TEXT),
        ("Name pilots in the title", "pilot", TITLE),
        ("Launch a pilot", "launches a pilot", ACT),
        ("Launch or regulate one", "launches or regulates a pilot", ACT),
    ):
        row = one(rows, name, where)
        cards.append(
            Card(
                label,
                human(row["share"], "1"),
                human_interval(row["low"], row["high"], "1"),
                note=f"{row['with']:,} of {row['documents']:,}",
            )
        )
    said = (
        "A share in titles and a share in texts measure different things and never stand on one axis: a long text holds almost "
        "any word. Intervals are Wilson's for "
        "95 %: they say how far a count of this size can be leaned on, not whether the documents at hand stand for all that were issued."
    )
    return Section("opening", "What was counted", [Cards(cards), Prose(said)])


def one(rows: pd.DataFrame, name: str, where: str, theme: str = ALL, copies: str = MERGED) -> pd.Series:
    """The share of one measure over all documents of a theme."""
    kept = rows[
        (rows["by"] == "all") & (rows["set"] == name) & (rows["where"] == where) & (rows["theme"] == theme) & (rows["copies"] == copies)
    ]
    return kept.iloc[0]


def short(words: str, most: int) -> str:
    """Words of at most so many characters; the mark says where something was cut off.

    >>> short("关于开展停车试点的通知", 6)
    '关于开展停…'
    """
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def levels(measured: MeasuredFrames) -> Section | None:
    """Shares by level of government: titles, texts and acts in panels of their own, with copies merged and kept."""
    panels = (
        ("pilot", TITLE, "Pilots named in the title"),
        ("pilot", TEXT, "Pilots mentioned in the text"),
        ("launches a pilot", ACT, "A pilot launched"),
        ("zone", TEXT, "Zones in the text"),
    )
    rows = measured.shares[(measured.shares["by"] == "level") & (measured.shares["theme"] == ALL)]
    charts, tables = [], []
    for name, where, title in panels:
        kept = rows[(rows["set"] == name) & (rows["where"] == where)]
        if kept.empty:
            continue
        kept = kept.assign(label=kept["level"].map(LEVELS), mark=kept["copies"].map({MERGED: COPIES[0], KEPT: COPIES[1]}))
        kept = kept.assign(order=kept["level"].map(list(LEVELS).index)).sort_values(["order", "copies"], ascending=[True, False])
        drawn = kept.assign(**{end: 100 * kept[source] for end, source in (("value", "share"), ("low", "low"), ("high", "high"))})
        charts.append(ranked(drawn[["label", "mark", "value", "low", "high"]], marks=COPIES, axis="share of documents, %", title=title))
        tables.append(_as_rows(kept).assign(What=title))
    if not tables:
        return None
    caption = (
        "Share of documents by level of the issuer, with copies merged (circle) and kept (diamond), and 95 % intervals. Each panel "
        "has an axis of its own."
    )
    data = pd.concat(tables)[["Level", "What", "Copies", "Documents", "With", "Share", "Interval"]]
    return Section("levels", "By level of government", [Figure(charts, caption, data)])


def _as_rows(kept: pd.DataFrame) -> pd.DataFrame:
    ends = [human_interval(low, high, "1") for low, high in zip(kept["low"], kept["high"], strict=True)]
    columns = {
        "Level": kept["label"],
        "Copies": kept["copies"],
        "Documents": kept["documents"].map("{:,}".format),
        "With": kept["with"].map("{:,}".format),
    }
    return pd.DataFrame(columns | {"Share": [human(value, "1") for value in kept["share"]], "Interval": ends})


def years(measured: MeasuredFrames) -> Section | None:
    """Shares by year: titles in one panel, texts in another."""
    rows = measured.shares[(measured.shares["by"] == "year") & (measured.shares["theme"] == ALL) & (measured.shares["copies"] == MERGED)]
    rows = rows[(rows["year"] != UNKNOWN) & rows["set"].isin(SHOWN) & (rows["documents"] >= FEWEST)]
    if rows["year"].nunique() < 2:
        return None
    rows = rows.assign(
        time=rows["year"].astype(int), value=rows["share"], series=rows["set"].map({name: one.title.split(" (")[0] for name, one in measured.sets.items()})
    )
    rows = rows[rows["time"] > rows["time"].max() - MOST_YEARS]
    charts = [
        trend(_banded(rows.loc[rows["where"] == where, ["time", "value", "low", "high", "series"]]), measure=Measure("", "1", 0.01), title=title)
        for where, title in ((TITLE, "In titles"), (TEXT, "In texts"))
    ]
    caption = (
        "Share of documents of a year that hold a word of each set, copies merged, with 95 % intervals; titles and texts have axes "
        "of their own. "
    )
    caption += f"Years of fewer than {FEWEST} documents are not drawn, nor intervals where no document holds a word of the set; the tables have these."
    return Section("years", "By year", [Figure(charts, caption)])


def _banded(rows: pd.DataFrame) -> pd.DataFrame:
    """The intervals of years in which a set is held at all: those of noughts lie over one another and hide the rest; the table has them."""
    held = rows["value"] > 0
    return rows.assign(low=rows["low"].where(held), high=rows["high"].where(held))


def heilmann(measured: MeasuredFrames) -> Section | None:
    """Titles of national documents beside the title shares that Heilmann found."""
    rows = measured.trend
    ours = rows[(rows["source"] == "this store") & rows["set"].isin(("pilot", "trial", "zone")) & (rows["documents"] >= FEWEST)].rename(
        columns={"year": "time", "share": "value"}
    )
    if ours["time"].nunique() < 2:
        return None
    ours = ours[ours["time"] > ours["time"].max() - MOST_YEARS]
    printed = rows[rows["bound"] != ""]
    kinds = {"about": "Heilmann: about", "above": "Heilmann: above", "below": "Heilmann: below"}
    spread_out = [
        row | {"time": year, "value": row["share"], "kind": kinds[row["bound"]]}
        for row in printed.to_dict("records")
        for year in range(row["year"], row["to"] + 1)
    ]
    seen = pd.DataFrame(spread_out)[["time", "value", "low", "high", "kind", "source"]]
    chart = trend(
        _banded(ours[["time", "value", "low", "high", "series"]].astype({"time": int})),
        seen.astype({"low": float, "high": float}),
        measure=Measure("share of national titles", "1", 0.01),
    )
    said = (
        "Heilmann counted titles of national documents on economic reform in the database Beida Fabao; the second paper cites "
        "four figures from his book of 2018. The lines "
        "are national titles of this store, each set of terms apart. Which of these sets he counted is not said in the paper, "
        "and this store need not hold the same documents."
    )
    caption = (
        "Share of national titles by year (lines with 95 % intervals), and Heilmann's figures (marks; a mark for every year of a "
        "period). Years of fewer documents than five are not drawn, nor intervals where no title holds a word of the set."
    )
    return Section("heilmann", "Beside Heilmann's title shares", [Prose(said), Figure([chart], caption)])


def places(measured: MeasuredFrames, grid: pd.DataFrame) -> Section | None:
    """The map: the share of all documents until a year that mention pilots in the text, by province."""
    table = _cells(measured.documents, grid)
    if table["name"].nunique() < FEWEST_TILES:
        return None
    last = int(table["time"].max())
    caption = (
        "Share of a province's documents, of all levels below the centre and until the year of the slider, that mention pilots "
        "in the text; copies merged, 95 % interval "
        "below the value where there is room. A province without a tile has no dated document yet."
    )
    return Section(
        "map",
        "Map",
        [Figure([tile_map(table, measure=Measure("Mention pilots", "1", 0.01), year=last)], caption, _tiles(table, last))],
    )


def _cells(documents: pd.DataFrame, grid: pd.DataFrame) -> pd.DataFrame:
    own = documents[
        (documents["copy_of"] == "")
        & (documents["province"] != "")
        & (documents["level"] != "national")
        & documents["year"].notna()
        & documents["amended"].isna()
    ]
    own = own.assign(pilot=own["text_pilot"] > 0)
    counts = own.groupby(["province", "year"])["pilot"].agg(["sum", "size"]).reset_index()
    if counts.empty:
        return pd.DataFrame(columns=["row", "column", "name", "time", "value", "low", "high"])
    years = range(max(int(counts["year"].min()), int(counts["year"].max()) - MOST_YEARS + 1), int(counts["year"].max()) + 1)
    rows = []
    for year in years:
        until = counts[counts["year"] <= year].groupby("province")[["sum", "size"]].sum()
        rows.append(until.reset_index().assign(time=year))
    table = with_intervals(pd.concat(rows).rename(columns={"sum": "with", "size": "documents", "share": "value"})).rename(
        columns={"share": "value"}
    )
    table = table.merge(grid, left_on="province", right_on="code").astype({"grid_row": int, "grid_col": int})
    return table.rename(columns={"grid_row": "row", "grid_col": "column"})[
        ["row", "column", "name", "time", "value", "low", "high", "documents"]
    ]


def _tiles(table: pd.DataFrame, year: int) -> pd.DataFrame:
    shown = table[table["time"] == year].sort_values("value", ascending=False)
    ends = [human_interval(low, high, "1") for low, high in zip(shown["low"], shown["high"], strict=True)]
    return pd.DataFrame(
        {
            "Place": shown["name"],
            f"Share until {year}": [human(value, "1") for value in shown["value"]],
            "Interval": ends,
            "Documents": shown["documents"].astype(str),
        }
    )


def paper(measured: MeasuredFrames) -> Section:
    """The second paper's table for every theme, and for all documents."""
    blocks: list[Block] = [Prose(PAPER)]
    for theme, rows in measured.by_place.groupby("theme", sort=False):
        title = "all documents" if theme == ALL else f"documents on {measured.sets[theme].title}"
        blocks.append(
            _printed(
                rows,
                (
                    f"{title[0].upper()}{title[1:]}: number and share that mention pilots, in text or title, by place and level; 95 "
                    f"% intervals in brackets."
                ),
            )
        )
    return Section("paper", "The paper's table", blocks)


PAPER = (
    "The form of Table 1 of R-2022-116E: for each place the number of provincial and of city documents on a theme, and the "
    "share that also mentions pilots. County "
    "documents stand apart. Copies are merged."
)


def _printed(rows: pd.DataFrame, caption: str) -> Table:
    of_places = rows[~rows["place"].isin([ALL_PLACES]) & (rows["other_documents"] == 0)].head(PLACES_SHOWN)
    shown = pd.concat(
        [of_places, rows[~rows.index.isin(of_places.index) & ((rows["place"] == ALL_PLACES) | (rows["other_documents"] > 0))]]
    )
    columns: dict[str, list[str]] = {"Place": list(shown["name"])}
    for level, word in (("province", "Provincial"), ("city", "City"), ("county", "County"), ("other", "Other")):
        columns[f"{word}: documents"] = [f"{count:,}" if count else "" for count in shown[f"{level}_documents"]]
        columns[f"{word}: mention pilots"] = [
            _share(*ends) for ends in zip(shown[f"{level}_share"], shown[f"{level}_low"], shown[f"{level}_high"], strict=True)
        ]
    full = {name: cells for name, cells in columns.items() if any(cells)}
    return Table(pd.DataFrame(full), caption, tuple(full)[1:])


def _share(share: float, low: float, high: float) -> str:
    return f"{100 * share:.1f} % ({100 * low:.0f} to {100 * high:.0f})" if share == share else ""
