"""Were the sites fair, and would it travel: known answers, laws, planted truth, and the bundled programmes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from shidian.evidence.balancing import entropy_balance
from shidian.evidence.china import china, china_sites, level
from shidian.evidence.design import Round, _Changes, _sited, _Window, design
from shidian.evidence.panel import Panel
from shidian.evidence.site_effects import site_effects
from shidian.evidence.sites import Specification, compare, compare_all, generalizability, overlap, propensity_logits, specification_curve
from shidian.evidence.transport import travel
from shidian.foundations.errors import InputError

FACTS = Path(__file__).parents[2] / "shared" / "facts" / "subnational"


def specification(values: np.ndarray, sited: np.ndarray, eligible: np.ndarray | None = None) -> Specification:
    return Specification("x", "2010", "all", "all sites", values, sited, np.ones(len(values), dtype=bool) if eligible is None else eligible)


# --- one comparison --------------------------------------------------------------------------------------------------


def test_the_gap_and_its_t_are_those_of_welch() -> None:
    luck = np.random.default_rng(1)
    values, sited = luck.normal(size=60), np.arange(60) < 13
    found = compare(specification(values, sited), draws=99)
    assert found.gap == pytest.approx(values[:13].mean() - values[13:].mean())
    assert found.t == pytest.approx(ttest_ind(values[:13], values[13:], equal_var=False).statistic)
    assert (found.sites, found.others) == (13, 47)


def test_all_ways_to_pick_are_counted_where_they_are_few() -> None:
    found = compare(specification(np.array([1.0, 2, 3, 4, 10]), np.array([False] * 4 + [True])))
    assert found.p_permutation == pytest.approx(1 / 5) and np.isnan(found.t) and found.percentile == pytest.approx(0.9)


def test_a_yes_or_no_has_a_permutation_p_and_no_t() -> None:
    yes, sited = (np.arange(40) < 12).astype(float), np.arange(40) < 6
    found = compare(specification(yes, sited), draws=199)
    assert np.isnan(found.t) and found.p_permutation < 0.05 and not len(specification_curve([specification(yes, sited)]))


def test_drawn_and_counted_permutations_agree() -> None:
    luck = np.random.default_rng(2)
    values, sited = luck.normal(size=14), np.isin(np.arange(14), [0, 3, 5, 9])
    every = compare(specification(values + sited, sited), draws=2000).p_permutation
    drawn = compare(specification(values + sited, sited), draws=1000).p_permutation
    assert every == pytest.approx(drawn, abs=0.05)


@given(st.integers(0, 10**6), st.integers(4, 30), st.data())
def test_order_level_and_scale_of_places_do_not_matter(seed: int, places: int, data: st.DataObject) -> None:
    luck = np.random.default_rng(seed)
    values, order = luck.normal(size=places), luck.permutation(places)
    sited = np.arange(places) < data.draw(st.integers(2, places - 2))
    one = compare(specification(values, sited), draws=19)
    assert compare(specification(values[order], sited[order]), draws=19).t == pytest.approx(one.t)
    moved = compare(specification(3 * values + 7, sited), draws=19)
    assert moved.t == pytest.approx(one.t) and moved.gap == pytest.approx(3 * one.gap) and moved.standardised == pytest.approx(one.standardised)


def test_a_lottery_is_rejected_as_often_as_promised() -> None:
    luck = np.random.default_rng(3)
    p = [compare(specification(luck.lognormal(size=40), np.arange(40) < 8), seed=draw, draws=199).p_permutation for draw in range(400)]
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.09


def test_looking_at_many_figures_is_allowed_for() -> None:
    luck = np.random.default_rng(4)
    sited = np.arange(50) < 10
    found = compare_all([specification(luck.normal(size=50) + (2 * sited if at == 0 else 0), sited) for at in range(5)], draws=499)
    assert all(one.p_holm >= one.p_permutation for one in found)
    assert found[0].p_holm == pytest.approx(5 * found[0].p_permutation)


def test_missing_figures_and_places_outside_the_pool_do_not_count() -> None:
    values, sited = np.array([1.0, np.nan, 3, 4, 5, 100]), np.array([True, True, True, False, False, False])
    found = compare(specification(values, sited, np.arange(6) < 5), draws=99)
    assert (found.sites, found.others, found.gap) == (2, 2, pytest.approx(-2.5))
    nobody = compare(specification(np.full(3, np.nan), np.array([True, False, False])))
    assert np.isnan(nobody.gap) and np.isnan(nobody.p_permutation)


def test_the_curve_holds_every_specification_in_order_of_t() -> None:
    luck = np.random.default_rng(5)
    sited = np.arange(30) < 6
    curve = specification_curve([specification(luck.normal(size=30) + sited * at, sited) for at in range(4)] + [specification(luck.normal(size=30), np.arange(30) < 1)])
    assert len(curve) == 4 and curve["t"].is_monotonic_increasing


# --- index and balance -----------------------------------------------------------------------------------------------


def test_the_index_is_high_for_a_lottery_and_low_for_a_pick() -> None:
    luck = np.random.default_rng(6)
    table = {"a": luck.normal(size=300), "b": luck.normal(size=300)}
    everyone = np.ones(300, dtype=bool)
    lottery = generalizability(table, luck.permutation(300) < 60, everyone)
    richest = generalizability(table, np.argsort(np.argsort(-table["a"])) < 60, everyone)
    assert lottery.value > 0.95 and lottery.reading == "very high"
    assert richest.value < 0.75 < lottery.value
    assert generalizability(table, np.arange(300) < 2, everyone) is None


def test_the_overlap_of_two_normals_is_the_known_one() -> None:
    luck = np.random.default_rng(7)
    apart = overlap(luck.normal(size=4000), luck.normal(loc=1.0, size=4000))
    assert apart == pytest.approx(np.exp(-1 / 8), abs=0.02)  # Bhattacharyya's coefficient of N(0, 1) and N(1, 1), kernels widen both a little


def test_the_propensity_solves_its_own_equation() -> None:
    luck = np.random.default_rng(8)
    table = luck.normal(size=(80, 2))
    chosen = luck.random(80) < 0.3
    line = propensity_logits(table, chosen)
    rest = chosen - 1 / (1 + np.exp(-line))
    slopes = np.linalg.lstsq(np.column_stack([np.ones(80), table]), line, rcond=None)[0][1:]
    assert rest.sum() == pytest.approx(0, abs=1e-5)
    assert table.T @ rest == pytest.approx(slopes / 2.5**2, abs=1e-5)


@given(st.integers(0, 10**6))
def test_weights_reach_the_target_and_are_the_nearest_to_equal(seed: int) -> None:
    luck = np.random.default_rng(seed)
    sites = luck.normal(size=(25, 2))
    target = luck.dirichlet(np.ones(25)) @ sites
    found = entropy_balance(sites, target)
    assert found is not None
    assert found.weight.sum() == pytest.approx(1) and found.weight.min() >= 0
    assert found.weight @ sites == pytest.approx(target, abs=1e-5)
    assert 1 <= found.effective <= 25 + 1e-9
    logs = np.log(found.weight)  # an exponential tilt: the log weight is linear in the covariates
    fitted = np.column_stack([np.ones(25), sites])
    assert logs == pytest.approx(fitted @ np.linalg.lstsq(fitted, logs, rcond=None)[0], abs=1e-4)


def test_a_target_beyond_every_site_has_no_weights() -> None:
    assert entropy_balance(np.array([[0.0], [1.0], [2.0]]), np.array([2.5])) is None


# --- travel ----------------------------------------------------------------------------------------------------------


def planted(seed: int = 0, sites: int = 40, places: int = 240, slope: float = 1.0, richest: bool = True) -> tuple[Panel, np.ndarray]:
    """Places whose effect is 1 + slope x wealth, with the richest treated; the truth for the places that were not sites."""
    luck = np.random.default_rng(seed)
    wealth = luck.normal(size=places)
    score = wealth + 1.5 * luck.normal(size=places) if richest else luck.normal(size=places)
    treated = np.argsort(np.argsort(-score)) < sites
    effect = 1 + slope * wealth
    start = np.where(treated, 6, -1)
    outcome = luck.normal(size=places)[:, None] * 2 + np.linspace(0, 1, 12) + luck.normal(size=(places, 12)) * 0.3
    outcome += np.where(treated[:, None] & (np.arange(12) >= 6), effect[:, None], 0.0)
    units = tuple(f"u{at:03d}" for at in range(places))
    panel = Panel(outcome, start, units, tuple(range(2000, 2012)), None, {"wealth": np.repeat(wealth[:, None], 12, axis=1)})
    return panel, effect[~treated]


def test_each_site_is_found_with_its_own_effect() -> None:
    panel, _ = planted()
    found = site_effects(panel)
    truth = 1 + panel.covariates["wealth"][found.rows, 0]
    assert np.abs(found.effect - truth).mean() < 0.25
    assert 0.8 < (np.abs(found.effect - truth) < 1.96 * np.sqrt(found.variance)).mean()


def test_reweighted_sites_say_what_other_places_would_see() -> None:
    panel, truth = planted()
    found = travel(panel)
    assert found.sites.effect.mean() - truth.mean() > 0.5  # naive: the richest places gain most
    assert found.reweighted.effect == pytest.approx(truth.mean(), abs=0.2)
    assert found.reweighted.effective < len(found.sites)
    moderator = found.moderators.set_index("covariate").loc["wealth"]
    assert moderator["slope"] == pytest.approx(1, abs=0.25) and moderator["p"] < 0.001
    assert found.pooled.tau2 == pytest.approx(found.sites.effect.var(), rel=0.3)


def test_intervals_of_the_reweighted_effect_hold_the_truth() -> None:
    held = []
    for seed in range(40):
        panel, truth = planted(seed)
        found = travel(panel, seed=seed)
        held.append(abs(found.reweighted.effect - truth.mean()) < 1.96 * found.reweighted.error)
    assert np.mean(held) > 0.85


def test_a_trend_by_wealth_is_no_effect_that_differs() -> None:
    """Poor places catch up by themselves; what sites show beyond that is the effect, and it does not change with wealth."""
    off, slopes = [], []
    for seed in range(20):
        panel, _ = planted(seed, slope=0.0)
        wealth = panel.covariates["wealth"]
        panel = Panel(panel.outcome - 0.3 * wealth * np.arange(12), panel.start, panel.units, panel.periods, None, panel.covariates)
        found = travel(panel, seed=seed)
        off.append(found.reweighted.effect - 1)
        slopes.append(found.moderators.set_index("covariate").loc["wealth", "slope"])
        bare = site_effects(panel)
        assert bare.effect.mean() < 0.7  # held against all others alike, the trend counts as effect
        assert found.sites.effect.mean() == pytest.approx(1, abs=0.25)
    assert np.mean(off) == pytest.approx(0, abs=0.05) and np.mean(slopes) == pytest.approx(0, abs=0.05)


def test_the_first_sites_overstate_the_later_ones() -> None:
    panel, _ = planted(slope=0.0, sites=40, richest=False)
    treated = np.flatnonzero(panel.treated)
    start = panel.start.copy()
    start[treated[20:]] = 8
    outcome = panel.outcome.copy()
    outcome[treated[20:], 6:8] -= 1
    outcome[treated[:20], 6:] += 1  # the early half gains twice as much
    found = travel(Panel(outcome, start, panel.units, panel.periods))
    assert found.order.early - found.order.late == pytest.approx(1, abs=0.3) and found.order.p < 0.01
    assert travel(panel).order is None  # all at once: nothing to be told


def test_what_cannot_be_told_of_other_places_is_said() -> None:
    panel, _ = planted(sites=2)
    found = travel(panel)
    assert found.pooled is None and found.reweighted is None and any("cannot" in note for note in found.notes)
    alone = travel(panel.of(panel.treated | (np.arange(240) < 3)))
    assert alone.sites is None and "never treated" in alone.notes[0]


# --- the bundled programmes ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def programmes() -> list[dict]:
    return [one.as_dict() for one in china(draws=199)]


def test_all_fourteen_programmes_answer(programmes: list[dict]) -> None:
    assert len(programmes) == 14
    for row in programmes:
        assert {"programme", "sites", "gap_log_gdp_per_head", "t", "p_permutation", "index", "covariate_year", "post"} <= row.keys()
        assert row["sites"] <= row["sites_listed"] and 0 <= row["index"] <= 1
        assert row["post"] == (row["covariate_year"] > row["start"])


def test_most_programmes_went_to_richer_places(programmes: list[dict]) -> None:
    """As Wang and Yang (2025) report of China's experiments; here on other programmes and figures."""
    assert np.mean([row["t"] > 1.96 for row in programmes]) > 0.8


