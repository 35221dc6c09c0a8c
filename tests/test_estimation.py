"""The estimator: tops of known densities, climbs that do not arrive, weights of known tails."""

from __future__ import annotations

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shidian.foundations.errors import Failure
from shidian.foundations.streams import stream
from shidian.study.estimation import Mode, find_mode, laplace_draws, laplace_log_density, pareto_fit, pareto_smoothed


class Bell(eqx.Module):
    """A normal law with a covariance of its own making: units from thousandths to thousands, two values that go together."""

    centre: jax.Array
    precision: jax.Array

    def __call__(self, values):
        off = values - self.centre
        return -off @ self.precision @ off / 2


def bell() -> tuple[Bell, np.ndarray, np.ndarray]:
    """A bell, its centre and its covariance."""
    centre = np.array([0.002, -3.0, 4000.0])
    spread = np.array([0.0005, 1.0, 700.0])
    covariance = np.outer(spread, spread) * np.array([[1, 0.2, 0.5], [0.2, 1, 0.9], [0.5, 0.9, 1.1]])
    return Bell(jnp.asarray(centre), jnp.asarray(np.linalg.inv(covariance))), centre, covariance


def banana(values):
    """Highest at (1, 1), along a crooked ridge."""
    return -100 * (values[1] - values[0] ** 2) ** 2 - (1 - values[0]) ** 2


# --- climbs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("double", [True, False])
def test_the_top_of_a_bell_is_found_with_its_covariance_whatever_the_units(double: bool) -> None:
    with jax.enable_x64(double):
        density, centre, covariance = bell()
        mode = find_mode(density, [0.0, 0.0, 0.0], tolerance=1e-6 if double else 0.02)
    assert mode.converged, mode.reason
    assert (np.abs(mode.values - centre) < (1e-5 if double else 0.05) * np.sqrt(np.diag(covariance))).all()
    np.testing.assert_allclose(mode.covariance, covariance, rtol=1e-6 if double else 2e-3)
    np.testing.assert_allclose(mode.errors, np.sqrt(np.diag(covariance)), rtol=1e-6 if double else 1e-3)


@pytest.mark.parametrize("double", [True, False])
def test_a_crooked_ridge_is_followed_to_its_top(double: bool) -> None:
    with jax.enable_x64(double):
        mode = find_mode(banana, [-1.2, 1.0], tolerance=1e-8 if double else 1e-3)
    assert mode.converged, mode.reason
    np.testing.assert_allclose(mode.values, [1, 1], rtol=1e-8 if double else 2e-3)
    np.testing.assert_allclose(mode.covariance, [[0.5, 1], [1, 2.005]], rtol=1e-6 if double else 0.02)


def test_a_stand_in_for_the_curvature_is_used() -> None:
    with jax.enable_x64(True):
        density, centre, covariance = bell()
        asked = []

        def halved(values: jax.Array) -> np.ndarray:
            asked.append(values)
            return np.linalg.inv(covariance) / 2

        mode = find_mode(density, [0.0, 0.0, 0.0], curvature=halved, tolerance=1e-5)
    assert asked
    assert mode.converged
    np.testing.assert_allclose(mode.values, centre, rtol=1e-4)
    np.testing.assert_allclose(mode.covariance, 2 * covariance, rtol=1e-9)


def test_a_climb_steps_back_where_the_density_is_no_number() -> None:
    def wall(values):
        return jnp.log(values[0]) - values[0] / 5 + jnp.log(1 - values[1]) + jnp.log(values[1])

    with jax.enable_x64(True):
        mode = find_mode(wall, [0.01, 0.999], tolerance=1e-6)
    assert mode.converged, mode.reason
    np.testing.assert_allclose(mode.values, [5, 0.5], rtol=1e-5)


def test_spent_steps_are_said() -> None:
    with jax.enable_x64(True):
        mode = find_mode(banana, [-1.2, 1.0], most_steps=3)
    assert not mode.converged
    assert mode.steps == 3
    assert mode.gradient_norm > 1e-3
    assert "its steps were spent" in mode.reason


def test_what_is_not_identified_is_said() -> None:
    with jax.enable_x64(True):
        mode = find_mode(lambda values: -((values[0] + values[1] - 1) ** 2), [3.0, 4.0])
    assert not mode.converged
    assert "does not fall in 1 of 2 directions" in mode.reason


