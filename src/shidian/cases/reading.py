"""Text files of a case: bytes to text, with a plain word where a file is not UTF-8."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ..foundations.errors import InputError, Where


def read_text(path: Path) -> str:
    """The text of a file, without a byte order mark and with `\\n` line ends.

    Raises InputError where the file is missing or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError("The file is missing; add it, or correct its name where case.yaml declares it.", Where(path)) from None
    except OSError as problem:
        raise InputError(
            f"The file cannot be read ({problem.strerror}); it must be a plain file that you may read.",
            Where(path),
        ) from None
    return _decode(raw, path).replace("\r\n", "\n").replace("\r", "\n")


def utf16_without_mark(start: bytes) -> str:
    """Which UTF-16 bytes are in: it has a zero beside every plain letter on one side, on the other only in 一 and its like. Empty for what is no text.

    >>> utf16_without_mark("place".encode("utf-16-be")), utf16_without_mark(b"a\\0\\0b")
    ('utf-16-be', '')
    """
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) > len(start) // 40 and min(even, odd) * 4 <= max(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    return ""


def _decode(raw: bytes, path: Path) -> str:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or bool(utf16_without_mark(raw))
    if b"\0" in raw and not wide:
        raise InputError("The file is no text: it holds zero bytes, as programs and pictures do. Correct the path, or save the table again as UTF-8.", Where(path))
    try:
        if wide:
            raise UnicodeDecodeError("utf-8", raw, 0, 1, "wide characters")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        spot = Where(path, raw.count(b"\n", 0, problem.start) + 1, problem.start - raw.rfind(b"\n", 0, problem.start))
        kind = "UTF-16" if wide else _narrow_encoding(raw)
        message = f"The file is not UTF-8: it seems to be {kind}, so its letters would be misread. Save it again as UTF-8."
        raise InputError(message, spot) from None


def _narrow_encoding(raw: bytes) -> str:
    """GB18030 writes most characters as two high bytes; Latin-1 sprinkles single ones among plain letters."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", raw)]
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "Latin-1 (ISO 8859-1 or Windows-1252)"
    paired = sum(run for run in runs if run > 1)
    return "GB18030 (GBK)" if paired > sum(runs) / 2 else "Latin-1 (ISO 8859-1 or Windows-1252)"
