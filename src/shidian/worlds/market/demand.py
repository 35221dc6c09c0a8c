"""Who is in the market this month, and how well they know what is new.

First-time buyers follow a Gompertz curve of ownership against income; owners come back when a vehicle is scrapped; and
households without a car renew their mobility now and then, when a low-speed car may be what they buy.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from ...foundations.quantities import quantity
from .parameters import MarketParameters, Scalar


class Shoppers(eqx.Module):
    """Households that decide this month."""

    cars: Float[Array, "place segment"] = quantity("household/month", "choose among cars, low-speed cars and nothing")
    mobility: Float[Array, "place segment"] = quantity("household/month", "choose between a low-speed car and nothing")


class Returning(eqx.Module):
    """Owners whose vehicle was scrapped this month, and low-speed cars still in use."""

    cars: Float[Array, "place segment"] = quantity("vehicle/month", "cars scrapped, by the band of their owners")
    lowspeed: Float[Array, "place"] = quantity("vehicle/month", "low-speed cars scrapped")
    lowspeed_stock: Float[Array, "place"] = quantity("vehicle", "low-speed cars in use")


def ownership_target(parameters: MarketParameters, income_head: Float[Array, "segment"]) -> Float[Array, "segment"]:
    """Cars per household that an income leads to: V* = max * exp(-a * exp(-b * income)). Source: dargay2007."""
    p = parameters
    return p.gompertz_max * jnp.exp(-p.gompertz_alpha * jnp.exp(-p.gompertz_beta * income_head))


def shoppers(
    parameters: MarketParameters,
    households: Float[Array, "place segment"],
    owned: Float[Array, "place segment"],
    returning: Returning,
    target: Float[Array, "segment"],
    season: Scalar,
) -> Shoppers:
    """Shoppers of one month; what is scrapped is this month's, stocks stand at its start.

    Cars: shoppers * (adjustment / 12 * gap + scrapped). Mobility: turnover / 12 of the households with neither a car nor a
    low-speed car, and the owners of low-speed cars that were scrapped; both spread over bands as households without a car are.
    """
    p = parameters
    gap = jnp.maximum(target * households - owned, 0.0)
    cars = p.shoppers * season * (p.adjustment / 12 * gap + returning.cars)
    carless = jnp.maximum(households - owned, 0.0)
    whole = jnp.sum(carless, axis=1) + 1e-6
    afoot = jnp.maximum(whole - returning.lowspeed_stock, 0.0)
    mobility = season * (p.mobility_turnover / 12 * afoot + returning.lowspeed)[:, None] * carless / whole[:, None]
    return Shoppers(cars, mobility)


def more_aware(
    aware: Float[Array, "place"],
    seen: Float[Array, "place"],
    nation: Scalar,
    neighbour: Scalar,
    own: Scalar,
    peers: Scalar,
    push: Float[Array, "place"] | float,
) -> Float[Array, "place"]:
    """Awareness a month later: da/dt = (k0 + k1 * seen + push) * (1 - a), solved exactly over the month.

    What is seen is a blend of the place's own stock share and the nation's.
    """
    rate = own + peers * ((1 - neighbour) * seen + neighbour * nation) + push
    return 1 - (1 - aware) * jnp.exp(-rate / 12)