def test_a_saddle_is_no_top() -> None:
    with jax.enable_x64(True):
        mode = find_mode(lambda values: values[0] ** 2 - values[1] ** 2, [0.0, 0.5], most_steps=20)
    assert not mode.converged


def test_a_start_without_a_density_is_refused() -> None:
    with pytest.raises(Failure, match="is nan at the start of the climb"):
        find_mode(lambda values: jnp.log(values[0]), [-1.0])


def test_a_curvature_that_is_no_number_is_refused() -> None:
    with pytest.raises(Failure, match="curvature of the log density is no number"):
        find_mode(lambda values: -(values[0] ** 2), [1.0], curvature=lambda values: np.full((1, 1), np.nan))


def test_progress_tells_steps_and_heights_that_rise() -> None:
    told: list[tuple[int, float]] = []
    with jax.enable_x64(True):
        mode = find_mode(banana, [-1.2, 1.0], progress=lambda steps, height: told.append((steps, height)))
    assert [steps for steps, _ in told] == list(range(1, mode.steps + 1))
    heights = [height for _, height in told]
    assert heights == sorted(heights)


def test_wide_numbers_stay_inside() -> None:
    with jax.enable_x64(True):
        find_mode(banana, [-1.2, 1.0])
    assert jnp.zeros(1).dtype == jnp.float32


# --- draws ---------------------------------------------------------------------------------------------------------------


def known_mode() -> Mode:
    """A mode with a covariance."""
    _, centre, covariance = bell()
    return Mode(centre, 0.0, covariance, 0.0, 0, True)


@pytest.mark.parametrize("degrees", [math.inf, 8.0])
def test_draws_have_the_mean_and_covariance_of_their_law(degrees: float) -> None:
    mode = known_mode()
    draws = laplace_draws(mode, 40_000, 5, degrees)
    wider = 1.0 if math.isinf(degrees) else degrees / (degrees - 2)
    whitened = np.linalg.solve(np.linalg.cholesky(mode.covariance), (draws - mode.values).T)
    assert np.abs(whitened.mean(axis=1)).max() < 0.03
    np.testing.assert_allclose(np.cov(whitened), wider * np.eye(3), atol=0.05)


@pytest.mark.parametrize("degrees", [math.inf, 4.0])
def test_the_law_of_draws_integrates_to_one(degrees: float) -> None:
    mode = Mode(np.array([2.0]), 0.0, np.array([[0.25]]), 0.0, 0, True)
    grid = np.linspace(-400, 400, 800_001)[:, None]
    assert np.exp(laplace_log_density(mode, grid, degrees)).sum() * 1e-3 == pytest.approx(1, abs=1e-5)


