"""Who issued the document, from its field, its title, its signature, its order or its adoption, in that order of trust."""

from __future__ import annotations

import re

from . import bodies, numbers, places
from .anatomy import Anatomy
from .reading_of import Reading, in_meta, in_text

_CONGRESS = re.compile(r"([\u4e00-\u9fff]{2,20}?)(?:第[一二三四五六七八九十百]+届)?(人民代表大会(?:常务委员会)?|人大常委会)")
_MEETING = re.compile(r"([\u4e00-\u9fff]{1,16}?(?:人民政府|国务院|市政府|省政府))(?:令)?第")
HEARSAY = 0.5  # confidence of a body that the text only says to have issued something
_CITED = ("党中央", "中共中央", "国务院", "中共中央办公厅", "国务院办公厅")  # whom others report to have issued something
_NEAR = 600  # characters in which a single place named settles which 市 is meant
_PLACELESS = re.compile(r"^(省|自治区|市|区|县)?(?=(?:人民)?政府|委|[\u4e00-\u9fff]{2,12}(?:厅|局|委|办公室|委员会)$)")
_ISSUED = re.compile(r"(?:印发|发布|出台|公布)了?《")
_HAS_ISSUED = re.compile(r"(?:^|[，。；\n])\s*([\u4e00-\u9fff、 ]{3,40}?)(?:于?近日|日前|联合|正式|办公会议?)*(?:印发|发布|出台|公布)了?《")
_GOVERNMENT = re.compile(r"[政府](办)?(?:发|字|函|任|规|明电|发明电|电|复|文|通|秘)?$")
_CENTRAL = {"国发": "国务院", "国函": "国务院", "国发明电": "国务院", "国办发": "国务院办公厅", "国办函": "国务院办公厅", "国办发明电": "国务院办公厅", "中发": "中共中央", "中办发": "中共中央办公厅"}
_BY_ORDER = re.compile(r"^([\u4e00-\u9fff]{2,60}?)(?:令|公告|通告)(?:[\d第（(〔\s年]|$)")


def issuers(found: Anatomy, number: Reading[str]) -> Reading[tuple[str, ...]]:
    """The issuing bodies as the document names them, completed with their place where it leaves that out."""
    read = _stated(found) or _named(found) or _ordered(found) or _adopted(found) or _reporting(found) or _of_number(number) or _by_head(number) or _printed(found) or Reading(())
    if not read.value:
        return read
    whole = tuple(_completed(bodies.plain_name(name), number.value, found) for name in read.value)
    return Reading(whole, read.confidence, read.where, read.start, read.end, read.quote)


def _stated(found: Anatomy) -> Reading[tuple[str, ...]] | None:
    words = found.raw.meta.get("issuers", "")
    names = bodies.in_row(words)
    if not names:
        return None
    titled = bodies.of_title(found.chinese_title)[0]
    if len(names) == 1 and titled and (titled[0].endswith(names[0]) or titled[0].startswith(names[0])):
        names = titled  # a site leaves out the place, or the office of a ministry
    return in_meta(names, 0.98, words)


def _named(found: Anatomy) -> Reading[tuple[str, ...]] | None:
    """The title and the signature together: the one names who issues, the other may name it more fully."""
    title = found.chinese_title
    titled, counted, words = bodies.of_title(title)
    signed = next((each for each in found.signatures if each.signed_by and not each.printed), None)
    at = title.find(words) if words else -1
    from_title = in_text(titled, 0.95, "title", title, at, at + len(words)) if titled else None
    if not signed:
        return from_title
    where = "foot" if signed.start > len(found.text) / 2 else "head"
    from_foot = in_text(signed.signed_by, 0.93, where, found.text, signed.names_start, signed.names_end)
    if not titled:
        return from_foot
    same = _same(titled, signed.signed_by)
    fuller = len(signed.signed_by) > len(titled) if counted else same and sum(map(len, signed.signed_by)) > sum(map(len, titled)) and _lacks_place(titled[0])
    if fuller:
        return Reading(from_foot.value, 0.96, from_foot.where, from_foot.start, from_foot.end, from_foot.quote)
    return Reading(titled, 0.98 if same else 0.9, from_title.where, from_title.start, from_title.end, from_title.quote)


def _ordered(found: Anatomy) -> Reading[tuple[str, ...]] | None:
    """某省人民政府令 above a number, or a title such as 海关总署公告2014年第30号."""
    title = found.chinese_title
    match = _BY_ORDER.match(re.sub(r"\s", "", title))
    names = bodies.in_row(match[1].removeprefix("中华人民共和国")) if match else ()
    if names:
        return in_text(names, 0.95, "title", title, 0, min(len(title), len(match[1])))
    for line in found.lines[:20]:
        match = _BY_ORDER.match(line.words.strip()) if "令" in line.words or "告" in line.words else None
        names = bodies.in_row(match[1].removeprefix("中华人民共和国").strip()) if match else ()
        if names:
            return in_text(names, 0.93, "head", found.text, line.start, line.end)
    return None


