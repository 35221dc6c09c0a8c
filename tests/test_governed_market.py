"""The market governed: years that step as the whole run does, packages told what they added, makers that respond, names that decide nothing."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import equinox as eqx
import jax
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shidian.cases import load_case
from shidian.cases.bundled import BUNDLED
from shidian.foundations.errors import InputError
from shidian.foundations.luck import Luck
from shidian.foundations.streams import name_keys
from shidian.governance.regimes import load_regime
from shidian.study.governing.market import MarketNation
from shidian.study.governing.market_draw import target_sales
from shidian.study.governing.protocol import TABLES, open_governed
from shidian.worlds.market.ground import acts_of, advance, closed_off, decided, effects, everywhere, made_by, told
from shidian.worlds.market.launches import Conditions, LaunchRules, past_threshold, respond
from shidian.worlds.market.run import of_year
from shidian.worlds.market.steps import year_step
from shidian.worlds.market.yearly import governed_year, opening_state, replay, sold_in_year

SOURCE = Path(__file__).parents[1] / "src" / "shidian"
RULES = LaunchRules(base=-3.0, home=2.0, market=1.0, centre=1.0, exit_rate=0.5, variety=1.0, efficient_scale=1000.0)


@pytest.fixture(scope="module")
def toy() -> MarketNation:
    nation = open_governed("toy")
    assert isinstance(nation, MarketNation)
    return nation


@pytest.fixture(scope="module")
def later() -> MarketNation:
    nation = open_governed("toy", "2012-01")
    assert isinstance(nation, MarketNation)
    return nation


one_year = eqx.filter_jit(year_step)


def told_of(plan, ground, acts, package, position):
    """What each locality is told of a year in which makers offer what they did on record."""
    _, _, both = governed_year(plan.background, ground.state, decided(plan, position, plan.record[position]), acts, plan.bare)
    return effects(plan, both, package, position)


def trials(start, package, effort=0.0, pressed=0.0, enrolled=False):
    """Trials that a test decides."""
    size = len(start.held)

    class Tried:
        pass

    made = Tried()
    made.package = np.broadcast_to(package, size).astype(int)
    made.effort = np.full(size, float(effort))
    made.pressed = np.full(size, float(pressed))
    made.enrolled = np.full(size, bool(enrolled))
    made.threshold = 0.0
    return made


def made(plan, position):
    """Who makes the cars of a year in which makers offer what they did by the record."""
    return made_by(plan, decided(plan, position, plan.record[position]).supply, plan.record[position])


# --- years ------------------------------------------------------------------------------------------------------------


def test_years_one_by_one_are_the_run_as_a_whole(toy) -> None:
    plan = toy.start(0, 0).plan
    _, closing, records = replay(plan.parameters, plan.setting, plan.policies)
    state = opening_state(plan.parameters, plan.setting)
    for position, year in enumerate(plan.setting.axes.years):
        setting, policies = of_year(plan.setting, position), of_year(plan.policies, position)
        state, record = one_year(plan.parameters, state, (setting, policies, np.float32(year), plan.setting.battery_reference[position], plan.ahead[position]))
        np.testing.assert_allclose(record.total.classes, records.total.classes[position], rtol=2e-5, atol=1e-3)
    for one, other in zip(jax.tree.leaves(state), jax.tree.leaves(closing), strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-3)


def test_what_was_before_the_regime_is_history(later) -> None:
    start = later.start(0, 0)
    plan = start.plan
    _, _, records = replay(plan.parameters, plan.setting, plan.policies)
    replayed = start.before[1]
    np.testing.assert_allclose(replayed.total.classes, np.asarray(records.total.classes)[:2], rtol=2e-5, atol=1e-3)
    assert later.years == (2012, 2013, 2014, 2015)


def test_history_hands_over_what_it_has_in_force(later) -> None:
    start = later.start(0, 0)
    history, lines = later.case.tables["timeline"], len(later.lines)
    opened = history[(history["instrument"] == "access") & (history["from"] < "2012") & (history["size"] >= 0.4)]
    names = [name for name, held in zip(later.names.places, start.held, strict=True) if later.names.packages[held] == "roads"]
    codes = {leaf for place in opened["place"] for leaf in np.array(later.case.places.leaves)[later.case.places.leaves_under(place)].tolist()} if len(opened) else set()
    assert set(names) == {getattr(code, "code", code) for code in codes}
    assert len(start.held) == lines * len(later.case.places.leaves)


# --- what packages add ------------------------------------------------------------------------------------------------


def test_nothing_in_force_adds_nothing(toy) -> None:
    start = toy.start(0, 0)
    _, outcomes = advance(start.ground, trials(start, 0), Luck(1))
    assert not outcomes.effect.any()


def test_each_package_adds_to_the_sales_of_its_own_line(toy) -> None:
    start = toy.start(0, 0)
    plan, ground = start.plan, toy.start(0, 0).ground
    given_ = decided(plan, 2, plan.record[2])
    both = [sold_in_year(plan.background, ground.state, given_, jax.tree.map(lambda *x: np.stack(x), everywhere(plan, one), everywhere(plan, 0))) for one in range(1, len(plan.packages.names))]
    for package, sold in enumerate(both, 1):
        inside = list(plan.lines[plan.packages.line[package]])
        gain = np.asarray(sold[0] - sold[1])[:, inside].sum()
        assert gain > 0, plan.packages.names[package]


def test_force_takes_away_what_opened_roads_gave(toy) -> None:
    start = toy.start(0, 0)
    plan, roads = start.plan, toy.packages.names.index("low-speed: roads")
    package = np.where(toy.names.lines.localities == 0, roads, 0)
    free, pressed = (trials(start, package, pressed=force) for force in (0.0, 1.0))
    sold = [told_of(plan, start.ground, acts_of(plan, one, package > 0, made(plan, 2)), package, 2)[:, -1].sum() for one in (free, pressed)]
    assert sold[0] > 0
    assert sold[1] < 0.7 * sold[0]


def test_effort_enlarges_what_a_package_does(toy) -> None:
    start = toy.start(0, 0)
    plan, money = start.plan, toy.packages.names.index("middle: money")
    package = np.where(toy.names.lines.localities == 2, money, 0)
    with_, without = (told_of(plan, start.ground, acts_of(plan, trials(start, package, effort=e), package > 0, made(plan, 4)), package, 4)[:, -1] for e in (1.0, 0.0))
    assert (with_.reshape(-1, 3)[:, 2] > without.reshape(-1, 3)[:, 2]).all()


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_what_is_told_adds_up_to_what_was_added(data) -> None:
    plan = open_toy().start(0, 0).plan
    numbers = st.floats(-1e4, 1e4)
    added = np.array(data.draw(st.lists(st.lists(numbers, min_size=5, max_size=5), min_size=3, max_size=3)))
    held = np.array(data.draw(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=3, max_size=3)))
    effect = told(plan, added, held, 3).reshape(3, 3, -1)[:, :, :-1]
    whole = (added / plan.households[3][:, None]) @ plan.worth[3]
    own_number = np.stack([added[:, list(classes)].sum(axis=1) for classes in plan.lines], axis=1)
    somebody = (held & (np.abs(own_number) > 1e-6)).any(axis=1)
    np.testing.assert_allclose(effect.sum(axis=1)[somebody], whole[somebody], rtol=1e-6, atol=1e-9)
    assert not effect[~held].any()


def open_toy() -> MarketNation:
    """The toy, opened once."""
    if not hasattr(open_toy, "found"):
        open_toy.found = open_governed("toy")
    return open_toy.found


def test_a_point_is_what_the_targets_sales_of_the_reference_would_add(toy) -> None:
    plan, axes = toy.start(0, 3).plan, toy.start(0, 3).plan.setting.axes
    reference = axes.classes.index(toy.file.mission.reference)
    sales = target_sales(toy.file, axes.years) / plan.households.sum(axis=1)
    points = sales[:, None] * plan.worth[:, reference]
    names = [goal for goal in toy.goals]
    for goal in ("technology", "environment", "energy", "growth"):
        np.testing.assert_allclose(points[:, names.index(goal)], 1.0, rtol=1e-9)


# --- makers -----------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), sales=st.floats(0, 1e6), force=st.floats(0, 1))
def test_makers_launch_where_they_can_and_leave_only_where_pressed(seed, sales, force) -> None:
    able = np.array([[True, False], [True, True], [False, True]])
    keys = name_keys(str(number) for number in range(6)).reshape(3, 2)
    nobody, everybody = np.zeros((3, 2), bool), able
    met = Conditions(np.zeros((3, 2), bool), np.full(2, sales), np.zeros(2), np.full(2, force), np.zeros((3, 2), bool))
    answer = lambda offering, met: respond(offering, able, met, RULES, Luck(seed), keys)[0]  # noqa: E731
    assert not (answer(nobody, met) & ~able).any()
    rescued = replace(met, rescued=np.ones((3, 2), bool))
    assert np.array_equal(answer(everybody, rescued), everybody)
    assert np.array_equal(respond(everybody, able, rescued, RULES, Luck(seed), keys)[1], everybody & ~answer(everybody, met))  # those who would have left, and no others
    calm = replace(met, force=np.zeros(2))
    assert np.array_equal(answer(everybody, calm), everybody)
    backed = replace(calm, backed=np.ones((3, 2), bool))
    assert (answer(nobody, backed) >= answer(nobody, calm)).all()
    proved = replace(calm, sales=calm.sales + 1e5)
    assert (answer(nobody, proved) >= answer(nobody, calm)).all()


def test_who_launches_off_the_record_makes_cars_at_home(toy) -> None:
    """Every maker who offers a line has a share of it, so that its home keeps others' cars out as others do."""
    plan = toy.start(0, 0).plan
    offering = plan.record[3].copy()
    maker, line = np.argwhere(~offering & offering.any(axis=0))[0]
    offering[maker, line] = True
    share = made_by(plan, decided(plan, 3, offering).supply, offering)
    np.testing.assert_allclose(share.sum(axis=0)[offering.any(axis=0)], 1.0)
    assert (share[offering] > 0).all() and not share[~offering].any()
    shut = closed_off(plan, share)
    assert shut[plan.homes[maker], line] == pytest.approx(1 - plan.home[plan.homes[maker]] @ share[:, line])
    nobody = ~(plan.home @ offering > 0)
    assert not shut[nobody].any() and (shut[~nobody] < 1).all()