def test_a_gap_is_what_the_tables_say(programmes: list[dict]) -> None:
    row = next(row for row in programmes if row["programme"] == "made_in_china_2025_pilot")
    table = level("prefecture").places
    people = table["population_2010"] ** 0.5 * table["population_2020"] ** 0.5
    wealth = np.log(table["gdp_2015"] / people)
    sited = wealth.index.isin([site.place for site in china_sites()["made_in_china_2025_pilot"]])
    assert row["covariate_year"] == 2015 and not row["post"] and row["sites"] == 30
    assert row["gap_log_gdp_per_head"] == pytest.approx(wealth[sited].mean() - wealth[~sited].mean())
    assert row["t"] == pytest.approx(ttest_ind(wealth[sited], wealth[~sited].dropna(), equal_var=False).statistic)


def test_provinces_stand_apart_and_count_once(programmes: list[dict]) -> None:
    row = next(row for row in programmes if row["programme"] == "low_carbon_pilot")
    assert row["provinces"]["sites"] == 6 and row["sites_listed"] == 87
    assert all(one["provinces"] is None or one["provinces"]["others"] <= 31 for one in programmes)


def test_the_bundled_sites_are_those_collected() -> None:
    if not FACTS.is_dir():
        pytest.skip("the shared facts are not here")
    collected = pd.read_csv(FACTS / "pilots.csv", dtype=str, keep_default_na=False)
    bundled = [site for sites in china_sites().values() for site in sites]
    assert len(bundled) == len(collected) == 592
    assert sorted((site.programme, site.place, site.start) for site in bundled) == sorted(collected[["programme", "gb_code", "start_year"]].itertuples(index=False, name=None))
    assert sum("unconfirmed" in site.note for site in bundled) == 253


