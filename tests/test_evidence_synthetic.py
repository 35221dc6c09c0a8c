"""Synthetic control, synthetic difference-in-differences and the weights behind them: published figures, an outside package, laws."""

from __future__ import annotations

import math
from dataclasses import replace

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_panels import Making, california, made
from scipy.optimize import minimize

from shidian.evidence.panel import NEVER, Panel
from shidian.evidence.simplex import CHUNK, Problems, solve
from shidian.evidence.synthetic import synthetic_control, synthetic_did
from shidian.foundations.errors import Failure

METHODS = [synthetic_control, synthetic_did]
SMALL = Making(units=24, periods=12, starts=(8,), treated=3, effect=1.0, factors=1.0)


@pytest.fixture(scope="module")
def states() -> Panel:
    """Proposition 99."""
    panel = california()
    if panel is None:
        pytest.skip("synthdid-py, which carries the Proposition 99 data, is not installed")
    return panel


# --- published figures -----------------------------------------------------------------------------------------------


def test_proposition_99_by_synthetic_differences(states: Panel) -> None:
    found = synthetic_did(states)
    assert found.effect == pytest.approx(-15.604, abs=0.005)
    assert found.error == pytest.approx(9.37, abs=0.02)
    assert found.how == "exact" and len(found.draws) == 38 and found.p == pytest.approx(2 / 39)
    assert found.interval[0] < 0 < found.interval[1]
    assert found.gap <= 1e-6
    weights = found.weights.groupby("kind")["weight"].sum()
    assert weights.to_numpy() == pytest.approx([1, 1], abs=1e-3)
    assert set(found.weights.query("kind == 'period'")["name"]) == {1986, 1987, 1988}


def test_proposition_99_by_synthetic_control(states: Panel) -> None:
    found = synthetic_control(states)
    assert found.effect == pytest.approx(-19.51, abs=0.01)
    assert set(found.weights["name"].head(4)) == {"Utah", "Montana", "Nevada", "Connecticut"}
    assert found.by_event_time.set_index("event").loc[11, "effect"] == pytest.approx(-26.6, abs=0.1)


@pytest.mark.parametrize("seed", range(2))
def test_effects_agree_with_synthdid_py(seed: int) -> None:
    other = pytest.importorskip("synthdid", reason="synthdid-py, the outside reference, is not installed")
    panel = made(SMALL, seed)
    outcome = panel.outcome[np.argsort(panel.treated, kind="stable")]
    exact = {"min_decrease": 1e-7, "max_iter": 10_000, "sparsify": None}
    assert synthetic_did(panel, draws=1).effect == pytest.approx(float(other.synthdid_estimate(outcome, 21, 8, **exact)), abs=5e-3)  # theirs stops after 10,000 steps
    theirs = float(other.sc_estimate(outcome, 21, 8, **exact))
    assert synthetic_control(panel, draws=1).effect == pytest.approx(theirs, abs=0.05)


@pytest.mark.filterwarnings("ignore")
def test_effects_agree_with_diff_diff() -> None:
    other = pytest.importorskip("diff_diff", reason="diff-diff, the outside reference, is not installed")
    from made_panels import long_table

    panel = made(SMALL, 1)
    fitted = other.SyntheticDiD(n_bootstrap=20, seed=1).fit(
        long_table(panel), outcome="outcome", treatment="treated", unit="unit", time="period", post_periods=list(panel.periods[8:])
    )
    assert synthetic_did(panel, draws=1).effect == pytest.approx(fitted.att, abs=2e-3)


# --- weights ---------------------------------------------------------------------------------------------------------


def problems(seed: int, rows: int, weights: int, count: int, ridge: float, intercept: bool) -> Problems:
    """Random problems with masks."""
    luck = np.random.default_rng(seed)
    taking = (luck.random((rows, count)) < 0.8).astype(float)
    taking[:3] = 1
    allowed = luck.random((weights, count)) < 0.7
    allowed[0] = True
    return Problems(luck.normal(size=(rows, weights)), luck.normal(size=(rows, count)), taking, allowed, np.full(count, ridge), intercept)


def value(asked: Problems, column: int, weight: np.ndarray) -> float:
    """f at weights (weight,), written out anew."""
    rows = asked.rows[:, column] > 0
    left = (asked.matrix @ weight - asked.target[:, column])[rows]
    left = left - left.mean() if asked.intercept else left
    return float((left**2).mean() + asked.ridge[column] * weight @ weight)


