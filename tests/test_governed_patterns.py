"""Patterns beyond a replay: each kind on planted rows, verdicts beside nulls, what is refused, the command."""

from __future__ import annotations

import json
import shutil
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from planted_nation import PlantedNation

from shidian.cases import load_case
from shidian.cases.bundled import BUNDLED
from shidian.cases.document import read_document
from shidian.cli import shidian as cli
from shidian.foundations.errors import Failure, InputError
from shidian.foundations.shares import wilson
from shidian.governance.regimes import load_regime
from shidian.study.compare import ask, compare_in_folder
from shidian.study.governed_patterns.scoring import NORMAL_80
from shidian.study.governed_patterns import GOVERNED_FILE, Asking, not_run, read_governed_patterns, score_governed
from shidian.study.governed_patterns.evidence import At, Governance, RunSet, govern
from shidian.study.governed_patterns.kinds import KINDS, Slope, read_take
from shidian.study.governed_patterns.selection import FileReader, Rows
from shidian.study.governed_patterns.theory import Figures, Rise, Theory
from shidian.study.patterns import PatternResult, read_patterns, validate
from shidian.worlds.theory import Check, distance

HERE, OTHER = At("set", "hierarchy"), At("set", "federal")
YEARS = pd.DataFrame({"year": [2010, 2011, 2012, 2013], "score": [1.0, 2.0, 4.0, 8.0], "cost": [2.0, 2.0, 2.0, 4.0], "line": ["a", "a", "b", "b"]})
LATE = pd.DataFrame({"year": [2012, 2013], "score": [1.0, 1.0], "cost": [1.0, 3.0], "line": ["a", "b"]})


def reader(tmp_path: Path, text: str) -> FileReader:
    """A mapping as it stands in a file."""
    path = tmp_path / "planted.yaml"
    path.write_text(f"measure: {text}\n", encoding="utf-8")
    document = read_document(path)
    return FileReader(document, document.tree, "file").inner("measure")


@pytest.fixture
def measured(tmp_path: Path):
    """What a measure finds in two draws: planted years in both, fewer of them in the second."""
    evidence = Governance({"set": 2}, {HERE: {0: {"years": YEARS}, 1: {"years": YEARS[:1]}}, OTHER: {0: {"years": LATE}, 1: {"years": LATE}}})
    return lambda text: read_take(reader(tmp_path, text)).values(evidence, HERE)


# --- kinds -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{kind: mean, table: years, column: score}", [3.75, 1.0]),
        ("{kind: mean, table: years, from: 2011, to: 2012, column: score}", [3.0, np.nan]),
        ("{kind: mean, table: years, regime: federal, column: score}", [1.0, 1.0]),
        ("{kind: share, table: years, that: {score: {above: 2}}}", [0.5, 0.0]),
        ("{kind: share, table: years, that: {score: {above: 1, below: 8}, line: a}}", [0.25, 0.0]),
        ("{kind: share, table: years, where: {line: b}, that: {year: [2012, 2013]}}", [1.0, np.nan]),
        ("{kind: count, table: years, where: {line: a}}", [2.0, 1.0]),
        ("{kind: quotient, table: years, part: score, whole: cost}", [1.5, 0.5]),
        ("{kind: slope, table: years, y: score, x: year}", [2.3 * np.sqrt(1.25), np.nan]),
        ("{kind: lag, since: {table: years, where: {line: a}}, until: {table: years, where: {line: b}}}", [2.0, np.nan]),
        ("{kind: happens, all: [{table: years, where: {line: a}}, {table: years, where: {score: {above: 4}}}]}", [1.0, 0.0]),
        ("{kind: order, of: [{kind: mean, regime: federal, table: years, column: score}, {kind: mean, table: years, column: score}]}", [1.0, 0.0]),
        ("{kind: order, of: [{kind: mean, table: years, column: score}, {kind: mean, regime: federal, table: years, column: score}]}", [0.0, 0.0]),
        ("{kind: ratio, of: {kind: count, table: years}, to: {kind: count, regime: federal, table: years}}", [2.0, 0.5]),
        ("{kind: ratio, of: {kind: count, table: years}, to: {kind: count, table: years, where: {line: b}}}", [2.0, np.nan]),
        ("{kind: gap, of: {kind: mean, table: years, column: score}, to: {kind: mean, regime: federal, table: years, column: score}}", [2.75, 0.0]),
    ],
)  # fmt: skip
def test_each_kind_gives_the_planted_number(measured, text: str, found: list[float]) -> None:
    assert measured(text) == pytest.approx(found, nan_ok=True)


