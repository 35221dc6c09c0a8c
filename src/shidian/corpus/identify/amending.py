"""The day of the last version of a text that was amended after it was first adopted.

A law tells its history between its title and its first article: 1995年12月8日…通过 根据2004年11月26日…《关于修改…的决定》第一次修正. Whatever stands in
quoted titles is no act of this text. An amendment may be adopted, ratified and promulgated on different days; the text stands as it is from the
last of them on.
"""

from __future__ import annotations

import re
from datetime import date

from . import dates
from .anatomy import HEAD, Anatomy
from .reading_of import Reading, in_text

_ARTICLES = re.compile(r"^[^\n]{0,20}目\s*[录次]|^\s*第\s*[一1]\s*[章条节]|^\s*总\s*则", re.MULTILINE)
_SENTENCE = re.compile(r"^[^\n]*。", re.MULTILINE)
_QUOTED = re.compile(r"《[^《》]*》|〈[^〈〉]*〉|＜[^＜＞]*＞|<[^<>]*>|“[^“”]*”")
_NEXT = r"(?=\s*(?:[，,；;。、]\s*)?(?:\Z|\n|[)）】\]]|[（(]|根据|依据|依照|自|并|现|同日|第|(?:19|20)\d\d|[一二][〇零○ＯОO一二九]))"
_AMENDED = re.compile(rf"(?:(?:重新)?(?:修订|修正|修改)|重新(?:公布|发布))(?:(?:通过|公布|发布|施行|批准))?{_NEXT}")
_NO_ACT = re.compile(r"进行了|予以|作了|作出|拟|我[省市县厅局委部]|对[^，。；]{2,40}$")
_ACTS = re.compile(r"[^\n。；]{0,160}?(?:通过|批准|公布|发布|修订|修正|修改)")
_FORCE = re.compile(r"\s*(?:起|开始)?\s*(?:施行|实施|生效)")
_MARKED = re.compile(r"[（(]\s*(?:(\d{4})\s*年?)?\s*(?:第[一二三四五六七八九十]+次)?(?:修正|修订|修改)(?:本|版|稿)?\s*[)）]\s*$")
_REACH = 300  # characters between a day and the word that it was amended


def amendments(found: Anatomy) -> tuple[date, Reading[date | None]] | None:
    """The first and the last day on which a text was amended, as its head tells; None where it tells of none."""
    history = _history(found.text)
    first = next((day for match in _AMENDED.finditer(history) if (day := _day_before(history, match.start()))), None)
    if not first:
        return None
    later = [each for each in dates.written(history, first[1]) if _ACTS.match(history, each[2]) and not _FORCE.match(history, each[2])]
    last, start, end = max(later or [first])
    return first[0], in_text(last, 0.9, "head", found.text, start, end)


def marked_amended(found: Anatomy, since: date) -> bool:
    """Whether the title marks a later version, 某条例（2018修正）, or one of no year."""
    mark = _MARKED.search(found.title)
    return bool(mark) and not (mark[1] and int(mark[1]) <= since.year)


def _history(text: str) -> str:
    """What stands above the first article, or the first sentence of a text without articles; quoted titles are blanked."""
    head = text[:HEAD]
    if not any(word in head for word in ("修订", "修正", "修改", "重新公布", "重新发布")):
        return ""
    end = _ARTICLES.search(head) or _SENTENCE.search(head)
    history = head[: end.start()] if end else head
    while _QUOTED.search(history):
        history = _QUOTED.sub(lambda match: "#" * len(match[0]), history)
    return history


def _day_before(history: str, at: int) -> tuple[date, int, int] | None:
    """The last day before a place of the history in the same sentence, with where it stands."""
    start = max(at - _REACH, history.rfind("。", 0, at) + 1, 0)
    days = list(dates.written(history, start, at))
    return days[-1] if days and not _NO_ACT.search(history[days[-1][2] : at]) else None
