"""Plain text and Markdown."""

from __future__ import annotations

import re
from pathlib import Path

from .encodings import decode
from .fields import fields_of
from .raw import LARGEST, Raw, Unreadable, tidy

_FRONT = re.compile(r"\A---\n.*?\n---[ ]*\n?", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MARKS = re.compile(r"^(?:#{1,6} +|> ?)", re.MULTILINE)


def small_file(path: Path) -> bytes:
    """The bytes of a file that holds one document. Raises Unreadable where it is empty or larger than any document."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("the file is empty")
    if size > LARGEST:
        raise Unreadable(f"the file has {size / 1e6:.0f} MB, and one document at most {LARGEST / 1e6:.0f} MB; if it holds many, split it or save it as a table")
    return path.read_bytes()


def read_text(path: Path, source: str) -> Raw:
    """A text file as it stands."""
    return plain(decode(small_file(path)), source)


def read_markdown(path: Path, source: str) -> Raw:
    """A Markdown file: front matter, comments and heading marks go, the first heading is the title."""
    text = _FRONT.sub("", decode(small_file(path)).replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r"\A\s*-{3}# ", "# ", text)
    heading = re.search(r"^# +(.+?)\s*$", text, re.MULTILINE)
    text = _MARKS.sub("", _COMMENT.sub("", text).replace("**", ""))
    return plain(text, source, heading[1] if heading else "")


def plain(text: str, source: str, title: str = "") -> Raw:
    """A text with the fields that stand above it, where there are any. Raises Unreadable where no text is left."""
    text = tidy(text)
    if not re.search(r"\w", text):
        raise Unreadable("there is no text in it")
    meta = fields_of(text)
    return Raw(source, text, title or meta.get("title", ""), meta=meta)
