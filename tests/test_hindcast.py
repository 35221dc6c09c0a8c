"""Hindcasts: scores obey their laws, rivals find planted curves, nothing after the cut reaches a forecast, the folder is whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidian.cases import Case, load_case
from shidian.cases.bundled import case_folder
from shidian.cases.table_reader import empty_frame
from shidian.cases.tables import SPECS
from shidian.foundations.errors import InputError
from shidian.study.hindcast import rivals as rival
from shidian.study.hindcast.expected import expectations
from shidian.study.hindcast.hindcast import hindcast
from shidian.study.hindcast.model import GIVEN, MODELLED
from shidian.study.hindcast.parameters import Parameters, at_hand, in_words
from shidian.study.hindcast.record import Record
from shidian.study.hindcast.scores import coverage, crps, interval, score
from shidian.study.hindcast.verdicts import MET, MISSED, verdicts
from shidian.study.posterior import Drawn, Posterior

FILES = {"study.json", "hindcast.json", "forecasts.csv", "scores.csv", "report.html"}
PRIOR = Parameters(Drawn(), "priors")
amounts = st.floats(1e-3, 1e6)
samples = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40).map(np.array)


# --- scores ---------------------------------------------------------------------------------------------------------


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(1, 20))
def test_a_point_loses_its_absolute_error(said, seen, times):
    assert crps(np.array([said]), seen) == abs(said - seen)
    assert crps(np.full(times, said), seen) == pytest.approx(abs(said - seen), rel=1e-9, abs=1e-6)


@given(samples, st.floats(-1e6, 1e6), st.randoms(use_true_random=False))
def test_the_order_of_draws_is_nothing_to_the_score(draws, seen, luck):
    mixed = list(draws)
    luck.shuffle(mixed)
    assert crps(np.array(mixed), seen) == pytest.approx(crps(draws, seen), rel=1e-9, abs=1e-6)


@given(samples, st.floats(-1e6, 1e6), st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_the_score_moves_with_the_scale_and_not_with_the_origin(draws, seen, shift, scale):
    before = crps(draws, seen)
    assert 0 <= before <= np.mean(np.abs(draws - seen)) + 1e-6
    assert crps(draws + shift, seen + shift) == pytest.approx(before, rel=1e-6, abs=1e-4)
    assert crps(draws * scale, seen * scale) == pytest.approx(before * scale, rel=1e-6, abs=1e-4)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=12).map(np.array), st.floats(-1e3, 1e3))
def test_the_score_is_its_definition(draws, seen):
    apart = [abs(one - other) for place, one in enumerate(draws) for other in draws[place + 1 :]]
    assert crps(draws, seen) == pytest.approx(np.mean(np.abs(draws - seen)) - np.mean(apart) / 2, rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=60, unique=True).map(np.array))
def test_an_interval_holds_four_fifths_of_its_own_draws(draws):
    held = coverage([draws] * len(draws), list(draws))
    assert abs(held - 0.8) <= 2 / len(draws)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=8), st.floats(0.01, 100))
def test_relative_scores_know_no_unit(pairs, factor):
    said, seen = ([pair[side] for pair in pairs] for side in (0, 1))
    one = score([np.array([value]) for value in said], seen)
    other = score([np.array([value * factor]) for value in said], [value * factor for value in seen])
    assert (other.mape, other.log_error, other.bias) == pytest.approx((one.mape, one.log_error, one.bias), rel=1e-6, abs=1e-9)
    assert one.coverage is None
    assert abs(one.bias) <= one.log_error + 1e-9


def test_what_cannot_be_scored_is_said():
    with pytest.raises(ValueError, match="0 forecasts"):
        score([], [])
    nought = score([np.array([0.0, 0.0])], [0.0])
    assert (nought.mape, nought.log_error, nought.bias) == (None, None, None)


# --- rivals ---------------------------------------------------------------------------------------------------------


@given(st.floats(-0.5, 1.0), amounts, st.integers(4, 12))
def test_a_log_linear_trend_continues_exponential_growth(growth, level, length):
    past = {2000 + k: level * np.exp(growth * k) for k in range(length)}
    made = rival.log_linear(past, [2000 + length, 2003 + length])
    assert made[2003 + length] == pytest.approx(level * np.exp(growth * (length + 3)), rel=1e-6)
    assert rival.last_growth(past, [2003 + length])[2003 + length] == pytest.approx(made[2003 + length], rel=1e-6)


@pytest.mark.parametrize("logs", [False, True])
@pytest.mark.parametrize("market", [None, 5e6])
def test_a_planted_bass_curve_is_found_again(logs, market):
    p, q, m = 0.002, 0.5, 5e6
    reached = [m * (1 - np.exp(-(p + q) * k)) / (1 + q / p * np.exp(-(p + q) * k)) for k in range(17)]
    sold = dict(zip(range(2001, 2017), np.diff(reached), strict=True))
    past = {year: sold[year] for year in range(2001, 2012)}
    made = rival.bass(past, [2013, 2016], market, logs)
    assert made == pytest.approx({year: sold[year] for year in (2013, 2016)}, rel=0.01)


def test_rivals_are_fitted_on_all_years_and_on_the_last_ones():
    past = dict.fromkeys(range(2000, 2010), 1.0)
    assert [min(window) for window in rival.windows(past)] == [2000, 2003, 2005]
    assert [min(window) for window in rival.windows({2004: 1.0, **dict.fromkeys(range(2006, 2010), 1.0)})] == [2006]
    assert list(rival.windows({2008: 1.0, 2009: 1.0})) == []


def test_rivals_score_on_china_as_worked_out_apart():
    record = Record(load_case("china-nev"), 2019)
    made = rival.rivals(record)
    errors = {}
    for name in dict.fromkeys(each.method for each in made):
        chosen = [each for each in made if each.method == name and each.indicator == "plugin_sales"]
        if chosen:
            errors[name] = score([each.draws for each in chosen], [record.future("plugin_sales")[int(each.period)] for each in chosen]).mape
    # Worked out with NumPy alone from the eleven yearly figures.
    assert errors["no change"] == pytest.approx(0.605, abs=0.001)
    assert errors["last year's growth"] == pytest.approx(0.601, abs=0.001)
    assert errors["log-linear trend, from 2013"] == pytest.approx(2.212, abs=0.001)
    assert errors["log-linear trend, from 2015"] == pytest.approx(0.248, abs=0.001)
    assert 0.7 < errors["Bass curve, market free, sales, from 2009"] < 0.85


# --- the cut --------------------------------------------------------------------------------------------------------


def with_record(case: Case, change) -> Case:
    """The same case with its record changed by a function of the table."""
    return replace(case, tables={**case.tables, "observed": change(case.tables["observed"].copy())})


def tripled_after(until: int):
    def change(table: pd.DataFrame) -> pd.DataFrame:
        after = table["period"].str[:4].astype(int) > until
        assert after.any()
        for name in ("value", "low", "high"):
            table.loc[after, name] *= 3.0
        return table

    return change


@pytest.mark.parametrize(("name", "until"), [("toy", 2013), ("china-nev", 2019), ("china-nev", 2016)])
def test_no_rival_knows_what_came(name, until):
    case = load_case(name)
    before = {(*each.key, each.period): each.value for each in rival.rivals(Record(case, until))}
    after = {(*each.key, each.period): each.value for each in rival.rivals(Record(with_record(case, tripled_after(until)), until))}
    assert before == after


def test_the_model_does_not_know_what_came_but_for_a_total_that_is_given():
    case = load_case("toy")
    both = [hindcast(Record(each, 2013), PRIOR, draws=3) for each in (case, with_record(case, tripled_after(2013)))]
    for one, other in zip(both[0].forecasts, both[1].forecasts, strict=True):
        assert (one.key, one.period) == (other.key, other.period)
        factor = 3.0 if one.method == GIVEN else 1.0
        assert other.draws == pytest.approx(factor * one.draws, rel=1e-12)


def test_held_out_figures_are_fitted_only_after_the_years_that_may_be():
    def mark(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[(table["indicator"] == "plugin_sales") & (table["period"] == "2012"), "use"] = "H"
        return table

    case = with_record(load_case("toy"), mark)
    assert 2012 not in Record(case, 2013).past("plugin_sales")
    assert 2020 not in Record(load_case("china-nev"), 2019).past("plugin_sales")
    assert 2021 in Record(load_case("china-nev"), 2021).past("plugin_sales")


def test_what_the_fit_leaves_unexplained_widens_its_intervals():
    case = load_case("toy")
    wide = {"bev_sales": 5.0, "share_of_plugin_bev_a00": 1.0}
    made = [hindcast(Record(case, 2013), Parameters(Drawn(), "priors", each), draws=12) for each in ({}, wide)]

    def spread(one, indicator: str) -> float:
        low, high = interval(next(each.draws for each in one.forecasts if each.indicator == indicator))
        return high / low

    for indicator, moves in {"plugin_sales": True, "share_of_plugin_bev_mid": True, "car_sales": False}.items():
        assert (spread(made[1], indicator) > spread(made[0], indicator)) == moves, indicator
    draws = {(each.indicator, each.period): each.draws for each in made[1].forecasts if each.method == MODELLED}
    assert draws["bev_sales", "2014"] == pytest.approx(draws["plugin_sales", "2014"])
    assert max(draws["plugin_share", "2014"]) < 1
    assert draws["share_of_plugin_bev_a00", "2014"] + draws["share_of_plugin_bev_mid", "2014"] == pytest.approx(1)


# --- what was expected ----------------------------------------------------------------------------------------------


def test_a_forecast_is_held_against_what_it_counts():
    record = Record(load_case("china-nev"), 2019)
    found = {(each.method, each.year): each for each in expectations(record)}
    plan, industry = found["State Council plan 2012-2020, 2012-07-09", 2020], found["CAAM (Ye Shengji), 2020-12", 2021]
    assert (plan.official, plan.seen, plan.years_ahead) == (True, 4.92e6, 8)
    assert industry.seen == 3.521e6 != record.future("plugin_sales")[2021]
    assert (industry.low, industry.value, industry.high) == (1.69e6, 1.8e6, 1.92e6)
    assert found["MIIT draft NEV plan, 2019-12-03", 2025].seen is None


def test_only_what_was_out_in_time_counts_as_known():
    found = {each.method: each.in_time for each in expectations(Record(load_case("china-nev"), 2019))}
    assert found["CAAM, 2020-08"]
    assert found["CAAM, 2021-01-13"]  # first given in December
    assert not found["CPCA, 2021-01-11"]
    assert not found["CPCA, 2022-01"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",target,2015,", ",hope,2015,", "hope"),
        ("2011-03,", "soon,", "soon"),
        ("plugin_sales,15000,,,vehicles", "plugin_sales,15000,,,km", "km"),
        (",15000,,,", ",15000,16000,17000,", "15000"),
        ("assumed,invented", "assumed,rumour", "rumour"),
    ],
)
def test_a_table_of_forecasts_that_cannot_be_is_refused(old, new, words, tmp_path):
    folder = shutil.copytree(case_folder("toy"), tmp_path / "mine")
    table = folder / "forecasts.csv"
    table.write_text(table.read_text().replace(old, new, 1))
    done = shidian("case", "check", "mine", cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "forecasts.csv:" in done.stderr
    assert "Traceback" not in done.stderr


def test_recorded_class_shares_add_up_and_agree_with_battery_cars():
    table = load_case("china-nev").tables["observed"].query("place == '100000'")
    value = table[table["period"].str.len() == 4].set_index(["indicator", "period"])["value"]
    shares = value[value.index.get_level_values(0).str.startswith("share_of_plugin_")]
    assert sorted({use for use in table[table["indicator"].str.startswith("share_of_plugin_")].groupby("period")["use"].first().items()}) == [
        *((str(year), "F") for year in (2018, 2019)), *((str(year), "H") for year in range(2020, 2024)),
    ]  # fmt: skip
    for year, part in shares.groupby(level=1):
        assert part.sum() == pytest.approx(1, abs=1e-4)
        assert part["share_of_plugin_phev", year] == pytest.approx(value["phev_sales", year] / value["plugin_sales", year], abs=0.005)


# --- the command ----------------------------------------------------------------------------------------------------


def shidian(*arguments, cwd: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "shidian", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600, env=os.environ | {"COLUMNS": "200"})


SHARES = """\
share_of_plugin_bev_a00,T,2013,0.9,0.85,0.95,1,F,assumed,invented,
share_of_plugin_bev_mid,T,2013,0.1,0.05,0.15,1,F,assumed,invented,
share_of_plugin_bev_a00,T,2014,0.7,0.65,0.75,1,H,assumed,invented,
share_of_plugin_bev_mid,T,2014,0.3,0.25,0.35,1,H,assumed,invented,
microcar_share,T,2013Q4,0.8,0.7,0.9,1,F,assumed,invented,
microcar_share,T,2014Q2,0.75,0.7,0.8,1,H,assumed,invented,
microcar_share,T,2014-05,0.76,0.7,0.8,1,H,assumed,invented,
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A hindcast of the toy case, with class shares put into its record."""
    folder = tmp_path_factory.mktemp("hindcast")
    case = shutil.copytree(case_folder("toy"), folder / "mine")
    with (case / "observed.csv").open("a", encoding="utf-8") as file:
        file.write(SHARES)
    done = shidian("study", "hindcast", "mine", "--until", 2013, "--params", "prior", "--draws", 8, "--out", "out", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "out", done.stdout


def test_a_hindcast_leaves_a_whole_folder_and_says_its_verdict(made):
    folder, said = made
    assert {path.name for path in folder.iterdir()} == FILES
    assert "report.html" in said
    kept = json.loads((folder / "hindcast.json").read_text())
    assert kept["years"] == [2014, 2015]
    assert len(kept["given"]) == 4
    assert {each["result"] for each in kept["targets"]} <= {MET, MISSED, "not judged"}
    for each in kept["targets"]:
        assert each["name"] in said


def test_every_method_year_and_indicator_is_in_the_table(made):
    table = pd.read_csv(made[0] / "forecasts.csv", dtype={"period": str, "unit": str})
    model = table[(table["kind"] == "model") & table["indicator"].isin(["plugin_sales", "car_sales", "plugin_share"])]
    assert len(model) == 2 * 4  # two years: three modelled, and plug-in sales with the total given
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    families = set(table.loc[table["indicator"] == "plugin_sales", "family"])
    assert families >= {"model", "no change", "last year's growth", "log-linear trend", "Bass curve, market free", "Bass curve, market given", "target"}
    shown = table[(table["indicator"] == "plugin_sales") & (table["kind"] == "rival") & (table["period"] == "2014")]
    assert (shown["observed"] == 14000).all()
    assert (shown["low"] == shown["high"]).all()
    quarters = table[(table["indicator"] == "microcar_share") & (table["family"] == "model")]
    assert list(quarters["period"]) == [f"{year}Q{quarter}" for year in (2014, 2015) for quarter in (1, 2, 3, 4)]


def test_the_scores_are_those_of_the_forecasts(made):
    forecasts = pd.read_csv(made[0] / "forecasts.csv", dtype={"period": str, "unit": str})
    scores = pd.read_csv(made[0] / "scores.csv", dtype={"unit": str}).set_index(["method", "indicator"])
    for method in ("model", "model, total car sales given", "no change", "log-linear trend, from 2010"):
        rows = forecasts[(forecasts["method"] == method) & (forecasts["indicator"] == "plugin_sales")]
        errors = (rows["value"] - rows["observed"]).abs() / rows["observed"]
        assert scores.loc[(method, "plugin_sales"), "mape"] == pytest.approx(errors.mean(), rel=1e-5)
        inside = rows["observed"].between(rows["low"], rows["high"]).mean()
        found = scores.loc[(method, "plugin_sales"), "coverage"]
        assert found == pytest.approx(inside) if method.startswith("model") else pd.isna(found)
    shares = forecasts[(forecasts["family"] == "model") & forecasts["indicator"].str.startswith("share_of_plugin_")].dropna(subset="observed")
    off = (shares["value"] - shares["observed"]).abs().mean()
    assert scores.loc[("model", "all class shares"), "absolute"] == pytest.approx(off, rel=1e-5)


def test_the_page_shows_both_ways_and_loads_nothing(made):
    page = (made[0] / "report.html").read_text(encoding="utf-8")
    for words in ("What it can foresee", "total car sales modelled", "total car sales given", "Dealers", "What it was given", "Microcars in battery-electric sales", "Electric microcar"):
        assert words in page
    head = page.split("<script>")[0]
    assert "src=" not in head.replace("default-src", "").replace("script-src", "").replace("style-src", "").replace("img-src", "")
    assert "http:" not in head
    assert "https:" not in head


def test_the_same_hindcast_is_made_once(made):
    folder = made[0]
    arguments = ("study", "hindcast", "mine", "--until", 2013, "--params", "prior", "--draws", 8, "--out", "out", "--json")
    before = (folder / "report.html").stat().st_mtime_ns
    again = shidian(*arguments, cwd=folder.parent)
    assert json.loads(again.stdout)["folder"] == "out"
    assert (folder / "report.html").stat().st_mtime_ns == before
    other = shidian(*arguments, "--seed", 1, cwd=folder.parent)
    assert other.returncode == 2
    assert "--force" in other.stderr


def test_verdicts_are_those_of_the_figures():
    judged = {each.name: each for each in verdicts(hindcast(Record(load_case("toy"), 2013), PRIOR, draws=3))}
    sales = judged["Plug-in car sales, total car sales modelled"]
    assert sales.result == (MET if sales.value <= 0.2 else MISSED)
    assert judged["Classes' shares of plug-in car sales"].result == "not judged"
    assert judged["Microcars' fall"].result == "not judged"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("toy",), "--until"),
        (("toy", "--until", "2020"), "2020"),
        (("toy", "--until", "2010"), "2010"),
        (("toy", "--until", "2015"), "2015"),
        (("toy", "--until", "soon"), "soon"),
        (("nowhere", "--until", "2013"), "nowhere"),
        (("toy", "--until", "2013", "--regime", "chaos", "--params", "prior"), "chaos"),
        (("toy", "--until", "2013", "--params", "absent.yaml"), "absent.yaml"),
        (("toy", "--until", "2013", "--params", "bad.yaml"), "alfa"),
        (("toy", "--until", "2013", "--params", "prior", "--out", "taken"), "taken"),
        (("short", "--until", "2013", "--params", "prior"), "recorded"),
    ],
)
def test_wrong_input_is_told_and_leaves_nothing(arguments, words, tmp_path):
    (tmp_path / "bad.yaml").write_text("alfa: 2.0\n")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    short = shutil.copytree(case_folder("toy"), tmp_path / "short")
    lines = (short / "observed.csv").read_text().splitlines()
    (short / "observed.csv").write_text("\n".join(line for line in lines if ",2014," not in line and ",2015" not in line) + "\n")
    before = set(tmp_path.rglob("*"))
    done = shidian("study", "hindcast", *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert set(tmp_path.rglob("*")) - before <= {tmp_path / "hindcasts"}


def test_a_posterior_that_knows_later_years_is_refused(tmp_path):
    knows = Posterior(({"alpha": 2.0}, {"alpha": 2.4}), (0, 1), 0, 2014, {"alpha": 2.2}, "digest", {"bev_sales": 0.1})
    path, case = tmp_path / "posterior.csv", load_case("toy")
    knows.write(path, {})
    with pytest.raises(InputError, match="fitted until 2014"):
        at_hand(case, 2013, path)
    found = in_words(at_hand(case, 2014, path))
    assert "up to 2014" in found.label
    assert found.unexplained == {"bev_sales": 0.1}
    assert at_hand(case, 2013, None) is None
    assert in_words(at_hand(case, 2013, Path("prior"))).given == Drawn()


def test_a_case_without_forecasts_of_others_does_without():
    case = load_case("toy")
    bare = replace(case, tables={**case.tables, "forecasts": empty_frame(SPECS["forecasts"])})
    assert expectations(Record(bare, 2013)) == []
    assert len(expectations(Record(case, 2013))) == 4


@pytest.mark.slow
def test_without_a_posterior_of_that_year_the_case_is_fitted_first(tmp_path):
    done = shidian("study", "hindcast", "toy", "--until", 2013, "--draws", 4, "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    kept = json.loads((tmp_path / "out" / "hindcast.json").read_text())
    assert "fitted to the record up to 2013" in kept["fitted"]