def test_a_place_has_one_career_in_all_its_lines(toy) -> None:
    clock = toy.localities(toy.start(0, 0), 0, 0).clock.reshape(-1, len(toy.lines))
    assert (clock == clock[:, :1]).all() and len(np.unique(clock[:, 0])) > 1


def test_launches_come_as_often_as_their_odds_say() -> None:
    keys = name_keys(str(number) for number in range(20_000)).reshape(-1, 1)
    none = np.zeros((20_000, 1), bool)
    met = Conditions(~none, np.array([272.0]), np.zeros(1), np.zeros(1), none)
    share = respond(none, ~none, met, RULES, Luck(5), keys)[0].mean()
    odds = RULES.base + RULES.home + RULES.market * np.log(2.72)
    assert share == pytest.approx(1 / (1 + np.exp(-odds)), abs=4 * np.sqrt(0.25 / 20_000))


def test_a_threshold_is_met_by_larger_batteries_or_costs_the_subsidy(toy) -> None:
    plan = toy.start(0, 0).plan
    setting, axes = of_year(plan.setting, 5), plan.setting.axes
    battery_car = axes.to_products(axes.classes_where("bev")) > 0
    km = np.asarray(setting.range_km)[6, battery_car]
    threshold = float(km.min() * 1.1)
    after = past_threshold(setting, threshold)
    reached = np.asarray(after.range_km)[6, battery_car]
    near = (km < threshold) & (km >= 0.85 * threshold)
    assert near.any()
    np.testing.assert_allclose(reached[near], threshold, rtol=1e-6)
    assert (np.asarray(after.price)[6, battery_car][near] > np.asarray(setting.price)[6, battery_car][near]).all()
    far = past_threshold(setting, float(km.min() * 2))
    short = np.asarray(far.range_km)[6] < km.min() * 2
    assert (np.asarray(far.subsidy)[6][short & battery_car] == 0).all()
    for one, other in zip(jax.tree.leaves(past_threshold(setting, 0.0)), jax.tree.leaves(setting), strict=True):
        assert np.array_equal(one, other)


