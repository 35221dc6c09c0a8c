"""What kind of document it is, and whether it is said to be in force.

    regulation      law of a legislature, order of a government: 条例, 令, rules promulgated by order
    policy          what sets a policy: opinions, measures, plans, notices that issue them, decisions, resolutions of congresses, announcements of rules,
                    replies to governments
    notice          what only informs or calls up: recruitment, lists, meetings, calls for comments or applications, holidays
    approval        permission for one applicant: 批复 or 许可 to a company or a project
    reply           answer to a proposal or a question: 答复, 复函
    report          work reports and reports to a body
    news            what happened, told by an office or a paper
    interpretation  explanation of another document: 解读, 答记者问, 一图读懂
"""

from __future__ import annotations

import re

from .anatomy import CHINESE, HEAD, Anatomy
from .reading_of import Reading, in_meta, in_text

_TITLED = (
    ("interpretation", 0.95, re.compile(r"^[^，。《》]{0,6}解读[《“：:]|解读(?!.*(?:办法|通知|工作|方案|专家))|答记者问|一图(?:读懂|看懂|速览|了解)|图解|政策问答|问答$|[Ii]nterpretation|有关情况(?:的)?说明$|起草说明|编制说明")),
    ("report", 0.93, re.compile(r"工作报告(?!的|》?.*(?:通知|意见|分工|分解|方案|决定|函)(?:[（(].*)?$)|(?:情况|调查|年度|审计|评估|发展|研究|总结)(?:的)?报告(?:[（(].*[)）])?$|大会上的报告|(?<![关])于.{2,40}的报告$|^[^关]{2,40}报告$")),
    ("reply", 0.93, re.compile(r"(?:建议|提案|议案|信访|问题).{0,20}(?:答复|复函)|(?:建议|问题|议案|提案|事项).{0,12}(?:办理|落实|答复|处理)(?:情况|意见)?的函$|的?(?:答复|复函|回复)(?:意见)?(?:的函)?$")),
    ("notice", 0.85, re.compile(r"招聘|笔试|面试|(?<!媒)体检|录用|拟聘|公示$|公示的|征求.{0,60}意见|申报(?!业务|纳税).{0,24}(?:通知|公告|通告)$|(?:组织|开展|做好).{0,30}申报.{0,80}(?:通知|公告)$|申报指南|遴选|评选|揭榜|征集|推荐.{0,20}(?:通知|函)$|放假|节假日|会议的通知|培训.{0,12}通知|中标|招标|采购公告|(?:名单|备案信息|结果|人员|任免|免职|任职|目录清单)的(?:公告|通知|通告)$|报名")),
    ("approval", 0.9, re.compile(r"(?:准予|核准|批准|同意)(?![^《]*》).{2,80}(?:批复|决定|公告)$|(?:水土保持|环境影响|环评|初步设计|可行性|项目建议书|节能|安全设施).{0,60}(?:批复|(?:审批|审查|批复)(?:意见|决定)(?:的函)?)$|许可.{0,10}(?:决定书?|批复)$")),
    ("regulation", 0.9, re.compile(r"条例(?:[（(].*[)）])?$|实施细则(?:[（(].*[)）])?$(?<!通知)|^(?:[\u4e00-\u9fff]{2,30})令(?:第|[（(])|^中华人民共和国[\u4e00-\u9fff]{1,30}法(?:[（(].*[)）])?$")),
    ("news", 0.6, re.compile(r"(?:发布|公布|印发|开展|启动)《[^》]+》$|发布$|召开|举行|举办")),
    ("policy", 0.9, re.compile(r"(?:意见|办法|规定|决定|方案|规划|细则|纲要|计划|措施|政策|制度|要点|目录|标准|规则|规范|指南|指引|行动)[》”]?(?:[（(].*[)）])?$|通知$|通报$|公告|通告$|批复$|印发|转发|函$|(?:命|的)令$|规划.{0,30}的?建议$|决议$")),
)
# A translated title tells these whatever a heading of the text says; the two below only where nothing else does.
_ENGLISH = (
    ("interpretation", re.compile(r"Interpretation|Explanation of|Q ?& ?A|Questions and Answers|Illustrated", re.IGNORECASE)),
    ("notice", re.compile(r"(?:solicit|seek)\w*\b.{0,24}(?:comment|opinion)|draft for comment|for public comment|call for|recruit|(?:project|declaration|application) guideline|^draft\b|^(?:notice|announcement)\b.{0,90}\b(?:list\b|announcing)|holiday", re.IGNORECASE)),
    ("reply", re.compile(r"^(?:Reply|Response)\b|Reply to the (?:Proposal|Suggestion)", re.IGNORECASE)),
    ("approval", re.compile(r"Approval of|Approving", re.IGNORECASE)),
    ("report", re.compile(r"(?:Work|Annual|Survey) Report|^Report on", re.IGNORECASE)),
)
_ENGLISH_OTHERWISE = (
    ("regulation", re.compile(r"^(?:[\w' ]+ )?Regulations? (?:of|on)\b")),
    ("policy", re.compile(r"Notice|Opinions|Plan|Measures|Guidelines?|Guide|Policies|Rules|Program|Outline|Announcement|Decision", re.IGNORECASE)),
)
_RULES_FOLLOW = re.compile(r"(?:意见|办法|规定|方案|规划|细则|计划|措施|制度|标准|条例|规程|规则|规范)(?:[（(][^（()）]*[)）])?[》”]?的?(?:通知|公告|通告)?$")
_ONLY_TOLD = re.compile(r"征求|公示|征集|名单的|^(?!.*印发).*(?:组织|开展|做好)[^，。]{0,30}(?:申报|推荐|评选|遴选)")
_OF_A_PROJECT = re.compile(r"水土保持|环境影响|环评|初步设计|可行性|项目建议书|安全设施")
# A speech that is a report, whatever its title: 现在，我代表市人民政府，向大会作工作报告.
_REPORTS = re.compile(r"我(?:谨|受[^，。]{2,24}委托，?)?代表[^。]{2,60}报告")
_GOVERNMENT = re.compile(r"^(?:国务院|[\u4e00-\u9fff]{2,12}?人民政府)(?:办公厅|办公室)?(?=关于|对|同意)")
_RECENTLY = re.compile(r"(?:近日|日前)，[^。]{2,120}(?:印发|发布|出台|公布|部署|启动|召开)")
_STRUCTURE = re.compile(r"^(?:第[一1]条|第[一1]章|一、|（一）)", re.MULTILINE)
_LONG = 1500  # characters from which on what reads like news holds the document itself
_ASSEMBLY = re.compile(r"人民代表大会|人大常委会|常务会议|部务会议|局务会议|室务会议|委务会议|全体会议")
_EXPLAINED = re.compile(r"^.{0,25}(?:出台|起草|编制|制定|修订)的?背景|^.{0,12}政策解读[：:]?$", re.MULTILINE)
_NEAR = 800  # characters in which news says what happened
_REPORTED = re.compile(r"(?:近日|日前|今日|今天|昨日|\d{1,2}日(?:至\d{1,2}日)?)[，,][^。]{0,80}(?:召开|举行|举办|启动|开幕|致辞|获悉|调研|出席|开展)|记者|本报讯|新华社.{0,8}电|主持召开|出席会议|出席.{0,20}(?:开幕式|论坛|峰会)|(?<!定期)(?<!不定期)召开了?[^，。]{2,20}会议[，。]")
_APPLICANT = re.compile(r"^[^。\n]{4,40}(?:公司|集团|医院|学校|大学|学院|中心|研究院|管理处|事务所)[：:]", re.MULTILINE)
_STATED = {
    "regulation": re.compile(r"法律|行政法规|地方性法规|规章|自治条例|单行条例|regulation|law", re.IGNORECASE),
    "interpretation": re.compile(r"解读|interpretation", re.IGNORECASE),
    "news": re.compile(r"新闻|要闻|动态|news", re.IGNORECASE),
    "report": re.compile(r"工作报告|report", re.IGNORECASE),
    "approval": re.compile(r"许可批复|approval", re.IGNORECASE),
    "reply": re.compile(r"答复|reply", re.IGNORECASE),
    "notice": re.compile(r"公示|notice", re.IGNORECASE),
    "policy": re.compile(r"规范性文件|工作文件|policy", re.IGNORECASE),
}
_REPEALED = re.compile(r"[（(【\[〔]\s*(?:(?:此|本|该)文件)?(?:现?已|全文)(?:于[^)）】\]〕]{4,20}?)?(?:经|被|宣布)?(?:废止|失效)\s*[)）】\]〕]|^\W*(?:此件|本文件|该文件|本文)已(?:经)?(?:废止|失效)")
_IN_FORCE = re.compile(r"^(?:现行有效|有效|尚未失效|in force|valid|01)$", re.IGNORECASE)
_OUT_OF_FORCE = re.compile(r"失效|废止|repealed|invalid|^02$", re.IGNORECASE)