def test_every_kind_is_planted_above() -> None:
    texts = " ".join(mark.args[1][at][0] for mark in test_each_kind_gives_the_planted_number.pytestmark for at in range(len(mark.args[1])))
    assert all(f"kind: {name}," in texts for name in KINDS)


@given(st.floats(-3, 3), st.floats(-3, 3), st.integers(0, 10))
def test_a_slope_holds_the_other_column_equal(own: float, other: float, seed: int) -> None:
    luck = np.random.default_rng(seed)
    x, beside = luck.normal(size=20), luck.normal(size=20)
    table = pd.DataFrame({"x": x + beside, "beside": beside, "y": own * (x + beside) + other * beside})
    evidence = Governance({"set": 1}, {HERE: {0: {"years": table}}})
    rows = Rows("years", (), float("-inf"), float("inf"), InputError(""))
    found = Slope("", "", "", False, rows, "y", "x", ("beside",)).value(evidence, HERE, 0)
    assert found == pytest.approx(own * table["x"].std(ddof=0), abs=1e-9)


def test_what_a_failed_run_would_have_said_is_not_known(tmp_path: Path) -> None:
    evidence = Governance({"set": 3}, {HERE: {0: {"years": YEARS}, 2: {"years": LATE}}})
    found = read_take(reader(tmp_path, "{kind: count, table: years}")).values(evidence, HERE)
    assert found == pytest.approx([4, np.nan, 2], nan_ok=True)


def test_rows_of_all_draws_count_together(tmp_path: Path) -> None:
    tables = {draw: {"years": YEARS[: draw + 1]} for draw in (0, 1, 3)}
    evidence = Governance({"set": 4}, {HERE: tables, OTHER: {draw: {"years": LATE} for draw in range(4)}})
    ratio = read_take(reader(tmp_path, "{kind: ratio, pooled: true, of: {kind: count, table: years}, to: {kind: count, regime: federal, table: years}}"))
    assert ratio.together(evidence, HERE)[0] == pytest.approx((1 + 2 + 4) / 6)
    same = Governance({"set": 3}, {HERE: {draw: {"years": YEARS.assign(score=score)} for draw, score in enumerate((1.0, 2.0, 6.0))}})
    mean, error = read_take(reader(tmp_path, "{kind: mean, pooled: true, table: years, column: score}")).together(same, HERE)
    assert (mean, error) == pytest.approx((3.0, np.std([1, 2, 6], ddof=1) / np.sqrt(3)))


# --- verdicts ----------------------------------------------------------------------------------------------------------

FIRST = {"id": "p", "name": "n", "use": "H", "source": "invented", "result": "not yet", "note": "waits"}
HEADER = "runs:\n  set: {from: 2010-01}\nnulls: [federal]\npatterns:\n"


@cache
def bundled_toy():
    return load_case("toy")


def case_with(folder: Path, entry: str, header: str = HEADER, **first: str):
    """The toy case with one pattern that waits, and a governed_patterns.yaml with one entry."""
    (folder / GOVERNED_FILE).write_text(header + entry, encoding="utf-8")
    return replace(bundled_toy(), folder=folder, patterns=(FIRST | first,))


def waiting(case) -> list[PatternResult]:
    return [PatternResult(one.id, one.name, one.use, one.criterion, one.source, one.given, None, None, None, "", None, one.note) for one in read_patterns(case)]


