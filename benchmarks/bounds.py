"""What a run needs at least, and how fast this machine does each kind of work in one thread.

Three kinds of work cannot be avoided in the form the kernel is written in: exponentials and logarithms of the choice, small
matrix products over products and bands, and one pass through memory over what is given and what is recorded. Each count is
divided by the best rate measured here in one thread, which is what the kernel has; their sum is the bound if nothing overlaps.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from timing import timed

MONTHS = 12


def exponentials(axes) -> int:
    """Exponentials and logarithms of a run. Each month: both factors of every product, three worths and their
    logarithms and the renewal for every cohort, the range term, two awarenesses and the chargers of every place.
    """
    places, segments, products = len(axes.places), 6, len(axes.products)
    monthly = (places + segments) * products + 7 * places * segments + products + 3 * places + segments
    return monthly * MONTHS * len(axes.years)


def matrix_flops(axes) -> float:
    """Multiplications and additions in matrix products of a run. Each month, over (place, product): denominators and sales
    sum over 6 bands; local utility and four subsidies over classes; records take classes + 2 and 2 x classes columns.
    """
    places, products, classes = len(axes.places), len(axes.products), len(axes.classes)
    columns = 2 * 6 + 4 * classes + (classes + 2) + 2 * classes
    return 2.0 * places * products * columns * MONTHS * len(axes.years)


def traffic(*trees) -> int:
    """Bytes of all arrays that are given and recorded, each touched once."""
    return sum(leaf.nbytes for leaf in jax.tree.leaves(trees) if hasattr(leaf, "nbytes"))


def rates(places: int, products: int) -> dict[str, float]:
    """Exponentials, matrix flops and bytes a second, each by the fastest way tried: float32, one thread."""
    exp = max(_numpy_exp_rate(places, products), _xla_exp_rate(places, products))
    return {"exponentials": exp, "flops": _product_rate(), "bytes": _add_rate()}


def _numpy_exp_rate(places: int, products: int, rounds: int = 200) -> float:
    given = np.linspace(-5, 0, places * products, dtype=np.float32)
    out = np.empty_like(given)
    return given.size * rounds / timed(lambda: [np.exp(given, out=out) for _ in range(rounds)], 9).least


def _xla_exp_rate(places: int, products: int, rounds: int = 200) -> float:
    start = jnp.full((places, products), -0.5, jnp.float32)
    again = jax.jit(lambda x: jax.lax.fori_loop(0, rounds, lambda _, y: jnp.exp(-y), x))
    return start.size * rounds / timed(lambda: again(start).block_until_ready(), 9).least


def _product_rate(size: int = 512) -> float:
    """Of square matrices that the cache holds."""
    square = jnp.ones((size, size), jnp.float32)
    product = jax.jit(lambda x: x @ x)
    return 2.0 * size**3 / timed(lambda: product(square).block_until_ready(), 25).least


def _add_rate(size: int = 2**24) -> float:
    """Of a = b + c over arrays that no cache holds: two reads and a write."""
    a, b, c = np.zeros(size, np.float32), np.ones(size, np.float32), np.ones(size, np.float32)
    return 3 * b.nbytes / timed(lambda: np.add(b, c, out=a), 9).least


def bound(inputs, outputs) -> dict:
    """Work, rates and seconds of each kind, and the seconds of all."""
    axes = inputs[1].axes
    work = {"exponentials": exponentials(axes), "flops": matrix_flops(axes), "bytes": traffic(inputs, outputs)}
    speed = rates(len(axes.places), len(axes.products))
    seconds = {name: work[name] / speed[name] for name in work}
    return {"work": work, "rates": speed, "seconds": seconds, "total": sum(seconds.values())}
