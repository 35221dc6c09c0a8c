"""Bodies that issue documents: what is a body's name, how several names in a row are told apart, and at which level a body stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from .places import Located, data, locate, names, of_english

# A name of a body ends so. Longest first, so that 办公厅 is not cut at 厅.
_ENDINGS = (
    "人民代表大会常务委员会|人民代表大会|人大常委会|人民政府办公厅|人民政府办公室|人民政府|政府办公厅|政府办公室|行政公署|公署|管理委员会|管委会|工作委员会|委员会|"
    "领导小组办公室|领导小组|工作小组|执行小组办公室|办公厅|办公室|秘书局|总局|联席会议|联席会议制度|指挥部|指挥部办公室|联防联控机制|联防联控机制综合组|政治工作部|总工会|团委|共青团中央|妇联|科协|残联|工商联|"
    "证监会|银保监会|银监会|保监会|国资委|发改委|改革委|卫健委|健康委|计生委|科委|经信委|农委|建委|交委|教委|民委|编办|网信办|外办|侨办|港澳办|台办|扶贫办|参事室|研究室|"
    "人民法院|法院|人民检察院|检察院|科学院|工程院|国务院|中央|军委|省委|市委|区委|县委|党委|纪委|监委|政府|银行|进出口银行|公司|集团|协会|学会|联合会|商会|基金会|基金委|理事会|中心|研究院|研究所|大学|学院|医院|"
    "警备区|军区|兵团|总队|支队|大队|海关|署|部|委|厅|局|司|处|办|院|会|组|室|所|站|社"
)
_BODY = re.compile(rf"[\u4e00-\u9fffＡ-Ｚ“”（）·]{{1,50}}?(?:{_ENDINGS})(?:（[\u4e00-\u9fff]{{2,20}}）)?")
_STARTS = re.compile(r"(?:中共|中国|中华|中央|国家|国务院|全国|最高|省|自治区|市|区|县|州|旗|盟)")
_NO_BODY = re.compile(
    r"有关|网站|网$|各省|各市|各县|各区|部门$|单位|负责|根据|按照|通知|意见|办法|规定|方案|印发|报告|为了|以及|施行|实施|执行(?!小组|委员)|联系|来源|编辑|转发|抄送|会议$(?<!联席会议)|大会$(?<!人民代表大会)|"
    r"^(?:附件|第|本|该|各|关于|其他)|[，。；：:;,!！？?《》、\d]|的|了|在"
)
_PERSON = re.compile(
    r"^[\u4e00-\u9fff]{0,24}?(?:代)?(?:省长|市长|县长|区长|州长|盟长|主席|总理|部长|主任|局长|署长|行长|厅长|院长|检察长|委员长|司令员|政治委员|董事长|会长|书记)\s*[:：]?\s*[\u4e00-\u9fff·]{1,3}\s?[\u4e00-\u9fff·]{1,6}$"
)
_SESSION = re.compile(r"第[一二三四五六七八九十百\d]+届|第[一二三四五六七八九十\d]+次会议$|[\d一二三四五六七八九十]+届(?=人大)")  # of a congress
_SPACED = re.compile(r"(?<![^\s（(])(?:[\u4e00-\u9fff] +)+[\u4e00-\u9fff](?![^\s）)])")
# Short forms under which local offices sign, at the end of a name; the centre's own are in national_bodies.csv.
_SHORT_OFFICES = {
    **dict.fromkeys(("发展改革委", "发改委"), "发展和改革委员会"),
    **dict.fromkeys(("经济信息化委", "经济信息化委员会", "经信委"), "经济和信息化委员会"),
    **{f"工信{end}": f"工业和信息化{end}" for end in "厅局"},
    **{f"{short}{end}": f"住房和城乡建设{end}" for short in ("住建", "住房城乡建设") for end in ("厅", "局", "委员会")},
    **dict.fromkeys(("住建委", "住房城乡建设委"), "住房和城乡建设委员会"),
    **{f"{short}{end}": f"人力资源和社会保障{end}" for short in ("人社", "人力社保", "人力资源社会保障") for end in "厅局"},
    **{f"{short}{end}": f"{full}{end}" for short, full in (("科技", "科学技术"), ("文旅", "文化和旅游"), ("环保", "环境保护")) for end in "厅局"},
    **dict.fromkeys(("卫生健康委", "卫健委"), "卫生健康委员会"),
    **dict.fromkeys(("食药监局", "食品药品监管局"), "食品药品监督管理局"),
    "市场监管局": "市场监督管理局",
    "国资委": "国有资产监督管理委员会",
    "安监局": "安全生产监督管理局",
    "管委会": "管理委员会",
    **dict.fromkeys(("卫生计生委", "卫计委"), "卫生和计划生育委员会"),
    **{f"{short}委": f"{full}委员会" for short, full in (("教", "教育"), ("科", "科学技术"), ("交通", "交通"), ("农", "农业"))},
}
_SHORT_OFFICE = re.compile(rf"(?<=.)(?:{'|'.join(sorted(_SHORT_OFFICES, key=len, reverse=True))})$")
_COUNTED = re.compile(r"等(?:[一二三四五六七八九十两\d]+个?)?(?:部门|部委|单位|委办局|局|厅)(?:办公厅|办公室)?$")
_ACTS = re.compile(r"关于|印发|转发|批转|发布|公布|公告|通告|令(?=[（(第\s]|$)|通报|办理|决定$|对(?=[\u4e00-\u9fff第])(?!外)|贯彻(?:落实|执行)?(?=[《〈中国党])|(?<=[厅室府会委局部院])(?= ?《)|同意|公开征求|征求|任免|答复|启动")
_NATIONAL = re.compile(r"^(?:国家|全国|中国|中华|中共中央|中央|国务院|最高人民)")
_TAX_AND_BANK = re.compile(r"^(?:国家税务总局|中国人民银行|中国银行保险监督管理委员会|中国银保监会|中国证券监督管理委员会|中国证监会|国家外汇管理局|国家统计局|国家金融监督管理总局|国家邮政局|中国共产党|中国共产主义青年团|中共|共青团|中华人民共和国|国家)(?=[\u4e00-\u9fff]{2})")


@cache
def national() -> Mapping[str, str]:
    """Full name by every name of a body of the centre."""
    return {name: row["name"] for row in data("national_bodies.csv") for name in (row["name"], *filter(None, row["short"].split(";")))}


@cache
def _english() -> Mapping[str, str]:
    return {name.lower(): row["name"] for row in data("national_bodies.csv") for name in filter(None, row["english"].split(";"))}


@cache
def _offices() -> list[dict[str, str]]:
    return sorted(data("local_offices.csv"), key=lambda row: -len(row["english"]))


def closed_up(line: str) -> str:
    """A line without the blanks that spread a short name over it: 商 务 部."""
    line = line.strip()
    return _SPACED.sub(lambda match: match[0].replace(" ", ""), line) if " " in line else line


def is_body(name: str) -> bool:
    """Whether a name, taken whole, is that of a body.

    >>> is_body("工业和信息化部办公厅"), is_body("各有关部门")
    (True, False)
    """
    if name in national():
        return True
    return 2 < len(name) <= 50 and not _NO_BODY.search(name) and bool(_BODY.fullmatch(name)) and bool(_STARTS.match(name) or locate(name) or len(name) >= 4)


@lru_cache(maxsize=20_000)
def in_row(words: str) -> tuple[str, ...]:
    """The bodies that a few words list, in order; nothing where any of the words is no body's name.

    >>> in_row("财政部 国家发展改革委")
    ('财政部', '国家发展改革委')
    """
    words = closed_up(words.strip().strip("　 "))
    if not words or len(words) > 400:
        return ()
    found: list[str] = []
    for part in re.split(r"[、，,;；/\n]|\s+", words):
        part = _COUNTED.sub("", part.strip().strip("（）()"))
        if not part:
            continue
        names = _run_together(part) if part not in national() else (part,)
        names = names or ((part,) if is_body(part) else ())
        if not names:
            return ()
        found += names
    return tuple(dict.fromkeys(found))


def _run_together(words: str) -> tuple[str, ...]:
    """Bodies written without anything between them, where each is one of the centre's: 国家发展改革委国家能源局; or joined by 和."""
    known = national()
    found, at = [], 0
    while at < len(words):
        step = next((length for length in range(min(20, len(words) - at), 1, -1) if words[at : at + length] in known), 0)
        if not step:
            break
        found.append(words[at : at + step])
        at += step
    if at == len(words) and found:
        return tuple(found)
    left, joined, right = words.partition("和")
    return (left, right) if joined and is_body(left) and is_body(right) and not is_body(words) else ()