def test_every_bundled_site_that_is_left_out_is_named() -> None:
    notes = [note for one in china(draws=19) for note in one.prefectures.notes if "lie outside" in note]
    assert notes and all("left out: " in note and ": ," not in note and ", ," not in note for note in notes)
    assert any("济源, 琼中县, 阿拉尔." in note for note in notes)


def test_every_bundled_figure_names_a_source_that_is_listed() -> None:
    from shidian.evidence.china import DATA

    keys = set(pd.read_csv(DATA / "sources.csv")["key"])
    for name in ("china_prefectures", "china_provinces"):
        table = pd.read_csv(DATA / f"{name}.csv")
        assert set(" ".join(table["source"]).split()) <= keys
        assert table["status"].isin(["sourced", "unconfirmed"]).all()


# --- the next round --------------------------------------------------------------------------------------------------


def quiet(places: int = 120, seed: int = 0) -> Panel:
    luck = np.random.default_rng(seed)
    outcome = luck.normal(size=(places, 1)) + luck.normal(size=(places, 14))
    return Panel(outcome, np.full(places, -1), tuple(f"u{at:03d}" for at in range(places)), tuple(range(14)))


def test_power_is_that_of_the_formula_where_noise_is_white() -> None:
    from scipy.stats import norm

    found = design(quiet(), 0.5, [20], [4], ["random"], before=4, plays=1500)
    error = np.sqrt(1 / 4 + 1 / 4) * np.sqrt(1 / 20 + 1 / 100)
    expected = norm.cdf(0.5 / error - 1.96)
    row = found.power.iloc[0]
    assert row["power"] == pytest.approx(expected, abs=0.06)
    assert row["false_positives"] == pytest.approx(0.05, abs=0.025)
    assert row["least_effect"] == pytest.approx(2.80 * error, rel=0.1)


