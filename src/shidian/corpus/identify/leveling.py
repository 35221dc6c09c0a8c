"""At which level a document was issued, and where: from the issuer alone, else from its number, its addressees, or how it speaks of itself.

A place that the text names is no evidence: a central reply to Hunan is national.
"""

from __future__ import annotations

import re
from functools import cache

from . import bodies, places
from .anatomy import HEAD, Anatomy
from .numbers import prefix_of
from .reading_of import Reading, in_text

_ADDRESSED = (
    ("national", 0.9, re.compile(r"省、自治区、直辖市|各省[、，（(]|国务院各|各计划单列市|中央和国家机关|部属|各派出机构|全国各")),
    ("county", 0.85, re.compile(r"^各?(?:乡|镇|街道)|各(?:乡|镇|街道|乡镇|镇街)[、（(人办]|[县区](?:政府|直|属|委)各|区各委|县各|镇人民政府[，,、]")),
    ("province", 0.85, re.compile(r"各地级|各设区|各市（州|各市、县|各市、州|各市\(|各州|各盟|各市人民政府|各行署|各地区行政公署|^各市[^直属]|省(?:政府|直|属|委|有关|各)|自治区(?:直属|各|有关)|各区市县|各地、州|各区县（自治县")),
    ("city", 0.8, re.compile(r"各区(?:人民)?政府|各县（?[市区、]|各区[、，（(县]|各旗|市(?:政府|直|属|委|各|有关)|各区县|各县区|各有关区")),
)
_LOCAL = (("province", re.compile(r"我省|全省|本省|省委、省政府|省直")), ("city", re.compile(r"我市|全市(?!场)|本市(?!场)|市委、市政府|市直")), ("county", re.compile(r"我县|全县|本县|县委、县政府|全区各街道|区委、区政府")))
_SURELY_NATIONAL = re.compile(r"省、自治区、直辖市|中华人民共和国(?:境内|领域)")
_PERHAPS_NATIONAL = re.compile(r"国家|党中央|国务院|公安部|财政部")
_NATIONAL = re.compile(r"中华人民共和国(?:境内|领域|公民|港口|海关)|省、自治区、直辖市|各省（|省级.{2,14}(?:部门|机关)|全国|我国|国务院.{0,10}(?:主管|行政)?部门|我部|我委")
# What a title may have before the place whose rule it is about; the place in full, for 上海证券交易所 is no place.
_PLACED = re.compile(r"(?:[《〈]|(?:关于)?(?:印发|发布|公布|修改|修订|废止|转发)[《〈])(?=[\u4e00-\u9fff]{2,9}?(?:省|自治区|市|自治州|县))|中国[（(](?=[\u4e00-\u9fff]{2,3}[）)]自由贸易)")
_OFFICE = re.compile(r"(?:政|府|办|委|发改|财|工信|经信|科|教|人社|民|建|交|商|农|环|卫|文|税|国土|自然资|市监|质监|药监|安监|公|司|审|统|金|水|林|应急|大数据|数)")


def level_and_place(found: Anatomy, names: Reading[tuple[str, ...]], number: str) -> tuple[Reading[str], Reading[str], Reading[str]]:
    """Level, province and prefecture."""
    given = found.raw.given
    near = places.code_of(given.get("province", ""), "province"), places.code_of(given.get("prefecture", ""), "prefecture")
    guess = near[0] or places.of_number(number)[0]
    for name in names.value[:1]:
        level, place, sure = bodies.standing(name, guess, near[1])
        if level:
            return _of_issuer(names, level, place, sure, number, near)
    return _otherwise(found, number, near)


def _of_issuer(names, level: str, place, sure: float, number: str, near: tuple[str, str]) -> tuple[Reading[str], Reading[str], Reading[str]]:
    province, prefecture = (place.province, place.prefecture) if place else ("", "")
    if not place and level != "national":
        province, prefecture = places.of_number(number)
        province, prefecture = near[0] or province, near[1] or prefecture
        if level == "city" and province in places.MUNICIPALITIES:
            level = "province"
    if level == "province":
        prefecture = ""
    confidence = round(names.confidence * sure, 3)

    def read(value: str) -> Reading[str]:
        return Reading(value, confidence if value else 0.0, names.where if value else "", names.start if value else -1, names.end if value else -1, names.quote if value else "")

    return read(level), read(province), read(prefecture)


