"""Calibration: what it may look at, whether it finds what was planted, and what it leaves on the disk."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from planted import planted, truth, with_record
from scipy.stats import chi2

from shidian.cases import load_case
from shidian.cases.schema import EvidenceEntry
from shidian.cli import shidian
from shidian.foundations.errors import InputError
from shidian.study.calibration.calibrate import calibrate
from shidian.study.calibration.evidence import evidence, summed_classes
from shidian.study.calibration.problem import problem
from shidian.study.calibration.spread import Fitted, refit, spread
from shidian.study.given import parameters_for
from shidian.study.posterior import Drawn, Posterior
from shidian.study.simulate import Experimenter

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="module")
def toy():
    return load_case("toy")


@pytest.fixture(scope="module")
def asked(toy):
    with ThreadPoolExecutor(2) as pool:
        yield problem(toy, 2014, pool)


@pytest.fixture(scope="module")
def fitted(toy):
    return calibrate(toy, draws=12, workers=2)


@pytest.fixture(scope="module")
def files(tmp_path_factory, fitted):
    from shidian.report.calibration import Files, written

    found = Files.at(tmp_path_factory.mktemp("fit") / "mine.csv", False)
    written(fitted, found)
    return found


# --- what it may look at -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["toy", "china-nev"])
def test_nothing_held_out_and_nothing_later_is_looked_at(name):
    case = load_case(name)
    until = case.calibration.until
    rows = case.tables["observed"]
    closed = (rows["use"] != "F") | (rows["period"].str[:4].astype(int) > until)
    assert closed.any()
    spoilt = rows.assign(**{column: rows[column].where(~closed, 7.0) for column in ("value", "low", "high")})
    other = replace(case, tables={**case.tables, "observed": spoilt})
    assert evidence(other, until) == evidence(case, until)


def test_a_later_product_and_a_later_price_change_no_fit(asked):
    """Inputs after the last fitted year are cut off before anything is computed."""
    inputs = asked.inputs(0, None)
    assert inputs.setting.price.shape[0] == inputs.policies.sites.shape[0] == len(inputs.setting.axes.years) == 2014 - 2010 + 1


def test_the_run_that_is_fitted_is_the_run_that_is_made(toy, asked):
    """Evidence of the shortened run agrees with the indicators of a whole run."""
    from shidian.study import results
    from shidian.study.simulate import simulate

    data = simulate(toy, draws=1, fixed=[asked.free.flat(asked.free.start)])
    sums = {name: values[0, :, 0] for name, values in results.yearly_indicators(toy, data)}
    said = asked.said(asked.free.start, asked.inputs(0, 0))
    for item, one in zip(asked.evidence.items, said, strict=True):
        name, period = item.name.split()
        at = int(period) - toy.calendar.first
        whole = sums["car_sales"][at] if any(item.below) else 1.0
        assert np.isclose(np.exp(one), sums[name][at] / whole, rtol=2e-4)


def test_swings_lose_their_mean_and_shares_their_whole():
    case = load_case("china-nev")
    found = evidence(case, 2019)
    swings = [position for position, item in enumerate(found.items) if item.swing.endswith("sales_bev_a00")]
    assert len(swings) == 24
    assert np.isclose(found.observed[swings].mean(), 0, atol=1e-12)
    group = [position for position, item in enumerate(found.items) if item.group == "classes of combustion cars" and item.name.endswith("2018")]
    assert np.isclose(np.exp(found.observed[group]).sum(), 1.0)
    to_date = next(item for item in found.items if item.group == "Shenzhen so far")
    assert to_date.first == 12 * 2009
    assert to_date.last == 12 * 2019 + 11


def test_an_indicator_that_no_sales_add_up_to_is_refused(toy):
    with pytest.raises(InputError, match="no sum of sales"):
        summed_classes(toy, "co2_avoided")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"place": "atlantis"}, "does not have"),
        ({"indicators": ("co2_avoided",)}, "No row|no sum of sales"),
        ({"least": 1e12}, "No row"),
    ],
)
def test_evidence_that_cannot_be_is_refused_in_words(toy, change, words):
    entry = EvidenceEntry(**({"name": "x", "indicators": ("plugin_sales",), "spread": 0.1} | change))
    other = replace(toy, calibration=toy.calibration.model_copy(update={"evidence": (entry,)}))
    with pytest.raises(InputError, match=words):
        evidence(other, 2014)


# --- whether it finds what was planted -------------------------------------------------------------------------------------


def test_slopes_are_those_of_small_steps(asked):
    inputs, z = asked.inputs(0, None), asked.free.start
    slopes = asked.slopes(z, inputs)
    column = asked.free.names.index("tau_bev")
    move = np.zeros(len(z))
    move[column] = 0.05
    step = (asked.said(z + move, inputs) - asked.said(z - move, inputs)) / 0.1
    assert np.allclose(step, slopes[:, column], atol=2e-3 * np.abs(slopes[:, column]).max())


def _ranks(asked, seed: int, draws: int) -> np.ndarray:
    """Ranks of a planted truth among posterior draws beside the very inputs it was planted with, (coordinate)."""
    inputs, z = asked.inputs(0, None), truth(asked, seed)
    here = with_record(asked, planted(asked, inputs, z, seed))
    nothing = np.zeros(len(z))
    rough = refit(here, inputs, nothing, asked.slopes(nothing, inputs), here.evidence.observed, nothing)
    best = refit(here, inputs, rough.z, asked.slopes(rough.z, inputs), here.evidence.observed, nothing)
    made = spread(here, [Fitted(None, best.z, best.objective, asked.slopes(best.z, inputs), 0, True)], seed, draws, lambda done: None)
    return (np.stack([each.z for each in made]) < z).sum(axis=0)


def test_ranks_of_planted_truths_are_flat(asked):
    """Simulation-based calibration (talts2018): over truths from the prior, each rank is as likely as any other."""
    draws, truths = 15, 24
    ranks = np.stack([_ranks(asked, seed, draws) for seed in range(truths)])
    counts = np.histogram(ranks, bins=4, range=(-0.5, draws + 0.5))[0]
    expected = ranks.size / 4
    # coordinates of one truth go together, so that fewer than all ranks count: as if one in three were independent
    assert ((counts - expected) ** 2 / expected).sum() / 3 < chi2.ppf(0.999, 3), counts


def test_a_planted_truth_lies_within_its_intervals(toy, asked):
    inputs, z = asked.inputs(0, 3), truth(asked, 77, 0.7)
    found = calibrate(toy, 2014, draws=24, workers=2, evidence=planted(asked, inputs, z, 77))
    values = asked.free.table(z[None])[0]
    rows = found.shrinkage
    inside = (rows["posterior_5"].to_numpy() <= values) & (values <= rows["posterior_95"].to_numpy())
    assert inside.mean() >= 0.75, rows["parameter"][~inside].tolist()


def test_what_the_record_cannot_know_stays_as_wide_as_the_prior(fitted):
    """Credits are not traded in the toy's first years and nothing there was fitted to them."""
    row = fitted.shrinkage.set_index("parameter").loc["credit_elasticity"]
    assert row["verdict"].startswith("not identified")
    assert fitted.shrinkage["verdict"].isin(["identified", "partly identified", "not identified: the prior decides"]).all()


