"""One command's work: a store is traced, its tables written, its two pages drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ... import __version__
from ...corpus.arrow import as_arrow
from ...corpus.fingerprints import SURE
from ...corpus.side_by_side import Shared, most_reused, side_by_side, unlike
from ...corpus.store import RECORD, Store
from ...corpus.trace import DIRECTIONS, ENOUGH, TABLES, TracedFrames, traced_frames
from ...foundations.folders import whole_folder
from ...study import study_folder
from ...study.run_folder import code_digest
from ..markup import LIKE, UNLIKE, Card, Cards, Figure, Listing, Prose, Section, Table
from ..page import Page, write_page
from .counts import LEVELS, short
from .lineage_picture import lineage_picture
from .measured import Done

FILES = ("study.json", "report.html", "documents.html", *(f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")))
LEAD = "Passages that documents share, and which way they went: from higher to lower levels, from lower to higher, or sideways."
PICTURES, LARGEST = 4, 60  # lineages drawn, and documents of one
STRONGEST, FAMILIES = 30, 20  # rows of the tables on the page
LONGEST = 1200  # characters of a passage on a page
_NO_MARKS = {ord(UNLIKE): None, ord(LIKE): None}


@dataclass(frozen=True)
class TraceSpec:
    """Everything that determines a trace."""

    store: str
    shown: tuple[str, ...]
    pages: int
    version: str = field(default=__version__)
    code: str = field(default_factory=lambda: code_digest())

    @property
    def key(self) -> str:
        """Hash of the above: the same key, the same tables."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