# --- runs -------------------------------------------------------------------------------------------------------------


def test_a_run_is_the_same_bytes_twice_and_regimes_share_luck(toy) -> None:
    hierarchy, federal = load_regime("hierarchy"), load_regime("federal")
    one, two, other = toy.run(hierarchy, 3, 1), open_governed("toy").run(hierarchy, 3, 1), toy.run(federal, 3, 1)
    assert set(one) == set(TABLES)
    for name in TABLES:
        assert pd.DataFrame(one[name]).to_csv() == pd.DataFrame(two[name]).to_csv()
    assert pd.DataFrame(one["years"]).to_csv() != pd.DataFrame(other["years"]).to_csv()
    start, again = toy.start(3, 1), toy.start(3, 1)
    assert start is again


def test_the_rows_keep_the_books(toy) -> None:
    for regime in ("hierarchy", "command", "federal"):
        out = {name: pd.DataFrame(rows) for name, rows in toy.run(load_regime(regime), 0, 2).items()}
        years = out["years"]
        assert years["year"].tolist() == list(toy.years)
        weights = {goal.name: goal.weight for goal in toy.case.mission.goals}
        whole = sum(weight * years[f"goal_{goal}"] for goal, weight in weights.items())
        np.testing.assert_allclose(years["score"], whole, rtol=1e-9, atol=1e-12)
        assert (years.filter(like="money_") >= -1e-6).all().all()
        assert years["active"].between(0, 1).all()
        if regime == "federal":
            assert not years[["supported", "inhibited", "enrolled", "mandated"]].any().any()
            assert not len(out["rollouts"])
        if len(out["stances"]):
            assert set(out["stances"]["stance"]) <= {-1, 0, 1}
            assert (out["stances"].loc[out["stances"]["stance"] >= 0, "force"] == 0).all()


