"""Chunks on disk: a folder of Parquet tables for each, which has its name only when it is whole.

A chunk is written under another name, brought to the disk (fsync), and renamed. Whatever stops the process, a chunk is
there with all its runs or not at all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ...foundations.errors import Failure, InputError
from .chunk import NAME, RUNS, Rows

try:
    import fcntl
except ImportError:  # no such locks on this system: two processes at one folder compute in vain, but spoil nothing
    fcntl = None

LOCK, HALF = ".lock", ".half-"
KEPT = "Finished runs are kept; give the same command again"


class Store:
    """The chunks of a study in one folder."""

    def __init__(self, folder: Path):
        self.folder, self._holding = folder, False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes out while runs are made, and sweep out what a process that was killed left half-written.

        Raises InputError where another process is at work in the folder, Failure where it cannot be made.
        """
        if self._holding:
            yield
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / LOCK).open("w")
        except OSError as error:
            raise Failure(f"{self.folder} cannot be made ({error.strerror or error}); choose another place.") from None
        with lock:
            _keep_out(lock, self.folder)
            for path in self.folder.glob(f"{HALF}*"):
                shutil.rmtree(path, ignore_errors=True)
            self._holding = True
            try:
                yield
            finally:
                self._holding = False

    def write(self, name: str, tables: Mapping[str, Rows]) -> None:
        """A chunk, whole or not at all. Where it is there already it stays as it is. Raises Failure where the disk refuses."""
        half = self.folder / f"{HALF}{name}-{os.getpid()}"
        try:
            half.mkdir()
            for table, rows in tables.items():
                if rows:
                    _write(as_table(rows), half / f"{table}.parquet")
            _to_disk(half)
            with suppress(FileExistsError):
                _rename(half, self.folder / name)
            _to_disk(self.folder)
        except OSError as error:
            raise Failure(f"{self.folder} could not be written ({error.strerror or error}). {KEPT} when there is space.") from None
        finally:
            shutil.rmtree(half, ignore_errors=True)

    def made(self) -> dict[str, Path]:
        """The chunk that holds each run, by the run's key. A run that two chunks hold, which takes two processes without a lock, counts once."""
        found: dict[str, Path] = {}
        for chunk in sorted(path.parent for path in self.folder.glob(f"[!.]*/{RUNS}.parquet")):
            for key in _read(chunk / f"{RUNS}.parquet", [NAME])[NAME].to_pylist():
                found.setdefault(key, chunk)
        return found

    def table(self, name: str, keys: Sequence[str]) -> pd.DataFrame:
        """One table of the runs asked for, in that order, whatever chunks they came in; empty where they have no such rows.

        Raises Failure where a file cannot be read.
        """
        made, wanted = self.made(), pa.array(keys, pa.string())
        homes: dict[Path, list[str]] = {}
        for key in keys:
            homes.setdefault(made[key], []).append(key)
        parts = [_rows_of(chunk / f"{name}.parquet", own) for chunk, own in homes.items() if (chunk / f"{name}.parquet").is_file()]
        if not parts:
            return pd.DataFrame()
        whole = pa.concat_tables(parts, promote_options="permissive")
        order = pc.sort_indices(pc.index_in(whole[NAME], value_set=wanted))  # stable: rows of one run stay in their order
        return whole.take(order).drop_columns([NAME]).to_pandas()

    def clear(self) -> None:
        """Forget every chunk."""
        shutil.rmtree(self.folder, ignore_errors=True)


def as_table(rows: Rows) -> pa.Table:
    """Rows as columns, every name that any row has; what a row lacks is empty there."""
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})


def _keep_out(lock: TextIO, folder: Path) -> None:
    if not fcntl:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(f"Another process is making runs in {folder}; wait for it, or choose another --out.") from None


def _write(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")
    _to_disk(path)


def _to_disk(path: Path) -> None:
    """Wait until a file, or the list of a folder's files, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _rename(half: Path, whole: Path) -> None:
    if not whole.exists():
        half.rename(whole)


def _read(path: Path, columns: list[str] | None = None) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns)
    except (OSError, pa.ArrowException) as problem:
        raise Failure(f"{path} cannot be read ({problem}). Delete the folder {path.parent}; the same command makes its runs again.") from None


def _rows_of(path: Path, keys: list[str]) -> pa.Table:
    table = _read(path)
    return table.filter(pc.is_in(table[NAME], value_set=pa.array(keys, pa.string())))
