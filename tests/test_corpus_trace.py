"""Reuse: fingerprints keep their promise, planted lineages come back, nothing is invented, and the command that users call."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_stores import CLOSING, OPENING, SHARED, day, document, edited, prose, store_of
from shidian.cli import shidian
from shidian.corpus.fingerprints import GRAM, SURE, fingerprints, joined
from shidian.corpus.formulas import formula_shares
from shidian.corpus.side_by_side import grown, most_reused, side_by_side
from shidian.corpus.trace import TABLES, TracedFrames, trace, traced_frames
from shidian.foundations.errors import InputError

LEVELS = ("national", "province", "city", "county")
TEXTS = st.text(alphabet="城市停车试点工作方案，。 \n甲乙丙丁ab１", max_size=200)


# --- fingerprints -------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.lists(TEXTS, max_size=5))
def test_fingerprints_of_a_text_depend_on_no_other(texts: list[str]) -> None:
    together = fingerprints(texts)
    for at, text in enumerate(texts):
        alone, here = fingerprints([text], at), together.text == at
        assert together.hashes[here].tolist() == alone.hashes.tolist() and together.start[here].tolist() == alone.start.tolist()
        assert together.kept[at] == alone.kept[0] == sum(letter.isalnum() for letter in text)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_a_shared_run_of_sure_length_is_found(seed: int) -> None:
    luck = random.Random(seed)
    run = "".join(chr(0x4E00 + luck.randrange(5000)) for _ in range(SURE))
    texts = [prose(luck, 80) + run + prose(luck, 80), prose(luck, 50) + run + prose(luck, 120)]
    first, second = (fingerprints([text]) for text in texts)
    shared = set(first.hashes.tolist()) & set(second.hashes.tolist())
    assert shared
    place = {number: at for at, number in enumerate(first.hashes.tolist())}
    grams = [texts[0][first.start[place[number]] : first.end[place[number]]] for number in shared]
    assert all(sum(map(str.isalnum, gram)) == GRAM for gram in grams)


def test_blanks_punctuation_width_and_capitals_make_no_other_words() -> None:
    plain = "决定在ABC三个城市开展错时停车工作为期1年期满评估后再定是否推广到全省各地去"
    dressed = "决定在ａｂｃ三个城市，开展错时 停车工作；\n为期１年，期满评估后——再定是否推广到全省各地去。"
    assert set(fingerprints([plain]).hashes.tolist()) == set(fingerprints([dressed]).hashes.tolist())


def test_what_stands_once_goes_and_the_rest_stays() -> None:
    luck = random.Random(2)
    shared = prose(luck, 200)
    texts = [prose(luck, 400) + shared, prose(luck, 400), shared + prose(luck, 400)]
    parts = [fingerprints([text], number) for number, text in enumerate(texts)]
    counts = Counter(number for part in parts for number in part.hashes.tolist())
    whole = joined(parts, parts[0].kept)
    assert {number for number, count in counts.items() if count > 1} <= set(whole.hashes.tolist())
    assert len(whole.hashes) < 0.9 * sum(counts.values()) and set(whole.text.tolist()) >= {0, 2}
    assert len(joined([], parts[0].kept).hashes) == 0


@pytest.mark.parametrize("text", ["", "短", "，。！" * 50, "\0" * 40, "\ud800" + "字" * 40, "𠀀" * 50])
def test_odd_texts_have_fingerprints_or_none(text: str) -> None:
    found = fingerprints([text, "另一篇" * 20])
    assert len(found.kept) == 2 and all(0 <= start < end for start, end in zip(found.start, found.end, strict=True))


# --- formulas -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "违反本条例规定，构成犯罪的，依法追究刑事责任",
        "2019年3月28日某省第十三届人民代表大会常务委员会第九次会议批准",
        "根据有关法律、法规，结合本市实际，制定本条例",
        "本条例自2020年1月1日起施行",
        "现印发给你们，请认真贯彻执行",
        "各市、县人民政府，省直各部门：",
        "以习近平新时代中国特色社会主义思想为指导",
        "违反前款规定的，由城市管理部门责令限期改正",
        "逾期不改正的，处五百元以上二千元以下罚款",
        "工业和信息化部办公厅关于印发某某计划的通知",
        "工信厅科函〔2018〕83号",
        "首页\n>\n机关司局\n2018\n年",
    ],
)
def test_formulas_weigh_nothing(words: str) -> None:
    assert formula_shares(words, [(0, len(words))]) == [1.0]


def test_a_formula_is_known_by_its_whole_sentence() -> None:
    text = "鼓励错时停车。对行政处罚决定不服的，可以依法申请行政复议。推广共享车位。"
    inside, before, every, blank = formula_shares(text + "\n \n", [(20, 28), (0, 6), (0, len(text)), (len(text), len(text) + 3)])
    assert (inside, before, blank) == (1.0, 0.0, 1.0) and 0 < every < 1
    assert formula_shares(text, []) == []


# --- planted lineages ---------------------------------------------------------------------------------------------------


def planted(
    seed: int, lineages: int, unrelated: int, share: float, least: int, hosts: list[str] | None = None
) -> tuple[list[dict], dict[tuple[str, str], str]]:
    """Documents with passages planted down, up, sideways and from a common source, edited; and the truth by pair."""
    luck = random.Random(seed)
    rows: list[dict] = []
    truth = {}
    bodies = iter(hosts or [])

    def new(level: str, number: int, body: str) -> dict:
        rows.append(document(f"文件{len(rows)}", OPENING + body + CLOSING, level=level, signed=day(number)))
        return rows[-1]

    def fresh() -> str:
        return next(bodies, "") or prose(luck)

    def host(passage: str) -> str:
        body = fresh()
        at = luck.randrange(100, max(101, len(body) - 100))
        return body[:at] + edited(passage, luck, share) + body[at:]

    for _ in range(lineages):
        way, start = luck.choice(("down", "up", "sideways", "common")), luck.randrange(2000)
        source = prose(luck)
        passage = source[100 : 100 + luck.randrange(least, 500)]
        if way == "common":
            first = new("national", start, source)
            level = luck.choice(LEVELS[1:])
            one, two = (
                new(level, start + luck.randrange(1, 300), host(passage)),
                new(level, start + luck.randrange(301, 600), host(passage)),
            )
            truth |= {(first["id"], one["id"]): "down", (first["id"], two["id"]): "down", (one["id"], two["id"]): "common"}
        else:
            high = luck.randrange(3)
            low = luck.randrange(high + 1, 4)
            levels = {"down": (high, low), "up": (low, high), "sideways": (high, high)}[way]
            one = new(LEVELS[levels[0]], start, source)
            truth[one["id"], new(LEVELS[levels[1]], start + luck.randrange(1, 500), host(passage))["id"]] = way
    for _ in range(unrelated):
        new(luck.choice(LEVELS), luck.randrange(2000), fresh())
    luck.shuffle(rows)
    return rows, truth


def said(traced: TracedFrames) -> dict[tuple[str, str], str]:
    """What was found of each pair."""
    return {(row.earlier, row.later): "common" if row.common_source else row.direction for row in traced.pairs.itertuples()}


@pytest.mark.parametrize(("seed", "share", "least", "right"), [(1, 0.0, 100, 0.99), (2, 0.02, 150, 0.95), (3, 0.04, 200, 0.95)])
def test_planted_lineages_come_back_and_nothing_else(tmp_path: Path, seed: int, share: float, least: int, right: float) -> None:
    rows, truth = planted(seed, lineages=60, unrelated=120, share=share, least=least)
    found = said(traced_frames(store_of(rows, tmp_path / "store", parts=3)))
    assert not set(found) - set(truth), "a pair was invented between unrelated documents"
    wrong = Counter((way, found.get(pair)) for pair, way in truth.items() if found.get(pair) != way)
    assert 1 - wrong.total() / len(truth) >= right, wrong


def test_in_real_texts_only_what_was_planted_is_new(tmp_path: Path) -> None:
    """Real notices as hosts: what they share already is found with and without the planted passages; the rest is planted."""
    source = SHARED / "gov_cn_2020_ministries.csv"
    if not source.is_file():
        pytest.skip("the shared documents are not here: planting in real texts is not checked")
    hosts = pd.read_csv(source)["正文"].dropna().astype(str)
    hosts = [text for text in hosts if len(text) > 800][:60]
    rows, truth = planted(4, lineages=30, unrelated=len(hosts), share=0.02, least=150, hosts=hosts)
    found = said(traced_frames(store_of(rows, tmp_path / "store")))
    right = sum(found.get(pair) == way for pair, way in truth.items()) / len(truth)
    bare = [document(f"{at}", OPENING + text + CLOSING, level="national", signed=day(at)) for at, text in enumerate(hosts)]
    already = len(traced_frames(store_of(bare, tmp_path / "bare")).pairs)
    assert right >= 0.95 and len(set(found) - set(truth)) <= already


def pair_of(tmp_path: Path, one: dict, two: dict, name: str = "store") -> pd.DataFrame:
    """Pairs of a store of two documents that share a passage."""
    luck = random.Random(7)
    passage = prose(luck, 300)
    rows = [document(title, prose(luck) + passage + prose(luck), **known) for title, known in (("甲", one), ("乙", two))]
    return traced_frames(store_of(rows, tmp_path / name)).pairs


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"level": "national"}, {"level": "city", "signed": day(9)}),
        ({"level": "national", "signed": day(1)}, {"level": "", "signed": day(9)}),
        ({"level": "national", "signed": day(5)}, {"level": "city", "signed": day(5)}),
        ({"level": "national", "signed": day(1), "amended": day(20)}, {"level": "city", "signed": day(9)}),
        ({"level": "national", "signed": day(1), "amended": day(9)}, {"level": "city", "signed": day(9), "amended": day(30)}),
        ({"level": "national", "signed": day(1), "confidence": {"signed": 0.3, "level": 0.9}}, {"level": "city", "signed": day(9)}),
        ({"level": "national", "signed": day(1), "confidence": {"signed": 0.9, "level": 0.3}}, {"level": "city", "signed": day(9)}),
    ],
)
def test_what_dates_and_levels_do_not_tell_is_unknown(tmp_path: Path, one: dict, two: dict) -> None:
    assert pair_of(tmp_path, one, two)["direction"].tolist() == ["unknown"]


def test_a_law_amended_before_the_other_was_signed_came_first(tmp_path: Path) -> None:
    pairs = pair_of(tmp_path, {"level": "national", "signed": day(1), "amended": day(8)}, {"level": "city", "signed": day(9), "amended": day(30)})
    assert pairs["direction"].tolist() == ["down"]


def test_no_common_source_is_a_law_that_was_amended_afterwards(tmp_path: Path) -> None:
    luck = random.Random(7)
    passage = prose(luck, 300)
    signed = [{"signed": day(1), "amended": day(50)}, {"signed": day(9)}, {"signed": day(20)}]
    rows = [document(f"{at}", prose(luck) + passage + prose(luck), level="city", **known) for at, known in enumerate(signed)]
    titles = {row["id"]: row["title"] for row in rows}
    pairs = traced_frames(store_of(rows, tmp_path / "store")).pairs
    assert {(titles[row.earlier], titles[row.later]): (row.direction, row.common_source) for row in pairs.itertuples()} == {
        ("1", "2"): ("sideways", ""), ("1", "0"): ("unknown", ""), ("2", "0"): ("unknown", pairs["common_source"].max()),
    }  # fmt: skip


def test_what_python_gives_is_arrow_and_the_same_as_the_frames(tmp_path: Path) -> None:
    rows, _ = planted(1, lineages=4, unrelated=2, share=0.0, least=150)
    store = store_of(rows, tmp_path / "store")
    given, frames = trace(store), traced_frames(store)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(given, name).to_pandas(), getattr(frames, name), check_dtype=False)
    assert len(given.pairs) and given.passages["words"][0].as_py()


def test_a_date_of_publication_stands_in_for_one_of_signature(tmp_path: Path) -> None:
    assert pair_of(tmp_path, {"level": "city", "published": day(1)}, {"level": "province", "signed": day(9)})["direction"].tolist() == [
        "up"
    ]


def test_copies_are_no_reuse(tmp_path: Path) -> None:
    assert pair_of(tmp_path, {"level": "city", "signed": day(1)}, {"level": "city", "signed": day(9), "copy_of": "x"}).empty


def test_formulas_alone_make_no_pair(tmp_path: Path) -> None:
    luck = random.Random(3)
    rows = [document(f"{at}", OPENING * 2 + prose(luck) + CLOSING * 2, level="city", signed=day(at)) for at in range(30)]
    assert traced_frames(store_of(rows, tmp_path / "store")).pairs.empty


def test_what_most_documents_hold_is_no_borrowing(tmp_path: Path) -> None:
    luck = random.Random(4)
    furniture = prose(luck, 300)
    rows = [document(f"{at}", prose(luck, 600) + furniture, level="city", signed=day(at)) for at in range(120)]
    assert traced_frames(store_of(rows, tmp_path / "store")).pairs.empty


def test_an_edit_of_the_parent_tells_the_line_of_descent(tmp_path: Path) -> None:
    """Centre, province, city: the city has the province's own sentences too, so that the province is its parent."""
    luck = random.Random(5)
    passage, own = prose(luck, 400), prose(luck, 400)
    rows = [
        document("央", prose(luck) + passage, level="national", signed=day(1), id="centre"),
        document("省", prose(luck) + passage + own, level="province", signed=day(50), id="province"),
        document("市", prose(luck) + passage + own, level="city", signed=day(90), id="city"),
    ]
    made = traced_frames(store_of(rows, tmp_path / "store"))
    lines = made.lineages.set_index("id")
    assert lines.loc["city", "parent"] == "province" and lines.loc["province", "parent"] == "centre"
    assert set(lines["lineage"]) == {"centre"} and lines["step"].to_dict() == {"centre": 0, "province": 1, "city": 2}


