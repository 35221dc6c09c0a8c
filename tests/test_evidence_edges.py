"""Panels on which an estimator is tempted to say too much or to give up: anticipation, holes, interpolation, rounding, level far above the noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_panels import Making, made

from shidian.evidence.alike import made_alike
from shidian.evidence.did import difference_in_differences
from shidian.evidence.imputation import imputation
from shidian.evidence.influence import joint
from shidian.evidence.panel import NEVER, Panel
from shidian.evidence.staggered import callaway_santanna
from shidian.evidence.synthetic import synthetic_control, synthetic_did

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
