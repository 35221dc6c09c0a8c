"""Shares, first movers and time to law: laws, planted truth, the paper's own table, and the command that users call."""

from __future__ import annotations

import csv
import datetime
import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_stores import day, document, store_of
from shidian.cli import shidian
from shidian.corpus.find import Query, find
from shidian.corpus.measure import TABLES, measure, measured_frames
from shidian.corpus.shares import ALL, MERGED, by_place, heilmann
from shidian.foundations.shares import wilson
from shidian.corpus.terms import load_terms
from shidian.foundations.errors import InputError
from shidian.report.corpus import counts

SETS = load_terms()
FACTS = Path(__file__).parents[2] / "shared" / "facts" / "mic2025_documents.csv"
PILOT, PLAIN = "落实《中国制造2025》，开展试点。", "落实《中国制造2025》。"


def planted() -> list[dict]:
    """Documents of which all that is measured is known: levels, places, dates, pilots, a copy, a law."""
    date = datetime.date
    rows = [
        document("关于开展智能制造试点的通知", PILOT, level="national", signed=date(2015, 6, 1), id="centre"),
        document("制造业意见", PLAIN, level="national", signed=date(2016, 1, 1), id="centre-plain"),
        document("关于开展智能制造试点的意见", PILOT, level="province", province="320000", signed=date(2015, 9, 1), id="jiangsu"),
        document("江苏规划", PLAIN, level="province", province="320000", signed=date(2016, 9, 1), id="jiangsu-plain"),
        document("安徽规划", PILOT, level="province", province="340000", published=date(2016, 3, 1), id="anhui"),
        document("苏州方案", PILOT, level="city", province="320000", prefecture="320500", signed=date(2015, 8, 1), id="suzhou"),
        document(
            "苏州方案",
            PILOT + " ",
            level="city",
            province="320000",
            prefecture="320500",
            signed=date(2015, 8, 20),
            id="suzhou-copy",
            copy_of="suzhou",
        ),
        document("制造业促进条例", PLAIN, level="national", kind="regulation", signed=date(2019, 6, 1), id="law"),
        document("不知何处", PLAIN, id="nowhere"),
        document("无关", "无关的话。", level="national", signed=date(2016, 1, 1), id="other"),
    ]
    return rows


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory):
    return measured_frames(store_of(planted(), tmp_path_factory.mktemp("measured") / "store", parts=3), SETS)


def share(measured, **known) -> pd.Series:
    """The one row of the shares that fits."""
    rows = measured.shares
    for name, value in ({"theme": ALL, "copies": MERGED, "by": "all"} | known).items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


# --- intervals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (10, 10, 0.7225, 1.0)]
)
def test_wilson_is_as_printed(count: int, of: int, low: float, high: float) -> None:
    """81 of 263: Newcombe, Statistics in Medicine 17, 1998, Table I, method 3."""
    ends = wilson(np.array([count]), np.array([of]))
    assert [float(end[0]) for end in ends] == pytest.approx([low, high], abs=5e-5)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share(count: int, of: int) -> None:
    count = min(count, of)
    low, high = (float(end[0]) for end in wilson(np.array([count]), np.array([of])))
    assert 0 <= low <= count / of <= high <= 1


def test_no_documents_have_no_share() -> None:
    assert all(np.isnan(end[0]) for end in wilson(np.array([0]), np.array([0])))


# --- shares -------------------------------------------------------------------------------------------------------------


def test_shares_are_those_that_were_planted(measured) -> None:
    assert tuple(share(measured, set="pilot", where="text")[["with", "documents"]]) == (4, 9)
    assert tuple(share(measured, set="pilot", where="title")[["with", "documents"]]) == (2, 9)
    assert tuple(share(measured, set="pilot", where="text", copies="kept")[["with", "documents"]]) == (5, 10)
    assert tuple(share(measured, set="pilot", where="text", theme="made-in-china-2025")[["with", "documents"]]) == (4, 8)
    assert tuple(share(measured, set="pilot", where="text", by="level", level="province")[["with", "documents"]]) == (2, 3)
    assert tuple(share(measured, set="pilot", where="text", by="level", level="unknown")[["with", "documents"]]) == (0, 1)
    assert tuple(share(measured, set="pilot", where="text", by="year", year="2015")[["with", "documents"]]) == (3, 3)
    assert tuple(share(measured, set="pilot", where="text", by="year", year="unknown")[["with", "documents"]]) == (0, 1)
    assert tuple(share(measured, set="pilot", where="text", by="prefecture", place="320500")[["with", "documents"]]) == (1, 1)
    assert share(measured, set="launches a pilot", where="act")["with"] == 2


