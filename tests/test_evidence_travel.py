"""What is said of new places: unbiased where the richest are picked, no surer than the comparison it leans on, and a province counts once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_panels import Making, made

from shidian.evidence.figures import Figures
from shidian.evidence.heterogeneity import heterogeneity
from shidian.evidence.laying import Laid
from shidian.evidence.meta import pooled
from shidian.evidence.panel import NEVER, Panel, Wholes, last_known
from shidian.evidence.panel_sites import panel_fairness
from shidian.evidence.periods import Clock
from shidian.evidence.site_effects import site_effects
from shidian.evidence.sites import Fairness
from shidian.evidence.spillover import spillover
from shidian.evidence.transport import travel


def idle(seed: int, places: int = 150, sites: int = 30, richest: bool = True) -> Panel:
    """Pilots that did nothing, at the places that are high for good, with a figure that goes with how high they are."""
    luck = np.random.default_rng(seed)
    level = luck.normal(size=places)
    start = np.full(places, NEVER)
    start[np.argsort(-level)[:sites] if richest else luck.permutation(places)[:sites]] = 7
    figure = level + luck.normal(size=places)
    units = tuple(f"u{at:03d}" for at in range(places))
    return Panel(level[:, None] + luck.normal(size=(places, 12)), start, units, tuple(range(2000, 2012)), covariates={"figure": np.repeat(figure[:, None], 12, axis=1)})


def fairness_of(panel: Panel, anticipation: int = 0) -> Fairness:
    """How its sites were picked, with no parents known."""
    figures = Figures(Path("panel.csv"), "place", panel.units, panel.periods, (), Clock(True), {}, None, None, ())
    return panel_fairness(Laid("p", "y", panel, {}, {}, (), ()), figures, draws=99, anticipation=anticipation)


def test_places_that_are_high_for_good_return_to_no_mean() -> None:
    found = [travel(idle(seed)) for seed in range(30)]
    assert abs(np.mean([one.pooled.mean for one in found])) < 0.08
    assert abs(np.mean([one.reweighted.effect for one in found if one.reweighted])) < 0.12
    assert {name for one in found for name in one.balance["covariate"]} == {"figure"}  # never the outcome, which is part of every effect


@pytest.mark.parametrize("places", [50, 150])
def test_many_sites_beside_few_others_are_no_surer_than_the_others_allow(places: int) -> None:
    missed = []
    for seed in range(80):
        found = travel(idle(seed, places, 40, richest=False))
        low, high = found.pooled.interval
        missed.append((not low <= 0 <= high, abs(found.reweighted.effect) > 1.96 * found.reweighted.error))
    assert (np.mean(missed, axis=0) < 0.12).all()


def test_the_line_s_part_of_the_error_is_that_of_least_squares() -> None:
    """With one start, and on average over panels, HC2 is s^2 x'(X'X)^-1 x."""
    ratio = []
    for seed in range(40):
        panel = idle(seed, 60, 20)
        figure = panel.covariates["figure"][:, :1]
        found = site_effects(panel, figure)
        never = ~panel.treated
        design = np.column_stack([np.ones(60), figure])
        middle = design[found.rows].mean(axis=0)
        plain = found.own[0] * middle @ np.linalg.inv(design[never].T @ design[never]) @ middle
        ratio.append(found.shared(np.full(20, 1 / 20)) / plain)
    assert np.mean(ratio) == pytest.approx(1, abs=0.1)


def test_what_pilots_share_is_added_to_every_error_of_their_mean() -> None:
    effects, errors = np.array([1.0, 2.0, 0.5, 1.5]), np.full(4, 0.5)
    alone, shared = pooled(effects, errors), pooled(effects, errors, np.full((4, 20), 0.1))
    assert shared.mean == alone.mean and shared.error**2 == pytest.approx(alone.error**2 + 20 * 0.01)
    assert shared.new_place[1] > alone.new_place[1]


def test_anticipated_periods_are_no_base_of_anything() -> None:
    panel = made(Making(units=60, periods=12, starts=(8,), treated=20, effect=3.0), 3)
    outcome = panel.outcome.copy()
    outcome[panel.treated, 6:8] += 3.0
    figure = np.repeat(np.random.default_rng(2).normal(size=(60, 1)), 12, axis=1)
    panel = replace(panel, outcome=outcome, covariates={"figure": figure})
    assert travel(panel, anticipation=2).pooled.mean == pytest.approx(3.0, abs=0.7) and travel(panel).pooled.mean < 2.3
    halves = heterogeneity(panel, 2).iloc[0]
    assert (halves["low_half"] + halves["high_half"]) / 2 == pytest.approx(3.0, abs=0.7)
    near = np.arange(60) // 6
    told = spillover(panel, near[:, None] == near, anticipation=1)
    assert told.without_neighbours.told or told.notes
    assert "2005" in fairness_of(panel, 2).notes[0]


def province(seed: int = 0, treated: int = 1) -> Panel:
    """Ten prefectures in each of twenty provinces, which share shocks; whole provinces are treated."""
    luck = np.random.default_rng(seed)
    above = np.repeat(np.arange(20), 10)
    outcome = luck.normal(size=(200, 1)) + luck.normal(size=(20, 10))[above] + luck.normal(size=(200, 10))
    figure = np.repeat(luck.normal(size=(200, 1)), 10, axis=1)
    units = tuple(f"{11 + at // 10}{at % 10 + 1:02d}00" for at in range(200))
    return Panel(outcome, np.where(above < treated, 6, NEVER), units, tuple(range(10)), above, {"figure": figure})


def test_a_province_counts_once() -> None:
    one, four = travel(province()), travel(province(treated=4))
    assert one.sites is None and "fewer than two sites" in one.notes[0]
    assert len(four.sites) == 4 and four.sites.names[0] == "110100 and 9 more" and four.reweighted is None
    fair = fairness_of(province())
    assert (fair.comparisons[0].sites, fair.comparisons[0].others) == (1, 19) and fair.index is None and np.isnan(fair.comparisons[0].t)
    missed = [not (found := travel(province(seed, 4)).pooled.interval)[0] <= 0 <= found[1] for seed in range(60)]
    assert np.mean(missed) < 0.12  # prefectures as sites: more than half


def test_wholes_are_means_over_what_was_treated_as_one() -> None:
    panel = Panel(np.zeros((4, 2)), np.array([1, 1, NEVER, 1]), tuple("abcd"), (0, 1), np.array([0, 0, 0, 3]))
    wholes = Wholes.of(panel)
    assert sorted(wholes.names) == ["a and 1 more", "c", "d"]
    assert sorted(wholes.mean(np.array([1.0, 3.0, np.nan, 5.0]))[[1, 2]].tolist()) == [2.0, 5.0]


def test_a_blank_figure_is_that_of_the_nearest_period_before_and_a_figure_left_aside_is_named() -> None:
    panel = idle(0, richest=False)
    figure = panel.covariates["figure"].copy()
    site = int(np.flatnonzero(panel.treated)[0])
    figure[site, 6] = np.nan
    filled = travel(replace(panel, covariates={"figure": figure}))
    assert filled.reweighted.effect == travel(panel).reweighted.effect and any("1 unit(s) have no figure in 2006" in note for note in filled.notes)
    figure[site] = np.nan
    without = travel(replace(panel, covariates={"figure": figure}))
    assert without.reweighted is None and any("not known of 1 of 30 sites" in note for note in without.notes)
    assert last_known(np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, 1.0]]), 1).tolist()[0] == 1.0
