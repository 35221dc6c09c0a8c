"""The folder of a study: whether it holds this very study, and whether it may be written anew."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from ..foundations.errors import InputError

RECORD = "study.json"  # what determines a study, with its `key`


def settled(folder: Path, key: str, files: Collection[str], force: bool = False) -> bool:
    """Whether a folder holds the study with this key, so that nothing need be computed; never with `force`.

    Raises InputError where the folder holds anything but a study, or another study that may not be replaced without `force`.
    """
    if not folder.exists():
        return False
    whole = folder.is_dir() and all((folder / name).is_file() for name in files)
    same = whole and _key(folder / RECORD) == key
    if not same and not (force and (folder / RECORD).is_file()):
        raise another(folder, (folder / RECORD).is_file())
    strange = sorted(path.name for path in folder.iterdir() if path.name not in files)
    if strange:
        raise InputError(f"{folder} also holds {', '.join(strange[:3])}, which writing the study anew would delete; move that away, or choose another --out.")
    return same and not force


def another(folder: Path, study: bool) -> InputError:
    """What to say of a folder that holds another `study`, or something that is none and that nothing may replace."""
    remedy = "choose another --out, or give --force to replace a study" if study else "it holds no study, which alone may be replaced, so choose another --out"
    return InputError(f"{folder} exists and is not this study; {remedy}.")


def _key(path: Path) -> str | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["key"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
