"""What vehicles cost: batteries that learn, credits that pay for them, money that the state adds or takes.

List prices are recorded ones, made at a recorded pack price and a recorded credit price. What the model moves is the
difference: price = list + markup * kWh * (pack - recorded pack) - pass * credits * (credit price - recorded one).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from .parameters import MarketParameters, Scalar


MOST_CHARGERS = 50.0  # public chargers per plug-in vehicle beyond which more are not felt


def pack_price(
    parameters: MarketParameters, recorded: Scalar, cumulative: Scalar, cumulative_recorded: Scalar
) -> Scalar:
    """Lithium pack price, RMB/kWh: Wright's law beside a trend.

    c(Q, t) = trend(t) * Q^-b with b = -log2(1 - learning); the trend is the one that gives the recorded price at the
    recorded cumulative output, so that learning alone never claims all of the fall. Source: ziegler2021.
    """
    exponent = -jnp.log2(1 - parameters.learning)
    return recorded * (cumulative / cumulative_recorded) ** (-exponent)


def credit_price(
    parameters: MarketParameters,
    sold: Float[Array, "product"],
    credits: Float[Array, "product"],
    maker_share: Float[Array, "maker product"],
    combustion: Float[Array, "product"],
    obligation: Scalar,
) -> Scalar:
    """Price of one new-energy credit, RMB, from last year's sales: makers with too few buy from makers with too many.

    price = cap * D^e / (D^e + S^e), D the credits lacking (fuel-consumption deficits included), S those to spare; nil where
    nothing is owed. The cap is what a missing credit costs otherwise.
    """
    p = parameters
    earned = maker_share @ (sold * credits)
    cars = maker_share @ (sold * combustion)
    balance = earned - obligation * cars
    spare = jnp.sum(jnp.maximum(balance, 0.0)) + 1.0
    lacking = jnp.sum(jnp.maximum(-balance, 0.0)) + p.cafc_demand * jnp.sum(cars) + 1.0
    ratio = (spare / lacking) ** p.credit_elasticity
    return jnp.where(obligation > 0, p.credit_cap / (1 + ratio), 0.0)


def purchase_tax(
    price: Float[Array, "product"], rate: Float[Array, "product"], waived: Float[Array, "product"], vat: Scalar
) -> Float[Array, "product"]:
    """Purchase tax due on one vehicle, RMB, and so relief = tax at waived 0 less this."""
    return jnp.maximum(price, 0.0) / (1 + vat) * rate * (1 - waived)


def within_cap(
    local: Float[Array, "place product"], central: Float[Array, "place product"], price: Float[Array, "product"], cap: Scalar
) -> Float[Array, "place product"]:
    """Local subsidies that are paid: what the cap on all subsidies over the price leaves after the central one."""
    return jnp.clip(cap * price - central, 0.0, local)


def chargers_seen(piles: Float[Array, "place"], plugins: Float[Array, "place"]) -> Float[Array, "place"]:
    """ln(1 + public chargers per plug-in vehicle), of which no more than fifty count: chargers came before cars in many places."""
    return jnp.log1p(piles / (plugins + 1.0 + piles / MOST_CHARGERS))


def range_worth(parameters: MarketParameters, range_km: Float[Array, "product"], battery_only: Float[Array, "product"]):
    """Utility of range: b * (1 - exp(-km / scale)) for battery cars, all of b for those that can refuel."""
    p = parameters
    return p.b_range * (1 - battery_only * jnp.exp(-range_km / p.range_scale))
