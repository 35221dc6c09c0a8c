"""One document, identified: every column of the store but its copies.

The user's own metadata wins over what the text says. Where the two differ, the row keeps the user's value and the difference is listed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from ..reading.raw import Raw
from ..record import FIELDS
from . import bodies, dates, dating, kinds, places
from .anatomy import CHINESE, Anatomy
from .issuing import HEARSAY, issuers
from .leveling import level_and_place
from .numbers import canonical
from .own_number import cited, own_number
from .reading_of import Reading, in_meta

_SURE = 0.9  # confidence from which on the document completes what a table says of its issuers
_DIGITS = 20  # of a document's id
_NOBODYS = re.compile(r"[\u4e00-\u9fff]{0,12}(?:司|处|办公室|办公厅)")
_NOT_KNOWN = ("unknown", "undetermined", "未知", "不详", "无", "none", "n/a", "na", "-")
_LEVELS = {
    "national": ("national", "central", "国家", "国家级", "中央", "全国", "部委"),
    "province": ("province", "provincial", "省", "省级", "省部级", "自治区", "直辖市"),
    "city": ("city", "municipal", "prefecture", "市", "市级", "地市", "地市级", "地级市", "prefectural"),
    "county": ("county", "district", "县", "县级", "区县", "区县级", "区", "区级"),
}


@dataclass(frozen=True)
class Difference:
    """A field that the user's metadata and the text tell differently, or whose metadata cannot be understood."""

    id: str
    source: str
    field: str
    given: str
    read: str
    quote: str
    why: str = "differs"


def identify(raw: Raw) -> tuple[dict[str, Any], list[Difference]]:
    """A row of the store and what differs in it; `copy_of` is left empty."""
    found = Anatomy(raw)
    read = _read(found)
    key = _key(raw)
    differences = [
        Difference(key, raw.source, field, raw.given[field], _shown(read[field].value), read[field].quote, "not understood") for field in _misunderstood(raw.given)
    ]
    for field, value, quote in _given(raw):
        before = read[field]
        if before.value and not _agree(field, before.value, value):
            differences.append(Difference(key, raw.source, field, quote, _shown(before.value), before.quote))
        if not (field == "issuers" and _completes(before, value)):
            read[field] = in_meta(value, 1.0, quote)
    if raw.given.get("issuers") and read["issuers"].where == "meta" and "level" not in _usable(raw.given):
        _level_of_given(found, read)
    if read["signed"].value and read["amended"].value and read["amended"].value <= read["signed"].value:
        read["amended"] = Reading(None)  # what was signed is the amended text
    number = read["number"].value
    row = {
        "id": key,
        "source": raw.source,
        "part": raw.part,
        "title": found.title,
        "text": raw.text,
        "number": number,
        "cited": cited(found, number),
        "issuers": list(read["issuers"].value),
        **{field: read[field].value for field in ("level", "province", "prefecture", "signed", "amended", "published", "kind", "status")},
        "confidence": {field: float(read[field].confidence) for field in FIELDS},
        "evidence": {field: read[field].evidence for field in FIELDS},
        "given": {field: raw.given.get(field) for field in FIELDS},
        "copy_of": "",
    }
    return row, differences


def _key(raw: Raw) -> str:
    words = "\0".join((raw.source, str(raw.part), raw.text))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _read(found: Anatomy) -> dict[str, Reading[Any]]:
    """Every field from the document itself."""
    number = own_number(found)
    names = issuers(found, number)
    number = _with_issuer(number, names)
    level, province, prefecture = level_and_place(found, names, number.value)
    kind = kinds.kind(found, number.value)
    signed, amended = dating.signed_and_amended(found)
    if kind.value == "interpretation" and names.confidence <= HEARSAY:
        names = Reading(())  # who issued what it explains tells its level and place, not who explains it
    own_title = found.raw.given.get("title") or found.raw.title
    heading = found.heading
    if own_title or not heading:
        title = in_meta(found.title, 0.99 if own_title else 0.0, "") if own_title else Reading("")
    else:
        title = Reading(found.title, 0.9, "head", heading.start, heading.end, heading.words)
    return {
        "title": title,
        "number": number,
        "issuers": names,
        "level": level,
        "province": province,
        "prefecture": prefecture,
        "signed": signed,
        "amended": amended,
        "published": dating.published(found),
        "kind": kind,
        "status": kinds.status(found),
    }