def kind(found: Anatomy, number: str) -> Reading[str]:
    """The kind, from how it was promulgated, then from the title, then from how the text speaks."""
    words = found.raw.meta.get("kind", "")
    stated = stated_kind(words)
    if stated:
        return in_meta(stated, 0.95, words)
    title = found.chinese_title or found.title
    for name, pattern in () if CHINESE.search(found.title) else _ENGLISH:
        match = pattern.search(found.title)  # a translated title says more than a heading of the text does
        if match:
            return in_text(name, 0.8, "title", found.title, match.start(), match.end())
    explained = _TITLED[0][2].search(title)
    if explained:
        return in_text("interpretation", 0.95, "title", title, explained.start(), explained.end())
    head = found.text[:HEAD]
    explained = _EXPLAINED.search(head) if not number and ("背景" in head or "解读" in head) else None
    if explained:
        return in_text("interpretation", 0.8, "text", found.text, explained.start(), explained.end())
    draft = title.find("征求意见稿")
    if draft >= 0:
        return in_text("notice", 0.9, "title", title, draft, draft + 5)
    if _by_order(found, number):
        return Reading("regulation", 0.95, "head", -1, -1, number)
    report = _REPORTS.search(found.text[:_NEAR]) if not number and "代表" in found.text[:_NEAR] else None
    if report:
        return in_text("report", 0.9, "text", found.text, report.start(), report.end())
    bare = re.sub(r"[（(][^（()）]*[)）]\s*$", "", title).strip()
    for name, sure, pattern in _TITLED[1:]:
        match = pattern.search(bare)
        if match:
            return _settled(found, number, name, sure, title, match.start(), match.end())
    news = _REPORTED.search(found.text[:600])
    if news and not number and not found.salutation:
        return in_text("news", 0.8, "text", found.text, news.start(), news.end())
    for name, pattern in _ENGLISH_OTHERWISE:
        match = pattern.search(title)
        if match:
            return in_text(name, 0.6, "title", title, match.start(), match.end())
    if number or found.salutation or any(each.signed_by for each in found.signatures):
        return Reading("policy", 0.6)
    return Reading("policy", 0.4) if re.search(r"第[一1]条|[一二三]、", found.text[:HEAD]) else Reading("")


