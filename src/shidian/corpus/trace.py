"""Who took whose words: passages reused between documents, their direction by date and level, and the lineages they make.

A pair counts where its passages together carry ENOUGH weighted characters: what many documents hold weighs less (`passages`), and
what is formula (`formulas`) nothing. Its direction is read from dates and levels alone: `down` where the earlier document is of a higher
level of government, `up` where it is of a lower one, `sideways` where the levels are the same, `unknown` where a date or a level is not
known with some confidence, or no one came first. A text that was amended after it was signed holds words of any day from `signed` to `amended`:
it came first only where that whole span did. Where nearly all of what a pair shares stands in a third, earlier document, the pair
is flagged with that common source: the words may have come to both from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from .arrow import as_arrow
from .fingerprints import Fingerprints, fingerprints, joined
from .formulas import formula_shares
from .lineages import lineages
from .passages import Matches, Passages, matches, passages
from .record import LEVELS
from .store import Store

READ = ("id", "title", "level", "province", "prefecture", "signed", "amended", "published", "confidence", "copy_of")
SHORTEST, ENOUGH = 20, 60  # characters of a passage; weighted characters of a pair
COMMON = 0.8  # of a pair's weighted fingerprints, that an earlier document holds too
CERTAIN = 0.5  # confidence of a date or level from which a direction is read
BATCH = 60_000  # characters fingerprinted at once
TABLES = ("documents", "pairs", "passages", "lineages")
DIRECTIONS = ("down", "up", "sideways", "unknown")
PAIRS = ("earlier", "later", "direction", "passages", "characters", "weighted", "share_of_later", "common_source", "common_share")
SPANS = ("earlier", "later", "start", "end", "later_start", "later_end", "characters", "weight", "formula", "words")
Texts = Callable[[], Iterable[pa.RecordBatch]]


@dataclass(frozen=True)
class Traced:
    """Reuse in a store, as Arrow tables: a row a document, a pair, a passage, and a lineage.

    `pairs` has earlier and later (ids), direction, passages, characters, weighted, share_of_later, common_source and common_share;
    `passages` the two spans in characters of the texts, and the words as the later one has them; `lineages` a row a
    document that took or gave words, with its lineage and parent.
    """

    documents: pa.Table
    pairs: pa.Table
    passages: pa.Table
    lineages: pa.Table


@dataclass(frozen=True)
class TracedFrames:
    """The same as frames: what the report is written from."""

    documents: pd.DataFrame
    pairs: pd.DataFrame
    passages: pd.DataFrame
    lineages: pd.DataFrame


def trace(store: Store, told: Callable[[int], None] | None = None) -> Traced:
    """Trace a store; copies of a document are left out, for they are no reuse. `told` is called with the number of documents read."""
    frames = traced_frames(store, told)
    return Traced(*(as_arrow(getattr(frames, name)) for name in TABLES))


def traced_frames(store: Store, told: Callable[[int], None] | None = None) -> TracedFrames:
    """The frames of a traced store."""
    return _traced(store.documents(READ), lambda: store.batches(("id", "text")), told)


def _traced(documents: pa.Table, texts: Texts, told: Callable[[int], None] | None = None) -> TracedFrames:
    """The frames from a table of documents; `texts` gives batches of id and text, and is asked twice."""
    frame = ordered(documents)
    prints, kept = _all_fingerprints(texts(), dict(zip(frame["id"], frame.index, strict=True)), told)
    frame = frame.assign(characters=kept)
    shared = matches(prints, len(frame))
    runs = passages(shared)
    pairs, spans = _pairs(frame, shared, runs, texts)
    return TracedFrames(frame, pairs, spans, lineages(frame, pairs))


def ordered(documents: pa.Table) -> pd.DataFrame:
    """Documents that are no copies, in order of the day from which they stand as they are (those without one last, then by id).

    A document whose whole span, `date` to `until`, lies before another's comes before it in this order.
    """
    frame = documents.drop_columns(["confidence"]).to_pandas(date_as_object=False)
    sure = documents.column("confidence").combine_chunks()
    confidence = {name: pd.Series(sure.field(name).to_pandas(), dtype=float).fillna(1.0) for name in ("signed", "published", "level")}
    signed, amended, published = (pd.to_datetime(frame[name]) for name in ("signed", "amended", "published"))
    trusted = confidence["signed"].where(signed.notna(), confidence["published"])
    frame = frame.assign(amended=amended, date=signed.fillna(published))
    until = frame[["date", "amended"]].max(axis=1).where(frame["date"].notna())
    frame = frame.assign(until=until, rank=frame["level"].map({name: place for place, name in enumerate(LEVELS)}))
    frame = frame.assign(
        date_sure=frame["date"].notna() & (trusted >= CERTAIN), level_sure=frame["rank"].notna() & (confidence["level"] >= CERTAIN)
    )
    frame = frame[frame["copy_of"].fillna("") == ""]
    return frame.sort_values(["until", "id"], na_position="last", kind="stable", ignore_index=True)


def _all_fingerprints(
    texts: Iterable[pa.RecordBatch], number: dict[str, int], told: Callable[[int], None] | None
) -> tuple[Fingerprints, np.ndarray]:
    """Fingerprints of all documents, numbered as the frame is, a few texts at a time."""
    parts: list[Fingerprints] = []
    kept = np.zeros(len(number), np.int64)
    waiting: list[tuple[int, str]] = []
    done = size = 0

    def take() -> None:
        places = np.array([place for place, _ in waiting], np.int32)
        found = fingerprints([text for _, text in waiting])
        kept[places] = found.kept
        parts.append(Fingerprints(found.hashes, places[found.text], found.start, found.end, found.kept))
        waiting.clear()

    for batch in texts:
        for key, text in zip(batch.column("id").to_pylist(), batch.column("text").to_pylist(), strict=True):
            if key in number and text:
                waiting.append((number[key], text))
                size += len(text)
                if size > BATCH:
                    take()
                    size = 0
        done += batch.num_rows
        if told:
            told(done)
    if waiting:
        take()
    return joined(parts, kept), kept


# --- pairs --------------------------------------------------------------------------------------------------------------


def _pairs(frame: pd.DataFrame, shared: Matches, runs: Passages, texts: Texts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs with enough in common, and their passages."""
    counts = np.diff(np.append(runs.begins, len(shared.weight)))
    spans = pd.DataFrame(
        {
            "earlier": runs.earlier,
            "later": runs.later,
            "start": runs.start,
            "end": runs.end,
            "later_start": runs.later_start,
            "later_end": runs.later_end,
        }
    )
    spans = spans.assign(weight=runs.weight, characters=runs.covered, run=np.arange(len(spans)))
    spans = spans[spans["characters"] >= SHORTEST]
    spans = _enough(spans.assign(weighted=spans["characters"] * spans["weight"]))
    spans = _quoted(spans, frame, texts)
    spans = spans.assign(weighted=spans["weighted"] * (1 - spans["formula"]))
    spans = _enough(spans[spans["characters"] * (1 - spans["formula"]) >= SHORTEST])
    sums = (
        spans.groupby(["earlier", "later"])
        .agg(characters=("characters", "sum"), weighted=("weighted", "sum"), passages=("run", "size"))
        .reset_index()
    )
    of_kept = np.repeat(np.isin(np.arange(len(counts)), spans["run"]), counts)
    pairs = sums.merge(_common(frame, shared, of_kept), on=["earlier", "later"], how="left")
    share = pairs["characters"] / frame["characters"].to_numpy()[pairs["later"]].clip(1)
    pairs = pairs.assign(direction=_direction(frame, pairs), share_of_later=share.clip(upper=1.0))
    ids = frame["id"].to_numpy()
    for name in ("earlier", "later"):
        pairs[name], spans[name] = ids[pairs[name]], ids[spans[name]]
    pairs["common_source"] = [ids[int(at)] if at >= 0 else "" for at in pairs["common_source"]]
    order = pairs.sort_values(["weighted", "earlier", "later"], ascending=[False, True, True], ignore_index=True)
    return order[list(PAIRS)], spans[list(SPANS)].reset_index(drop=True)


