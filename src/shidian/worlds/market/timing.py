"""Purchases brought forward: buyers who know that the state will give less soon come now, and are missing afterwards.

Rules are published before they hold. m[j, t] is the money that the state leaves a buyer of product j in month t wherever he
lives: the subsidy that every place may claim, less the purchase tax. Of the buyers of month t + k, k = 1, 2, 3, ... a share

    phi[j, k] = 1 - exp(-foresight * alpha_local / 10000 * max(0, m[j, t + k - 1] - m[j, t + k]))

comes forward where the step is k months ahead, half as many for each month further: sales in t are higher by the factor
1 + sum_k phi[j, k] / 2^(k - 1). They are missing later: of what a class has sold ahead in a place, half is taken out of its
sales in each following month, and never more than seven tenths of what would have been sold.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from ...foundations.quantities import quantity
from .by_class import spread, summed
from .parameters import MarketParameters
from .policies import Policies
from .setting import Axes, Setting
from .supply import purchase_tax

MONTHS_AHEAD = 3
REPAID, AT_MOST = 0.5, 0.7  # share of what was sold ahead that is missing in the next month, and how much of a month may be missing


def rush(parameters: MarketParameters, setting: Setting, policies: Policies) -> Float[Array, "year month product"]:
    """Sales brought forward into each month, over the month's own."""
    p, classes = parameters, list(setting.axes.class_of)
    everywhere = jnp.min(policies.sites, axis=2)[..., classes]
    waived = policies.tax_exemption[..., classes] * setting.tax_threshold
    left = everywhere * setting.subsidy - purchase_tax(setting.price, policies.purchase_tax[..., classes], waived, p.vat)
    months = left.reshape(-1, left.shape[-1])
    held = jnp.concatenate([months, jnp.repeat(months[-1:], MONTHS_AHEAD, axis=0)])
    steps = jnp.maximum(held[:-1] - held[1:], 0.0)
    share = 1 - jnp.exp(-p.foresight * p.alpha_local / 1e4 * steps)
    share = jnp.concatenate([share, jnp.zeros_like(share[:1])])
    ahead = sum(share[k : k + len(months)] / 2.0**k for k in range(MONTHS_AHEAD))
    return ahead.reshape(left.shape)


class Moved(eqx.Module):
    """One month's sales after purchases have moved in time, and class sums before and after."""

    sold: Float[Array, "place product"] = quantity("vehicle/month", "sales as they happen")
    wanted: Float[Array, "place class"] = quantity("vehicle/month", "sales had nobody looked ahead")
    classes: Float[Array, "place class"] = quantity("vehicle/month", "sales as they happen")
    owed: Float[Array, "place class"] = quantity("vehicle", "sales that later months will miss")


def moved(sold: Float[Array, "place product"], ahead: Float[Array, "product"], owed: Float[Array, "place class"], axes: Axes) -> Moved:
    """Move a month's sales in time."""
    wanted, early = (summed(each, axes.class_of, len(axes.classes)) for each in (sold, sold * ahead))
    missing = jnp.minimum(REPAID * owed, AT_MOST * wanted)
    kept = 1 - missing / jnp.maximum(wanted, 1e-9)
    return Moved(sold * (ahead + spread(kept, axes.class_of)), wanted, wanted + early - missing, owed + early - missing)
