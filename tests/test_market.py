"""The market against its plain twin, and laws that hold whatever the numbers are."""

from __future__ import annotations

import dataclasses
import re

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy_twin import Twin

from shidian.cases import load_case
from shidian.study.ensemble import ensemble
from shidian.study.simulate import Experimenter
from shidian.worlds.market import accounts, choice, demand, fleet
from shidian.worlds.market.run import market, run_market

TOGETHER = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def toy():
    return Experimenter(load_case("toy"))


@pytest.fixture(scope="module")
def china():
    return Experimenter(load_case("china-nev"))


def sold(record) -> np.ndarray:
    return np.asarray(record.total.classes, np.float64)


@pytest.mark.parametrize(("case", "draw"), [("toy", 0), ("toy", 5), ("toy", None), ("china", 1)])
def test_the_kernel_does_what_the_plain_twin_does(case, draw, request):
    inputs = request.getfixturevalue(case).inputs(3, draw)
    _, record = run_market(*inputs)
    twin = Twin(*inputs).run()
    largest = twin["classes"].max()
    np.testing.assert_allclose(sold(record), twin["classes"], rtol=2e-4, atol=largest * 2e-6)
    for name in ("central", "province", "city", "relief"):
        np.testing.assert_allclose(getattr(record.total, name), twin[name], rtol=2e-4, atol=1 + twin[name].max() * 2e-6)
    np.testing.assert_allclose(record.pack_price, twin["pack"], rtol=1e-4)
    np.testing.assert_allclose(record.credit_price, twin["credit"], rtol=1e-3, atol=1e-3)


def test_the_same_seed_gives_the_same_bytes(toy):
    first, again = toy.run(7, 2), toy.run(7, 2)
    assert all(first[name].tobytes() == again[name].tobytes() for name in first)
    assert any((first[name] != toy.run(8, 2)[name]).any() for name in first)


@given(few=st.integers(1, 3), more=st.integers(1, 3), workers=st.integers(1, 4))
@settings(max_examples=8, deadline=None)
def test_more_draws_and_any_workers_leave_the_first_ones_alone(toy, few, more, workers):
    short = ensemble(toy.case, "historical", 7, few, workers=1)
    long = ensemble(toy.case, "historical", 7, few + more, workers=workers)
    for one, other in zip(short, long, strict=False):
        assert all(one[name].tobytes() == other[name].tobytes() for name in one)