@given(seed=st.integers(0, 200), intercept=st.booleans(), ridge=st.sampled_from([1e-12, 1e-3, 1.0]), tall=st.booleans())
@settings(max_examples=25)
def test_weights_are_feasible_and_within_the_gap_of_the_best(seed: int, intercept: bool, ridge: float, tall: bool) -> None:
    asked = problems(seed, *((20, 9) if tall else (9, 20)), 4, ridge, intercept)
    found = solve(asked, 1e-7)
    assert (found.weight >= 0).all() and (found.weight[~asked.allowed] == 0).all()
    assert found.weight.sum(axis=0) == pytest.approx(np.ones(4), abs=1e-12)
    assert (found.gap <= 1e-7).all() and found.gap == pytest.approx(asked.gaps(found.weight))
    at = np.flatnonzero(asked.allowed[:, 0])

    def spread(part: np.ndarray) -> np.ndarray:
        full = np.zeros(asked.matrix.shape[1])
        full[at] = part
        return full

    best = minimize(
        lambda part: value(asked, 0, spread(part)), np.full(len(at), 1 / len(at)), bounds=[(0, 1)] * len(at),
        constraints={"type": "eq", "fun": lambda part: part.sum() - 1}, method="SLSQP", options={"ftol": 1e-12, "maxiter": 500},
    )  # fmt: skip
    assert value(asked, 0, found.weight[:, 0]) <= best.fun + 1e-7


def test_the_slope_is_that_of_the_value() -> None:
    asked = problems(1, 12, 6, 2, 0.1, True)
    weight = np.random.default_rng(0).random((6, 2))
    for column in range(2):
        slope = [
            (value(asked, column, weight[:, column] + step) - value(asked, column, weight[:, column] - step)) / 2e-6 for step in 1e-6 * np.eye(6)
        ]
        assert asked.slope(weight)[:, column] == pytest.approx(slope, abs=1e-6)


def test_results_do_not_depend_on_workers_or_on_what_else_is_asked() -> None:
    asked = problems(2, 30, 12, CHUNK + 40, 0.01, True)
    one, two = solve(asked, workers=1), solve(asked, workers=2)
    assert np.array_equal(one.weight, two.weight)
    some = solve(asked.some(np.arange(5)))
    assert some.weight == pytest.approx(one.weight[:, :5], abs=2e-3)


def test_a_gap_that_rounding_hides_is_refused() -> None:
    with pytest.raises(Failure, match="duality gap"):
        solve(problems(3, 30, 12, 3, 1.0, False), 1e-300)


def test_weights_do_not_depend_on_the_precision_that_is_switched_on() -> None:
    asked = problems(4, 30, 12, 3, 0.5, False)
    with jax.enable_x64(False):
        off = solve(asked).weight
    with jax.enable_x64(True):
        on = solve(asked).weight
    assert np.array_equal(off, on)


# --- laws ------------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 50), size=st.floats(0.5, 50))
@settings(max_examples=8)
def test_levels_of_units_do_not_move_synthetic_differences(seed: int, size: float) -> None:
    panel = made(SMALL, seed)
    levels = size * np.random.default_rng(seed).normal(size=(24, 1))
    trend = size * np.arange(12)
    one, two = (synthetic_did(each, draws=19, tolerance=1e-10) for each in (panel, replace(panel, outcome=panel.outcome + levels + trend)))
    assert two.effect == pytest.approx(one.effect, abs=1e-3)
    assert two.draws == pytest.approx(one.draws, abs=1e-3)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [0.01, 1000.0])
