"""Effects from real pilots: differences, group-time averages, imputation, pooling; published figures, laws, outside packages, bad input."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_panels import Making, california, counties, long_table, made, minimum_wage

from shidian.evidence.cautions import FALSE_POSITIVES, caution, robust_first
from shidian.evidence.did import difference_in_differences
from shidian.evidence.estimate import Estimate
from shidian.evidence.heterogeneity import heterogeneity
from shidian.evidence.imputation import imputation
from shidian.evidence.influence import clustered
from shidian.evidence.meta import pooled
from shidian.evidence.methods import METHODS as METHODS_BY_NAME
from shidian.evidence.panel import NEVER, Panel
from shidian.evidence.spillover import spillover
from shidian.evidence.staggered import averages, callaway_santanna, group_time, table
from shidian.foundations.errors import InputError

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results" / "evidence.json"
WORLDS = {
    "random": "sites at random", "bad year": "sites picked after a bad year", "richest": "sites picked among the richest",
    "factors": "pilots move more with the common factors", "figure": "pilots picked by a figure with which places rise",
}  # fmt: skip
METHODS = [difference_in_differences, callaway_santanna, imputation]
WAVES = Making(units=36, periods=10, starts=(4, 6, 7), treated=15, effect=1.0, varied=0.3)


# --- published figures -----------------------------------------------------------------------------------------------


def minimum_wages() -> list[Panel]:
    """The data rebuilt from their moments, and the data themselves where they are at hand."""
    return [panel for panel in (minimum_wage(), counties()) if panel is not None]


@pytest.mark.parametrize("panel", minimum_wages(), ids=lambda panel: panel.units[0])
@pytest.mark.parametrize(
    ("average", "effect", "error"), [("simple", -0.03995, 0.01203), ("dynamic", -0.07724, 0.01997), ("group", -0.03102, 0.01245)]
)
def test_the_minimum_wage_averages_are_those_published(panel: Panel, average: str, effect: float, error: float) -> None:
    found = callaway_santanna(panel, average=average)
    assert found.effect == pytest.approx(effect, abs=1e-5)
    assert found.error == pytest.approx(error, abs=1e-4)
    assert found.how == "cluster"
    assert found.interval[0] < found.effect < found.interval[1]


def test_the_minimum_wage_cells_are_those_published() -> None:
    found = table(group_time(minimum_wage()), minimum_wage()).set_index(["group", "period"])["effect"]
    published = {
        (2004, 2004): -0.0105, (2004, 2005): -0.0704, (2004, 2006): -0.1373, (2004, 2007): -0.1008, (2006, 2004): 0.0065, (2006, 2005): -0.0028,
        (2006, 2006): -0.0046, (2006, 2007): -0.0412, (2007, 2004): 0.0305, (2007, 2005): -0.0027, (2007, 2006): -0.0311, (2007, 2007): -0.0261,
    }  # fmt: skip
    assert found.to_dict() == pytest.approx(published, abs=6e-5)


def test_proposition_99_by_differences() -> None:
    panel = california()
    if panel is None:
        pytest.skip("synthdid-py, which carries the Proposition 99 data, is not installed")
    found = difference_in_differences(panel)
    assert found.effect == pytest.approx(-27.349, abs=1e-3)
    assert found.how == "exact" and len(found.draws) == 38
    assert found.p == pytest.approx(4 / 39)


# Tuberculosis trials of the BCG vaccine (Colditz and others 1994): cases and others with the vaccine, cases and others without.
VACCINE = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619],
        [505, 87886, 499, 87892], [29, 7470, 45, 7232], [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
    ]
)  # fmt: skip


def test_the_vaccine_trials_pool_as_published() -> None:
    with_, without = VACCINE[:, :2].sum(axis=1), VACCINE[:, 2:].sum(axis=1)
    effects = np.log(VACCINE[:, 0] / with_ / (VACCINE[:, 2] / without))
    errors = np.sqrt(1 / VACCINE[:, 0] - 1 / with_ + 1 / VACCINE[:, 2] - 1 / without)
    found = pooled(effects, errors)
    assert (found.mean, found.tau2) == (pytest.approx(-0.71453, abs=1e-4), pytest.approx(0.31324, abs=1e-4))
    assert (found.plain_error, found.error) == (pytest.approx(0.1798, abs=1e-4), pytest.approx(0.1808, abs=1e-4))
    assert found.scatter == pytest.approx(152.233, abs=1e-3)
    assert found.new_place[0] < found.interval[0] and found.new_place[1] > 0 > found.interval[1]


# --- outside packages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("controls", ["never", "not-yet"])
@pytest.mark.filterwarnings("ignore")
def test_group_time_averages_agree_with_diff_diff(seed: int, controls: str) -> None:
    other = pytest.importorskip("diff_diff", reason="diff-diff, the outside reference, is not installed")
    panel = made(WAVES, seed)
    group = "never_treated" if controls == "never" else "not_yet_treated"
    theirs = other.CallawaySantAnna(control_group=group).fit(long_table(panel), outcome="outcome", unit="unit", time="period", first_treat="first")
    ours = callaway_santanna(panel, controls=controls, how="cluster")
    assert (ours.effect, ours.error) == (pytest.approx(theirs.overall_att, abs=1e-10), pytest.approx(theirs.overall_se, abs=1e-10))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.filterwarnings("ignore")
def test_imputation_agrees_with_diff_diff(seed: int) -> None:
    other = pytest.importorskip("diff_diff", reason="diff-diff, the outside reference, is not installed")
    panel = replace(made(WAVES, seed), group=np.arange(36) // 2)
    fitted = other.ImputationDiD(cluster="group").fit(
        long_table(panel), outcome="outcome", unit="unit", time="period", first_treat="first", aggregate="event_study"
    )
    ours = imputation(panel, how="cluster")
    assert (ours.effect, ours.error) == (pytest.approx(fitted.overall_att, abs=1e-8), pytest.approx(fitted.overall_se, abs=1e-8))
    events = ours.by_event_time.set_index("event")
    for event, cell in fitted.event_study_effects.items():
        if event >= 0:
            assert events.loc[event, ["effect", "error"]].tolist() == pytest.approx([cell["effect"], cell["se"]], abs=1e-8)


def test_two_groups_give_welch_s_test() -> None:
    from scipy.stats import ttest_ind

    panel = made(Making(units=30, periods=8, starts=(5,), treated=12), 4)
    change = panel.outcome[:, 5:].mean(axis=1) - panel.outcome[:, :5].mean(axis=1)
    welch = ttest_ind(change[panel.treated], change[~panel.treated], equal_var=False)
    found = difference_in_differences(panel, how="cluster")
    assert found.p == pytest.approx(welch.pvalue, rel=1e-9)
    assert found.interval == pytest.approx(tuple(welch.confidence_interval()), rel=1e-9)


# --- planted effects and laws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_effect_is_found(method) -> None:
    found = method(made(Making(units=200, periods=20, starts=(10, 14), treated=80, effect=2.0), 1))
    assert found.effect == pytest.approx(2.0, abs=3.5 * found.error)
    assert found.error < 0.3
    assert found.p < 1e-6


def assert_same(one: Estimate, other: Estimate, scale: float = 1.0) -> None:
    """Two estimates, the second in units `scale` times as small."""
    tiny = 1e-8 * scale * max(1.0, abs(one.effect))
    for name in ("effect", "error"):
        assert getattr(other, name) == pytest.approx(scale * getattr(one, name), abs=tiny), name
    assert other.interval == pytest.approx(tuple(scale * end for end in one.interval), abs=tiny)
    assert other.p == pytest.approx(one.p, rel=1e-6)
    assert other.by_event_time["effect"].to_numpy() == pytest.approx(scale * one.by_event_time["effect"].to_numpy(), abs=tiny)


@pytest.mark.parametrize("method", METHODS)
@given(seed=st.integers(0, 99), size=st.floats(0.1, 100))
@settings(max_examples=10)
def test_levels_and_shocks_move_nothing_and_units_of_measure_scale(method, seed: int, size: float) -> None:
    panel = made(WAVES, seed)
    luck = np.random.default_rng(seed)
    levels, shocks = size * luck.normal(size=(36, 1)), size * luck.normal(size=10)
    found = method(panel, how="cluster")
    assert_same(found, method(replace(panel, outcome=panel.outcome + levels + shocks), how="cluster"))
    assert_same(found, method(replace(panel, outcome=size * panel.outcome), how="cluster"), size)


@pytest.mark.parametrize("how", ["cluster", "placebo"])
@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_units_does_not_matter(method, how: str) -> None:
    panel = made(WAVES, 5)
    order = np.random.default_rng(0).permutation(36)
    assert_same(method(panel, how=how, draws=39), method(panel.of(order), how=how, draws=39))


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_placebos(method) -> None:
    panel = made(WAVES, 6)
    one, two, other = (method(panel, how="placebo", draws=29, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.draws, two.draws) and not np.array_equal(one.draws, other.draws)


@given(weights=st.lists(st.integers(1, 3), min_size=24, max_size=24))
@settings(max_examples=10)
def test_weighing_a_unit_twice_is_counting_it_twice(weights: list[int]) -> None:
    panel = made(Making(units=24, periods=8, starts=(4, 5), treated=10), 3)
    rows = np.repeat(np.arange(24), weights)
    doubled = panel.of(rows)
    weighed = replace(panel, weight=np.array(weights, dtype=float))
    for method in METHODS:
        assert method(weighed, how="cluster").effect == pytest.approx(method(doubled, how="cluster").effect, abs=1e-10)


def test_units_of_one_cluster_are_not_counted_as_many() -> None:
    panel = made(WAVES, 7)
    twice = panel.of(np.repeat(np.arange(36), 2))
    together = replace(twice, group=np.repeat(np.arange(36), 2))
    for method in METHODS:
        alone, apart, pairs = (method(one, how="cluster") for one in (panel, replace(twice, group=np.arange(72)), together))
        assert pairs.error == pytest.approx(alone.error, rel=1e-9)
        assert apart.error == pytest.approx(alone.error / math.sqrt(2), rel=1e-9)


# --- placebos --------------------------------------------------------------------------------------------------------


def test_an_interval_excludes_nought_exactly_where_p_says_so() -> None:
    for seed in range(12):
        found = difference_in_differences(made(Making(units=30, periods=8, starts=(5,), treated=4, effect=0.8), seed), draws=199)
        assert found.how == "permutation"
        assert (found.p <= 0.05) == (found.interval[0] > 0 or found.interval[1] < 0)


def test_few_placebos_leave_the_interval_open() -> None:
    found = difference_in_differences(made(Making(units=12, periods=8, starts=(5,), treated=1), 0))
    assert found.how == "exact" and len(found.draws) == 11
    assert found.interval == (-math.inf, math.inf)
    assert any("eleven" in note or "11 placebos" in note for note in found.notes)


def test_all_pairs_are_counted_where_they_are_few() -> None:
    found = difference_in_differences(made(Making(units=12, periods=8, starts=(5,), treated=2), 0))
    assert found.how == "exact" and len(found.draws) == 45


def test_a_province_is_drawn_whole() -> None:
    panel = made(Making(units=40, periods=8, starts=(5,), treated=0), 0)
    group = np.arange(40) // 4
    start = np.where(group == 2, 5, NEVER)
    found = difference_in_differences(replace(panel, group=group, start=start))
    assert found.how == "exact" and len(found.draws) == 9


# --- what a panel cannot tell ----------------------------------------------------------------------------------------


def assert_told_nothing(found: Estimate, reason: str) -> None:
    """No number, and the reason."""
    assert not found.told and math.isnan(found.p) and math.isnan(found.error)
    assert any("cannot be told from these data, because" in note and reason in note for note in found.notes), found.notes


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_told_without_a_before(method) -> None:
    panel = made(Making(units=20, periods=6, starts=(3,), treated=5), 0)
    assert_told_nothing(method(panel.started(np.where(panel.treated, 0, NEVER))), "no treated unit is left")


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_told_where_all_are_treated_at_once(method) -> None:
    panel = made(Making(units=20, periods=6, starts=(3,), treated=20), 0)
    found = method(panel)
    assert not found.told and any("cannot be told from these data" in note for note in found.notes)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_told_where_nobody_is_treated(method) -> None:
    panel = made(Making(units=20, periods=6, starts=(3,), treated=5), 0)
    assert_told_nothing(method(panel.started(np.full(20, NEVER))), "treated")


@pytest.mark.parametrize("method", METHODS)
def test_one_period_before_leaves_the_past_open(method) -> None:
    found = method(made(Making(units=40, periods=5, starts=(1,), treated=15), 0))
    assert found.told and found.pre_trend == {}
    assert any("one period before" in note for note in found.notes)


@pytest.mark.parametrize("method", METHODS)
def test_early_units_are_left_out_by_name(method) -> None:
    panel = made(WAVES, 2)
    first = int(np.flatnonzero(panel.treated)[0])
    found = method(panel.started(np.where(np.arange(36) == first, 0, panel.start)))
    assert found.effect == pytest.approx(method(panel.of(np.arange(36) != first)).effect)
    assert any(panel.units[first] in note and "first period" in note for note in found.notes)


@pytest.mark.parametrize("method", METHODS)
def test_an_outcome_that_never_moves_has_no_error(method) -> None:
    panel = replace(made(WAVES, 2), outcome=np.full((36, 10), 3.0))
    found = method(panel)
    assert found.effect == pytest.approx(0, abs=1e-12) and math.isnan(found.p)
    assert any("same everywhere" in note for note in found.notes)


def test_missing_cells_are_left_out_or_their_units() -> None:
    panel = made(WAVES, 3)
    outcome = panel.outcome.copy()
    outcome[0, 3] = outcome[5, 8] = np.nan
    holed = replace(panel, outcome=outcome)
    whole = difference_in_differences(panel.of(~np.isin(np.arange(36), [0, 5])))
    assert difference_in_differences(holed).effect == pytest.approx(whole.effect)
    assert any("lack a figure" in note for note in difference_in_differences(holed).notes)
    for method in (callaway_santanna, imputation):
        assert method(holed).effect == pytest.approx(method(panel).effect, abs=0.3)
        assert method(holed).effect != method(panel).effect


def test_imputation_says_what_no_untreated_cell_reaches() -> None:
    panel = made(Making(units=20, periods=8, starts=(3, 5), treated=20, effect=1.0), 0)
    found = imputation(panel, how="cluster")
    assert found.told and any("of the treated cells cannot be told" in note for note in found.notes)
    assert found.by_event_time["event"].max() == 1


def test_a_cohort_of_one_cluster_has_no_clustered_error() -> None:
    panel = made(Making(units=40, periods=8, starts=(5,), treated=12), 0)
    start = panel.start.copy()
    start[np.flatnonzero(panel.treated)[0]] = 6
    found = callaway_santanna(panel.started(start), how="cluster")
    assert found.told and math.isnan(found.error) and any("only one cluster" in note for note in found.notes)
    assert callaway_santanna(panel.started(start), draws=39).how == "permutation"


def test_wrong_words_and_numbers_are_refused() -> None:
    panel = made(WAVES, 0)
    infinite = panel.outcome.copy()
    infinite[3, 4] = np.inf
    for call, words in (
        (lambda: callaway_santanna(panel, average="mean"), "simple, dynamic, group"),
        (lambda: callaway_santanna(panel, controls="all"), "never, not-yet"),
        (lambda: imputation(panel, how="robust"), "auto, cluster, placebo"),
        (lambda: imputation(panel, draws=0), "at least one"),
        (lambda: difference_in_differences(panel, anticipation=-1), "cannot be negative"),
        (lambda: difference_in_differences(replace(panel, outcome=infinite)), "unit-003 in 2004 is infinite"),
        (lambda: pooled(np.array([1.0, 2.0]), np.array([1.0, 0.0])), "effect 2"),
    ):
        with pytest.raises(InputError, match=words):
            call()


# --- past, anticipation, neighbours, differences between pilots -------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_trend_of_the_pilots_own_shows_before_the_start(method) -> None:
    panel = made(Making(units=60, periods=12, starts=(8,), treated=24), 1)
    drift = np.where(panel.treated[:, None], 0.5 * np.arange(12), 0.0)
    quiet, loud = method(panel).pre_trend, method(replace(panel, outcome=panel.outcome + drift)).pre_trend
    assert quiet["p"] > 0.05 and loud["p"] < 0.001
    assert "older than the pilot" in loud["says"]


@pytest.mark.parametrize("method", METHODS)
def test_anticipation_moves_the_base(method) -> None:
    panel = made(Making(units=60, periods=12, starts=(8,), treated=24, effect=1.0), 0)
    early = replace(panel, outcome=panel.outcome + np.where(panel.treated[:, None] & (np.arange(12) == 7), 3.0, 0.0))
    assert method(early, anticipation=1).effect == pytest.approx(method(panel, anticipation=1).effect, abs=1e-9)
    assert method(early).effect < method(panel).effect - 0.3


def test_more_anticipation_than_there_are_periods_is_not_called_a_start() -> None:
    panel = made(Making(units=20, periods=8, starts=(4,), treated=5), 0)
    said = " ".join(difference_in_differences(panel, anticipation=20).notes)
    assert "touched from the first period, 20 before each start counting as touched" in said and "treated from the first period" not in said


def test_spillover_is_seen_and_taken_out() -> None:
    panel = made(Making(units=80, periods=10, starts=(5,), treated=16, effect=2.0), 2)
    order = np.argsort(~panel.treated, kind="stable")
    panel = panel.of(order)
    near = np.zeros((80, 80), dtype=bool)
    near[np.arange(16), np.arange(16, 32)] = near[np.arange(16, 32), np.arange(16)] = True
    spilt = panel.outcome + np.where(np.isin(np.arange(80), np.arange(16, 32))[:, None] & (np.arange(10) >= 5), 2.0, 0.0)
    found = spillover(replace(panel, outcome=spilt), near)
    assert set(found.exposed) == set(panel.units[16:32])
    assert found.on_neighbours.effect == pytest.approx(2.0, abs=3.5 * found.on_neighbours.error)
    assert found.without_neighbours.effect == pytest.approx(2.0, abs=3.5 * found.without_neighbours.error)
    assert difference_in_differences(replace(panel, outcome=spilt)).effect < found.without_neighbours.effect - 0.3
    alone = spillover(panel)
    assert not alone.on_neighbours.told and "no untreated unit neighbours" in alone.notes[0]


def test_effects_that_differ_are_traced_to_what_places_were() -> None:
    panel = made(Making(units=80, periods=10, starts=(5,), treated=30), 1)
    wealth = np.random.default_rng(1).normal(size=80)
    outcome = panel.outcome + np.where(panel.under, 2.0 * wealth[:, None], 0.0)
    other = np.random.default_rng(2).normal(size=80)
    figures = {"wealth": np.repeat(wealth[:, None], 10, axis=1), "other": np.repeat(other[:, None], 10, axis=1), "flat": np.ones((80, 10))}
    found = heterogeneity(replace(panel, outcome=outcome, covariates=figures), draws=199).set_index("covariate")
    assert found.loc["wealth", "slope"] == pytest.approx(2.0 * wealth[panel.treated].std(), abs=0.5)
    assert found.loc["wealth", "p_adjusted"] <= 0.01 < 0.05 < found.loc["other", "p"]
    assert math.isnan(found.loc["flat", "slope"]) and "the same" in found.loc["flat", "note"]


def test_errors_of_averages_are_those_of_their_influence() -> None:
    panel = minimum_wage()
    found = averages(group_time(panel), panel)
    assert clustered(found.influence, panel).plain[0] == pytest.approx(callaway_santanna(panel).error)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_effects_pool_to_little(count: int) -> None:
    found = pooled(np.arange(count) + 1.0, np.ones(count))
    assert math.isnan(found.new_place[0]) and any("cannot be told from these data" in note for note in found.notes)


def test_cautions_are_what_the_benchmark_found() -> None:
    found = json.loads(RESULTS.read_text(encoding="utf-8"))["calibration"]
    names = dict(zip(FALSE_POSITIVES, found["sites at random"], strict=True))
    for method, rates in FALSE_POSITIVES.items():
        rows = {kind: found[WORLDS[kind]][names[method]] for kind in rates}
        assert {row["replicates"] for row in rows.values()} == {1000}
        assert rates == pytest.approx({kind: row["positive"] for kind, row in rows.items()}, abs=5e-4)
    assert "%" in caution("callaway-santanna") and caution("a method of somebody else's") == ""


def test_of_each_family_the_method_that_is_robust_in_more_cases_comes_first() -> None:
    panel = made(WAVES, 0)
    for family in ("differences", "synthetic"):
        names = [method(panel, draws=1).method for method in METHODS_BY_NAME.values() if method.family == family]
        assert names == robust_first(names)