def test_groups_add_up(measured) -> None:
    rows = measured.shares[measured.shares["documents"] > 0]
    keys = ["theme", "set", "where", "copies"]
    whole = rows[rows["by"] == "all"].set_index(keys)[["documents", "with"]].sort_index()
    for by in rows["by"].unique():
        parts = rows[rows["by"] == by].groupby(keys)[["documents", "with"]].sum().sort_index()
        pd.testing.assert_frame_equal(parts, whole)
    assert (rows["with"] <= rows["documents"]).all()


@settings(deadline=None, max_examples=2)
@given(st.permutations(range(10)))
def test_the_order_of_documents_changes_nothing(measured, order: list[int]) -> None:
    from shidian.corpus.shares import shares

    shuffled = measured.documents.iloc[order].reset_index(drop=True)
    keys = ["by", "level", "place", "year", "theme", "set", "where", "copies"]
    pd.testing.assert_frame_equal(*(table.sort_values(keys, ignore_index=True) for table in (shares(shuffled, SETS), measured.shares)))


def test_the_papers_table_has_provinces_and_cities(measured) -> None:
    table = measured.by_place[measured.by_place["theme"] == "made-in-china-2025"].set_index("name")
    jiangsu = table.loc["Jiangsu"]
    assert tuple(jiangsu[["province_documents", "province_with", "city_documents", "city_with"]]) == (2, 1, 1, 1)
    assert tuple(table.loc["all places", ["province_documents", "city_documents"]]) == (3, 1)
    assert table.loc["national level", "other_documents"] == 3 and table.loc["national level", "other_share"] == pytest.approx(1 / 3)
    assert table.loc["no place known", "other_documents"] == 1


def test_the_papers_own_counts_come_out_of_documents_like_them() -> None:
    """Documents with the paper's counts by place and level give the paper's table and its sums back: 56.6 and 73.8 %."""
    if not FACTS.is_file():
        pytest.skip("the shared table of the second paper is not here")
    with FACTS.open(encoding="utf-8") as file:
        printed = list(csv.DictReader(file))
    rows, names = [], {}
    for number, (row, level) in enumerate(product(printed, ("provincial", "city"))):
        documents = int(row[f"{level}_documents"] or 0)
        pilots = round(documents * float(row[f"{level}_pilot_share_percent"] or 0) / 100)
        code = f"{number // 2 + 11}0000"
        names[code] = row["place"]
        rows += [
            {"level": "province" if level == "provincial" else "city", "province": code, "text_pilot": int(at < pilots)}
            for at in range(documents)
        ]
    frame = pd.DataFrame(rows).assign(copy_of="", title_pilot=0)
    table = by_place(frame, ALL, names).set_index("name")
    for row in printed:
        assert 100 * table.loc[row["place"], "province_share"] == pytest.approx(float(row["provincial_pilot_share_percent"]), abs=0.06)
    sums = table.loc["all places"]
    assert (sums["province_documents"], sums["city_documents"]) == (2884, 3079)
    assert 100 * sums["province_share"] == pytest.approx(56.6, abs=0.05) and 100 * sums["city_share"] == pytest.approx(73.8, abs=0.05)


def test_the_trend_is_of_national_titles_and_keeps_heilmann_apart(measured) -> None:
    own = measured.trend[(measured.trend["set"] == "pilot") & (measured.trend["year"] == 2015)]
    assert tuple(own.iloc[0][["documents", "with"]]) == (1, 1)
    printed = heilmann().set_index("from")
    assert (
        printed["share"].to_dict() == {1978: 0.30, 1998: 0.13, 2003: 0.20, 2015: 0.10} and printed["source"].str.contains("Heilmann").all()
    )
    assert set(measured.trend.loc[measured.trend["bound"] != "", "year"]) == set(printed.index)


# --- time ---------------------------------------------------------------------------------------------------------------


def test_first_movers_are_in_order(measured) -> None:
    rows = measured.first_movers[(measured.first_movers["theme"] == "made-in-china-2025") & (measured.first_movers["event"] == "pilot")]
    assert rows["id"].tolist() == ["centre", "jiangsu", "anhui", "suzhou"]
    assert rows.set_index("id")["days_after_first"].to_dict() == {"centre": 0, "jiangsu": 92, "anhui": 274, "suzhou": 61}
    assert rows.set_index("id")["rank"].dropna().to_dict() == {"jiangsu": 1, "anhui": 2, "suzhou": 1}


