"""Which column of a user's table is what: by the names that tables of policy documents use, or as the user says.

A column recognised here is the user's own metadata, and wins over what the text says. A date whose name does not tell what it dates
(`date`, 日期, 时间) counts as the day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ...foundations.errors import InputError

NAMES: dict[str, tuple[str, ...]] = {
    "text": ("正文", "全文", "内容", "文本", "政策正文文本", "政策正文", "政策内容", "正文内容", "文件内容", "text", "fulltext", "body", "content", "policycontent", "policytext", "documenttext"),
    "title": ("标题", "题目", "政策标题", "文件标题", "法规标题", "文件名称", "政策名称", "title", "policytitle", "documenttitle"),
    "number": ("发文字号", "文号", "发文号", "documentnumber", "docnumber", "documentno", "number"),
    "issuers": ("发文机关", "发文单位", "制定机关", "发布部门", "发布机构", "发布单位", "发文机构", "issuers", "issuer", "issuingbody", "issuingdepartment", "issuedepartment", "mainissuer", "releasedepartment", "policyreleasedepartment"),
    "level": ("层级", "级别", "行政级别", "行政层级", "level", "administrativelevel"),
    "province": ("省份", "省", "province"),
    "prefecture": ("城市", "地市", "地级市", "市", "prefecture", "city"),
    "signed": ("成文日期", "发文日期", "签署日期", "签发日期", "印发日期", "signed", "datesigned", "datewritten"),
    "amended": ("修订日期", "修正日期", "修改日期", "amended", "dateamended"),
    "published": ("发布日期", "发布时间", "公布日期", "published", "publicationdate", "publishingdate", "publishdate", "pubdate", "datepublished", "releasedate", "releasetime", "issuedate", "date", "日期", "时间"),
    "kind": ("文种", "文件类型", "效力级别", "效力位阶", "kind", "dockind", "doctype"),
    "status": ("时效性", "有效性", "效力状态", "status", "timeliness", "timelinessdic"),
    "id": ("docid", "id", "编号", "序号", "gid", "索引号"),
}
CHOOSABLE = tuple(NAMES)


def columns_of(header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, int]:
    """The position of each field in a header. `chosen` names columns by field; an empty name means that no column holds the field.

    >>> columns_of(["doc_id", "Policy Title", "Policy Content"], {})
    {'text': 2, 'title': 1, 'id': 0}
    """
    plain = [_plain(name) for name in header]
    found = {}
    for field, names in NAMES.items():
        wanted = (_plain(chosen[field]),) if field in chosen else names
        position = next((plain.index(name) for name in wanted if name and name in plain), None)
        if position is not None:
            found[field] = position
    return found


def chosen_columns(words: Sequence[str]) -> dict[str, str]:
    """Columns from a command line, FIELD=NAME each. Raises InputError for a field that does not exist."""
    chosen = {}
    for word in words:
        field, equals, name = word.partition("=")
        if not equals or field not in CHOOSABLE:
            raise InputError(f"--column '{word}' is not FIELD=NAME with a field of {', '.join(CHOOSABLE)}; write, say, --column text=正文.")
        chosen[field] = name
    return chosen


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-:：()（）.]", "", name).lower()
