"""Places at the start of a name: 北京市密云区人民政府 is of Miyun, a district under Beijing.

A name is read from its start, province first, longest name first, so that 吉林市 is the city and 吉林省 the province, and only what stands there
counts: never a place that the text happens to name. 朝阳区 alone is in Beijing or in Changchun; it stays undecided until something else tells.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MUNICIPALITIES = ("110000", "120000", "310000", "500000")
_ETHNIC = re.compile(r"(?:(?:藏|羌|彝|回|苗|侗|白|壮|傣|布依|土家|朝鲜|景颇|哈尼|傈僳|蒙古)族|蒙古|哈萨克|柯尔克孜)+自治")
_LONGEST = 15  # characters of the longest name of a place


@dataclass(frozen=True)
class Located:
    """A place read from a name: level (province, city, county), codes (empty where undecided), and how many characters name it."""

    level: str
    province: str
    prefecture: str
    length: int


@dataclass(frozen=True)
class Names:
    """Names of places with the codes that bear them; short names only of provinces and prefectures."""

    provinces: Mapping[str, str]
    prefectures: Mapping[str, tuple[str, ...]]
    counties: Mapping[str, tuple[str, ...]]
    english: Mapping[str, str]
    heads: Mapping[str, str]
    local: Mapping[str, str]  # name by code, as the unit is called now
    starts: frozenset[str]  # the first two characters of every Chinese name


def data(name: str) -> list[dict[str, str]]:
    """The rows of a table of the room's own data."""
    with (files(__package__.rpartition(".")[0]) / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names() -> Names:
    """All names, read once."""
    provinces: dict[str, str] = {}
    below: dict[str, dict[str, list[str]]] = {"prefecture": {}, "county": {}}
    english, local = {}, {}
    for row in data("places.csv"):
        local.setdefault(row["code"], row["name"])
        for name in _called(row["name"], row["level"]):
            if row["level"] == "province":
                provinces[name] = row["code"]
            else:
                below[row["level"]].setdefault(name, []).append(row["code"])
        if row["english"]:
            english[row["english"]] = row["code"]
    heads = {row["head"]: row["code"] for row in data("heads.csv")}
    prefectures, counties = ({name: tuple(sorted(set(codes))) for name, codes in each.items()} for each in below.values())
    starts = frozenset(name[:2] for each in (provinces, prefectures, counties) for name in each)
    return Names(provinces, prefectures, counties, english, heads, local, starts)


def _called(name: str, level: str) -> Iterable[str]:
    """A place's full name and the short ones that stand before an office: 广西, 阿坝州."""
    yield name
    if level == "province":
        yield re.sub(r"(?:壮族|回族|维吾尔)?自治区$|[省市]$", "", name)
    elif level == "prefecture":
        ethnic = _ETHNIC.search(name, 1)
        if ethnic and name.endswith("自治州"):
            yield name[: ethnic.start()] + "州"
        elif name.endswith(("市", "盟")) and len(name) > 2:
            yield name[:-1]
        elif name.endswith("地区"):
            yield name[:-2]


def locate(name: str, province: str = "", prefecture: str = "") -> Located | None:
    """The place that a name begins with; `province` and `prefecture` are what else is known, and settle names that several places bear.

    >>> locate("北京市密云区人民政府").level, locate("包头市人民政府办公室").prefecture
    ('county', '150200')
    """
    known, at, level = names(), 0, ""
    code = _longest(name, 0, known.provinces)
    city = _longest(name, 0, known.prefectures)
    if code and (not city or len(code) >= len(city)):
        province, at, level = known.provinces[code], len(code), "province"
        if name.startswith("市", at) and province in MUNICIPALITIES:
            at += 1
    city, county = _longest(name, at, known.prefectures), _longest(name, at, known.counties)
    if city and len(city) >= len(county) and (at == 0 or not _office_follows(name, at)):
        codes = [each for each in known.prefectures[city] if not province or each[:2] == province[:2]] or ([] if at else list(known.prefectures[city]))
        if codes:
            prefecture, at, level = _only(codes), at + len(city), "city"
            province = prefecture[:2] + "0000" if prefecture else province
    county = _longest(name, at, known.counties)
    if county:
        codes = _narrowed(known.counties[county], province, prefecture, bool(at))
        if codes or not at:
            only = _only(codes)
            province = only[:2] + "0000" if only else _only({each[:2] + "0000" for each in codes}) or province
            prefecture = _prefecture_of(only) if only else prefecture
            return Located("county", province, "" if province in MUNICIPALITIES else prefecture, at + len(county))
    return Located(level, province, "" if level == "province" or province in MUNICIPALITIES else prefecture, at) if level else None


def of_number(number: str) -> tuple[str, str]:
    """Province and prefecture that the head of a number tells, or empty: 渝府发〔2023〕15号 is of Chongqing, 包府发 of Baotou."""
    code = names().heads.get(head_of(number), "")
    if not code:
        return "", ""
    return code[:2] + "0000", "" if code.endswith("0000") else code


def head_of(number: str) -> str:
    """The first characters of a number that tell its place, the longest that are known: 渝 of 渝府发, 包府 of 包府办发; empty where none are."""
    return next((number[:length] for length in (2, 1) if number[:length] in names().heads), "")


def of_english(words: str) -> tuple[str, str, str]:
    """Level, province and prefecture that an English name tells, or empty: Jinan Municipal People's Government."""
    codes = [names().english[name] for name in _english_names().findall(words)]
    province = next((code for code in codes if code.endswith("0000")), "")
    city = next((code for code in codes if not code.endswith("0000") and (not province or code[:2] == province[:2])), "")
    if city:
        return "city", city[:2] + "0000", city
    return ("province", province, "") if province else ("", "", "")


@cache
def _english_names() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names().english, key=len, reverse=True)))})\b")


