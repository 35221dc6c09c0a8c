"""What a document does with pilots: launches one, regulates one, mentions one; whether it designates a zone.

A text that says 试点 is nearly always about pilots, but few texts open one. What tells them apart is who acts in which sentence: the
issuer's own decision against a pilot of someone else's, a task against a report of what was done, a heading against a passing word. The
rules here read, in this order, the title, the opening sentences, the headings, and then all sentences with a pilot in them, which are
weighed (launching.py). Each rule names itself in the answer, with the sentence that it read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .launching import ENOUGH, disowned, weigh
from .terms import Hit, lowered

LAUNCHES, REGULATES, MENTIONS, ZONE, NONE = "launches", "regulates", "mentions", "zone", "none"
ROLES = (LAUNCHES, REGULATES, MENTIONS, ZONE, NONE)

# How often each rule is expected to be right: judged while the rules were written, not measured on labels.
CONFIDENCE = {
    "title": 0.95, "title spreads lessons": 0.7, "law suspended": 0.85, "opening": 0.85, "heading": 0.7, "act and commitment": 0.8, "subject": 0.8,
    "grants in a zone": 0.75,
    "tasks": 0.6, "reported": 0.85, "other act": 0.85, "passing": 0.8, "zone only": 0.9, "no word": 0.98,
}  # fmt: skip

OPENING = 700  # characters in which a document says what it does, its list of addressees included
TITLE_LINES = 8  # lines at the head among which the title stands once more
SUBJECT_HITS, SUBJECT_DENSITY = 8, 3.0  # a text about pilots: that many words, and that many in a thousand characters
TASK = 1  # what a sentence must weigh that is one of several
TASKS, TASK_DENSITY = 3, 0.9  # such sentences, and the same in a thousand characters
MOST_POINTS = 40  # numbered points for each one that launches pilots
LONG = 2000  # characters from which on a sentence that launches a pilot must say one thing more: in a long plan much stands beside much
BESIDE = 100  # characters of a paragraph that are read on either side of a sentence
GRANTS = 4  # sentences that grant pilots to a zone

_BASIS = re.compile(r"《[^《》]{0,80}》|（[^（）]{0,60}号）|\([^()]{0,60}号\)")
_SPREAD = re.compile(r"(?:复制推广|推广).{0,30}(?:经验|举措|做法|案例)|(?:经验|举措|做法).{0,20}(?:复制推广|推广)|典型(?:经验|案例)")
_RULES = re.compile(
    r"办法|管理|评估|评价|考核|验收|总结|督查|督导|监测|规程|规则|规定|细则|领导小组|联席会议|资金|补助|税收|征收|分工|有关问题|"
    r"有关事项|有关政策|指南|工作规范|标准|"
    r"废止|停止|终止|取消|调整"
)
# What is done to a pilot that exists, in the words right after it: looked over, paid for, led. A group's own name (领导小组关于…) is no act.
_OVERSEES = re.compile(
    r"检查|督查|督导|巡查|抽查|审计|评估|评价|考核|验收|总结|(?:领导|协调|推进|工作|专项|指导|专家)[^，。；]{0,8}组(?!办公室|关于)|联席会议(?!办公室|关于)|指挥部|专班|领导机构"
)
_STARTS = re.compile(
    r"开展|启动|组织|方案|同意|批复|设立|列为|列入|纳入|扩大|选择|遴选|确定|公布|名单|增加|新增|实施(?!办法|细则)|推进|推行|首批"
    r"|第[一二三四五六七八九十\d]+批|申报|支持|深化|部署|"
    r"launch|start|carry|implement|expand|approv|select|establish|programme|program\b|plan\b|scheme"
)
_TOLD = re.compile(
    r"解读|答记者问|一图读懂|图解|问答|访谈|新闻发布|发布会|座谈会|召开|举行|调研|综述|侧记|启动仪式|工作报告|情况的报告|(?:建议"
    r"|提案)[^的]{0,12}的?答复|答复的函|进展|通报|参加|participation of|interpretation"
)
# Titles of other acts, in which a pilot is what something is bought for, permitted or praised.
_OTHER_ACT = re.compile(
    r"(?:招标|中标|采购|询价|比选|磋商|谈判|成交)(?:项目|意向|需求|候选人|结果|更正|变更|延期|终止)*的?(?:公告|公示|函|文件|通知书)$|[流废]标|"
    r"许可[^，。]{0,12}(?:公布|公示|公告|批复|决定)$|(?:环境影响|环评|水土保持|初步设计|可行性研究|安全设施|节能审查|节能报告)[^，。]{0,40}(?:批复|函|意见|决定|公告|公示)$|"
    r"(?:表彰|表扬|奖励|嘉奖|授予|命名)[^。]{0,40}(?:决定|通报)$|(?:任免|任职|免职)的(?:通知|决定)$|招聘"
)
_PRAISES = re.compile(r"关于(?:通报)?(?:表彰|表扬|嘉奖)")
_AMENDS = re.compile(r"关于(?:修改|修订|修正|废止|清理)[^。]{2,120}的决定$|关于调整《[^《》]+》的(?:决定|公告|通知)")
_SUSPENDED = re.compile(r"暂时(?:调整|停止)(?:实施|适用)")
_TITLE_END = re.compile(
    r"(?:通知|意见|方案|办法|决定|批复|公告|通告|函|规定|细则|规划|计划|要点|名单|措施|条例|的复函)(?:[（(][^（）()]{0,12}[）)])?$"
)
# What a title of an official document holds; 某市入选国家试点 holds none of it and is news, whatever its kind.
_OFFICIAL = re.compile(rf"关于|印发|公告|通告|命令|{_TITLE_END.pattern}|[A-Za-z]{{4}}")
_QUOTED_OWN = re.compile(r"(?:印发|发布|转发|批转|下发|公布|施行|实施|执行|出台)(?:了)?(?:[^《》]{0,30})$")
_HEADING = re.compile(
    r"(?m)^[ \t\u3000]*(?:第[一二三四五六七八九十百]+[章节]|[（(]?[一二三四五六七八九十]{1,3}[)）、.．]|"
    r"[（(]?\d{1,2}[)）、.．](?!\d)|[①-⑳])[ \t\u3000]*([^。\n；;：:]{2,44})|^[ \t\u3000]*([^。\n；;：:，]{4,30})。(?=[^\n])"
)
# Issued for the sake of a pilot, or to its sites.
_FOR_PILOTS = re.compile(
    r"为(?:做好|规范|推进|加强|加快|指导|推动|开展|深化|扎实).{0,50}PILOT.{0,60}(?:制定|通知|现|提出|意见)|"
    r"(?:各|有关)PILOT(?:地区|城市|单位|省|市|县|企业).{0,20}(?:要|应|须|按照)"
)
_OPENS = re.compile(rf"(?:决定|同意|批准|(?:现|特)(?:将|就|对)).{{0,60}}PILOT|{_FOR_PILOTS.pattern}")
# A document that puts a plan or rules for a pilot in force, though its own title does not say so.
_IN_FORCE = re.compile(
    r"(?:现将|制定了?|印发|审议通过)[^。；《》]{0,24}《(?P<name>[^《》]{0,60}PILOT[^《》]{0,40})》[^。；]{0,40}(?:印发|发布|公布|下发|施行|实施)"
)
_HEADS = re.compile(
    r"(?:开展|启动|组织|实施|开启|部署|推行|选择|选取|遴选|确定|设立|开设|探索|扩大|拓展|授权|允许|同意|批准|率先|先行|"
    r"纳入)[^，]{0,36}PILOT|^PILOT(?!示范|项目|工程|企业|城市|成果|工作|经验|单位|地区|先行)"
)
_GRANT = re.compile(r"(?:支持|授权|允许|同意|鼓励|赋予|率先|先行|可以|应当|在)[^。；]{0,60}PILOT")
_ADDRESS = re.compile(
    r"(?![和及与内建的创等])[\u4e00-\u9fff]{2,5}(?:镇|乡(?!村)|街道|村|居委会|社区)|[\u4e00-\u9fff]{2,6}(?:路|街|大道)\s*\d+号|[\u4e00-\u9fff]{0,4}发展局"
)
_DESIGNATES = re.compile(
    r"(?:设立|建立|批准|同意|认定|命名|确定|列为|公布|批复|授予|规划建设|支持建设|创建|建设)[^。；，]{0,50}ZONE"
    r"|ZONE(?:[^。；，]{0,12})(?:总体方案|建设方案|名单|的批复|条例|管理办法|实施方案)"
)
_ENDS = "。！？；!?\n"
_CLAUSE = re.compile("[，。；]")


@dataclass(frozen=True)
class Answer:
    """What a document does, the rule that says so, and the sentence it read: characters of the title or of the text."""

    role: str
    rule: str
    where: str = ""
    start: int = -1
    end: int = -1
    quote: str = ""

    @property
    def confidence(self) -> float:
        """How often the rule is expected to be right."""
        return CONFIDENCE[self.rule]


@dataclass(frozen=True)
class Sentence:
    """A sentence with a hit in it: its span in the text, its words, and the same with the hit and quoted titles marked."""

    start: int
    end: int
    quote: str
    marked: str


def role_of(title: str, text: str, kind: str, pilots: list[Hit], in_title: list[Hit], zones: bool, zones_in_title: bool) -> Answer:
    """What a document does with pilots. `pilots` are the hits of the text, `in_title` of the title; kinds are those of record.py."""
    if not pilots and not in_title:
        return Answer(ZONE, "zone only") if zones else Answer(NONE, "no word")
    told = kind in ("news", "interpretation", "report") or bool(_TOLD.search(lowered(title)))
    other = _is_other_act(title, in_title)
    heads = [("title", 0, title), *own_titles(text)]
    if not (told or other):
        answer = _by_title(heads, in_title, pilots) or _by_suspension(heads)
        answer = answer or (None if _AMENDS.search(title) else _by_text(title, text, kind, pilots, zones_in_title))
        if answer:
            return answer
    first = next(sentences(text, pilots, "PILOT"), None)
    rule = "reported" if told else "other act" if other else "passing"
    return _answer(MENTIONS, rule, first) if first else Answer(MENTIONS, rule, "title", 0, len(title), title)


def own_titles(text: str) -> list[tuple[str, int, str]]:
    """Lines at the head of a text that read like its title: where ("text"), start, and words; broken lines are joined."""
    found, at, pending, began = [], 0, "", 0
    for line in text[:OPENING].split("\n")[:TITLE_LINES]:
        bare = line.strip()
        began, pending = (began, pending + bare) if pending else (at, bare)
        at += len(line) + 1
        if len(pending) > 120 or re.search(r"[。；：:，]$", bare):
            pending = ""
        elif _TITLE_END.search(pending) and len(pending) >= 8:
            found.append(("text", began, pending))
            pending = ""
        elif not re.search(r"关于|印发|转发|印發", pending):
            pending = ""
    return found


def _by_title(heads: list[tuple[str, int, str]], in_title: list[Hit], pilots: list[Hit]) -> Answer | None:
    """The title names a pilot as what the document is about: not within the quoted title of some other document."""
    for where, start, words in heads:
        hits = (
            in_title
            if where == "title"
            else [Hit(hit.start - start, hit.end - start, hit.word) for hit in pilots if start <= hit.start < start + len(words)]
        )
        if not any(_is_subject(words, hit.start) for hit in hits) or not _OFFICIAL.search(words):
            continue
        span = (where, start, start + len(words), words)
        if _SPREAD.search(words):
            return Answer(MENTIONS, "title spreads lessons", *span)
        return Answer(_act(words, hits[-1].end), "title", *span)
    return None


def _act(words: str, end: int) -> str:
    """Whether a title launches the pilot whose word ends there, or regulates it."""
    if _OVERSEES.search(words, end):
        return REGULATES
    small = lowered(words)
    return LAUNCHES if _STARTS.search(small) or not _RULES.search(small) else REGULATES


def _is_other_act(title: str, in_title: list[Hit]) -> bool:
    """Whether a title is of a tender, a permission or an award: a pilot is at most what it is about."""
    return bool(_OTHER_ACT.search(title, in_title[-1].end if in_title else 0) or _PRAISES.search(title))


def _is_subject(title: str, at: int) -> bool:
    """Whether a word of a title stands outside quoted titles, or in the one that the document itself puts in force."""
    opened = title.rfind("《", 0, at)
    if opened < 0 or 0 <= title.find("》", opened, at):
        return True
    return bool(_QUOTED_OWN.search(title[:opened])) or not title[:opened].strip()


def _by_suspension(heads: list[tuple[str, int, str]]) -> Answer | None:
    """A law put out of force for a place, so that the place may try: the legal form of an experiment."""
    for where, start, words in heads:
        if _SUSPENDED.search(words):
            return Answer(LAUNCHES, "law suspended", where, start, start + len(words), words)
    return None


def _by_text(title: str, text: str, kind: str, pilots: list[Hit], zones_in_title: bool) -> Answer | None:
    if not pilots:
        return None
    found = list(sentences(text, pilots, "PILOT"))
    for sentence in found:
        if sentence.start < OPENING and (role := _opened(sentence, text, pilots)):
            return _answer(role, "opening", sentence)
    if len(pilots) >= SUBJECT_HITS and len(pilots) / _thousands(text) >= SUBJECT_DENSITY:
        return _answer(REGULATES, "subject", found[0])
    if kind == "regulation":
        return _granted(found, REGULATES) if zones_in_title else None
    return _heading(text, pilots) or _by_weight(title, text, found, pilots, zones_in_title)


def _by_weight(title: str, text: str, found: list[Sentence], pilots: list[Hit], zones_in_title: bool) -> Answer | None:
    """One sentence with an act and its commitments, grants in the zone of the title, or several acts that bind less."""
    weighed = [(sentence, weigh(title, sentence.marked, _paragraph(text, sentence, pilots))) for sentence in found]
    for sentence, weight in weighed:
        if weight.launches(ENOUGH + (len(text) > LONG and sentence.start >= OPENING)):
            return _answer(LAUNCHES, "act and commitment", sentence)
    if zones_in_title and (granted := _granted(found, LAUNCHES)):
        return granted
    tasks = [sentence for sentence, weight in weighed if weight.launches(TASK)]
    if len(tasks) >= TASKS and len(tasks) / _thousands(text) >= TASK_DENSITY:
        return _answer(LAUNCHES, "tasks", tasks[0])
    return None


def _granted(found: list[Sentence], role: str) -> Answer | None:
    grants = [sentence for sentence in found if _GRANT.search(sentence.marked) and not disowned(sentence.marked)]
    return _answer(role, "grants in a zone", grants[0]) if len(grants) >= GRANTS else None


def _thousands(text: str) -> float:
    return max(len(text) / 1000, 0.3)


def _opened(sentence: Sentence, text: str, pilots: list[Hit]) -> str:
    """What an opening sentence does with a pilot of the issuer's own, or nothing."""
    put = _IN_FORCE.search(_marked(text, sentence.start, sentence.end, pilots, "PILOT"))
    if put:
        return _act(put["name"], put["name"].rindex("PILOT") + len("PILOT"))
    if not _OPENS.search(sentence.marked) or disowned(sentence.marked):
        return ""
    after = _CLAUSE.split(sentence.marked[sentence.marked.rindex("PILOT") :])[0]
    if _OVERSEES.search(after):
        return REGULATES
    return LAUNCHES if _FOR_PILOTS.search(sentence.marked) else ""


