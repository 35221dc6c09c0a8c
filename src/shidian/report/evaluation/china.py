"""Were the sites of China's pilot programmes fair: all bundled programmes at once, as rows, as a folder and as a page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ...cases.findings import nearest
from ...evidence.china import Picked, china_sites, picked
from ...foundations.errors import InputError
from ...foundations.folders import whole_folder
from ...study import study_folder
from ...study.evaluation.record import plain
from ...study.run_folder import code_digest
from ..charts import Measure, tile_map
from ..markup import Card, Cards, Figure, Listing, Prose, Section, Table
from ..page import Page, write_page
from .charts import forest
from .fairness import blocks_of
from .scale import small_p

FILES = ("study.json", "sites.csv", "curve.csv", "report.html")


@dataclass(frozen=True)
class Fair:
    """The answer: a row a programme, and the folder where one was written."""

    rows: list[dict[str, Any]]
    folder: Path | None


def fair_in_china(programmes: Sequence[str] = (), out: Path | None = None, force: bool = False, seed: int = 0) -> Fair:
    """Compare the sites of the bundled programmes with all other places; write a folder where one is named.

    Raises InputError for a programme that is not bundled, or a folder that holds something else.
    """
    known = china_sites()
    unknown = [name for name in programmes if name not in known]
    if unknown:
        raise InputError(f"No bundled programme is called '{unknown[0]}'. {nearest(unknown[0], known)}")
    names = list(programmes) or sorted(known, key=lambda name: (min(site.start for site in known[name]), name))
    key = hashlib.sha256(json.dumps([names, seed, code_digest()]).encode()).hexdigest()[:12]
    if out is not None and study_folder.settled(out, key, FILES, force):
        return Fair(json.loads((out / study_folder.RECORD).read_text(encoding="utf-8"))["programmes"], out)
    found = [picked(name, known[name], seed) for name in names]
    rows = [plain(one.as_dict()) for one in found]
    if out is not None:
        with whole_folder(out, replace=True) as folder:
            _write(found, rows, key, seed, folder)
    return Fair(rows, out)


def _write(found: list[Picked], rows: list[dict[str, Any]], key: str, seed: int, folder: Path) -> None:
    record = {"study": "sites of China's pilots", "key": key, "seed": seed, "programmes": rows}
    (folder / "study.json").write_text(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    flat = [{name: value for name, value in row.items() if not isinstance(value, (dict, list))} for row in rows]
    pd.DataFrame(flat).to_csv(folder / "sites.csv", index=False, float_format="%.9g", lineterminator="\n")
    curves = pd.concat([one.prefectures.curve.assign(programme=one.programme) for one in found])
    curves.to_csv(folder / "curve.csv", index=False, float_format="%.9g", lineterminator="\n")
    write_page(page(found, key), folder / "report.html")


def page(found: list[Picked], key: str) -> Page:
    """The page, its sections made when it is written."""
    title = f"Were the sites fair? {len(found)} of China's pilot programmes" if len(found) > 1 else f"Were the sites of {found[0].programme.replace('_', ' ')} fair?"
    lead = "Where pilots were put, beside all places they could have been put in."
    return Page("sites of pilots", title, lead, {"key": key, "programmes": str(len(found))}, lambda: [opening(found), *map(_one, found), data(found)])


def opening(found: list[Picked]) -> Section:
    """All programmes side by side."""
    mains = [one.prefectures.comparisons[0] for one in found]
    richer = sum(main.gap > 0 for main in mains)
    beyond = sum(main.t > 1.96 for main in mains)
    cards = [
        Card("Programmes in richer places", f"{richer} of {len(found)}", "", note="their sites have more output per head than the "
            "other places, on average"),
        Card("Beyond chance", f"{beyond} of {len(found)}", "", note="t above 1.96"),
        Card("Median gap", f"{pd.Series([main.gap for main in mains]).median():+.2f}", "", unit="log points of GDP per head"),
    ]
    rows = pd.DataFrame([_row(one) for one in found])
    caption = "Sites against all other units at prefecture level, log GDP per head in the year of the table nearest the first start. p: share of ways to pick as many sites that give a gap as large."
    chart = pd.DataFrame({"label": [one.programme.replace("_", " ") for one in found], "value": [main.percentile * 100 for main in mains], "low": float("nan"), "high": float("nan")})
    ranks = Figure([forest(chart.sort_values("value", ascending=False), axis="mean rank of sites, of 100 places")], "How the sites of each "
        "programme rank in GDP per head among all places; a lottery would give 50.")
    counts = pd.concat([one.prefectures.map for one in found]).groupby(["row", "column", "name", "time"], as_index=False)["value"].sum() if len(found) == 1 else _all_sites(found)
    counts = counts.assign(low=float("nan"), high=float("nan"))
    where = Figure([tile_map(counts, measure=Measure("sites", ""), year=int(counts["time"].max()))], "Sites of all these "
        "programmes by province, to the end of each year.")
    said = Prose(
        "Wang and Yang (2025) report that most of China's policy experiments were put in richer places. The rows below repeat the "
        "test on the programmes bundled here; "
        "what sites did better afterwards may be what such places would have done anyway."
    )
    return Section("says", "What the sites say", [Cards(cards), said, Table(rows, caption, numbers=("Sites", "Gap", "t", "p", "Index", "Rank of 100")), ranks, where])


def _all_sites(found: list[Picked]) -> pd.DataFrame:
    """Sites of several programmes by province and year; a programme keeps its sites after its last start."""
    years = range(min(int(one.prefectures.map["time"].min()) for one in found), max(int(one.prefectures.map["time"].max()) for one in found) + 1)
    keys = ["row", "column", "name"]
    total = []
    for one in found:
        wide = one.prefectures.map.pivot_table(index=keys, columns="time", values="value", aggfunc="sum").reindex(columns=years).ffill(axis=1).fillna(0)
        total.append(wide)
    return sum(total[1:], total[0]).melt(ignore_index=False, var_name="time", value_name="value").reset_index().astype({"time": int, "value": float})


def _row(one: Picked) -> dict[str, str]:
    main, index = one.prefectures.comparisons[0], one.prefectures.index
    return {
        "Programme": one.programme.replace("_", " "), "Sites": str(main.sites), "First start": str(one.start), "Figures of": f"{one.year}{' (after)' if one.post else ''}", "Gap": f"{main.gap:+.2f}",
        "t": f"{main.t:.2f}" if main.t == main.t else "", "p": small_p(main.p_permutation), "Index": "" if index is None else f"{index.value:.2f}", "Rank of 100": f"{100 * main.percentile:.0f}",
    }  # fmt: skip


def _one(one: Picked) -> Section:
    title = one.programme.replace("_", " ")
    blocks = blocks_of(one.prefectures, title[:1].upper() + title[1:], "sites")
    if one.provinces is not None:
        apart = one.provinces
        t = f"t = {apart.t:.2f}" if apart.t == apart.t else "too few for a t"
        blocks.append(Prose(f"Among provinces: {apart.sites} site(s) against {apart.others} others, gap {apart.gap:+.2f} in "
            f"{apart.covariate} of {apart.period}, {t}, p = {small_p(apart.p_permutation)}."))
    if one.waves:
        rows = [{"Start": wave, "Sites": str(each.sites), "Figures of": each.period, "Gap": f"{each.gap:+.2f}", "Rank of 100": f"{100 * each.percentile:.0f}", "p": small_p(each.p_permutation)} for wave, each in one.waves]
        blocks.append(Table(pd.DataFrame(rows), "Wave by wave, each against all other places.", numbers=("Sites", "Gap", "Rank of 100", "p")))
    return Section(one.programme.replace("_", "-"), title[:1].upper() + title[1:], blocks)


def data(found: list[Picked]) -> Section:
    """Where the figures come from."""
    listed, unconfirmed = sum(one.listed for one in found), sum(one.unconfirmed for one in found)
    points = [
        f"{listed} rows of sites, of which {unconfirmed} are unconfirmed: no page was found that confirms them. Each row of the "
        f"bundled table names its source.",
        "337 units at prefecture level (municipalities among them) and 31 at province level; output in current prices, population "
        "between the counts of 2010 and 2020 at a constant rate.",
        "Output is known for 2010, 2015, 2019, 2020, 2022 and 2023 (provinces: 2010, 2015, 2020, 2022). Where the nearest year is "
        "after the start, the programme itself may be in the figures, and the row says so.",
        "Units are those of today; boundaries that changed since are in the figures of early years as their sources had them.",
    ]
    return Section("data", "Data and limits", [Listing(points)])
