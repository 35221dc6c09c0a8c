"""Documents drawn at random to be labelled by hand, as a table to fill in."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np

from ..foundations.errors import InputError, Where
from ..foundations.streams import name_keys, uniforms
from .store import Store

FIELDS = ("level", "issuing_body", "province", "city", "date", "doc_number", "doc_kind", "pilot", "pilot_broad", "pilot_role", "nev_related", "mic2025_related")
AIDS = ("title", "start", "end", "where_it_says_so")  # to read by; `corpus check` passes them over
_SHOWN, _AROUND, _MOST = 300, 20, 12  # characters of start and end, and about a word; places shown


def draw(store: Store, count: int, seed: int, word: str = "") -> list[dict[str, str]]:
    """`count` documents of a store, copies left aside, in the order of the store; with `word` only those that hold it.

    Each document has a number of its own from the seed, and those with the lowest are drawn: more documents in a store, or a larger count,
    leave the rest of the draw as it is. What the rules read is not shown, so that it leads no one's hand.
    """
    rows = []
    for batch in store.batches(("id", "source", "part", "title", "text", "copy_of")):
        for row in batch.to_pylist():
            if not row["part"] and not row["copy_of"] and (not word or word in row["title"] or word in row["text"]):
                rows.append((row["id"], _shown(row, word or "试点")))
    if not rows:
        raise InputError(f"No document of the store holds '{word}'." if word else "The store holds no document to draw.", Where(store.path))
    order = np.argsort(uniforms(name_keys(key for key, _ in rows), seed, "corpus", "label"))
    return [rows[at][1] for at in sorted(order[:count])]


def write(rows: list[dict[str, str]], path: Path) -> None:
    """The table, with empty cells to fill in. Raises InputError where the file exists or cannot be written."""
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheets see that it is UTF-8
            writer = csv.DictWriter(file, ["doc_path", *FIELDS, *AIDS], restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    except FileExistsError:
        raise InputError("The file exists, and may hold labels already; name another with --out.", Where(path)) from None
    except OSError as problem:
        raise InputError(f"The file cannot be written ({problem.strerror}); choose another with --out.", Where(path)) from None


def _shown(row: dict[str, str], word: str) -> dict[str, str]:
    text = row["text"]
    places = [text[max(0, match.start() - _AROUND) : match.end() + _AROUND].replace("\n", " ") for match in re.finditer(re.escape(word), text)]
    more = f" ... and {len(places) - _MOST} more" if len(places) > _MOST else ""
    return {"doc_path": row["source"], "title": row["title"], "start": text[:_SHOWN], "end": text[-_SHOWN:], "where_it_says_so": " | ".join(places[:_MOST]) + more}