def _heading(text: str, pilots: list[Hit]) -> Answer | None:
    """A numbered heading, or the short first sentence of a paragraph, that makes launching pilots a point of its own.

    In a long plan one point among very many is a passing word.
    """
    at = [hit.start for hit in pilots]
    points, found = 0, []
    for match in _HEADING.finditer(text):
        numbered = match.group(1) is not None
        points += numbered
        start, end = match.span(1 if numbered else 2)
        inside = next((position for position in at if start <= position < end), None)
        if inside is None or not (numbered or text[: match.start()].rstrip()[-1:] in "。；："):
            continue
        words = text[start:end]
        marked = words[: inside - start] + "PILOT" + words[inside - start + 2 :]
        if _HEADS.search(marked) and not disowned(marked):
            found.append(Answer(LAUNCHES, "heading", "text", start, end, words.strip()))
    return found[0] if len(found) > points / MOST_POINTS else None


def _paragraph(text: str, sentence: Sentence, pilots: list[Hit]) -> str:
    """A sentence with what stands beside it on its line, pilots marked."""
    start = max(text.rfind("\n", 0, sentence.start + 1) + 1, sentence.start - BESIDE)
    end = text.find("\n", sentence.end)
    end = min(end if end >= 0 else len(text), sentence.end + BESIDE)
    return _BASIS.sub("", _marked(text, start, max(end, sentence.end), pilots, "PILOT"))


