"""Formulas: sentences that official texts share because the form asks for them. Sharing them is no borrowing.

Each pattern is a kind of sentence, not the words of one document: enactment notes, purpose clauses, liability of officials, penalties, appeals,
entry into force, guiding thought, titles and numbers, addressees and the words that send a text out, and what web pages put around it. Short lines
of their own (headings, labels and values of a page) are formulas too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

_LAW = r"本(?:条例|办法|规定|规则|细则|法|决定|通知|意见|方案)"
FORMULAS = {
    "enactment": (
        r"\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日.*(?:会议|令第|人民政府|《).*(?:通过|批准|修正|修订|修改|公布|发布|施行)|"
        r"人民代表大会.*次会议.*(?:通过|批准|决定|修正|审议)|会议(?:充分肯定|同意|号召|高度评价)"
    ),
    "purpose": rf"(?:根据|依据|依照|结合).*制定{_LAW}",
    "scope": rf"(?:行政区域|范围|境)内.*适用{_LAW}",
    "liability": (
        r"玩忽职守|滥用职权|徇私舞弊|(?:负责的?主管人员|责任人员).*(?:处分|责任|处罚)|(?:所在单位|上级|"
        r"有关)?机关.{0,12}(?:给予(?:行政)?处分|责令改正)"
    ),
    "penalty": (
        r"违反(?:本|前)(?:条例|办法|规定|规则|细则|法|款|条)|(?:责令|逾期|拒不)[^，]{0,10}(?:改正|恢复原状|拆除|停止)|"
        r"处.{0,30}元以(?:上|下).{0,24}罚款|没收违法所得|情节(?:严重|恶劣|轻微)|由[^，]{2,40}(?:部门|机关)(?:给予警告|责令)"
    ),
    "crime": r"构成(?:犯罪|违反治安管理)|追究刑事责任|治安管理处罚(?:法|条例)|承担(?:民事|赔偿)责任|依法予以赔偿",
    "appeal": r"(?:决定|行为)不服|逾期不申请|申请行政复议|提起行政诉讼|申请人民法院强制执行",
    "elsewhere": r"(?:法律|法规|规定).*从其规定|(?:违反|规定的).*(?:法律|法规)(?:、[^，]{2,8})?(?:已|另|有|没有|未).*(?:规定|处罚)",
    "force": rf"{_LAW}(?:自|从).*(?:施行|实施|执行)|同时废止",
    "guidance": (
        r"(?:^|[，、：。 \u3000])(?:以|坚持以|高举|紧密团结|深入学习|全面贯彻|深入贯彻|认真贯彻|贯彻落实|认真落实).*(?:思想|理论|"
        r"精神|旗帜|发展观|党中央|新发展理念)"
    ),
    "addressees": r"(?:人民政府|各部门|各单位|各部委|直属机构|委员会|厅（?局?）?|局)[^：:]{0,60}[：:]$",
    "sent": r"(?:现|特此|予以)(?:将.*)?(?:印发|转发|公布|通知|发布|批复|公告)",
    "obey": r"请.*(?:贯彻|执行|落实|遵照)",
    "titles": r"关于.{2,80}的(?:通知|通告|公告|意见|决定|批复|函|公示)$|^.{0,24}[〔﹝\[]\d{4}[〕﹞\]] ?\d+ ?号$",
    "web": (
        r"设为首页|机关司局|发文机关：|发文字号：|成文日期：|发布机构：|索 ?引 ?号：|加入收藏|当前位置|版权所有|联系我们|技术支持|"
        r"责任编辑|打印本页|关闭窗口|扫一扫|ICP备|公有领域|维基|本作品|[Pp]ublic ?domain|分享到|上一篇|下一篇|公开发布）"
    ),
}
_ANY = re.compile("|".join(f"(?:{pattern})" for pattern in FORMULAS.values()))
HEADING = 12  # characters of a line of its own that is a heading or what a page puts around its text
_STOPS = "。；\n"
_SENTENCE = re.compile(r"[^。；\n]+")


def formula_shares(text: str, spans: Sequence[tuple[int, int]]) -> list[float]:
    """For each passage of a text the share of its characters that stand in sentences of these kinds.

    The sentences (。, ； and line ends divide them) are read whole, also where a passage begins or ends within
    one; blank lines count for nothing.

    >>> formula_shares("鼓励错时停车。本条例自2021年1月1日起施行。", [(0, 6), (7, 22), (9, 15)])
    [0.0, 1.0, 1.0]
    """
    if not spans:
        return []
    first = max(text.rfind(stop, 0, min(start for start, _ in spans)) for stop in _STOPS) + 1
    end_of_all = max(end for _, end in spans)
    last = min((at for at in (text.find(stop, end_of_all) for stop in _STOPS) if at >= 0), default=len(text))
    read = [match.span() for match in _SENTENCE.finditer(text, first, last)]
    ends = [end for _, end in read]
    return [_share(text, read, bisect_right(ends, start), start, end) for start, end in spans]


def _share(text: str, read: list[tuple[int, int]], at: int, start: int, end: int) -> float:
    """The share of one passage, from the sentences that end after it begins, of which the first is the one at `at`."""
    every = formula = 0
    while at < len(read) and read[at][0] < end:
        first, last = read[at]
        at += 1
        sentence = text[first:last]
        if not sentence.isspace():
            alone = last - first <= HEADING and text[first - 1 : first] in ("", "\n") and text[last : last + 1] in ("", "\n")
            length = min(end, last) - max(start, first)
            every += length
            formula += length * (alone or _is_formula(sentence))
    return formula / every if every else 1.0


@lru_cache(1 << 16)
def _is_formula(sentence: str) -> bool:
    return _ANY.search(sentence) is not None
