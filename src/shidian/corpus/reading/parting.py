"""Several documents in one file or cell, told apart.

A second document begins
  - where PKULaw's line 【法宝引证码】 stands again,
  - after the line with which an office closes an issue (某某办公室 2022年3月10日印发), where a salutation or a number follows,
  - at a title above a number of its own line, after a signature and its date, unless the first document says that it forwards or encloses
    that text (转发, 附件), or the number is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..identify.numbers import own_line
from .raw import Raw

_CITATION = re.compile(r"^[ ]*【法宝引证码】", re.MULTILINE)
_CLOSING = re.compile(r"^[^\n]{2,40}\d{4} *年 *\d{1,2} *月 *\d{1,2} *日 *印发[ ]*$", re.MULTILINE)
_DATE_ALONE = re.compile(r"^ *[（(]? *(?:\d{4}|[〇零○一二三四五六七八九]{4}) *年 *[\d一二三四五六七八九十]{1,2} *月 *[\d一二三四五六七八九十]{1,3} *日 *[)）]?$", re.MULTILINE)
_NUMBER_END = re.compile(r"号[)）]?\n")
_SALUTATION = re.compile(r"[：:]$")
_ENCLOSED = re.compile(r"^(?:附件|附[：:])", re.MULTILINE)
_AFTERWORD = re.compile(r"\n*(?:[（(][^\n（()）]{2,30}[）)] *\n+)*")  # （此件公开发布） under a signature
_LEAST = 200  # characters of a document that stands for itself


def parted(raw: Raw) -> Iterator[Raw]:
    """The documents of a text, in order; what the table or page says belongs to the first."""
    cuts = _cuts(raw)
    if not cuts:
        yield raw
        return
    ends = [*cuts, len(raw.text)]
    yield replace(raw, text=raw.text[: cuts[0]].strip("\n"))
    for part, (start, end) in enumerate(zip(cuts, ends[1:]), 1):
        yield Raw(raw.source, raw.text[start:end].strip("\n"), part=part)


def _cuts(raw: Raw) -> list[int]:
    text = raw.text
    if len(text) < 2 * _LEAST:
        return []
    found = [match.start() for match in _CITATION.finditer(text)][1:] if "【法宝" in text else []
    if "印发\n" in text:
        found += [match.end() + 1 for match in _CLOSING.finditer(text) if _goes_on(text[match.end() :])]
    found += _titled(raw)
    cuts: list[int] = []
    for cut in sorted(set(found)):
        if cut - (cuts[-1] if cuts else 0) >= _LEAST and len(text) - cut >= _LEAST:
            cuts.append(cut)
    return cuts


def _goes_on(rest: str) -> bool:
    """Whether a document follows: in its first lines somebody is addressed, or a number stands alone."""
    lines = [line for line in rest[:1500].split("\n") if line.strip()][:6]
    return any((_SALUTATION.search(line) and not _ENCLOSED.match(line)) or own_line(line) for line in lines)


def _titled(raw: Raw) -> list[int]:
    """Where a title with a number of its own follows a signature."""
    text = raw.text
    numbers = list(_number_lines(text))
    if len(numbers) < 2 or re.search(r"转发|批转", (raw.title or "") + text[:200]):
        return []
    dates = [match.end() for match in _DATE_ALONE.finditer(text)]
    found = []
    for (_, before), (at, number) in zip(numbers, numbers[1:]):
        date = max((end for end in dates if end < at), default=None)
        if number != before and date is not None and at - date < 400 and not _ENCLOSED.search(text[date:at]):
            found.append(_AFTERWORD.match(text, date).end())
    return found


def _number_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are a number, and where they begin."""
    for match in _NUMBER_END.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        number = own_line(text[start : match.end() - 1]) if match.start() - start <= 40 else ""
        if number:
            yield start, number
