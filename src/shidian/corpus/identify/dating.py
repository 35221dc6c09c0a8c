"""The day a document was signed and the day it was published.

Signed is the date under the first signature (of a forwarded document, the forwarder's; also where the page's 成文日期 is another day, for sites
differ from the documents that they show), else what the page states, else the day an order promulgated it, else the day it was
adopted. A text that has been amended since keeps the day of its first promulgation, the day of its number; `amended` is the day of its last version.
"""

from __future__ import annotations

import re
from datetime import date

from . import dates
from .amending import amendments, marked_amended
from .anatomy import FOOT, HEAD, Anatomy
from .reading_of import Reading, in_meta, in_text

_SITE = re.compile(r"(?:发布(?:时间|日期)|发稿时间|publishdate|PubDate)\s*[:：]?\s*([^\n]{8,30})")
_DAY = r"(?:19|20)\d\d(?:\d{4}|[-._年]\d{1,2}[-._月]\d{1,2}日?)"
_NAMED = re.compile(rf"^{_DAY}(?!\d)|(?<!\d){_DAY}(?=[)）\]】]?$)|(?<=[(（\[【_]){_DAY}(?!\d)")
_OF_AN_UNKNOWN_VERSION = 0.4  # confidence of a day where the title marks a later version, 某条例（2018修正）, and nothing says of which day
_STAMP = re.compile(r"((?:19|20)\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?)\s+(?:\d{1,2}:\d\d|来\s?源\s?[:：])")


def signed_and_amended(found: Anatomy) -> tuple[Reading[date | None], Reading[date | None]]:
    """The day of signature, or of promulgation or adoption; and the last day on which the text was amended, if any is told."""
    first, last = amendments(found) or (None, Reading(None))
    return _signed(found, first), last


def _signed(found: Anatomy, first_amended: date | None) -> Reading[date | None]:
    words = found.raw.meta.get("signed", "")
    stated = dates.read_date(words)
    if stated:
        under = _under_names(found)
        if under and under.value != stated:
            return Reading(under.value, 0.85, under.where, under.start, under.end, under.quote)
        return in_meta(stated, 0.99, words)
    lone, promulgated, adopted = _lone(found), _of_event(found, ("公布", "发布")), _of_event(found, ("通过", "批准"))
    if lone and adopted and lone.value >= adopted.value:
        adopted = None  # what is adopted is signed afterwards
    if promulgated and adopted and first_amended and promulgated.value >= first_amended:
        promulgated = None  # what was promulgated is a later version
    by_events = promulgated or adopted or lone
    if by_events and not first_amended and marked_amended(found, by_events.value):
        by_events = by_events._replace(confidence=_OF_AN_UNKNOWN_VERSION)
    return _under_names(found) or by_events or _printed(found) or Reading(None)


def published(found: Anatomy) -> Reading[date | None]:
    """The day the page says it was put up."""
    words = found.raw.meta.get("published", "")
    stated = dates.read_date(words)
    if stated:
        return in_meta(stated, 0.97, words)
    for start, end in ((0, HEAD), (max(HEAD, len(found.text) - FOOT), len(found.text))):
        words = found.text[start:end]
        for pattern, sure, told in ((_SITE, 0.9, ("发布", "发稿", "ublish", "PubDate")), (_STAMP, 0.8, (":", "来源"))):
            match = pattern.search(found.text, start, end) if any(each in words for each in told) else None
            day = dates.read_date(match[1]) if match else None
            if day:
                return in_text(day, sure, "head" if not start else "foot", found.text, match.start(), match.end())
    return _in_english(found) or _of_name(found)


def _in_english(found: Anatomy) -> Reading[date | None] | None:
    """The first date in the head or the foot of a text without Chinese; what it dates is not told."""
    if not found.foreign:
        return None
    for start, end, where in ((0, FOOT, "head"), (max(0, len(found.text) - FOOT), len(found.text), "foot")):
        match = dates.in_english(found.text, start, end)
        if match:
            return in_text(match[0], 0.6, where, found.text, match[1], match[2])
    return None


def _of_name(found: Anatomy) -> Reading[date | None]:
    """A day in the name of the file, as collections of laws and hand-kept folders have it: 某条例(2020-07-05).md, 20200705某通知.docx."""
    if "#" in found.raw.source:
        return Reading(None)
    name = found.raw.source.rpartition("/")[2]
    name = name.rpartition(".")[0] or name
    match = _NAMED.search(name)
    day = dates.read_date(match[0]) if match else None
    return in_meta(day, 0.6, name) if day else Reading(None)


def _under_names(found: Anatomy) -> Reading[date | None] | None:
    for each in found.signatures:
        if (each.signed_by or each.by_person) and not each.printed:
            return in_text(each.day, 0.97, _part(found, each.start), found.text, each.start, each.end)
    return None


def _of_event(found: Anatomy, acts: tuple[str, ...]) -> Reading[date | None] | None:
    happened = [event for event in found.events if event.act in acts]
    if not happened:
        return None
    first = happened[0]
    return in_text(first.day, 0.9, "head", found.text, first.start, first.end)


def _lone(found: Anatomy) -> Reading[date | None] | None:
    """A date alone on a line with nobody above it: at the end, else the first one."""
    bare = [each for each in found.signatures if not each.printed]
    if not bare:
        return None
    last = bare[-1]
    near_end = len(found.text) - last.end <= FOOT
    chosen = bare[0] if bare[0].start < HEAD or not near_end else last
    return in_text(chosen.day, 0.85, _part(found, chosen.start), found.text, chosen.start, chosen.end)


def _printed(found: Anatomy) -> Reading[date | None] | None:
    for each in found.signatures:
        return in_text(each.day, 0.8, _part(found, each.start), found.text, each.start, each.end)
    return None


def _part(found: Anatomy, start: int) -> str:
    return "foot" if start > len(found.text) / 2 else "head"
