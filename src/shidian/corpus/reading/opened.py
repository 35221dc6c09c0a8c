"""A file opened by its format: every document in it, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .docx import read_docx
from .html import read_html
from .parting import parted
from .pdf import read_pdf
from .plain import read_markdown, read_text
from .raw import Problem, Raw, Unreadable
from .tables import TableRules, read_table

_READERS = {"text": read_text, "markdown": read_markdown, "html": read_html, "docx": read_docx, "pdf": read_pdf}


def single(path: Path, source: str, form: str) -> Iterator[Raw | Problem]:
    """The documents of a file that holds one text; several where that text holds several."""
    try:
        yield from parted(_READERS[form](path, source))
    except Unreadable as problem:
        yield Problem(source, str(problem))
    except OSError as problem:
        yield Problem(source, f"the system refuses to open it ({problem.strerror or problem})")


def rows(path: Path, source: str, rules: TableRules) -> Iterator[Raw | Problem]:
    """The documents of a table, row by row."""
    try:
        yield from read_table(path, source, rules)
    except Unreadable as problem:
        yield Problem(source, str(problem))
    except OSError as problem:
        yield Problem(source, f"the system refuses to open it ({problem.strerror or problem})")
