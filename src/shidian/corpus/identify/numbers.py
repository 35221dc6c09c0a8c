"""Document numbers (文号): found, brought to one form, and told apart: the document's own from those it cites.

The form is 国发〔2012〕22号 for numbers with a year in brackets, 国令第706号 for orders, 海关总署公告2014年第30号 for announcements.
The State Council's orders are written 国令 in its own lists and 国务院令 in texts: both become 国令. Old numbers with the year first, (96)汇国发字第13号,
become 汇国发字〔1996〕13号.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from .numerals import ANY_DIGIT, CHINESE_DIGIT, number_of
from .places import data

_OPEN, _SHUT = r"[〔\[［【(（﹝{〈<〖「〕]", r"[〕\]］】)）﹞}〉>〗」〔]"
_YEAR = rf"(?:[12１２]\s?[0-9０-９]\s?[0-9０-９]\s?[0-9０-９]|[一二]{CHINESE_DIGIT}{{3}})"
_SHORT_YEAR = r"(?:[5-9５-９][0-9０-９]|0[0-9])"
_COUNT = rf"{ANY_DIGIT}{{1,6}}(?:\s?[-－—]\s?\d{{1,2}})?"
_BRACKETED = re.compile(rf"{_OPEN}\s*({_YEAR})\s*年?\s*{_SHUT}\s*(?:字)?\s*第?\s*({_COUNT})\s*号")
_SHORT = re.compile(rf"{_OPEN}\s*({_SHORT_YEAR})\s*年?\s*{_SHUT}\s*(?:字)?\s*第?\s*({_COUNT})\s*号")
_YEAR_FIRST = re.compile(rf"{_OPEN}\s*({_YEAR}|{_SHORT_YEAR})\s*年?\s*{_SHUT}\s*([\u4e00-\u9fff]{{2,10}}?字?)\s*第?\s*({_COUNT})\s*号")
_ORDER = re.compile(rf"(令|公告|通告)[\s（(〔]*(?:({_YEAR})\s*年\s*)?(?:[（(〔]?\s*)第\s*({_COUNT})\s*号")
_BRACKETED_END = re.compile(_BRACKETED.pattern + "$")
_ORDER_END = re.compile(_ORDER.pattern + "$")
_COUNT_END = re.compile(rf"第\s*({_COUNT})\s*号$")
_REACH = 48  # characters before 号 in which the year and the count stand
_LONGEST_BODY = 30  # characters of the body that gives an order
_BARE = re.compile(rf"([\u4e00-\u9fff]{{2,12}}?)((?:19|20)\d\d)(\d{{1,4}})号")
_OPEN_YEAR = re.compile(rf"((?!第)[\u4e00-\u9fff]{{1,12}}?)({_YEAR})\s*年?\s*第?\s*(\d{{1,4}})\s*号")
_WITHOUT_YEAR = re.compile(rf"([\u4e00-\u9fff]{{2,20}})\s*第?\s*({_COUNT})\s*号")
_LONE = re.compile(rf"[（(〔\[]?\s*(?:({_YEAR})\s*年\s*)?第?\s*({_COUNT})\s*号\s*[）)〕\]]?")
_LABEL = re.compile(r"^[（(【\[]?\s*(?:发\s*文\s*字\s*号|文件编号|发\s*文\s*号|文\s*号|编\s*号|字\s*号)\s*[】\]]?\s*[:：]\s*")
_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z·]+$")
# Words that come before a number in running text and are no part of it.
_LEAD = re.compile(
    r".*(?:根据|按照|依据|依照|参照|遵照|执行|落实|贯彻|转发|印发|关于|以下简称|文件号为|文号为|文号|字号|同意|废止|详见|参见|通知|意见|办法|规定|决定|批复|复函|"
    r"的函|通报|通告|公告|方案|规划|细则|条例|纲要|计划|请示|报告|标准|目录|措施|函件|附件|文件|号文|原文|号|《|》)(?!$)"
)
_LONE_LEADS = "日和与及或见原即按据以将对经由如在从为的了"
_LONGEST = 16  # characters of a prefix; a body's full name may stand in 某省人民政府令
_NOT_OURS = re.compile(r"(?:ICP|网安)备|许可证|邮编|电话|注册|统一书号|准字")


def canonical(number: str) -> str:
    """A number in its one form; empty where the words are no document number.

    >>> [canonical(words) for words in ("豫政办 〔2016〕165号", "发文字号：渝府发〔2023〕15号", "国务院令第706号", "国发[二○○四]1号")]
    ['豫政办〔2016〕165号', '渝府发〔2023〕15号', '国令第706号', '国发〔2004〕1号']
    """
    return _canonical(_LABEL.sub("", _cleaned(number)))


@lru_cache(maxsize=20_000)
def _canonical(words: str) -> str:
    words = re.sub(r"^[（(]\s*(?=[\u4e00-\u9fff])(.*[^）)])\s*[）)]$", r"\1", words.strip())
    for pattern in (_BRACKETED, _SHORT):
        match = pattern.search(words)
        if match:
            return _form(_joined(words[: match.start()]), match[1], match[2])
    match = _YEAR_FIRST.search(words)
    if match:
        return _form(match[2], match[1], match[3])
    match = _ORDER.search(words)
    if match:
        return _order(_joined(words[: match.start()]), match[1], match[2], match[3])
    match = _OPEN_YEAR.fullmatch(words)
    if match:
        return _form(match[1], match[2], match[3])
    match = _WITHOUT_YEAR.fullmatch(words)
    return f"{match[1].removesuffix('第')}第{number_of(match[2])}号" if match and number_of(match[2]) is not None else ""


def own_line(line: str) -> str:
    """The number that fills a line alone, perhaps in brackets or after a label; empty for any other line.

    >>> own_line("（皖开放办〔2022〕6号）"), own_line("根据国发〔2012〕22号，现通知如下")
    ('皖开放办〔2022〕6号', '')
    """
    if "号" not in line or len(line) > 100:
        return ""
    words = _LABEL.sub("", _cleaned(line)).strip()
    if not 4 <= len(words) <= 60 or _NOT_OURS.search(words):
        return ""
    words = re.sub(r"^[（(\[【]\s*(?=[\u4e00-\u9fff])(.+[^）)])\s*[）)\]】]$", r"\1", words)
    for pattern in (_BRACKETED, _SHORT):
        match = pattern.search(words)
        if match and _ends(words, match.end()) and re.fullmatch(r"[\u4e00-\u9fffA-Za-z· ]{0,24}", words[: match.start()]):
            return _form(_joined(words[: match.start()]), match[1], match[2])
    match = _YEAR_FIRST.fullmatch(words)
    if match:
        return _form(match[2], match[1], match[3])
    match = _ORDER.search(words)
    if match and _ends(words, match.end()) and re.fullmatch(r"(?!关于)(?:(?!关于)[\u4e00-\u9fff 、]){0,60}(?<!的)", words[: match.start()]):
        return _order(_joined(words[: match.start()]), match[1], match[2], match[3])
    return ""


def lone_order(line: str) -> str:
    """第290号 or 2020年第9号 alone on a line, as 第290号 or 2020年第9号; the body stands on the line above.

    >>> lone_order("（第290号）")
    '第290号'
    """
    if "号" not in line or len(line) > 40:
        return ""
    match = _LONE.fullmatch(_cleaned(line).strip())
    if not match or number_of(match[2]) is None or (not match[1] and "第" not in match[0]):
        return ""
    return (f"{number_of(match[1].replace(' ', ''))}年" if match[1] else "") + f"第{number_of(match[2])}号"


def mentions(text: str) -> Iterator[tuple[str, int, int]]:
    """Every number of a text with where it stands, in order; its prefix is cut out of the words before it."""
    end = text.find("号") + 1
    while end:
        found = _ending_at(text, end)
        if found and found[0]:
            yield found
        end = text.find("号", end) + 1


def without_marks(text: str) -> Iterator[tuple[str, int, int]]:
    """Numbers in a text that has lost its brackets: 粤府函202382号 is 粤府函〔2023〕82号."""
    for match in _BARE.finditer(text):
        prefix = _trimmed(match[1])
        number = _form(prefix, match[2], match[3])
        if number and len(prefix) >= 2:
            yield number, match.end(1) - len(prefix), match.end()


def prefix_of(number: str) -> str:
    """What stands before the year or the count: 国发 of 国发〔2012〕22号."""
    return re.split(r"〔|第|\d", number)[0]


def _ending_at(text: str, end: int) -> tuple[str, int, int] | None:
    """The number that ends with the 号 before `end`, in any of its forms."""
    first = max(0, end - _REACH)
    window = text[first:end]
    match = _BRACKETED_END.search(window)
    if match:
        prefix, start = _before(text, first + match.start())
        number = _form(prefix, match[1], match[2])
        return (number, start, end) if prefix and number else None
    match = _ORDER_END.search(window)
    if match:
        prefix, start = _before(text, first + match.start(), _LONGEST_BODY)
        return (_order(prefix, match[1], match[2], match[3]), start, end) if prefix else None
    match = _COUNT_END.search(window) if text.startswith("令", end) else None
    if match:
        prefix, start = _before(text, first + match.start(), _LONGEST_BODY)
        return (_order(prefix, "令", None, match[1]), start, end + 1) if prefix else None
    return None


def _before(text: str, end: int, most: int = _LONGEST) -> tuple[str, int]:
    """The prefix that ends at a place in running text, and where it begins."""
    stop = end
    while stop and text[stop - 1] == " " and end - stop < 3:
        stop -= 1
    run = _RUN.search(text[max(0, stop - 40) : stop])
    if not run:
        return "", end
    prefix = _trimmed(run[0])[-most:]
    return prefix, stop - len(prefix)


def _trimmed(run: str) -> str:
    """A run of characters without the words that lead up to a number."""
    lead = _LEAD.match(run)
    rest = run[lead.end() :] if lead else run
    if len(rest) > 2 and rest[0] in _LONE_LEADS and (len(rest) > 8 or rest.startswith(_heads(), 1)):
        rest = rest[1:]
    return rest


@cache
def _heads() -> tuple[str, ...]:
    """First characters of numbers that are known: 国发, 财, 豫."""
    central = (head for each in data("national_bodies.csv") for head in (*each["heads"].split(";"), each["name"], *each["short"].split(";")))
    return tuple({*filter(None, central), *(each["head"] for each in data("heads.csv"))})


def _cleaned(words: str) -> str:
    return re.sub(r"[\u200b-\u200f\ufeff\u2060]", "", words).replace("\u3000", " ").replace("\u00a0", " ").strip(" \t\n*“”\"")


def _joined(prefix: str) -> str:
    return re.sub(r"[\s、]+", "", prefix) if "、" not in prefix else re.sub(r"\s+", "", prefix)


def _ends(words: str, end: int) -> bool:
    """Whether nothing but closing marks stands after a number."""
    return not re.search(r"[\w\u4e00-\u9fff]", words[end:])


def _form(prefix: str, year: str, count: str) -> str:
    """The canonical form, or nothing where the year is impossible."""
    years = number_of(re.sub(r"\s", "", year))
    first, *rest = re.split(r"\s?[-－—]\s?", count)
    counted = number_of(first)
    if years is None or counted is None:
        return ""
    if years < 100:
        years += 1900 if years >= 50 else 2000
    if not 1949 <= years <= 2100:
        return ""
    return f"{prefix}〔{years}〕{counted}{'-' + rest[0] if rest else ''}号"


def _order(prefix: str, word: str, year: str | None, count: str) -> str:
    prefix = prefix.replace("中华人民共和国", "") if prefix != "中华人民共和国主席" else prefix
    counted = number_of(re.split(r"\s?[-－—]\s?", count)[0])
    if counted is None:
        return ""
    if word == "令" and prefix in ("国务院", "国"):
        prefix = "国"
    years = f"{number_of(re.sub(chr(32), '', year))}年" if year else ""
    return f"{prefix}{word}{years}第{counted}号"