def of_title(title: str) -> tuple[tuple[str, ...], bool, str]:
    """The bodies that a title begins with, whether it counts more than it names (等八部门), and the words they were read from.

    >>> of_title("工业和信息化部等八部门关于印发《汽车数据出境安全指引》的通知")[:2]
    (('工业和信息化部',), True)
    """
    act = _ACTS.search(title)
    if not act or act.start() < 2:
        return (), False, ""
    words = re.sub(r"^[（(【\[][^）)】\]]{1,30}[）)】\]][\"”>]*\s*|^[^《关]{4,30}号\s*(?=《)", "", title[: act.start()]).strip(" ：:《〈")
    words = _SESSION.sub("", words)
    counted = bool(_COUNTED.search(words.strip())) or "等" in words
    return in_row(re.sub(r"等(?:[一二三四五六七八九十\d]+)?个?(?:部门|单位|部委)?", " ", words)), counted, words


def is_office(words: str) -> bool:
    """Whether words after a body's name are an office within it: 办公厅, 综合司, 矿产资源保护监督司."""
    return bool(re.fullmatch(r"[\u4e00-\u9fff]{0,16}(?:办公厅|办公室|司|局|处)", words))


def plain_name(name: str) -> str:
    """A body as it is kept: a congress without the number of its term, which is one body through all terms; a ministry without the country's name.

    >>> plain_name("浙江省第十一届人民代表大会常务委员会"), plain_name("中华人民共和国工业和信息化部")
    ('浙江省人民代表大会常务委员会', '工业和信息化部')
    """
    name = _SESSION.sub("", name)
    bare = name.removeprefix("中华人民共和国")
    return bare if is_body(bare) else name