def trace_store(store: Store, shown: Sequence[str], pages: int, out: Path | None, force: bool, progress: Callable) -> Done:
    """Trace a store and write its folder; read it back where the folder holds this very trace.

    Raises InputError where `out` holds something else or `shown` names no document, Failure where the disk refuses.
    """
    spec = TraceSpec(hashlib.sha256((store.path / RECORD).read_bytes()).hexdigest()[:16], tuple(shown), pages)
    folder = out or Path("runs") / f"corpus-trace-{spec.key}"
    if study_folder.settled(folder, spec.key, FILES, force):
        return Done(folder, json.loads((folder / "study.json").read_text(encoding="utf-8")), True)
    with progress("Tracing documents", sum(pq.read_metadata(part).num_rows for part in store.parts)) as told:
        made = traced_frames(store, told)
    beside = side_by_side(store, made, [*shown] or most_reused(made, pages))
    found = recorded(spec, made)
    with whole_folder(folder, replace=True) as target:
        (target / "study.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        for name in TABLES:
            _write(getattr(made, name), target / name)
        about = {"store": str(store.path), "documents": f"{found['documents']:,}", "key": found["key"], "version": found["version"]}
        title = f"Who took whose words in {store.path.name}"
        write_page(Page("traced documents", title, LEAD, about, lambda: sections(made, found)), target / "report.html")
        write_page(
            Page("traced documents", "Passages side by side", PAGES, about, lambda: document_sections(made, beside)),
            target / "documents.html",
        )
    return Done(folder, found, False)


def recorded(spec: TraceSpec, made: TracedFrames) -> dict:
    """Content of study.json: what determines it, what it was made with, and how much was found."""
    direct = made.pairs[made.pairs["common_source"] == ""]
    ways = {name: int((direct["direction"] == name).sum()) for name in DIRECTIONS}
    counts = {
        "documents": len(made.documents),
        "pairs": len(made.pairs),
        "passages": len(made.passages),
        "from_a_common_source": len(made.pairs) - len(direct),
    }
    lines = {"lineages": int(made.lineages["lineage"].nunique()), "directions": ways}
    versions = {name: version(name) for name in ("numpy", "pandas", "pyarrow")}
    return {
        "study": "corpus trace",
        "key": spec.key,
        "store": spec.store,
        "version": spec.version,
        "code": spec.code,
        **counts,
        **lines,
        "versions": versions,
    }


def _write(table: pd.DataFrame, path: Path) -> None:
    pq.write_table(as_arrow(table), path.with_suffix(".parquet"))
    table.to_csv(path.with_suffix(".csv"), index=False, float_format="%.6g", lineterminator="\n", date_format="%Y-%m-%d")


# --- the page -----------------------------------------------------------------------------------------------------------


def sections(made: TracedFrames, found: dict) -> list[Section]:
    """The sections for which there is something, in order."""
    ordered = [_opening(found), _levels(made), _pictures(made), _families(made), _strongest(made), _limits(found)]
    return [section for section in ordered if section is not None]


def _opening(found: dict) -> Section:
    ways = found["directions"]
    cards = [
        Card("Documents", f"{found['documents']:,}", "", note="copies left out"),
        Card("Pairs that share passages", f"{found['pairs']:,}", "", note=f"{found['passages']:,} passages"),
        Card("From a common source", f"{found['from_a_common_source']:,}", "", note="pairs whose words stand in an earlier document"),
        *(Card(name.capitalize(), f"{ways[name]:,}", "", note="direct pairs") for name in DIRECTIONS),
    ]
    said = (
        "Down: a document uses words of an earlier one from a higher level of government. Up: the earlier one is of a lower "
        "level. Sideways: both are of one level. Unknown: "
        "a date or a level is not known, both are of one day, or one was amended in or after the days of the other, so that either may have had the words first. That words stand in an earlier document shows where they can "
        "have come from, not who read whom."
    )
    return Section("opening", "What was found", [Cards(cards), Prose(said)])


def _levels(made: TracedFrames) -> Section | None:
    direct = made.pairs[(made.pairs["common_source"] == "") & (made.pairs["direction"] != "unknown")]
    if direct.empty:
        return None
    level = made.documents.set_index("id")["level"].map(LEVELS)
    table = pd.crosstab(direct["earlier"].map(level).rename("From"), direct["later"].map(level))
    order = [word for word in LEVELS.values() if word in {*table.index, *table.columns}]
    table = table.reindex(index=order, columns=order, fill_value=0)
    return Section(
        "levels",
        "From level to level",
        [
            Table(
                table.rename_axis(columns=None).reset_index().astype(str),
                "Direct pairs: level of the earlier document (rows) and of the later one (columns).",
                tuple(order),
            )
        ],
    )


def _pictures(made: TracedFrames) -> Section | None:
    names = list(dict.fromkeys(made.lineages["lineage"]))[:PICTURES]
    if not names:
        return None
    titles = made.documents.set_index("id")["title"]
    charts = [lineage_picture(made.lineages[made.lineages["lineage"] == name].head(LARGEST), short(str(titles[name]), 24)) for name in names]
    caption = (
        f"The largest lineages, by title of the earliest document: each dot a document, each line to the document it took most from."
        f" At most {LARGEST} documents each; lineages.csv has all."
    )
    return Section("pictures", "Lineages", [Figure(charts, caption)])


def _families(made: TracedFrames) -> Section | None:
    if made.lineages.empty:
        return None
    titles = made.documents.set_index("id")["title"]
    rows = []
    for name, group in list(made.lineages.groupby("lineage", sort=False))[:FAMILIES]:
        ways = group["direction"].value_counts()
        counts = {direction.capitalize(): str(int(ways.get(direction, 0))) for direction in DIRECTIONS[:3]}
        span = f"{group['date'].min():%Y-%m} to {group['date'].max():%Y-%m}"
        rows.append(
            {
                "Earliest document": short(str(titles[name]), 50),
                "Documents": str(len(group)),
                "Provinces": str(group.loc[group["province"] != "", "province"].nunique()),
                "Dates": span,
                "Steps": str(group["step"].max()),
                **counts,
            }
        )
    return Section(
        "families",
        "The largest lineages",
        [
            Table(
                pd.DataFrame(rows),
                "Lineages by number of documents; steps count from the earliest document to the last of a line.",
                ("Documents", "Provinces", "Steps", "Down", "Up", "Sideways"),
            )
        ],
    )


def _strongest(made: TracedFrames) -> Section | None:
    rows = made.pairs[made.pairs["common_source"] == ""].head(STRONGEST)
    if rows.empty:
        return None
    about = made.documents.set_index("id")
    titled = {
        f"{name.capitalize()}": [f"{short(str(about.at[key, 'title']), 44)} ({_when(about.loc[key])})" for key in rows[name]]
        for name in ("earlier", "later")
    }
    columns = titled | {
        "Direction": list(rows["direction"]),
        "Passages": rows["passages"].astype(str),
        "Characters": rows["characters"].map("{:,}".format),
    }
    columns |= {"Share of the later": [f"{100 * share:.0f} %" for share in rows["share_of_later"]]}
    return Section(
        "strongest",
        "Pairs that share most",
        [
            Table(
                pd.DataFrame(columns),
                f"The {len(rows)} direct pairs with the most weighted characters; documents.html sets their words side by side.",
                ("Passages", "Characters", "Share of the later"),
            )
        ],
    )


def _when(document: pd.Series) -> str:
    """The day of a document, and that of its last version where it was amended since."""
    if pd.isna(document["date"]):
        return "no date"
    return f"{document['date']:%Y-%m-%d}" + (f", amended {document['until']:%Y-%m-%d}" if document["until"] > document["date"] else "")


def _limits(found: dict) -> Section:
    points = [
        f"A pair counts from {ENOUGH} weighted characters on. Sentences that the form asks for (enactment, liability, appeal, "
        f"entry into force, addressees) weigh nothing, and "
        "words that many documents hold weigh less.",
        f"A shared run of {SURE} letters and characters is always found, shorter ones often, and edited ones in part; a paraphrase is not.",
        "The direction is the order of dates and nothing else: drafts that circulated before publication are not seen.",
        "A common source is flagged where it lies in the store. One that does not lie there leaves a pair sideways that came from above.",
    ]
    flat = {name: value for name, value in found.items() if not isinstance(value, dict)} | {
        f"{name} version": value for name, value in found["versions"].items()
    }
    table = Table(pd.DataFrame({"What": list(flat), "Value": [str(value) for value in flat.values()]}), "Made from.")
    return Section("limits", "What the figures rest on", [Listing(points), table])


# --- documents side by side ---------------------------------------------------------------------------------------------

PAGES = "Each document with its passages beside the same passages in other documents."


def document_sections(made: TracedFrames, beside: dict[str, list[Shared]]) -> list[Section]:
    """One section a document: each passage with the words of both."""
    about = made.documents.set_index("id")
    return [_document(key, rows, about) for key, rows in beside.items()] or [
        Section("none", "Nothing shared", [Prose("No document of the store shares a passage with another.")])
    ]


def _document(key: str, rows: list[Shared], about: pd.DataFrame) -> Section:
    own = about.loc[key]
    head = Prose(f"{own['title']} · {LEVELS.get(own['level'], 'level not known')} · {_when(own)} · id {key}")
    if not rows:
        return Section(f"d-{key}", short(str(own["title"]), 60), [head, Prose("It shares no passage with another document.")])
    table = pd.DataFrame(
        {
            "Other document": [f"{short(str(about.at[row.other, 'title']), 50)} ({_when(about.loc[row.other])})" for row in rows],
            "It is": [_relation(row) for row in rows],
            "Words here": [_beside(row.words, row.other_words) for row in rows],
            "Words there": [_beside(row.other_words, row.words) for row in rows],
        }
    )
    return Section(f"d-{key}", short(str(own["title"]), 60), [head, Table(table, "Passages, the longest first; what the other does not have is underlined.")])


def _beside(words: str, other: str) -> str:
    """A passage with what the other one lacks set off."""
    words, other = (each.translate(_NO_MARKS) for each in (words, other))
    shown, at, parts = words[:LONGEST], 0, []
    for start, end in unlike(shown, other):
        parts += [shown[at:start], UNLIKE, shown[start:end], LIKE]
        at = end
    return "".join([*parts, shown[at:]]) + (f" … ({len(words):,} characters)" if len(words) > LONGEST else "")


def _relation(row: Shared) -> str:
    when = "not known to be earlier" if row.direction == "unknown" else "earlier" if row.other_is_earlier else "later"
    return f"{when}; {row.direction}" + ("; both from a common source" if row.common_source else "")
