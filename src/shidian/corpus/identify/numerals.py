"""Digits as documents write them: 2012, ２０１２, 二〇一二, 二○○四, and with Latin O or Cyrillic О for the zero."""

from __future__ import annotations

ZEROS = "〇零○◯ＯOoОо〸"
DIGITS = "一二三四五六七八九"
CHINESE_DIGIT = f"[{ZEROS}{DIGITS}]"
ANY_DIGIT = f"[0-9０-９{ZEROS}{DIGITS}十百两]"

_PLAIN = str.maketrans("０１２３４５６７８９" + DIGITS + ZEROS, "0123456789" + "123456789" + "0" * len(ZEROS))


def number_of(words: str) -> int | None:
    """The whole number that digits or Chinese numerals write, or None.

    >>> [number_of(words) for words in ("２０１２", "二ＯО六", "三百五十", "十二", "二十", "三五零")]
    [2012, 2006, 350, 12, 20, 350]
    """
    words = words.strip()
    if "十" in words or "百" in words:
        return _counted(words)
    plain = words.translate(_PLAIN)
    return int(plain) if plain.isascii() and plain.isdigit() else None


def _counted(words: str) -> int | None:
    """Numerals with tens and hundreds: 二百一十三."""
    hundreds, hundred, rest = words.partition("百")
    if not hundred:
        hundreds, rest = "", words
    tens, ten, ones = rest.partition("十")
    if not ten:
        tens, ones = "", rest
    values = [
        _digit(hundreds, 1) * 100 if hundred else 0,
        _digit(tens, 1) * 10 if ten else 0,
        _digit(ones.lstrip(ZEROS), 0),
    ]
    return None if any(value < 0 for value in values) else sum(values)


def _digit(words: str, empty: int) -> int:
    if not words:
        return empty
    plain = words.translate(_PLAIN)
    return int(plain) if len(plain) == 1 and plain.isascii() and plain.isdigit() else -1000
