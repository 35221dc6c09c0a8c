"""What every package is worth where policies lie along one line, and nobody knows where the line leads.

Package m goes m steps along the line, package 0 none. What a step adds, for goal g in place p, is drawn once for all:

    worth[g, p, m] = sum over i < m of  mu + sigma (sqrt(s) common[g, i] + sqrt(1 - s) local[g, p, i])

with common and local standard normal: a Brownian path seen at whole steps, with drift mu and variance sigma^2 a step, of which
the share s is common to all places. Between two tried packages it is a Brownian bridge, beyond the furthest one it is as open
as ever; a centre that takes steps for features believes exactly that (`governance.appraisal`), and one that loses by the square
of the distance to an ideal searches as Callander (2011) says (`worlds.theory.good_enough`).
"""

from __future__ import annotations

from functools import cache

import numpy as np


@cache
def steps(number: int) -> np.ndarray:
    """(package, step): 1 where a package takes a step, read-only.

    >>> steps(2).tolist()
    [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
    """
    table = np.tri(number + 1, number, -1)
    table.setflags(write=False)
    return table


def path(added: np.ndarray) -> np.ndarray:
    """Worth (..., package) from what each step adds (..., step)."""
    start = np.zeros((*added.shape[:-1], 1))
    return np.concatenate([start, np.cumsum(added, axis=-1)], axis=-1)
