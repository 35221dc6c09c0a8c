"""makers.csv and supply.csv: who makes cars, where their home is, and who makes each class."""

from __future__ import annotations

from pathlib import Path

from case_csv import folders, number, read, write

MAKER_COLUMNS = "maker label home capability status source note".split()
SUPPLY_COLUMNS = "class maker year share spread status source note".split()
SPREAD = 0.3  # relative half width of what is assumed
# maker | label | home | capability | status | source | note
MAKERS = """
sgmw|SAIC-GM-Wuling|450200|minivan|sourced|gomes2025|Liuzhou
byd|BYD|440300|battery|unconfirmed|makers-press|Shenzhen; plants also in Xi'an, Changsha and elsewhere
saic|SAIC with its joint ventures|310000|car|unconfirmed|makers-press|Shanghai
baic|BAIC with its joint ventures|110000|car|unconfirmed|makers-press|Beijing
chery|Chery|340200|car|unconfirmed|makers-press|Wuhu
geely|Geely|330100|car|unconfirmed|makers-press|Hangzhou; plants also in Taizhou and Ningbo
gac|GAC with its joint ventures|440100|car|unconfirmed|makers-press|Guangzhou
changan|Changan|500000|minivan|unconfirmed|makers-press|Chongqing
jac|JAC and Sehol|340100|car|unconfirmed|makers-press|Hefei
gwm|Great Wall and Ora|130600|car|unconfirmed|makers-press|Baoding
dongfeng|Dongfeng with its joint ventures|420100|car|unconfirmed|makers-press|Wuhan
faw|FAW with its joint ventures|220100|car|unconfirmed|makers-press|Changchun
tesla|Tesla|310000|battery|unconfirmed|makers-press|Shanghai; imported before 2020
nio|NIO|340100|battery|unconfirmed|makers-press|Hefei: made there, head office in Shanghai
xpeng|Xpeng|440100|battery|unconfirmed|makers-press|Guangzhou; plant also in Zhaoqing
li-auto|Li Auto|320400|battery|unconfirmed|makers-press|Changzhou: made there, head office in Beijing
leapmotor|Leapmotor|330700|battery|unconfirmed|makers-press|Jinhua: made there, head office in Hangzhou
seres|Seres|500000|minivan|unconfirmed|makers-press|Chongqing
hozon|Hozon (Neta)|330400|battery|unconfirmed|makers-press|Jiaxing (Tongxiang)
zotye|Zotye|330700|car|unconfirmed|makers-press|Jinhua (Yongkang)
zhidou|Zhidou|330200|mixed|unconfirmed|makers-press|Ningbo (Ninghai)
kandi|Kandi|330700|mixed|unconfirmed|makers-press|Jinhua
jmc|JMC|360100|car|unconfirmed|makers-press|Nanchang
shifeng|Shifeng|371500|tractor|unconfirmed|gomes2025|Liaocheng (Gaotang); farm vehicles
byvin|Byvin|370700|e-bike|unconfirmed|gomes2025|Weifang; electric bicycles
levdeo|Levdeo (Letin)|370700|e-bike|unconfirmed|lsev-press|Weifang
baoya|Baoya|370100|mixed|unconfirmed|gomes2025|Jinan; later part of FAW Jilin
lichi|Lichi (Fulu)|371400|e-bike|unconfirmed|makers-press|Dezhou
tangjun|Tangjun and other Shandong makers|370300|tractor|unconfirmed|lsev-press|Zibo; stand-in for the other low-speed makers of Shandong
yujie|Yujie|130500|mixed|unconfirmed|makers-press|Xingtai (Qinghe)
others-combustion|Other makers of combustion cars|210100|car|assumed|makers-press|Shenyang; stand-in: many makers in many places
others-plug-in|Other makers of plug-in cars|320100|mixed|assumed|makers-press|Nanjing; stand-in: many makers in many places
others-low-speed|Other makers of low-speed cars|320300|e-bike|assumed|makers-press|Xuzhou; stand-in: many makers in many places
"""
# class | year | maker share ...   Ours, from who led the class in press rankings; the rest of one goes to the `others` named last.
ASSUMED = """
ice-mini|2010|sgmw .16 changan .12 chery .10 byd .10 geely .10 gwm .08 others-combustion
ice-mini|2015|sgmw .26 changan .15 gwm .08 geely .08 chery .06 jac .06 others-combustion
ice-mini|2020|sgmw .28 changan .14 geely .12 gwm .10 chery .08 saic .04 others-combustion
ice-mini|2025|geely .18 chery .14 changan .14 sgmw .12 saic .06 gwm .04 others-combustion
ice-compact|2010|saic .24 faw .13 dongfeng .15 baic .10 gac .04 geely .04 others-combustion
ice-compact|2015|saic .24 faw .11 dongfeng .14 baic .10 gwm .07 changan .08 gac .05 others-combustion
ice-compact|2020|saic .20 faw .14 dongfeng .14 geely .10 changan .10 gwm .08 gac .08 others-combustion
ice-compact|2025|saic .16 faw .14 dongfeng .09 geely .12 changan .12 chery .14 gac .06 others-combustion
ice-mid|2010|saic .25 faw .20 gac .18 dongfeng .15 baic .05 others-combustion
ice-mid|2015|saic .25 faw .18 gac .14 dongfeng .16 baic .08 others-combustion
ice-mid|2020|saic .22 faw .20 gac .20 dongfeng .15 baic .04 others-combustion
ice-mid|2025|saic .18 faw .24 gac .20 dongfeng .12 gwm .05 others-combustion
ice-premium|2010|faw .30 baic .06 saic .08 gac .06 others-combustion
ice-premium|2015|faw .27 baic .13 saic .08 gac .06 others-combustion
ice-premium|2020|faw .24 baic .20 saic .07 gac .08 others-combustion
ice-premium|2025|faw .27 baic .20 saic .06 gac .08 others-combustion
lsev|2010|shifeng .30 baoya .08 byvin .06 levdeo .02 tangjun .06 yujie .05 others-low-speed
lsev|2015|levdeo .12 shifeng .12 byvin .08 lichi .06 baoya .02 tangjun .10 yujie .10 others-low-speed
lsev|2017|levdeo .12 shifeng .10 byvin .08 lichi .08 baoya .02 tangjun .08 yujie .10 others-low-speed
lsev|2020|levdeo .22 shifeng .08 byvin .06 lichi .08 tangjun .06 yujie .06 others-low-speed
lsev|2025|levdeo .04 shifeng .10 byvin .08 lichi .10 tangjun .08 yujie .04 others-low-speed
bev-a00|2010|chery .60 zotye .10 others-plug-in
bev-a00|2025|sgmw .40 geely .20 changan .16 chery .08 leapmotor .04 others-plug-in
bev-a0|2010|jac .60 others-plug-in
bev-a0|2015|jac .40 baic .40 others-plug-in
bev-a0|2018|jac .33 baic .22 byd .21 geely .04 others-plug-in
bev-a0|2020|byd .28 gwm .18 saic .14 baic .05 jac .05 hozon .08 others-plug-in
bev-a0|2025|byd .42 geely .22 sgmw .14 leapmotor .05 gac .04 others-plug-in
bev-mid|2010|byd .80 others-plug-in
bev-mid|2015|byd .40 baic .26 geely .20 others-plug-in
bev-mid|2018|byd .35 baic .25 geely .20 saic .05 others-plug-in
bev-mid|2020|byd .24 gac .18 baic .09 geely .09 saic .11 xpeng .04 others-plug-in
bev-mid|2025|byd .26 xpeng .12 leapmotor .12 geely .12 gac .07 saic .06 changan .08 others-plug-in
bev-premium|2010|tesla 0 others-plug-in
bev-premium|2015|tesla .80 others-plug-in
bev-premium|2020|tesla .58 nio .18 byd .10 xpeng .03 others-plug-in
bev-premium|2025|tesla .36 nio .13 byd .08 xpeng .06 li-auto .03 others-plug-in
phev-mid|2010|byd .95 others-plug-in
phev-mid|2015|byd .70 saic .24 others-plug-in
phev-mid|2020|byd .28 saic .34 geely .12 others-plug-in
phev-mid|2025|byd .54 geely .15 changan .10 chery .09 leapmotor .05 gwm .02 others-plug-in
phev-premium|2010|byd 0 others-plug-in
phev-premium|2015|byd .75 others-plug-in
phev-premium|2020|li-auto .24 byd .17 faw .06 others-plug-in
phev-premium|2025|li-auto .24 seres .26 byd .18 gwm .08 others-plug-in
"""
A00_MAKERS = {
    "BAIC": "baic", "Baojun": "sgmw", "Wuling": "sgmw", "Chery": "chery", "JMC": "jmc", "Zotye": "zotye", "Zhidou": "zhidou", "Kandi": "kandi",
    "JAC": "jac", "Changan": "changan", "Ora": "gwm", "BYD": "byd", "Leapmotor": "leapmotor", "Levdeo": "levdeo",
}  # fmt: skip
A00_YEARS = (2014, 2015, 2017, 2018, 2019, 2020, 2021)