def is_person(line: str) -> bool:
    """Whether a line is an office-holder who signs: 省长　马兴瑞."""
    return bool(_PERSON.match(line.strip()))


def full_name(name: str) -> str:
    """The one name under which a body is compared: full where it is of the centre, 省政府 as 省人民政府."""
    name = _SESSION.sub("", re.sub(r"\s", "", name).removeprefix("中华人民共和国"))
    whole = national().get(name)
    if whole:
        return whole
    for office in ("办公厅", "办公室"):
        body = national().get(name.removesuffix(office)) if name.endswith(office) else None
        if body:
            return body + office
    name = re.sub(r"(?<!人民)政府(?=$|办公)", "人民政府", name)
    name = re.sub(r"人大常委会$", "人民代表大会常务委员会", name)
    return _SHORT_OFFICE.sub(lambda match: _SHORT_OFFICES[match[0]], name)


@lru_cache(maxsize=20_000)
def standing(name: str, province: str = "", prefecture: str = "") -> tuple[str, Located | None, float]:
    """A body's level, its place, and how sure that is; an empty level where its name does not tell.

    >>> standing("国家税务总局北京市税务局")[0], standing("生态环境部")[0], standing("北京市密云区人民政府")[0]
    ('province', 'national', 'county')
    """
    if name in national() or name.removesuffix("办公厅") in national():
        return "national", None, 0.99
    plain = _TAX_AND_BANK.sub("", name)
    place = locate(plain, province, prefecture)
    if place and place.length >= 2:
        return _inside(plain, place), place, 0.97
    if _NATIONAL.match(name) or any(name.startswith(known) for known in national() if len(known) > 2):
        return "national", None, 0.95
    for start, level in (("省", "province"), ("自治区", "province"), ("州", "city"), ("盟", "city"), ("县", "county"), ("旗", "county"), ("区", "county")):
        if plain.startswith(start):
            return level, None, 0.85
    if plain.startswith("市"):
        return "city", None, 0.7
    if re.search(r"(?:镇|乡|苏木)人民政府|街道办事处", plain):
        return "county", None, 0.8
    return ("national", None, 0.6) if name.endswith("部") and len(name) <= 10 else ("", None, 0.0)


def _inside(name: str, place: Located) -> str:
    """The level of a body with a place: a town's or street's government stands with its county."""
    rest = name[place.length :]
    if place.level == "city" and re.match(r"[\u4e00-\u9fff]{1,4}(?:县|区|旗)(?:人民政府|委|政府)", rest) and not rest.startswith(("开发区", "高新区")):
        return "county"
    return place.level


def from_english(words: str) -> tuple[str, ...]:
    """Chinese names of bodies that a table gives in English, those that are not known as they stand; nothing where none is known.

    >>> from_english("China Securities Regulatory Commission")
    ('中国证券监督管理委员会',)
    """
    found, known = [], False
    for part in _apart(words):
        part = re.sub(r"\s+of the People's Republic of China$", "", part.strip())
        part = re.sub(r"^and\s+", "", part)
        name = _english().get(part.lower()) or _english().get(part.lower().removeprefix("the ")) or _office_of(part) or _local_office(part)
        known = known or bool(name)
        found.append(name or part)
    return tuple(dict.fromkeys(found)) if known else ()


def _apart(words: str) -> list[str]:
    """English names in a row: after a comma or semicolon, and after an `and` where a place or a body of the centre begins anew."""
    return [part for part in re.split(rf",\s*(?:and\s+)?(?=[A-Z])|;\s*|\s+and\s+(?={_anew()})", words.strip()) if part]


@cache
def _anew() -> str:
    return rf"(?:{'|'.join(map(re.escape, sorted(names().english, key=len, reverse=True)))}|Ministry|National|State|General Office)\b"


def _office_of(words: str) -> str:
    match = re.match(r"(?:the )?General Office of (?:the )?(.+)$", words, re.IGNORECASE)
    body = _english().get(match[1].lower()) if match else None
    return f"{body}办公厅" if body else ""


def _local_office(words: str) -> str:
    level, province, prefecture = of_english(words)
    if not level:
        return ""
    plain = words.lower().replace("-", " ")
    office = next((row for row in _offices() if all(word in plain for word in row["english"].lower().replace("-", " ").split())), None)
    if not office:
        return ""
    provincial = level == "province"
    name = office["name_province" if provincial else "name_city"]
    if name == "人民政府办公厅" and "General Office" not in words:
        return ""
    return names().local[province if provincial else prefecture] + name
