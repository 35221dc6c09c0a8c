"""A store measured: every document's role, and the tables that come of it. Copies of a document count once, and once more apart.

>>> from shidian.corpus.measure import measure              # doctest: +SKIP
>>> measured = measure(open_store("store"), load_terms())   # doctest: +SKIP
>>> measured.shares.to_pandas().query("by == 'level' and where == 'title'")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from ..cases.bundled import case_folder
from . import shares as sharing
from . import spread as spreading
from .arrow import as_arrow
from .says import Said, column, joined, store_says
from .store import Store
from .terms import TermSet, themes

WITHOUT_TEXT = (
    "id",
    "source",
    "part",
    "title",
    "number",
    "issuers",
    "level",
    "province",
    "prefecture",
    "signed",
    "amended",
    "published",
    "kind",
    "status",
    "copy_of",
    "confidence",
)
TABLES = ("documents", "shares", "by_place", "trend", "first_movers", "spread", "time_to_law", "tones", "hits")


@dataclass(frozen=True)
class Measured:
    """What a store says about experimenting, as Arrow tables: `documents` has a row a document, `hits` a row a word found."""

    documents: pa.Table
    shares: pa.Table
    by_place: pa.Table
    trend: pa.Table
    first_movers: pa.Table
    spread: pa.Table
    time_to_law: pa.Table
    tones: pa.Table
    hits: pa.Table


@dataclass(frozen=True)
class MeasuredFrames:
    """The same as frames, with the sets of terms: what the report is written from. Hits, of which there are many, stay Arrow."""

    documents: pd.DataFrame
    shares: pd.DataFrame
    by_place: pd.DataFrame
    trend: pd.DataFrame
    first_movers: pd.DataFrame
    spread: pd.DataFrame
    time_to_law: pd.DataFrame
    tones: pd.DataFrame
    hits: pa.Table
    sets: dict[str, TermSet]

    @property
    def themes(self) -> list[TermSet]:
        """The themes that were measured."""
        return themes(self.sets)


def measure(store: Store, sets: dict[str, TermSet], told: Callable[[int], None] | None = None) -> Measured:
    """Measure a store with sets of terms as from `load_terms`; `told` is called with the number of documents done."""
    frames = measured_frames(store, sets, told)
    return Measured(**{name: as_arrow(getattr(frames, name)) for name in TABLES if name != "hits"}, hits=frames.hits)


def measured_frames(store: Store, sets: dict[str, TermSet], told: Callable[[int], None] | None = None) -> MeasuredFrames:
    """The frames of a measured store."""
    said = joined(store_says(store, sets, told), sets)
    return _measured(store.documents(WITHOUT_TEXT), said, sets)


def _measured(documents: pa.Table, said: Said, sets: dict[str, TermSet]) -> MeasuredFrames:
    """The frames from documents (columns of a store, text not needed) and what they say."""
    frame = framed(documents, said.documents)
    places = pd.read_csv(case_folder("china-nev") / "places.csv", dtype={"code": str})
    names = dict(zip(places["code"], places["name"], strict=True))
    provinces = {code: name for code, name in names.items() if code.endswith("0000") and code != "100000"}
    count = {"province": len(provinces), "city": int((places["level"] == "prefecture").sum())}
    rows = sharing.shares(frame, sets)
    every = [theme.name for theme in themes(sets)]
    movers = _stacked([spreading.first_movers(frame, name, names) for name in every])
    return MeasuredFrames(
        documents=frame,
        shares=rows,
        by_place=_stacked([sharing.by_place(frame, name, provinces) for name in (sharing.ALL, *every)]),
        trend=sharing.trend(rows, sets),
        first_movers=movers,
        spread=spreading.spread(movers, count),
        time_to_law=_stacked([spreading.time_to_law(frame, name) for name in every]),
        tones=tones(frame, every),
        hits=said.hits,
        sets=sets,
    )


def framed(documents: pa.Table, said: pa.Table) -> pd.DataFrame:
    """Documents beside what they say, with `date` (signed, else published), how sure it is, and `year`, in the store's order."""
    sure = documents.column("confidence").combine_chunks()
    signed_sure, published_sure = (pd.Series(sure.field(name).to_pandas(), dtype=float).fillna(1.0) for name in ("signed", "published"))
    frame = documents.drop_columns(["confidence"]).to_pandas(date_as_object=False)
    frame = frame.assign(signed=pd.to_datetime(frame["signed"]), amended=pd.to_datetime(frame["amended"]), published=pd.to_datetime(frame["published"]))
    frame = frame.assign(date=frame["signed"].fillna(frame["published"]), date_confidence=signed_sure.where(frame["signed"].notna(), published_sure))
    frame = frame.assign(issuers=["、".join(names) for names in frame["issuers"]])
    frame = frame.assign(year=frame["date"].dt.year.astype("Int64"), copy_of=frame["copy_of"].fillna(""))
    return frame.merge(said.to_pandas(), on="id", how="left", validate="one_to_one")


def tones(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """How many documents have which tone toward each theme, by level, copies merged."""
    own = frame[frame["copy_of"] == ""]
    rows = []
    for name in names:
        kept = own.assign(tone=own[f"tone_{column(name)}"], level=own["level"].replace("", sharing.UNKNOWN))
        rows.append(kept[kept["tone"] != ""].groupby(["level", "tone"]).size().rename("documents").reset_index().assign(theme=name))
    return _stacked(rows).reindex(columns=["theme", "level", "tone", "documents"])


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    full = [table for table in tables if len(table)]
    return pd.concat(full or tables[:1], ignore_index=True) if tables else pd.DataFrame()
