"""Beliefs and what is said of them: as sure as the interval, elsewhere as a mean and one by one, worth net of cost, per cent from logarithms."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_panels import Making, made
from scipy import stats

from shidian.evidence.estimate import Estimate
from shidian.evidence.imputation import imputation
from shidian.evidence.panel import Panel
from shidian.evidence.verdict import Found, Verdict, judge
from shidian.report.evaluation.effects import effects
from shidian.report.evaluation.page import sections
from shidian.report.evaluation.scale import Scale
from shidian.report.markup import Listing
from shidian.study.evaluation.belief import Belief, Evidence
from shidian.study.evaluation.evaluation import Evaluation, evaluate
from shidian.study.evaluation.judging import unit_of, verdict_of
from shidian.study.evaluation.mission import PilotGoal, PilotMission
from shidian.study.evaluation.question import Question, read

GOAL = PilotGoal(name="y", outcome="y")


def judged(panel: Panel, folder: Path, mission: str = "", **more) -> Evaluation:
    """A panel as the command judges it from files; `mission` is one goal in YAML."""
    cells = {"y": panel.outcome, **panel.covariates}
    rows = [{"place": unit, "year": year, **{name: table[at, when] for name, table in cells.items()}} for at, unit in enumerate(panel.units) for when, year in enumerate(panel.periods)]
    pd.DataFrame(rows).to_csv(folder / "panel.csv", index=False)
    sites = np.flatnonzero(panel.treated)
    pd.DataFrame({"place": [panel.units[at] for at in sites], "start": [panel.periods[panel.start[at]] for at in sites]}).to_csv(folder / "pilots.csv", index=False)
    if mission:
        (folder / "mission.yaml").write_text(f"goals: [{{name: y, outcome: y, {mission}}}]\n", encoding="utf-8")
        more["mission"] = folder / "mission.yaml"
    return evaluate(read(Question(folder / "panel.csv", folder / "pilots.csv", **{"outcome": None if mission else "y", "methods": ("imputation",), "draws": 99} | more)))


def verdict(*estimates: Estimate, sites: int = 10) -> Verdict:
    names = {"imputation": "imputation", "synthetic-control": "sc"}
    return verdict_of("p", [Evidence(GOAL, {names[one.method]: one for one in estimates}, None, 1.0, sites, 0.2)], None, PilotMission(goals=(GOAL,)), False, 0)


def estimate(effect: float, half: float, degrees: float, method: str = "imputation") -> Estimate:
    return Estimate(method, effect, half / 3, (effect - half, effect + half), 0.05, "cluster", degrees)


@pytest.mark.parametrize("degrees", [3.0, 8.0, 400.0])
def test_a_gain_is_as_sure_as_the_interval_says(degrees: float) -> None:
    found = verdict(estimate(1.0, 1.0, degrees)).found  # the interval just touches nought
    assert found.gain_at_sites == pytest.approx(0.975, abs=0.004)
    assert (found.worth_low, found.worth_high) == (pytest.approx(0.0, abs=0.1), pytest.approx(2.0, abs=0.1))


def test_belief_follows_students_law() -> None:
    ranks = (np.arange(1000) + 0.5) / 1000
    drawn = Belief(1.0, 2.0, 5.0).draws(ranks)
    scale = 2.0 / stats.t.ppf(0.975, 5)
    assert stats.kstest(drawn, stats.t(5, 1.0, scale).cdf).pvalue > 0.99
    assert Belief(1.0, 2.0).draws(ranks).std() == pytest.approx(Belief(1.0, 2.0).spread, rel=0.02)


def test_an_interval_without_ends_tells_nothing() -> None:
    endless = Estimate("imputation", 6.0, 0.1, (-math.inf, math.inf), 0.25, "exact", 3.0, notes=("There are 3 placebos.",))
    alone = verdict(endless, sites=1)
    assert alone.answer == "learn more" and not alone.found.told and "There are 3 placebos." in alone.reason
    beside = verdict(endless, estimate(0.0, 1.0, 9.0, "synthetic-control"))
    assert beside.found.told and abs(beside.found.worth) < 0.1


def test_few_units_give_no_certainty(tmp_path: Path) -> None:
    made_so = judged(made(Making(units=4, periods=12, starts=(8,), treated=1, effect=6.0), 3), tmp_path, methods=("imputation", "sdid"))
    assert made_so.programmes[0].verdict.answer == "learn more" and "it has no ends" in made_so.programmes[0].verdict.reason
    notes = [point for block in effects(made_so).blocks if isinstance(block, Listing) for point in block.points]
    assert any("none is heard" in note for note in notes)


def test_nothing_is_called_sure_more_often_than_promised() -> None:
    sure = []
    for seed in range(150):
        panel = made(Making(units=6, periods=8, starts=(5,), treated=3), seed)
        found = verdict(imputation(panel)).found
        sure.append(found.gain_at_sites > 0.975 or found.gain_at_sites < 0.025)
    assert np.mean(sure) < 0.1


def test_the_mean_over_other_places_and_the_places_one_by_one_are_told_apart(tmp_path: Path) -> None:
    panel = made(Making(units=120, periods=12, starts=(8,), treated=40, effect=1.5, varied=2.5), 4)
    panel = replace(panel, covariates={"figure": np.repeat(np.random.default_rng(2).normal(size=(120, 1)), 12, axis=1)})
    found = judged(panel, tmp_path, covariates=("figure",)).programmes[0].verdict
    truth = stats.norm.cdf(1.5 / 2.5)
    assert found.found.gain_elsewhere > 0.95 and found.found.places_that_gain == pytest.approx(truth, abs=0.15)
    assert "over the other places together" in found.reason and "each by itself" in found.reason


def test_worth_net_of_cost_is_no_change_of_the_outcome(tmp_path: Path) -> None:
    panel = made(Making(units=60, periods=12, starts=(8,), treated=20, effect=-1.0), 3)
    reason = judged(panel, tmp_path, "better: lower, worthwhile: 3, tolerable: 1, unit: tonnes").programmes[0].verdict.reason
    assert "tonnes of y less than it costs" in reason and "more y" not in reason and "only less" not in reason


@pytest.mark.parametrize(
    ("goal", "logs", "unit"),
    [
        (GOAL, False, "more y"), (GOAL, True, "% more y"), (PilotGoal(name="y", outcome="y", better="lower", unit="t"), False, "t less y"),
        (PilotGoal(name="y", outcome="y", worthwhile=1.0), False, "units of y more than it costs"),
        (PilotGoal(name="y", outcome="y", worthwhile=0.1), True, "hundredths of the logarithm of y more than it costs"),
    ],
)  # fmt: skip
def test_a_point_is_named(goal: PilotGoal, logs: bool, unit: str) -> None:
    assert unit_of(PilotMission(goals=(goal,)), logs) == unit


def test_a_logarithm_is_said_in_per_cent(tmp_path: Path) -> None:
    panel = made(Making(units=60, periods=12, starts=(8,), treated=20), 3)
    outcome = np.exp(3 + 0.02 * panel.outcome)
    outcome[panel.treated, 8:] *= 0.3
    done = judged(replace(panel, outcome=outcome), tmp_path, logs=True, better="lower")
    answer = done.programmes[0].goals["y"]
    assert answer.estimates["imputation"].effect == pytest.approx(math.log(0.3), abs=0.05)  # kept in logarithms
    assert "% less y" in done.programmes[0].verdict.reason and "70" in done.programmes[0].verdict.reason and "120 %" not in str(sections(done))
    assert Scale("%", True).read(math.log(0.3)) == pytest.approx(-70)


def test_the_ends_of_a_loss_are_in_per_cent_too() -> None:
    found = Found("p", "% less co2", True, 0.001, None, 0.99, -69.3, -109.9, -10.0, None, "inhibit", logs=True)
    assert "worth 100 % more co2 by place and period, between 200 and 10.5 % more co2" in judge(found).reason


def test_a_unit_in_per_cent_is_no_logarithm() -> None:
    """A rate that falls by 20 points falls by 20, and not by 100 (exp(-0.2) - 1)."""
    found = Found("p", "% less rate", True, 0.999, None, 0.001, 20.0, 19.0, 21.0, None, "support")
    assert "(20 % less rate by place and period, between 19 and 21 % less rate)" in judge(found).reason


def test_sites_are_those_that_are_left_in_the_panel(tmp_path: Path) -> None:
    panel = made(Making(units=60, periods=12, starts=(8,), treated=20, effect=1.0), 3)
    figure = np.random.default_rng(0).normal(size=(60, 12))
    figure[np.flatnonzero(panel.treated)[:15]] = np.nan
    evidence = judged(replace(panel, covariates={"figure": figure}), tmp_path, adjust=("figure",)).programmes[0].goals["y"].evidence
    assert evidence.sites == 5 and evidence.share == pytest.approx(5 / 45)


def test_a_method_that_fails_says_why_and_the_others_go_on(tmp_path: Path) -> None:
    luck = np.random.default_rng(0)
    panel = made(Making(units=60, periods=20, starts=(12,), treated=5), 0)
    panel = replace(panel, outcome=1e7 * luck.normal(size=(60, 1)) + np.cumsum(luck.normal(size=(60, 20)), axis=1))
    estimates = judged(panel, tmp_path, methods=("imputation", "sc")).programmes[0].goals["y"].estimates
    assert estimates["imputation"].told and not estimates["sc"].told and "the method failed" in estimates["sc"].notes[0]
