"""Sections on time and tone: who was first, how it spread, how long until law, and how documents speak of a theme."""

from __future__ import annotations

import pandas as pd

from ...corpus.measure import MeasuredFrames
from ...corpus.spread import EVENTS
from ..markup import Block, Listing, Prose, Section, Table
from .counts import short

FIRST = 12  # places that a table of first movers shows
EXAMPLES = 12  # documents shown with the sentence that decided


def movers(measured: MeasuredFrames) -> Section | None:
    """First movers by theme and level, and days until a share of the places had followed."""
    blocks: list[Block] = []
    for theme in measured.themes:
        rows = measured.first_movers[(measured.first_movers["theme"] == theme.name) & (measured.first_movers["event"] == "pilot")]
        if rows.empty:
            continue
        local = pd.concat(
            [rows[rows["level"] == "national"], *(rows[rows["level"] == level].head(FIRST) for level in ("province", "city"))]
        )
        table = pd.DataFrame(
            {
                "Place": local["name"],
                "Level": local["level"],
                "Rank": [str(rank) if pd.notna(rank) else "" for rank in local["rank"]],
                "Date": local["date"].dt.strftime("%Y-%m-%d"),
            }
        )
        table = table.assign(**{"Days after the first": local["days_after_first"].astype(str), "Document": [short(words, 60) for words in local["title"]]})
        blocks.append(
            Table(
                table,
                f"First documents that mention pilots and speak of {theme.title}, by place; the first {FIRST} of each level.",
                ("Rank", "Days after the first"),
            )
        )
    if not blocks:
        return None
    told = measured.spread.assign(event=measured.spread["event"].map(EVENTS), first=measured.spread["first"].dt.strftime("%Y-%m-%d"))
    names = {
        "theme": "Theme",
        "event": "A document that",
        "level": "Level",
        "first": "First",
        "reached": "Places reached",
        "of": "Of",
        **{f"days_to_{part}": f"Days to {part} %" for part in (25, 50, 75, 100)},
    }
    blocks.append(
        Table(
            told.rename(columns=names)[list(names.values())].astype(object).fillna("").astype(str),
            "Days from the first place to a quarter, half, three quarters and all of the places that were reached.",
            tuple(names.values())[4:],
        )
    )
    said = "A place counts from its first document in this store: one whose documents are missing here cannot have been first."
    return Section("movers", "First movers and time to spread", [Prose(said), *blocks])


def law(measured: MeasuredFrames) -> Section | None:
    """Months from the first pilot to the first regulation on a theme."""
    rows = measured.time_to_law.dropna(subset=["first_pilot", "first_law"])
    if rows.empty:
        return None
    words = {"title": "names it in its title", "text": "speaks of it in its text"}
    table = pd.DataFrame(
        {
            "Theme": rows["theme"], "From the first document that": rows["from"].map(EVENTS), "To the first regulation": rows["law"],
            "that": rows["where"].map(words),
            "Months": rows["months"].map("{:.0f}".format).where(rows["note"] == "", rows["note"]), "First": [short(words, 40) for words in rows["first_pilot_title"]],
            "Regulation": [short(words, 40) for words in rows["first_law_title"]],
        }
    )  # fmt: skip
    said = "A law that is older than the first pilot is no law that came of it. Laws that were amended since count where their title names the theme, not where their text does."
    return Section(
        "law",
        "From the first pilot to law",
        [Table(table, "Months between the dates of two documents of this store.", ("Months",)), Prose(said)],
    )


def tones(measured: MeasuredFrames) -> Section | None:
    """How many documents support, regulate or suppress what a theme names."""
    if measured.tones.empty:
        return None
    wide = (
        measured.tones.pivot_table(index=["theme", "level"], columns="tone", values="documents", fill_value=0, aggfunc="sum")
        .astype(int)
        .reset_index()
    )
    wide = wide.rename(columns={"theme": "Theme", "level": "Level"})
    return Section(
        "tones",
        "Tone",
        [Table(wide.astype(str), "Documents by the tone of the sentences that name a theme; copies merged.", tuple(wide.columns[2:]))],
    )


def examples(measured: MeasuredFrames) -> Section | None:
    """Documents that launch a pilot, each with the sentence that says so."""
    own = measured.documents[(measured.documents["copy_of"] == "") & (measured.documents["role"] == "launches")]
    if own.empty:
        return None
    shown = own.sort_values(["confidence", "date", "id"], ascending=[False, False, True]).head(EXAMPLES)
    table = pd.DataFrame(
        {
            "Document": [short(words, 60) for words in shown["title"]],
            "Level": shown["level"],
            "Date": shown["date"].dt.strftime("%Y-%m-%d").fillna(""),
            "Read in": shown["rule"],
            "Words": [short(words, 100) for words in shown["sentence"]],
        }
    )
    caption = f"Of {len(own):,} documents that launch a pilot, {len(table)} with the words that say so; documents.csv has all."
    return Section("examples", "Documents that launch a pilot", [Table(table, caption)])


def limits(measured: MeasuredFrames) -> Section:
    """What the figures rest on."""
    points = [
        (
            "A share of documents is no measure of experiments: pilots are sited in favoured places and announced more than once, "
            "and many documents only mention them."
        ),
        "Mentions are words, and nearly always right. Launching, regulating and designating are read by rules from titles, "
        "openings, headings and sentences, and err; hold "
        "them against labels of your own with `shidian corpus check`.",
        "Where overlapping terms of one set could match, the leftmost counts, then the longest; each set is matched apart.",
        (
            "Levels, places and dates are those of the store, with the confidence that it gives; documents without them count as "
            "unknown and are in no place and no year."
        ),
        "The tone is a count of words around a theme; it does not read irony, and lists of duties read as regulation.",
    ]
    return Section("limits", "What the figures rest on", [Listing(points)])