def test_leaving_low_speed_cars_out_frees_what_only_they_held(fitted):
    rows = fitted.influence
    assert set(rows["without"]) == set(fitted.evidence.groups)
    assert (rows["times_wider"] > 1 - 1e-3).all()  # less evidence never narrows
    freed = rows[rows["without"] == "low-speed cars"].set_index("parameter")["times_wider"].idxmax()
    assert "lsev" in freed or "lowspeed" in freed or freed == "mobility_turnover"


def test_the_fit_comes_nearer_than_its_start(toy, asked, fitted):
    start = asked.misfit(asked.said(asked.free.start, asked.inputs(0, None)))
    assert fitted.mode.converged
    assert 0.5 * (fitted.residuals["deviations"] ** 2).sum() < start


def test_the_same_seed_gives_the_same_draws_with_any_number_of_workers(toy, fitted):
    again = calibrate(toy, draws=12, workers=1)
    assert again.posterior == fitted.posterior


# --- what it leaves, and what runs take of it --------------------------------------------------------------------------------


def test_files_can_be_read_back_and_run_from(tmp_path, files, toy, fitted):
    again = Posterior.read(files.draws, toy)
    assert again.inputs == fitted.posterior.inputs
    assert np.allclose(pd.DataFrame(again.rows), pd.DataFrame(fitted.posterior.rows), rtol=1e-6)
    assert json.loads(files.draws.with_suffix(".json").read_text())["until"] == 2014
    done = CliRunner().invoke(shidian, ["run", "toy", "--draws", "2", "--params", str(files.draws), "--out", str(tmp_path / "out")], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "mine.csv, fitted until 2014" in (tmp_path / "out" / "run.json").read_text()


def test_the_page_is_whole_and_its_charts_are_valid(files, fitted):
    from shidian.report.calibration.page import sections

    text = files.draws.with_suffix(".html").read_text(encoding="utf-8")
    assert all(section.title in text for section in sections(fitted))
    for section in sections(fitted):
        for block in section.blocks:
            for chart in getattr(block, "charts", ()):
                chart.to_dict()


def test_a_draw_takes_the_inputs_that_it_was_fitted_beside(toy, fitted):
    ready = Experimenter(toy, fixed=fitted.posterior)
    luck = fitted.posterior.luck(5, 0)
    parameters, setting, _ = ready.inputs(5, 0)
    other = Experimenter(toy).source.setting(ready.source.values(luck.seed, luck.draw, luck.given), luck.seed, luck.draw)
    assert np.isclose(float(parameters.alpha), luck.given["alpha"])
    assert np.array_equal(np.asarray(setting.price), np.asarray(other.price))


@given(st.integers(0, 2**32), st.integers(1, 40))
def test_a_run_of_so_many_draws_takes_every_row_once(seed, size):
    rows = tuple({"alpha": float(row)} for row in range(size))
    found = Posterior(rows, tuple(range(size)), 0, 2014, {"alpha": 1.0}, "")
    taken = [found.luck(seed, draw) for draw in range(2 * size)]
    assert sorted(each.given["alpha"] for each in taken[:size]) == [float(row) for row in range(size)]
    assert all(each.draw == int(each.given["alpha"]) for each in taken[:size])
    assert all((each.seed, each.draw) == (seed, draw) for draw, each in enumerate(taken) if draw >= size)


def test_an_override_of_a_parameter_beats_the_posterior(files, toy):
    chosen = parameters_for(files.draws, toy, ["parameters.alpha.value=3", "calendar.end=2014-12"])
    assert "alpha" not in chosen.given.mode
    assert all("alpha" not in row and "mu" in row for row in chosen.given.rows)


def test_the_word_prior_asks_for_priors():
    case = load_case("china-nev")
    assert parameters_for(Path("prior"), case).given == Drawn()
    assert isinstance(parameters_for(None, case).given, Posterior)


def test_the_bundled_posterior_is_fitted_to_the_case_as_it_is():
    """Where this fails the case has changed: make its posterior anew (CONTRIBUTING.md says how)."""
    case = load_case("china-nev")
    found = Posterior.read(case.posterior, case)
    assert found.until == 2019
    assert found.case_digest == case.digest
    assert len(found.rows) >= 128


@pytest.mark.parametrize("spoil", ["no json", "no draws", "not a number", "no column"])
def test_a_spoilt_posterior_is_refused_in_words(tmp_path, files, toy, spoil):
    path = tmp_path / "mine.csv"
    text = files.draws.read_text()
    head, first, *rest = text.splitlines()
    path.write_text({"no draws": head + "\n", "not a number": head + "\n" + first.replace(first.split(",")[1], "nan", 1) + "\n", "no column": text.replace("inputs", "x", 1)}.get(spoil, text))
    if spoil != "no json":
        path.with_suffix(".json").write_text(files.draws.with_suffix(".json").read_text())
    with pytest.raises(InputError, match="posterior"):
        Posterior.read(path, toy)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--until", "1999"], "calendar"),
        (["--out", "draws.xlsx"], ".csv"),
        (["--out", "nowhere/draws.csv"], "does not exist"),
        (["--out", "taken.csv"], "exist already"),
        (["--set", "parameters.alpha.value=x"], "alpha"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_left(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.json").write_text("{}")
    done = CliRunner().invoke(shidian, ["study", "calibrate", "toy", *words])
    assert isinstance(done.exception, InputError | SystemExit), done.output
    assert said in str(done.exception) + done.output
    assert sorted(os.listdir(tmp_path)) == ["taken.json"]


def test_a_case_without_evidence_says_what_to_add(toy):
    with pytest.raises(InputError, match="calibration.yaml"):
        calibrate(replace(toy, calibration=None))


# --- an outside check: plates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("city", "code", "last_free"), [("Beijing", "110000", 2010), ("Tianjin", "120000", 2013)])
def test_plate_limits_show_in_the_cities_that_had_them(city, code, last_free):
    """Against Shijiazhuang, which had none, registrations fell in the year when plates became scarce: in the record and in the run."""
    path = SHARED / "facts" / "subnational" / "panels" / "car_sales_beijing_tianjin_shijiazhuang_2010_2015.csv"
    if not path.exists():
        pytest.skip("the shared panels are not here")
    yearly = pd.read_csv(path).groupby(["city", "year"])["sales"].sum()
    case = load_case("china-nev")
    made = Experimenter(case, fixed=parameters_for(None, case).given).run(0, None)
    cars = made["sales"] @ np.array([float(kind != "lsev") for kind in case.tables["classes"]["powertrain"]])

    def fall(look) -> float:
        return float(np.log(look(last_free + 1) / look(last_free)))

    def sold(place: str):
        return lambda year: cars[year - case.calendar.first, case.places.leaves_under(place)].sum()

    recorded = fall(lambda year: yearly[city, year]) - fall(lambda year: yearly["Shijiazhuang", year])
    simulated = fall(sold(code)) - fall(sold("130100"))
    assert recorded < 0
    assert recorded * 2 < simulated < 0