def test_no_line_of_code_names_a_car_to_decide_its_fate() -> None:
    names = {name for case in ("toy", "china-nev") for line in load_case(case).governance.experiment.lines for name in (line.name, *line.classes)}
    folders = [SOURCE / "governance", SOURCE / "study" / "governing"]
    files = [file for folder in folders for file in folder.glob("*.py") if file.name != "replay.py"]
    files += [SOURCE / "worlds" / "market" / f"{name}.py" for name in ("ground", "launches", "yearly")]
    for file in files:
        texts = {node.value for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        assert not texts & names, file


# --- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "said"), [("2013-05", "starts with a January"), ("1999-01", "between 2010-01 and 2015-01"), ("soon", "soon")])
def test_a_start_that_cannot_be_is_refused(start, said) -> None:
    with pytest.raises(InputError, match=said):
        open_governed("toy", start)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("reference: bev-mid", "reference: bev-middle", "no class of this case"),
        ("classes: [lsev]", "classes: [leaf]", "no class of this case"),
        ("lines: [low-speed]", "lines: [low]", "no line of this case"),
        ("  shock: {", "  shocks: {", "shocks"),
        ("value: 0.5, low: 0.3, high: 0.7", "value: 0.9, low: 0.3, high: 0.7", "on either side"),
        ("makers: [e-bike, tractor]", "makers: [ebike]", "Did you mean 'e-bike'"),
        ("safety:\n      accidents", "safty:\n      accidents", "no goal of this case"),
        ("{year: 2015, sales: 5000, status: assumed, source: invented}", "{year: 2015, sales: 5000, status: assumed, source: inventd}", "governance.yaml:5:58: 'inventd' is no source of this case"),
    ],
)
def test_mistakes_in_the_governance_file_are_named_with_their_line(tmp_path, old, new, said) -> None:
    folder = tmp_path / "mine"
    copytree(BUNDLED / "toy", folder)
    file = folder / "governance.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_case(folder)
    assert said in str(caught.value)
    assert "governance.yaml:" in str(caught.value)


def test_a_case_without_a_governance_file_says_so(tmp_path) -> None:
    folder = tmp_path / "mine"
    copytree(BUNDLED / "toy", folder)
    case = folder / "case.yaml"
    case.write_text(case.read_text(encoding="utf-8").replace("governance: governance.yaml\n", ""), encoding="utf-8")
    with pytest.raises(InputError, match="no `governance:` file"):
        open_governed(folder)