def _enough(spans: pd.DataFrame) -> pd.DataFrame:
    """The passages of pairs that together carry enough."""
    return spans[spans.groupby(["earlier", "later"])["weighted"].transform("sum") >= ENOUGH]


def _quoted(spans: pd.DataFrame, frame: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    """Passages with their words as the later document has them, and the share of formulas in them."""
    of_document = {key: rows for key, rows in spans.groupby("later").indices.items()}
    number = dict(zip(frame["id"], frame.index, strict=True))
    start, end = spans["later_start"].to_numpy(), spans["later_end"].to_numpy()
    words, formula = [""] * len(spans), np.zeros(len(spans))
    for batch in texts():
        for at, key in enumerate(batch.column("id").to_pylist()):
            rows = of_document.get(number.get(key, -1), ())
            text = batch.column("text")[at].as_py() if len(rows) else ""
            for row, share in zip(rows, formula_shares(text, [(int(start[row]), int(end[row])) for row in rows]), strict=True):
                words[row], formula[row] = text[start[row] : end[row]], share
    return spans.assign(words=pd.Series(words, index=spans.index, dtype="str"), formula=formula)


def _common(frame: pd.DataFrame, shared: Matches, kept: np.ndarray) -> pd.DataFrame:
    """How much of what each pair shares an earlier, dated document holds too, and which one holds most of it."""
    dates, until = frame["date"].to_numpy(), frame["until"].to_numpy()
    sure = frame["date_sure"].to_numpy()
    rows = pd.DataFrame(
        {"earlier": shared.earlier[kept], "later": shared.later[kept], "first": shared.first[kept], "weight": shared.weight[kept]}
    )
    first, earlier = rows["first"].to_numpy(), rows["earlier"].to_numpy()
    third = (first != earlier) & sure[first] & ~(until[first] >= dates[earlier])
    rows = rows.assign(third=third * rows["weight"], source=np.where(third, first, -1))
    sums = rows.groupby(["earlier", "later"])[["weight", "third"]].sum()
    by_source = rows[third].groupby(["earlier", "later", "source"])["weight"].sum().reset_index()
    best = (
        by_source.sort_values(["weight", "source"], ascending=[False, True])
        .drop_duplicates(["earlier", "later"])
        .set_index(["earlier", "later"])["source"]
    )
    share = sums["third"] / sums["weight"].where(sums["weight"] > 0, 1.0)
    source = best.reindex(sums.index).fillna(-1).where(share >= COMMON, -1).astype(int)
    return pd.DataFrame({"common_share": share, "common_source": source}).reset_index()


def _direction(frame: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """Down, up, sideways or unknown, from the dates and the levels of the two documents."""
    dates, until, ranks = frame["date"].to_numpy(), frame["until"].to_numpy(), frame["rank"].to_numpy()
    date_sure, level_sure = frame["date_sure"].to_numpy(), frame["level_sure"].to_numpy()
    a, b = pairs["earlier"].to_numpy(), pairs["later"].to_numpy()
    known = date_sure[a] & date_sure[b] & level_sure[a] & level_sure[b]
    known &= until[a] < dates[b]
    step = np.where(known, ranks[b] - ranks[a], np.nan)
    return np.select([step > 0, step < 0, step == 0], DIRECTIONS[:3], DIRECTIONS[3])
