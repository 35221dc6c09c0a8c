"""Laws that were amended: the days of their first and of their last version, in every form in which their heads tell of it."""

from __future__ import annotations

import pytest

from shidian.corpus.identify.document import identify
from shidian.corpus.reading.raw import Raw

BODY = "一、总体要求\n认真做好各项工作，确保取得实效。\n二、保障措施\n加强组织领导，落实责任。\n"


def row(text: str, title: str = "") -> dict[str, object]:
    """A document as the store has it."""
    return identify(Raw("a", text, title))[0]


AMENDED = {
    "on lines, ratified": ("2017年8月25日 某市人民代表大会常务委员会第三十二次会议通过\n\n2017年9月29日 河南省人民代表大会常务委员会第三十一次会议批准根据2018年8月29日某市人民代表大会常务委员会第四十一次会议通过\n\n2018年11月29日 河南省人民代表大会常务委员会第七次会议批准的《某市人民代表大会常务委员会关于修改部分地方性法规的决定》修正", "2017-08-25", "2018-11-29"),
    "run on, twice": ("2001年2月16日 浙江省第九届人民代表大会第四次会议通过根据2004年1月16日浙江省人民代表大会常务委员会第七次会议《关于修改〈某条例〉的决定》第一次修正根据2013年7月26日浙江省人民代表大会常务委员会第四次会议《关于修改〈某条例〉的决定》第二次修正", "2001-02-16", "2013-07-26"),
    "without a decision": ("2011年6月1日 某市人民代表大会常务委员会第二次会议通过\n2011年7月29日 某省人民代表大会常务委员会批准2021年8月31日某市人民代表大会常务委员会第四次会议第二次修订", "2011-06-01", "2021-08-31"),
    "ratified afterwards": ("2011年5月10日 某县人民代表大会第八次会议通过\n2012年11月30日县第十六届人民代表大会第二次会议修改  2013年5月9日重庆市人民代表大会常务委员会第三次会议批准）", "2011-05-10", "2013-05-09"),
    "promulgated anew": ("1996年12月30日 浙江省人民代表大会常务委员会第三十三次会议通过\n2016年7月29日 浙江省人民代表大会常务委员会第三十一次会议修订\n2016年7月29日 浙江省人民代表大会常务委员会公告第44号公布\n2016年8月1日 施行", "1996-12-30", "2016-07-29"),
    "by order, in brackets": ("（1994年1月28日中华人民共和国国务院令第142号发布　根据2005年12月19日《国务院关于修改〈中华人民共和国某法实施条例〉的决定》第一次修订）", "1994-01-28", "2005-12-19"),
    "in Chinese numerals": ("（一九九四年七月五日第八届全国人民代表大会常务委员会第八次会议通过，根据二〇〇七年八月三十日第十届全国人民代表大会常务委员会第二十九次会议《关于修改〈中华人民共和国某法〉的决定》修正）", "1994-07-05", "2007-08-30"),
    "in force later": ("（2001年1月8日 某省人民政府令第1号公布 根据2011年1月8日《某省人民政府关于废止和修改部分规章的决定》修订 自2011年3月1日起施行）", "2001-01-08", "2011-01-08"),
    "never": ("2015年6月26日 某市人民代表大会常务委员会第二十九次会议通过\n2015年7月30日 浙江省人民代表大会常务委员会第二十一次会议批准", "2015-06-26", "None"),
}


@pytest.mark.parametrize("case", AMENDED)
def test_a_law_has_the_days_of_its_first_and_of_its_last_version(case: str) -> None:
    history, signed, amended = AMENDED[case]
    found = row(f"某条例\n\n{history}\n\n第一条 为了保障，根据2020年1月1日修订的《某法》，制定本条例。\n{BODY}")
    assert (str(found["signed"]), str(found["amended"])) == (signed, amended)
    assert amended == "None" or found["evidence"]["amended"]["quote"]


@pytest.mark.parametrize(
    "text",
    [
        f"某省人民政府令\n第3号\n《某省人民政府关于修改〈某办法〉的决定》已经2020年5月1日省人民政府常务会议通过，现予公布。\n省长 王某\n2020年5月6日\n{BODY}",
        f"某市关于印发某办法的通知\n各区县：\n我局对2015年3月1日印发的《某办法》进行了修订。现印发给你们。\n第一条 略。\n{BODY}",
    ],
)
def test_what_only_speaks_of_amending_was_not_amended(text: str) -> None:
    assert row(text)["amended"] is None


def test_a_later_version_of_no_known_day_makes_the_first_day_unsure() -> None:
    head = "2009年6月3日 浙江省人民代表大会常务委员会第十一次会议通过"
    sure = {title: row(f"{head}\n第一条 略。\n{BODY}", title)["confidence"]["signed"] for title in ("浙江省某条例", "浙江省某条例（2018修正）", "浙江省某条例（2009修订）")}
    assert sure["浙江省某条例（2018修正）"] < 0.5 < min(sure["浙江省某条例"], sure["浙江省某条例（2009修订）"])
