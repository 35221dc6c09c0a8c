"""Every result of theory holds among agents that do not know it, in its limits too; a wrong formula is caught.

The table of docs/theory.md is made here. Write it anew with `python tests/test_theory.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shidian.foundations.errors import InputError
from shidian.worlds import theory
from shidian.worlds.theory import adaptive, clustering, disappointment, distance, endorsement
from shidian.worlds.theory import good_enough, parallel_search, tournament, trial_or_scale, volunteers
from shidian.worlds.theory.adaptive import Adaptive
from shidian.worlds.theory.check import Check, mean_of, variance_of
from shidian.worlds.theory.clustering import Clustering
from shidian.worlds.theory.disappointment import Disappointment
from shidian.worlds.theory.distance import Distance
from shidian.worlds.theory.endorsement import Endorsement
from shidian.worlds.theory.good_enough import GoodEnough
from shidian.worlds.theory.parallel_search import ParallelSearch
from shidian.worlds.theory.tournament import Tournament
from shidian.worlds.theory.trial_or_scale import TrialOrScale
from shidian.worlds.theory.volunteers import Volunteers

PAGE = Path(__file__).parents[1] / "docs" / "theory.md"
SEED, RUNS = 1, 10_000

# The same examples each time: among many, three standard errors would now and then be passed by luck.
few = settings(max_examples=12, derandomize=True)


@cache
def made(result: ModuleType) -> list[Check]:
    """The checks of a result, as the page shows them."""
    return result.checks(SEED, RUNS)


def agree(expected: float, figure: tuple[float, float], tolerance: float = 1e-9) -> bool:
    """Whether a simulated mean with its standard error lies within four errors of a formula; many are looked at."""
    return abs(figure[0] - expected) <= max(4 * figure[1], tolerance)


def named(result: ModuleType, name: str) -> list[Check]:
    """Checks of a result by name."""
    return [check for check in made(result) if check.name == name]


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", theory.RESULTS, ids=lambda result: result.__name__.split(".")[-1])
def test_agents_bear_the_formulas_out(result: ModuleType) -> None:
    broken = [check for check in made(result) if not check.holds]
    assert not broken, broken


@pytest.mark.parametrize("result", theory.RESULTS, ids=lambda result: result.__name__.split(".")[-1])
def test_every_result_stands_beside_a_null_or_a_baseline(result: ModuleType) -> None:
    kinds = {check.null for check in made(result)}
    assert kinds == {True, False}
    assert all(check.source and check.parameters for check in made(result))


def test_checks_are_those_of_all_results_and_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theory, "RESULTS", (parallel_search, clustering))
    assert theory.checks(SEED, RUNS) == [*made(parallel_search), *made(clustering)]
    assert theory.checks(SEED + 1, RUNS) != theory.checks(SEED, RUNS)


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(InputError, match="40 draws are too few .* ask for 2,000 or more"):
        theory.checks(SEED, 40)


def test_three_standard_errors_are_what_luck_allows() -> None:
    cheap = (parallel_search, trial_or_scale, distance, disappointment)
    held = [check.holds for seed in range(25) for result in cheap for check in result.checks(seed, 2000) if check.relation == "equal"]
    assert len(held) > 700 and np.mean(held) > 0.985


# --- a check can fail -------------------------------------------------------------------------------------------------

WRONG: list[tuple[ModuleType, str, Callable]] = [
    (parallel_search, "expected_best", lambda p: float(np.sqrt(2 * np.log(p.places)))),
    (parallel_search, "expected_harm", lambda p, local: 0.4 / p.places),
    (volunteers, "probability_of_any", lambda p: 1 - volunteers.others_wait(p)),
    (clustering, "twin_correlation", lambda p: 0.0),
    (good_enough, "good_enough", lambda p: p.variance / abs(p.drift)),
    (good_enough, "best_step", lambda p: p.start / abs(p.drift)),
    (tournament, "share_of_gap_under_tournament", lambda p: 1 - p.success**2),
    (trial_or_scale, "value_of_trial", lambda p: p.success * p.gain * p.places - (1 - p.success) * p.loss),
    (distance, "quadratic_term", lambda p: 0.5),
    (endorsement, "adopted", lambda p: endorsement.bass(np.arange(p.years + 1), p.innovation, p.imitation)),
    (adaptive, "uniform_regret", lambda p: 0.0085),
    (disappointment, "over_promise", lambda p: p.left),
]


@pytest.mark.parametrize(("result", "name", "wrong"), WRONG, ids=[name for _, name, _ in WRONG])
def test_a_wrong_formula_is_caught_and_no_agent_reads_it(result: ModuleType, name: str, wrong: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    right = made(result)
    monkeypatch.setattr(result, name, wrong)
    mistaken = result.checks(SEED, RUNS)
    assert not all(check.holds for check in mistaken)
    assert [check.simulated for check in mistaken] == [check.simulated for check in right]


def test_a_check_says_what_it_claims() -> None:
    check = Check("a figure", "nobody", "", 1.0, 1.1, 0.04)
    assert check.holds and not replace(check, standard_error=0.03).holds
    assert replace(check, standard_error=0.03, tolerance=0.2).holds
    assert replace(check, relation="above", standard_error=0.03).holds and not replace(check, relation="above").holds
    assert replace(check, relation="below", simulated=0.8).holds and not replace(check, relation="below").holds
    assert not replace(check, simulated=float("nan")).holds


def test_standard_errors_are_those_of_textbooks() -> None:
    sample = np.random.default_rng(3).standard_normal(40_000)
    assert mean_of(sample)[1] == pytest.approx(1 / 200, rel=0.02)
    assert variance_of(sample)[1] == pytest.approx(np.sqrt(2) / 200, rel=0.05)


# --- parallel search --------------------------------------------------------------------------------------------------


@few
@given(n=st.integers(1, 40), rho=st.floats(0, 1))
def test_best_of_n_follows_the_integral(n: int, rho: float) -> None:
    p = ParallelSearch(n, rho)
    assert agree(parallel_search.expected_best(p), mean_of(parallel_search.simulate_best(p, 6000, SEED)))


def test_gains_of_search_are_concave_and_vanish_with_correlation() -> None:
    best = [parallel_search.expected_best(ParallelSearch(n)) for n in range(1, 30)]
    assert (np.diff(best) > 0).all() and (np.diff(best, n=2) < 0).all()
    gains = [parallel_search.expected_best(ParallelSearch(31, rho)) for rho in np.linspace(0, 1, 11)]
    assert (np.diff(gains) < 0).all() and gains[-1] == 0


# --- volunteers -------------------------------------------------------------------------------------------------------


@few
@given(n=st.integers(2, 20), cost=st.floats(0.1, 0.9), k=st.floats(0.3, 1))
def test_volunteers_settle_where_the_formula_says(n: int, cost: float, k: float) -> None:
    p = Volunteers(n, cost, copyability=k)
    assert agree(volunteers.probability_of_any(p), mean_of(volunteers.simulate_any(p, 8000, SEED)), tolerance=0.003)


def test_fewer_experiments_the_more_places_there_are_to_wait_for_and_the_more_can_be_copied() -> None:
    by_places = [volunteers.probability_of_any(Volunteers(n)) for n in range(2, 60)]
    by_copying = [volunteers.probability_of_any(Volunteers(copyability=k)) for k in np.linspace(0.7, 1, 10)]
    assert (np.diff(by_places) < 0).all() and (np.diff(by_copying) < 0).all()
    assert by_places[0] == pytest.approx(1 - 0.3**2) and 1 - 0.3 < by_places[-1] < 1 - 0.29
    by_support = [volunteers.probability_of_trying(Volunteers(subsidy=s)) for s in np.linspace(0, 0.3, 7)]
    assert (np.diff(by_support) > 0).all() and by_support[-1] == 1


def test_a_centre_tries_what_no_place_would() -> None:
    dear = Volunteers(cost=1.5)
    assert volunteers.probability_of_any(dear) == 0 and volunteers.value_to_centre(dear) > 0
    assert mean_of(volunteers.simulate_any(dear, 8000, SEED))[0] == pytest.approx(0, abs=1e-6)


# --- clustering without learning --------------------------------------------------------------------------------------


@few
@given(worth=st.floats(0.2, 0.6), spread=st.floats(0.1, 0.5))
def test_places_cluster_without_learning(worth: float, spread: float) -> None:
    p = Clustering(worth=worth, spread=spread)
    checks = {check.name: check for check in clustering.checks(SEED, RUNS, p)}
    for name in ("twins adopt alike", "newcomers seem to follow", "outcome matters, learning off", "outcome matters, learning on"):
        assert agree(checks[name].expected, (checks[name].simulated, checks[name].standard_error)), checks[name]
    assert checks["newcomers seem to follow"].expected > 0


def test_only_learning_makes_outcomes_matter() -> None:
    assert clustering.effect_of_outcome(Clustering(lesson=0.0)) == 0 < clustering.effect_of_outcome(Clustering())
    assert clustering.twin_correlation(Clustering(spread=50.0)) == pytest.approx(0, abs=1e-3)


# --- good enough ------------------------------------------------------------------------------------------------------


@few
@given(start=st.floats(2, 8), drift=st.floats(-2, -0.8), variance=st.floats(0.2, 2))
def test_searchers_take_the_best_step_and_stop_at_alpha(start: float, drift: float, variance: float) -> None:
    p = GoodEnough(start, drift, variance)
    assert agree(good_enough.best_step(p), mean_of(good_enough.simulate_first_step(p, 4000, SEED)), tolerance=0.05)
    assert agree(good_enough.good_enough(p), mean_of(good_enough.simulate_stop(p, 4000, SEED)), tolerance=0.03)


def test_first_step_is_bold_and_complexity_ends_further_from_the_ideal() -> None:
    p = GoodEnough()
    assert good_enough.mean_second_step(p) < good_enough.best_step(p) == 4.5
    assert good_enough.best_step(replace(p, start=0.4)) == 0
    _, second = good_enough.simulate_search(p, 4000, SEED)
    assert 0.4 < (second == 0).mean() < 0.6
    simple, complicated, usual = (check.simulated for check in named(good_enough, "good enough to stop"))
    assert simple < usual < complicated


# --- tournament -------------------------------------------------------------------------------------------------------


def test_autonomy_drives_apart_and_the_tournament_draws_together() -> None:
    p = Tournament()
    ratio = named(tournament, "the tournament draws together")[0].simulated
    assert named(tournament, "gap under autonomy")[0].simulated > tournament.gap_of_ideals(p) > ratio * tournament.gap_of_ideals(p)


@few
@given(rivalry=st.floats(0, 1), furthest=st.floats(0.3, 0.9))
def test_districts_move_out_of_reach_if_rivalry_is_dear(rivalry: float, furthest: float) -> None:
    p = Tournament(rivalry=rivalry, furthest=furthest)
    assert agree(tournament.gap_under_autonomy(p), mean_of(tournament.simulate_autonomy(p, 4000, SEED)), tolerance=0.006)
    assert tournament.gap_under_autonomy(p) >= tournament.gap_of_ideals(p) - 1e-9


@pytest.mark.parametrize("success", [0.35, 0.65])
def test_districts_learn_the_mixed_equilibrium(success: float) -> None:
    p = Tournament(success=success)
    assert agree(1 - success, mean_of(tournament.simulate_tournament(p, 4000, SEED)), tolerance=tournament.COARSE)


@pytest.mark.parametrize("success", [0.3, 0.7])
def test_nobody_gains_by_leaving_the_equilibrium_of_the_tournament(success: float) -> None:
    p, own, spots = Tournament(success=success), np.array([0.4]), 4000
    ends = np.linspace(0, 0.4, spots + 1)
    within = 1 / success - (1 / success - 1) * np.sqrt(0.4 / np.maximum(ends, 1e-9))
    often = np.diff(np.clip(within, 0, 1))[None, :]
    middles = (ends[:-1] + ends[1:]) / 2
    worth = tournament.worth_of_spots(p, own, middles[None, :], often)[0]
    used = often[0] > 0
    assert np.ptp(worth[used]) < 1e-3 and worth[~used].max() < worth[used].max()
    assert often[0] @ middles == pytest.approx((1 - success) * 0.4, abs=1e-3)


# --- trial before scaling ---------------------------------------------------------------------------------------------


@few
@given(p=st.floats(0.05, 0.95), loss=st.floats(0.1, 5), delta=st.floats(0.1, 1), n=st.integers(2, 40))
def test_trials_come_first_where_the_downside_is_large(p: float, loss: float, delta: float, n: int) -> None:
    one = TrialOrScale(n, p, loss=loss, patience=delta)
    at_once, trial = trial_or_scale.simulate_values(one, 6000, SEED)
    assert agree(trial_or_scale.value_at_once(one), mean_of(at_once)) and agree(trial_or_scale.value_of_trial(one), mean_of(trial))
    gap = trial_or_scale.value_of_trial(one) - trial_or_scale.value_at_once(one)
    assert trial_or_scale.trial_first(one) == (gap > 0) or abs(gap) < 1e-9


def test_trials_are_commoner_with_downside_and_patience_and_doubt_and_save_reforms() -> None:
    grid = np.linspace(0.05, 0.95, 10)
    assert [trial_or_scale.trial_first(TrialOrScale(loss=one)) for one in (0.05, 1.0)] == [False, True]
    assert [trial_or_scale.trial_first(TrialOrScale(success=0.8, patience=one)) for one in (0.2, 0.9)] == [False, True]
    by_chance = [trial_or_scale.trial_first(TrialOrScale(success=one)) for one in grid]
    assert by_chance == sorted(by_chance, reverse=True) and set(by_chance) == {True, False}
    assert trial_or_scale.share_reformed(TrialOrScale(), small=False) < trial_or_scale.share_reformed(TrialOrScale(), small=True)


# --- distance from the model ------------------------------------------------------------------------------------------


@few
@given(p=st.floats(0.2, 0.8), failure=st.floats(0.6, 1.2), standing=st.floats(0.1, 0.4))
def test_performance_by_distance_is_that_of_the_formula(p: float, failure: float, standing: float) -> None:
    for check in distance.checks(SEED, RUNS, Distance(p, failure, standing)):
        assert agree(check.expected, (check.simulated, check.standard_error)), check


def test_performance_is_u_shaped_and_its_variance_jumps() -> None:
    near, between, far = (named(distance, f"performance {name}")[0].simulated for name in ("near the model", "in between", "far from the model"))
    assert near > far > between
    assert named(distance, "quadratic term")[0].simulated > 0
    d, y = distance.simulate(Distance(), RUNS, SEED)
    just_under, just_over = ((d > 0.8) & (d < 0.9)), ((d > 0.9) & (d < 1.0))
    assert y[just_under].var() < 0.01 < 0.2 < y[just_over].var()


def test_a_quadratic_term_alone_does_not_show_a_u() -> None:
    plain = Distance(standing=0.0)
    assert distance.quadratic_term(plain) > 0
    assert distance.expected_performance(plain, 0.5, 0.9) == distance.expected_performance(plain, 0.9, 1.5)


# --- endorsement ------------------------------------------------------------------------------------------------------


@few
@given(p=st.floats(0.01, 0.05), q=st.floats(0.2, 0.6), added=st.floats(0.1, 0.6), year=st.integers(2, 8))
def test_adoption_follows_the_equation_and_bends_at_the_endorsement(p: float, q: float, added: float, year: int) -> None:
    one = Endorsement(p, q, year, added)
    shares, path = endorsement.simulate(one, 10_000, SEED), endorsement.adopted(one)
    assert all(agree(path[t], mean_of(shares[:, t])) for t in (1, year, year + 1, year + 4))


def test_adoption_is_s_shaped_by_itself() -> None:
    plain = Endorsement(added=0.0)
    curves = endorsement.adopted(plain), endorsement.simulate(plain, 40_000, SEED).mean(axis=0)
    for curve in curves:
        signs = np.sign(endorsement.bend(curve)[:15])
        assert (signs[:-1] != signs[1:]).sum() == 1 and signs[0] > 0
        turn = 1 + int((signs > 0).sum())
        assert abs(turn - plain.peak) <= 1
    at_peak = float(endorsement.bass(plain.peak, plain.innovation, plain.imitation))
    assert at_peak == pytest.approx((plain.imitation - plain.innovation) / (2 * plain.imitation))


@pytest.mark.parametrize("year", [2, 3, 4, 5])
def test_the_kink_comes_within_a_year_of_the_endorsement(year: int) -> None:
    p = Endorsement(year=year)
    assert abs(endorsement.sharpest_bend(endorsement.adopted(p)) - year) <= 1
    assert (abs(endorsement.sharpest_bend(endorsement.simulate(p, 4000, SEED)) - year) <= 1).all()


# --- adaptive trials --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(0.2, 0.6), (0.5, 0.5, 0.5), (0.1, 0.3, 0.4, 0.6)])
def test_uniform_regret_is_the_finite_sum(options: tuple[float, ...]) -> None:
    p = Adaptive(options, waves=3, pilots=10)
    assert agree(adaptive.uniform_regret(p), mean_of(adaptive.simulate(p, "uniform", 4000, SEED)[0]))


def test_belief_in_the_best_is_that_of_the_beta_distribution() -> None:
    successes, failures = np.array([[3, 6, 2]]), np.array([[5, 4, 7]])
    draws = np.random.default_rng(5).beta(1 + successes[0], 1 + failures[0], size=(200_000, 3)).argmax(axis=1)
    assert adaptive.probability_best(successes, failures)[0] == pytest.approx(np.bincount(draws) / 200_000, abs=0.004)


# --- disappointment ---------------------------------------------------------------------------------------------------


@few
@given(degree=st.floats(0, 1), sites=st.floats(0, 1), effort=st.floats(0, 1), noise=st.floats(0.2, 1.5), shrinks=st.booleans())
def test_roll_out_and_disappointment_follow_the_signal_model(degree: float, sites: float, effort: float, noise: float, shrinks: bool) -> None:
    p = Disappointment(sites, effort, noise, degree, shrinks)
    out, effect, belief = disappointment.simulate(p, RUNS, SEED)
    assert agree(disappointment.share_rolled_out(p), mean_of(out))
    assert agree(disappointment.share_harmful(p), mean_of(effect[out] < 0))
    assert agree(disappointment.over_promise(p), mean_of((belief - effect)[out]))


def test_sophistication_lowers_roll_out_harm_and_disappointment() -> None:
    degrees = [Disappointment(sophistication=one) for one in np.linspace(0, 1, 11)]
    for formula in (disappointment.share_rolled_out, disappointment.share_harmful, disappointment.over_promise):
        assert (np.diff([formula(one) for one in degrees]) < 0).all()
    assert disappointment.over_promise(degrees[-1]) == 0 < disappointment.over_promise(replace(degrees[-1], shrinks=False))


# --- the page ---------------------------------------------------------------------------------------------------------

MARKS = re.compile(r"(<!-- theory -->\n).*?(<!-- /theory -->)", re.DOTALL)
SIGNS = {"equal": "", "above": "> ", "below": "< "}


def cells(check: Check) -> list[str]:
    """A check as a row of the page."""
    verdict = "holds" if check.holds else "**fails**"
    figures = [f"{SIGNS[check.relation]}{check.expected:.4f}", f"{check.simulated:.4f}", f"{check.standard_error:.4f}", f"{check.margin:.4f}"]
    return [check.name + (" (null)" if check.null else ""), check.parameters, *figures, verdict]


def table() -> str:
    """All checks, a heading a source."""
    rows = ["| figure | parameters | formula | simulated | standard error | allowed | |", "| --- | --- | ---: | ---: | ---: | ---: | --- |"]
    for result in theory.RESULTS:
        rows.append(f"| **{result.SOURCE}** | | | | | | |")
        rows += [f"| {' | '.join(cells(check))} |" for check in made(result)]
    return "\n".join(rows)


def test_the_page_shows_what_the_code_gives() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"seed {SEED}" in page and f"{RUNS:,} draws" in page
    shown = [row.strip("| ").split(" | ") for row in MARKS.search(page)[0].splitlines() if row.endswith(("| holds |", "| **fails** |"))]
    checks = [check for result in theory.RESULTS for check in made(result)]
    assert len(shown) == len(checks), "docs/theory.md is behind; say: python tests/test_theory.py"
    for row, check in zip(shown, checks, strict=True):
        now = cells(check)
        assert [*row[:3], row[-1]] == [*now[:3], now[-1]], "docs/theory.md is behind; say: python tests/test_theory.py"
        # Another processor may round otherwise and so settle a tie otherwise.
        assert float(row[3]) == pytest.approx(check.simulated, abs=0.001 + 3 * check.standard_error)


def test_the_page_names_every_parameter_and_result() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for kind in (ParallelSearch, Volunteers, Clustering, GoodEnough, Tournament, TrialOrScale, Distance, Endorsement, Adaptive, Disappointment):
        missing = [name for name in kind.__dataclass_fields__ if f"`{name}`" not in page]
        assert not missing, (kind.__name__, missing)
    assert all(f"`{result.__name__.split('.')[-1]}`" in page for result in theory.RESULTS)


if __name__ == "__main__":
    PAGE.write_text(MARKS.sub(lambda found: f"{found[1]}\n{table()}\n\n{found[2]}", PAGE.read_text(encoding="utf-8")), encoding="utf-8")
