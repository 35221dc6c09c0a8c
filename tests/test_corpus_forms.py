"""Forms of documents from all over the country and of all levels: the texts are invented, the places, bodies, numbers' heads and forms are real."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from shidian.corpus.identify import bodies
from shidian.corpus.identify.document import given_issuers, identify
from shidian.corpus.reading.html import of_page
from shidian.corpus.reading.plain import read_text
from shidian.corpus.reading.raw import Raw

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
BODY = "为贯彻有关精神，现就有关事项通知如下：\n一、总体要求\n认真做好各项工作。\n二、保障措施\n加强组织领导。\n"

# Title, number, addressees, who signs, day; then level, place, issuers.
FORMS = {
    "the title leaves out its city": ("市政府办公厅关于印发南京市停车管理办法的通知", "宁政办发〔2018〕12号", "各区人民政府，市府各委办局：", "南京市人民政府办公厅", "city 320100 南京市人民政府办公厅"),
    "the signature leaves out its city": ("深圳市人民政府办公厅关于印发若干措施的通知", "深府办规〔2020〕3号", "各区人民政府：", "市政府办公厅", "city 440300 深圳市人民政府办公厅"),
    "a county-level city": ("义乌市人民政府办公室关于印发方案的通知", "义政办发〔2021〕36号", "各镇人民政府、街道办事处：", "义乌市人民政府办公室", "county 330700 义乌市人民政府办公室"),
    "an autonomous prefecture by its short name": ("凉山州人民政府办公室关于印发方案的通知", "凉府办发〔2019〕12号", "各县市人民政府，州级各部门：", "凉山彝族自治州人民政府办公室", "city 513400 凉山州人民政府办公室"),
    "a district of a municipality": ("重庆市渝北区人民政府办公室关于印发方案的通知", "渝北府办发〔2020〕25号", "各镇人民政府，各街道办事处：", "重庆市渝北区人民政府办公室", "county 500000 重庆市渝北区人民政府办公室"),
    "a tax office of a city": ("国家税务总局深圳市税务局关于发布《办法》的公告", "国家税务总局深圳市税务局公告2019年第6号", "", "国家税务总局深圳市税务局", "city 440300 国家税务总局深圳市税务局"),
    "two offices in short forms": ("省发展改革委 省财政厅关于做好充电设施建设的通知", "鄂发改能源〔2017〕300号", "各市、州发展改革委、财政局：", "湖北省发展和改革委员会\n湖北省财政厅", "province 420000 湖北省发展和改革委员会、湖北省财政厅"),
    "only the signature tells": ("关于印发《广州市智能网联汽车道路测试管理办法》的通知", "穗工信规字〔2021〕3号", "各区政府、各有关单位：", "广州市工业和信息化局 广州市公安局", "city 440100 广州市工业和信息化局、广州市公安局"),
    "the corps of Xinjiang": ("新疆生产建设兵团办公厅关于印发方案的通知", "新兵办发〔2018〕9号", "各师市，兵团机关各部门：", "新疆生产建设兵团办公厅", "province 650000 新疆生产建设兵团办公厅"),
    "a regional office of the centre": ("国家能源局华中监管局关于印发规则的通知", "华中监能市场〔2020〕52号", "国网湖北省电力有限公司：", "国家能源局华中监管局", "national  国家能源局华中监管局"),
    "forwarded": ("转发国务院办公厅关于加快新能源汽车推广应用指导意见的通知", "甘政办发〔2014〕160号", "各市、自治州人民政府：", "甘肃省人民政府办公厅\n2014年8月29日\n国务院办公厅关于加快新能源汽车推广应用的指导意见\n国办发〔2014〕35号\n国务院办公厅", "province 620000 甘肃省人民政府办公厅"),
    "nobody named, the number tells": ("关于某某同志任职的通知", "云政任〔2020〕50号", "", "", "province 530000 云南省人民政府"),
    "nobody named, an office's number": ("关于某事的通知", "渝府办发〔2020〕50号", "", "", "province 500000 重庆市人民政府办公厅"),
    "nobody named, the centre's number": ("关于某事的通知", "国办发〔2020〕50号", "", "", "national  国务院办公厅"),
    "a repeal names the place of what it repeals": ("关于废止《四川省烟花爆竹安全管理暂行规定》的决定", "", "", "", "province 510000 "),
    "a zone named by its province": ("中国（云南）自由贸易试验区管理办法", "", "", "", "province 530000 "),
    "an exchange is no place": ("关于发布《上海证券交易所规则》的通知", "", "", "中国证监会", "national  中国证监会"),
    "an invisible mark and a note of repeal": ("\u200b（此文件已于2020年11月23日宣布失效）河南省人民政府办公厅关于印发方案的通知", "豫政办〔2014〕1号", "", "", "province 410000 河南省人民政府办公厅"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_level_place_issuers_and_number_of(form: str) -> None:
    title, number, addressed, signed, wanted = FORMS[form]
    foot = f"{signed}\n2018年3月2日" if signed else ""
    found, _ = identify(Raw("a.txt", "\n".join(filter(None, (title, number, addressed, BODY.strip(), foot))), title))
    level, place, names = wanted.split(" ")
    assert (found["level"], found["prefecture"] or found["province"], found["number"]) == (level, place, number)
    assert [bodies.full_name(name) for name in found["issuers"]] == [bodies.full_name(name) for name in names.split("、") if name]


@pytest.mark.parametrize(
    ("short", "full"),
    [("上海市经济信息化委", "上海市经济和信息化委员会"), ("济南市住建局", "济南市住房和城乡建设局"), ("太仓市政府", "太仓市人民政府"), ("北京市科委", "北京市科学技术委员会"), ("青岛市民政局", "青岛市民政局"), ("国家卫健委", "国家卫生健康委员会")],
)
def test_short_names_of_offices_are_compared_in_full(short: str, full: str) -> None:
    assert bodies.full_name(short) == full


JOINT = f"工业和信息化部 财政部关于公布名单的通知\n工信部联科函〔2018〕420号\n各有关单位：\n{BODY}工业和信息化部 财政部\n2018年10月12日"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("工业和信息化部", ["工业和信息化部", "财政部"]),  # one of the two: completed
        ("工信部", ["工业和信息化部", "财政部"]),
        ("财政部、商务部", ["财政部", "商务部"]),  # another body: yours stands
        ("国务院", ["国务院"]),
    ],
)
def test_a_tables_issuer_wins_and_is_completed_where_the_document_names_more(given: str, kept: list[str]) -> None:
    found, differences = identify(Raw("t.csv#1", JOINT, given={"issuers": given}))
    assert found["issuers"] == kept
    assert found["given"]["issuers"] == given
    assert [each.field for each in differences] == ["issuers"]


def test_the_office_that_signs_completes_its_ministry() -> None:
    text = f"国家知识产权局办公室关于某事的通知\n国知办发运字〔2020〕7号\n各单位：\n{BODY}国家知识产权局办公室\n2020年2月27日"
    assert identify(Raw("t.csv#1", text, given={"issuers": "知识产权局"}))[0]["issuers"] == ["国家知识产权局办公室"]


def test_english_names_that_are_unknown_stay_beside_those_that_are_known() -> None:
    assert bodies.from_english("Ministry of Finance, Bureau of Unheard Affairs") == ("财政部", "Bureau of Unheard Affairs")
    assert bodies.from_english("Bureau of Unheard Affairs") == ()


def test_a_joint_order_is_of_all_who_gave_it() -> None:
    text = f"药品进口管理办法\n2003年8月18日 食品药品监管局、海关总署第4号令公布\n第一章 总则\n第一条 为了规范。\n{BODY}"
    found, _ = identify(Raw("a.md", text, "药品进口管理办法"))
    assert (found["number"], found["issuers"], found["kind"]) == ("食品药品监管局海关总署令第4号", ["食品药品监管局", "海关总署"], "regulation")


@pytest.mark.parametrize(
    ("source", "day"),
    [
        ("d/某条例(2020-07-05).md", "2020-07-05"),
        ("d/20200705某通知.docx", "2020-07-05"),
        ("d/某通知_2020年7月5日.txt", "2020-07-05"),
        ("d/t20230614_12064575.html", "None"),  # what a site numbers its pages by
        ("d/某条例(2020-13-05).md", "None"),
        ("d/2020-07-05.csv#7", "None"),  # of the table, not of its rows
    ],
)  # fmt: skip
def test_a_day_in_the_name_of_a_file_is_that_of_publication(source: str, day: str) -> None:
    assert str(identify(Raw(source, f"某条例\n第一条 为了规范。\n{BODY}"))[0]["published"]) == day


KINDS = {
    "关于明确政府工作报告提出的2013年重点工作责任单位的通知": "policy",
    "2016年国务院政府工作报告": "report",
    "云南省人民政府关于2018年度法治政府建设情况的报告": "report",
    "关于印发云南省行政机关政策解读工作办法的通知": "policy",
    "《某办法》政策解读": "interpretation",
    "关于印发就业培训工程实施方案的通知": "policy",
    "关于公布第五批文物保护单位名单的通知": "notice",
    "关于某某同志任职的通知": "notice",
    "关于公开征求《某办法》意见的通知": "notice",
    "智能船舶标准体系建设指南（二次征求意见稿）": "notice",
    "关于组织开展创新任务揭榜工作的通知": "notice",
    "国务院办公厅关于所提问题和建议办理情况的函": "reply",
    "四川省人民政府关于同意调整自然保护区范围的批复": "policy",
    "关于废止《外商投资企业批准证书管理若干规定》的决定": "policy",
    "云南省人民政府2021年森林草原防火命令": "policy",
    "Letter Seeking Opinions on Draft Guidelines for Standards": "notice",
    "Interpretation of the Opinions on Promoting Industry": "interpretation",
    "Opinions on Promoting Industry": "policy",
}  # fmt: skip


@pytest.mark.parametrize("title", KINDS)
def test_the_kind_that_a_title_tells(title: str) -> None:
    assert identify(Raw("a", BODY, title))[0]["kind"] == KINDS[title]


def test_news_of_a_document_is_told_from_the_document_and_a_policy_that_speaks_of_meetings_from_news() -> None:
    title = "四部门联合开展数字乡村强农惠农富农专项行动"
    assert identify(Raw("a", "近日，中央网信办、农业农村部联合印发《通知》，部署开展专项行动。", title))[0]["kind"] == "news"
    assert identify(Raw("a", f"为加快发展，制定如下措施。\n{BODY}定期召开专题会议，研究解决问题。", "若干措施"))[0]["kind"] == "policy"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared lists of titles are not here")
def test_titles_of_three_provinces_tell_their_level_and_issuer() -> None:
    """Every tenth of some 12,000 titles as the provinces' sites list them, with their numbers: no text, so that only title and number can tell."""
    counted: Counter[str] = Counter()
    for name, code in (("Henan", "410000"), ("Sichuan", "510000"), ("Yunnan", "530000")):
        with (SHARED / "titles" / f"titles_{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for each in list(csv.DictReader(file))[::10]:
                found, _ = identify(Raw("x", f"{each['title']}\n{each['doc_number']}\n", each["title"]))
                counted += Counter(all=1, level=found["level"] == "province", place=found["province"] == code, issuers=bool(found["issuers"]) or "关于" not in each["title"])
    assert counted["all"] > 1000
    assert min(counted["level"], counted["place"]) / counted["all"] > 0.99 and counted["issuers"] / counted["all"] > 0.98


PAGE = "返回顶部\n镇巴县人民政府工作规则\n• 索引号:\n\n6107280000/2024-001005\n• 发文机构:\n\n县政府网站\n• 发文字号:\n\n镇政发〔2024〕7号\n• 发文日期:\n\n2024年04月06日 16:40\n• 发布日期:\n\n2024年04月07日\n镇巴县人民政府工作规则\n第一章 总则\n"
PORTAL = "中央政府门户网站 www.gov.cn   2010年08月10日   来源:发展改革委网站\n国家发展改革委关于开展\n低碳省区和低碳城市试点工作的通知\n发改气候〔2010〕1587号\n各省、自治区、直辖市发展改革委:\n"


def test_what_a_page_puts_above_its_document_is_passed_over(tmp_path: Path) -> None:
    """Labels with dots before them and their values two lines below; a number's head that several places share; the site's own line."""
    (tmp_path / "page.txt").write_text(PAGE + BODY, encoding="utf-8")
    (tmp_path / "portal.txt").write_text(PORTAL + BODY, encoding="utf-8")
    county, portal = (identify(read_text(tmp_path / name, name))[0] for name in ("page.txt", "portal.txt"))
    assert (county["number"], county["level"], county["issuers"], str(county["signed"]), str(county["published"])) == ("镇政发〔2024〕7号", "county", [], "2024-04-06", "2024-04-07")
    assert (portal["title"], portal["issuers"], str(portal["published"])) == ("国家发展改革委关于开展低碳省区和低碳城市试点工作的通知", ["国家发展改革委"], "2010-08-10")


ENGLISH = "Notice on Launching the Pilot Programme for Autonomous Vehicles\nDepartment of Transport, 3 March 2021\nThe department has decided to launch a pilot programme in three cities.\n"


def test_an_english_text_has_its_title_day_and_kind() -> None:
    found, _ = identify(Raw("a.txt", ENGLISH))
    assert (found["title"], str(found["published"]), found["kind"]) == (ENGLISH.split("\n")[0], "2021-03-03", "policy")
    report, _ = identify(Raw("a.txt", "Annual report of the city council\nIn 2019 other cities carried out pilots.\nDone on December 24th, 2020"))
    assert (str(report["published"]), report["kind"]) == ("2020-12-24", "report")
    assert identify(Raw("a.txt", "The council met on a day nobody remembers. It was long."))[0]["title"] == ""


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Jinan Department of Industry and Information Technology and Jinan Finance Bureau", ("济南市工业和信息化局", "济南市财政局")),
        ("Shandong Provincial Science and Technology Department, and Shandong Provincial Big Data Bureau", ("山东省科学技术厅", "山东省大数据局")),
        ("Ministry of Housing and Urban-Rural Development and National Energy Administration", ("住房和城乡建设部", "国家能源局")),
        ("科技司", ()),  # whose office it is, the title must say
        ("国务院办公厅", ("国务院办公厅",)),
        ("外汇管理局", ("外汇管理局",)),
    ],
)
def test_issuers_as_tables_write_them(cell: str, names: tuple[str, ...]) -> None:
    assert given_issuers(cell) == names
    assert bodies.full_name("外汇管理局") == "国家外汇管理局"


