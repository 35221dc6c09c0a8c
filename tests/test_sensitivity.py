"""Sensitivity: known answers come out, luck is shared, no failed run is lost, and the study goes through the door that users use."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from test_report_browser import CHROMIUM, visit

from shidian.cases import load_case
from shidian.cli import main, shidian
from shidian.foundations.errors import Failure, InputError
from shidian.study import results, simulate
from shidian.study.figures import take
from shidian.study.posterior import Posterior
from shidian.study.sensitivity import designs, inquire, measures, question, questions
from shidian.study.sensitivity.factors import Factor, factors_of
from shidian.study.sensitivity.outcomes import last_recorded, on_scale, scale_of
from shidian.study.sensitivity.record import FILES

SMALL = ["--trajectories", "2", "--sobol", "4", "--factors", "3", "--draws", "2"]
QUICK = {"trajectories": 2, "sobol": 4, "factors": 3, "draws": 2, "outcomes": ["car_sales", "lsev_sales"]}


def study(*words: str | Path) -> Result:
    return CliRunner().invoke(shidian, ["study", "sensitivity", *map(str, words)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("study") / "out"
    done = study("toy", *SMALL, "--out", out)
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def toy():
    return load_case("toy")


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""], dtype={"note": str})


def uniform(name: str, low: float, high: float) -> Factor:
    return Factor(name, "1", "planted", "uniform", (low + high) / 2, lambda share: low + (high - low) * share)


# --- planted truths -----------------------------------------------------------------------------------------------------


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigamis_indices_come_out() -> None:
    factors = [uniform(name, -math.pi, math.pi) for name in ("a", "b", "c")]
    design = designs.saltelli(factors, ["a", "b", "c"], 2048, seed=1)
    found, failed, note = measures.sobol(ishigami(design.values), ["a", "b", "c"], seed=1)
    first, second, spread = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2, 7**2 / 8, 0.5 + 7**2 / 8 + 0.1 * math.pi**4 / 5 + 0.1**2 * math.pi**8 / 18
    assert (failed, note) == (0, "")
    assert found["S1"] == pytest.approx([first / spread, second / spread, 0], abs=0.04)
    assert found["ST"] == pytest.approx([1 - second / spread, second / spread, 1 - (first + second) / spread], abs=0.04)
    assert (found["S1_low"] < [first / spread, second / spread, 0]).all() and (found["S1_high"] > [first / spread, second / spread, 0]).all()


def test_factors_left_at_their_centres_do_not_enter_the_indices() -> None:
    factors = [uniform("a", 0, 1), uniform("still", 0, 10), uniform("b", 0, 2)]
    design = designs.saltelli(factors, ["a", "b"], 1024, seed=3)
    assert (design.values[:, 1] == 5).all()
    found, _, _ = measures.sobol(design.values @ [1.0, 1.0, 1.0], ["a", "b"], seed=3)
    assert found["ST"] == pytest.approx([0.2, 0.8], abs=0.02)


def test_effects_of_a_straight_line_are_its_slopes() -> None:
    factors = [uniform("a", 0, 1), uniform("b", -1, 1), uniform("c", 5, 6)]
    design = designs.trajectories(factors, 6, seed=2)
    found, left_out, _ = measures.morris(design.shares, design.values @ [3.0, -2.0, 0.0], ["a", "b", "c"], seed=2)
    assert left_out == 0
    assert found["mu"] == pytest.approx([3, -4, 0])
    assert found["mu_star"] == pytest.approx([3, 4, 0])
    assert found["sigma"] == pytest.approx([0, 0, 0], abs=1e-9)


def test_each_step_of_a_trajectory_moves_the_factor_that_it_names() -> None:
    factors = [uniform(name, 0, 1) for name in "abcde"]
    design = designs.trajectories(factors, 3, seed=0)
    for row in range(len(design)):
        if design.moved[row] == "start":
            assert row % 6 == 0
        else:
            moved = np.flatnonzero(design.values[row] != design.values[row - 1])
            assert ["abcde"[position] for position in moved] == [design.moved[row]]


def test_variances_add_up_where_nothing_interacts() -> None:
    draws = np.random.default_rng(0).normal(size=(2, 4000))
    parts = {"parameters": 3 * draws[0], "chosen": 3 * draws[0], "inputs": draws[1], "both": 3 * draws[0] + draws[1]}
    found = measures.variances(parts, seed=0)
    shares = {part: numbers["share"] for part, (numbers, _) in found.items()}
    assert shares == pytest.approx({"parameters": 0.9, "chosen": 1.0, "inputs": 0.1, "both": 1.0}, abs=0.03)
    low, high = (found["parameters"][0][f"share_{end}"] for end in ("low", "high"))
    assert low < 0.9 < high < low + 0.03


@given(st.integers(1, 6), st.integers(2, 6), st.integers(0, 2**31))
def test_every_outcome_gets_its_weightiest_factor_where_there_is_room(outcomes: int, count: int, seed: int) -> None:
    stars = np.random.default_rng(seed).uniform(0.1, 1, size=(outcomes, 6))
    names = list("abcdef")
    chosen = measures.most_influential(stars, names, count)
    assert len(chosen) == count and chosen == sorted(chosen)
    if count >= outcomes:
        assert {names[position] for position in stars.argmax(axis=1)} <= set(chosen)


def test_what_has_no_effect_is_never_chosen() -> None:
    assert measures.most_influential(np.array([[0, 2.0, 0], [np.nan] * 3]), ["a", "b", "c"], 3) == ["b"]


# --- factors and outcomes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["toy", "china-nev"])
def test_intervals_are_those_of_the_priors_as_drawn(name: str) -> None:
    case = load_case(name)
    factors = factors_of(case)
    free = [each for each in case.parameters.values() if each.distribution != "fixed"]
    assert len(factors) == sum(len(each.value) if isinstance(each.value, dict) else 1 for each in free)
    for each in factors:
        quarters = [each.at(share) for share in (0, 0.25, 0.5, 0.75, 1)]
        assert quarters == sorted(quarters) and each.low < each.high
        parameter = case.parameters[each.name.partition(".")[0]]
        if parameter.distribution == "uniform":
            assert (each.low, each.high) == (parameter.low, parameter.high)
        elif parameter.low is not None:
            ratio = parameter.distribution == "lognormal"
            width = math.log(each.high / each.low) if ratio else each.high - each.low
            assert width == pytest.approx(math.log(parameter.high / parameter.low) if ratio else parameter.high - parameter.low, rel=1e-3)
            assert each.at(0.5) == pytest.approx(each.centre)


def test_every_factor_says_what_it_means() -> None:
    assert all(each.meaning for each in factors_of(load_case("china-nev")))


def test_a_posterior_moves_what_it_names_and_leaves_the_rest(toy, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tuple({"alpha": 2 + 0.01 * row, "xi.lsev": -1.0} for row in range(101))
    posterior = Posterior(rows, tuple(range(101)), 5, 2013, {"alpha": 2.4, "xi.lsev": -1.0}, toy.digest)
    monkeypatch.setattr(questions, "bundled", lambda case: posterior)
    asked = question(toy, around="posterior", draws=3)
    factors = {each.name: each for each in asked.factors}
    assert (factors["alpha"].low, factors["alpha"].centre, factors["alpha"].high) == pytest.approx((2.05, 2.4, 2.95))
    assert factors["mu"].distribution == "normal"
    assert [each.given for each in asked.luck] == [posterior.luck(0, draw).given for draw in range(3)]
    assert asked.spec.key != question(toy, draws=3).spec.key


def test_a_case_without_a_posterior_cannot_be_moved_around_one(toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "bundled", lambda case: None)
    with pytest.raises(InputError, match="brings no posterior"):
        question(toy, around="posterior")


def test_the_scale_is_logarithmic_only_where_all_is_above_nought() -> None:
    assert scale_of("vehicles", np.array([1.0, np.nan, 3.0])) == "log"
    assert scale_of("vehicles", np.array([1.0, 0.0])) == "natural"
    assert scale_of("1", np.array([0.1])) == "natural"
    assert on_scale(np.array([1.0, 0.0, np.inf]), "log").tolist()[0] == 0
    assert np.isnan(on_scale(np.array([0.0, np.inf, np.nan]), "log")).all()


def test_the_year_is_the_last_recorded_one(toy) -> None:
    assert last_recorded(load_case("china-nev"), ["plugin_sales", "deaths"]) == 2023
    assert last_recorded(toy, ["deaths"]) == toy.calendar.last


# --- runs ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("around", ["prior", "posterior"])
def test_everything_drawn_is_what_a_run_draws(toy, around: str, monkeypatch: pytest.MonkeyPatch) -> None:
    posterior = Posterior(tuple({"alpha": 2.0 + row} for row in range(3)), (7, 8, 9), 5, 2013, {"alpha": 3.0}, toy.digest)
    monkeypatch.setattr(questions, "bundled", lambda case: posterior)
    asked = question(toy, **QUICK, around=around)
    ready = simulate.Experimenter(toy, fixed=posterior if around == "posterior" else ())
    expected = take(toy, results.dataset(toy, [ready.run(0, draw) for draw in (0, 1, None)]), asked.outcomes)
    runs = inquire(asked).runs
    for each in asked.outcomes:
        found = [*runs.loc[runs["step"] == "both", each.indicator], runs.loc[0, each.indicator]]
        assert found == pytest.approx(list(expected[each]), rel=1e-6)


def test_a_run_at_a_point_is_the_run_with_those_parameters(toy) -> None:
    asked = question(toy, **QUICK)
    design = designs.trajectories(asked.factors, 2, seed=4)
    rows = [0, 17, 40, len(design) - 1]
    runs = inquire(replace(asked, spec=replace(asked.spec, seed=4))).runs.query("step == 'morris'").reset_index(drop=True)
    for row in rows:
        point = dict(zip(asked.names, map(float, design.values[row]), strict=True))
        made = take(toy, results.dataset(toy, [simulate.Experimenter(toy, fixed=[point]).run(4, None)]), asked.outcomes)
        assert [runs.loc[row, each.indicator] for each in asked.outcomes] == pytest.approx([made[each][0] for each in asked.outcomes], rel=1e-6)


def test_any_number_of_workers_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    done = study("toy", *SMALL, "--workers", 1, "--out", tmp_path / "again")
    assert done.exit_code == 0, done.output
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name


def test_another_seed_is_another_study(toy) -> None:
    one, other = (inquire(question(toy, **QUICK | {"trajectories": 2, "seed": seed})) for seed in (0, 1))
    assert one.spec.key != other.spec.key
    assert not one.morris["mu_star"].equals(other.morris["mu_star"])


def test_the_folder_is_whole_and_every_run_is_a_row(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(FILES)
    written = json.loads((folder / "study.json").read_text())
    runs = table(folder, "runs")
    assert runs["run"].tolist() == list(range(len(runs)))
    assert runs.groupby("step").size().to_dict() == {name: step["runs"] for name, step in written["counts"].items()}
    factors = table(folder, "factors")
    assert factors["factor"].isin(runs.columns).all()
    assert set(written["outcomes"]) <= set(runs.columns)
    moved = runs[runs["moved"] == "alpha low"].iloc[0]
    assert moved["alpha"] == pytest.approx(factors.set_index("factor").loc["alpha", "low"], rel=1e-8)
    assert runs["failed"].isna().all()
    assert {"SALib", "jax", "numpy"} <= set(written["versions"])


def test_tables_have_a_row_for_each_outcome_and_factor(folder: Path) -> None:
    written = json.loads((folder / "study.json").read_text())
    factors, outcomes = len(table(folder, "factors")), len(written["outcomes"])
    assert len(table(folder, "morris")) == len(table(folder, "tornado")) == factors * outcomes
    assert len(table(folder, "sobol")) == 3 * outcomes
    assert len(table(folder, "variance")) == 4 * outcomes
    assert [finding["outcome"] for finding in written["findings"]] == written["outcomes"]
    assert table(folder, "variance").set_index(["outcome", "part"]).loc[("car_sales", "parameters"), "variance"] > 0


# --- failed runs --------------------------------------------------------------------------------------------------------


def failing(monkeypatch: pytest.MonkeyPatch, when) -> None:
    """Plant a failure: the market gives no number where `when` holds for a run's parameters."""
    market = simulate.run_market

    def run(parameters, setting, policies):
        if when(parameters):
            raise Failure("planted")
        return market(parameters, setting, policies)

    monkeypatch.setattr(simulate, "run_market", run)


