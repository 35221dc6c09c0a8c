"""Clustering: like places adopt alike and one after another although nobody learns (Volden, Ting & Carpenter 2008; reduced form ours).

A place's ideal t is uniform on -1 to 1, a policy at 0 seems worth v in period 1 and v + dv in period 2, for reasons that all share.
A place has adopted by then iff the worth exceeds |t| plus a taste e ~ N(0, s^2) of its own:

    F1 = Phi((v - |t|) / s),    F2 = Phi((v + dv - |t|) / s).

Two places with the same ideal and separate tastes adopt alike: the correlation of their adoption is Var(F1) / (E F1 (1 - E F1)).
And a newcomer seems to follow: P(adopts in 2 | twin did in 1) = E[F1 (F2 - F1)] / E[F1 (1 - F1)] exceeds
P(adopts in 2 | twin did not) = E[(1 - F1) (F2 - F1)] / E[(1 - F1)^2]. None of this shows learning. What does is that the twin's
*outcome* matters: success raises the worth by g, failure lowers it by g, only if places learn from each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from ...foundations.streams import stream
from .check import Check, mean_of

SOURCE = "Volden, Ting & Carpenter 2008, reduced form"
BATCHES = 20
NODES, WEIGHTS = np.polynomial.legendre.leggauss(80)


@dataclass(frozen=True)
class Clustering:
    """Worth in period 1, its rise to period 2, spread of tastes, chance of a good outcome, what a twin's outcome adds or takes."""

    worth: float = 0.3
    rise: float = 0.3
    spread: float = 0.2
    success: float = 0.5
    lesson: float = 0.2


def over_ideals(values: np.ndarray) -> float:
    """Mean over |t|, uniform on 0 to 1, of values at the nodes of `adopting`."""
    return float(WEIGHTS @ values / 2)


def adopting(p: Clustering, added: float = 0.0) -> np.ndarray:
    """Chance of having adopted once the worth is v + added, for ideals at the nodes."""
    return special.ndtr((p.worth + added - (NODES + 1) / 2) / p.spread)


def twin_correlation(p: Clustering) -> float:
    """Correlation of adoption in period 1 between places with the same ideal."""
    first = adopting(p)
    mean = over_ideals(first)
    return (over_ideals(first**2) - mean**2) / (mean * (1 - mean))


def follows(p: Clustering, *, adopted: bool) -> float:
    """Chance that a place that had not adopted does in period 2, if its twin had (or had not), without learning."""
    first = adopting(p)
    new, twin = adopting(p, p.rise) - first, first if adopted else 1 - first
    return over_ideals(twin * new) / over_ideals(twin * (1 - first))


def effect_of_outcome(p: Clustering) -> float:
    """How much likelier a place adopts in period 2 after its twin's success than after its failure, where places learn."""
    first = adopting(p)
    up, down = (np.maximum(adopting(p, p.rise + sign * p.lesson) - first, 0.0) for sign in (1, -1))
    return over_ideals(first * (up - down)) / over_ideals(first * (1 - first))


def simulate(p: Clustering, runs: int, seed: int, *, learning: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Adoption in periods 1 and 2, (pair, twin), and whether the policy turned out well for each pair."""
    rng = stream(seed, "theory", "clustering")
    distance = np.abs(rng.uniform(-1, 1, (runs, 1)))
    taste, well = p.spread * rng.standard_normal((runs, 2)), rng.random(runs) < p.success
    first = p.worth > distance + taste
    heard = np.where(first[:, ::-1], np.where(well, p.lesson, -p.lesson)[:, None], 0.0) if learning else 0.0
    return first, first | (p.worth + p.rise + heard > distance + taste), well


def share(sample: np.ndarray) -> tuple[float, float]:
    """A share and its squared standard error, which one more case of either kind keeps above zero."""
    surely = (np.sum(sample) + 1) / (sample.size + 2)
    return float(np.mean(sample)), float(surely * (1 - surely) / sample.size)


def apart(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Difference of two shares, and its standard error."""
    (high, first), (low, second) = share(one), share(other)
    return high - low, float(np.sqrt(first + second))


def outcome_gap(p: Clustering, runs: int, seed: int, *, learning: bool) -> tuple[float, float]:
    """Adoption by those whose twin went first, after success less after failure, and its standard error."""
    first, second, well = simulate(p, runs, seed, learning=learning)
    alone = first[:, 0] & ~first[:, 1]
    return apart(second[alone & well, 1], second[alone & ~well, 1])


def checks(seed: int, runs: int, p: Clustering = Clustering()) -> list[Check]:
    """Without learning, likeness and seeming contagion all the same; and the one figure that is there only with learning."""
    first, second, _ = simulate(p, runs, seed, learning=False)
    words = f"v = {p.worth:g}, dv = {p.rise:g}, s = {p.spread:g}"
    alike = [np.corrcoef(part.T)[0, 1] for part in np.array_split(first, BATCHES)]
    made = [Check("twins adopt alike", SOURCE, words, twin_correlation(p), *mean_of(np.array(alike)), null=True)]
    had, not_yet = first[:, 0] & ~first[:, 1], ~first[:, 0] & ~first[:, 1]
    after, before = second[had, 1], second[not_yet, 1]
    gap = follows(p, adopted=True) - follows(p, adopted=False)
    made.append(Check("newcomers seem to follow", SOURCE, words, gap, *apart(after, before), null=True))
    made.append(Check("seeming contagion is above zero", SOURCE, words, 0.0, *apart(after, before), relation="above", null=True))
    made.append(Check("outcome matters, learning off", SOURCE, words, 0.0, *outcome_gap(p, runs, seed, learning=False), null=True))
    learned = outcome_gap(p, runs, seed, learning=True)
    made.append(Check("outcome matters, learning on", SOURCE, f"{words}, g = {p.lesson:g}", effect_of_outcome(p), *learned))
    return made
