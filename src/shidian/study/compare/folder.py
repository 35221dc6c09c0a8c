"""The folder of a comparison: `chunks`, which grow while runs are made, and the files that are made of them, all or none.

`study.json` is written first, as not finished, and last, as finished; a folder whose process was killed says so, and goes on.
"""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from ... import __version__
from ...foundations.errors import Failure, InputError
from ..run_folder import LIBRARIES, write_arrays
from ..study_folder import RECORD, another
from .comparison import Comparison
from .ladder import RUNGS
from .question import Question

CHUNKS, HALF = "chunks", ".files"
LARGE = 100_000  # rows from which a table is Parquet, a tenth of the size of CSV
MADE_WITH = (*LIBRARIES, "pyarrow", "h5netcdf")
TEXT = ("regime", "against", "line", "package", "place", "province", "learned_from")  # columns of words, though some look like numbers

Draw = Callable[[Path], Any]  # draws a page from a folder into it


def found(folder: Path) -> dict[str, Any] | None:
    """What the record of a folder says, whole or not; none where it has no comparison's."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return record if record["study"] == "comparison" else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def admit(folder: Path, asked: Question, force: bool = False) -> bool:
    """Whether a folder holds the finished answer to this very question; what is there and is to be made anew is cleared.

    Raises InputError where it holds anything but a comparison, or another one that may not be replaced without `force`.
    """
    if not folder.exists() or (folder.is_dir() and {path.name for path in folder.iterdir()} <= {CHUNKS, HALF}):
        return False
    record = found(folder)
    same = record is not None and record["key"] == asked.key
    if not same and not (force and record is not None):
        raise another(folder, record is not None)
    if force:
        _clear(folder)
        return False
    assert record is not None
    return record["finished"] and all(record[name] == getattr(asked, name) for name in ("runs", "against", "discount"))


def _clear(folder: Path) -> None:
    """Take away a comparison, unless something else lies beside it."""
    record = found(folder) or {}
    known = {RECORD, CHUNKS, *record.get("files", ())}
    strange = sorted(path.name for path in folder.iterdir() if path.name not in known and not path.name.startswith("."))
    if strange and record.get("finished"):
        raise InputError(f"{folder} also holds {', '.join(strange[:3])}, which writing the study anew would delete; move that away, or choose another --out.")
    shutil.rmtree(folder / CHUNKS, ignore_errors=True)


def begin(folder: Path, asked: Question) -> None:
    """Mark a folder as that of a study under way. Raises Failure where the disk refuses."""
    try:
        shutil.rmtree(folder / HALF, ignore_errors=True)  # of a process that was killed
        before = found(folder) or {}
        head = {"study": "comparison", "key": asked.key, "finished": False, "case": asked.work.case, "runs": asked.runs}
        _put(folder, head | {"files": before.get("files", [])})
    except OSError as error:
        raise Failure(f"{folder} could not be written ({error.strerror or error}); choose another place.") from None


def write(folder: Path, comparison: Comparison, draw_page: Draw | None = None) -> dict[str, Any]:
    """Every file of a finished comparison beside its chunks, all at once: made under another name first, then moved. Returns the record.

    Raises Failure where the disk refuses; the chunks stay.
    """
    half = folder / HALF
    try:
        half.mkdir()
        _fill(half, comparison)
        record = comparison.record | {"finished": True, "versions": versions()}
        _put(half, record)
        if draw_page:
            draw_page(half)
        files = sorted(path.name for path in half.iterdir() if path.name != RECORD)
        for stale in set((found(folder) or {}).get("files", ())) - set(files):
            (folder / stale).unlink(missing_ok=True)
        for name in files:
            (half / name).replace(folder / name)
        _put(folder, record | {"files": files})
        return record | {"files": files}
    except OSError as error:
        why = error.strerror or error
        raise Failure(f"{folder} could not be written ({why}). Its runs are kept; give the same command again when there is space.") from None
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _fill(half: Path, comparison: Comparison) -> None:
    for name, table in comparison.tables.items():
        if len(table) > LARGE:
            table.to_parquet(half / f"{name}.parquet", index=False, compression="zstd")
        else:
            table.to_csv(half / f"{name}.csv", index=False, lineterminator="\n")
    write_arrays(comparison.data, half / "results.nc", full=True)


def _put(folder: Path, record: dict[str, Any]) -> None:
    """The record, whole or as it was."""
    half = folder / f".{RECORD}"
    half.write_text(json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    half.replace(folder / RECORD)


def versions() -> dict[str, str]:
    """What a comparison was computed with."""
    made_with = {name: version(name) for name in MADE_WITH}
    return {"shidian": __version__} | made_with | {"python": platform.python_version(), "machine": platform.machine()}


def read(folder: Path) -> Comparison:
    """A finished comparison, as `write` leaves it. Raises InputError where the folder holds none."""
    record = found(folder)
    if record is None or not record["finished"]:
        raise InputError(f"{folder} holds no finished comparison; `shidian study compare` makes one.")
    paths = [folder / name for name in record["files"] if name.endswith((".csv", ".parquet"))]
    return Comparison(record, {path.stem: _read(path) for path in paths})


def _read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    years = RUNGS if path.stem == "ladder" else ()  # of which one is called province
    return pd.read_csv(path, dtype={name: str for name in TEXT if name not in years})