@TOGETHER
@given(seed=st.integers(0, 10_000))
def test_vehicles_are_conserved_in_the_accounts(toy, seed):
    parameters, setting, policies = toy.inputs(seed, 0)
    opening, record = run_market(parameters, setting, policies)
    kept = accounts.vehicle_accounts(setting, np.asarray(opening), sold(record))
    before = np.concatenate([np.asarray(opening, np.float64).sum(axis=-1)[None], kept["closing"][:-1]])
    np.testing.assert_allclose(before + sold(record) - kept["scrapped"], kept["closing"], rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(np.asarray(record.fleet, np.float64), kept["closing"], rtol=1e-4, atol=1.0)


@TOGETHER
@given(seed=st.integers(0, 10_000), year=st.integers(0, 5))
def test_households_are_conserved_over_bands(toy, seed, year):
    values = toy.source.values(seed, 0)
    sigmas = values["income_sigma_urban"], values["income_sigma_rural"]
    bands = toy.source.households(sigmas)[year]
    whole = toy.source.households((1.3, 0.2))[year]
    np.testing.assert_allclose(bands.sum(axis=1), whole.sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(bands[:, :3].sum(), whole[:, :3].sum(), rtol=1e-9)


@TOGETHER
@given(seed=st.integers(0, 10_000))
def test_households_either_buy_or_do_not(toy, seed):
    out = toy.run(seed, 0)
    bought = out["sales"].sum(axis=2)
    np.testing.assert_allclose(out["bought"], bought, rtol=1e-4, atol=1e-2)
    assert (bought <= out["shoppers"] * (1 + 1e-5)).all()
    assert (out["sales"] >= 0).all()
    assert (out["fleet"] >= 0).all()


def test_households_by_band_add_up_to_the_people(china):
    people = china.case.tables["people"]
    places = china.source.axes.places
    at_2020 = people[people["year"] == 2020].set_index("place").loc[list(places)]
    sizes = china.source.sizes[2020 - china.source.axes.years[0]]
    population, urban = at_2020["population"].to_numpy(), at_2020["urban_share"].to_numpy()
    households = population * urban / sizes[0] + population * (1 - urban) / sizes[1]
    counted = china.source.households((0.55, 0.65))[2020 - china.source.axes.years[0]].sum(axis=1)
    np.testing.assert_allclose(counted, households, rtol=1e-9)


@TOGETHER
@given(
    data=st.data(),
    places=st.integers(1, 4),
    products=st.integers(1, 5),
    scale=st.floats(0.3, 1.0),
)
def test_shares_lie_between_nought_and_one_and_add_up(data, places, products, scale):
    numbers = st.floats(-4, 4, width=32)
    national = np.array(data.draw(st.lists(st.lists(numbers, min_size=products, max_size=products), min_size=6, max_size=6)), np.float32)
    local = np.array(data.draw(st.lists(st.lists(numbers, min_size=products, max_size=products), min_size=places, max_size=places)), np.float32)
    one = choice.nest(jnp.asarray(national), jnp.asarray(local), jnp.ones(products), jnp.float32(scale))
    (share,) = choice.nest_shares([one.worth], [jnp.ones((places, 1))])
    assert ((share >= 0) & (share <= 1)).all()
    buyers = 1000 * share
    np.testing.assert_allclose(choice.sales(one, buyers).sum(), buyers.sum(), rtol=1e-3, atol=1e-3)


def test_what_is_not_sold_is_not_bought():
    national, local = jnp.zeros((6, 3)), jnp.zeros((2, 3))
    one = choice.nest(national, local, jnp.array([1.0, 0.0, 1.0]), jnp.float32(0.5))
    taken = choice.sales(one, jnp.ones((2, 6)))
    np.testing.assert_allclose(taken[:, 1], 0.0)
    np.testing.assert_allclose(taken.sum(axis=1), 6.0, rtol=1e-5)


def test_nothing_on_sale_is_worth_next_to_nothing():
    one = choice.nest(jnp.zeros((6, 2)), jnp.zeros((2, 2)), jnp.zeros(2), jnp.float32(0.5))
    (share,) = choice.nest_shares([one.worth], [jnp.ones((2, 1))])
    assert float(share.max()) < 1e-8


@pytest.fixture(scope="module")
def unpaid():
    off = [f"instruments.{name}.scale=0" for name in ("central_subsidy", "top_up", "top_up_ratio", "tax_exemption")]
    return Experimenter(load_case("toy", off))


@TOGETHER
@given(seed=st.integers(0, 10_000))
def test_without_subsidies_nobody_pays_any(toy, unpaid, seed):
    without, paid = unpaid.run(seed, 0), toy.run(seed, 0)
    for name in ("central_subsidy_cost", "provincial_subsidy_cost", "city_subsidy_cost", "tax_relief_cost"):
        assert (without[name] == 0).all(), name
    assert paid["central_subsidy_cost"].sum() > 0


def test_subsidies_sell_plug_ins_and_never_fewer():
    kinds = {"bev-a00", "bev-mid"}
    with_them = Experimenter(load_case("toy"))
    without = Experimenter(load_case("toy", ["instruments.central_subsidy.scale=0"]))
    plug = [with_them.source.axes.classes.index(name) for name in kinds]
    assert with_them.run(1, 0)["sales"][..., plug].sum() > without.run(1, 0)["sales"][..., plug].sum()


def axes_of(module: type, field: str) -> list[str]:
    """Axis names of a field, read from its type."""
    found = re.search(r"""Array, ['"]([a-z ]*)['"]""", str(module.__dataclass_fields__[field].type))
    return found[1].split() if found else []


def _permuted(module, order):
    def turn(path, leaf):
        axes = axes_of(type(module), path[0].name)
        return jnp.take(leaf, order, axis=axes.index("place")) if "place" in axes else leaf

    return jax.tree_util.tree_map_with_path(turn, module)


@TOGETHER
@given(seed=st.integers(0, 10_000), order=st.permutations([0, 1, 2]))
def test_the_order_of_places_does_not_matter(toy, seed, order):
    parameters, setting, policies = toy.inputs(seed, 1)
    arrays, static = eqx.partition(setting, eqx.is_array)
    turned = eqx.combine(_permuted(arrays, jnp.array(order)), static)
    _, record = run_market(parameters, setting, policies)
    _, other = run_market(parameters, turned, _permuted(jax.tree.map(jnp.asarray, policies), jnp.array(order)))
    np.testing.assert_allclose(np.asarray(other.total.classes), np.asarray(record.total.classes)[:, order], rtol=1e-4, atol=0.5)


def test_the_run_is_traced_once(toy):
    traces = []

    @eqx.filter_jit
    def counted(*inputs):
        traces.append(1)
        return market(*inputs)

    for draw in range(4):
        counted(*toy.inputs(0, draw))
    assert len(traces) == 1


def test_the_gradient_is_that_of_finite_differences(toy):
    parameters, setting, policies = toy.inputs(0, None)

    def plugins(alpha):
        moved = eqx.tree_at(lambda p: p.alpha, parameters, alpha)
        return jnp.log(jnp.sum(run_market(moved, setting, policies)[1].total.classes[:, :, 3:]))

    at = jnp.float32(2.0)
    slope = float(jax.grad(plugins)(at))
    rise = float(plugins(at + 0.02) - plugins(at - 0.02)) / 0.04
    assert np.isfinite(slope)
    assert slope < 0
    np.testing.assert_allclose(slope, rise, rtol=0.02)


def test_ownership_rises_with_income_and_stays_below_its_ceiling(toy):
    parameters, *_ = toy.inputs(0, None)
    target = np.asarray(demand.ownership_target(parameters, jnp.linspace(0.1, 30, 50)))
    assert (np.diff(target) >= 0).all()
    assert target.max() <= float(parameters.gompertz_max)


@TOGETHER
@given(scale=st.floats(3, 20), shape=st.floats(1, 8), sales=st.floats(0, 1e6))
def test_a_fleet_only_ages(scale, shape, sales):
    from shidian.worlds.market.setting import AGES, survival_ratios

    survival = jnp.asarray(survival_ratios(np.array([scale]), np.array([shape])), jnp.float32)
    stock = jnp.ones((1, 1, AGES), jnp.float32) * 100
    gone = fleet.scrapped_in_year(stock, survival)
    older = fleet.a_year_older(stock, survival, jnp.full((1, 1), sales, jnp.float32))
    np.testing.assert_allclose(older.sum(), stock.sum() + sales - gone.sum(), rtol=1e-5)
    assert float(gone.min()) >= -1e-3


def test_survival_is_the_published_curve():
    from shidian.worlds.market.setting import survival_ratios

    ratios = survival_ratios(np.array([14.46]), np.array([4.7]))[0]
    assert np.exp(-((0.5 / 14.46) ** 4.7)) * ratios[:10].prod() == pytest.approx(np.exp(-((10.5 / 14.46) ** 4.7)), rel=1e-9)


def test_every_quantity_has_a_unit():
    from shidian.foundations.quantities import described
    from shidian.worlds.market.parameters import MarketParameters
    from shidian.worlds.market.policies import Policies
    from shidian.worlds.market.setting import Setting
    from shidian.worlds.market.steps import MonthRecord, Offer, State

    for module in (MarketParameters, Policies, Setting, State, MonthRecord, Offer):
        for name, _, unit, meaning in described(module):
            if name != "axes":
                assert unit, f"{module.__name__}.{name} has no unit"
                assert meaning, f"{module.__name__}.{name} has no meaning"
    assert dataclasses.is_dataclass(Setting)


@pytest.mark.parametrize("case", ["toy", "china"])
def test_every_array_has_the_axes_that_its_type_names(case, request):
    experimenter = request.getfixturevalue(case)
    axes, inputs = experimenter.source.axes, experimenter.inputs(0, 0)
    length = {"year": len(axes.years), "month": 12, "place": len(axes.places), "segment": 6, "step": 5, "class": len(axes.classes)}
    length |= {"product": len(axes.products), "maker": len(axes.makers), "age": 25}
    for module in inputs:
        for name in module.__dataclass_fields__:
            if name != "axes":
                assert np.shape(getattr(module, name)) == tuple(length[axis] for axis in axes_of(type(module), name)), name