@pytest.mark.parametrize("method", ["did", "sdid"])
@pytest.mark.parametrize("sites", [3, 10])
def test_the_least_effect_is_seen_with_80_per_cent_power(sites: int, method: str) -> None:
    def row(effect: float):
        return design(quiet(80), effect, [sites], [3], ["random"], before=5, plays=1000, methods=(method,)).power.iloc[0]

    assert row(float(row(0.5)["least_effect"]))["power"] == pytest.approx(0.8, abs=0.05)


def test_more_sites_see_more_and_the_smallest_that_sees_enough_is_chosen() -> None:
    found = design(quiet(), 0.6, [5, 15, 45], [3], ["random"], plays=400)
    assert found.power["power"].is_monotonic_increasing
    enough = found.power[found.power["power"] >= 0.8]["sites"]
    assert found.chosen.sites == enough.min() and len(found.places) == found.chosen.sites and found.places["unit"].is_unique


def test_a_stratified_round_takes_as_many_from_each_stratum() -> None:
    strata = np.repeat(np.arange(4), 25)
    for seed in range(20):
        sited = _sited(strata, Round(12, "stratified", 3), np.random.default_rng(seed))
        assert np.bincount(strata[sited], minlength=4).tolist() == [3, 3, 3, 3]


def test_the_estimate_of_a_round_is_least_squares_with_strata_and_covariates() -> None:
    luck = np.random.default_rng(9)
    outcome, sited, strata, figure = luck.normal(size=(40, 2)), luck.random(40) < 0.3, luck.integers(0, 3, size=40), luck.normal(size=(40, 1))
    change = outcome[:, 1] - outcome[:, 0]
    columns = np.column_stack([sited, *(strata == at for at in range(3)), figure]).astype(float)
    beta = np.linalg.lstsq(columns, change, rcond=None)[0]
    rest, inverse = change - columns @ beta, np.linalg.inv(columns.T @ columns)
    error = np.sqrt((inverse @ (columns.T * rest**2) @ columns @ inverse)[0, 0] * 40 / 35)
    panel = Panel(outcome, np.full(40, -1), tuple(f"u{at}" for at in range(40)), (0, 1))
    made = _Changes.of(panel, _Window(1, np.ones(40, dtype=bool), figure), strata, Round(12, "stratified", 1), 1)
    assert made.estimated(sited) == pytest.approx((beta[0], error))