LAWBOOK_PAGE = (
    "<html><head><title>济南市停车条例 - 北大法宝</title></head><body><div class='fields'><ul><li><strong>制定机关：</strong><a>济南市人大(含常委会)</a></li><li><strong>公布日期：</strong>2020.12.01</li>"
    "<li><strong>施行日期：</strong>2021.01.01</li><li><strong>时效性：</strong>现行有效</li><li><strong>效力位阶：</strong>设区的市地方性法规</li></ul></div><div id='divFullText'><p>济南市停车条例</p>"
    "<p>（2020年9月25日济南市第十七届人民代表大会常务委员会第十五次会议通过 2020年11月27日山东省第十三届人民代表大会常务委员会批准）</p><p>第一条 为了规范停车，制定本条例。</p>"
    "<p>第二条 本市行政区域内停车场适用本条例。本市可以开展共享停车试点，鼓励错时共享，具体办法由市人民政府规定并向社会公布执行。</p></div></body></html>"
)  # fmt: skip


def test_a_saved_page_of_pkulaw_states_its_fields_beside_bold_labels() -> None:
    found, _ = identify(of_page(LAWBOOK_PAGE, "p.html"))
    assert (found["title"], str(found["signed"]), str(found["published"]), found["status"], found["kind"]) == ("济南市停车条例", "2020-09-25", "2020-12-01", "in force", "regulation")
    assert (found["level"], found["prefecture"], found["issuers"]) == ("city", "370100", ["济南市人民代表大会常务委员会"])