def test_parents_are_earlier_and_lineages_hold_together(tmp_path: Path) -> None:
    rows, _ = planted(6, lineages=30, unrelated=0, share=0.0, least=150)
    made = traced_frames(store_of(rows, tmp_path / "store"))
    dates = made.documents.set_index("id")["date"]
    taken = made.lineages[made.lineages["parent"] != ""]
    assert len(taken) and all(dates[row.parent] < dates[row.id] for row in taken.itertuples())
    of = made.lineages.set_index("id")["lineage"]
    assert all(of[row.parent] == row.lineage for row in taken.itertuples())


def test_files_of_a_store_and_the_order_of_documents_change_nothing(tmp_path: Path) -> None:
    rows, _ = planted(8, lineages=12, unrelated=10, share=0.02, least=150)
    one = traced_frames(store_of(rows, tmp_path / "one"))
    two = traced_frames(store_of(rows[::-1], tmp_path / "two", parts=4))
    for name in ("pairs", "passages", "lineages"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


# --- side by side -------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS, TEXTS, TEXTS, st.text(alphabet="试点", min_size=1, max_size=20))
def test_spans_grow_to_what_both_have(left: str, right: str, before: str, after: str, shared: str) -> None:
    one, two = left + shared + right, before + shared + after
    span, there = grown(one, (len(left), len(left) + len(shared)), two, (len(before), len(before) + len(shared)))
    assert one[slice(*span)] == two[slice(*there)] and shared in one[slice(*span)]


def test_a_document_is_shown_beside_the_other(tmp_path: Path) -> None:
    rows, truth = planted(9, lineages=6, unrelated=3, share=0.0, least=200)
    store = store_of(rows, tmp_path / "store")
    made = traced_frames(store)
    ids = most_reused(made, 3)
    shown = side_by_side(store, made, ids)
    assert list(shown) == ids and all(one.words == one.other_words and len(one.words) >= 150 for rows in shown.values() for one in rows)
    assert all((one.other, key) in truth or (key, one.other) in truth for key, rows in shown.items() for one in rows)
    with pytest.raises(InputError, match="no document 'moon'"):
        side_by_side(store, made, ["moon"])


# --- the command --------------------------------------------------------------------------------------------------------


def call(*words: object):
    """The command line in this process; errors come through."""
    return CliRunner().invoke(shidian, ["corpus", "trace", *map(str, words)], catch_exceptions=False)


def test_a_store_is_traced_from_the_command_line(tmp_path: Path) -> None:
    rows, truth = planted(10, lineages=10, unrelated=5, share=0.0, least=200)
    store, out = store_of(rows, tmp_path / "store"), tmp_path / "out"
    answer = json.loads(call(store.path, "--out", out, "--pages", 2, "--json").stdout)
    assert answer["pairs"] == len(truth) and sum(answer["directions"].values()) + answer["from_a_common_source"] == len(truth)
    page, beside = ((out / name).read_text(encoding="utf-8") for name in ("report.html", "documents.html"))
    assert "The largest lineages" in page and "Words there" in beside and beside.count("<section") == 2
    for name in ("documents", "pairs", "passages", "lineages"):
        assert len(pd.read_csv(out / f"{name}.csv")) == pq.read_table(out / f"{name}.parquet").num_rows
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert json.loads(call(store.path, "--out", out, "--pages", 2, "--json").stdout)["reused"]
    call(store.path, "--out", out, "--pages", 2, "--force")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


@pytest.mark.parametrize("texts", [[], [""], ["短"], ["各不相同的话" * 30, ""]])
def test_stores_without_reuse_are_traced(tmp_path: Path, texts: list[str]) -> None:
    store = (
        store_of([document(f"{at}", text) for at, text in enumerate(texts)], tmp_path / "store")
        if texts
        else store_of([], tmp_path / "store")
    )
    answer = json.loads(call(store.path, "--out", tmp_path / "out", "--json").stdout)
    assert answer["pairs"] == answer["lineages"] == 0 and answer["documents"] == len(texts)
    assert (tmp_path / "out" / "documents.html").is_file()


def test_a_document_that_is_not_there_leaves_no_folder(tmp_path: Path) -> None:
    store = store_of([document("甲", "乙")], tmp_path / "store")
    with pytest.raises(InputError, match="no document 'moon'"):
        call(store.path, "--document", "moon", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_only_one_of_two_passages_has_is_underlined_on_the_page(tmp_path: Path) -> None:
    luck = random.Random(5)
    shared = prose(luck, 400)
    rows = [document("甲办法", prose(luck) + shared, level="national", signed=day(1)), document("乙办法", prose(luck) + shared[:200] + "独有的话<b>" + shared[200:], level="city", signed=day(9))]
    store_of(rows, tmp_path / "store")
    done = CliRunner().invoke(shidian, ["corpus", "trace", str(tmp_path / "store"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, (done.output, done.exception)
    page = (tmp_path / "out" / "documents.html").read_text(encoding="utf-8")
    assert "独有的话&lt;b&gt;</u>" in page and page.count("<u>") <= 6