def test_a_covariate_that_explains_changes_makes_rounds_see_more() -> None:
    panel = quiet()
    figure = np.random.default_rng(1).normal(size=(120, 1))
    moving = panel.outcome + figure * np.arange(14)
    plain = design(replace(panel, outcome=moving), 0.5, [20], [2], ["random"], plays=300).power.iloc[0]
    held = design(replace(panel, outcome=moving, covariates={"figure": np.repeat(figure, 14, axis=1)}), 0.5, [20], [2], ["random"], plays=300).power.iloc[0]
    without = design(panel, 0.5, [20], [2], ["random"], plays=300).power.iloc[0]
    assert held["least_effect"] < plain["least_effect"] / 2
    assert held["least_effect"] == pytest.approx(without["least_effect"], rel=0.25)


def test_a_round_judged_by_synthetic_differences_sees_through_factors_that_differences_do_not() -> None:
    luck = np.random.default_rng(3)
    shared = np.cumsum(luck.normal(size=14)) * 3
    panel = quiet(60)
    panel = replace(panel, outcome=panel.outcome + luck.normal(size=(60, 1)) * shared)
    found = design(panel, 1.0, [10], [2], ["random"], before=8, plays=200, methods=("did", "sdid")).power.set_index("method")
    assert found.loc["sdid", "least_effect"] < found.loc["did", "least_effect"] / 1.5 and found.loc["sdid", "power"] > found.loc["did", "power"]
    assert np.isnan(found.loc["sdid", "false_positives"])
    with pytest.raises(InputError, match="two periods before"):
        design(panel, 1.0, [10], [2], before=1, methods=("sdid",))


def test_a_round_that_the_panel_cannot_hold_is_refused() -> None:
    with pytest.raises(InputError, match="ask for fewer with --before and --after"):
        design(quiet(), 0.5, [20], [12], before=4)
    with pytest.raises(InputError, match="give --sites within that"):
        design(quiet(), 0.5, [500], [2])
