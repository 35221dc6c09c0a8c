"""From classes to products and back, without a matrix: products of a class stand beside each other in few runs, so that slices do it.

A product with a matrix of ones and noughts does the same at several times the cost, since the matrices here are small.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


@cache
def runs(class_of: tuple[int, ...]) -> tuple[tuple[int, int, int], ...]:
    """First class, first product and number of products of each run: of one class, or of single products of consecutive classes.

    >>> runs((0, 1, 1, 2))
    ((0, 0, 1), (1, 1, 2), (2, 3, 1))
    """
    found, at = [], 0
    for which, group in groupby(class_of):
        size = len(list(group))
        found.append((which, at, size))
        at += size
    return tuple(found)


def spread(values: Float[Array, "... class"], class_of: tuple[int, ...]) -> Float[Array, "... product"]:
    """Every product has what its class has."""
    parts = [_repeated(values, *run) for run in _joined(runs(class_of))]
    return jnp.concatenate(parts, axis=-1)


def summed(values: Float[Array, "... product"], class_of: tuple[int, ...], classes: int) -> Float[Array, "... class"]:
    """Sums over the products of each class, nil for a class without any."""
    sums: list[jax.Array] = [jnp.zeros_like(values[..., 0])] * classes
    for which, start, size in runs(class_of):
        part = values[..., start] if size == 1 else values[..., start : start + size].sum(axis=-1)
        sums[which] = sums[which] + part
    return jnp.stack(sums, axis=-1)


def _joined(found: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, bool]]:
    """Class, size and whether a run climbs through the classes: single products of consecutive classes are one slice."""
    joined: list[tuple[int, int, bool]] = []
    for which, _, size in found:
        first, length, climbs = joined[-1] if joined else (0, 0, False)
        if size == 1 and joined and (climbs or length == 1) and which == first + length:
            joined[-1] = (first, length + 1, True)
        else:
            joined.append((which, size, False))
    return joined


def _repeated(values: jax.Array, which: int, size: int, climbs: bool) -> jax.Array:
    if climbs:
        return values[..., which : which + size]
    return jnp.broadcast_to(values[..., which : which + 1], (*values.shape[:-1], size))
