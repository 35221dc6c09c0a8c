"""From sources to a store: read, identified, copies merged; in bounded memory, and continued where it was interrupted.

Documents flow in a fixed order in pieces (a few files, or some rows of a table); every PIECES pieces make one Parquet file, written under STORE.reading
with a note of what could not be read. A part is done when its note is there. An interrupted reading goes on with the first part that is not done; the
result does not depend on the interruption nor on the number of workers. When all parts are done, copies are merged and the folder takes its name.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .. import __version__
from ..foundations.errors import InputError, Where
from ..foundations.folders import whole_folder
from . import store as folder
from .copies import Sketches, earliest
from .pieces import Made, made_of, pieces
from .reading.raw import Problem
from .reading.sources import Found, find
from .reading.tables import TableRules
from .record import SCHEMA
from .store import Store, open_store
from .workers import in_order

PIECES = 8  # of a part
RULES = 4  # raised whenever the rules of reading or identifying change what a store holds
_PLAN, _ROWS = "plan.json", 500
_SMALL = 3_000_000  # bytes that one process has read before others have started

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True)
class Reading:
    """What is read and how: the sources, names to leave out, and how tables are read."""

    sources: tuple[Path, ...]
    leave_out: tuple[str, ...] = ()
    tables: TableRules = field(default_factory=lambda: TableRules({}))


def read_documents(reading: Reading, out: Path, force: bool = False, workers: int | None = None, progress: Progress | None = None) -> Store:
    """Read the sources into a store at `out`; where it holds this very reading already, nothing is done.

    Raises InputError where a source does not exist, nothing in it is a document, or `out` is taken by something else.
    """
    progress = progress or (lambda title, total: nullcontext(lambda done: None))
    listed = list(find(reading.sources, reading.leave_out))
    found = [each for each in listed if isinstance(each, Found)]
    problems = [each for each in listed if isinstance(each, Problem)]
    if not found:
        raise InputError(_nothing([{"source": path.name} for path in reading.sources], problems))
    plan = _plan(reading, found)
    if _settled(out, plan["key"], force):
        return open_store(out)
    work = _continued(out.with_name(out.name + ".reading"), plan, force)
    _fill(work, found, reading.tables, workers, progress)
    _finish(work, out, plan, problems, progress)
    return open_store(out)


def _nothing(sources: Sequence[Mapping[str, Any]], problems: Sequence[Problem]) -> str:
    named = [each["source"] for each in sources[:3]] + ([f"{len(sources) - 3} more"] if len(sources) > 3 else [])
    first = f" ({problems[0].source}: {problems[0].reason})" if problems else ""
    return f"Nothing in {', '.join(named)} can be read as a document{first}; name a folder or table with documents."


def _plan(reading: Reading, found: Sequence[Found]) -> dict[str, Any]:
    """What determines a store, and the hash of it."""
    plan = {
        "format": folder.FORMAT,
        "rules": RULES,
        "shidian": __version__,
        "settings": {"leave_out": list(reading.leave_out), **asdict(reading.tables)},
        "sources": [{"source": each.source, "bytes": each.size, "sha256": each.sha256} for each in found],
    }
    key = hashlib.sha256(json.dumps(plan, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    return {"key": key, **plan}


def _settled(out: Path, key: str, force: bool) -> bool:
    """Whether the store is there already. Raises InputError where the place is taken and may not be replaced."""
    if not out.exists():
        return False
    record = out / folder.RECORD
    try:
        same = json.loads(record.read_text(encoding="utf-8"))["key"] == key
    except (OSError, ValueError, KeyError, TypeError):
        same = False
    if same and not force:
        return True
    if not record.is_file():
        raise InputError("The folder exists and is no store of documents, so it is never replaced; choose another --out.", Where(out))
    if not force:
        raise InputError("The folder holds a store of other sources or settings; choose another --out, or give --force to replace it.", Where(out))
    return False


def _continued(work: Path, plan: dict[str, Any], force: bool) -> Path:
    """The folder of an unfinished reading: as it was left where it is of the same plan, else new."""
    text = json.dumps(plan, ensure_ascii=False, indent=1)
    if work.exists():
        held = work / _PLAN
        if held.is_file() and held.read_text(encoding="utf-8") == text:
            return work
        if not held.is_file():
            raise InputError("The folder stands where an unfinished reading would be kept, and is none; move it away, or choose another --out.", Where(work))
        if not force:
            raise InputError("The folder holds an unfinished reading of other sources or settings; remove it, choose another --out, or give --force.", Where(work))
        shutil.rmtree(work)
    work.mkdir(parents=True)
    _write_whole(work / _PLAN, text)
    return work


# --- parts ------------------------------------------------------------------------------------------------------------


def _fill(work: Path, found: Sequence[Found], rules: TableRules, workers: int | None, progress: Progress) -> None:
    """Make every part that is not done yet."""
    done = 0
    while _note(work, done).is_file():
        done += 1
    total = sum(each.size for each in found)
    flow = pieces(found, rules)
    behind = sum(piece.weight for piece in islice(flow, done * PIECES))
    workers = workers or (1 if total < _SMALL else os.cpu_count() or 1)
    with progress("Reading documents (kB)", total // 1000) as told:
        told(behind // 1000)
        made = in_order(flow, made_of, workers)
        for part, group in enumerate(_grouped(made, PIECES), done):
            _write_part(work, part, group)
            behind += sum(each.weight for each in group)
            told(min(behind, total) // 1000)


def _grouped(made: Iterable[Made], size: int) -> Iterator[list[Made]]:
    made = iter(made)
    while group := list(islice(made, size)):
        yield group


def _write_part(work: Path, part: int, group: Sequence[Made]) -> None:
    """Documents and sketches first; the note last, which says that the part is done."""
    table = pa.concat_tables([each.documents for each in group])
    name = f"part-{part:05d}"
    _write_table(table, work / f"{name}.parquet")
    sketches = Sketches.joined([each.sketches for each in group])
    with (work / f"{name}.npz").open("wb") as file:
        np.savez(file, exact=sketches.exact, bins=sketches.bins)
    note = {"problems": [asdict(each) for one in group for each in one.problems], "differences": [asdict(each) for one in group for each in one.differences]}
    _write_whole(_note(work, part), json.dumps(note, ensure_ascii=False))


def _note(work: Path, part: int) -> Path:
    return work / f"part-{part:05d}.json"


def _write_table(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd", row_group_size=_ROWS)


def _write_whole(path: Path, text: str) -> None:
    """A file that is whole or not there."""
    made = path.with_name(path.name + ".new")
    made.write_text(text, encoding="utf-8", errors="surrogatepass")
    made.replace(path)


# --- the whole --------------------------------------------------------------------------------------------------------


def _finish(work: Path, out: Path, plan: dict[str, Any], problems: Sequence[Problem], progress: Progress) -> None:
    """Merge copies and write the store, which takes its name when it is whole."""
    parts = [path for path in sorted(work.glob("part-*.parquet")) if path.with_suffix(".json").is_file()]
    notes = [json.loads(path.with_suffix(".json").read_text(encoding="utf-8", errors="surrogatepass")) for path in parts]
    facts = pa.concat_tables([pq.read_table(path, columns=["id", "title", "level", "number", "signed", "amended", "published"]) for path in parts])
    if not len(facts):
        shutil.rmtree(work)
        raise InputError(_nothing(plan["sources"], [*problems, *(Problem(**each) for note in notes for each in note["problems"])]))
    copy_of = earliest(facts, _sketches(parts), _texts(parts))
    with whole_folder(out, replace=out.exists()) as new, progress("Writing the store (parts)", len(parts)) as told:
        (new / folder.DOCUMENTS).mkdir()
        at = 0
        for number, path in enumerate(parts):
            table = pq.read_table(path)
            table = table.set_column(SCHEMA.get_field_index("copy_of"), SCHEMA.field("copy_of"), pa.array(copy_of[at : at + len(table)], pa.string()))
            _write_table(table, new / folder.DOCUMENTS / path.name)
            at += len(table)
            told(number + 1)
        every = [*problems, *(Problem(**each) for note in notes for each in note["problems"])]
        unread = [(each.source, each.reason) for each in every if not each.left_out]
        left_out = [(each.source, each.reason) for each in every if each.left_out]
        differences = [tuple(each.values()) for note in notes for each in note["differences"]]
        _write_csv(new / folder.UNREAD, ("source", "reason"), sorted(unread))
        _write_csv(new / folder.LEFT_OUT, ("source", "rule"), sorted(left_out))
        _write_csv(new / folder.DISAGREEMENTS, ("id", "source", "field", "given", "read", "quote", "why"), differences)
        counts = {"documents": at, "copies": sum(map(bool, copy_of)), "unread": len(unread), "left_out": len(left_out), "disagreements": len(differences)}
        about = {"key": plan["key"], "whole": True, "counts": counts} | plan
        (new / folder.RECORD).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", errors="surrogatepass")
    shutil.rmtree(work)


def _sketches(parts: Sequence[Path]) -> Sketches:
    held = []
    for path in parts:
        with np.load(path.with_suffix(".npz")) as each:
            held.append(Sketches(each["exact"], each["bins"]))
    return Sketches.joined(held)


def _texts(parts: Sequence[Path]) -> Iterator[list[str]]:
    for path in parts:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS, columns=["text"]):
                yield batch.column("text").to_pylist()


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
