"""What documents say: terms and what only looks like them, who launches a pilot and who mentions one, zones, and tone."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made_launches
from corpus_stores import document, store_of
from shidian.corpus.identify.document import identify
from shidian.corpus.launching import EVIDENCE, disowned, weigh
from shidian.corpus.matching import Matching
from shidian.corpus.reading.raw import Raw
from shidian.corpus.record import SCHEMA
from shidian.corpus.roles import CONFIDENCE, ROLES
from shidian.corpus.says import HITS, joined, schema_of, store_says, what_it_says
from shidian.corpus.terms import TermSet, load_terms, read_terms
from shidian.corpus.tone import TONES, tone_toward
from shidian.foundations.errors import InputError

SETS = load_terms()
CHINESE = st.text(alphabet="试点验考监测区示范开展不得支持新能源汽车，。；\n的了 pilotA", max_size=120)


def said(title: str = "", text: str = "", kind: str = "policy") -> dict:
    """The row of one document."""
    table = pa.Table.from_pylist([document(title, text, kind=kind)], SCHEMA)
    return what_it_says(table, SETS).documents.to_pylist()[0]


# --- terms --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name", "count"),
    [
        ("在三个城市开展试点", "pilot", 1),
        ("考试点设在第一中学", "pilot", 0),
        ("开展生态监测试点和汽车平行进口试点", "pilot", 2),
        ("全面试点、农机试点、恢复试点、人口试点", "pilot", 4),
        ("Pilot cities, the autopilot and a pilot plant", "pilot", 1),
        ("研究与试验发展经费、试验田", "zone", 0),
        ("设立国家级新区和自由贸易试验区", "zone", 1),
        ("核心区、缓冲区和实验区", "zone", 0),
        ("示范企业、示范文本", "demonstration", 0),
        ("示范应用", "demonstration", 1),
        ("本办法试行一年", "trial", 1),
        ("鼓励先行先试行动", "trial", 0),
        ("纯电动汽车和插电式混合动力汽车", "new-energy-vehicles", 2),
        ("落实《中国制造2025》和Made in China 2025", "made-in-china-2025", 2),
    ],
)
def test_terms_count_where_they_mean_it(words: str, name: str, count: int) -> None:
    assert len(SETS[name].hits(words)) == count


@given(CHINESE, CHINESE)
@settings(deadline=None, max_examples=80)
def test_hits_are_what_they_say_and_do_not_overlap(left: str, right: str) -> None:
    text = left + right
    for one in SETS.values():
        hits = one.hits(text)
        assert all(text[hit.start : hit.end] == hit.word and hit.word.lower() in {word.lower() for word in one.words} for hit in hits)
        assert all(before.end <= after.start for before, after in zip(hits, hits[1:], strict=False))


@given(CHINESE, CHINESE)
@settings(deadline=None, max_examples=50)
def test_a_full_stop_between_texts_adds_no_hit_and_loses_none(left: str, right: str) -> None:
    pilots = SETS["pilot"]
    assert len(pilots.hits(f"{left}。{right}")) == len(pilots.hits(left)) + len(pilots.hits(right))


def test_a_letter_that_grows_when_made_small_moves_no_hit() -> None:
    hits = SETS["pilot"].hits("İstanbul pilot, 试点")
    assert [hit.word for hit in hits] == ["pilot", "试点"]


PARKING = "name: parking\nkind: theme\ntitle: Parking\nwords: [停车, parking]\nexcept: [停车场所有权]\n"


def test_a_set_of_ones_own_is_read_and_replaces_ours_by_name(tmp_path: Path) -> None:
    (tmp_path / "parking.yaml").write_text(PARKING, encoding="utf-8")
    (tmp_path / "pilot.yaml").write_text("name: pilot\nkind: experiment\ntitle: Tests\nwords: [检验]\n", encoding="utf-8")
    sets = load_terms([tmp_path])
    assert len(sets["parking"].hits("停车位。停车场所有权。Parking")) == 2
    assert sets["pilot"].words == ("检验",) and "zone" in sets


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind: theme\nwords: [a]\n", "needs 'name'"),
        ("name: Parking place\nkind: theme\nwords: [a]\n", "small letters"),
        ("name: parking\nkind: topic\nwords: [a]\n", "not 'topic'"),
        ("name: parking\nkind: theme\nwords: []\n", "no words"),
        ("name: parking\nkind: theme\nwords: 停车\n", "list of words"),
        ("name: parking\nkind: theme\nword: [停车]\n", "no 'word'"),
        ("name: parking\nkind: theme\nwords: [[停车]]\n", "no word"),
    ],
)
def test_a_bad_set_of_terms_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as refused:
        read_terms(path)
    assert str(path) in str(refused.value)


def test_an_empty_folder_of_terms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no set of terms"):
        load_terms([tmp_path])


# --- roles --------------------------------------------------------------------------------------------------------------

BODY = "各市人民政府：\n为做好相关工作，现将有关事项通知如下。\n一、总体要求\n坚持稳中求进。\n"
BODY += "二、重点任务\n加强管理，完善制度。\n三、保障措施\n落实责任。"
LONG = "\n".join(f"（{number}）加强第{number}项工作。各部门按照职责分工负责，完善制度，定期检查。" for number in range(1, 90))

LAUNCHES = [
    ("关于开展政府绩效管理试点工作的意见", BODY),
    ("关于印发国家组织药品集中采购和使用试点方案的通知", BODY),
    ("关于同意设立三个改革试点的批复", BODY),
    ("关于公布第二批智能制造试点示范项目名单的通知", BODY),
    ("国务院关于在某先行区暂时调整实施有关行政法规规定的决定", "为支持某省试点发展医疗旅游，国务院决定在先行区暂时调整实施有关规定。"),
    ("某省工业大数据发展实施方案", BODY + "\n（四）开展应用试点。组织数据融合应用试点，推广应用路径。"),
    ("关于停车管理的通知", "各市人民政府：\n经研究，决定在甲市、乙市开展错时停车试点，期限两年。"),
    ("关于调整增值税的通知", "各市：\n自2016年5月1日起，在全国范围内推开营业税改征增值税试点。"),
    ("关于开展儿童友好工作的通知", "各区：\n以甲区、乙区为试点，试点期为2021年1月至12月。"),
    ("关于加强分级诊疗工作的通知", "各医院：\n将市第一医院等8家医院作为试点单位，先行推进。"),
    ("某省医疗保障局公告", "为深化改革，我局制定了《某省按病种付费试点方案》，现予发布。"),
    ("关于开展招标投标制度改革试点的通知", BODY),
    ("关于印发某项科技奖励办法的通知", "各单位：\n决定在甲市、乙市开展职务成果赋权试点。"),
    ("关于政府采购电子履约保函的通知", "各单位：\n自2021年4月1日起，市本级项目试点使用电子保函。"),
    ("某市金融改革试点工作领导小组关于印发某实施方案的通知", BODY),
    ("Notice on Launching the Second Batch of Parking Pilots", "The ministry decided to start parking pilots in ten cities."),
]
REGULATES = [
    ("某省城乡建设用地增减挂钩试点管理办法", BODY),
    ("关于成立公立医院薪酬制度改革试点工作领导小组的通知", BODY),
    ("关于成立某市数字货币试点工作协调推进小组的通知", BODY),
    ("关于成立某省跨境区域化管理试点工作协调推进领导小组的通知", BODY),
    ("国务院办公厅关于同意建立服务业扩大开放试点工作部际联席会议制度的函", BODY),
    ("关于服务业扩大开放的函", "各部门：\n国务院同意建立服务业扩大开放试点工作部际联席会议制度。"),
    ("关于开展国家电子商务试点专项检查的函", BODY),
    ("关于公布养老服务改革试点评估结果的通知", BODY),
    (
        "关于做好产业集群品牌建设总结工作的通知",
        (
            "为总结品牌建设试点经验，面向试点单位总结。试点单位编制报告。试点工作评价由专家进行。试点单位申请评价。试点目标已实现的试点单位可以申请。评审通过的试点单位名单公布。试点任务完成。"
        ),
    ),
]
MENTIONS = [
    ("某市数字经济发展规划", BODY + "\n积极争取国家服务贸易试点。"),
    ("某市智能制造意见", BODY + "\n（四）实施国家级智能制造试点示范行动。"),
    ("某市智慧城市建设意见", BODY + "\n完善平台，推动标准应用试点，形成经验。"),
    ("关于进一步推广自由贸易试验区可复制改革试点经验的通知", BODY),
    ("《关于开展停车试点的通知》政策解读", "近日，市政府印发通知，决定在三区开展停车试点。"),
    ("关于废止《某省土地整治试点办法》的决定", "决定废止《某省土地整治试点办法》。"),
    ("某市优化营商环境条例", BODY + "\n开展改革试点的，按照国家规定执行。"),
    ("某省国民经济和社会发展规划", BODY + LONG + "\n（九十）开展养老试点。各地负责。"),
    ("对市人大代表第12号建议的答复", "您提出的开展停车试点的建议收悉。我局决定在三区开展停车试点，现答复如下。"),
    ("某年工作要点", BODY + "\n（四）推进服务业综合改革试点。落实任务分工。"),
    ("某市入选国家智慧城市试点", "近日，某市入选国家智慧城市试点，全市上下倍受鼓舞。"),
    ("某区数字乡村试点建设项目公开招标公告", "受某局委托，对数字乡村试点建设项目进行公开招标，欢迎参加。"),
    ("关于某试点示范项目环境影响报告书的批复", "某公司：\n经研究，批复如下：一、同意该项目建设。"),
    ("某市人民政府关于社会科学优秀成果奖励的决定", "各区县：\n决定对“某某改革试点研究”等30项成果予以奖励。"),
    ("关于通报2020年工作的函", "各区县：\n决定对“某某改革试点”等30项成果予以奖励。"),
    ("关于修改《某市城市管理条例》的决定", "会议决定对《某市城市管理条例》作如下修改：一、第十条修改为：“市人民政府开展垃圾分类试点，在甲区、乙区进行。”"),
    ("关于车辆税收政策的公告", "按照《营业税改征增值税试点有关事项的规定》执行。"),
]
ZONES = [
    ("某市教育规划", "建设智慧教育示范区内的学校，支持示范区建设乡村道路。"),
    ("某自主创新示范区建设情况", "示范区建设推进。"),
    ("某市大数据规划", BODY + "\n创建大数据综合试验区。"),
    ("某新区条例", "新区应当先行先试。"),
]
NONE = [
    ("2022年公开招聘笔试公告", "考试点设在第一中学，请考生提前到达考试点。"),
    ("关于表扬先进个人的通报", "李某，叶集改革发展试验区孙岗乡人民政府。"),
    ("研究与试验发展经费统计公报", "研究与试验发展经费增长。"),
    ("某市示范企业认定办法", "认定示范企业和示范社区。"),
]
CASES = [(role, *one) for role, many in zip(ROLES, (LAUNCHES, REGULATES, MENTIONS, ZONES, NONE), strict=True) for one in many]


@pytest.mark.parametrize(("role", "title", "text"), CASES)
def test_who_acts_and_who_only_speaks(role: str, title: str, text: str) -> None:
    row = said(title, text)
    assert row["role"] == role, row
    assert row["confidence"] == pytest.approx(CONFIDENCE[row["rule"]], abs=1e-6)
    assert row["broad"] == (role != "none")


@pytest.mark.parametrize(
    ("lot", "counts"),
    [("FIRST", (20, 0)), ("SECOND", (19, 0)), ("THIRD", (20, 0)), ("FOURTH", (20, 0)), ("FIFTH", (19, 0)), ("SIXTH", (19, 0)), ("SEVENTH", (16, 1))],
)
def test_launches_in_made_texts_are_read_as_often_as_before(lot: str, counts: tuple[int, int]) -> None:
    """Of 20 texts that launch and 20 that do not, those that are read as launches."""
    found = []
    for side in ("LAUNCHES", "OTHERS"):
        rows = [identify(Raw("made", f"{title}\n{text}", title))[0] for title, text in getattr(made_launches, f"{lot}_{side}")]
        found.append(sum(said(row["title"], row["text"], row["kind"])["role"] == "launches" for row in rows))
    assert tuple(found) == counts


@pytest.mark.parametrize(
    ("sentence", "weight", "by"),
    [
        ("将甲区列为PILOT，为期两年", 3, ("made a pilot", "sets a time")),
        ("在甲区、乙区开展PILOT工作", 2, ("acts", "names sites")),
        ("鼓励在甲区、乙区开展PILOT工作", 0, ("acts", "names sites", "wishes")),
        ("在甲区、乙区开展了PILOT工作", -1, ("acts", "names sites", "was")),
        ("停止在甲区、乙区开展PILOT工作", -2, ("acts", "names sites", "refuses")),
    ],
)
def test_a_sentence_weighs_its_act_what_binds_and_what_speaks_against_it(sentence: str, weight: int, by: tuple[str, ...]) -> None:
    weighed = weigh("", sentence, sentence)
    assert (weighed.weight, weighed.by) == (weight, by)
    assert weighed.launches() == (weight >= 3) and disowned(sentence) == (weight < 0)


def test_commitments_alone_launch_nothing_and_more_than_three_weigh_no_more() -> None:
    assert not weigh("某某决定", "海绵城市PILOT片区，今年", "经研究，甲区、乙区名单附后。海绵城市PILOT片区，今年").acts
    few, many = "决定在甲区、乙区推行PILOT工作", "决定在甲区、乙区推行PILOT工作，今年执行，名单附后"
    assert [weigh("", each, each).weight for each in (few, many)] == [1 + 2, 1 + 3]


def test_evidence_is_named_once() -> None:
    assert len({one.name for one in EVIDENCE}) == len(EVIDENCE)


@pytest.mark.parametrize("kind", ["news", "interpretation", "report"])
def test_news_and_interpretations_launch_nothing(kind: str) -> None:
    assert said(*LAUNCHES[0], kind=kind)["role"] == "mentions"


@given(st.sampled_from(CASES), st.sampled_from(["", "policy", "notice", "regulation", "news"]))
@settings(deadline=None, max_examples=60)
def test_the_sentence_that_decided_stands_where_it_says(case: tuple[str, str, str], kind: str) -> None:
    _, title, text = case
    row = said(title, text, kind)
    source = {"title": title, "text": text, "": ""}[row["where"]]
    assert row["sentence"] in source[max(row["start"], 0) : max(row["end"], 0)]


@given(CHINESE, CHINESE)
@settings(deadline=None, max_examples=60)
def test_any_text_gets_a_role_that_fits_its_words(title: str, text: str) -> None:
    row = said(title, text)
    assert row["role"] in ROLES
    assert (row["role"] in ROLES[:3]) == bool(row["text_pilot"] or row["title_pilot"])


def test_a_zone_is_designated_by_those_who_may() -> None:
    assert said("国务院关于同意设立某综合试验区的批复", "同意设立某综合试验区。")["designates"]
    assert not said("某市规划", BODY + "\n学习自由贸易试验区经验。")["designates"]
    assert not said("国务院同意设立某综合试验区", "同意设立某综合试验区。", kind="news")["designates"]


# --- tone ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("大力支持新能源汽车发展，给予购置补贴。", "supportive"),
        ("不得限制新能源汽车通行。", "supportive"),
        ("低速电动车应当登记，生产企业须符合准入条件和安全标准。", "regulatory"),
        ("严禁生产销售低速电动车，对违规企业予以查处。", "suppressive"),
        ("本市有新能源汽车若干辆。", "neutral"),
    ],
)
def test_tone_is_what_is_done_to_the_theme(text: str, tone: str) -> None:
    found = tone_toward(text, SETS["new-energy-vehicles"].hits(text))
    assert found is not None and found.tone == tone and found.tone in TONES
    assert found.quote in text


def test_without_the_theme_there_is_no_tone() -> None:
    assert tone_toward("大力支持发展。", []) is None


# --- tables -------------------------------------------------------------------------------------------------------------


def test_tables_have_their_columns_and_hits_their_context() -> None:
    rows = [document("关于开展试点的通知", "决定开展停车试点。"), document("无", "无")]
    made = what_it_says(pa.Table.from_pylist(rows, SCHEMA), SETS)
    assert made.documents.schema == schema_of(SETS) and made.hits.schema == HITS
    assert made.documents["id"].to_pylist() == [row["id"] for row in rows]
    hits = made.hits.to_pylist()
    assert {hit["where"] for hit in hits} == {"title", "text"} and all(hit["word"] in hit["context"] for hit in hits)
    assert what_it_says(pa.Table.from_pylist(rows, SCHEMA), SETS, with_hits=False).hits.num_rows == 0


def test_sets_are_counted_apart() -> None:
    row = said("关于建设示范区的通知", "开展试点。建设示范区。示范应用。试行一年。")
    assert (row["text_pilot"], row["text_zone"], row["text_demonstration"], row["text_trial"], row["title_zone"]) == (1, 1, 2, 1, 1)


def test_only_a_theme_has_a_tone() -> None:
    alone = {"cars": TermSet("cars", "theme", "Cars", ("汽车",))} | {name: SETS[name] for name in ("pilot", "zone")}
    names = schema_of(alone).names
    assert "tone_cars" in names and "tone_pilot" not in names



MATCHING = Matching(SETS)


@given(st.lists(st.sampled_from(["先行先试点", "考试点", "测试点", "进口试点", "示范区", "先行示范区", "试行", "新能源汽车", "MIC 2025", "pilot", "copilot", "Pilot zone", "中国制造2025", "试", "点", "，", "x", " "]), max_size=12).map("".join))
def test_looking_for_all_sets_at_once_finds_what_each_finds_alone(text: str) -> None:
    assert MATCHING.hits(text) == {name: one.hits(text) for name, one in SETS.items()}


@given(st.lists(st.text(alphabet="试点行先", min_size=1, max_size=4), min_size=1, max_size=6), st.text(alphabet="试点行先，", max_size=30))
def test_no_word_hides_behind_one_that_it_overlaps(words: list[str], text: str) -> None:
    sets = {f"s{number}": TermSet(f"s{number}", "theme", "", (word,)) for number, word in enumerate(words)}
    assert Matching(sets).hits(text) == {name: one.hits(text) for name, one in sets.items()}


def test_workers_do_not_change_what_a_store_says(tmp_path: Path) -> None:
    store = store_of([document("关于开展停车试点的通知", f"决定在三市开展停车试点。{number}") for number in range(6)], tmp_path / "store", parts=3)
    alone, shared = (joined(store_says(store, SETS, workers=workers), SETS) for workers in (1, 2))
    assert len(store.parts) == 3 and alone.documents.equals(shared.documents) and alone.hits.equals(shared.hits)
    assert alone.documents["role"].to_pylist() == ["launches"] * 6
