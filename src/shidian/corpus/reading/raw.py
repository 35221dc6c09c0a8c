"""What a reader hands on: a text with what stands around it, not yet judged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

LARGEST = 20_000_000  # characters of one document, or bytes of one file that holds a single document

# What stands for a blank, for the end of a line, and for nothing. Replaced one by one, which is quicker than a table on Chinese text.
_PLAIN = {
    "\r\n": "\n",
    **dict.fromkeys("\r\f\v\u2028\u2029", "\n"),
    **dict.fromkeys("\t\u00a0\u2002\u2003\u2009\u202f\u3000", " "),
    **dict.fromkeys("\x00\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f", ""),
}


_HALVES = re.compile("[\ud800-\udfff]")


class Unreadable(Exception):
    """A file, row or cell that cannot be read; the message says why, in words for unread.csv."""


@dataclass(frozen=True)
class Raw:
    """A text as it was found. `meta` is what its own page says of it (发文机关 and the like), `given` what the user's table says."""

    source: str
    text: str
    title: str = ""
    part: int = 0
    meta: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """A file, row or cell that could not be read, or is left out by a rule: where it is and why."""

    source: str
    reason: str
    left_out: bool = False


def writable(words: str) -> str:
    """Words without halves of characters, which no file can hold: two that belong together become one, others the mark of a lost character.

    >>> writable("车" + chr(0xD83D) + chr(0xDE97)), writable("车" + chr(0xD800))
    ('车🚗', '车�')
    """
    return words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALVES.search(words) else words


def whole(raw: Raw) -> Raw:
    """A raw document all of whose words can be written."""
    parts = (raw.text, raw.title, *raw.meta.values(), *raw.given.values())
    if not any(map(_HALVES.search, parts)):
        return raw
    meta, given = ({name: writable(words) for name, words in each.items()} for each in (raw.meta, raw.given))
    return replace(raw, text=writable(raw.text), title=writable(raw.title), meta=meta, given=given)


def tidy(text: str) -> str:
    """A text with plain line ends and blanks, no invisible characters, no blanks at the ends of lines, at most one empty line in a row.

    >>> tidy("  一、总则\\u3000\\r\\n\\r\\n\\r\\n第一条")
    '一、总则\\n\\n第一条'
    """
    for mark, plain in _PLAIN.items():
        text = text.replace(mark, plain)
    text = "\n".join([line.strip(" ") for line in text.split("\n")])
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