def only_named(text: str) -> tuple[str, str]:
    """The one province and the one city that a stretch of text names in full, empty where it names none or several."""
    known = names()
    provinces, cities = set(), set()
    for match in re.finditer(r"(?=([\u4e00-\u9fff]{1,12}?(?:省|市|自治区|自治州)))", text):
        name = match[1]
        for length in range(2, len(name) + 1):
            last = name[-length:]
            if last in known.prefectures:
                cities.add(_only(known.prefectures[last]))
            elif last in known.provinces:
                provinces.add(known.provinces[last])
                if known.provinces[last] in MUNICIPALITIES:
                    cities.add(known.provinces[last])
    return _only(provinces), _only(cities)


def code_of(words: str, level: str) -> str:
    """The code of a province or prefecture that a user's cell names, by code or by name; empty where it names none."""
    words = words.strip()
    known = names()
    if re.fullmatch(r"\d{6}", words):
        return words if words in known.local else ""
    if level == "province":
        return known.provinces.get(words) or known.english.get(words, "")
    return _only(known.prefectures.get(words, ())) or known.english.get(words, "")


def _longest(name: str, at: int, among: Mapping[str, object]) -> str:
    if name[at : at + 2] not in names().starts:
        return ""
    for length in range(min(_LONGEST, len(name) - at), 1, -1):
        if name[at : at + length] in among:
            return name[at : at + length]
    return ""


def _office_follows(name: str, at: int) -> bool:
    """Whether an office stands right after a province's name, so that what looks like a city is part of it."""
    return bool(re.match(r"(?:人民|政府|委员会|省委|发展|经济|财政|公安|教育)", name[at:]))


def _narrowed(codes: Iterable[str], province: str, prefecture: str, named: bool) -> list[str]:
    """Codes that lie where else is known; where the name itself says the province, none may lie outside."""
    inside = [code for code in codes if (not province or code[:2] == province[:2]) and (not prefecture or code[:4] == prefecture[:4])]
    if inside or named:
        return inside or [code for code in codes if province and code[:2] == province[:2]]
    return list(codes)


def _prefecture_of(county: str) -> str:
    code = county[:4] + "00"
    return code if code in names().local else ""


def _only(codes: Iterable[str]) -> str:
    codes = list(codes)
    return codes[0] if len(codes) == 1 else ""
