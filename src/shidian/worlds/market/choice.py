"""Nested logit without a place x segment x product array.

No utility term varies over place, segment and product at once, so that within a nest, with scale lam,

    exp((A[s, j] + B[l, j]) / lam) = exp(A[s, j] / lam) * exp(B[l, j] / lam)

and the nest's denominator D[l, s] = sum_j of it is a small matrix product: (segment, product) by (product, place). The
nest's worth is I[l, s] = lam ln D[l, s]; a nest g is chosen with weight w_g exp(I_g) beside weight 1 for buying nothing.
Source: mcfadden1978; train2009.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

TINY = 1e-18  # keeps an empty nest's logarithm and its slope finite in float32; its weight is then nil


class Nest(eqx.Module):
    """One nest of one month: the factors of its shares and its worth to every cohort."""

    by_segment: Float[Array, "segment product"]
    by_place: Float[Array, "place product"]
    total: Float[Array, "place segment"]
    worth: Float[Array, "place segment"]


def nest(
    national: Float[Array, "segment product"],
    local: Float[Array, "place product"],
    on_sale: Float[Array, "product"],
    scale: Float[Array, ""],
) -> Nest:
    """Weigh the products of one nest. `national` and `local` are the two parts of utility; what is not sold weighs nothing.

    The largest term is taken out of both factors first: float32 holds exponents up to 88 only. Shares are exact while the
    local part spans less than 35 scales within the nest; plates, subsidies and privileges together span fewer than 20.
    """
    floor = -1e9
    top_segment = jax.lax.stop_gradient(jnp.max(jnp.where(on_sale > 0, national, floor), axis=1, keepdims=True))
    top_place = jax.lax.stop_gradient(jnp.max(local, axis=1, keepdims=True))
    sold = on_sale > 0
    by_segment = jnp.where(sold, jnp.exp(jnp.where(sold, (national - top_segment) / scale, 0.0)), 0.0)
    by_place = jnp.exp((local - top_place) / scale)
    total = by_place @ by_segment.T
    worth = top_place + top_segment.T + scale * jnp.log(total + TINY)
    return Nest(by_segment, by_place, total, worth)


def sales(nest: Nest, buyers: Float[Array, "place segment"]) -> Float[Array, "place product"]:
    """Spread a nest's buyers over its products: sum_s buyers[l, s] * share[l, s, j]."""
    return nest.by_place * ((buyers / (nest.total + TINY)) @ nest.by_segment)


def nest_shares(
    worths: list[Float[Array, "place segment"]], weights: list[Float[Array, "place 1"]]
) -> list[Float[Array, "place segment"]]:
    """Probability of each nest beside buying nothing, whose worth is zero and weight one."""
    terms = [weight * jnp.exp(jnp.minimum(worth, 60.0)) for worth, weight in zip(worths, weights, strict=True)]
    whole = 1.0 + sum(terms)
    return [term / whole for term in terms]
