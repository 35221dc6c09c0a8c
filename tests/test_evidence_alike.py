"""Treated and untreated made alike in what was known of them before: planted effects, outside references, brute force, bad input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_panels import Making, long_table, made
from scipy.optimize import root

from shidian.evidence.alike import made_alike
from shidian.evidence.did import difference_in_differences
from shidian.evidence.imputation import imputation
from shidian.evidence.panel import NEVER, Panel
from shidian.evidence.staggered import callaway_santanna
from shidian.evidence.synthetic import synthetic_control, synthetic_did

def moved_by_a_figure(seed: int, effect: float = 1.0, units: int = 150) -> Panel:
    """Units that rise faster the more they have of a figure, and became pilots, in two waves, the sooner the more they had."""
    luck = np.random.default_rng(seed)
    plain = made(Making(units=units, periods=12, starts=(6, 8), treated=1), seed)
    figure = luck.normal(size=units)
    treated = luck.random(units) < 1 / (1 + np.exp(1 - figure))
    start = np.where(treated, np.where(luck.random(units) < 0.5, 6, 8), NEVER)
    under = treated[:, None] & (np.arange(12) >= start[:, None])
    outcome = plain.outcome + figure[:, None] * np.arange(12) / 4 + np.where(under, effect, 0.0)
    return Panel(outcome, start, plain.units, plain.periods, covariates={"figure": np.repeat(figure[:, None], 12, axis=1)})


ALL_METHODS = [callaway_santanna, difference_in_differences, imputation, synthetic_did, synthetic_control]


@pytest.mark.parametrize("method", ALL_METHODS)
def test_an_effect_is_found_again_where_sites_and_others_are_made_alike(method) -> None:
    off = []
    for seed in range(3):
        panel = moved_by_a_figure(seed)
        alike, notes = made_alike(panel, ["figure"])
        assert notes == () and alike.alike.shape == (150, 1)
        off.append([method(each, draws=1).effect - 1.0 for each in (panel, alike)])
    plain, made_so = np.mean(off, axis=0)
    assert abs(made_so) < 0.2 and abs(plain) > 2 * abs(made_so)


@pytest.mark.filterwarnings("ignore")
def test_callaway_santanna_with_covariates_agrees_with_diff_diff() -> None:
    other = pytest.importorskip("diff_diff", reason="diff-diff, the outside reference, is not installed")
    panel = moved_by_a_figure(3, units=300)
    table = long_table(panel).assign(figure=np.repeat(panel.covariates["figure"][:, 0], 12))
    theirs = other.CallawaySantAnna(estimation_method="dr", control_group="never_treated").fit(
        table, outcome="outcome", unit="unit", time="period", first_treat="first", covariates=["figure"], aggregate="simple"
    )
    ours = callaway_santanna(made_alike(panel, ["figure"])[0])
    assert ours.effect == pytest.approx(theirs.overall_att, abs=0.1 * theirs.overall_se)  # theirs fits the odds by likelihood, ours to balance
    assert ours.error == pytest.approx(theirs.overall_se, rel=0.05)


def test_with_one_balanced_period_pair_the_effect_is_the_improved_one_of_sant_anna_and_zhao() -> None:
    panel = moved_by_a_figure(1).of(np.arange(150), slice(5, 7))
    alike = made_alike(panel, ["figure"])[0]
    mine, never = alike.treated, ~alike.treated
    change, figures = np.diff(alike.outcome, axis=1)[:, 0], np.column_stack([np.ones(150), alike.alike])

    def unbalanced(slopes: np.ndarray) -> np.ndarray:
        odds = np.exp(figures[never] @ slopes)
        return odds @ figures[never] - figures[mine].sum(axis=0)

    odds = np.exp(figures[never] @ root(unbalanced, np.zeros(2), tol=1e-12).x)
    slopes = np.linalg.lstsq(np.sqrt(odds)[:, None] * figures[never], np.sqrt(odds) * change[never], rcond=None)[0]
    rest = change - figures @ slopes
    assert difference_in_differences(alike).effect == pytest.approx(rest[mine].mean() - np.average(rest[never], weights=odds), abs=1e-7)


def test_imputation_with_slopes_by_period_is_least_squares_with_all_dummies() -> None:
    panel = made_alike(moved_by_a_figure(2, units=40), ["figure"])[0]
    cells, under = np.argwhere(~panel.under), np.argwhere(panel.under)

    def design(at: np.ndarray) -> np.ndarray:
        units, periods = (np.eye(size)[at[:, side]] for side, size in ((0, 40), (1, 12)))
        return np.concatenate([units, periods, periods * panel.alike[at[:, 0]]], axis=1)

    levels = np.linalg.lstsq(design(cells), panel.outcome[~panel.under], rcond=None)[0]
    tau = panel.outcome[panel.under] - design(under) @ levels
    assert imputation(panel).effect == pytest.approx(tau.mean(), abs=1e-9)


def test_places_beyond_all_others_are_told_nothing_of_and_figures_that_cannot_be_used_are_named() -> None:
    panel = moved_by_a_figure(0, units=40)
    figure = np.where(panel.treated[:, None], 10.0, 0.0) + panel.covariates["figure"]
    beyond = made_alike(replace(panel, covariates={"figure": figure}), ["figure"])[0]
    assert not callaway_santanna(beyond).told
    flat = {"flat": np.ones((40, 12)), "gone": np.full((40, 12), np.nan), "figure": panel.covariates["figure"]}
    made_so, notes = made_alike(replace(panel, covariates=flat), ["flat", "gone", "figure"])
    assert made_so.alike.shape == (40, 1) and "the same everywhere" in notes[0] and "not known" in notes[1]
    some = panel.covariates["figure"].copy()
    some[5] = np.nan
    made_so, notes = made_alike(replace(panel, covariates={"figure": some}), ["figure"])
    assert len(made_so.units) == 39 and "1 unit(s) lack a figure" in notes[0]
