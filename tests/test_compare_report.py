"""The page of a comparison: the six stages, what it says at first sight, its pictures against the tables, and what it refuses.

What it reports on is made up (see `fabricated_comparison`), save where a landscape is governed.
"""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fabricated_comparison import GOALS, LINES, REGIMES, in_folder
from test_report_browser import CHROMIUM, visit

from shidian.foundations.errors import InputError
from shidian.foundations.stages import STAGES
from shidian.report.charts.compared import compared
from shidian.report.charts.lineage import lineage
from shidian.report.charts.promised import promised
from shidian.report.charts.ribbons import parts, ribbons
from shidian.report.charts.rungs import rungs as ladder
from shidian.report.compare import write_comparison_report
from shidian.report.compare.closing import rules, uncertainty
from shidian.report.compare.contrast import contrast, shares
from shidian.report.compare.descent import MOST_MARKS, linked, middling, picture, placed
from shidian.report.compare.experiment import reached
from shidian.report.compare.folder import Compared, read
from shidian.report.compare.levels import side_by_side
from shidian.report.compare.looks import DIFFERENCE, JUDGED, LEARNED, STANCES
from shidian.report.compare.mission import implied_weights
from shidian.report.compare.opening import beside_nulls, best, differences, few, ranking
from shidian.report.compare.selection import by_stance
from shidian.report.markup import Table
from shidian.report.theme import themed
from shidian.study.compare import ask, compare_in_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return in_folder(tmp_path_factory.mktemp("comparison"))


@pytest.fixture(scope="module")
def made(folder: Path) -> Compared:
    return read(folder)


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return write_comparison_report(folder).read_text(encoding="utf-8")


def text(page: str, section: str) -> str:
    """What a reader sees of a section, without marks."""
    body = page[page.index(f'<section id="{section}"') :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body[: body.index("</section>")])).replace("\u00a0", " ").split())


def specs_of(page: str) -> list[dict]:
    return [json.loads(found) for found in re.findall(r'<script type="application/json" id="chart-\d+">(.*?)</script>', page)]


# --- the page as a whole ----------------------------------------------------------------------------------------------


def test_the_six_stages_stand_in_their_order_with_their_words(page: str) -> None:
    headings = re.findall(r'<section id="(.*?)".*?<span class="number">\d+</span> (.*?)</h2>', page, flags=re.S)
    stages = [(key, title) for key, title in headings if key in STAGES]
    assert stages == [(stage, stage.capitalize()) for stage in STAGES]
    assert [key for key, _ in headings] == ["says", *STAGES, "contrast", "cost", "rules", "uncertainty", "provenance"]


