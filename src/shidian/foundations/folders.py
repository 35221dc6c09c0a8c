"""Folders that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import Failure, InputError


@contextmanager
def whole_folder(target: Path, replace: bool = False) -> Iterator[Path]:
    """A new folder to fill, which takes its final name only when nothing went wrong.

    Raises InputError where `target` is taken (unless `replace`), Failure where the disk refuses.
    """
    if target.exists() and not replace:
        raise InputError(f"{target} exists already; name another folder, or remove it first.")
    made: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        yield made
        _take_place(made, target)
    except OSError as error:
        raise Failure(f"{target} could not be written ({error.strerror or error}); nothing was left behind. Free some space or choose another place.") from None
    finally:
        if made:
            shutil.rmtree(made, ignore_errors=True)


def _take_place(made: Path, target: Path) -> None:
    made.chmod(0o777 & ~_umask())
    if target.exists():
        shutil.rmtree(target)
    made.rename(target)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
