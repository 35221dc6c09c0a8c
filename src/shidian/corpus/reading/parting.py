"""Several documents in one file or cell, told apart.

A second document begins
  - where PKULaw's line 【法宝引证码】 stands, however short the one before it,
  - after the line with which an office closes an issue (某某办公室 2022年3月10日印发), where a salutation or a number follows,
  - at a title above a number of its own line, after a signature and its date, unless the first document says that it forwards or encloses
    that text (转发, 附件), or the number is the same.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from ..identify.numbers import own_line
from .fields import fields_of
from .lawbook import CITATION, opened
from .raw import Problem, Raw

_PRINTED = r"(?:[^\n]{2,30}(?:办公室|办公厅|秘书处) *\n)?[^\n]{0,40}\d{4} *年 *\d{1,2} *月 *\d{1,2} *日 *印 *发(?: *[（(]?共印[^\n]{1,12})? *"
_CLOSING = re.compile(rf"^{_PRINTED}$", re.MULTILINE)
_DATE_ALONE = re.compile(r"^ *[（(]? *(?:\d{4}|[〇零○一二三四五六七八九]{4}) *年 *[\d一二三四五六七八九十]{1,2} *月 *[\d一二三四五六七八九十]{1,3} *日 *[)）]?$", re.MULTILINE)
_NUMBER_END = re.compile(r"号[)）]?\n")
_SALUTATION = re.compile(r"[：:]$")
_ENCLOSED = re.compile(r"^(?:附件|附[：:])", re.MULTILINE)
# What stands under a signature and is still of its document: （此件公开发布）, who has copies of it, who had it printed.
_AFTERWORD = re.compile(rf"\n*(?:(?:[（(][^\n（()）]{{2,30}}[）)] *|(?:抄送|抄报|分送|主题词)[：:][^\n]*|{_PRINTED})\n+)*")
_LEAST = 200  # characters of a document that stands for itself


def parted(raw: Raw) -> Iterator[Raw | Problem]:
    """The documents of a text, in order; what the table or page says belongs to the first."""
    cuts = [0, *_cuts(raw), len(raw.text)]
    for part, (start, end) in enumerate(pairwise(cuts)):
        text = raw.text[start:end].strip("\n")
        one = opened(replace(raw, text=text) if not part else Raw(raw.source, text, part=part))
        if re.search(r"\w", one.title + one.text):
            yield replace(one, meta=fields_of(one.text)) if part else one
        else:
            yield Problem(f"{raw.source}#{part}" if part else raw.source, "there is no text in it")


def _cuts(raw: Raw) -> list[int]:
    text = raw.text
    begins = len(text) - len(text.lstrip())
    certain = [match.start() for match in CITATION.finditer(text) if match.start() > begins] if "【法宝" in text else []
    if len(text) < 2 * _LEAST:
        return certain
    found = [match.end() + 1 for match in _CLOSING.finditer(text) if _goes_on(text[match.end() :])] if "印" in text else []
    sure = [0, *certain, len(text)]
    cuts: list[int] = []
    for cut in sorted({*found, *_titled(raw)}):
        after = bisect(sure, cut)
        if min(cut - max(sure[after - 1], cuts[-1] if cuts else 0), sure[min(after, len(sure) - 1)] - cut) >= _LEAST:
            cuts.append(cut)
    return sorted({*certain, *cuts})


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
