"""A store of documents: a folder of plain Parquet that any tool can open.

    documents/part-NNNNN.parquet   one row a document (see `record`)
    unread.csv                     what could not be read, and why
    left_out.csv                   what is no document, and by which rule
    disagreements.csv              where the user's metadata and the text differ, or it cannot be understood
    store.json                     versions, settings, sources with hashes, counts
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..foundations.errors import InputError, Where
from .record import SCHEMA

FORMAT = 2  # of store.json and of the columns
DOCUMENTS, RECORD, UNREAD, LEFT_OUT, DISAGREEMENTS = "documents", "store.json", "unread.csv", "left_out.csv", "disagreements.csv"


@dataclass(frozen=True)
class Store:
    """An opened store: where it lies and what store.json says."""

    path: Path
    about: dict[str, Any]

    @property
    def parts(self) -> list[Path]:
        """The Parquet files, in the order of the documents."""
        return sorted((self.path / DOCUMENTS).glob("part-*.parquet"))

    def batches(self, columns: Sequence[str] | None = None, rows: int = 1000) -> Iterator[pa.RecordBatch]:
        """The documents, a batch of at most `rows` at a time, so that memory does not grow with the store."""
        for part in self.parts:
            with pq.ParquetFile(part) as file:
                yield from file.iter_batches(batch_size=rows, columns=None if columns is None else list(columns))

    def documents(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All documents at once; name the columns that are needed, for `text` is nearly all of the size."""
        wanted = SCHEMA if columns is None else pa.schema([SCHEMA.field(name) for name in columns])
        return pa.Table.from_batches(list(self.batches(columns)), wanted)


def open_store(path: Path | str) -> Store:
    """A store that `shidian corpus read` has finished. Raises InputError where the folder is none."""
    path = Path(path)
    try:
        about = json.loads((path / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("The folder is not a store of documents: it has no store.json. Make one with `shidian corpus read SOURCE --out STORE`.", Where(path)) from None
    except (OSError, ValueError) as problem:
        raise InputError(f"store.json cannot be read ({problem}); read the sources again into a new store.", Where(path / RECORD)) from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise InputError(f"The store is of another version ({about.get('format') if isinstance(about, dict) else '?'}, not {FORMAT}); read the sources again into a new store.", Where(path / RECORD))
    if not about.get("whole"):
        raise InputError("The store is not finished: reading it was interrupted. Run the same `shidian corpus read` again; it goes on where it stopped.", Where(path))
    return Store(path, about)
