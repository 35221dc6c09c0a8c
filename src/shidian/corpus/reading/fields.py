"""Fields that a page states of its document, one label a line or a cell: 发文机关：国务院办公厅.

Labels are those of www.gov.cn and of ministries' sites, and both sets of PKULaw (发布部门, 发布日期, 效力级别; 制定机关, 公布日期, 效力位阶).
"""

from __future__ import annotations

import re

LABELS = {
    "标题": "title",
    "法规标题": "title",
    "文件名称": "title",
    "发文字号": "number",
    "发文号": "number",
    "文号": "number",
    "文件编号": "number",
    "发文机关": "issuers",
    "发文单位": "issuers",
    "发文机构": "issuers",
    "发布部门": "issuers",
    "发布单位": "issuers",
    "制定机关": "issuers",
    "颁布单位": "issuers",
    "成文日期": "signed",
    "发文日期": "signed",
    "签署日期": "signed",
    "印发日期": "signed",
    "发布日期": "published",
    "公布日期": "published",
    "公开日期": "published",
    "发布时间": "published",
    "时效性": "status",
    "有效性": "status",
    "效力状态": "status",
    "效力级别": "kind",
    "效力位阶": "kind",
}
_LOOKED_AT = 60  # lines at the top of a text in which labels may stand
_LABEL = "|".join("".join(f"{letter}\\s*" for letter in label) for label in sorted(LABELS, key=len, reverse=True))
# Labels that end a value though they tell nothing that is kept.
_OTHERS = "|".join("".join(f"{letter}\\s*" for letter in label) for label in ("索引号", "主题分类", "主题词", "信息分类", "分类", "公开方式", "发布机构", "关键词", "体裁", "组配分类"))
_IN_LINE = re.compile(rf"(?<![\u4e00-\u9fff])(?:{_LABEL}|{_OTHERS})[:：]")
_ANY = re.compile(_LABEL)
_LINE = re.compile(rf"^(?:[•·●▪*-] *)?(?:[【\[]\s*({_LABEL})\s*[】\]]\s*[:：]?|({_LABEL})[:：])\s*(.*)$")
_MOST = 200  # characters of a field; more is a sentence that begins with the same word


def label_of(words: str) -> str:
    """The field that a label names, or nothing.

    >>> label_of("标　　题：")
    'title'
    """
    return LABELS.get(re.sub(r"[\s:：【】\[\]]", "", words), "")


def fields_of(text: str) -> dict[str, str]:
    """The fields in the first lines of a text; a label with nothing after it takes the next line. The first of a kind counts."""
    if not _ANY.search(text, 0, 3000):
        return {}
    lines = text[:6000].split("\n")[:_LOOKED_AT]
    found: dict[str, str] = {}
    for position, line in enumerate(lines):
        if len(labels := list(_IN_LINE.finditer(line))) > 2:
            _take_row(line, labels, found)
            continue
        match = _LINE.match(line)
        if not match:
            continue
        value = match[3].strip() or _next(lines, position)
        if value and len(value) <= _MOST:
            found.setdefault(label_of(match[1] or match[2]), value)
    return found


def _take_row(line: str, labels: list[re.Match[str]], found: dict[str, str]) -> None:
    """Fields that stand in one line, each label's value before the next label, as where a page's table was scraped into a line."""
    ends = [*(label.start() for label in labels[1:]), len(line)]
    for label, end in zip(labels, ends):
        value = line[label.end() : end].strip()
        name = label_of(label[0])
        if name and value and len(value) <= _MOST:
            found.setdefault(name, value if end < len(line) else value.split(" ")[0])


def _next(lines: list[str], position: int) -> str:
    following = [line for line in lines[position + 1 : position + 3] if line.strip()]
    return following[0].strip() if following and not _LINE.match(following[0]) and not re.search(r"[:：]$", following[0]) else ""
