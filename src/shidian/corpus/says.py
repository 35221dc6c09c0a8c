"""What documents say about experimenting: terms by set, what each does with pilots, zones it designates, its tone toward each theme.

One row a document (columns of `schema_of`), and one row a hit with its context. The text itself is not kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .matching import Matching
from .processes import pool
from .roles import NONE, Answer, designates, real_zones, role_of
from .store import Store
from .terms import Hit, TermSet, themes
from .tone import tone_toward

PILOT, ZONES, LEAVE = "pilot", "zone", "leave-to-try"  # the sets that the rules of roles.py rest on
CONTEXT = 24  # characters kept on each side of a hit
READ = ("id", "title", "text", "kind")  # columns of a store that are needed
FEW = 8  # parts, of a thousand documents each, that one process has measured before others have started
_SETS: dict[str, TermSet] = {}  # of a process that measures for another

HITS = pa.schema(
    [
        ("id", pa.string()),
        ("set", pa.string()),
        ("word", pa.string()),
        ("where", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("context", pa.string()),
    ]
)


@dataclass(frozen=True)
class Said:
    """What a set of documents says: a row a document, and a row a hit."""

    documents: pa.Table
    hits: pa.Table


@lru_cache(256)
def column(name: str) -> str:
    """A set's name as part of a column's.

    >>> column("new-energy-vehicles")
    'new_energy_vehicles'
    """
    return name.replace("-", "_")


def schema_of(sets: dict[str, TermSet]) -> pa.Schema:
    """Columns of a row: the role with its rule and sentence, hits in text and title by set, tone by theme.

    `broad` is a pilot in the broad sense: an experimental point, a designated zone, or leave to try first.
    """
    fields = [("id", pa.string()), ("role", pa.string()), ("rule", pa.string()), ("confidence", pa.float32())]
    fields += [("where", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("sentence", pa.string())]
    fields += [("broad", pa.bool_()), ("designates", pa.bool_()), ("zone_sentence", pa.string())]
    for name in sets:
        fields += [(f"text_{column(name)}", pa.int32()), (f"title_{column(name)}", pa.int32())]
    for theme in themes(sets):
        fields += [
            (f"tone_{column(theme.name)}", pa.string()),
            (f"tone_share_{column(theme.name)}", pa.float32()),
            (f"tone_sentence_{column(theme.name)}", pa.string()),
        ]
    return pa.schema(fields)


def what_it_says(documents: pa.Table | pa.RecordBatch, sets: dict[str, TermSet], with_hits: bool = True) -> Said:
    """What each document of a table (columns id, title, text and kind) says; `sets` as from `load_terms`.

    >>> from shidian.corpus.terms import load_terms
    >>> table = pa.table({"id": ["a"], "title": ["关于开展停车试点的通知"], "text": ["决定在三市开展停车试点。"], "kind": ["notice"]})
    >>> what_it_says(table, load_terms()).documents["role"][0].as_py()
    'launches'
    """
    columns = [documents.column(name).to_pylist() for name in ("id", "title", "text", "kind")]
    rows, hits, matching = [], [], Matching(sets)
    for key, title, text, kind in zip(*columns, strict=True):
        title, text = title or "", text or ""
        in_text, in_title = matching.hits(text), matching.hits(title)
        if ZONES in sets:
            in_text[ZONES], in_title[ZONES] = real_zones(text, in_text[ZONES]), real_zones(title, in_title[ZONES])
        rows.append({"id": key, **_row(title, text, kind or "", in_text, in_title, sets)})
        if with_hits:
            hits += [*_hit_rows(key, "title", title, in_title), *_hit_rows(key, "text", text, in_text)]
    return Said(pa.Table.from_pylist(rows, schema_of(sets)), pa.Table.from_pylist(hits, HITS))


def store_says(store: Store, sets: dict[str, TermSet], told: Callable[[int], None] | None = None, workers: int | None = None) -> Iterator[Said]:
    """The same for a whole store, a part at a time and in order, so that memory does not grow with it; `told` is called with documents done.

    A store of some size is shared out to `workers` processes, one a core where nothing is said; they never change what comes of it.
    """
    done = 0
    for said in _parts_say(store, sets, workers or (1 if len(store.parts) < FEW else os.cpu_count() or 1)):
        yield said
        done += said.documents.num_rows
        if told:
            told(done)


def _parts_say(store: Store, sets: dict[str, TermSet], workers: int) -> Iterator[Said]:
    if workers == 1:
        yield from (_part_says(part, sets) for part in store.parts)
        return
    with pool(workers, _hold, sets) as processes:
        yield from processes.map(_part_says, store.parts)


def _hold(sets: dict[str, TermSet]) -> None:
    _SETS.update(sets)


def _part_says(part: Path, sets: dict[str, TermSet] | None = None) -> Said:
    """What the documents of one Parquet file say."""
    return what_it_says(pq.read_table(part, columns=list(READ)), sets or _SETS)


def joined(parts: Iterable[Said], sets: dict[str, TermSet]) -> Said:
    """Parts of a store's answer as one."""
    parts = list(parts)
    return Said(
        pa.concat_tables([schema_of(sets).empty_table(), *(part.documents for part in parts)]),
        pa.concat_tables([HITS.empty_table(), *(part.hits for part in parts)]),
    )


def _row(
    title: str, text: str, kind: str, in_text: dict[str, list[Hit]], in_title: dict[str, list[Hit]], sets: dict[str, TermSet]
) -> dict[str, Any]:
    none: list[Hit] = []
    zones, zones_in_title = in_text.get(ZONES, none), in_title.get(ZONES, none)
    looser = bool(zones or zones_in_title or in_text.get(LEAVE) or in_title.get(LEAVE))
    answer = role_of(title, text, kind, in_text.get(PILOT, none), in_title.get(PILOT, none), looser, bool(zones_in_title))
    zone = designates(title, text, zones, zones_in_title, kind in ("news", "interpretation", "report"))
    row = _answered(answer) | {"broad": answer.role != NONE, "designates": zone is not None, "zone_sentence": zone.quote if zone else ""}
    for name in sets:
        row |= {f"text_{column(name)}": len(in_text[name]), f"title_{column(name)}": len(in_title[name])}
    for theme in themes(sets):
        row |= _toned(theme.name, title, text, in_text[theme.name], in_title[theme.name])
    return row


def _answered(answer: Answer) -> dict[str, Any]:
    return {
        "role": answer.role,
        "rule": answer.rule,
        "confidence": answer.confidence,
        "where": answer.where,
        "start": answer.start,
        "end": answer.end,
        "sentence": answer.quote,
    }


def _toned(name: str, title: str, text: str, in_text: list[Hit], in_title: list[Hit]) -> dict[str, Any]:
    tone = tone_toward(text, in_text) or tone_toward(title, in_title)
    said = (tone.tone, tone.share, tone.quote) if tone else ("", None, "")
    return dict(zip((f"tone_{column(name)}", f"tone_share_{column(name)}", f"tone_sentence_{column(name)}"), said, strict=True))


def _hit_rows(key: str, where: str, words: str, found: dict[str, list[Hit]]) -> Iterator[dict[str, Any]]:
    for name, hits in found.items():
        for hit in hits:
            yield {
                "id": key,
                "set": name,
                "word": hit.word,
                "where": where,
                "start": hit.start,
                "end": hit.end,
                "context": context(words, hit),
            }


def context(text: str, hit: Hit, around: int = CONTEXT) -> str:
    """A hit with what stands on each side of it, on one line."""
    return " ".join(text[max(0, hit.start - around) : hit.end + around].split())