def test_failed_runs_are_rows_and_no_table_hides_them(toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    high = next(each for each in factors_of(toy) if each.name == "alpha").at(0.9)
    failing(monkeypatch, lambda parameters: float(parameters.alpha) > high)
    done = study("toy", *SMALL, "--seed", 1, "--trajectories", 6, "--factors", 8, "--sobol", 16, "--outcome", "car_sales", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    runs, morris, sobol, tornado = (table(tmp_path / "out", name) for name in ("runs", "morris", "sobol", "tornado"))
    failed = runs[runs["failed"].notna()]
    assert (failed["failed"] == "planted").all() and failed["car_sales"].isna().all()
    assert (runs["alpha"] > high).sum() == len(failed) > 2
    trajectories = failed[failed["step"] == "morris"]["block"].nunique()
    assert set(morris["left_out"]) == {trajectories} and set(morris["trajectories"]) == {6 - trajectories}
    assert tornado.set_index("factor").loc["alpha", "note"] == "planted"
    assert tornado["swing"].isna().sum() == 1
    blocks = failed[failed["step"] == "sobol"]
    assert len(blocks) and set(sobol["failed"]) == {len(blocks)}
    assert sobol["ST"].isna().all() and sobol["note"].str.startswith("refused").all()
    counts = json.loads((tmp_path / "out" / "study.json").read_text())["counts"]
    assert sum(step["failed"] for step in counts.values()) == len(failed)
    assert f"{len(failed)} failed" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_indices_are_refused_where_any_run_failed() -> None:
    found, failed, note = measures.sobol(np.array([1.0, 2, 3, np.nan, 1, 2, 3, 4]), ["a", "b"], seed=0)
    assert failed == 1 and "refused" in note and np.isnan(found["ST"]).all()


def test_an_outcome_that_does_not_move_has_no_index() -> None:
    found, failed, note = measures.sobol(np.zeros(8), ["a", "b"], seed=0)
    assert (failed, note) == (0, measures.STILL) and np.isnan(found["S1"]).all()


def test_a_study_of_which_every_run_fails_is_written_all_the_same(toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, lambda parameters: True)
    done = study("toy", *SMALL, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    runs = table(tmp_path / "out", "runs")
    assert (runs["failed"] == "planted").all()
    assert table(tmp_path / "out", "sobol").empty
    assert "nothing that was moved" in done.output


def test_an_outcome_that_is_no_number_is_a_failed_run(toy, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = simulate.Experimenter.arrays

    def without_sales(self, seed, draw, *rest):
        made = arrays(self, seed, draw, *rest)
        return made | {"deaths": made["deaths"] * np.nan} if draw == 1 else made

    monkeypatch.setattr(simulate.Experimenter, "arrays", without_sales)
    found = inquire(question(toy, **QUICK | {"outcomes": ["deaths", "car_sales"]}))
    failed = found.runs[found.runs["failed"] != ""]
    assert set(failed["step"]) == {"inputs", "both"} and set(failed["failed"]) == {"no number: deaths"}
    assert failed["car_sales"].notna().all()
    parts = found.variance.set_index(["outcome", "part"])
    assert parts.loc[("deaths", "inputs"), "failed"] == 1 and np.isnan(parts.loc[("deaths", "inputs"), "variance"])
    assert parts.loc[("car_sales", "inputs"), "variance"] > 0


# --- the page -----------------------------------------------------------------------------------------------------------


def test_the_page_has_every_section_and_is_small(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'<section id="(.*?)"', page) == ["says", "alone", "screening", "indices", "luck", "runs", "factors", "left-out", "provenance"]
    assert len(page.encode()) < 3_000_000
    specs = [json.loads(text) for text in re.findall(r'<script type="application/json" id="chart-\d+">(.*?)</script>', page)]
    assert len(specs) == page.count("data-chart=") == 31
    assert all(spec["description"] for spec in specs)


def test_every_chart_fits_the_schema(toy) -> None:
    from shidian.report.markup import Figure
    from shidian.report.sensitivity.page import sections

    made = [block for each in sections(inquire(question(toy, **QUICK))) for block in each.blocks if isinstance(block, Figure)]
    assert len([chart.to_dict() for figure in made for chart in figure.charts]) == 7
    assert all(len(figure.data) for figure in made)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH (Debian: apt-get install chromium)")
def test_a_browser_draws_every_chart_and_asks_for_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_bytes((folder / "report.html").read_bytes())
    seen = visit(tmp_path / "report.html")
    assert seen.elements.count('data-drawn="yes"') == seen.elements.count('data-chart="') > 0
    assert not [line for line in seen.log.splitlines() if ":CONSOLE" in line]
    assert seen.asked == []


# --- the command line ---------------------------------------------------------------------------------------------------


def test_the_same_study_is_read_back(folder: Path) -> None:
    before = (folder / "study.json").stat().st_mtime_ns
    done = study("toy", *SMALL, "--out", folder, "--json")
    told = json.loads(done.output)
    assert told["reused"] is True and told["failed"] == 0 and len(told["findings"]) == 10
    assert (folder / "study.json").stat().st_mtime_ns == before


def test_a_folder_with_something_else_is_spared(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    other = study("toy", *SMALL, "--seed", 9, "--out", folder)
    foreign = study("toy", *SMALL, "--out", tmp_path, "--force")
    for done in (other, foreign):
        assert isinstance(done.exception, InputError) and "another --out" in str(done.exception)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["toy", "--outcome", "happiness"], "happiness"),
        (["toy", "--year", "1990"], "1990"),
        (["toy", "--factors", "0"], "0"),
        (["toy", "--factors", "99"], "free numbers"),
        (["toy", "--sobol", "100"], "power of two"),
        (["toy", "--trajectories", "1"], "1"),
        (["toy", "--around", "posterior"], "posterior"),
        (["toy", "--regime", "chaos"], "chaos"),
        (["toy", "--set", "parameters.alfa.value=1"], "alfa"),
        (["nowhere"], "nowhere"),
    ],
)
def test_wrong_input_is_told_and_leaves_nothing(words: list[str], said: str, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["shidian", "study", "sensitivity", *words])
    with pytest.raises(SystemExit) as stopped:
        main()
    told = capsys.readouterr().err
    assert stopped.value.code == 2
    assert said in told and "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_the_library_of_the_methods_is_imported_when_a_study_is_made() -> None:
    ask = "import sys, shidian.report.sensitivity; print([name for name in ('SALib', 'matplotlib') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_finding_is_said_in_a_line() -> None:
    from shidian.report.sensitivity.command import line

    finding = {"outcome": "plugin_sales", "unit": "vehicles", "centre": 1.5e6, "factors": [{"factor": "mu", "value": 0.5}], "parameters_share": {"value": 0.25}}
    assert [word.replace("\u00a0", " ") for word in line(finding)] == ["Plug-in car sales", "1.5 million", "mu 0.50", "25%"]
    assert line(finding | {"factors": [], "parameters_share": {"value": None}})[2:] == ("nothing that was moved", "")
