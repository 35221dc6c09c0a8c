"""All years of the market: one compiled function from what is given to what came of it."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp

from . import demand
from .parameters import MarketParameters
from .policies import Policies
from .setting import Setting
from .steps import State, YearRecord, year_step

CONSTANT = ("season", "public_charging", "in_reach", "survival", "fleet_start", "charging")


def initial_state(parameters: MarketParameters, setting: Setting) -> State:
    """The opening day: the national fleet stands where incomes lead to cars."""
    target = demand.ownership_target(parameters, setting.income_head[0])
    wanted = target * setting.households[0]
    owned = jnp.sum(setting.fleet_start) * wanted / jnp.sum(wanted)
    share = jnp.sum(wanted, axis=1) / jnp.sum(wanted)
    fleet = share[:, None, None] * setting.fleet_start
    empty = jnp.zeros_like(share)
    return State(
        fleet=fleet,
        owned=owned,
        plugins=empty,
        lowspeed=empty,
        aware_plugin=empty + parameters.awareness_plugin,
        aware_lowspeed=empty + parameters.awareness_lowspeed,
        sold_last=jnp.zeros_like(setting.price[0, 0]),
        cumulative=setting.battery_reference[0],
    )


def _by_year(module: eqx.Module) -> tuple[eqx.Module, eqx.Module]:
    """Split a module into the fields that have a year axis and the rest."""
    yearly = {name: name not in CONSTANT for name in module.__dataclass_fields__}
    arrays, static = eqx.partition(module, eqx.is_array)
    mask = jax.tree_util.tree_map_with_path(lambda path, _: yearly[path[0].name], arrays)
    first, second = eqx.partition(arrays, mask)
    return first, eqx.combine(second, static)


def market(parameters: MarketParameters, setting: Setting, policies: Policies) -> YearRecord:
    """Run every year; each leaf of the record gains a leading year axis.

    A pure function of its arguments: the same arrays give the same bytes, and it can be differentiated.
    """
    years_setting, constant_setting = _by_year(setting)
    years_policies, constant_policies = _by_year(policies)
    years = jnp.asarray(setting.axes.years, setting.price.dtype)

    def year(state: State, given):
        slice_setting, slice_policies, year_of, recorded = given
        now = eqx.combine(slice_setting, constant_setting)
        acting = eqx.combine(slice_policies, constant_policies)
        return year_step(parameters, state, (now, acting, year_of, recorded))

    given = (years_setting, years_policies, years, setting.battery_reference)
    _, records = jax.lax.scan(year, initial_state(parameters, setting), given)
    return records


run_market = eqx.filter_jit(market)