def _adopted(found: Anatomy) -> Reading[tuple[str, ...]] | None:
    """Who adopted or promulgated it, as the head of a law says: 三门峡市第七届人民代表大会常务委员会…通过; 国务院令第374号公布."""
    for event in sorted(found.events, key=lambda each: each.act not in ("公布", "发布")):
        if event.act not in ("公布", "发布", "通过"):
            continue
        for number, start, _ in numbers.mentions(event.words):
            name = re.sub(r"(?:令|公告|通告).*$", "", number)
            names = ("国务院",) if name == "国" else bodies.in_row(event.words[:start] + name) or bodies.in_row(name)
            if names:
                return in_text(names, 0.93, "head", found.text, event.start, event.end)
        names = bodies.in_row(re.sub(r"第\s*\d+\s*号令?|令$|[（()）]", "", event.words.removesuffix(event.act)).replace("中华人民共和国", ""))
        if names:
            return in_text(names, 0.9, "head", found.text, event.start, event.end)
    for event in found.events:
        match = (_CONGRESS if event.act == "通过" else _MEETING).search(event.words) or _MEETING.search(event.words)
        if match:
            name = re.sub(r"^(?:经|已经|由)", "", match[1]) + (match[2] if match.re is _CONGRESS else "")
            return in_text((bodies.full_name(name),), 0.9, "head", found.text, event.start, event.end)
    return None


def _of_number(number: Reading[str]) -> Reading[tuple[str, ...]] | None:
    """Whose order it is, as its number says: 国家互联网信息办公室令第18号."""
    match = re.match(r"([\u4e00-\u9fff]{3,}?)(?:令|公告|通告)[\d第]", number.value)
    names = bodies.in_row(match[1]) if match else ()
    return Reading(names, 0.85, number.where, number.start, number.end, number.quote) if names else None


def _by_head(number: Reading[str]) -> Reading[tuple[str, ...]] | None:
    """Which government numbers so: 云政任 is of 云南省人民政府, 渝府办发 of its office, 国办发 of 国务院办公厅."""
    prefix = numbers.prefix_of(number.value)
    head = places.head_of(prefix)
    match = _GOVERNMENT.match(prefix, len(head.rstrip("政府")))
    name = _CENTRAL.get(prefix, "")
    if head and match:
        code = places.names().heads[head]
        provincial = code.endswith("0000")
        if provincial or not match[1]:  # the office of a city is 办公厅 in some and 办公室 in others
            name = places.names().local[code] + ("人民政府办公厅" if match[1] else "人民政府")
    return Reading((name,), 0.85, number.where, number.start, number.end, number.quote) if name else None


def _reporting(found: Anatomy) -> Reading[tuple[str, ...]] | None:
    """Whose work a report is of: 2016年中华人民共和国国务院政府工作报告, 济南市人民政府工作报告."""
    title = found.chinese_title
    match = re.match(r"^(?:\d{4}年?(?:度)?|[一二〇○零]{4}年)?(?:中华人民共和国)?([\u4e00-\u9fff]{2,20}?)(?:人民)?(?:政府)?(?:\d{4}年)?工作报告", title)
    if not match:
        return None
    name = match[1] if bodies.is_body(match[1]) else match[1] + "人民政府"
    return in_text((name,), 0.85, "title", title, match.start(1), match.end(1)) if bodies.is_body(name) and (name == "国务院" or places.locate(name)) else None


def _printed(found: Anatomy) -> Reading[tuple[str, ...]] | None:
    """Last: the office that had it printed, or a body that stands alone at the very end."""
    printed = next((each for each in found.signatures if each.printed), None)
    if printed:
        return in_text(printed.signed_by, 0.7, "foot", found.text, printed.names_start, printed.names_end)
    start = found.text.rfind("\n", 0, len(found.text.rstrip())) + 1
    names = bodies.in_row(found.text[start:]) if len(found.text) - start < 60 else ()
    if names and start:
        return in_text(names, 0.7, "foot", found.text, start, len(found.text))
    near = found.text[:_NEAR]
    issued = _HAS_ISSUED.search(near) if _ISSUED.search(near) else None
    names = bodies.in_row(issued[1]) if issued else ()
    if any(name in _CITED for name in names):
        names = ()
    return in_text(names, HEARSAY, "text", found.text, issued.start(1), issued.end(1)) if names else None


def _same(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return {bodies.full_name(name) for name in some} == {bodies.full_name(name) for name in others} or (
        len(some) == len(others) and all(other.endswith(re.sub(r"^[省市县区]", "", name)) for name, other in zip(some, others))
    )


def _lacks_place(name: str) -> bool:
    return bool(_PLACELESS.match(name)) and name not in bodies.national() and not places.locate(name)


def _completed(name: str, number: str, found: Anatomy) -> str:
    """省人民政府 with a number of 粤 is 广东省人民政府."""
    if not _lacks_place(name):
        return name
    kind = _PLACELESS.match(name)[1] or ""
    province, prefecture = places.of_number(number)
    given = found.raw.given
    province = province or places.code_of(given.get("province", ""), "province")
    prefecture = prefecture or places.code_of(given.get("prefecture", ""), "prefecture")
    titled = places.locate(found.chinese_title)
    if kind and titled and found.chinese_title[titled.length - 1] == kind:
        return found.chinese_title[: titled.length] + name[len(kind) :]
    near = places.only_named(found.chinese_title + "\n" + found.text[:_NEAR])
    if kind in ("省", "自治区"):
        code = province or (titled.province if titled else "") or near[0]
    elif kind == "市":
        code = prefecture or (province if province in places.MUNICIPALITIES else "") or (titled.prefecture or titled.province if titled and titled.level != "county" else "") or near[1]
    else:
        code = ""
    if kind == "市" and code.endswith("0000") and code not in places.MUNICIPALITIES:
        code = ""
    return places.names().local[code] + name[len(kind) :] if code else name
