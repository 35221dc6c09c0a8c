"""A store held against labels: how often each field is right, with the errors by name.

Labels are a table with a document a row: `doc_path` names it (file, or file.csv#id), other columns are fields of which any may be missing:

    level issuing_body province city date doc_number doc_kind     what it is
    pilot pilot_broad pilot_role nev_related mic2025_related      what it says (yes/no; role own, mention, zone, none)

An empty cell says that the document has no such thing; a row of empty cells is not labelled yet, and counts nowhere. For each field

    precision = right / read,   recall = right / labelled,   agreement = rows where both are equal, empty ones too / rows

with Wilson intervals of 95 %. `date` is the day of signature, else the day of publication.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..foundations.errors import InputError, Where
from ..foundations.shares import wilson
from .identify.bodies import full_name
from .identify.document import given_issuers, given_level
from .identify.numbers import canonical
from .identify.places import names
from .reading.encodings import decode
from .reading.raw import Unreadable
from .store import UNREAD, Store

KEY = "doc_path"
_SHARES = ("precision", "recall", "agreement")
_COUNTS = ("documents", "labelled", "read", "right")
_FIELDS = pa.schema(
    [("field", pa.string()), *((name, pa.int64()) for name in _COUNTS), *((f"{name}{end}", pa.float64()) for name in _SHARES for end in ("", "_low", "_high"))]
)
_ERRORS = pa.schema([(name, pa.string()) for name in ("doc_path", "field", "labelled", "read", "confidence", "evidence")])
_MISSING = pa.schema([("doc_path", pa.string()), ("why", pa.string())])
_READ = ("id", "source", "part", "number", "issuers", "level", "province", "prefecture", "signed", "published", "kind", "evidence", "confidence")


@dataclass(frozen=True)
class Compared:
    """A labelled field: the column of the labels, what it is called in a store, and how each side becomes comparable (empty: nothing)."""

    column: str
    name: str
    labelled: Callable[[str], Any]
    read: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Score:
    """Labels against a store, as Arrow tables: a row a field, a row an error, and labelled documents that the store does not hold, with why."""

    fields: pa.Table
    errors: pa.Table
    missing: pa.Table
    documents: int
    unlabelled: int


def _place(words: str) -> str:
    return names().local.get(words, "")


def _yes(words: str) -> str:
    return "yes" if words.strip().lower() in ("yes", "y", "1", "true", "是") else ""


def _body_set(words: str) -> frozenset[str]:
    return frozenset(full_name(name) for name in given_issuers(words)) if words else frozenset()


def _first(bodies: Sequence[str]) -> str:
    return full_name(bodies[0]) if bodies else ""


def _role(row: Mapping[str, Any]) -> str:
    """The role in the words of the labels: launching and regulating are `own`."""
    return {"launches": "own", "regulates": "own", "mentions": "mention"}.get(row["role"], row["role"])


_IS = (
    Compared("level", "level", given_level, lambda row: row["level"]),
    Compared("issuing_body", "issuers", _body_set, lambda row: frozenset(map(full_name, row["issuers"]))),
    Compared("issuing_body", "first issuer", lambda words: _first(given_issuers(words)) if words else "", lambda row: _first(row["issuers"])),
    Compared("province", "province", str.strip, lambda row: _place(row["province"])),
    Compared("city", "prefecture", lambda words: "" if words.strip().endswith(("区", "县", "旗")) else words.strip(), lambda row: _place(row["prefecture"])),
    Compared("date", "date", str.strip, lambda row: str(row["signed"] or row["published"] or "")),
    Compared("doc_number", "number", lambda words: canonical(words) or words.strip(), lambda row: row["number"]),
    Compared("doc_kind", "kind", str.strip, lambda row: row["kind"]),
)
_SAYS = (
    Compared("pilot", "pilot mentioned", _yes, lambda row: "yes" if row["role"] in ("launches", "regulates", "mentions") else ""),
    Compared("pilot_role", "pilot launched or regulated", lambda words: "yes" if words.strip() == "own" else "", lambda row: "yes" if _role(row) == "own" else ""),
    Compared("pilot_role", "pilot role", str.strip, _role),
    Compared("pilot_broad", "pilot in the broad sense", _yes, lambda row: "yes" if row["broad"] else ""),
    Compared("nev_related", "new-energy vehicles", _yes, lambda row: _themed(row, "new_energy_vehicles")),
    Compared("mic2025_related", "Made in China 2025", _yes, lambda row: _themed(row, "made_in_china_2025")),
)


def _themed(row: Mapping[str, Any], theme: str) -> str:
    return "yes" if (row.get(f"text_{theme}") or 0) + (row.get(f"title_{theme}") or 0) else ""


def check(store: Store, gold: Path) -> Score:
    """Hold a store against a table of labels. Raises InputError where the table cannot be used, with its line and column."""
    header, labels, unlabelled = _labels(gold)
    wanted = {row[KEY]: line for line, row in labels}
    found, several = _matched(store, wanted)
    if several:
        path, line = next(iter(several.items()))
        raise InputError(f"'{path}' fits more than one document of the store; write more of its path.", Where(gold, line, header.index(KEY) + 1))
    _add_what_they_say(store, found, header)
    rows = [(row, found[row[KEY]]) for _, row in labels if row[KEY] in found]
    compared = [each for each in (*_IS, *_SAYS) if each.column in header]
    errors: list[dict[str, str]] = []
    fields = pa.Table.from_pylist([_scored(each, rows, errors) for each in compared], _FIELDS)
    missing = [{"doc_path": path, "why": _why_missing(store, path)} for path in wanted if path not in found]
    if not rows:
        example = f"'{labels[0][1][KEY]}' should end the name of a source, such as '{_first_source(store)}'"
        raise InputError(f"None of the {len(labels)} labelled documents is in the store; {example}.", Where(gold, 2, header.index(KEY) + 1))
    return Score(fields, pa.Table.from_pylist(errors, _ERRORS), pa.Table.from_pylist(missing, _MISSING), len(rows), unlabelled)


def _labels(gold: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]], int]:
    """The columns, the rows that hold a label with their lines, and how many rows hold none."""
    try:
        text = decode(gold.read_bytes())
    except (OSError, Unreadable) as problem:
        raise InputError(f"The labels cannot be read ({getattr(problem, 'strerror', None) or problem}).", Where(gold)) from None
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    header = [name.strip() for name in next(reader, [])]
    known = list(dict.fromkeys(each.column for each in (*_IS, *_SAYS)))
    if KEY not in header:
        raise InputError(f"The labels have no column '{KEY}', which names the document of each row; the columns are {', '.join(header) or 'none'}.", Where(gold, 1))
    if not set(header) & set(known):
        raise InputError(f"The labels have none of the columns {', '.join(known)}, so there is nothing to compare.", Where(gold, 1))
    rows = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            if len(cells) != len(header):
                raise InputError(f"The row has {len(cells)} cells under {len(header)} columns; look for a comma too many or too few.", Where(gold, reader.line_num))
            rows.append((reader.line_num, dict(zip(header, (cell.strip() for cell in cells)))))
    labelled = [(line, row) for line, row in rows if any(row[column] for column in known if column in row)]
    if not labelled:
        raise InputError("The labels have no row with a label in it; label a few documents first (`shidian corpus label` draws them).", Where(gold, 1))
    return header, labelled, len(rows) - len(labelled)


def _matched(store: Store, wanted: Mapping[str, int]) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """The first part of the document whose source is, or ends with, each path; and paths that fit several."""
    found: dict[str, dict[str, Any]] = {}
    several = {}
    endings = {path.lstrip("./"): path for path in wanted}
    lengths = sorted({ending.count("/") for ending in endings})
    for batch in store.batches(_READ):
        for row in batch.to_pylist():
            if row["part"]:
                continue
            steps = row["source"].split("/")
            for path in {endings.get("/".join(steps[-1 - length :])) for length in lengths} - {None}:
                if path in found and found[path]["source"] != row["source"]:
                    several[path] = wanted[path]
                found[path] = row
    return found, several


def _add_what_they_say(store: Store, found: Mapping[str, dict[str, Any]], header: Sequence[str]) -> None:
    """What the labelled documents say, where labels ask for it."""
    if not any(each.column in header for each in _SAYS):
        return
    from .says import READ, what_it_says
    from .terms import load_terms

    sets = load_terms()
    by_id = {row["id"]: row for row in found.values()}
    for batch in store.batches(READ):
        here = batch.filter(pc.is_in(batch.column("id"), pa.array(list(by_id))))
        for row in what_it_says(here, sets, with_hits=False).documents.drop_columns(["where", "start", "end", "confidence"]).to_pylist():
            by_id[row["id"]].update(row)


def _why_missing(store: Store, path: str) -> str:
    """Why a labelled document is not in the store: as unread.csv says, else unknown."""
    with (store.path / UNREAD).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["source"] == path or row["source"].endswith("/" + path):
                return f"could not be read: {row['reason']}"
    return "no source of that name"


def _first_source(store: Store) -> str:
    return next((batch.column("source")[0].as_py() for batch in store.batches(("source",))), "")


def _scored(each: Compared, rows: Sequence[tuple[dict[str, str], dict[str, Any]]], errors: list[dict[str, str]]) -> dict[str, Any]:
    """The counts and shares of one field; its errors are added to the list."""
    counted: Counter[str] = Counter()
    for label, row in rows:
        wanted, read = each.labelled(label[each.column]), each.read(row)
        counted["labelled"] += bool(wanted)
        counted["read"] += bool(read)
        counted["right"] += bool(wanted) and wanted == read
        counted["equal"] += wanted == read
        if wanted != read:
            errors.append(_error(each, label, row, wanted, read))
    shares = {"precision": ("right", counted["read"]), "recall": ("right", counted["labelled"]), "agreement": ("equal", len(rows))}
    score: dict[str, Any] = {"field": each.name, "documents": len(rows), "labelled": counted["labelled"], "read": counted["read"], "right": counted["right"]}
    for name, (right, of) in shares.items():
        low, high = wilson(np.array([counted[right]]), np.array([of]))
        score |= {name: counted[right] / of if of else None, f"{name}_low": float(low[0]) if of else None, f"{name}_high": float(high[0]) if of else None}
    return score


def _error(each: Compared, label: Mapping[str, str], row: Mapping[str, Any], wanted: Any, read: Any) -> dict[str, str]:
    field = {"first issuer": "issuers", "date": "signed" if row["signed"] else "published"}.get(each.name, each.name)
    evidence = (row["evidence"] or {}).get(field)
    sure = (row["confidence"] or {}).get(field)
    quote = f"{evidence['where']}: {evidence['quote']}" if evidence else str(row.get("sentence") or "") if each in _SAYS else ""
    return {
        "doc_path": label[KEY],
        "field": each.name,
        "labelled": _shown(wanted),
        "read": _shown(read),
        "confidence": f"{sure:.2f}" if sure else "",
        "evidence": quote,
    }


def _shown(value: Any) -> str:
    return "、".join(sorted(value)) if isinstance(value, frozenset) else str(value)
