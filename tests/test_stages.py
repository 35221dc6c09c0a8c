"""The stages of governing by experiment, each by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_nation import HIERARCHY, changed, small

from shidian.foundations.luck import Luck
from shidian.foundations.streams import name_keys
from shidian.governance.adjustment import adjust, open_boundary
from shidian.governance.appraisal import Beliefs, KnownBias, appraise
from shidian.governance.cycle import policy_cycle
from shidian.governance.experiment import drive, initiative, perceived_gain, rivals_hold
from shidian.governance.lines import one_line
from shidian.governance.mission import Mission
from shidian.governance.monitoring import deliver, monitor
from shidian.governance.regimes import load_regime
from shidian.governance.reports import Reports, no_reports
from shidian.governance.selection import INHIBIT, SUPPORT, Sightings, Stances, enforcement, select, sightings, spent_on_force, value_of_information
from shidian.governance.sites import sited
from shidian.study.governing.landscape import found_nation, run
from shidian.worlds.landscape import advance, load_setting, make_land

# --- experiment -------------------------------------------------------------------------------------------------------


def test_sites_follow_their_rule() -> None:
    places = found_nation(make_land(load_setting(), 2), HIERARCHY, 2).localities
    utility = np.random.default_rng(1).normal(size=places.able.shape)
    chosen = {}
    for rule in ("positive", "stratified", "random", "volunteer"):
        rules = HIERARCHY.experiment.model_copy(update={"sites": rule, "tilt": 1e6})
        package = sited(np.array([5]), 9, utility, places, rules, Luck(3))
        assert (package > 0).sum() == 9
        chosen[rule] = package > 0
    rest = ~chosen["positive"]
    assert places.development[chosen["positive"]].min() > places.development[rest].max()
    thirds = np.argsort(np.argsort(places.development)) // 10
    assert np.bincount(thirds[chosen["stratified"]]).tolist() == [3, 3, 3]
    assert utility[chosen["volunteer"], 5].min() > utility[~chosen["volunteer"], 5].max()


def test_sites_lean_towards_developed_places_as_far_as_the_tilt_says() -> None:
    places = found_nation(make_land(load_setting(), 2), HIERARCHY, 2).localities
    means = []
    for tilt in (0.0, 1.0, 4.0):
        rules = HIERARCHY.experiment.model_copy(update={"sites": "positive", "tilt": tilt})
        chosen = [sited(np.array([5]), 6, places.own.hunch, places, rules, Luck(seed)) > 0 for seed in range(300)]
        means.append(np.mean([places.development[one].mean() for one in chosen]))
    assert abs(means[0]) < 0.08
    assert means[0] < means[1] < means[2]


def test_pilots_get_effort_that_a_rollout_will_not() -> None:
    for record in run(small(), 10):
        effort = record.trials.effort
        assert (effort[record.trials.enrolled] == 0).all()
        driven = drive(small().localities, record.year, HIERARCHY.experiment)
        whole = HIERARCHY.experiment.innovation + HIERARCHY.experiment.compliance
        np.testing.assert_allclose(effort[record.trials.mandated], (driven * whole)[record.trials.mandated])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 40), st.floats(0, 1))
def test_effort_falls_towards_retirement_and_is_one_on_average_over_a_career(year: int, retirement: float) -> None:
    rules, places = HIERARCHY.experiment.model_copy(update={"retirement": retirement}), small().localities
    one = replace(places, clock=np.linspace(0, 1, 1000, endpoint=False))
    ordered = drive(one, 0, rules)
    assert (np.diff(ordered) <= 1e-12).all()
    assert drive(one, year, rules).mean() == pytest.approx(1.0, abs=0.01)
    assert drive(one, year, rules).min() >= 1 - retirement - 1e-9


def test_initiative_is_a_share() -> None:
    utility, alone = np.array([[0.0, 1.0]] * 3), np.array([[0.0, 1.0], [0.0, 0.0], [0.0, 1.0]])
    share = initiative(np.array([1, 1, 1]), np.array([False, False, True]), utility, alone, 1.0)
    own = np.exp(1) / (1 + np.exp(1))
    np.testing.assert_allclose(share, [0, 1 - 0.5 / own, 1 - own])
    assert all((record.trials.initiative == 0).all() for record in run(small(load_regime("federal")), 5))


def test_rivalry_holds_copying_back_and_endorsement_lifts_it() -> None:
    nation = small()
    held = np.where(np.arange(12) < 3, 5, 0)
    assert rivals_hold(held, nation.localities)[:, 5].tolist() == [False] * 3 + [True] + [False] * 8
    lent = replace(nation.boundary, endorsed=np.arange(16) == 5)
    arguments = nation.localities, held, nation.archive
    plain, endorsed = (perceived_gain(*arguments, one, 0.0, HIERARCHY.experiment, np.ones(12))[0] for one in (nation.boundary, lent))
    gain = np.where(np.isfinite(plain), endorsed, 0.0) - np.where(np.isfinite(plain), plain, 0.0)
    able = nation.localities.able[3, 5]
    assert gain[3, 5] == pytest.approx(HIERARCHY.experiment.rivalry * able)
    assert np.abs(gain[4:]).max() == 0


def test_words_and_force_of_the_centre_hold_a_package_down() -> None:
    nation, stance = small(), np.where(np.arange(16) == 5, INHIBIT, 0)
    against = replace(nation.boundary, stance=stance, force=np.where(stance < 0, 0.5, 0.0))
    arguments = nation.localities, nation.held, nation.archive
    able = nation.localities.able[:, 5]
    plain, feared = (perceived_gain(*arguments, one, 0.0, HIERARCHY.experiment, np.ones(12))[0][able, 5] for one in (nation.boundary, against))
    assert able.any()
    np.testing.assert_allclose(plain - feared, 1.5 * HIERARCHY.experiment.risk)


# --- monitoring -------------------------------------------------------------------------------------------------------


def test_a_transfer_is_worth_more_where_capacity_is_small() -> None:
    """An equal sum for each place: cost = price / (capacity + transfer)."""
    nation = small()
    arguments = (nation.localities, nation.held, nation.archive, nation.boundary)
    without, given_ = (perceived_gain(*arguments, transfer, HIERARCHY.experiment, np.ones(12))[1] for transfer in (0.0, 0.5))
    places, able = nation.localities, np.isfinite(without)
    price = places.price[places.lines.options] * np.ones((12, 1))
    saved = price / places.capacity[:, None] - price / (places.capacity[:, None] + 0.5)
    np.testing.assert_allclose(given_[able] - without[able], saved[able])


def test_reports_arrive_late_and_none_is_lost() -> None:
    nation = small(changed(HIERARCHY, "monitoring", lag=2, missing=0.0))
    records = run(nation, 6)
    assert [len(one.reports) for one in records[:2]] == [0, 0]
    for early, late in zip(records, records[2:], strict=False):
        assert np.array_equal(late.reports.package, early.trials.package[early.trials.package > 0])
    first, post = deliver((), no_reports(2, 1), 0)
    assert len(first) == 0
    assert post == ()


def test_what_is_missing_is_not_reported_and_money_sharpens_the_rest() -> None:
    _, record = policy_cycle(small(), advance)
    arguments = record.outcomes, record.trials, small().localities
    silent = monitor(*arguments, HIERARCHY.monitoring.model_copy(update={"missing": 1.0}), 0.0, Luck(1))
    assert len(silent) == 0
    poor, rich = (monitor(*arguments, HIERARCHY.monitoring, money, Luck(1)) for money in (0.0, 36.0))
    np.testing.assert_allclose(rich.variance, poor.variance / 4)
    true = record.outcomes.total[poor.place]
    np.testing.assert_allclose(rich.value - true, (poor.value - true) / 2)


# --- appraisal --------------------------------------------------------------------------------------------------------


def reports_on(features: np.ndarray, value: np.ndarray, development: float = 0.0, effort: float = 0.0, variance: float = 0.25) -> Reports:
    """Reports as if from real pilots, each from its own place."""
    number = np.arange(len(features))
    full = [np.full(len(features), one) for one in (development, effort, variance)]
    return Reports(number, number, number, features, value, *full)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 6), st.floats(0, 1))
def test_beliefs_are_those_of_bayesian_regression(seed: int, number: int, size: int, sophistication: float) -> None:
    """Against the textbook form with precisions, solved by numpy.linalg, with fewer reports than features and with more."""
    luck = np.random.default_rng(seed)
    root, features, value = luck.normal(size=(size, size)), luck.normal(size=(number, size)), luck.normal(size=(number, 2))
    prior = Beliefs(luck.normal(size=(2, size)), root @ root.T + np.eye(size))
    reports = replace(reports_on(features, value, 0.7, 0.4), variance=luck.uniform(0.1, 1, number))
    rules = HIERARCHY.appraisal.model_copy(update={"sophistication": sophistication})
    after = appraise(prior, reports, KnownBias(0.3, 0.2), rules)
    weight = np.diag(1 / (reports.variance + rules.misfit**2))
    precision = np.linalg.inv(prior.covariance) + features.T @ weight @ features
    clean = value - sophistication * (0.3 * 0.7 + 0.2 * 0.4)
    mean = np.linalg.solve(precision, np.linalg.inv(prior.covariance) @ prior.mean.T + features.T @ weight @ clean)
    np.testing.assert_allclose(after.mean, mean.T, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(after.covariance, np.linalg.inv(precision), rtol=1e-6, atol=1e-7)


def test_one_experiment_teaches_about_another_that_shares_a_feature() -> None:
    prior = Beliefs(np.zeros((1, 3)), np.eye(3))
    after = appraise(prior, reports_on(np.array([[1.0, 1.0, 0.0]]), np.array([[2.0]])), KnownBias(0, 0), HIERARCHY.appraisal)
    score, spread = after.score(np.eye(3), np.ones(1))
    assert score[0] > 0
    assert spread[0] < 1
    assert score[2] == 0
    assert spread[2] == 1


def test_what_is_known_fades_every_year_reports_or_none() -> None:
    rules = HIERARCHY.appraisal.model_copy(update={"fading": 0.5})
    beliefs = Beliefs(np.zeros((1, 2)), np.eye(2))
    after = appraise(beliefs, no_reports(2, 1), KnownBias(0, 0), rules)
    np.testing.assert_allclose(after.covariance, 1.25 * np.eye(2))


def test_without_learning_beliefs_stay() -> None:
    nation = small(load_regime("no-learning"))
    assert all(record.beliefs is nation.beliefs for record in run(nation, 4))


@pytest.mark.parametrize(("sophistication", "share", "harmful", "promise"), [(0.0, 0.73, 0.33, 0.56), (0.5, 0.62, 0.24, 0.28), (1.0, 0.50, 0.15, 0.0)])
def test_a_naive_centre_rolls_out_more_and_is_disappointed(sophistication: float, share: float, harmful: float, promise: float) -> None:
    """The signal model: effects N(0, 1), noise 0.5, sites worth 0.4 and effort 0.3 more than a roll-out; 20,000 experiments."""
    luck, each, batches = np.random.default_rng(7), 20, 1000
    rules = HIERARCHY.model_copy(update={
        "appraisal": HIERARCHY.appraisal.model_copy(update={"sophistication": sophistication, "misfit": 0.0}),
        "selection": HIERARCHY.selection.model_copy(update={"risk_aversion": 0.0, "support": 0.0, "inhibit": 0.0}),
    })  # fmt: skip
    prior, all_of_them, keys = Beliefs(np.zeros((1, each)), np.eye(each)), np.ones(each, dtype=bool), name_keys(map(str, range(each)))
    rolled, true, expected = [], [], []
    for _ in range(batches):
        effect = luck.normal(size=each)
        reports = reports_on(np.eye(each), (effect + 0.4 + 0.3 + 0.5 * luck.normal(size=each))[:, None], 1.0, 1.0)
        beliefs = appraise(prior, reports, KnownBias(0.4, 0.3), rules.appraisal)
        stances = select(beliefs, Mission(("one",), np.ones(1)), np.eye(each), all_of_them, sightings(reports, each), rules.selection, 1.0, Luck(0), keys)
        rolled, true, expected = [*rolled, stances.stance == SUPPORT], [*true, effect], [*expected, stances.score]
    out, effects, scores = (np.concatenate(one) for one in (rolled, true, expected))
    assert out.mean() == pytest.approx(share, abs=0.016)
    assert (effects[out] < 0).mean() == pytest.approx(harmful, abs=0.018)
    assert (scores - effects)[out].mean() == pytest.approx(promise, abs=0.018)


# --- selection --------------------------------------------------------------------------------------------------------


def seen(number: float, dispersion: float) -> Sightings:
    """One package, seen in some places."""
    return Sightings(np.array([number]), np.array([dispersion]))


@given(st.floats(0.01, 5), st.integers(1, 300), st.integers(1, 300), st.floats(0, 0.99), st.floats(0, 0.99))
def test_force_falls_with_number_and_dispersion_of_places(harm: float, few: int, more: int, near: float, far: float) -> None:
    (few, more), (near, far) = sorted((few, more)), sorted((near, far))
    rules, loss = HIERARCHY.selection, np.array([harm])
    assert enforcement(loss, seen(more, near), rules) <= enforcement(loss, seen(few, near), rules)
    assert enforcement(loss, seen(few, far), rules) <= enforcement(loss, seen(few, near), rules)


def test_force_stands_where_marginal_benefit_meets_marginal_cost() -> None:
    rules, harm, where = HIERARCHY.selection, 0.3, seen(9, 0.5)
    force = float(enforcement(np.array([harm]), where, rules)[0])
    grid = np.linspace(0, 1, 2001)
    net = [9 * harm * one - spent_on_force(np.array([one]), where, rules) for one in grid]
    assert force == pytest.approx(grid[int(np.argmax(net))], abs=1e-3)
    assert 0 < force < 1


def test_dispersion_counts_provinces() -> None:
    at = reports_on(np.zeros((4, 1)), np.zeros((4, 1)))
    together = sightings(replace(at, package=np.ones(4, int), group=np.zeros(4, int)), 2)
    apart = sightings(replace(at, package=np.ones(4, int)), 2)
    assert (together.number[1], together.dispersion[1]) == (4, 0)
    assert (apart.number[1], apart.dispersion[1]) == (4, 0.75)


def test_what_knowing_is_worth_agrees_with_sampling() -> None:
    score, spread = np.array([-0.4, 0.0, 0.7]), np.array([0.8, 1.0, 0.5])
    drawn = score + spread * np.random.default_rng(2).normal(size=(200_000, 3))
    expected = np.maximum(drawn, 0).mean(axis=0) - np.maximum(score, 0)
    np.testing.assert_allclose(value_of_information(score, spread), expected, atol=0.005)


def test_risk_aversion_withholds_support_and_doubt_withholds_inhibition() -> None:
    features, mission = np.eye(2), Mission(("one",), np.ones(1))
    beliefs = Beliefs(np.array([[0.3, -0.3]]), np.eye(2) * 0.5)

    def stances(**values: float) -> list[int]:
        rules = HIERARCHY.selection.model_copy(update=values)
        arguments = features, np.ones(2, bool), seen(1, 0), rules, 1.0, Luck(0), name_keys("ab")
        return select(beliefs, mission, *arguments).stance.tolist()

    assert stances(risk_aversion=0.0, information=0.0) == [1, -1]
    assert stances(risk_aversion=1.0, information=0.0) == [0, -1]
    assert stances(risk_aversion=0.0, information=2.0) == [1, 0]
    assert stances(rule="none") == [0, 0]


def test_random_selection_deals_the_same_stances_to_others() -> None:
    features, keys = np.eye(8), name_keys("abcdefgh")
    beliefs = Beliefs(np.linspace(-1, 1, 8)[None], np.eye(8) * 0.01)
    arguments = beliefs, Mission(("one",), np.ones(1)), features, np.ones(8, bool), Sightings(np.zeros(8), np.zeros(8))
    merit, luck = (
        select(*arguments, HIERARCHY.selection.model_copy(update={"rule": rule}), 1.0, Luck(5), keys).stance for rule in ("merit", "random")
    )
    assert sorted(merit) == sorted(luck)
    assert merit.tolist() != luck.tolist()


def test_force_stays_within_its_budget() -> None:
    where, harm = Sightings(np.array([20.0, 5.0]), np.array([0.5, 0.0])), np.array([[-3.0, -2.0]])
    beliefs, rules = Beliefs(harm, np.eye(2) * 0.01), HIERARCHY.selection
    for money in (0.0, 1.0, 1e9):
        stances = select(beliefs, Mission(("one",), np.ones(1)), np.eye(2), np.ones(2, bool), where, rules, money, Luck(0), name_keys("ab"))
        assert spent_on_force(stances.force, where, rules) <= money + 1e-9


# --- adjustment -------------------------------------------------------------------------------------------------------


def test_what_proves_itself_becomes_law_and_stays() -> None:
    boundary, rules = open_boundary(6, 2, 1), HIERARCHY.adjustment
    good = Stances(np.array([0, SUPPORT]), np.zeros(2), np.array([0.0, 1.0]), np.zeros(2), np.array([0.0, 0.8]))
    bad = Stances(np.array([0, INHIBIT]), np.zeros(2), np.array([0.0, -1.0]), np.zeros(2), np.array([0.0, -1.2]))
    keys = name_keys("ab"), name_keys("uvwxyz"), one_line(6, 2)
    decided = []
    for year in range(6):
        boundary, rollouts = adjust(boundary, good, np.array([0, 2]), year, rules, Luck(1).of(year), *keys)
        decided.append(rollouts)
        if year == 1:
            assert adjust(boundary, bad, np.array([0, 2]), year, rules, Luck(1), *keys)[0].national.tolist() == [0]
    assert [one.promise for one in decided[0]] == [1.0]
    assert decided[1:] == [()] * 5
    assert boundary.law.tolist() == [-1, rules.law_after - 1]
    assert boundary.enrolled.all()
    assert adjust(boundary, bad, np.array([0, 2]), 6, rules, Luck(1), *keys)[0].national.tolist() == [1]


def test_command_adopts_once_for_all_what_it_thought_best_beforehand() -> None:
    nation = small(load_regime("command"))
    score, _ = nation.beliefs.score(nation.localities.features, np.array(nation.weights))
    records = run(nation, 5)
    assert {int(one.boundary.national[0]) for one in records} == {int(np.argmax(score))}
    assert all(set(one.trials.package.tolist()) <= {0, int(np.argmax(score))} for one in records)
    assert sum(len(one.rollouts) for one in records) == 1


def test_a_federal_centre_takes_no_side() -> None:
    for record in run(small(load_regime("federal")), 5):
        assert (record.stances.stance == 0).all()
        assert record.boundary.national.tolist() == [0]
        assert not record.trials.mandated.any()
