"""The document's own number among those that its text holds."""

from __future__ import annotations

import re

from . import bodies, numbers
from .anatomy import HEAD, Anatomy
from .reading_of import Reading, in_meta, in_text

_ORDER_HEAD = re.compile(r"(?:令|公告|通告)$")
_JOINT = re.compile(r"(?:^|[】\]\s])((?:[\u4e00-\u9fff]{2,20} +){2,8})(令|公告)\s*(第\s*\d+\s*号)")
_BROKEN = re.compile(r"^([\u4e00-\u9fff]{2,12})\s*([〔\[［]\s*\d{4}\s*[〕\]］]\s*\d{1,4}\s*号)\s*$", re.MULTILINE)
_UNNAMED = re.compile(r"(令|公告|通告)\s*[（(]\s*(第\s*\d+\s*号)\s*[）)]")


def own_number(found: Anatomy) -> Reading[str]:
    """By position: the page's field, else in the title, else alone on a line of the head, else beside the order, else right after the title."""
    stated = numbers.canonical(found.raw.meta.get("number", ""))
    if stated:
        return in_meta(stated, 0.99, found.raw.meta["number"])
    return _in_title(found) or _alone(found) or _of_order(found) or _after_title(found) or _unnamed(found) or Reading("")


def cited(found: Anatomy, own: str) -> list[str]:
    """Numbers of other documents, in order of first mention."""
    return [number for number in dict.fromkeys(number for number, _, _ in numbers.mentions(found.text)) if number != own and not number.endswith(own or "\0")]


def _in_title(found: Anatomy) -> Reading[str] | None:
    """海关总署公告2014年第30号（关于…）; 建督撤字〔2020〕4号; never a number that the title only cites."""
    title = found.chinese_title
    for number, start, end in numbers.mentions(title):
        before = title[:start].rstrip("（( ")
        if "〔" not in number and not bodies.in_row(numbers.prefix_of(number).removesuffix("令").removesuffix("公告").removesuffix("通告")) and not number.startswith("国令"):
            continue  # 关于某事项的公告（第350号） names no body
        if not before:
            return in_text(number, 0.95, "title", title, start, end)
        if end >= len(title.rstrip(")）》 ")) and not re.search(r"[《“]|关于|废止|修改", before):
            return in_text(number, 0.85, "title", title, start, end)
    return None


def _alone(found: Anatomy) -> Reading[str] | None:
    for position, line in enumerate(found.lines):
        if "号" not in line.words:
            continue
        number = numbers.own_line(line.words)
        if number:
            prefix = numbers.prefix_of(number)
            above = found.lines[position - 1].words if position else ""
            if not prefix and not _ORDER_HEAD.search(above):
                return in_text(number, 0.5, "head", found.text, line.start, line.end)
            return in_text(number, 0.97, "head", found.text, line.start, line.end)
        lone = numbers.lone_order(line.words)
        if lone and position:
            number = _with_head(found, position, lone)
            kind = re.search(r"(令|公告|通告)$", found.chinese_title)
            if not number and kind and position <= 4:
                number = kind[1] + lone  # its body is added when the issuer is known
            if number:
                return in_text(number, 0.95, "head", found.text, line.start, line.end)
    broken = _over_lines(found)
    return broken


def _with_head(found: Anatomy, position: int, lone: str) -> str:
    """第290号 under 广东省人民政府令, over one line or several (joint announcements)."""
    words = ""
    for line in reversed(found.lines[max(0, position - 4) : position]):
        words = re.sub(r"\s", "", line.words) + words
        if "关于" in words:
            return ""
        if _ORDER_HEAD.search(re.sub(r"\s", "", found.lines[position - 1].words)):
            number = numbers.canonical(words + lone)
            if number and len(numbers.prefix_of(number)) > 2:
                return number
        else:
            return ""
    return ""


def _over_lines(found: Anatomy) -> Reading[str] | None:
    """A number whose characters a page has put on lines of their own: 工信部科〔 2018 〕 283 号."""
    head = found.text[:HEAD]
    match = _BROKEN.search(head) if "号\n" in head or head.endswith("号") else None
    if not match:
        return None
    number = numbers.canonical(re.sub(r"\s", "", match[0]))
    return in_text(number, 0.9, "head", found.text, match.start(), match.end()) if number else None


def _of_order(found: Anatomy) -> Reading[str] | None:
    """2003年4月7日 中华人民共和国国务院令第374号公布: the first order or announcement by which the head says it was promulgated."""
    for event in found.events:
        if event.act in ("公布", "发布"):
            at = event.end - len(event.words)
            for number, start, end in numbers.mentions(event.words):
                if "〔" not in number:
                    others = "".join(bodies.in_row(event.words[:start]))  # of a joint order: 食品药品监管局、海关总署第4号令
                    return in_text(others + number, 0.9, "head", found.text, at + start, at + end)
    return None


def _after_title(found: Anatomy) -> Reading[str] | None:
    """In a text without lines: the number right after the title, before anything is cited."""
    for at in found.after_titles:
        nearby = found.text[at : at + 160]
        joint = _JOINT.search(nearby)
        names = bodies.in_row(joint[1]) if joint else ()
        if len(names) > 1:
            return in_text(numbers.canonical("".join(names) + joint[2] + joint[3]), 0.85, "head", found.text, at + joint.start(1), at + joint.end())
        pool = [*numbers.mentions(nearby), *(numbers.without_marks(nearby) if found.flat else ())]
        for number, start, end in sorted(pool, key=lambda each: each[1]):
            before = nearby[:start].rstrip()
            if start <= 80 and not re.search(r"[（(《，。、]|根据|按照|依据|收悉|关于|废止", before[-30:]) and numbers.prefix_of(number):
                return in_text(number, 0.85, "head", found.text, at + start, at + end)
    return None


def _unnamed(found: Anatomy) -> Reading[str] | None:
    """The number of an announcement whose title leaves its body out; who issued it is added when that is known."""
    title = found.chinese_title
    match = _UNNAMED.search(title)
    return in_text(re.sub(r"\s", "", match[1] + match[2]), 0.7, "title", title, match.start(), match.end()) if match else None
