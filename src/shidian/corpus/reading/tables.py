"""Tables with a document a row: csv, tsv, jsonl and xlsx, row by row, in bounded memory."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .columns import columns_of
from .docx import guard_archive
from .encodings import encoding_of
from .fields import fields_of
from .quotes import Fault, records
from .raw import LARGEST, Problem, Raw, Unreadable, tidy

_LEAST = 15  # letters or characters besides the title below which a row holds no text
_NO_TEXT = {"error", "null", "none", "nan", "n/a", "无", "404", "404 not found", "-", "--"}
_POINTERS = ("docpath", "docid", "path", "file", "filename")
_ESCAPED = re.compile(r"&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|#\d{2,5});")
_LARGEST_BOOK = 500_000_000  # bytes of a workbook, which is held in memory while it is read


@dataclass(frozen=True)
class TableRules:
    """How tables are read: columns as the user names them, rows without text kept for their titles, metadata ignored."""

    chosen: Mapping[str, str]
    titles: bool = False
    no_metadata: bool = False


def read_table(path: Path, source: str, rules: TableRules) -> Iterator[Raw | Problem]:
    """Every row as a document, or as a problem with the reason. Raises Unreadable where the table as a whole cannot be read."""
    ending = path.suffix.lower()
    if path.stat().st_size == 0:
        raise Unreadable("the file is empty")
    if ending == ".jsonl":
        yield from _json_rows(path, source, rules)
    elif ending in (".xlsx", ".xlsm"):
        yield from _book_rows(path, source, rules)
    else:
        yield from _csv_rows(path, source, rules)


# --- csv and tsv ------------------------------------------------------------------------------------------------------


def _csv_rows(path: Path, source: str, rules: TableRules) -> Iterator[Raw | Problem]:
    problems: list[Problem] = []
    lines = _lines(path, source, problems)
    first = next(lines, "")
    csv.field_size_limit(LARGEST)
    rows = records(_again(first, lines), _delimiter(first, path))
    _, header = next(rows, (1, []))
    if isinstance(header, Fault):
        raise Unreadable(f"the names of the columns cannot be read: {header.reason}")
    known = _known(header, path, rules)
    number = 0
    for line, cells in rows:
        yield from problems
        problems.clear()
        if isinstance(cells, Fault):
            yield Problem(f"{source}:{line}", f"the row cannot be read: {cells.reason}")
        elif any(cell.strip() for cell in cells):
            number += 1
            yield _row(dict(enumerate(cells)), known, source, number, rules, header)
    yield from problems


def _lines(path: Path, source: str, problems: list[Problem]) -> Iterator[str]:
    """Lines of a file; one longer than any document is passed over and noted."""
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
        number = 0
        while line := file.readline(LARGEST):
            number += 1
            if len(line) < LARGEST or line.endswith("\n"):
                yield line
                continue
            length = len(line)
            while rest := file.readline(LARGEST):
                length += len(rest)
                if rest.endswith("\n"):
                    break
            problems.append(Problem(f"{source}:{number}", f"the line has {length / 1e6:.0f} million characters, and one document at most {LARGEST / 1e6:.0f} million; it is passed over"))
            yield "\n"


def _again(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(header: str, path: Path) -> str:
    """Comma, tab, semicolon or bar: whichever parts the header most; a file named .tsv has tabs where it has any."""
    counts = {mark: header.count(mark) for mark in ",\t;|"}
    if path.suffix.lower() in (".tsv", ".tab") and counts["\t"]:
        return "\t"
    return max(counts, key=lambda mark: counts[mark])


# --- jsonl ------------------------------------------------------------------------------------------------------------


def _json_rows(path: Path, source: str, rules: TableRules) -> Iterator[Raw | Problem]:
    problems: list[Problem] = []
    number = texts = rows = 0
    keys: list[str] = []
    for number, line in enumerate(_lines(path, source, problems), 1):
        yield from problems
        problems.clear()
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as problem:
            yield Problem(f"{source}:{number}", f"the line is no JSON ({problem})")
            continue
        if not isinstance(item, dict):
            yield Problem(f"{source}:{number}", "the line is JSON but no object with names and values")
            continue
        rows += 1
        keys = keys or list(map(str, item))
        known = columns_of(list(map(str, item)), rules.chosen)
        if "text" not in known and not (rules.titles and "title" in known):
            yield Problem(f"{source}:{number}", f"the object has no text among {_listed(list(map(str, item)))}; name it with --column text=NAME")
            continue
        texts += 1
        yield _row({position: _word(value) for position, value in enumerate(item.values())}, known, source, number, rules, list(map(str, item)))


# --- xlsx -------------------------------------------------------------------------------------------------------------


def _book_rows(path: Path, source: str, rules: TableRules) -> Iterator[Raw | Problem]:
    import zipfile

    import python_calamine

    if path.stat().st_size > _LARGEST_BOOK:
        raise Unreadable(f"the workbook has {path.stat().st_size / 1e6:.0f} MB; save it as csv, which is read row by row")
    try:
        guard_archive(path)
        book = python_calamine.load_workbook(str(path))
        sheets = {name: book.get_sheet_by_name(name).iter_rows() for name in book.sheet_names}
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError) as problem:
        raise Unreadable(f"the workbook is damaged, has a password, or is none ({problem})") from None
    several = len(sheets) > 1
    for name, rows in sheets.items():
        where = f"{source}[{name}]" if several else source
        try:
            yield from _sheet_rows(rows, path, where, rules)
        except Unreadable as problem:
            if not several:
                raise
            yield Problem(where, str(problem))


def _sheet_rows(rows: Iterable[Sequence[Any]], path: Path, source: str, rules: TableRules) -> Iterator[Raw | Problem]:
    header: list[str] = []
    known: dict[str, int] = {}
    number = 0
    for cells in rows:
        words = [_word(cell) for cell in cells]
        if not any(word.strip() for word in words):
            continue
        if not header:
            header = words
            known = _known(header, path, rules)
            continue
        number += 1
        yield _row(dict(enumerate(words)), known, source, number, rules, header)
    if not header:
        raise Unreadable("the sheet is empty")


# --- rows -------------------------------------------------------------------------------------------------------------


def _known(header: Sequence[str], path: Path, rules: TableRules) -> dict[str, int]:
    """The fields of a header. Raises Unreadable where none holds text, with the columns there are."""
    known = columns_of(header, rules.chosen)
    if "text" in known or (rules.titles and "title" in known):
        return known
    wanted = f"no column '{rules.chosen['text']}'" if rules.chosen.get("text") else "no column that holds text"
    hint = ", or keep titles alone with --titles" if "title" in known else ""
    raise Unreadable(f"the table has {wanted} among {_listed(header)}; name it with --column text=NAME{hint}")


def is_about_others(path: Path) -> bool:
    """Whether a table without text names other files that lie here (labels, lists of metadata), and so holds no documents."""
    if path.suffix.lower() not in (".csv", ".tsv"):
        return False
    try:
        lines = _lines(path, "", [])
        first = next(lines, "")
        rows = csv.reader(_again(first, lines), delimiter=_delimiter(first, path))
        header, row = next(rows, []), next(rows, [])
    except (csv.Error, Unreadable, OSError):
        return False
    if "text" in columns_of(header, {}):
        return False
    plain = [re.sub(r"[\s_]", "", name).lower() for name in header]
    pointed = [cell.partition("#")[0] for name, cell in zip(plain, row) if name in _POINTERS and cell]
    return any((folder / cell).is_file() for cell in pointed for folder in (path.parent, path.parent.parent))


def _row(cells: Mapping[int, str], known: Mapping[str, int], source: str, number: int, rules: TableRules, header: Sequence[str]) -> Raw | Problem:
    at = {field: cells.get(position, "").strip() for field, position in known.items()}
    name = re.sub(r"\s+", " ", at.pop("id", ""))[:80] or f"row-{number}"
    where = f"{source}#{name}"
    text, title = tidy(_unescaped(at.pop("text", ""))), tidy(_unescaped(at.get("title", "")))
    if title:
        at["title"] = title
    if not rules.titles:
        why = _nothing(text, title)
        if why:
            return Problem(where, why)
    given = {} if rules.no_metadata else {field: value for field, value in at.items() if value and value.lower() not in _NO_TEXT}
    return Raw(where, text, title, meta=fields_of(text), given=given)


def _unescaped(words: str) -> str:
    """A cell that was scraped with the marks of its page: 人力资源社会保障部&nbsp;教育部."""
    return html.unescape(words) if _ESCAPED.search(words) else words


def _nothing(text: str, title: str) -> str:
    """Why a cell holds no text, or nothing."""
    if not text:
        return "the text is empty"
    if text.lower() in _NO_TEXT:
        return f"the text says only '{text}'"
    rest = re.sub(r"\W", "", text.replace(title, "", 1) if title else text)
    return "" if len(rest) >= _LEAST else f"the text holds {len(rest) or 'no'} character{'s' * (len(rest) != 1)} besides the title: '{text[:40]}'".replace("\n", " ")


def _word(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, list | tuple):
        return "、".join(_word(each) for each in cell)
    return str(cell)


def _listed(names: Sequence[str]) -> str:
    shown = [f"'{name.strip()[:30]}'" for name in names[:12]]
    return ", ".join(shown) + (f" and {len(names) - 12} more" if len(names) > 12 else "") if names else "none"