def test_units_of_measure_scale(method, size: float) -> None:
    panel = made(SMALL, 2)
    one, two = method(panel, draws=39, tolerance=1e-10), method(replace(panel, outcome=size * panel.outcome), draws=39, tolerance=1e-10)
    assert (two.effect / size, two.error / size, two.p) == pytest.approx((one.effect, one.error, one.p), rel=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_units_does_not_matter(method) -> None:
    panel = made(SMALL, 3)
    order = np.random.default_rng(1).permutation(24)
    one, two = method(panel, draws=39, tolerance=1e-10), method(panel.of(order), draws=39, tolerance=1e-10)
    assert (two.effect, two.error, two.p) == pytest.approx((one.effect, one.error, one.p), abs=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_effect_is_added_in_full(method) -> None:
    panel = made(SMALL, 4)
    more = replace(panel, outcome=panel.outcome + np.where(panel.under, 3.0, 0.0))
    one, two = method(panel, draws=19), method(more, draws=19)
    assert two.effect - one.effect == pytest.approx(3.0, abs=1e-9)
    assert np.array_equal(one.draws, two.draws)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_inputs_give_the_same_bytes(method) -> None:
    panel = made(SMALL, 5)
    assert method(panel, draws=30).draws.tobytes() == method(panel, draws=30).draws.tobytes()


def test_placebos_at_once_are_placebos_one_by_one() -> None:
    panel = made(SMALL, 6)
    found = synthetic_did(panel, draws=5, tolerance=1e-9)
    from shidian.evidence.placebo import placebos, without_treated

    starts = placebos(panel, 5, 0).starts
    alone = [synthetic_did(without_treated(panel).started(row), draws=1, tolerance=1e-9).effect for row in starts]
    assert found.draws == pytest.approx(alone, abs=1e-3)


def test_waves_are_averaged_by_treated_cells() -> None:
    panel = made(Making(units=30, periods=12, starts=(6, 9), treated=5, effect=1.0, factors=0.5), 1)
    found = synthetic_did(panel, draws=19)
    one = [synthetic_did(panel.of(~panel.treated | (panel.start == start)), draws=1).effect for start in (6, 9)]
    assert found.by_group["effect"].tolist() == pytest.approx(one, abs=2e-3)
    cells = np.array([(panel.start == 6).sum() * 6, (panel.start == 9).sum() * 3])
    assert found.effect == pytest.approx(np.average(found.by_group["effect"], weights=cells), abs=1e-9)
    assert found.how == "permutation" and len(found.draws) == 19


def test_synthetic_differences_see_through_factors_that_differences_do_not() -> None:
    from shidian.evidence.did import difference_in_differences

    making = Making(units=60, periods=40, starts=(30,), treated=8, effect=1.0, factors=1.0, loading=2.0)
    off = np.array([[method(made(making, seed)).effect - 1.0 for method in (lambda panel: difference_in_differences(panel, draws=1), lambda panel: synthetic_did(panel, draws=1))] for seed in range(5)])
    assert np.abs(off[:, 1]).mean() < np.abs(off[:, 0]).mean() / 2


# --- what a panel cannot tell ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_no_number_without_a_past_or_without_others(method) -> None:
    panel = made(SMALL, 0)
    for start, reason in (
        (np.where(panel.treated, 0, NEVER), "first period"),
        (np.where(panel.treated, 1, NEVER), "fewer than 2 periods"),
        (np.full(24, 8), "no unit stays untreated"),
        (np.full(24, NEVER), "treated"),
    ):
        found = method(panel.started(start))
        assert not found.told and math.isnan(found.p) and math.isnan(found.gap)
        assert any("cannot be told from these data, because" in note and reason in note for note in found.notes), found.notes


def test_more_treated_than_untreated_has_no_placebo() -> None:
    panel = made(Making(units=20, periods=10, starts=(6,), treated=12), 0)
    found = synthetic_did(panel)
    assert found.told and math.isnan(found.error) and math.isnan(found.p)
    assert any("more untreated units than treated ones, and there are 8 and 12" in note for note in found.notes)


def test_units_with_holes_are_left_out_and_named() -> None:
    panel = made(SMALL, 1)
    outcome = panel.outcome.copy()
    row = int(np.flatnonzero(~panel.treated)[0])
    outcome[row, 2] = np.nan
    found = synthetic_control(replace(panel, outcome=outcome), draws=19)
    assert found.effect == pytest.approx(synthetic_control(panel.of(np.arange(24) != row), draws=19).effect, abs=1e-9)
    assert any(panel.units[row] in note for note in found.notes)


@pytest.mark.parametrize("method", METHODS)
def test_an_outcome_that_never_moves_has_no_error(method) -> None:
    panel = replace(made(SMALL, 1), outcome=np.zeros((24, 12)))
    found = method(panel, draws=19)
    assert found.effect == pytest.approx(0, abs=1e-12) and math.isnan(found.p)


@pytest.mark.parametrize(("method", "name"), [(synthetic_control, "sc"), (synthetic_did, "synthdid")])
def test_waves_agree_with_synthdid_py(method, name: str) -> None:
    other = pytest.importorskip("synthdid", reason="synthdid-py, the outside reference, is not installed")
    from made_panels import long_table

    panel = made(Making(units=30, periods=12, starts=(6, 9), treated=5, effect=1.0, factors=0.5), 2)
    table = long_table(panel)
    table["treated"] = panel.under.astype(int).ravel()
    theirs = other.staggered_synthdid_estimate(
        table, estimator=name, unit="unit", time="period", outcome="outcome", treatment="treated", min_decrease=1e-7, sparsify=None
    )
    assert method(panel, draws=1).effect == pytest.approx(theirs.att, abs=0.03 if name == "sc" else 5e-3)


def test_a_past_that_a_mixture_follows_exactly_tests_nothing_and_one_it_cannot_follow_does() -> None:
    panel = made(Making(units=60, periods=10, starts=(5,), treated=6), 2)
    followed = synthetic_control(panel, draws=39)
    assert math.isnan(followed.pre_trend["p"]) and "cannot be told from these data" in followed.pre_trend["says"]
    richest = synthetic_control(replace(panel, outcome=panel.outcome + np.where(panel.treated[:, None], 20.0, 0.0)), draws=39)
    assert richest.pre_trend["p"] <= 0.05


def test_of_equal_mixtures_the_most_even_one_is_given() -> None:
    panel = made(Making(units=40, periods=8, starts=(3,), treated=4), 1)
    twice = Panel(
        np.concatenate([panel.outcome, panel.outcome[~panel.treated]]), np.concatenate([panel.start, panel.start[~panel.treated]]),
        (*panel.units, *(f"twin-{at}" for at in range(36))), panel.periods,
    )  # fmt: skip
    weights = synthetic_control(twice, draws=1).weights.set_index("name")["weight"]
    twins = [f"twin-{at}" for at in range(36)]
    own = [name for name, treated in zip(panel.units, panel.treated, strict=True) if not treated]
    assert weights.reindex(own, fill_value=0).to_numpy() == pytest.approx(weights.reindex(twins, fill_value=0).to_numpy(), abs=1e-3)