def _with_issuer(number: Reading[str], names: Reading[tuple[str, ...]]) -> Reading[str]:
    """令第19号 of a body that is known only from its signature is that body's order."""
    if names.value and number.value.startswith(("令", "公告", "通告")):
        return number._replace(value=canonical("".join(names.value) + number.value) or number.value, confidence=0.85)
    short = re.match(r"(?:省|市|自治区)(?:人民)?政府(?=令)", number.value)
    if short and names.value and names.value[0].endswith("人民政府"):
        return number._replace(value=names.value[0] + number.value[short.end() :])
    return number


def _given(raw: Raw) -> list[tuple[str, Any, str]]:
    """What the user's metadata says, as values of the store: field, value, words; without cells that cannot be understood."""
    return [(field, value, raw.given[field]) for field, value in _usable(raw.given).items() if field != "title"]


def _usable(given: Mapping[str, str]) -> dict[str, Any]:
    values = {field: reader(given[field]) for field, reader in _READERS.items() if given.get(field)} if given else {}
    return {field: value for field, value in values.items() if value}


def _misunderstood(given: Mapping[str, str]) -> list[str]:
    """Fields whose cells hold words that stand for no value, though they do not say that nothing is known."""
    usable = _usable(given)
    return [field for field in _READERS if given.get(field) and field not in usable and given[field].strip().lower() not in _NOT_KNOWN]


def given_issuers(words: str) -> tuple[str, ...]:
    """Bodies of a user's cell: Chinese names, English ones translated where they are known, else as they are written; a bare place is none."""
    if not CHINESE.search(words):
        return bodies.from_english(words) or ((words.strip(),) if len(words) > 3 and words.strip().lower() not in _NOT_KNOWN else ())
    if words in places.names().provinces or words in places.names().prefectures or (_NOBODYS.fullmatch(words) and not _placed(words)):
        return ()  # 上海, 科技司: a place or an office that leaves out whose it is
    return bodies.in_row(words) or (words.strip(),)


def _placed(words: str) -> bool:
    """Whether the words say whose an office is: 国务院办公厅, 济南市人民政府办公室."""
    return words in bodies.national() or bool(bodies.standing(words)[0])


def given_level(words: str) -> str:
    """The level that a user's cell names, or nothing where it is none of the four: sub-provincial may be a city or a county.

    >>> given_level("Provincial"), given_level("县级"), given_level("Sub-provincial")
    ('province', 'county', '')
    """
    plain = words.strip().lower()
    return next((level for level, names in _LEVELS.items() if plain in names), "")


_READERS = {
    "number": canonical,
    "issuers": given_issuers,
    "level": given_level,
    "province": partial(places.code_of, level="province"),
    "prefecture": partial(places.code_of, level="prefecture"),
    "signed": dates.read_date,
    "amended": dates.read_date,
    "published": dates.read_date,
    "kind": kinds.stated_kind,
    "status": kinds.stated_status,
}


def _level_of_given(found: Anatomy, read: dict[str, Reading[Any]]) -> None:
    """A given issuer tells level and place better than the text of a document whose issuer it does not name."""
    names = read["issuers"]
    usable = _usable(found.raw.given)
    name = names.value[0]
    level, place, sure = bodies.standing(name, usable.get("province", ""), usable.get("prefecture", ""))
    province, prefecture = (place.province, place.prefecture) if place else ("", "")
    if not level and not CHINESE.search(name):
        level, province, prefecture = places.of_english(name)
        sure = 0.85
    if not level:
        return
    for field, value in (("level", level), ("province", province), ("prefecture", prefecture)):
        if field not in usable:
            read[field] = in_meta(value, sure if value else 0.0, names.quote) if value else Reading("")


def _completes(read: Reading[tuple[str, ...]], given: tuple[str, ...]) -> bool:
    """Whether the document names all that the table does, only more fully: the others of a joint document, or the office of a ministry."""
    if read.confidence < _SURE:
        return False
    full, wanted = [bodies.full_name(name) for name in read.value], {bodies.full_name(name) for name in given}
    named = sum(any(one == name or (one.startswith(name) and bodies.is_office(one[len(name) :])) for one in full) for name in wanted)
    return named == len(wanted) and set(full) != wanted


def _agree(field: str, read: Any, given: Any) -> bool:
    if field == "issuers":
        return {bodies.full_name(name) for name in read} == {bodies.full_name(name) for name in given} or (
            len(read) == len(given) and all(one.endswith(other) or other.endswith(one) for one, other in zip(sorted(read, key=lambda name: name[::-1]), sorted(given, key=lambda name: name[::-1])))
        )
    return read == given


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
