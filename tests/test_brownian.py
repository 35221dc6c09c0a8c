"""The line of policy: worth is a Brownian path, a centre that takes steps for features believes so, and searches as theory says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidian.governance.appraisal import Beliefs, KnownBias, appraise
from shidian.governance.regimes import load_regime
from shidian.governance.reports import Reports
from shidian.worlds.landscape import LandscapeSetting, load_setting, make_land
from shidian.worlds.landscape.brownian import steps
from shidian.worlds.landscape.land import effect_mean, effect_variance, main_effects
from shidian.worlds.theory.good_enough import GoodEnough, best_step, good_enough, mean_second_step

STANDARD = load_setting().model_dump()
EXACT = load_regime("hierarchy").appraisal.model_copy(update={"sophistication": 0.0, "misfit": 0.0})


def line(**changed: object) -> LandscapeSetting:
    """A line of policy in a nation of ten places with one goal."""
    goal = {"name": "outcome", "weight": 1.0, "interest": 1.0}
    small = {"kind": "brownian", "interactions": 0, "places": 10, "groups": 2, "instruments": 20, "goals": [goal], "drift": 0.1, "variance": 0.04}
    return LandscapeSetting.model_validate({**STANDARD, **small, **changed})


# --- the ground -----------------------------------------------------------------------------------------------------


def test_worth_along_the_line_is_a_brownian_path() -> None:
    """Over 800 lands: mean m mu, variance m sigma^2, covariance of what lies behind, correlation s between places."""
    setting = line()
    worth = np.stack([make_land(setting, seed).worth[0] for seed in range(800)])  # land, place, package
    step = np.arange(21)
    free = worth - setting.drift * step
    assert np.abs(free.mean(axis=(0, 1))).max() < 0.1
    variance = (free**2).mean(axis=(0, 1))
    np.testing.assert_allclose(variance[1:], 0.04 * step[1:], rtol=0.12)
    together = (free[..., 5] * free[..., 15]).mean()
    assert together == pytest.approx(0.04 * 5, rel=0.12)
    common = (free[:, 0, 20] * free[:, 1, 20]).mean() / variance[20]
    assert common == pytest.approx(setting.common, abs=0.1)


def test_nothing_is_worth_nothing_and_steps_are_what_they_add() -> None:
    land = make_land(line(), 3)
    assert np.array_equal(land.worth[..., 0], np.zeros((1, 10))) and land.bits.shape == (21, 20)
    np.testing.assert_allclose(main_effects(land) @ land.bits.T, land.national(), atol=1e-12)


def test_the_variance_of_steps_is_as_stated() -> None:
    setting = line()
    effects = np.concatenate([main_effects(make_land(setting, seed)) for seed in range(400)])
    assert effects.mean() == pytest.approx(effect_mean(setting), abs=0.01)
    assert effects.var() == pytest.approx(effect_variance(setting), rel=0.08)


def test_without_a_variance_the_whole_line_has_one() -> None:
    assert line(variance=None).step_variance == pytest.approx(1 / 20)


def test_order_of_places_moves_nothing_but_the_order() -> None:
    setting, order = line(), np.arange(10)[::-1]
    np.testing.assert_array_equal(make_land(setting, 5, order).worth, make_land(setting, 5).worth[:, order])


# --- what a centre believes of it --------------------------------------------------------------------------------------


def believing(setting: LandscapeSetting) -> Beliefs:
    """Nothing tried yet: every step adds mu on average, with variance sigma^2."""
    number = setting.instruments
    return Beliefs(np.full((1, number), setting.drift), np.eye(number) * setting.step_variance)


def told(beliefs: Beliefs, package: int, outcome: float) -> Beliefs:
    """Beliefs after an exact report on a package."""
    one, zero = np.array([package]), np.zeros(1)
    report = Reports(one, one * 0, one * 0, steps(beliefs.mean.shape[1])[one], np.array([[outcome]]), zero, zero, zero + 1e-9)
    return appraise(beliefs, report, KnownBias(0.0, 0.0), EXACT)


@given(package=st.integers(2, 18), outcome=st.floats(-2, 2), drift=st.floats(-1, 1), variance=st.floats(0.01, 1))
def test_between_tried_packages_lies_a_bridge_and_beyond_them_the_open(package: int, outcome: float, drift: float, variance: float) -> None:
    setting = line(drift=drift, variance=variance)
    mean, spread = told(believing(setting), package, outcome).score(steps(20), np.ones(1))
    at = np.arange(21)
    inside, beyond = at <= package, at >= package
    np.testing.assert_allclose(mean[inside], outcome * at[inside] / package, atol=1e-5)
    np.testing.assert_allclose(spread[inside] ** 2, variance * at[inside] * (package - at[inside]) / package, atol=1e-5)
    np.testing.assert_allclose(mean[beyond], outcome + drift * (at[beyond] - package), atol=1e-5)
    np.testing.assert_allclose(spread[beyond] ** 2, variance * (at[beyond] - package), atol=1e-5)


# --- Callander's search -----------------------------------------------------------------------------------------------


def least_loss(beliefs: Beliefs, start: float, frontier: int) -> int:
    """The package at or beyond the frontier whose expected squared distance from the ideal, 0, is least."""
    mean, spread = beliefs.score(steps(beliefs.mean.shape[1]), np.ones(1))
    loss = (start + mean) ** 2 + spread**2
    return frontier + int(np.argmin(np.round(loss[frontier:], 9)))


@given(start=st.floats(1, 6), drift=st.floats(-2, -0.5), variance=st.floats(0.0, 2))
def test_the_first_step_is_callanders(start: float, drift: float, variance: float) -> None:
    """d* = (psi - alpha) / |mu|, and none at all where psi is good enough, on a line of steps of 0.1."""
    width = 0.1
    setting = line(instruments=100, drift=drift * width, variance=max(variance * width, 1e-9))
    chosen = least_loss(believing(setting), start, 0) * width
    theory = min(best_step(GoodEnough(start, drift, variance)), 100 * width)
    assert chosen == pytest.approx(theory, abs=width / 2 + 1e-6)


def searched(setting: LandscapeSetting, start: float, seed: int) -> tuple[float, list[int]]:
    """Where a centre ends that tries what it believes best, learns exactly what came of it, and stops when nothing beyond looks better."""
    truth, beliefs, frontier, path = make_land(setting, seed).worth[0, 0], believing(setting), 0, []
    while (chosen := least_loss(beliefs, start, frontier)) > frontier:
        beliefs, frontier = told(beliefs, chosen, truth[chosen]), chosen
        path.append(chosen)
    return start + float(truth[frontier]), path


def test_search_is_bold_first_stops_short_and_ends_worse_where_outcomes_are_uncertain() -> None:
    """80 lands of one place, psi = 5, mu = -1, steps of 0.2: alpha = 0.25, 0.5 and 1 for variances of 0.5, 1 and 2 a unit."""
    left = {}
    for variance in (0.5, 1.0, 2.0):
        setting = line(places=1, groups=1, instruments=50, drift=-0.2, variance=0.2 * variance, common=1.0)
        ends, paths = zip(*(searched(setting, 5.0, seed) for seed in range(80)), strict=True)
        alpha = good_enough(GoodEnough(5.0, -1.0, variance))
        stopped = np.array([end for end, path in zip(ends, paths, strict=True) if path[-1] < 50])
        assert (stopped <= alpha + 0.1).all() and (np.abs(stopped) > 0.1).mean() > 0.5
        first = paths[0][0]
        assert first == pytest.approx(5 * (5 - alpha), abs=0.5 + 1e-9) and all(path[0] == first for path in paths)
        second = [path[1] - path[0] for path in paths if len(path) > 1]
        assert np.mean(second) == pytest.approx(5 * mean_second_step(GoodEnough(5.0, -1.0, variance)), rel=0.3) and np.mean(second) < first
        left[variance] = np.mean(np.array(ends) ** 2)
    assert left[0.5] < left[1.0] < left[2.0]


def test_a_rugged_land_is_as_it_was() -> None:
    rugged = load_setting()
    assert rugged.kind == "nk" and make_land(rugged, 0).bits.shape == (64, 6)
    assert replace(make_land(rugged, 0), names=()).setting == rugged
