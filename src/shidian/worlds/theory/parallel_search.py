"""Parallel search: many places try at once, and the country copies the best (Kollman, Miller & Page 2000; Saam & Kerber 2013).

Each of n places draws a policy whose quality is standard normal; two places' draws are correlated by rho, since they share
advice or conditions. Copying costs nothing, so the country ends with the best of n:

    E[best] = sqrt(1 - rho) * E[max of n independent draws],    E[max_n] = integral of x n phi(x) Phi(x)^(n - 1) dx.

A policy that turns out to hurt is suffered by those who tried it: 1/n of the country if one place tries, all of it if the
centre does: E[harm] = share * phi(0).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import integrate, special

from ...foundations.streams import stream
from .check import Check, mean_of

SOURCE = "Kollman, Miller & Page 2000; Saam & Kerber 2013"


@dataclass(frozen=True)
class ParallelSearch:
    """How many places try, and how alike their draws are (a correlation, 0 to 1)."""

    places: int = 31
    correlation: float = 0.0


def density(x: float) -> float:
    """phi(x), the standard normal density."""
    return float(np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))


def expected_best(p: ParallelSearch) -> float:
    """Expected quality of the best policy tried, in standard deviations of one draw.

    >>> [round(expected_best(ParallelSearch(n)), 2) for n in (2, 5, 10, 31, 334)]
    [0.56, 1.16, 1.54, 2.06, 2.91]
    """
    n = p.places
    best, _ = integrate.quad(lambda x: x * n * density(x) * special.ndtr(x) ** (n - 1), -9, 9, epsabs=1e-10)
    return float(np.sqrt(1 - p.correlation) * best)


def expected_harm(p: ParallelSearch, *, local: bool) -> float:
    """Expected loss per head of the country from one untried policy, tried by one place or by all."""
    return density(0.0) / (p.places if local else 1)


def simulate_best(p: ParallelSearch, runs: int, seed: int) -> np.ndarray:
    """Quality that the country ends with after every place has tried and copied the best, for each run."""
    rng = stream(seed, "theory", "parallel search", p.places)
    common, own = rng.standard_normal((runs, 1)), rng.standard_normal((runs, p.places))
    quality = np.sqrt(p.correlation) * common + np.sqrt(1 - p.correlation) * own
    return quality.max(axis=1)


def simulate_harm(p: ParallelSearch, runs: int, seed: int, *, local: bool) -> np.ndarray:
    """Loss per head while a policy of unknown effect is tried by the first place or by every place, for each run."""
    effect = stream(seed, "theory", "wrong policy", p.places).standard_normal((runs, 1))
    tried = np.arange(p.places) < (1 if local else p.places)
    return np.where(tried, np.maximum(-effect, 0.0), 0.0).mean(axis=1)


def checks(seed: int, runs: int, p: ParallelSearch = ParallelSearch()) -> list[Check]:
    """Best of n for several n, the gain under correlation (none at rho = 1), and who suffers from a wrong policy."""
    settings = [*(replace(p, places=n) for n in (2, 5, 10, 31)), *(replace(p, correlation=rho) for rho in (0.5, 1.0))]
    made = [
        Check("best of n", SOURCE, f"n = {one.places}, rho = {one.correlation:g}", expected_best(one), *mean_of(simulate_best(one, runs, seed)))
        if one.correlation < 1
        else Check("no gain from identical draws", SOURCE, f"n = {one.places}, rho = 1", 0.0, *mean_of(simulate_best(one, runs, seed)), null=True)
        for one in settings
    ]
    for local, name in ((True, "harm of a wrong policy, tried in one place"), (False, "harm of a wrong policy, tried by the centre")):
        made.append(Check(name, SOURCE, f"n = {p.places}", expected_harm(p, local=local), *mean_of(simulate_harm(p, runs, seed, local=local))))
    return made
