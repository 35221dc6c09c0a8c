"""Which encoding a file is in: marks first, then UTF-8, then GB18030, and a guess from letter statistics where neither fits."""

from __future__ import annotations

import codecs
from pathlib import Path

from ...cases.reading import utf16_without_mark
from .raw import Unreadable

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_STEP = 1 << 20
_STRAY = 500  # characters to each zero byte that a text may hold by accident


def decode(raw: bytes) -> str:
    """The text of a whole file. Raises Unreadable where it is no text."""
    return raw.decode(_of_bytes(raw), errors="replace")


def encoding_of(path: Path) -> str:
    """The encoding of a file of any size, read through once in small steps; GB18030 is tried only where UTF-8 fails."""
    with path.open("rb") as file:
        start = file.read(_STEP)
    marked = _marked(start)
    if marked:
        return marked
    for name in ("utf-8", "gb18030"):
        if _fits(path, name):
            return name
    return _of_bytes(start)


def _of_bytes(raw: bytes) -> str:
    marked = _marked(raw)
    if marked:
        return marked
    for name in ("utf-8", "gb18030"):
        try:
            raw.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return _guessed(raw)


def _marked(start: bytes) -> str:
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    zeros = start[:4096].count(b"\0")
    return _without_mark(start[:4096]) if zeros * _STRAY > len(start[:4096]) else ""


def _without_mark(start: bytes) -> str:
    """UTF-16 that has no mark; anything else with zeros is no text."""
    name = utf16_without_mark(start)
    if name:
        return name
    raise Unreadable("it is not text: it holds zero bytes, as programs, pictures and old Word files do")


def _fits(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while step := file.read(_STEP):
                decoder.decode(step)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(raw: bytes) -> str:
    """The encoding that leaves fewest broken characters: damaged UTF-8 or GB18030 first, then what letter statistics say."""
    sample = raw[:200_000]
    broken = {name: sample.decode(name, errors="replace").count("\ufffd") for name in ("utf-8", "gb18030")}
    best = min(broken, key=lambda name: broken[name])
    if broken[best] * 50 < len(sample.decode(best, errors="replace")):
        return best
    from charset_normalizer import from_bytes

    guess = from_bytes(sample).best()
    if guess is None:
        raise Unreadable("its encoding is none that is known; save it as UTF-8")
    return guess.encoding
