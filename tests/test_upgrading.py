"""Industrial upgrading: laws of climbing firms, what offices write, and a nation governed through the door that studies use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shidian.cases import SmallCase, open_case
from shidian.cases.small_schema import SmallEntry
from shidian.foundations.errors import InputError
from shidian.foundations.luck import Luck
from shidian.governance.regimes import load_regime
from shidian.study.governing import rows
from shidian.study.governing.protocol import TABLES, open_governed
from shidian.study.governing.upgrading import UpgradingNation
from shidian.study.governing.upgrading_measures import measured, misfit, order, talk
from shidian.worlds.upgrading import Industry, advance, drawn, make_industry, setting_of
from shidian.worlds.upgrading.industry import main_effects
from shidian.worlds.upgrading.offices import Occasions, Offices, documents, expected_documents
from shidian.worlds.upgrading.setting import DocumentSetting

TOP = Path(__file__).parents[1]
JIANGSU, LIAONING, GANSU = "320000", "210000", "620000"
BROADBAND, PLATFORMS, ROBOTS, CLOUD, SMART = 1, 2, 4, 8, 16  # packages of one instrument


@dataclass(frozen=True)
class Tried:
    """Trials as a world sees them."""

    package: np.ndarray
    effort: np.ndarray


@cache
def mic() -> SmallCase:
    """The bundled case."""
    case = open_case("mic2025")
    assert isinstance(case, SmallCase)
    return case


@cache
def nation() -> UpgradingNation:
    """The bundled case made ready."""
    return open_governed("mic2025")


@cache
def told(regime: str, draw: int = 0) -> dict[str, pd.DataFrame]:
    """The tables of one nation."""
    return {name: pd.DataFrame(found) for name, found in nation().run(load_regime(regime), 0, draw).items()}


def best_guess() -> Industry:
    """The bundled firms with every number at its best value, and no luck in where they start."""
    numbers = drawn(setting_of(mic()), 0, 0)
    single = {name: getattr(numbers.setting, name)[1] for name in numbers.single if not name.startswith("documents.")}
    each = {name: np.array([getattr(one, name)[1] for one in numbers.setting.instruments]) for name in ("start", "end", "lift", "jobs")}
    numbers = replace(numbers, single={**numbers.single, **single, "scatter": 0.0}, **each)
    return make_industry(mic(), numbers, Luck(0))


def at_stage(*stages: float) -> Industry:
    """Places whose firms all stand at one stage, of average research and development."""
    count = len(stages)
    stage = np.repeat(np.array(stages)[:, None], 3, axis=1)
    nobody = np.zeros(count)
    names, together = tuple(f"p{one}" for one in range(count)), np.zeros(count, dtype=int)
    return replace(best_guess(), codes=names, group=together, development=nobody, research=nobody, stage=stage)


def with_package(industry: Industry, package: int | np.ndarray, effort: float = 0.0) -> Tried:
    """The same package everywhere."""
    count = len(industry.codes)
    return Tried(np.broadcast_to(package, count).astype(int), np.full(count, effort))


STAGES = st.lists(st.floats(2.0, 4.0), min_size=2, max_size=6)
PACKAGES = st.integers(0, 31)


# --- firms ------------------------------------------------------------------------------------------------------------


def test_one_firm_by_hand() -> None:
    """A firm that stands where robots begin to be of use: half of such firms can, nearly none has outgrown them."""
    industry = at_stage(2.4)
    number = industry.numbers.single
    use = 0.5 / (1 + np.exp(-(3.3 - 2.4) / 0.12))
    lifted = 2.5 * (1 - np.exp(-1.2 * use / 2.5))
    np.testing.assert_allclose(industry.worth[industry.goals.index("technology"), 0, ROBOTS], lifted - 0.4 * 0.5, rtol=1e-9)
    np.testing.assert_allclose(industry.worth[industry.goals.index("jobs"), 0, ROBOTS], -0.5 * use, rtol=1e-9)
    after, outcome = advance(industry, with_package(industry, ROBOTS, effort=0.5), Luck(0))
    np.testing.assert_allclose(outcome.effect[0], industry.worth[:, 0, ROBOTS] + 0.3 * 0.5, rtol=1e-9)
    np.testing.assert_allclose(after.stage, 2.4 + number["point"] * (lifted + 0.15), rtol=1e-9)


@given(stages=STAGES, one=PACKAGES, other=PACKAGES)
@settings(max_examples=30)
def test_together_instruments_lift_more_than_each_and_less_than_their_sum(stages: list[float], one: int, other: int) -> None:
    industry = at_stage(*stages)
    lifted = {package: industry.lifted(np.full(len(stages), package)) for package in (one, other, one | other)}
    assert (lifted[one | other] >= np.maximum(lifted[one], lifted[other]) - 1e-12).all()
    assert (lifted[one | other] <= lifted[one] + lifted[other] + 1e-12).all()
    assert (lifted[one | other] <= industry.numbers.single["most"]).all()


@given(stages=STAGES, package=PACKAGES, effort=st.floats(0, 1))
@settings(max_examples=30)
def test_firms_never_fall_and_never_pass_the_frontier(stages: list[float], package: int, effort: float) -> None:
    industry = at_stage(*stages)
    after, outcome = advance(industry, with_package(industry, package, effort), Luck(3))
    assert (after.stage >= industry.stage).all() and (after.stage <= 4).all()
    none, nothing = advance(industry, with_package(industry, 0, effort), Luck(3))
    assert (nothing.effect == 0).all() and (none.stage <= after.stage + 1e-12).all()
    np.testing.assert_array_equal(nothing.shock, outcome.shock)
    assert (np.ptp(none.stage, axis=0) <= np.ptp(industry.stage, axis=0) + 1e-12).all(), "catching up draws firms together"


@given(order=st.permutations(range(5)), packages=st.lists(PACKAGES, min_size=5, max_size=5))
@settings(max_examples=30)
def test_the_order_of_places_moves_nothing_but_the_order(order: list[int], packages: list[int]) -> None:
    whole = best_guess()

    def part(chosen: list[int]) -> Industry:
        index = np.array(chosen)
        of_places = {name: getattr(whole, name)[index] for name in ("group", "development", "research", "stage")}
        return replace(whole, codes=tuple(whole.codes[one] for one in chosen), **of_places)

    plain, moved, index = part(list(range(5))), part(order), np.array(order)
    one, told_one = advance(plain, Tried(np.array(packages), np.zeros(5)), Luck(1))
    other, told_other = advance(moved, Tried(np.array(packages)[index], np.zeros(5)), Luck(1))
    np.testing.assert_allclose(other.stage, one.stage[index], atol=1e-12)
    np.testing.assert_allclose(told_other.total, told_one.total[index], atol=1e-12)


def test_balance_counts_climbing_where_firms_are_behind() -> None:
    industry = at_stage(2.2, 2.8)
    balance, technology = (industry.worth[industry.goals.index(name)][:, PLATFORMS] for name in ("balance", "technology"))
    np.testing.assert_allclose(balance, technology * np.array([1.0, -1.0]), atol=1e-12)


def test_what_helps_moves_up_with_the_firms_and_then_does_nothing_more() -> None:
    """Technology of single instruments along the stages; broadband is of no more use where cloud services begin to be."""
    industry = at_stage(*np.linspace(2.0, 3.8, 19))
    worth = industry.worth[industry.goals.index("technology")][:, [BROADBAND, PLATFORMS, ROBOTS, CLOUD, SMART]]
    best = worth.argmax(axis=1)
    assert best[0] == 0 and best[-1] == 4 and (np.diff(best) >= 0).all()
    assert worth[0, 4] < 0 < worth[0, 0] and worth[-1, 0] < 0.05 < worth[-1, 4]


def test_one_package_for_all_misfits_some() -> None:
    """Planted: half the places at 2.1, half at 3.3. Whatever is in force everywhere, one half loses against its own best."""
    industry = at_stage(2.1, 2.1, 3.3, 3.3)
    worth = industry.worth[industry.goals.index("technology")]
    lost = (worth.max(axis=1, keepdims=True) - worth)[:, 1:]
    assert lost.max(axis=0).min() > 0.2
    same = at_stage(2.6, 2.6, 2.6, 2.6).worth[0]
    assert (same.max(axis=1, keepdims=True) - same).max(axis=0).min() == 0


def test_main_effects_are_what_instruments_add_where_they_add_up() -> None:
    industry = best_guess()
    jobs = industry.goals.index("jobs")
    np.testing.assert_allclose(main_effects(industry)[jobs] @ industry.bits.T, industry.national()[jobs], atol=1e-9)


# --- numbers ------------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10_000), draw=st.integers(0, 500))
@settings(max_examples=40)
def test_every_number_is_drawn_within_its_interval(seed: int, draw: int) -> None:
    setting = setting_of(mic())
    numbers = drawn(setting, seed, draw)
    for name, value in numbers.single.items():
        holder = setting.documents if name.startswith("documents.") else setting
        low, _, high = getattr(holder, name.removeprefix("documents."))
        assert low <= value <= high
    for name in ("start", "end", "lift", "jobs"):
        for value, one in zip(getattr(numbers, name), setting.instruments, strict=True):
            assert getattr(one, name)[0] <= value <= getattr(one, name)[2]


def test_another_draw_has_other_numbers_and_the_same_draw_the_same() -> None:
    setting = setting_of(mic())
    assert drawn(setting, 1, 2).single == drawn(setting, 1, 2).single
    assert drawn(setting, 1, 2).single != drawn(setting, 1, 3).single != drawn(setting, 2, 3).single


def test_where_provinces_start_comes_from_output_and_research() -> None:
    """Golden, at best values: mean stage of the cities of three provinces, and the share of all firms that have reached 3.0."""
    industry, codes = best_guess(), [place.code for place in mic().places.provinces]
    mean = {code: float(industry.stage[industry.group == codes.index(code)].mean()) for code in (JIANGSU, LIAONING, GANSU)}
    assert mean == pytest.approx({JIANGSU: 2.894, LIAONING: 2.548, GANSU: 2.319}, abs=0.001)
    assert (industry.stage >= 3).mean() == pytest.approx(0.075, abs=0.001)


# --- offices ------------------------------------------------------------------------------------------------------------

OFFICES = Offices(("north", "south", "capital"), ("a", "b", "c", "d", "capital"), np.array([0, 0, 1, 1, 2]), np.array([False, False, False, False, True]))
RATES = {"nation": 20.0, "province": 8.0, "city": 0.5, "launch": 1.0, "own": 1.0, "passed_up": 0.25, "named": 0.9}


def occasions(trial: list[int], enrolled: list[int], new: list[int]) -> Occasions:
    """A year in five places; the centre knows of every trial."""
    return Occasions(*(np.array(one, dtype=float) for one in (trial, trial, enrolled, new)))


def test_documents_by_hand() -> None:
    """A new trial in a, an old one in the capital, the national package new in c and old in d."""
    expected = expected_documents(OFFICES, occasions([1, 0, 0, 0, 1], [0, 0, 1, 1, 0], [1, 0, 1, 0, 0]), RATES)
    # a: 2 on the trial, 0.9 of them named, and its own 0.5. c: 1 on the roll-out. The capital is no city.
    np.testing.assert_allclose(expected["city"][0], [0.9 * 2 + 0.5, 0, 0, 0, 0])
    np.testing.assert_allclose(expected["city"][1], [0.1 * 2, 0.5, 1.5, 0.5, 0])
    # north: a quarter of 2, and half its places try. south: a quarter of 1 on the roll-out. The capital: 1 on its trial.
    np.testing.assert_allclose(expected["province"][0], [0.9 * 0.5 + 0.5 * 8, 0, 0.9 * 1 + 8])
    np.testing.assert_allclose(expected["province"][1], [0.1 * 0.5 + 0.5 * 8, 8.25, 0.1 * 1])
    # the centre: a sixteenth of 2, a quarter of the capital's 1, a sixteenth of 1 on the roll-out; two of five places try.
    on_trials, others = 2 / 16 + 1 / 4, 20 + 1 / 16
    np.testing.assert_allclose(expected["nation"][0], [0.9 * on_trials + 0.4 * others])
    np.testing.assert_allclose(expected["nation"][1], [0.1 * on_trials + 0.6 * others])


@given(trial=st.lists(st.integers(0, 1), min_size=5, max_size=5))
def test_where_nothing_is_tried_nobody_speaks_of_pilots_and_all_documents_are_counted(trial: list[int]) -> None:
    some, none = (occasions(one, [0] * 5, [0] * 5) for one in (trial, [0] * 5))
    silent = expected_documents(OFFICES, none, RATES)
    assert all((mention == 0).all() for mention, _ in silent.values())
    for mention, rest in expected_documents(OFFICES, some, RATES).values():
        assert (mention >= 0).all() and (rest >= -1e-12).all()


def test_a_rare_trial_is_spoken_of_most_where_it_is() -> None:
    """One trial among ten provinces of eleven cities: cities write of it in 1.4 of 56 documents, the others more rarely."""
    provinces, cities = tuple(f"v{one}" for one in range(10)), tuple(f"p{one}" for one in range(110))
    many = Offices(provinces, cities, np.arange(110) // 11, np.zeros(110, dtype=bool))
    one = np.eye(1, 110)[0]
    expected = expected_documents(many, Occasions(one, one, 0 * one, 0 * one), RATES)
    share = {level: mention.sum() / (mention + rest).sum() for level, (mention, rest) in expected.items()}
    assert share["city"] == pytest.approx(1.4 / 56) and share["city"] > 2 * max(share["nation"], share["province"])


def test_counts_are_poisson_around_their_mean() -> None:
    year = occasions([1, 0, 1, 0, 1], [0, 1, 0, 0, 0], [1, 1, 0, 0, 0])
    expected = expected_documents(OFFICES, year, RATES)
    made = [documents(OFFICES, year, RATES, Luck(seed)) for seed in range(1500)]
    for level in ("nation", "province"):
        counted = np.array([one[level].mention for one in made])
        np.testing.assert_allclose(counted.mean(axis=0), expected[level][0], atol=0.35)
        np.testing.assert_allclose(counted.var(axis=0), expected[level][0], rtol=0.15, atol=0.05)
    cities = np.array([one["city"].silent for one in made])
    np.testing.assert_allclose(cities.mean(axis=0), np.bincount(OFFICES.group, expected["city"][1], 3), atol=0.1)


# --- governed -----------------------------------------------------------------------------------------------------------


def test_every_table_is_there_with_its_years() -> None:
    tables = told("hierarchy")
    assert set(tables) == {*TABLES, "documents", "provinces", "regions"}
    assert tables["drawn"].loc[0, "robots.lift"] == drawn(setting_of(mic()), 0, 0).lift[2]
    assert list(tables["years"]["year"]) == list(range(2015, 2026)) == list(nation().years)
    assert {"score", "cost", "goal_technology", "goal_jobs", "goal_balance", "stage", "stage_spread"} <= set(tables["years"])
    assert len(tables["provinces"]) == 31 * 11 and len(tables["regions"]) == 4 * 11
    shown = tables["documents"].groupby("level")["place"].nunique().to_dict()
    assert shown == {"nation": 1, "province": 31, "city": 31}
    assert (tables["documents"]["mention_pilots"] <= tables["documents"]["documents"]).all()
    municipal = tables["documents"].query("level == 'city' and place in ('110000', '120000', '310000', '500000')")
    assert (municipal["documents"] == 0).all()


def test_the_same_seed_and_draw_give_the_same_bytes_and_another_draw_others() -> None:
    again = nation().run(load_regime("hierarchy"), 0, 0)
    for name, table in told("hierarchy").items():
        pd.testing.assert_frame_equal(pd.DataFrame(again[name]), table)
    assert not told("hierarchy", 1)["years"]["score"].equals(told("hierarchy")["years"]["score"])


def test_regimes_share_the_firms_and_the_luck_of_a_draw() -> None:
    numbers = drawn(setting_of(mic()), 0, 0)
    one, other = (nation().lived(load_regime(name), numbers, 0, 0) for name in ("hierarchy", "federal"))
    np.testing.assert_array_equal(one[0].before.stage, other[0].before.stage)
    for here, there in zip(one, other, strict=True):
        np.testing.assert_array_equal(here.record.outcomes.shock, there.record.outcomes.shock)
    assert not np.array_equal(one[-1].after.stage, other[-1].after.stage)


def test_thirty_pilots_are_what_the_budget_buys_and_the_rule_says_where() -> None:
    positive, random = told("hierarchy")["years"], told("randomised")["years"]
    assert (positive["mandated"] == 30).all() and (random["mandated"] == 30).all()
    real, development = nation().real_sites, make_industry(mic(), drawn(setting_of(mic()), 0, 0), Luck(0)).development
    assert real.sum() == 30 and development[real].mean() > 0.8
    assert development[real].mean() > positive["sited_development"].mean() > random["sited_development"].mean() + 0.3
    assert positive["sited_as_in_fact"].mean() > random["sited_as_in_fact"].mean()


def test_plans_follow_the_stage_of_the_firms() -> None:
    """Pattern 18, rank order: Jiangsu reaches for the frontier, Liaoning upgrades, Gansu needs the basics."""
    first = pd.concat(told("hierarchy", draw)["provinces"].query("year == 2015") for draw in range(3)).groupby("province")
    plan = first["plan"].mean()
    assert plan[JIANGSU] > plan[LIAONING] > plan[GANSU]
    cloud, basic = first["plan_cloud"].mean(), first["plan_broadband"].mean()
    assert cloud[JIANGSU] > cloud[LIAONING] > cloud[GANSU] and basic[JIANGSU] < basic[LIAONING] < basic[GANSU]
    assert plan.rank().corr(first["stage"].mean().rank()) > 0.8


def test_without_a_national_package_cities_speak_of_pilots_most_of_all_regimes() -> None:
    def share(regime: str) -> float:
        cities = told(regime)["documents"].query("level == 'city'")
        return cities["mention_pilots"].sum() / cities["documents"].sum()

    assert share("federal") > share("hierarchy") > share("command") == 0


def test_a_national_package_is_never_worth_more_than_the_best_there() -> None:
    under = told("hierarchy")["regions"].query("enrolled > 0")
    assert len(under) and (under["best_there"] >= under["national"] - 1e-12).all() and (under["best_there"] - under["national"]).max() > 0.05


def test_truth_is_what_the_package_would_do_everywhere_in_that_year() -> None:
    numbers = drawn(setting_of(mic()), 0, 0)
    lived = nation().lived(load_regime("hierarchy"), numbers, 0, 0)
    decided = next(year for year in lived if year.record.rollouts)
    package = decided.record.rollouts[0].package
    row = told("hierarchy")["rollouts"].iloc[0]
    assert row["package"] == nation().names.packages[package] and row["year"] == decided.record.year
    assert row["effect"] == pytest.approx(float(decided.record.mission.weights @ decided.before.national()[:, package]))


def test_identity_follows_the_content() -> None:
    changed = open_governed("mic2025", overrides=["setting.shock=0.2"])
    assert changed.identity() != nation().identity() and changed.identity()["case"] == "mic2025"
    assert isinstance(nation().names, rows.Names) and nation().names.packages[BROADBAND | CLOUD] == "broadband + cloud"


@pytest.mark.parametrize(
    ("case", "start", "params", "words"),
    [
        ("landscape", "2018-01", None, "neither history"),
        ("mic2025", "2018-01", None, "neither history"),
        ("mic2025", None, "p.csv", "neither history"),
    ],
)
def test_what_upgrading_has_not_is_refused(case: str, start: str | None, params: str | None, words: str) -> None:
    with pytest.raises(InputError, match=words):
        open_governed(case, start, params)


def test_every_rate_of_documents_is_used() -> None:
    assert set(DocumentSetting.model_fields) == set(RATES)


# --- figures of the page -----------------------------------------------------------------------------------------------------


def test_talk_is_counted_by_hand() -> None:
    rows_ = [("nation", "x", 10, 4), ("province", "a", 10, 6), ("province", "b", 10, 4), ("city", "a", 20, 10), ("city", "b", 10, 9), ("city", "c", 0, 0)]
    rows_.append(("province", "c", 10, 5))
    table = pd.DataFrame([(2016, *row) for row in rows_] + [(2023, "nation", "x", 10, 10)], columns=["year", "level", "place", "documents", "mention_pilots"])
    found = talk(table)
    assert (found["talk_nation"], found["talk_province"], found["talk_city"]) == (0.4, 0.5, pytest.approx(19 / 30))
    assert (found["talk_in_order"], found["cities_more"], found["provinces_compared"], found["provinces_above_half"]) == (1, 1, 2, 1)


def test_misfit_is_weighed_by_places() -> None:
    table = pd.DataFrame({"region": ["east", "east", "west"], "enrolled": [1, 3, 0], "national": [0.5, 0.1, np.nan], "best_there": [0.5, 0.5, np.nan]})
    assert misfit(table)["misfit_east"] == pytest.approx(0.3) and np.isnan(misfit(table)["misfit_west"])


def test_order_needs_all_three_provinces_in_line() -> None:
    table = pd.DataFrame({"year": 2015, "province": [JIANGSU, LIAONING, GANSU], "plan": [2.5, 2.2, 2.0], "content": [2.2, 2.3, 2.0], "stage": [2.9, 2.5, 2.3]})
    found = order(table)
    assert (found["plan_in_order"], found["content_in_order"], found["plan_by_stage"]) == (1, 0, pytest.approx(1))


def test_measures_are_one_row_a_run() -> None:
    table = measured(nation(), ["command"], draws=1)
    assert list(table.index) == [("command", 0)] and table["talk_city"].item() == 0
    assert table["score"].item() == pytest.approx(told("command")["years"]["score"].mean())


# --- the page -------------------------------------------------------------------------------------------------------------


def test_every_column_of_this_worlds_tables_is_described() -> None:
    page, tables = (TOP / "docs" / "upgrading.md").read_text(encoding="utf-8"), told("hierarchy")
    columns = {name for table in ("documents", "provinces", "regions") for name in tables[table] if not name.startswith("plan_")}
    columns |= {"stage", "stage_spread", "at_three", "sited_development", "sited_as_in_fact"}
    assert not [name for name in columns - {"province", "region", "places", "trials"} if f"`{name}`" not in page]


def test_every_name_of_a_small_case_is_described() -> None:
    page = (TOP / "docs" / "upgrading.md").read_text(encoding="utf-8")
    names = {entry.alias or name for name, entry in SmallEntry.model_fields.items()}
    assert not [name for name in names if f"`{name}`" not in page]