@pytest.fixture
def scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The verdict on one entry where runs are planted: score rises by 1 a year from draw + 1 under hierarchy, and is 0 under federalism."""
    made = {HERE: {}, OTHER: {}}
    for draw in range(4):
        years = pd.DataFrame({"year": [2010, 2011, 2012], "score": [draw + 1.0, draw + 2.0, draw + 3.0]})
        made[HERE][draw], made[OTHER][draw] = {"years": years}, {"years": years.assign(score=0.0)}
    monkeypatch.setattr("shidian.study.governed_patterns.scoring.govern", lambda *_: Governance({"set": 4}, made))

    def score(entry: str) -> PatternResult:
        case = case_with(tmp_path, entry)
        return score_governed(case, waiting(case), Asking(0, 4, tmp_path), silent)[0]

    return score


def silent(title: str, total: int):
    return nullcontext(lambda done: None)


MEAN = "  - {id: p, runs: set, criterion: c, measure: {kind: mean, table: years, column: score}, "


def test_the_median_decides_and_the_null_stands_beside(scored) -> None:
    found = scored(MEAN + "between: [3, 4]}\n")
    assert (found.result, found.value, found.probability, found.basis, found.under) == ("holds", 3.5, 0.5, "governed runs", "hierarchy, toy from 2010-01")
    assert [(one.regime, one.result, one.value) for one in found.beside] == [("federal", "misses", 0.0)]
    assert scored(MEAN + "between: [4, 5]}\n").result == "misses"


def test_a_strict_bound_leaves_itself_out(scored) -> None:
    assert scored(MEAN.replace("runs: set", "runs: set, regime: federal, beside: []") + "between: [0, null]}\n").result == "holds"
    assert scored(MEAN.replace("runs: set", "runs: set, regime: federal, beside: []") + "above: 0}\n").result == "misses"
    assert scored(MEAN + "below: 3.5}\n").result == "misses" and scored(MEAN + "above: 3.4}\n").result == "holds"


def test_a_frequency_is_judged_by_its_share_of_draws(scored) -> None:
    happens = "  - {id: p, runs: set, criterion: c, measure: {kind: happens, all: [{table: years, where: {score: {above: 3.5}}}]}, "
    found = scored(happens + "between: [0.5, 1]}\n")
    assert (found.result, found.value, found.probability) == ("holds", 0.75, 0.75)
    assert (found.low, found.high) == pytest.approx(tuple(map(float, wilson(3, 4, NORMAL_80))))
    assert scored(happens + "between: [0.8, 1]}\n").result == "misses"


def test_what_most_draws_do_not_have_misses(scored) -> None:
    late = "  - {id: p, runs: set, criterion: c, measure: {kind: mean, table: years, where: {score: {above: %s}}, column: score}, above: 0}\n"
    assert (found := scored(late % 3.5)).result == "holds" and "defined in 3 of 4 draws" in found.note
    assert (found := scored(late % 5.5)).result == "misses" and found.value is None and "defined in 1 of 4 draws" in found.note


def test_pooled_numbers_have_an_interval_and_no_draws(scored) -> None:
    found = scored(MEAN.replace("column: score", "column: score, pooled: true") + "above: 0}\n")
    assert (found.result, found.value, found.probability) == ("holds", 3.5, None)
    assert found.high - found.value == pytest.approx(1.2816 * np.std([2, 3, 4, 5], ddof=1) / 2)


def test_every_part_counts_that_has_bounds(scored) -> None:
    also = "also: [{name: told, measure: {kind: count, table: years}}, {name: judged, measure: {kind: count, table: years}, between: [%s, 9]}]}\n"
    assert scored(MEAN + "above: 0, " + also % 3).result == "holds"
    missed = scored(MEAN + "above: 0, " + also % 4)
    assert missed.result == "misses" and "missed by: judged" in missed.note and "told: 3 (3 to 3), not judged" in missed.note


def test_a_written_result_keeps_its_reason(scored) -> None:
    found = scored("  - {id: p, result: not yet, note: officials have no age}\n")
    assert (found.result, found.note, found.value) == ("not yet", "officials have no age", None)


def test_theory_holds_only_where_every_figure_does(scored, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = "  - {id: p, criterion: c, measure: {kind: theory, results: [distance]}, between: [1, 1]}\n"
    good, bad = Check("fine", "s", "q", 1.0, 1.0, 0.1), Check("off", "s", "q", 1.0, 2.0, 0.1, null=True)
    monkeypatch.setattr("shidian.worlds.theory.distance.checks", lambda seed, runs: [good])
    found = scored(entry)
    assert (found.result, found.value, found.basis, found.beside) == ("holds", 1.0, "theory", ())
    monkeypatch.setattr("shidian.worlds.theory.distance.checks", lambda seed, runs: [good, bad])
    found = scored(entry)
    assert (found.result, found.value) == ("misses", 0.5)
    assert "1 of 2 figures" in found.note and "nulls 0 of 1; not off (q: 2 beside 1)" in found.note


def test_a_positive_quadratic_term_alone_is_no_u() -> None:
    """Without care for standing performance falls and stays level: its quadratic term is positive, and nothing rises at the far end."""
    checks = {one.name: one for one in distance.checks(3, 10_000)}
    flat = [replace(checks["performance in between"], simulated=checks["performance far from the model"].simulated), *checks.values()]
    level = {one.name: one for one in reversed(flat)}
    assert checks["quadratic term without standing"].simulated > 0
    rise = Rise("distance", "performance far from the model", "performance in between", InputError(""))
    assert rise.value(Theory(3)) > 3
    assert abs(rise.value(Theory(3, made={"distance": list(level.values())}))) < 3


def test_theory_is_simulated_once_for_a_seed() -> None:
    theory = Theory(1)
    assert Figures(("endorsement", "disappointment")).value(theory) == 1.0
    assert set(theory.made) == {"endorsement", "disappointment"}


@given(st.integers(1, 60), st.data())
def test_wilson_holds_the_share(draws: int, data) -> None:
    times = data.draw(st.integers(0, draws))
    low, high = wilson(times, draws, NORMAL_80)
    assert 0 <= low <= times / draws + 1e-12 and times / draws - 1e-12 <= high <= 1


# --- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (MEAN.replace("mean", "maen") + "above: 0}\n", "5:54: 'maen' under 'kind'"),
        (MEAN.replace("column: score", "colunm: score") + "above: 0}\n", "lacks 'column'"),
        (MEAN.replace("id: p", "id: x") + "above: 0}\n", "5:10: There is no pattern 'x' in patterns.yaml"),
        (MEAN.replace("runs: set", "runs: sat") + "above: 0}\n", "'sat' is no set of runs"),
        (MEAN.replace("runs: set", "runs: set, regime: fedral") + "above: 0}\n", "There is no regime 'fedral'. Did you mean 'federal'?"),
        (MEAN.replace("runs: set", "runs: set, beside: [fedral]") + "above: 0}\n", "There is no regime 'fedral'"),
        (MEAN + "above: 0, between: [0, 1]}\n", "Bounds are given twice, as above and between"),
        (MEAN + "note: x}\n", "No part of the pattern has bounds"),
        (MEAN + "above: zero}\n", "'above' of the pattern is 'zero', not a number"),
        (MEAN + "above: 0, colour: red}\n", "has 'colour', which nobody reads"),
        (MEAN.replace("column: score", "column: score, where: {score: {}}") + "above: 0}\n", "neither `above` nor `below`"),
        (MEAN + "above: 0}\n" + MEAN + "above: 0}\n", "6:10: The pattern id p stands twice"),
        ("  - {id: p, criterion: c, measure: {kind: theory, results: [distnce]}, above: 0}\n", "'distnce' is no result of theory"),
        ("  - {id: p, criterion: c, measure: {kind: rise, result: distance, of: x}, above: 0}\n", "has no figure 'x'"),
        ("  - {id: p, runs: set, criterion: c, measure: {kind: order, of: 3}, above: 0}\n", "'of' of the measure 'order' is 3, not a list"),
        ("  - {id: p, runs: set, criterion: c, measure: {kind: share, table: years}, above: 0}\n", "lacks 'that'"),
        (MEAN.replace("column: score", "column: score, pooled: 1") + "above: 0}\n", "'pooled' is 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_spot(scored, entry: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        scored(entry)
    assert words in str(refused.value) and f"{GOVERNED_FILE}:" in str(refused.value)


def test_a_table_or_column_that_no_run_has_is_told(scored) -> None:
    with pytest.raises(InputError, match=rf"{GOVERNED_FILE}:5.*no table 'yaers'"):
        scored(MEAN.replace("years", "yaers") + "above: 0}\n")
    with pytest.raises(InputError, match=rf"{GOVERNED_FILE}:5.*no column 'scroe'"):
        scored(MEAN.replace("score", "scroe") + "above: 0}\n")


def test_two_sets_do_not_pair(tmp_path: Path) -> None:
    entry = "  - {id: p, runs: set, criterion: c, measure: {kind: gap, of: {kind: count, table: years}, to: {kind: count, runs: land, table: years}}, above: 0}\n"
    with pytest.raises(InputError, match="do not pair"):
        read_governed_patterns(case_with(tmp_path, entry, HEADER.replace("nulls", "  land: {case: landscape}\nnulls")))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (HEADER, "lacks 'patterns'"),
        (HEADER.replace("nulls", "variants: {mine: {like: hierarchy, meaning: m, experiment: {rivlary: 0}}}\nnulls"), "The variant 'mine' cannot be"),
        (HEADER.replace("nulls", "variants: {mine: {like: hierachy, meaning: m}}\nnulls"), "'hierachy' under 'like'"),
        (HEADER.replace("2010-01}", "2010-01, times: 1.5}"), "'times' is 1.5"),
    ],
)
def test_a_mistake_in_the_head_is_told(tmp_path: Path, header: str, words: str) -> None:
    entry = "" if words == "lacks 'patterns'" else MEAN + "above: 0}\n"
    with pytest.raises(InputError) as refused:
        read_governed_patterns(case_with(tmp_path, entry, header))
    assert words in str(refused.value) and f"{GOVERNED_FILE}:" in str(refused.value)


def test_one_pattern_has_one_verdict(tmp_path: Path) -> None:
    case = case_with(tmp_path, MEAN + "above: 0}\n", result="")
    with pytest.raises(InputError, match="a verdict already"):
        read_governed_patterns(case)


# --- runs --------------------------------------------------------------------------------------------------------------


def test_runs_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shidian.study.compare.question.open_governed", lambda *_: PlantedNation())
    asked = []
    monkeypatch.setattr(PlantedNation, "run", _counted(PlantedNation.run, asked))
    sets = {RunSet("set", "planted", None, True, "planted"): [load_regime("hierarchy"), load_regime("federal")]}
    first = govern(sets, Asking(0, 3, tmp_path, workers=1), silent)
    assert len(asked) == 6 and set(first.made) == {HERE, OTHER} and set(first.made[HERE]) == {0, 1, 2}
    again = govern(sets, Asking(0, 3, tmp_path, workers=1), silent)
    assert len(asked) == 6
    assert again.tables(HERE, 1)["years"].equals(first.tables(HERE, 1)["years"])
    govern(sets, Asking(0, 4, tmp_path, workers=1), silent)
    assert len(asked) == 8


def test_a_comparison_lends_its_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shidian.study.compare.question.open_governed", lambda *_: PlantedNation())
    compare_in_folder(ask("planted", ["hierarchy", "federal"], runs=2), tmp_path, 1)
    asked: list = []
    monkeypatch.setattr(PlantedNation, "run", _counted(PlantedNation.run, asked))
    govern({RunSet("set", "planted", None, True, "planted"): [load_regime("hierarchy")]}, Asking(0, 3, tmp_path, workers=1), silent)
    assert asked == [("hierarchy", 2)]


def _counted(run, asked: list):
    def counted(self, regime, seed, draw):
        asked.append((regime.name, draw))
        return run(self, regime, seed, draw)

    return counted


def test_failed_runs_are_left_out_and_only_failures_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sets = {RunSet("set", "planted", None, True, "planted"): [load_regime("hierarchy")]}
    monkeypatch.setattr("shidian.study.compare.question.open_governed", lambda *_: PlantedNation((("hierarchy", 1),)))
    made = govern(sets, Asking(0, 2, tmp_path, workers=1), silent)
    assert made.there(HERE, 0) and not made.there(HERE, 1)
    monkeypatch.setattr("shidian.study.compare.question.open_governed", lambda *_: PlantedNation((("hierarchy", 0), ("hierarchy", 1))))
    with pytest.raises(Failure, match="Nothing comes of draw 0"):
        govern(sets, Asking(0, 2, tmp_path, workers=1), silent)


def test_another_case_that_cannot_be_governed_says_why(tmp_path: Path) -> None:
    header = HEADER.replace("nulls", "  far: {case: nowhere}\nnulls")
    case = case_with(tmp_path, MEAN.replace("runs: set", "runs: far") + "above: 0}\n", header)
    found = score_governed(case, waiting(case), Asking(0, 2, tmp_path, workers=1), silent)[0]
    assert found.result == "not yet" and found.note.startswith("nowhere cannot be governed: ")


# --- the bundled case and the command ----------------------------------------------------------------------------------


def test_every_pattern_that_waits_is_scored_or_says_why() -> None:
    case = load_case("china-nev")
    stated = {one.id: one for one in read_governed_patterns(case).patterns}
    assert {one["id"] for one in case.patterns if one.get("result") == "not yet"} <= set(stated)
    assert all(one.note for one in stated.values() if one.given)
    named = {part.name for one in stated.values() for part in one.parts}
    assert "rise from in between to far, in standard errors" in named
    nulls = {"no-learning", "random-selection"}
    claims = [stated[name] for name in ("4", "5", "8", "9a", "9b", "10", "29", "31", "45")]
    assert all(nulls <= {*one.beside, one.at.regime} for one in claims)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy case with three patterns: one that landscapes score, one that theory does, and one that waits."""
    folder = shutil.copytree(BUNDLED / "toy", tmp_path_factory.mktemp("case") / "toy")
    rows = [f'  - {{id: "{name}", name: n, use: T, source: invented, result: not yet, note: waits, criterion: c}}' for name in ("land", "u", "age")]
    (folder / "patterns.yaml").write_text("patterns:\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / GOVERNED_FILE).write_text(
        "runs:\n  land: {case: landscape}\nnulls: [no-learning]\npatterns:\n"
        "  - {id: land, runs: land, criterion: something is put in force, measure: {kind: count, table: rollouts}, above: 0}\n"
        "  - {id: u, criterion: the U, measure: {kind: theory, results: [distance]}, between: [1, 1]}\n"
        "  - {id: age, result: not yet, note: officials have no age}\n",
        encoding="utf-8",
    )
    return folder