def status(found: Anatomy) -> Reading[str]:
    """Repealed or in force where the page, the title or a mark above the text says so; else nothing is said."""
    words = found.raw.meta.get("status", "")
    stated = stated_status(words)
    if stated:
        return in_meta(stated, 0.97, words)
    for where, text in (("title", found.title), ("head", found.text[:300])):
        match = _REPEALED.search(text)
        if match:
            return in_text("repealed", 0.9, where, text, match.start(), match.end())
    return Reading("")


def stated_kind(words: str) -> str:
    """The kind that metadata names in its own words, or nothing."""
    return next((name for name, pattern in _STATED.items() if words and pattern.search(words)), "")


def stated_status(words: str) -> str:
    """The status that metadata names in its own words, or nothing."""
    words = words.strip()
    if not words:
        return ""
    if _IN_FORCE.search(words):
        return "in force"
    return "repealed" if _OUT_OF_FORCE.search(words) and "部分" not in words and "尚未" not in words else ""


def _by_order(found: Anatomy, number: str) -> bool:
    """Whether an order or a legislature made it."""
    if "令" in number and "〔" not in number:
        return True
    title = re.sub(r"[（(][^（()）]*[)）]\s*$", "", found.chinese_title).strip()
    named = re.search(r"(?:条例|法|规定|办法|细则|规则|决定)$", title) and not re.search(r"关于(?:印发|发布)", title)
    return bool(named and any(event.act in ("公布", "发布") or (event.act == "通过" and _ASSEMBLY.search(event.words)) for event in found.events))


def _settled(found: Anatomy, number: str, name: str, sure: float, title: str, start: int, end: int) -> Reading[str]:
    """The title's kind, unless the addressee or the text shows another."""
    if name == "news" and (number or found.salutation or (len(found.text) >= _LONG and _STRUCTURE.search(found.text))):
        return in_text("policy", 0.6, "title", title, start, end)
    if name == "policy" and not number and not found.salutation and "关于" not in title and _RECENTLY.search(found.text[:_NEAR]):
        return in_text("news", 0.7, "title", title, start, end)
    if name == "notice" and _RULES_FOLLOW.search(title) and not _ONLY_TOLD.search(title):
        return in_text("policy", 0.75, "title", title, start, end)
    if name == "policy" and title.endswith("批复") and _APPLICANT.search(found.text[:600]):
        return in_text("approval", 0.85, "title", title, start, end)
    if name == "approval" and _GOVERNMENT.match(title) and not _OF_A_PROJECT.search(title) and not _APPLICANT.search(found.text[:600]):
        name, sure = "policy", 0.7  # what a government approves for one below it sets policy
    if name == "reply" and re.search(r"同意|国务院办公厅关于", title) and not re.search(r"建议|提案|议案", title):
        name, sure = "policy", 0.6
    return in_text(name, sure, "title", title, start, end)
