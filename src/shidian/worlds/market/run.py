"""All years of the market: one compiled function from what is given to what came of it."""

from __future__ import annotations

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from . import demand, timing
from .parameters import MarketParameters
from .policies import Policies
from .setting import Setting
from .steps import State, YearRecord, merge, split, year_step

CONSTANT = ("axes", "season", "public_charging", "in_reach", "survival", "fleet_start", "charging")


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
        owed=fleet[:, :, 0] * 0,
        aware_plugin=empty + parameters.awareness_plugin,
        aware_lowspeed=empty + parameters.awareness_lowspeed,
        sold_last=jnp.zeros_like(setting.price[0, 0]),
        cumulative=setting.battery_reference[0],
    )


def _yearly(module: eqx.Module) -> tuple[str, ...]:
    return tuple(name for name in module.__dataclass_fields__ if name not in CONSTANT)


def first_years(setting: Setting, policies: Policies, last: int) -> tuple[Setting, Policies]:
    """The same inputs, ending with the year `last`: what a fit to the years until then needs."""
    years = tuple(year for year in setting.axes.years if year <= last)
    axes = replace(setting.axes, years=years)
    names = _yearly(setting)
    setting = replace(setting, axes=axes, **{name: getattr(setting, name)[: len(years)] for name in names})
    return setting, replace(policies, **{name: getattr(policies, name)[: len(years)] for name in _yearly(policies)})


def of_year(module: eqx.Module, position: int | Int[Array, ""]) -> eqx.Module:
    """A setting or policies with the slices of one year."""
    return replace(module, **{name: getattr(module, name)[position] for name in _yearly(module)})


def every_year(parameters: MarketParameters, setting: Setting, policies: Policies) -> tuple[State, State, YearRecord]:
    """Run every year; returns the opening and the closing state, and a record whose leaves have a leading year axis.

    A pure function of its arguments: the same arrays give the same bytes, and it can be differentiated.
    """
    setting_by_year, setting_rest = split(setting, _yearly(setting))
    policies_by_year, policies_rest = split(policies, _yearly(policies))
    years = jnp.asarray(setting.axes.years, setting.price.dtype)

    def year(state: State, given):
        now, acting = merge(given[0], setting_rest), merge(given[1], policies_rest)
        return year_step(parameters, state, (now, acting, *given[2:]))

    opening = initial_state(parameters, setting)
    ahead = timing.rush(parameters, setting, policies)
    closing, records = jax.lax.scan(year, opening, (setting_by_year, policies_by_year, years, setting.battery_reference, ahead))
    return opening, closing, records


def market(parameters: MarketParameters, setting: Setting, policies: Policies) -> tuple[Float[Array, "place class age"], YearRecord]:
    """Every year: the opening fleet and the record."""
    opening, _, records = every_year(parameters, setting, policies)
    return opening.fleet, records


run_market = eqx.filter_jit(market)
