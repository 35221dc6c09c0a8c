"""Which files there are: what is read, what is left out by a rule, what is of a format that nobody can read here."""

from __future__ import annotations

import fnmatch
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...foundations.errors import InputError, Where
from .raw import Problem, writable
from .tables import is_about_others

SINGLE = {".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".shtml": "html", ".docx": "docx", ".pdf": "pdf"}
TABLES = (".csv", ".tsv", ".tab", ".jsonl", ".xlsx", ".xlsm")

# Names that stand beside documents and are none. `--leave-out` adds to them.
LEFT_OUT = ("README*", "LICENSE*", "LICENCE*", "COPYING*", "CHANGELOG*", "CONTRIBUTING*", "NOTICE*", "AUTHORS*", "_index.*", "desktop.ini", "Thumbs.db", "~$*", ".*")
_NO_DOCUMENTS = frozenset(".py .js .css .json .yaml .yml .toml .xml .ini .cfg .sh .r .rmd .ipynb .do .sql .db .bib .gif .svg .ico .woff .woff2 .ttf .parquet .log .lock .map .gitignore".split())
_REASONS = {
    ".doc": "it is an old Word file; open it and save it as .docx",
    ".wps": "it is a WPS file; open it and save it as .docx",
    ".rtf": "it is rich text; open it and save it as .docx",
    ".odt": "it is an OpenDocument text; save it as .docx",
    ".xls": "it is an old Excel file; save it as .xlsx",
    ".ofd": "OFD is not read; print it to PDF with text",
    ".zip": "it is an archive; unpack it and name the folder",
    ".rar": "it is an archive; unpack it and name the folder",
    ".7z": "it is an archive; unpack it and name the folder",
    ".gz": "it is an archive; unpack it and name the folder",
} | dict.fromkeys((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"), "it is a picture; recognise the characters first (OCR)")


@dataclass(frozen=True)
class Found:
    """A file to read: where it lies, its name in the store, its format, its size in bytes and its hash."""

    path: Path
    source: str
    format: str
    size: int
    sha256: str


def find(sources: Sequence[Path], leave_out: Sequence[str]) -> Iterator[Found | Problem]:
    """Every file under the sources, in the order of the names, as something to read or as a problem with the rule or reason.

    A folder `documents` gives names such as documents/2012/a.txt; a file gives its own name. Raises InputError where a source does not
    exist, or where two would give the same names.
    """
    _check(sources)
    for source in sources:
        if not source.is_dir():
            yield _judged(source, writable(source.name), ())  # a file that is named by hand is meant
            continue
        top = source.resolve().name
        for path, rule in _walk(source):
            name = writable(f"{top}/{path.relative_to(source).as_posix()}")
            yield Problem(f"{name}/", rule, left_out=True) if rule else _judged(path, name, (*LEFT_OUT, *leave_out))


def _check(sources: Sequence[Path]) -> None:
    names: dict[str, Path] = {}
    for source in sources:
        if not source.exists():
            raise InputError("There is no such file or folder; correct the name.", Where(source))
        name = source.resolve().name
        if name in names:
            raise InputError(f"{names[name]} and {source} have the same name, so their documents could not be told apart; name the folder above them, or rename one.")
        names[name] = source


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files under a folder in a fixed order; and folders that are not gone into, with the rule."""
    for here, folders, files in os.walk(folder):
        rules = {name: _shut(Path(here) / name, files) for name in sorted(folders)}
        folders[:] = [name for name, rule in rules.items() if not rule]
        yield from ((Path(here) / name, rule) for name, rule in rules.items() if rule)
        yield from ((Path(here) / name, "") for name in sorted(files))


def _shut(folder: Path, files: list[str]) -> str:
    """The rule by which a folder is not gone into, or nothing."""
    if folder.is_symlink():
        return "a link to a folder; links are not followed, for they could lead in circles: name the folder itself as a source"
    if folder.name.startswith("."):
        return "a hidden folder"
    page = folder.name.removesuffix("_files").removesuffix(".files")
    saved = page != folder.name and any(f"{page}{ending}" in files for ending in (".html", ".htm"))
    return "what a browser saves beside a page" if saved else ""


def _judged(path: Path, source: str, patterns: Sequence[str]) -> Found | Problem:
    inside = source.partition("/")[2] or source
    for pattern in patterns:
        if fnmatch.fnmatch(path.name.lower(), pattern.lower()) or fnmatch.fnmatch(inside, pattern):
            return Problem(source, f"its name fits '{pattern}'", left_out=True)
    ending = path.suffix.lower()
    if ending in _REASONS:
        return Problem(source, _REASONS[ending])
    if ending in _NO_DOCUMENTS:
        return Problem(source, f"{ending} files hold no documents", left_out=True)
    form = SINGLE.get(ending) or ("table" if ending in TABLES else "")
    if not form:
        return Problem(source, f"files named '{ending}' are not read" if ending else "its name has no ending that tells the format")
    if not path.is_file():
        return Problem(source, "it is a link that leads nowhere" if path.is_symlink() and not path.exists() else "it is no file but a folder, a pipe or a device")
    try:
        if form == "table" and is_about_others(path):
            return Problem(source, "a table without text that names other files here (labels, metadata)", left_out=True)
        size, digest = _hashed(path)
    except OSError as problem:
        return Problem(source, f"the system refuses to open it ({problem.strerror or problem})")
    return Found(path, source, form, size, digest)


def _hashed(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while step := file.read(1 << 20):
            digest.update(step)
            size += len(step)
    return size, digest.hexdigest()