def test_time_to_spread_counts_from_the_first_place(measured) -> None:
    rows = measured.spread[(measured.spread["theme"] == "made-in-china-2025") & (measured.spread["event"] == "pilot")].set_index("level")
    assert (
        rows.loc["province", "reached"],
        rows.loc["province", "of"],
        rows.loc["province", "days_to_50"],
        rows.loc["province", "days_to_100"],
    ) == (2, 31, 0, 182)
    assert rows.loc["city", "of"] == 333


def test_time_from_pilot_to_law(measured) -> None:
    rows = measured.time_to_law[(measured.time_to_law["theme"] == "made-in-china-2025") & (measured.time_to_law["from"] == "pilot")]
    known = rows.dropna(subset=["months"])
    assert known[["law", "where"]].to_numpy().tolist() == [["national", "text"]]
    assert known["months"].iloc[0] == pytest.approx(48, abs=0.1)


# --- the command --------------------------------------------------------------------------------------------------------


def call(*words: object):
    """The command line in this process; errors come through."""
    return CliRunner().invoke(shidian, ["corpus", *map(str, words)], catch_exceptions=False)


def test_a_store_is_measured_from_the_command_line(tmp_path: Path) -> None:
    store = store_of(planted(), tmp_path / "store")
    out = tmp_path / "out"
    answer = json.loads(call("measure", store.path, "--out", out, "--json").stdout)
    assert answer["documents"] == 10 and answer["found"][ALL]["pilot, text"]["with"] == 4 and not answer["reused"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "The paper&#x27;s table" in page and "Jiangsu" in page and "default-src 'none'" in page
    assert pq.read_table(out / "hits.parquet").num_rows > 10
    for name in ("shares", "by_place", "trend", "first_movers", "spread", "time_to_law", "tones", "documents"):
        assert len(pd.read_csv(out / f"{name}.csv")) == pq.read_table(out / f"{name}.parquet").num_rows
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert json.loads(call("measure", store.path, "--out", out, "--json").stdout)["reused"]
    call("measure", store.path, "--out", out, "--force")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_a_year_in_which_nothing_holds_a_set_is_drawn_without_an_interval() -> None:
    rows = pd.DataFrame({"series": ["A", "A", "B", "B"], "value": [0.0, 0.0, 0.0, 0.1], "low": 0.0, "high": 0.3})
    assert counts._banded(rows)["high"].isna().tolist() == [True, True, True, False]


def test_a_title_that_is_cut_off_says_so() -> None:
    assert (counts.short("某市规划", 4), counts.short("某市规划纲要", 4)) == ("某市规划", "某市规…")


def test_a_theme_of_ones_own_is_measured(tmp_path: Path) -> None:
    (tmp_path / "making.yaml").write_text("name: making\nkind: theme\ntitle: Making\nwords: [制造业]\n", encoding="utf-8")
    store = store_of(planted(), tmp_path / "store")
    answer = json.loads(
        call("measure", store.path, "--terms", tmp_path / "making.yaml", "--theme", "making", "--out", tmp_path / "out", "--json").stdout
    )
    assert set(answer["found"]) == {ALL, "making"} and answer["found"]["making"]["pilot, text"]["documents"] == 2


def test_an_empty_store_and_one_document_are_measured(tmp_path: Path) -> None:
    for name, rows in (("none", []), ("one", planted()[:1])):
        store = store_of(rows or [document()], tmp_path / name) if rows else store_of([], tmp_path / name)
        answer = json.loads(call("measure", store.path, "--out", tmp_path / f"{name}-out", "--json").stdout)
        assert answer["documents"] == len(rows)


def test_an_unknown_theme_is_refused(tmp_path: Path) -> None:
    store = store_of(planted(), tmp_path / "store")
    with pytest.raises(InputError, match="no theme 'moon'; known are"):
        call("measure", store.path, "--theme", "moon")
    with pytest.raises(InputError, match="not this study"):
        (tmp_path / "taken").mkdir()
        call("measure", store.path, "--out", tmp_path / "taken")
    assert not list((tmp_path / "taken").iterdir())


# --- find ---------------------------------------------------------------------------------------------------------------


def test_two_characters_are_found_in_title_and_text(tmp_path: Path) -> None:
    store = store_of(planted(), tmp_path / "store", parts=2)
    assert set(find(store, Query.of("试点"))["id"].to_pylist()) == {"centre", "jiangsu", "anhui", "suzhou"}
    assert find(store, Query.of("试点 智能制造"))["id"].to_pylist() == ["centre", "jiangsu"]
    assert set(find(store, Query.of("试点 -智能制造"), copies=True)["id"].to_pylist()) == {"anhui", "suzhou", "suzhou-copy"}
    assert find(store, Query.of("试点"), level="city")["id"].to_pylist() == ["suzhou"]
    assert find(store, Query.of('"中国制造 2025"')).num_rows == 0


@settings(deadline=None, max_examples=30)
@given(st.text(alphabet="试点新能源汽车a。\n", max_size=60), st.sampled_from(["试点", "新能源", "a", "汽车。"]))
def test_find_agrees_with_a_plain_look(text: str, word: str) -> None:
    from shidian.corpus.find import places

    shown = places(text, text.lower(), [word])
    assert bool(shown) == (word in text)
    assert all(text[place["start"] : place["end"]].lower() == word for place in shown)


def test_find_from_the_command_line(tmp_path: Path) -> None:
    store = store_of(planted(), tmp_path / "store")
    answer = json.loads(call("find", store.path, "试点", "--json", "--limit", 2).stdout)
    assert answer["documents"] == 4 and len(answer["results"]) == 2 and "试点" in answer["results"][0]["places"][0]["words"]
    call("find", store.path, "试点", "--csv", tmp_path / "hits.csv")
    assert len(pd.read_csv(tmp_path / "hits.csv")) == 4 == find(store, Query.of("试点")).num_rows
    assert "4 documents; the first 1 are shown" in call("find", store.path, "试点", "--limit", 1).stdout
    assert json.loads(call("find", store.path, "试点", "-智能制造", "--json").stdout)["documents"] == 2
    assert json.loads(call("find", store.path, "-智能制造", "试点", "--json").stdout)["documents"] == 2
    with pytest.raises(InputError, match="only what must not stand"):
        call("find", store.path, "-试点")
    assert "No such option" in call("find", store.path, "试点", "--limt").output
    with pytest.raises(InputError, match="no word to look for"):
        call("find", store.path, "  ")


def test_a_text_amended_since_makes_nobody_first_and_is_of_no_year(tmp_path: Path) -> None:
    """The words of an amended law may be younger than its first day."""
    text = "推广新能源汽车。"
    at = {"level": "city", "province": "330000", "kind": "regulation"}
    rows = [
        document("老条例", text, prefecture="330100", signed=day(1), amended=day(2000), **at),
        document("旧规定", text, prefecture="330100", signed=day(1), confidence={"signed": 0.6}, **at),
        document("新通知", text + "开展试点。", level="city", province="330000", prefecture="330200", signed=day(900), confidence={"signed": 0.97}),
    ]
    found = measured_frames(store_of(rows, tmp_path / "store"), SETS)
    assert found.first_movers.query("event == 'theme' and theme == 'new-energy-vehicles'")["title"].tolist() == ["新通知"]
    assert share(found, set="pilot", where="text")["documents"] == 3
    years = found.shares.query("by == 'year' and set == 'pilot' and theme == 'all documents' and copies == 'merged'")
    counted = {where: rows.set_index("year")["documents"].to_dict() for where, rows in years.groupby("where")}
    assert counted == {"title": {"2010": 2, "2012": 1}, "text": {"2010": 1, "2012": 1, "unknown": 1}}


def test_what_python_gives_is_arrow_and_the_same_as_the_frames(tmp_path: Path) -> None:
    store = store_of(planted(), tmp_path / "store")
    given, frames = measure(store, SETS), measured_frames(store, SETS)
    assert all(isinstance(getattr(given, name), pa.Table) for name in TABLES) and isinstance(find(store, Query.of("试点")), pa.Table)
    for name in (name for name in TABLES if name != "hits"):
        pd.testing.assert_frame_equal(getattr(given, name).to_pandas(), getattr(frames, name), check_dtype=False)


def test_a_law_older_than_the_first_pilot_came_not_of_it(tmp_path: Path) -> None:
    at = {"level": "national", "kind": "regulation"}
    rows = [
        document("新能源汽车管理条例", "推广新能源汽车。", signed=day(10), amended=day(3000), **at),
        document("某条例", "推广新能源汽车。", signed=day(20), amended=day(3000), **at),
        document("关于新能源汽车试点的通知", "开展新能源汽车试点。", level="national", kind="policy", signed=day(900)),
        document("另一条例", "推广新能源汽车。", signed=day(1500), **at),
    ]
    found = measured_frames(store_of(rows, tmp_path / "store"), SETS).time_to_law
    laws = found[(found["theme"] == "new-energy-vehicles") & (found["from"] == "pilot") & (found["law"] == "national")].set_index("where")
    assert laws["first_law_title"].to_dict() == {"title": "新能源汽车管理条例", "text": "另一条例"}
    assert laws["note"].to_dict() == {"title": "the law is older than the first pilot", "text": ""}
    assert pd.isna(laws.loc["title", "months"]) and laws.loc["text", "months"] == pytest.approx(600 / 30.4375)
    assert not (found["months"] < 0).any()
