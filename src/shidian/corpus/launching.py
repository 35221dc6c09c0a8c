"""What speaks for a sentence launching a pilot: somebody is made one or something is tried, and the issuer binds itself.

A launch has an act, mostly in the clause of the pilot itself, and commitments, in that sentence or beside it: who, where, when, by what list.
Whatever has both is a launch, in whichever words; a wish, a report, or a pilot of someone else's speaks against it. Each piece of
evidence counts once, and of several acts the strongest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .identify.places import names

CLAUSE, SENTENCE, PARAGRAPH, TITLE = "clause", "sentence", "paragraph", "title"
ENOUGH = 3  # an act and two commitments, or a telling act and one
MOST = 3  # commitments that count: places, days and lists stand in most documents, and many of them undo no doubt
DISOWNS = -3  # what weighs no more than this undoes a telling act and a commitment

_NUMBER = r"(?:\d+|[一二两三四五六七八九十百千]+)"
_UNIT = (
    r"(?:省|市|县|区|旗|州|盟|镇|乡|村|街道|社区|地区|城市|中学|小学|大学|学院|院|校|所|企业|公司|集团|银行|支行|机构|协会|口岸|港|厂|站|园|"
    r"开发区|门店|商圈|路|线|段|岛|河|湖|流域|部门|监狱|高速)"
)
_NAMED = f"(?:{'|'.join(sorted((*names().provinces, *names().prefectures), key=len, reverse=True))})"
# Nouns that a pilot is put before. Before any other word 试点 is a verb: 试点代开发票.
_NOUN = (
    r"(?:工作|任务|方案|期|时间|时段|周期|范围|内容|地|城|县|市|区|省|州|镇|乡|村|街|社区|小区|单位|企业|公司|集团|机构|学校|院|高校|校|中学|小学|医|银行|"
    r"行(?!业)|园|基地|项目|工程|经|成[果效]|情况|政策|示范|资|补|财|奖|办|管理办法|改革|阶段|建(?:设(?=[，。；、任工项期方地单城的和])|成)|进|效|方|点|品种|业务|对象|"
    r"名单|总结|评|验收|主体|平台|测试|片区|装置|有关|物流|中心|产业|技术|线|路|段|法院|检察|行业|领域|产品|要求|目标|措施|规定|小组|领导|纳税|人|部门|应用|性质|地块|"
    r"制度|计划|规模|类|的|和|与|及|或|等|中|后|前|上|下|以来|取得|先行|已|结束|一批|样|联|组织|牵头|申|推荐|清单|标准|模式|机制|路径|探索|作用|优势|场景|实践|航线|"
    r"河|湖|库|水|林|田|所|站|厂|店|车|船|监|生|专业|课|班|家|户|岗)"
)
_END = r"(?=[，。；、：（(\n]|$)"
_MADE_OF = r"[^，。；：]{0,24}PILOT(?!工作|方案|经验|办公室|小组|成[果效])"
_CLAUSE = re.compile(r"[^，。；：\n]+")


@dataclass(frozen=True)
class Evidence:
    """Something that speaks for a launch or against it: where it is looked for, what it weighs, and how it reads."""

    name: str
    where: str
    weight: int
    reads: re.Pattern[str]
    act: bool = False


def _act(name: str, where: str, weight: int, *reads: str) -> Evidence:
    return Evidence(name, where, weight, re.compile("|".join(reads)), act=True)


def _says(name: str, where: str, weight: int, *reads: str) -> Evidence:
    return Evidence(name, where, weight, re.compile("|".join(reads)))


# Telling acts weigh 2, for they are said of few pilots that are only spoken of; an announcement is a launch by itself.
ACTS = (
    _act("announces", CLAUSE, 3, r"(?:现|特)(?:将|就|对)[^，。；]{0,60}PILOT[^，。；]{0,30}(?:通知|公告|通告|批复|函复|意见|如下)"),
    _act(
        "made a pilot", CLAUSE, 2,
        rf"(?:列为|确定为|选为|选作|定为|认定为|增补?为|列入|纳入|选定|首批|先期){_MADE_OF}",
        rf"(?:以|将|把|同意|确定|选择|批准|增加|明确)[^，。；：]{{2,50}}?[为作]{_MADE_OF}",
        rf"{_UNIT}均?[为即]{_MADE_OF}",
        rf"^并?作为{_MADE_OF}",
        rf"[为属即系][^，。；：]{{0,6}}PILOT(?:性质)?{_END}",
    ),
    _act(
        "tries", CLAUSE, 2,
        # 试点 as a verb: after a place, a time or at the start, and before no noun.
        rf"(?:(?:在|对|将|由|自|从|面向|选|先|拟|[年月])[^，。；：]{{0,40}}|^|{_UNIT})(?<![的各该原批等])"
        rf"PILOT(?!{_NOUN}|[^，。；]{{1,4}}(?:名单|要|应|须))(?=[\u4e00-\u9fff“\"])",
        rf"PILOT(?:半年|{_NUMBER}(?:年|个月)|将|把|对|由|实行|推行|实施|开展|使用|采用|建立|取消|办理|做起|先干)",
        r"PILOT[^，。；的]{0,12}“(?!十)",
        rf"(?:先行|率先|先期|首先|先|(?:在|于)[^，。；：]{{2,30}})PILOT{_END}",
        r"(?:先行|率先|先期)[^，。；]{1,40}PILOT",
    ),
    # A pilot with a term, a quota or bounds of its own, or of the places just counted, is the one at hand.
    _act(
        "own terms", CLAUSE, 2,
        r"(?:本[轮次批期项]|此[次项]|这次|首[轮期次个]|首先|[两三四五六七八九十][省市县区镇校院地旗处])[^，。；]{0,16}PILOT",
        r"PILOT(?:期(?!满)|时间|时段|周期|额度|规模|[县市区]?数量|限于|(?:业务|区域|实施)?范围|对象)",
    ),
    # A few are picked, and the rest wait.
    _act("picks", PARAGRAPH, 2, rf"(?:选取|挑选|选择|遴选|确定|选定|各选|选)[^，。；]{{0,12}}{_NUMBER}多?[个家所座户宗]"),
    _act(
        "leaves the rest", PARAGRAPH, 1,
        r"(?:其他|其余)[^。；]{0,24}(?:再|暂|待|另|跟进|后)", r"(?:再|全面|全[省市县区])(?:铺开|推开|推广|实行|实施)",
    ),
    # From a day on, for named ones, whatever the verb: 自2011年12月26日起，在甲省进行…….
    _act("begins", PARAGRAPH, 1, r"[自从][^，。；]{2,24}起[，、]?(?:在|对|由|凡)"),
    # A pilot without a name of its own is the one at hand: 试点学校为 against 营养餐试点学校为.
    _act("needs no name", CLAUSE, 1, r"^PILOT(?!期满)"),
    _act(
        "acts", CLAUSE, 1,
        r"(?:开展|启动|(?<!国家)组织|实施(?!中|后|以来)|推行|试行|推开|选择|选取|选定|遴选|确定|批准|同意|授权|决定|扩大|延长|延续|增加|新增|设立|安排|进行|"
        r"推进|搞|做|成为|[省市县区州盟镇][^，。；]{0,8}(?:作为|是|属)|[市县区省校院企业司]承担(?!的)|由[^，。；]{1,40}承担|"
        r"(?:可以?|可自愿|请|面向)[^，。；]{0,24}(?:申请|申报|参加|推荐))[^，。；]{0,60}PILOT",
        r"PILOT(?:区域|内容|地区|城市)(?:暂?定?为|自|从|共|包括|：|是|[\d一二两三])",
        r"\b(?:shall|will|hereby|may|agrees?|approves?|decided?|designates?)\b.{0,80}PILOT|PILOT\b.{0,30}\b(?:shall|will)\b",
        r"\bas (?:an?|the)\b[a-z ]{0,30}PILOT",
    ),
)  # fmt: skip

# What binds the issuer.
COMMITMENTS = (
    _says("acts by its form", TITLE, 1, r"(?:批复|复函|决定|公告|通告)$"),
    _says(
        "decides", SENTENCE, 1,
        r"(?<!自主)决定|同意|批准|授权(?!运营)|(?:确定|选定)(?!的)|经[^，。；]{0,24}研究|经[^，。；]{1,16}(?:评审|评估|评选|申报|推荐|遴选)",
        r"\b(?:agree|approve|decide|designate)",
    ),
    _says(
        "names sites", PARAGRAPH, 1,
        rf"{_NUMBER}多?[个家所座名户宗台处套地镇乡村县市区省](?!方面|坚持|月|统一)",
        rf"{_UNIT}[、和][^，。；、]{{1,12}}?{_UNIT}|[在由于、和]{_NAMED}",
        r"[你贵该本我](?:省|市|县|区|旗|镇|乡|校|院|行|局|港|所|司|辖区|园区|关区|企业)",
        rf"(?:在|由|从|于|以|选|拿出|限于)(?!全|有条件|具备|部分|若干|各|前期|总结|此)[^，。；：]{{1,40}}{_UNIT}",
        r"\b(?:cities|counties|provinces|districts|schools|hospitals|banks|ports|parks)\b",
    ),
    _says(
        "sets a time", PARAGRAPH, 1,
        rf"(?:自|从)[^，。；]{{2,24}}(?:起|开始)|即日起|今年|明年|本(?:年度|学期|季度|月)|年内|[年月日季](?:底|末|初)?前|{_NUMBER}月|20\d\d ?年",
        rf"(?:期|周期|时间)[^，。；]{{0,10}}{_NUMBER}个?[年月天周]",
        r"(?i:\b(?:by|from|starting|beginning|within)\b)|\b(?:two|three|four|five|\d+) years\b",
    ),
    _says("goes with a list", PARAGRAPH, 1, r"名单|附后|附件|报送|上报|申报|推荐|申请|另行(?:制定|公布|通知)"),
    _says(
        "tells the sites", PARAGRAPH, 1,
        r"PILOT[^，。；的]{0,8}?(?:要|应当?|须|可以?|可|均|不得)(?!求|用|复制)", r"请(?:你|各|有关|两|上述)|(?:你|该|上述|两)[省市县区镇]要",
    ),
)  # fmt: skip

# No act of the issuer's, or none that binds. A wish can be outweighed, by sites and a time; what disowns the pilot hardly.
DOUBTS = (
    _says(
        "wishes", CLAUSE, -2,
        r"鼓励|探索|研究|适时|逐步|条件成熟|有条件|具备条件|创造条件|积极(?!性)|力争|引导|择机|视情|可以?(?:选择|根据|结合|通过|先行|组织|在)|部分|若干|稳妥|稳步|推动|"
        r"支持(?!约|\d|[你该贵])|加快|深入|继续|通过",
    ),
    _says("sets a goal", SENTENCE, -2, r"到(?:20\d\d ?年|“十)"),
    _says("defines", SENTENCE, -3, r"是指|所称"),
    _says(
        "someone else's", CLAUSE, -3,
        r"申请[将把列作]|争取|争创|争列|申创|融入|入选|获批|获评|借鉴|总结|经验|用好|优先|表彰|表扬|奖励|名义|国家级|(?:上级|国家)部署|落实国家",
        r"(?:推广|依托|发挥|对接)[^，。；]{0,24}PILOT|PILOT[^，。；]{0,10}(?:推广|作用)",
        r"^(?:[我本全][^，。；]{0,12}|[^，。；]{0,4})(?:承接|参与|参加过|承担)",
    ),
    _says(
        "was", CLAUSE, -3,
        r"已(?!经[^，。；]{1,12}(?:同意|批准|审))|曾|(?<!为)了(?!解)|成效|顺利|取得|此前|(?<![日月底])以前|(?<![草高平中])原(?![则料因油始区])|过去|进展",
        r"20\d\d ?年[^，。；]{0,12}被|^其中|(?:完成|结束|根据|按照|依照|鉴于|随着|为了|^除)[^，。；]{0,24}PILOT|PILOT[^，。；]{0,6}(?:结束|并完成)",
    ),
    _says("looks back", SENTENCE, -3, r"近年来|以来|(?<!时间)截至[^，。；]{0,12}，|目前|去年|过去|发现|经查|同比|累计|[一三四五两]年来"),
    _says("looks over", CLAUSE, -3, r"PILOT[^，。；]{0,10}(?:资金|补助|检查|督查|督导|审计|评价|考核|验收|绩效|培训)"),
    _says(
        "refuses", CLAUSE, -4,
        r"(?:不再|停止|终止|暂停|暂缓|取消|撤销|未经|禁止|不属于|尚[不未])[^，。；]{0,16}PILOT|PILOT[^，。；]{0,12}(?:停止|终止|暂停|暂缓|取消|撤销)",
    ),
    _says("asks or does not grant", PARAGRAPH, -4, r"恳请|妥否|请予(?:审批|支持)|不予|不同意|切勿|条件之一"),
)  # fmt: skip
EVIDENCE = (*ACTS, *COMMITMENTS, *DOUBTS)


@dataclass(frozen=True)
class Weighed:
    """What a clause weighs as a launch, and by which evidence."""

    weight: int
    by: tuple[str, ...]
    acts: bool

    def launches(self, enough: int = ENOUGH) -> bool:
        """Whether there is an act, and so much in all."""
        return self.acts and self.weight >= enough


def weigh(title: str, sentence: str, paragraph: str) -> Weighed:
    """The clause with a pilot that weighs most; pilots are marked PILOT but in the title, and the paragraph holds the sentence.

    >>> weigh("某通知", "以甲区、乙区为PILOT，为期两年", "以甲区、乙区为PILOT，为期两年").by
    ('made a pilot', 'names sites', 'sets a time')
    """
    read = {TITLE: title, SENTENCE: sentence, PARAGRAPH: paragraph}
    shared = {one.name for one in EVIDENCE if one.where in read and one.reads.search(read[one.where])}
    return max((_weighed(clause, shared) for clause in _clauses(sentence)), key=lambda one: (one.acts, one.weight), default=Weighed(0, (), False))


def _weighed(clause: str, shared: set[str]) -> Weighed:
    found = [one for one in EVIDENCE if one.name in shared or one.where == CLAUSE and one.reads.search(clause)]
    act = max((one.weight for one in found if one.act), default=0)
    bound = min(MOST, sum(one.weight for one in found if one.weight > 0 and not one.act))
    doubt = sum(one.weight for one in found if one.weight < 0)
    return Weighed(act + bound + doubt, tuple(one.name for one in found), act > 0)


def _clauses(sentence: str) -> Iterator[str]:
    return (match.group() for match in _CLAUSE.finditer(sentence) if "PILOT" in match.group())


def disowned(sentence: str) -> bool:
    """Whether a sentence reports a pilot, refuses it, or leaves it to somebody else."""
    return any(one.weight <= DISOWNS and one.where in (CLAUSE, SENTENCE) and one.reads.search(sentence) for one in DOUBTS)