def test_the_file_is_no_part_of_what_determines_a_run(toy: Path, tmp_path: Path) -> None:
    bare = shutil.copytree(toy, tmp_path / "bare")
    (bare / GOVERNED_FILE).unlink()
    assert load_case(bare).digest == load_case(toy).digest
    assert not_run(load_case(bare), []) == []


def said(*arguments: str | Path) -> list[dict]:
    done = CliRunner().invoke(cli, ["validate", *map(str, arguments), "--draws", "2", "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_command_scores_all_and_takes_runs_from_the_folder(toy: Path, tmp_path: Path) -> None:
    asked = (toy, "--all", "--runs", 2, "--study", tmp_path / "study", "--workers", 1)
    first = said(*asked)
    found = {one["id"]: one for one in first}
    assert found["land"]["result"] == "holds" and found["land"]["beside"][0]["regime"] == "no-learning"
    assert found["land"]["under"] == "hierarchy, landscape"
    assert (found["u"]["result"], found["u"]["value"], found["u"]["basis"]) == ("holds", 1.0, "theory")
    assert (found["age"]["result"], found["age"]["note"]) == ("not yet", "officials have no age")
    chunks = sorted((tmp_path / "study" / "chunks").iterdir())
    assert said(*asked) == first
    assert sorted((tmp_path / "study" / "chunks").iterdir()) == chunks


def test_without_all_it_says_what_was_not_run(toy: Path) -> None:
    found = {one["id"]: one for one in said(toy)}
    assert (found["land"]["result"], found["land"]["note"]) == ("not yet", "not run: needs governed runs, which --all makes")
    assert found["u"]["note"] == "not run: needs theory, which --all makes"
    shown = CliRunner().invoke(cli, ["validate", str(toy), "--draws", "2"], catch_exceptions=False)
    assert "2 of those not yet scored need governed runs or theory: add --all." in shown.stdout
    assert [one.note for one in validate(load_case(toy), draws=1) if one.id == "u"] == ["not run: needs theory, which --all makes"]


def test_what_governed_runs_cannot_take_is_refused(toy: Path, tmp_path: Path) -> None:
    arguments = ["validate", str(toy), "--all", "--set", "parameters.alpha.value=3", "--study", str(tmp_path / "none")]
    with pytest.raises(InputError, match="leave out --set or --all"):
        CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert not (tmp_path / "none").exists()
