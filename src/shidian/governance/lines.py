"""Lines: the technologies in which experiments are made side by side.

A locality is one place in one line, so that a place may open roads to low-speed cars and give bus lanes to another kind of car at the
same time. A package belongs to one line, and a line has at most one national package. A landscape has a single line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OUTSIDE = -1  # the line of package 0, which is to do nothing


@dataclass(frozen=True)
class Lines:
    """Which line each locality and each package belongs to."""

    names: tuple[str, ...]
    localities: np.ndarray  # (locality,) line
    packages: np.ndarray  # (package,) line, OUTSIDE for package 0

    @property
    def offered(self) -> np.ndarray:
        """(locality, package): whether a package is of the locality's line, or nothing."""
        return (self.packages == self.localities[:, None]) | (self.packages == OUTSIDE)


def one_line(localities: int, packages: int, name: str = "policy") -> Lines:
    """Everything in one line.

    >>> one_line(2, 3).packages.tolist()
    [-1, 0, 0]
    """
    of_package = np.zeros(packages, dtype=int)
    of_package[0] = OUTSIDE
    return Lines((name,), np.zeros(localities, dtype=int), of_package)
