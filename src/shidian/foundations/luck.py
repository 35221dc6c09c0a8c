"""Luck that belongs to names: a seed, a path of words, and one number for each key.

Two runs that share a seed share their luck wherever the path is the same, so that a change in one stage of governing, or in
who takes part, moves nobody else's (common random numbers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from .streams import uniforms


@dataclass(frozen=True)
class Luck:
    """The luck of one seed at one path of names, such as ("monitoring", 3)."""

    seed: int
    path: tuple[str | int, ...] = ()

    def of(self, *names: str | int) -> Luck:
        """The luck further down the path: of a stage, a year, or one question within them.

        >>> Luck(1).of("monitoring", 3).path
        ('monitoring', 3)
        """
        return Luck(self.seed, (*self.path, *names))

    def uniform(self, keys: np.ndarray) -> np.ndarray:
        """A number strictly between 0 and 1 for each key of `streams.name_keys`, whatever other keys there are."""
        return np.maximum(uniforms(keys, self.seed, *self.path), 2.0**-54)

    def normal(self, keys: np.ndarray) -> np.ndarray:
        """A standard normal number for each key."""
        return ndtri(self.uniform(keys))

    def gumbel(self, keys: np.ndarray) -> np.ndarray:
        """A standard Gumbel number for each key: the largest of utility plus these is a draw from the logit."""
        return -np.log(-np.log(self.uniform(keys)))
