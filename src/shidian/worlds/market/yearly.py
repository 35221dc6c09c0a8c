"""The market a year at a time, for those who govern it: state in, state and record out, and what packages add to a year's sales.

What a package adds is the truth that only the world knows: the sales of a middle month with it, less those of the same month, the same
people and the same cars on the road without it, times what the month is to the year.
"""

from __future__ import annotations

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ...foundations.quantities import quantity
from . import demand, fleet, timing
from .launches import Supply, past_threshold, supplied
from .parameters import MarketParameters, Scalar
from .policies import Policies
from .run import every_year, initial_state, of_year
from .setting import Setting
from .steps import MONTHLY, State, YearRecord, month_step, prices_of_year, split, year_step

MIDDLE = 5  # June: the month in which packages are compared


class Acts(eqx.Module):
    """What places have in force in a year beside what is given."""

    access: Float[Array, "place"]
    enforcement: Float[Array, "place"]
    campaign: Float[Array, "place"]
    privilege: Float[Array, "place class"]
    top_up_city: Float[Array, "place class"]
    countryside: Float[Array, "class"]


class Background(eqx.Module):
    """All that no governor decides, for every year. Held where the kernel runs, so that a year is asked for by its position alone."""

    parameters: MarketParameters
    setting: Setting
    policies: Policies
    ahead: Float[Array, "year month product"] = quantity("1", "share of a month's sales that is brought forward")


class Decided(eqx.Module):
    """What a year finds decided beside the acts of places."""

    position: Int[Array, ""] = quantity("1", "of the year")
    supply: Supply
    threshold: Scalar = quantity("km", "rated range below which battery cars get no central subsidy")


def in_force(policies: Policies, acts: Acts) -> Policies:
    """A year's policies with what places act: the same in every month; ratios and provincial sums have ended."""
    months = lambda values: jnp.repeat(values[None], 12, axis=0)  # noqa: E731
    nothing = jnp.zeros_like(policies.ratio_city)
    return replace(
        policies, ratio_city=nothing, ratio_province=nothing, top_up_province=nothing,
        **{name: months(getattr(acts, name)) for name in Acts.__dataclass_fields__},
    )  # fmt: skip


replay = eqx.filter_jit(every_year)
opening_state = eqx.filter_jit(initial_state)
brought_forward = eqx.filter_jit(timing.rush)


def year_given(background: Background, decided: Decided) -> tuple:
    """What a year takes as given, as in `steps.year_step`."""
    at, setting = decided.position, background.setting
    now = past_threshold(supplied(of_year(setting, at), decided.supply), decided.threshold)
    year = jnp.asarray(setting.axes.years, setting.price.dtype)[at]
    return now, of_year(background.policies, at), year, setting.battery_reference[at], background.ahead[at]


@jax.jit
def governed_year(background: Background, state: State, decided: Decided, acts: Acts, bare: Acts):
    """A year with the acts of places: the state after it, its record, and its sales (2, place, class) at the pace of its middle month with these acts
    and with `bare` ones.
    """
    given = year_given(background, decided)
    both = jax.tree.map(lambda *each: jnp.stack(each), acts, bare)
    sold = _sold(background.parameters, state, given, both)
    after, record = year_step(background.parameters, state, (given[0], in_force(given[1], acts), *given[2:]))
    return after, record, sold


@jax.jit
def sold_in_year(background: Background, state: State, decided: Decided, variants: Acts) -> Float[Array, "variant place class"]:
    """Sales of a year at the pace of its middle month under each variant of what places act (a leading axis), all else alike."""
    return _sold(background.parameters, state, year_given(background, decided), variants)


def _sold(parameters: MarketParameters, state: State, given: tuple, variants: Acts) -> Float[Array, "variant place class"]:
    """As `sold_in_year`. A campaign works through awareness: half of what it adds in a year is there on average."""
    setting, policies, year_of, recorded, ahead = given
    p = parameters
    pack, credit = prices_of_year(p, state, setting, policies, recorded)
    gaps = pack - setting.pack_reference, credit - setting.credit_reference
    scrap = fleet.scrapped_in_year(state.fleet, setting.survival) / 12
    (now, acting), (rest, others) = zip(split(setting, MONTHLY), split(policies, MONTHLY), strict=True)
    middle = lambda part: jax.tree.map(lambda each: each[MIDDLE], part)  # noqa: E731
    now, acting = eqx.combine(middle(now), rest), eqx.combine(middle(acting), others)
    date = jnp.asarray(year_of, setting.price.dtype) + (MIDDLE - 5.5) / 12

    def sold(acts: Acts) -> jax.Array:
        nothing = jnp.zeros_like(acting.ratio_city)
        local = {name: getattr(acts, name) for name in Acts.__dataclass_fields__}
        policy = replace(acting, ratio_city=nothing, ratio_province=nothing, top_up_province=nothing, **local)
        aware = demand.more_aware(state.aware_plugin, 0.0, 0.0, 0.0, 0.0, 0.0, 6 * p.k2_plugin * acts.campaign)
        seen = eqx.tree_at(lambda s: s.aware_plugin, state, aware)
        _, record = month_step(p, (date, ahead[MIDDLE]), gaps, scrap, now, policy, seen)
        return record.classes * (12 / jnp.maximum(now.season, 1e-3))

    return jax.lax.map(sold, variants)