@given(few=st.integers(1, 5), more=st.integers(0, 5), seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_more_draws_leave_the_first_ones_alone(few: int, more: int, seed: int) -> None:
    for degrees in (math.inf, 5.0):
        short, long = (laplace_draws(known_mode(), count, seed, degrees) for count in (few, few + more))
        np.testing.assert_array_equal(short, long[:few])


# --- weights -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [-0.3, 0.2, 0.5, 0.9, 1.5])
def test_the_shape_of_a_pareto_law_is_found(shape: float) -> None:
    found = []
    for seed in range(40):
        uniform = np.sort(stream(seed, "pareto").uniform(size=500))
        found.append(pareto_fit(3.0 * np.expm1(-shape * np.log1p(-uniform)) / shape))
    shapes, scales = np.array(found).T
    error = max(1 + shape, 0.5) / math.sqrt(500)  # the standard error of the best estimate is (1 + k) / sqrt(n)
    assert shapes.mean() == pytest.approx(shape, abs=max(3 * error / math.sqrt(40), 0.02))
    assert shapes.std() < 1.5 * error
    assert scales.mean() == pytest.approx(3.0, rel=0.05)


@pytest.mark.parametrize("rate", [1.5, 2.0, 5.0])
def test_the_tail_of_weights_has_its_exact_shape(rate: float) -> None:
    """Target exp(-x), proposal r exp(-r x): weights exp((r - 1) x) / r are Pareto with k = (r - 1) / r; from 1/2 their variance is infinite."""
    exact = (rate - 1) / rate
    shapes = []
    for seed in range(30):
        draws = stream(seed, "tail").exponential(1 / rate, size=4000)
        shapes.append(pareto_smoothed((rate - 1) * draws).k)
    tail = 3 * math.sqrt(4000)
    shrunk = (tail * exact + 5) / (tail + 10)
    assert np.mean(shapes) == pytest.approx(shrunk, abs=0.05)


def test_a_wide_proposal_gives_weights_that_can_be_trusted() -> None:
    mode = Mode(np.zeros(2), 0.0, np.eye(2), 0.0, 0, True)
    draws = laplace_draws(mode, 2000, 1, degrees=5)
    smoothed = pareto_smoothed(laplace_log_density(mode, draws) - laplace_log_density(mode, draws, degrees=5))
    assert smoothed.k < 0.3
    assert smoothed.reliable
    assert smoothed.effective > 1400
    np.testing.assert_allclose(smoothed.weights @ draws**2, 1, atol=0.15)


def test_a_narrow_proposal_gives_weights_that_cannot() -> None:
    draws = stream(3, "narrow").normal(size=4000) * 0.4
    smoothed = pareto_smoothed(-(draws**2) / 2 + draws**2 / (2 * 0.4**2))  # k = 1 - 0.4^2 in the limit
    assert smoothed.k > 0.7
    assert not smoothed.reliable


def test_smoothing_brings_means_nearer_where_weights_have_heavy_tails() -> None:
    raw_misses, misses = [], []
    for seed in range(200):
        draws = stream(seed, "means").exponential(1 / 2.5, size=400)
        logs = 1.5 * draws
        raw = np.exp(logs - logs.max())
        raw_misses.append(raw @ draws / raw.sum() - 1)
        misses.append(pareto_smoothed(logs).weights @ draws - 1)
    assert np.std(misses) < np.std(raw_misses)


@given(st.lists(st.integers(-480, 480), min_size=1, max_size=200), st.integers(-500, 500))
@settings(max_examples=60, deadline=None)
def test_weights_add_up_keep_their_order_and_know_no_constant(sixteenths: list[int], constant: int) -> None:
    logs = np.array(sixteenths) / 16  # exact, so that adding a constant makes no two alike
    weights = pareto_smoothed(logs).weights
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    assert (np.diff(weights[np.argsort(logs, kind="stable")]) >= -1e-12).all()
    np.testing.assert_allclose(pareto_smoothed(logs + constant).weights, weights, rtol=1e-9)


@pytest.mark.parametrize(
    ("shape", "k", "largest", "effective"),
    [
        (-0.5, -0.6631778964167987, 0.007482109394234252, 177.6628639837773),
        (0.3, 0.34903697147398843, 0.02114820210586143, 169.3210653711559),
        (0.8, 0.714565726952413, 0.13072700235414834, 34.62769811242929),
        (1.2, 1.0071479113212276, 0.310310922269243, 8.538596795699178),
    ],
)
def test_weights_are_those_of_another_program(shape: float, k: float, largest: float, effective: float) -> None:
    """ArviZ-stats 0.8.0, `psislw`, on 200 log weights that are quantiles of an exponential law times the shape."""
    smoothed = pareto_smoothed(-shape * np.log1p(-(np.arange(200) + 0.5) / 200))
    assert smoothed.k == pytest.approx(k, abs=1e-10)
    assert smoothed.weights.max() == pytest.approx(largest, rel=1e-10)
    assert smoothed.effective == pytest.approx(effective, rel=1e-10)


def test_equal_weights_have_no_tail() -> None:
    smoothed = pareto_smoothed(np.full(100, -1234.5))
    assert smoothed.k == -math.inf
    assert smoothed.reliable
    assert smoothed.effective == pytest.approx(100)


def test_too_few_draws_say_nothing_about_their_tail() -> None:
    smoothed = pareto_smoothed(np.arange(10.0))
    assert smoothed.k == math.inf
    assert not smoothed.reliable


@pytest.mark.parametrize("logs", [[0.0, math.nan], [-math.inf, -math.inf], []])
def test_weights_that_are_no_numbers_are_refused(logs: list[float]) -> None:
    with pytest.raises(Failure, match="importance weights"):
        pareto_smoothed(np.array(logs))