def main() -> None:
    """Write makers.csv and supply.csv."""
    facts, out = folders(__doc__)
    write(out / "makers.csv", MAKER_COLUMNS, [line.split("|") for line in MAKERS.strip().splitlines()])
    rows = [row for line in ASSUMED.strip().splitlines() for row in _assumed(line)]
    rows += microcar_shares(facts / "national")
    order = [line.split("|")[0] for line in ASSUMED.strip().splitlines()]
    ordered = sorted(rows, key=lambda row: (order.index(row[0]), row[2]))
    drawn = [[*row[:4], SPREAD if row[4] == "assumed" else None, *row[4:]] for row in ordered]
    write(out / "supply.csv", SUPPLY_COLUMNS, drawn)


def _assumed(line: str) -> list[list[object]]:
    name, year, text = line.split("|")
    words = text.split()
    shares = {maker: float(share) for maker, share in zip(words[:-1:2], words[1:-1:2], strict=True)}
    shares[words[-1]] = round(1 - sum(shares.values()), 6)
    source = "lsev-press; gomes2025" if name == "lsev" else "evsales; cpca" if "ev" in name else "caam"
    note = "ours, after press rankings"
    if name == "lsev" and int(year) <= 2017:
        note += "; Shandong about half, as in the output of its association"
    return [[name, maker, int(year), share, "assumed", source, note] for maker, share in shares.items() if share > 0]


def microcar_shares(national: Path) -> list[list[object]]:
    """Shares of makers in the named A00 models of each year."""
    rows = []
    for year in A00_YEARS:
        listed = [row for row in read(national / "models_sales_best.csv") if int(row["year"]) == year and row["segment"].startswith("A00")]
        units: dict[str, float] = {}
        for row in listed:
            maker = A00_MAKERS.get(row["model"].split()[0], "others-plug-in")
            units[maker] = units.get(maker, 0.0) + number(row["units"])
        unseen = any("unconfirmed" in row["note"] for row in listed)
        shares = {maker: round(value / sum(units.values()), 4) for maker, value in units.items()}
        first = max(shares, key=lambda maker: shares[maker])
        shares[first] = round(1 - sum(share for maker, share in shares.items() if maker != first), 4)
        note = f"share of the {len(listed)} A00 models listed" + ("; unconfirmed counts among them" if unseen else "")
        status = "unconfirmed" if unseen else "derived"
        rows += [["bev-a00", maker, year, share, status, "evsales; car-months", note] for maker, share in shares.items() if share > 0]
    return rows


if __name__ == "__main__":
    main()
