"""The parts of a document that tell what it is: title, head, salutation, dates, signatures.

Each is found once here and read by the files of the fields.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ..reading.raw import Raw, tidy
from . import bodies, dates, places
from .numbers import lone_order, own_line

HEAD = 3000  # characters in which the head of a document lies, with what a web page puts before it
FOOT = 400  # characters from the end in which a last signature lies
_LINES, _LONGEST_TITLE_LINE = 60, 120
_MOST_DATES = 300
_ENDINGS = (
    "通知|意见|办法|规定|决定|批复|通报|通告|公告|公报|公示|函|复函|方案|规划|计划|细则|条例|纲要|请示|报告|标准|目录|措施|规则|规程|制度|要点|政策|答复|解读|指南|指引|说明|决议|命令|令|章程|法|清单|名单|安排|行动|建议|建设"
)
_FINALS = frozenset(each[-1] for each in _ENDINGS.split("|"))
_TITLE_ENDS = re.compile(rf"(?:{_ENDINGS})(?:[（(][^（()）]{{1,30}}[)）])*[》”]?$")
_OPENING = re.compile(r"^(?:第[一1]章|第[一1]条|一、|（一）|为了|为深入|为贯彻|为进一步|为加快|为推|根据|按照|近日|各)")
# What a page puts above its document.
_FURNITURE = re.compile(r"www\.|https?:|(?:当前|您的|所在)位置|您现在|^首 ?页|返回(?:顶部|首页)|来\s*源\s*[:：]|发布(?:时间|日期)|浏览(?:量|次数)|字体|打印|分享到|设为首页|^导读")
_SALUTED = re.compile(r"^[^。！？]{3,400}[:：]$")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What the words after a date say happened on it.
_ACTED = re.compile(r"[^\n。；]{0,120}?(通过|公布|发布|批准|印发|修订|修正|修改|施行|实施)")
_AFTER_SIGNATURE = re.compile(r"\s*(?:$|\n|[（(]|附件|附：|印发|联系|【|主题词|抄送)")


def _ends_a_title(words: str) -> bool:
    """Whether words end as titles do; the last character tells most that do not."""
    last = words.rstrip("》”")[-1:]
    return (last in _FINALS or last in "）)") and bool(_TITLE_ENDS.search(words[-_LONGEST_TITLE_LINE:]))


def _is_address(words: str) -> bool:
    """Whether a line is one that addresses somebody: it ends in a colon and is no sentence."""
    return words.endswith((":", "：")) and bool(_SALUTED.match(words))


class Line(NamedTuple):
    """A line of the text and where it stands."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Signature:
    """A date under a text, with the bodies above it (none where nobody can be told) and where both stand."""

    day: date
    start: int
    end: int
    signed_by: tuple[str, ...]
    names_start: int
    names_end: int
    by_person: bool = False  # an office-holder signs, as under an order
    printed: bool = False  # the line of the office that had it printed: 某某办公厅2020年12月10日印发


@dataclass(frozen=True)
class Event:
    """What the head says happened on a day: adopted, promulgated, amended."""

    day: date
    start: int
    end: int
    act: str
    words: str


_PERSONS = re.compile(r"(?:[\u4e00-\u9fff]{0,24}?(?:省长|市长|县长|区长|州长|主席|总理|部长|主任|局长|署长|行长)\s+[\u4e00-\u9fff·]{2,8}\s*)+")