def test_the_page_is_small_and_loads_nothing(page: str) -> None:
    assert len(page.encode()) < 5_000_000
    own = re.sub(r"<script>/\* Vega.*?</script>", "", page, flags=re.S)
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:,)""", own)
    assert "default-src 'none'" in own


def test_every_chart_is_described_and_every_figure_has_its_table(page: str) -> None:
    specs = specs_of(page)
    assert len(specs) == page.count("data-chart=") > 40
    assert all(spec["description"] for spec in specs)
    assert all(sum(len(rows) for rows in spec["datasets"].values()) <= 5000 for spec in specs)
    assert page.count("<figure") == page.count('<details class="data">') > 10


def test_every_kind_of_chart_obeys_the_schema() -> None:
    rows = pd.DataFrame(
        {
            "label": ["a", "b"],
            "kind": ["better", "worse"],
            "value": [1.0, -1.0],
            "low": [0.5, -2.0],
            "high": [2.0, 0.0],
            "inner_low": [0.8, -1.2],
            "inner_high": [1.1, -0.8],
        }
    )
    stack = pd.DataFrame(
        {"time": [2009, 2010] * 2, "label": ["x", "y"] * 2, "kind": ["supported"] * 2 + ["tolerated"] * 2, "value": [0.2, 0.3, 0.8, 0.7]}
    )
    climbed = pd.DataFrame({"rung": ["a", "b"], "value": [0.0, np.nan], "low": [0.0, np.nan], "high": [0.0, np.nan], "reached": [1.0, 0.0]})
    marks = pd.DataFrame(
        {"time": [0.0], "year": [0], "lane": ["a"], "place": ["p"], "package": ["x"], "origin": ["own"], "source": ["nobody"]}
    )
    points = pd.DataFrame({"package": ["x"], "verdict": ["good scaled"], "believed": [0.1], "truth": [0.2]})
    links = pd.DataFrame({"time": [1.0], "lane": ["a"], "from_time": [0.0], "from_lane": ["a"]})
    charts = [
        compared(rows, kinds=DIFFERENCE, axis="points", title="t"), ribbons(stack, kinds=STANCES, axis="packages", title="t"), parts(stack, kinds=STANCES, axis="%", title="t"),
        ladder(climbed, title="t", most=5.0), lineage(marks, links, lanes=["a"], origins=LEARNED, title="t"), promised(points, verdicts=JUDGED, ends=(-1.0, 1.0), unit="points", title="t"),
    ]  # fmt: skip
    with themed():
        assert all(chart.to_dict(validate=True)["layer"] for chart in charts)
    many = pd.concat([marks] * 5001)
    with pytest.raises(ValueError, match="5001 rows"):
        lineage(many, links.head(0), lanes=["a"], origins=LEARNED, title="t")


def test_names_that_look_like_markup_stay_text(tmp_path: Path) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    page = write_comparison_report(
        in_folder(tmp_path / "evil", regimes=("hierarchy", "federal"), draws=2, title=evil, lines=("low-speed",))
    ).read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert page.count("<script") == page.count("</script>")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH (Debian: apt-get install chromium)")
def test_a_browser_draws_every_chart_and_asks_for_nothing(folder: Path, page: str) -> None:
    seen = visit(folder / "report.html")
    charts = seen.elements.count('data-chart="')
    assert seen.elements.count('data-drawn="yes"') == charts == page.count("data-chart=")
    assert "NaN" not in "".join(re.findall(r'<path[^>]* d="[^"]*"', seen.elements))
    assert not [line for line in seen.log.splitlines() if ":CONSOLE" in line]
    assert seen.asked == []


# --- what it says at first sight --------------------------------------------------------------------------------------


def test_the_leader_is_the_regime_with_the_highest_score(made: Compared) -> None:
    means = made.tables["years"].groupby("regime")["score"].mean()
    assert ranking(made, "score").index.tolist() == means.sort_values(ascending=False).index.tolist()
    assert f"{means.idxmax()} served the mission best" in best(made)
    local = made.tables["years"].groupby("regime")["money_local"].mean()
    assert ranking(made, "money_local").index[0] == local.idxmin()


def test_verdicts_follow_from_the_interval_of_the_mean(made: Compared) -> None:
    years = made.tables["years"].groupby(["regime", "draw"])[["score", "money_local"]].mean()
    for measure, sign in (("score", 1), ("money_local", -1)):
        rows = differences(made, measure).set_index("regime")
        for name in made.others:
            gap = years.loc[name, measure] - years.loc["hierarchy", measure]
            reach = 2.364624 * gap.std(ddof=1) / 8**0.5  # Student's t with 7 degrees of freedom
            low, high = sorted((sign * (gap.mean() - reach), sign * (gap.mean() + reach)))
            expected = "better" if low > 0 else "worse" if high < 0 else "not told apart"
            assert rows.loc[name, "verdict"] == expected
            assert rows.loc[name, "inner_high"] - rows.loc[name, "inner_low"] == pytest.approx(2 * reach, rel=1e-5)


def test_nulls_are_named_or_missed(made: Compared, tmp_path: Path) -> None:
    assert made.nulls == ["no-learning", "random-selection"]
    said = beside_nulls(made)
    means = made.tables["years"].groupby("regime")["score"].mean()
    below = [name for name in REGIMES if name not in made.nulls and means[name] <= means[made.nulls].max()]
    assert all(name in said for name in [*made.nulls, *below])
    without = read(in_folder(tmp_path / "none", regimes=("hierarchy", "federal"), draws=3))
    assert "No null is among the regimes" in beside_nulls(without)


def test_a_regime_compared_with_that_never_came_through_is_told(made: Compared) -> None:
    missing = {
        "levels": made.tables["levels"].query("regime != 'hierarchy'"),
        "differences": made.tables["differences"].assign(mean=np.nan, error=np.nan, better=np.nan, draws=0),
    }
    lame = Compared(made.record, made.tables | missing)
    assert "No draw came through under both it and hierarchy." in best(lame)
    assert "nan" not in best(lame) + beside_nulls(lame)


def test_the_picture_has_a_panel_for_the_score_each_goal_and_each_level_of_money(made: Compared, page: str) -> None:
    assert made.measures == ["score", *(f"goal_{goal}" for goal in GOALS), "money_centre", "money_local"]
    titles = [spec["title"]["text"] for spec in specs_of(page)[: len(made.measures)]]
    assert titles == [["Mission score"], *([goal.capitalize()] for goal in GOALS), ["Money, centre"], ["Money, local"]]
    assert text(page, "says").count("random-selection") >= len(made.measures)


def test_weights_are_those_that_the_scores_imply() -> None:
    luck = np.random.default_rng(1)
    years = pd.DataFrame(luck.normal(size=(30, 3)), columns=["goal_a", "goal_b", "goal_c"])
    goals = list(years.columns)
    told = implied_weights(years.assign(score=years @ [0.5, 0.3, 0.2]), goals)
    assert told.to_list() == pytest.approx([0.5, 0.3, 0.2])
    assert implied_weights(years.assign(score=luck.normal(size=30)), goals).isna().all()
    assert implied_weights(years.head(2).assign(score=1.0), goals).isna().all()


# --- pictures against the rows they come from -------------------------------------------------------------------------


def test_ribbons_are_the_rows_of_stances_counted(made: Compared) -> None:
    stances = made.tables["stances"]
    own = stances[(stances["line"] == "low-speed") & (stances["regime"] == "hierarchy") & (stances["year"] == 2015)]
    drawn = by_stance(made, "low-speed")
    drawn = drawn[(drawn["regime"] == "hierarchy") & (drawn["time"] == 2015)].set_index("kind")["value"]
    counts = own["stance"].value_counts() / made.draws
    assert drawn["supported"] == pytest.approx(counts.get(1, 0.0))
    assert drawn["inhibited, not gone"] + drawn["inhibited and gone"] == pytest.approx(counts.get(-1, 0.0))
    assert drawn.sum() <= len(LINES["low-speed"]) + 1e-9


def test_the_ways_in_which_a_package_ends_share_out_the_draws(made: Compared) -> None:
    rows = made.tables["contrast"]
    for line, packages in LINES.items():
        for package in packages:
            own = shares(made, rows, line, package)
            assert own.groupby("label")["value"].sum().to_numpy() == pytest.approx(1.0)
            assert own["label"].nunique() == len(REGIMES)
    last = made.tables["stances"]
    last = last[(last["year"] == 2025) & (last["regime"] == "hierarchy") & (last["package"] == "lead-acid")]
    drawn = shares(made, rows, "low-speed", "lead-acid").set_index(["label", "kind"])["value"]
    assert drawn["hierarchy", "inhibited, not gone"] == pytest.approx(((last["stance"] < 0) & (last["places"] > 0)).sum() / made.draws)


def test_numbers_that_decide_are_named_and_others_not(made: Compared) -> None:
    columns = ["regime", "line", "end", "number", "separation", "error", "draws_with", "draws_without"]
    rows = [["hierarchy", "low-speed", "inhibited", number, size, 0.2, 4, 4] for number, size in (("hidden demand", -0.9), ("taste", 0.1))]
    section = contrast(Compared(made.record, made.tables | {"deciders": pd.DataFrame(rows, columns=columns)}))
    assert section is not None
    told = next(block.rows for block in section.blocks if isinstance(block, Table) and "Number" in block.rows)
    assert told[["Number", "Separation"]].to_numpy().tolist() == [["hidden demand", "-0.90"]]


def test_maps_fill_as_years_pass(made: Compared) -> None:
    table = reached(made, "hierarchy", "microcar")
    wide = table.pivot(index="name", columns="time", values="value")
    assert len(wide) == 31
    assert (wide.diff(axis=1).iloc[:, 1:] >= 0).all().all()
    rows = made.tables["adoptions"]
    rows = rows[(rows["regime"] == "hierarchy") & (rows["line"] == "microcar") & (rows["province"] == "370000")]
    below = (made.tables["places"]["parent"] == "370000").sum()
    assert wide.loc["Shandong", 2025] == round(rows.groupby("draw")["place"].nunique().sum() / made.draws / below, 2) > 0


def test_a_lineage_leads_back_in_time_to_where_the_package_was_held(made: Compared) -> None:
    rows = made.tables["adoptions"]
    rows = rows[(rows["regime"] == "hierarchy") & (rows["draw"] == middling(rows[rows["regime"] == "hierarchy"]))]
    marks = placed(rows)
    assert marks.groupby(["time", "lane"]).size().max() == 1
    links = linked(marks)
    taught = rows[rows["learned_from"] != ""]
    assert len(links) == len(taught)
    assert (links["from_time"] <= links["time"]).all()
    between = links[links["from_lane"] != "centre"]
    assert {*zip(between["from_time"], between["from_lane"], strict=True)} <= {*zip(marks["time"], marks["lane"], strict=True)}


def test_what_a_rollout_brought_is_no_lineage(made: Compared) -> None:
    rows = made.tables["adoptions"].copy()
    rows.loc[rows["year"] > 2012, "brought"] = "national"
    drawn = picture(Compared(made.record, made.tables | {"adoptions": rows}), "hierarchy")
    assert drawn is not None
    shown = drawn.rows
    assert shown.loc[shown["origin"] != "national roll-out", "year"].max() <= 2012
    assert (shown["origin"] == "national roll-out").any()


def test_a_crowded_lineage_shows_one_package_and_says_which(made: Compared) -> None:
    rows = made.tables["adoptions"]
    crowd = pd.concat([rows.assign(draw=0, place=rows["place"] + f"-{copy}") for copy in range(3)])
    drawn = picture(Compared(made.record, made.tables | {"adoptions": crowd}), "hierarchy")
    assert drawn is not None
    assert drawn.rows["package"].unique().tolist() == [drawn.alone]
    assert len(drawn.rows) <= MOST_MARKS


def test_two_regimes_stand_side_by_side_that_differ_in_who_starts(made: Compared) -> None:
    initiative = made.tables["years"].groupby("regime")["initiative"].mean()
    ours, other = side_by_side(made)
    assert ours == "hierarchy"
    assert other == initiative.drop(["hierarchy", *made.nulls]).idxmin()


# --- regimes as data, and how to repeat -------------------------------------------------------------------------------


def test_rules_that_differ_are_listed_and_no_others(page: str) -> None:
    said = text(page, "rules")
    assert "experiment.discretion 0.6 0.15 0 1 0.6 0.6" in said
    assert "selection.rule merit merit merit none merit random" in said
    assert "experiment.rivalry" not in said
    assert "A null. As hierarchy, but neither the centre nor localities learn from reports." in said


def test_an_amendment_is_told_with_its_year(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "amended", regimes=("hierarchy", "federal"), draws=2, lines=("microcar",))
    record = json.loads((folder / "study.json").read_text())
    record["regimes"][0]["amendments"] = [
        {"since": 2013, "experiment": {"innovation": 0.1}, "monitoring": {}, "appraisal": {}, "selection": {}, "adjustment": {}}
    ]
    (folder / "study.json").write_text(json.dumps(record))
    told = rules(read(folder)).blocks[-1].rows.set_index("Rule")
    assert told.loc["amendments", "hierarchy"] == "from 2013 experiment.innovation 0.1"
    assert told.loc["amendments", "federal"] == ""


def test_the_page_says_how_to_make_it_again(page: str) -> None:
    said = text(page, "provenance")
    assert (
        f"shidian study compare china-nev --regimes {','.join(REGIMES)} --runs 8 --seed 3 --from 2009-01 --params prior --discount 0.03"
        in said
    )
    assert "0123456789ab" in said
    assert "numpy version" in said


# --- less than everything ---------------------------------------------------------------------------------------------


def test_one_regime_and_one_draw_still_have_a_page(tmp_path: Path) -> None:
    page = write_comparison_report(in_folder(tmp_path / "one", regimes=("hierarchy",), draws=1)).read_text(encoding="utf-8")
    assert [key for key in re.findall(r'<section id="(.*?)"', page) if key in STAGES] == list(STAGES)
    assert "stands alone" in text(page, "says")
    assert "One draw tells no interval" in text(page, "says")


def test_runs_that_failed_are_told_with_their_reason(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "failed", regimes=("hierarchy", "federal"), draws=3, lines=("microcar",))
    pd.DataFrame([{"regime": "federal", "draw": 3, "reason": "ValueError: beliefs are not finite"}]).to_csv(
        folder / "failed.csv", index=False
    )
    made = read(folder)
    assert "1 run failed" in few(made)[-1]
    assert uncertainty(made).blocks[-1].rows["Reason"].tolist() == ["ValueError: beliefs are not finite"]


def test_tables_alone_suffice_where_nothing_was_tried(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "bare", regimes=("hierarchy", "federal"), draws=2)
    for name in (
        "stances",
        "adoptions",
        "judgements",
        "rollouts",
        "ladder",
        "stances_by_year",
        "lineages",
        "appraising",
        "contrast",
        "pairs",
        "failed",
    ):
        (folder / f"{name}.csv").unlink(missing_ok=True)
    page = write_comparison_report(folder).read_text(encoding="utf-8")
    assert re.findall(r'<section id="(.*?)"', page) == ["says", *STAGES, "rules", "uncertainty", "provenance"]


def test_a_folder_without_a_comparison_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no comparison of regimes.*shidian study compare CASE"):
        write_comparison_report(tmp_path)
    (tmp_path / "study.json").write_text("{")
    with pytest.raises(InputError, match="holds no comparison"):
        read(tmp_path)
    (tmp_path / "study.json").write_text('{"regimes": [{"name": "hierarchy", "meaning": "one"}], "case": "toy"}')
    with pytest.raises(InputError, match=r"years\.csv"):
        read(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["study.json"]


# --- a nation that is governed ----------------------------------------------------------------------------------------


def test_a_governed_landscape_has_its_page(tmp_path: Path) -> None:
    asked = ask("landscape", ("hierarchy", "federal", "no-learning"), runs=2)
    compare_in_folder(asked, tmp_path / "land", workers=1, draw_page=write_comparison_report)
    page = (tmp_path / "land" / "report.html").read_text(encoding="utf-8")
    assert [key for key in re.findall(r'<section id="(.*?)"', page) if key in STAGES] == list(STAGES)
    years = read(tmp_path / "land").tables["years"]
    leader = years.groupby("regime")["score"].mean().idxmax()
    assert f"{leader} served the mission best" in text(page, "says")
    assert "Technology 0.3" in text(page, "mission")
