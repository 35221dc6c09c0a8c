"""Panels on which an estimator is tempted to say too much or to give up: anticipation, holes, interpolation, rounding, level far above the noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_panels import Making, made

from shidian.evidence.alike import made_alike
from shidian.evidence.did import difference_in_differences
from shidian.evidence.imputation import imputation
from shidian.evidence.influence import joint
from shidian.evidence.panel import NEVER, Panel
from shidian.evidence.staggered import callaway_santanna
from shidian.evidence.synthetic import synthetic_control, synthetic_did
from shidian.evidence.two_way import TwoWay
from shidian.foundations.errors import Failure

DIFFERENCES = [difference_in_differences, callaway_santanna, imputation]


@pytest.mark.parametrize("method", [*DIFFERENCES, synthetic_did])
def test_anticipated_periods_are_no_past(method) -> None:
    panel = made(Making(units=60, periods=12, starts=(8,), treated=20, effect=3.0), 3)
    outcome = panel.outcome.copy()
    outcome[panel.treated, 6:8] += 3.0
    found = method(replace(panel, outcome=outcome), anticipation=2, draws=39)
    assert max(found.pre_trend["events"]) < -2 and found.pre_trend["p"] > 0.05


def drifting(seed: int = 1, holes: float = 0.1) -> Panel:
    """Four pilots that rise by themselves, among thirty others with holes."""
    luck = np.random.default_rng(seed)
    outcome = luck.normal(0, 3, (34, 1)) + luck.normal(0, 0.4, (34, 10))
    outcome[:4] += 0.8 * np.arange(10)
    start = np.where(np.arange(34) < 4, 6, NEVER)
    outcome[4:][luck.random((30, 10)) < holes] = np.nan
    return Panel(outcome, start, tuple(f"u{at:02d}" for at in range(34)), tuple(range(10)))


@pytest.mark.parametrize("holes", [0.05, 0.1, 0.3])
def test_a_placebo_without_a_number_leaves_the_past_to_be_tested(holes: float) -> None:
    found = callaway_santanna(drifting(holes=holes), draws=199)
    assert found.how == "permutation" and found.pre_trend["p"] <= 0.05


@pytest.mark.parametrize("method", DIFFERENCES)
def test_an_interpolated_outcome_has_a_past_that_can_be_tested(method) -> None:
    luck = np.random.default_rng(0)
    knots = luck.normal(size=(60, 4))
    outcome = np.stack([np.interp(np.arange(12), [0, 4, 8, 11], row) for row in knots])
    start = np.where(np.arange(60) < 20, 8, NEVER)
    found = method(Panel(outcome, start, tuple(f"u{at}" for at in range(60)), tuple(range(12))))
    assert found.told and 0 < found.pre_trend["p"] <= 1


def test_estimates_that_follow_from_others_are_counted_once() -> None:
    value, covariance = np.array([1.0, 2.0]), np.array([[1.0, 2.0], [2.0, 4.0]])
    assert joint(value, covariance, 10.0) == pytest.approx(joint(value[:1], covariance[:1, :1], 10.0))
    assert np.isnan(joint(value, np.zeros((2, 2)), 10.0)).all()


def test_a_figure_that_differs_by_rounding_is_the_same_everywhere() -> None:
    panel = made(Making(units=30, periods=10, starts=(6,), treated=10), 0)
    constant = np.full((30, 10), 0.1)
    alike, notes = made_alike(replace(panel, covariates={"figure": constant}), ["figure"])
    assert alike.alike is None and "the same everywhere" in notes[0]


@given(st.integers(0, 10**6), st.integers(0, 2))
def test_a_level_is_told_exactly_where_dummies_and_slopes_tell_it(seed: int, count: int) -> None:
    luck = np.random.default_rng(seed)
    mask, figures = luck.random((6, 5)) < luck.uniform(0.3, 0.9), luck.normal(size=(6, count))
    if not mask.any():
        return
    wide = np.column_stack([np.ones(6), figures])
    units, periods = np.divmod(np.arange(30), 5)
    every = np.zeros((30, 6 + 5 * (1 + count)))
    every[np.arange(30), units] = 1
    for column in range(1 + count):
        every[np.arange(30), 6 + column * 5 + periods] = wide[units, column]
    seen = every[mask.ravel()]
    rank = np.linalg.matrix_rank(seen)
    told = np.array([np.linalg.matrix_rank(np.vstack([seen, row])) == rank for row in every]).reshape(6, 5)
    assert (TwoWay.of(mask, np.ones(6), figures if count else None).reachable() == told).all()


def test_slopes_that_two_units_cannot_carry_leave_a_period_untold() -> None:
    luck = np.random.default_rng(0)
    panel = made(Making(units=30, periods=10, starts=(6,), treated=10), 0)
    table = luck.normal(size=(30, 3)) + panel.treated[:, None]
    outcome = panel.outcome + table.sum(axis=1)[:, None] * np.arange(10)
    outcome[np.flatnonzero(~panel.treated)[2:], 8:] = np.nan
    alike, _ = made_alike(replace(panel, outcome=outcome, covariates={f"x{at}": np.repeat(table[:, [at]], 10, axis=1) for at in range(3)}), ["x0", "x1", "x2"])
    found = imputation(alike)
    assert set(found.by_event_time["event"]) & {0, 1, 2, 3} == {0, 1} and abs(found.effect) < 2
    assert any("The effect in 20 of the treated cells cannot be told" in note for note in found.notes)


def leaning(seed: int, figures: int) -> Panel:
    """Idle pilots that stand a standard deviation from the others in every figure by which places rise, made alike in them."""
    luck = np.random.default_rng(seed)
    panel = made(Making(units=60, periods=12, starts=(8,), treated=15, factors=1.0), seed)
    table = luck.normal(size=(60, figures)) + panel.treated[:, None]
    outcome = panel.outcome + table.sum(axis=1)[:, None] * np.linspace(0, 1, 12)
    known = {f"x{at}": np.repeat(table[:, [at]], 12, axis=1) for at in range(figures)}
    return made_alike(replace(panel, outcome=outcome, covariates=known), list(known))[0]


@pytest.mark.parametrize("method", [synthetic_did, synthetic_control])
def test_placebos_show_what_slopes_in_figures_are_unsure_of(method) -> None:
    found = [method(leaning(seed, 3), draws=39, seed=seed) for seed in range(30)]
    assert np.mean([one.error for one in found]) > 0.75 * np.std([one.effect for one in found])  # without: two thirds at most
    assert np.mean([one.p <= 0.05 for one in found]) < 0.1


def above_the_noise(ratio: float) -> Panel:
    luck = np.random.default_rng(0)
    outcome = ratio * luck.normal(size=(60, 1)) + np.cumsum(luck.normal(size=(60, 20)), axis=1)
    return Panel(outcome, np.where(np.arange(60) < 5, 12, NEVER), tuple(f"u{at}" for at in range(60)), tuple(range(20)))


def test_levels_far_above_the_noise_are_followed_as_near_as_float64_comes() -> None:
    for ratio in (300, 1000, 3000):
        found = synthetic_control(above_the_noise(ratio), draws=49)
        assert found.told and found.gap <= 1e-3
    with pytest.raises(Failure, match="above the best in the duality gap"):
        synthetic_control(above_the_noise(1e7), draws=49)