def _otherwise(found: Anatomy, number: str, near: tuple[str, str]) -> tuple[Reading[str], Reading[str], Reading[str]]:
    level = _of_number(number)
    if level and level.value == "city" and _elsewhere(number, titled_place(found.chinese_title)):
        level, number = None, ""  # 镇政发 is of 镇江 and of every county whose name begins so
    level = level or _of_title(found) or _of_address(found, number) or _of_speech(found)
    if not level:
        return Reading(""), Reading(near[0], 0.9 if near[0] else 0.0), Reading(near[1], 0.9 if near[1] else 0.0)
    if level.value == "national":
        return level, Reading(""), Reading("")
    province, prefecture = places.of_number(number)
    titled = titled_place(found.chinese_title)
    if titled:
        province, prefecture = titled.province or province, titled.prefecture or prefecture
    province, prefecture = near[0] or province, near[1] or prefecture
    if level.value == "city" and province in places.MUNICIPALITIES:
        level = Reading("province", level.confidence, level.where, level.start, level.end, level.quote)
    if level.value == "province":
        prefecture = ""
    sure = min(level.confidence, 0.8)
    return level, Reading(province, sure if province else 0.0, level.where if province else "", level.start, level.end, level.quote), Reading(prefecture, sure if prefecture else 0.0)


def _elsewhere(number: str, titled: places.Located | None) -> bool:
    """Whether a title begins with another place than the city that the number's head may stand for."""
    return titled is not None and (titled.level == "county" or titled.prefecture != places.of_number(number)[1])


def _of_number(number: str) -> Reading[str] | None:
    prefix = prefix_of(number)
    if not prefix:
        return None
    province, prefecture = places.of_number(number)
    if prefecture:
        return Reading("city", 0.85, "head", -1, -1, number)
    if province and _OFFICE.match(prefix, 1):
        return Reading("province", 0.75, "head", -1, -1, number)
    if prefix.startswith(_heads()):
        return Reading("national", 0.75, "head", -1, -1, number)
    return None


@cache
def _heads() -> tuple[str, ...]:
    """First characters of numbers of bodies of the centre; single ones are shared with too many others."""
    return tuple(head for row in places.data("national_bodies.csv") for head in row["heads"].split(";") if len(head) > 1)


def _of_title(found: Anatomy) -> Reading[str] | None:
    """A law or measure that begins with its place: 三门峡市大气污染防治条例; 中华人民共和国…条例."""
    title = found.chinese_title
    if title.startswith(("中华人民共和国", "国家", "全国")):
        return in_text("national", 0.85, "title", title, 0, 7)
    place = places.locate(title)
    if place:
        return in_text(place.level, 0.8, "title", title, 0, place.length)
    match = _PLACED.match(title)
    place = places.locate(title[match.end() :]) if match else None
    return in_text(place.level, 0.65, "title", title, match.end(), match.end() + place.length) if place else None


def titled_place(title: str) -> places.Located | None:
    """The place that a title begins with, or that what it puts in force or repeals begins with: 关于废止《四川省…办法》的决定.

    >>> titled_place("关于废止《四川省火灾调查程序规定》的决定").province
    '510000'
    """
    match = _PLACED.match(title)
    return places.locate(title) or (places.locate(title[match.end() :]) if match else None)


def _of_address(found: Anatomy, number: str) -> Reading[str] | None:
    words = found.salutation
    for level, sure, pattern in _ADDRESSED:
        match = pattern.search(words[:120])
        if match:
            at = found.text.find(words)
            return in_text(level, sure, "head", found.text, at, at + len(words))
    return None


def _of_speech(found: Anatomy) -> Reading[str] | None:
    """我市 and 全市 against 我省 and 全省 at the start of the text, else what only the centre says; weak, and said to be so."""
    start = found.text[:HEAD]
    counted = {level: hits for level, words in _LOCAL if (hits := list(words.finditer(start)))}
    if counted and max(map(len, counted.values())) > len(_SURELY_NATIONAL.findall(start)):
        level = max(counted, key=lambda each: len(counted[each]))
        hit, sure = counted[level][0], 0.7 if len(counted[level]) > 1 else 0.5
    else:
        level, hit, sure = "national", _NATIONAL.search(found.text[: 2 * HEAD]) or _PERHAPS_NATIONAL.search(start), 0.6
    return in_text(level, sure, "text", found.text, hit.start(), hit.end()) if hit else None
