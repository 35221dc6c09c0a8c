"""Sales by class and month, 2018 to 2021: sums over the nameplates of a public data set, never its rows.

Plug-ins: microcars are the nameplates that the counts of A00 cars name; the other classes go by list price (250,000 RMB and
more is premium) and by the lists below, which also mend the data set's plug-in flag. A nameplate sold in several forms
belongs to no class: it widens the high of each class that it may belong to. Combustion cars go by the lowest list price
(80,000, 150,000 and 250,000 RMB); those without a price are spread in proportion, and the low leaves them out.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from case_csv import number, read

MICRO = set(
    """
    宏光MINIEV 欧拉黑猫 欧拉白猫 北汽新能源EC 北汽EC100 宝骏E100 宝骏E200 宝骏E300 五菱NanoEV 小蚂蚁 奇瑞eQ QQ冰淇淋
    零跑T03 江铃E200L 江铃E100B 易至EV3 花仙子 江淮iEV6E 众泰E200 云100 雷丁芒果 凌宝BOX 知豆D2 比亚迪e1 奔奔EV 悦虎 LITE
    海马爱尚EV 小虎FEV 国机智骏GC1
    """.split()
) | {"宝骏KiWi EV"}
# Sold with an engine until the electric car took the name over.
MICRO_FROM = {"奔奔": "2020-12"}
SMALL = set(
    """
    江淮iEV 江淮iEV6S 元新能源 比亚迪e2 比亚迪S2 海豚 北汽新能源EX 北京EX3 欧拉好猫 欧拉iQ 名爵EZS纯电动 云度π1
    云度π3 瑞虎3xe 瑞虎e 哪吒N01 哪吒V 长安CS15EV 启辰E30 风光E1 枫叶30X 电咖·EV10 英致EX1 广汽本田VE-1 东风本田X-NV
    东风本田M-NV 思皓E20X 标致e2008 起亚KX3新能源 领途汽车
    """.split()
) | {"雷诺 e诺", "奥迪Q2L e-tron", "SITECH DEV 1"}
HYBRID = set(
    """
    帕萨特新能源 途观L新能源 宝马5系新能源 卡罗拉双擎E+ 雷凌双擎E+ 理想ONE 荣威i6新能源 传祺GS4新能源
    迈腾GTE插电混动 探岳GTE 探岳GTE插电混动 皓影新能源 领克01新能源 领克02新能源 领克03新能源 领克06新能源
    奥迪A6L新能源 嘉际新能源 名爵6新能源 荣威e950 荣威e550 起亚K5新能源 缤越新能源 索纳塔插电混动 蒙迪欧新能源
    领动插电混动 沃尔沃XC60新能源 沃尔沃S90新能源 沃尔沃S60新能源 星越新能源 玛奇朵DHT 博瑞新能源 标致508L新能源
    标致4008新能源 发现运动版新能源 帝豪GL新能源 帝豪PHEV 世锐PHEV 赛力斯SF5 MG领航新能源
    """.split()
) | {"长安CS75 PHEV", "北京X7 PHEV", "传祺GA3S PHEV", "VELITE 5", "WEY VV7新能源", "天逸 C5 AIRCROSS新能源"}
# Flagged as petrol, sold with a plug.
ELECTRIC = {"AION S", "几何A", "几何C", "ZEEKR 001", "伊兰特EV", "Mustang Mach-E"}
MIXED = {
    "路盛S1 EV160B": ("bev_a00", "bev_a0"), "科莱威CLEVER": ("bev_a00", "bev_a0"), "芝麻": ("bev_a00", "bev_a0"), "力帆330EV": ("bev_a00", "bev_a0"),
    "尼欧Ⅱ": ("bev_a00", "bev_a0"), "全球鹰K12": ("bev_a00", "bev_a0"), "全球鹰K17": ("bev_a00", "bev_a0"),
    "汉": ("bev_mid", "bev_premium", "phev_mid"), "唐新能源": ("bev_mid", "phev_mid"), "唐": ("ice_mid", "phev_mid"), "宋新能源": ("bev_mid", "phev_mid"),
    "宋Pro新能源": ("bev_mid", "phev_mid"), "宋MAX新能源": ("bev_mid", "phev_mid"), "秦新能源": ("bev_mid", "phev_mid"), "秦Pro新能源": ("bev_mid", "phev_mid"),
    "秦Pro": ("ice_compact", "bev_mid", "phev_mid"), "秦": ("ice_mini", "ice_compact", "phev_mid"), "宋PLUS": ("ice_compact", "phev_mid"),
    "宋": ("ice_mini", "ice_compact", "bev_mid", "phev_mid"), "荣威Ei5": ("ice_compact", "bev_mid"), "起亚K3新能源": ("bev_mid", "phev_mid"),
    "腾势X": ("bev_premium", "phev_premium"), "岚图FREE": ("bev_premium", "phev_premium"), "沃尔沃XC40新能源": ("bev_premium", "phev_premium"),
}  # fmt: skip
ICE_BANDS = ((80, "ice_mini"), (150, "ice_compact"), (250, "ice_mid"), (float("inf"), "ice_premium"))
CLASSES = (*(name for _, name in ICE_BANDS), "bev_a00", "bev_a0", "bev_mid", "bev_premium", "phev_mid", "phev_premium")
# Electric minicars of a year by another count over what the named models add up to.
MICRO_SCALE = {"2018": 420000 / 249739, "2019": 250000 / 167545}
NOTES = {
    "ice": "lowest list price; cars without a price, mostly cheap older ones, spread in proportion (low: left out)",
    "bev_a00": "named models; undercount in 2018 and 2019 (high: scaled to the yearly count)",
    "bev": "list price and name list; lower bound: high adds names sold in several forms; some names missing before 2021",
    "phev": "list price and name list; lower bound: high adds names sold in several forms",
}


def rows(national: Path) -> list[list[object]]:
    """Rows of observed.csv: indicator sales_<class> by month."""
    clean, mixed, unpriced = _sums(read(national / "model_months_2018_2021.csv"))
    table = []
    for month in sorted(clean):
        for name in CLASSES:
            value, low, high = _range(month, name, clean[month], mixed[month], unpriced[month])
            use = "F" if month < "2020" else "H"
            note = NOTES.get(name) or NOTES[name.split("_")[0]]
            table.append([f"sales_{name}", "100000", month, round(value), round(low), round(high), "vehicles", use, "derived", "car-months", note])
    return table


def _sums(models: list[dict[str, str]]) -> tuple[dict, dict, dict]:
    """By month: units of each class, units that may belong to each class, petrol units without a price."""
    clean: dict = defaultdict(lambda: defaultdict(float))
    mixed: dict = defaultdict(lambda: defaultdict(float))
    unpriced: dict = defaultdict(float)
    for row in models:
        month, units = row["month"], number(row["units"]) or 0.0
        classes = classes_of(row)
        if not classes:
            unpriced[month] += units
        elif len(classes) == 1:
            clean[month][classes[0]] += units
        else:
            for name in classes:
                mixed[month][name] += units
    return clean, mixed, unpriced


def classes_of(row: dict[str, str]) -> tuple[str, ...]:
    """The class of a nameplate in a month; several where it may be any of them; none for petrol cars without a price."""
    model, price = row["model"], number(row["price_low_1000_rmb"]) or 0.0
    if model in MIXED:
        return MIXED[model]
    if model in MICRO or row["month"] >= MICRO_FROM.get(model, "9"):
        return ("bev_a00",)
    if model in SMALL:
        return ("bev_a0",)
    if model in HYBRID:
        return ("phev_premium" if price >= 250 else "phev_mid",)
    if model in ELECTRIC or row["powertrain_as_given"] == "EV":
        return ("bev_premium" if price >= 250 else "bev_mid",)
    return (next(name for edge, name in ICE_BANDS if price < edge),) if price else ()


def _range(month: str, name: str, clean: dict, mixed: dict, unpriced: float) -> tuple[float, float, float]:
    """Best, low and high units of a class in a month."""
    sure = clean[name]
    if name.startswith("ice"):
        share = sure / sum(units for other, units in clean.items() if other.startswith("ice"))
        value = sure + share * unpriced
        return value, 0.98 * sure, 1.02 * value + mixed[name]
    high = 1.02 * sure + mixed[name]
    if name == "bev_a00":
        high = max(high, MICRO_SCALE.get(month[:4], 1.0) * sure)
    return sure, 0.95 * sure, high
