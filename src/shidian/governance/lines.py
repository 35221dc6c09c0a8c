"""Lines: the technologies in which experiments are made side by side.

A locality is one place in one line, so that a place may open roads to low-speed cars and give bus lanes to another kind of car at the
same time. A package belongs to one line, and a line has at most one national package. A landscape has a single line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

OUTSIDE = -1  # the line of package 0, which is to do nothing
NONE = -1  # no option


@dataclass(frozen=True)
class Lines:
    """Which line each locality and each package belongs to."""

    names: tuple[str, ...]
    localities: np.ndarray  # (locality,) line
    packages: np.ndarray  # (package,) line, OUTSIDE for package 0

    @cached_property
    def table(self) -> np.ndarray:
        """(line, option): the packages of a line, nothing first; NONE where a line has fewer than others."""
        each = [np.flatnonzero((self.packages == line) | (self.packages == OUTSIDE)) for line in range(len(self.names))]
        table = np.full((len(each), max(len(one) for one in each)), NONE)
        for row, one in zip(table, each, strict=True):
            row[: len(one)] = one
        return table

    @cached_property
    def options(self) -> np.ndarray:
        """(locality, option): the packages that a locality may have, nothing first; NONE where there are fewer."""
        return self.table[self.localities]

    @cached_property
    def option(self) -> np.ndarray:
        """(package,): at which option of its line a package stands."""
        where = np.zeros(len(self.packages), dtype=int)
        for row in self.table:
            real = row != NONE
            where[row[real]] = np.flatnonzero(real)
        return where

    def each(self, values: np.ndarray) -> np.ndarray:
        """(locality, option): values (package,) or (locality, package) of what each locality may have."""
        return values[self.options] if values.ndim == 1 else values[np.arange(len(values))[:, None], self.options]

    @cached_property
    def real(self) -> np.ndarray:
        """(locality, option): whether there is such an option."""
        return self.options != NONE


def one_line(localities: int, packages: int, name: str = "policy") -> Lines:
    """Everything in one line.

    >>> one_line(2, 3).packages.tolist()
    [-1, 0, 0]
    """
    of_package = np.zeros(packages, dtype=int)
    of_package[0] = OUTSIDE
    return Lines((name,), np.zeros(localities, dtype=int), of_package)