def _answer(role: str, rule: str, sentence: Sentence) -> Answer:
    return Answer(role, rule, "text", sentence.start, sentence.end, sentence.quote)


# --- sentences ----------------------------------------------------------------------------------------------------------


def sentences(text: str, hits: list[Hit], mark: str) -> Iterator[Sentence]:
    """Each sentence with a hit, once; the hits outside quoted titles are replaced by `mark`, quoted titles by nothing."""
    last = -1
    for hit in hits:
        if hit.start < last:
            continue
        start, end = _bounds(text, hit.start, hit.end)
        last = end
        yield Sentence(start, end, text[start:end].strip(), _BASIS.sub("", _marked(text, start, end, hits, mark)))


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """From the end of one sentence to the end of the next; a full stop of English ends one where a blank follows."""
    before = max(text.rfind(stop, 0, start) for stop in (*_ENDS, ". "))
    after = min((at for at in (text.find(stop, end) for stop in (*_ENDS, ". ")) if at >= 0), default=len(text))
    return before + 1, after if after < len(text) and text[after] == "\n" else min(after + 1, len(text))


def _marked(text: str, start: int, end: int, hits: list[Hit], mark: str) -> str:
    parts, at = [], start
    for hit in hits:
        if start <= hit.start and hit.end <= end:
            parts += [text[at : hit.start], mark]
            at = hit.end
    return "".join([*parts, text[at:end]]).strip()


# --- zones --------------------------------------------------------------------------------------------------------------


def real_zones(text: str, zones: list[Hit]) -> list[Hit]:
    """Zones that are spoken of, without those that are part of an address (试验区孙岗乡) or of an employer's name."""
    return [hit for hit in zones if not _ADDRESS.match(text[hit.end : hit.end + 14].split("，")[0].split("。")[0])]


def designates(title: str, text: str, zones: list[Hit], in_title: list[Hit], told: bool) -> Answer | None:
    """The title or the opening that designates a zone, in a document that acts; None where there is none."""
    if told or not (zones or in_title):
        return None
    if in_title and _DESIGNATES.search(_marked(title, 0, len(title), in_title, "ZONE")):
        return Answer(ZONE, "title", "title", 0, len(title), title)
    for sentence in sentences(text, [hit for hit in zones if hit.start < OPENING], "ZONE"):
        if re.search(r"(?:决定|同意|批准|现将?|确定).{0,80}ZONE", sentence.marked) and _DESIGNATES.search(sentence.marked):
            return _answer(ZONE, "opening", sentence)
    return None
