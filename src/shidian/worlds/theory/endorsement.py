"""Endorsement: adoption is S-shaped by itself, and has a kink where the centre endorses (Bass 1969; R-curves of Chinese diffusion).

Of places that have not adopted, a share p + q F adopts a year, where F is the share that has:

    dF/dt = (p + q F) (1 - F),    F(t) = (1 - p g) / (1 + q g),    g = (1 - F0) / (p + q F0) * exp(-(p + q) t),

so adoption peaks at ln(q / p) / (p + q), where F = (q - p) / (2 q). An endorsement in year T replaces p by p + dp: the flow of
adopters then jumps by dp (1 - F(T)). Seen in years, the bend at T is F(T + 1) - 2 F(T) + F(T - 1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...foundations.streams import stream
from .check import Check, mean_of

SOURCE = "Bass 1969, endorsement ours"
PLACES = 20_000  # so many that their mean path is that of the equation


@dataclass(frozen=True)
class Endorsement:
    """Adoption unprompted and by imitation (per year), year of the endorsement, what it adds (per year), years looked at."""

    innovation: float = 0.02
    imitation: float = 0.4
    year: int = 4
    added: float = 0.3
    years: int = 20

    @property
    def peak(self) -> float:
        """When unendorsed adoption is fastest, years."""
        return float(np.log(self.imitation / self.innovation) / (self.innovation + self.imitation))


def bass(t: np.ndarray | float, p: float, q: float, start: float = 0.0) -> np.ndarray:
    """Share that has adopted t years after a share `start` had."""
    left = (1 - start) / (p + q * start) * np.exp(-(p + q) * np.asarray(t, dtype=float))
    return (1 - p * left) / (1 + q * left)


def adopted(p: Endorsement) -> np.ndarray:
    """Share that has adopted at the end of each year, from 0 on, (years + 1,)."""
    t = np.arange(p.years + 1)
    before = bass(t, p.innovation, p.imitation)
    after = bass(np.maximum(t - p.year, 0), p.innovation + p.added, p.imitation, float(before[p.year]))
    return np.where(t <= p.year, before, after)


def bend(shares: np.ndarray) -> np.ndarray:
    """Second difference of adoption, for years 1 to the last but one: how much faster than the year before."""
    return np.diff(shares, n=2, axis=-1)


def waits(p: Endorsement, innovation: float, replicates: int, rng: np.random.Generator) -> np.ndarray:
    """Time from each adoption to the next, (replicate, adoption): the first of many places that each may adopt any moment."""
    already = np.arange(PLACES)
    pace = (PLACES - already) * (innovation + p.imitation * already / PLACES)
    return rng.exponential(size=(replicates, PLACES)) / pace


def simulate(p: Endorsement, runs: int, seed: int) -> np.ndarray:
    """Share that has adopted at the end of each year, (replicate, years + 1), place by place in continuous time."""
    rng, replicates = stream(seed, "theory", "endorsement"), max(runs // 500, 4)
    before = np.cumsum(waits(p, p.innovation, replicates, rng), axis=1)
    gaps = waits(p, p.innovation + p.added, replicates, rng)
    shares = []
    for times, later in zip(before, gaps, strict=True):
        done = int(np.searchsorted(times, p.year, side="right"))
        times[done:] = p.year + np.cumsum(later[done:])
        shares.append(np.searchsorted(times, np.arange(p.years + 1), side="right") / PLACES)
    return np.array(shares)


def sharpest_bend(shares: np.ndarray) -> np.ndarray:
    """Year in which adoption quickens most, for each replicate."""
    return bend(shares).argmax(axis=-1) + 1


def checks(seed: int, runs: int, p: Endorsement = Endorsement()) -> list[Check]:
    """Adoption with and without endorsement, when it bends, and the null: unendorsed, nothing happens in that year."""
    plain = replace(p, added=0.0)
    alone, helped = simulate(plain, runs, seed), simulate(p, runs, seed)
    words = f"p = {p.innovation:g}, q = {p.imitation:g}"
    with_words = f"{words}, T = {p.year}, dp = {p.added:g}"
    made = [
        Check(f"adopted by year {year}", SOURCE, said, adopted(one)[year], *mean_of(shares[:, year]))
        for one, shares, said in ((plain, alone, words), (p, helped, with_words))
        for year in (p.year + 2, 2 * p.year)
    ]
    peak = bend(adopted(plain)).argmin() + 1
    turn = int(np.ceil(p.peak))
    made.append(Check("no faster after the peak", SOURCE, f"{words}, year {turn}", 0.0, *mean_of(bend(alone)[:, turn]), relation="below"))
    made.append(Check("sharpest slowing after the peak", SOURCE, words, float(peak), *mean_of(bend(alone).argmin(axis=1) + 1), tolerance=1.0))
    at = p.year - 1
    made.append(Check("bend in the year of endorsement", SOURCE, with_words, bend(adopted(p))[at], *mean_of(bend(helped)[:, at])))
    made.append(Check("year of the kink", SOURCE, with_words, float(p.year), *mean_of(sharpest_bend(helped)), tolerance=1.0))
    made.append(Check("bend in that year, not endorsed", SOURCE, words, bend(adopted(plain))[at], *mean_of(bend(alone)[:, at]), null=True))
    return made
