"""What survives: vehicles by place, class and age, a year at a time.

Within a year scrapping is spread evenly over the months; at its end every age moves up and the year's sales enter. So
stock(end) = stock(start) + sold - scrapped holds exactly, place by place and class by class.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float


def scrapped_in_year(
    fleet: Float[Array, "place class age"], survival: Float[Array, "class age"]
) -> Float[Array, "place class"]:
    """Vehicles of the year's opening fleet that do not outlive it."""
    return jnp.sum(fleet * (1 - survival), axis=-1)


def a_year_older(
    fleet: Float[Array, "place class age"], survival: Float[Array, "class age"], sold: Float[Array, "place class"]
) -> Float[Array, "place class age"]:
    """The fleet a year later: survivors move up one age, the last age keeps its own, the year's sales come first."""
    alive = fleet * survival
    older = jnp.concatenate([sold[..., None], alive[..., :-1]], axis=-1)
    return older.at[..., -1].add(alive[..., -1])