class Anatomy:
    """A raw document, with its parts found when they are first asked for."""

    def __init__(self, raw: Raw):
        self.raw, self.text = raw, raw.text

    @cached_property
    def lines(self) -> Sequence[Line]:
        """The first lines that hold words."""
        found, at = [], 0
        for words in self.text[:HEAD].split("\n")[:_LINES]:
            if words and not words.isspace():
                found.append(Line(at, at + len(words), words))
            at += len(words) + 1
        return found

    @cached_property
    def flat(self) -> bool:
        """Whether the text has lost its lines, as where a page was scraped into one."""
        return len(self.text) > 200 and self.text[:HEAD].count("\n") < min(len(self.text), HEAD) / 400

    @cached_property
    def foreign(self) -> bool:
        """Whether the text begins without any Chinese."""
        return not CHINESE.search(self.text, 0, HEAD)

    @cached_property
    def heading(self) -> Line | None:
        """The title as the text itself has it, over several lines perhaps; None where the text begins without one.

        Of a text without Chinese it is the first line, if that is short and no sentence.
        """
        if self.foreign:
            first = self.lines[0] if self.lines else None
            return first if first and 8 <= len(first.words) <= 200 and not first.words.rstrip().endswith((".", ":", "。")) else None
        for first, line in enumerate(self.lines[:12]):
            if len(line.words) > _LONGEST_TITLE_LINE:
                return None
            if _FURNITURE.search(line.words):
                continue
            if _OPENING.match(line.words) or _is_address(line.words):
                return None
            words = ""
            for last in self.lines[first : first + 5]:
                if "。" in last.words or own_line(last.words) or lone_order(last.words):
                    break
                words += last.words.strip()
                if len(words) > 150:
                    break
                if len(words) >= 6 and _ends_a_title(words):
                    return Line(line.start, last.end, words)
        return None

    @cached_property
    def title(self) -> str:
        """The title that is kept: the table's or the page's own, else the text's."""
        own = self.raw.given.get("title") or self.raw.title
        return re.sub(r"\s+", " ", tidy(own)).strip() or (self.heading.words if self.heading else "")

    @cached_property
    def chinese_title(self) -> str:
        """The title from which bodies are read: the text's own where the table translates it."""
        if CHINESE.search(self.title) or not self.heading:
            return self.title
        return self.heading.words

    @cached_property
    def after_titles(self) -> Sequence[int]:
        """Where the head may go on: after each place of the title within the head, the last first; else at the start."""
        title = re.sub(r"\s", "", self.chinese_title)[-8:]
        found = []
        at = self.text.rfind(title, 0, HEAD) if len(title) >= 6 else -1
        while at >= 0:
            found.append(at + len(title))
            at = self.text.rfind(title, 0, at)
        return found or [self.heading.end if self.heading else 0]

    @cached_property
    def salutation(self) -> str:
        """Who is addressed: the first line that ends in a colon and begins as an address does."""
        for line in self.lines[:25]:
            if _is_address(line.words) and re.match(r"各|省|市|县|区|国务院|部|有关|中央|直属|机关|.{2,30}(?:厅|局|委|政府|公司|部|单位|办|会|中心|院|所|校)[:：、，（]", line.words):
                return line.words
        if self.flat:
            match = re.search(r"(?:^|[\s号])(各(?:省|市|县|区|地|州|设区|有关)[^。：:]{2,200}[:：]?)", self.text[self.after_titles[0] : self.after_titles[0] + 400])
            return match[1] if match else ""
        return ""

    @cached_property
    def written(self) -> Sequence[tuple[date, int, int]]:
        """Dates of the text with 年月日: all of a usual document, first and last of one full of dates."""
        found = []
        for each in dates.written(self.text):
            found.append(each)
            if len(found) > _MOST_DATES:
                return [*found, *dates.written(self.text, max(found[-1][2], len(self.text) - 2 * FOOT))]
        return found

    @cached_property
    def signatures(self) -> Sequence[Signature]:
        """Every date that stands as under a signature, in order."""
        return [found for each in self.written if (found := self._signature(*each))]

    @cached_property
    def events(self) -> Sequence[Event]:
        """What the head says of days: adopted, promulgated, amended, in the order of the text."""
        found = []
        for day, start, end in self.written:
            if start > HEAD:
                break
            match = _ACTED.match(self.text, end)
            if not match:
                continue
            line_start = self.text.rfind("\n", 0, start) + 1
            before = self.text[line_start:start].strip()
            # 自 … 起施行 is of the body; an event stands at the start of a line, in brackets, or in 已经 … 会议通过.
            if not before or before[-1] in "（(，,、；" or re.search(r"已(?:经|于)$|^（|^\(", before):
                found.append(Event(day, start, match.end(), match[1], self.text[end : match.end()]))
        return found

    def _signature(self, day: date, start: int, end: int) -> Signature | None:
        if start < 8 and not self.text[:start].strip(" （("):
            return None
        before = self.text[max(0, start - 200) : start]
        inside = before.rstrip(" （(")
        if inside.endswith("\n") or not inside:
            if not _AFTER_SIGNATURE.match(self.text, end) and not re.match(r"\s*[)）]\s*(?:\n|$)", self.text[end : end + 10]):
                return None
            names, first, last, by_person = self._names_above(start)
            return Signature(day, start, end, names, first, last, by_person)
        return self._on_one_line(day, start, end)

    def _titled_body(self, words: str) -> str:
        """The body of the title, in full or without its place, where a text that lost its marks ends with it."""
        for name in bodies.of_title(self.chinese_title)[0]:
            place = places.locate(name)
            short = name[place.length - 1 :] if place and name[place.length - 1 : place.length] in "省市县区" else name
            if words.endswith((name, short)):
                return name
        return ""

    def _names_above(self, start: int) -> tuple[tuple[str, ...], int, int, bool]:
        """The bodies in the lines above a date, the nearest last; office-holders are passed over, wrapped names joined."""
        block = self.text[max(0, start - 1200) : start]
        offset = start - len(block)
        kept: list[str] = []
        top, bottom, by_person = start, 0, False
        at = len(block)
        for line in reversed(block.split("\n")):
            at -= len(line) + 1
            words = bodies.closed_up(line.strip(" （("))
            if not words:
                continue
            if bodies.is_person(words):
                by_person = True
                continue
            if len(words) > 90 or re.search(r"[。；：:！？]|^(?:附件|特此|第.{1,3}[章条])|[，,].*[，,]", words) or len(kept) > 30:
                break
            names = bodies.in_row(" ".join([words, *kept]))
            if not names and kept and bodies.in_row(" ".join(kept)):
                names = bodies.in_row(words + kept[0]) and bodies.in_row(" ".join([words + kept[0], *kept[1:]]))
                if not names:
                    break
                kept[0] = words + kept[0]
            elif not names and kept:
                joined = words + kept[0]
                kept = [joined, *kept[1:]]
                names = bodies.in_row(" ".join(kept))
                if not names and len(joined) > 60:
                    break
            else:
                kept.insert(0, words)
            top, bottom = max(0, at + 1) + offset, bottom or at + 1 + offset + len(line)
        names = bodies.in_row(" ".join(kept)) if kept else ()
        return (names, top, bottom, by_person) if names else ((), start, start, by_person)

    def _on_one_line(self, day: date, start: int, end: int) -> Signature | None:
        """A signature with its date on one line: 国务院办公厅 2026年1月25日（此件公开发布）."""
        if re.match(r"\s*\d{1,2}:\d\d", self.text[end : end + 8]):
            return None  # the clock of a web page
        printed = bool(re.match(r"\s*印\s*发", self.text[end : end + 6]))
        if not printed and not _AFTER_SIGNATURE.match(self.text, end) and not (self.flat and self.text[end : end + 1] in (" ", "")):
            return None
        line_start = max(self.text.rfind("\n", 0, start) + 1, start - 120)
        words = self.text[line_start:start].rstrip()
        last = re.split(r"[。；]", words)[-1].strip()
        if _PERSONS.fullmatch(last):
            return Signature(day, start, end, (), start, start, by_person=True)
        if self.flat and (name := self._titled_body(words)):
            return Signature(day, start, end, (name,), line_start + len(words) - len(name), line_start + len(words), printed=printed)
        for cut in (m.end() for m in re.finditer(r"^|[。：:；\s]|特此(?:公告|通告|通知|批复|函复|复函|通报)|执行|落实", words)):
            names = bodies.in_row(words[cut:])
            if names:
                return Signature(day, start, end, names, line_start + cut, line_start + len(words), printed=printed)
        return None
