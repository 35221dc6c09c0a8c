"""Dates as documents write them, and the day of signature among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from .numerals import CHINESE_DIGIT, number_of

FIRST, LAST = 1949, 2100  # years in which a document of the People's Republic can be dated

_YEAR = rf"(?:[12]\s?[09]\s?\d\s?\d|[１２][０９][０-９]{{2}}|[一二]{CHINESE_DIGIT}{{3}})"
_PART = r"(?:[0-9０-９]{1,2}|[〇零一二三四五六七八九十]{1,3})"
WRITTEN = re.compile(rf"({_YEAR})\s*年\s*({_PART})\s*月\s*({_PART})\s*日")
_FROM_YEAR = re.compile(rf"年\s*({_PART})\s*月\s*({_PART})\s*日")  # begins with one character, which is found quickly
_YEAR_BEFORE = re.compile(rf"({_YEAR})\s*$")
_REACH = 14  # characters in which the year stands before 年
_DASHED = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-/.．－]\s?(\d{1,2})\s?[-/.．－]\s?(\d{1,2})(?!\d)")
_SOLID = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    r"\b(?:(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
    r"(?:\s+(\d{1,2})(?:st|nd|rd|th)?)?,?\s+((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_BLANK = re.compile(r"\s")
_ALONE = re.compile(rf"^[（(]?\s*{WRITTEN.pattern}\s*[）)]?(?:\s*[（(][^（()）]{{0,30}}[）)])?$")


def read_date(words: str) -> date | None:
    """The first possible date in a few words: 2012年7月9日, 2012-07-09, 2012/7/9, 20120709, 二〇一二年七月九日; None where there is none.

    >>> read_date("二ОО六年十二月三十日").isoformat()
    '2006-12-30'
    """
    for pattern in (WRITTEN, _DASHED, _SOLID):
        for match in pattern.finditer(words):
            found = day(*match.groups())
            if found:
                return found
    return None


@lru_cache(maxsize=100_000)
def day(year: str, month: str, day_of_month: str) -> date | None:
    """A day from its three numbers, or None where the calendar has no such day."""
    numbers = [number_of(each if each.isalnum() else _BLANK.sub("", each)) for each in (year, month, day_of_month)]
    if any(each is None for each in numbers) or not FIRST <= numbers[0] <= LAST:
        return None
    try:
        return date(*numbers)
    except ValueError:
        return None


def alone(line: str) -> date | None:
    """The date that fills a line, as under a signature; None for any other line.

    >>> alone("2017 年 11 月 24 日").isoformat(), alone("自2017年11月24日起施行")
    ('2017-11-24', None)
    """
    if "年" not in line or len(line) > 60:
        return None
    match = _ALONE.match(line.strip())
    return day(*match.groups()[:3]) if match else None


def written(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[date, int, int]]:
    """Every possible date with 年月日 in a stretch of text, with where it stands."""
    for match in _FROM_YEAR.finditer(text, start, len(text) if end is None else end):
        first = max(start, match.start() - _REACH)
        year = _YEAR_BEFORE.search(text[first : match.start()])
        found = day(year[1], *match.groups()) if year else None
        if found:
            yield found, first + year.start(), match.end()


def in_english(text: str, start: int = 0, end: int | None = None) -> tuple[date, int, int] | None:
    """The first possible date in English, 3 March 2021 or March 3, 2021, with where it stands.

    >>> in_english("Issued on March 3rd, 2021")[0].isoformat(), in_english("in May 2021")
    ('2021-03-03', None)
    """
    for match in _ENGLISH.finditer(text, start, len(text) if end is None else end):
        before, month, after, year = match.groups()
        found = day(year, str(_MONTHS.index(month[:3].lower()) + 1), before or after) if bool(before) != bool(after) else None
        if found:
            return found, match.start(), match.end()
    return None
