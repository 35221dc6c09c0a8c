"""The market a year at a time, for those who govern it: state in, state and record out, and what packages add to a year's sales.

What a package adds is the truth that only the world knows: the sales of a middle month with it, less those of the same month, the same
people and the same cars on the road without it, times what the month is to the year.
"""

from __future__ import annotations

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from . import demand, fleet, timing
from .parameters import MarketParameters
from .policies import Policies
from .run import every_year, initial_state
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


def in_force(policies: Policies, acts: Acts) -> Policies:
    """A year's policies with what places act: the same in every month; ratios and provincial sums have ended."""
    months = lambda values: np.repeat(np.asarray(values, np.float32)[None], 12, axis=0)  # noqa: E731
    nothing = np.zeros_like(policies.ratio_city)
    return replace(
        policies, ratio_city=nothing, ratio_province=nothing, top_up_province=nothing,
        **{name: months(getattr(acts, name)) for name in Acts.__dataclass_fields__},
    )  # fmt: skip


replay = eqx.filter_jit(every_year)
opening_state = eqx.filter_jit(initial_state)
brought_forward = eqx.filter_jit(timing.rush)


@eqx.filter_jit
def one_year(parameters: MarketParameters, state: State, given: tuple) -> tuple[State, YearRecord]:
    """One year; `given` as in `steps.year_step`."""
    return year_step(parameters, state, given)


@eqx.filter_jit
def sold_in_year(parameters: MarketParameters, state: State, given: tuple, variants: Acts) -> Float[Array, "variant place class"]:
    """Sales of a year at the pace of its middle month under each variant of what places act (a leading axis), all else alike.

    A campaign works through awareness: half of what it adds in a year is there on average.
    """
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
