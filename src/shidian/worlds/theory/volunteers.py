"""Volunteers: each place waits for another to pay for the trial that all may copy (Strumpf 2002, in a reduced form of ours).

A trial costs its place c = -m, and succeeds with probability p, for all alike; whoever uses the policy then gains b. A place
that has not tried may copy, and keeps a part k (copyability) of the gain. Where others try with probability q each, a place
is indifferent if m + p b = k p b (1 - (1 - q)^(n - 1)). With x = c / (p b) < 1 the symmetric equilibrium is

    (1 - q)^(n - 1) = y,   y = max(0, 1 - (1 - x) / k),     P(someone tries) = 1 - y^(n / (n - 1)),

which falls in n and in k; at k = 1 it falls from 1 - x^2 to 1 - x. A centre that counts what all gain tries iff
m + n p b > 0. A subsidy s to whoever tries replaces m by m + s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...foundations.streams import stream
from .check import Check, mean_of

SOURCE = "Strumpf 2002, reduced form"
BATCHES = 20


@dataclass(frozen=True)
class Volunteers:
    """Places, private cost of trying, chance of success, gain of whoever uses a success, part of it that a copy keeps, subsidy."""

    places: int = 15
    cost: float = 0.3
    success: float = 0.5
    gain: float = 2.0
    copyability: float = 1.0
    subsidy: float = 0.0

    @property
    def borne(self) -> float:
        """What the place itself pays for a trial."""
        return self.cost - self.subsidy


def probability_of_trying(p: Volunteers) -> float:
    """q, the chance that one place tries, in the symmetric equilibrium."""
    return 1 - others_wait(p) ** (1 / (p.places - 1))


def others_wait(p: Volunteers) -> float:
    """y, the chance that no other place tries."""
    x = p.borne / (p.success * p.gain)
    return float(np.clip(1 - (1 - x) / p.copyability, 0.0, 1.0)) if p.copyability else float(x > 1)


def probability_of_any(p: Volunteers) -> float:
    """Chance that the country sees an experiment at all.

    >>> [round(probability_of_any(Volunteers(n)), 2) for n in (2, 5, 15, 31)]
    [0.91, 0.78, 0.72, 0.71]
    """
    return 1 - others_wait(p) ** (p.places / (p.places - 1))


def value_to_centre(p: Volunteers) -> float:
    """What one trial is worth to the country, -c + n p b; a centre tries where it is above zero."""
    return -p.cost + p.places * p.success * p.gain


def settle(p: Volunteers, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """The chance of trying at which a place gains as much by trying as by waiting, found from played rounds, for each batch.

    Nobody knows the formula: payoffs are counted over `rounds` rounds, and the chance is halved in on until they are level.
    """
    worked = rng.random((BATCHES, rounds)) < p.success
    first_of_others = rng.random((BATCHES, rounds, p.places - 1)).min(axis=2)
    trying = -p.borne + p.gain * worked.mean(axis=1)
    low, high = np.zeros(BATCHES), np.ones(BATCHES)
    for _ in range(30):
        middle = (low + high) / 2
        waiting = p.copyability * p.gain * (worked & (first_of_others < middle[:, None])).mean(axis=1)
        low, high = np.where(trying > waiting, middle, low), np.where(trying > waiting, high, middle)
    return (low + high) / 2


def simulate_any(p: Volunteers, runs: int, seed: int) -> np.ndarray:
    """Share of rounds in which some place tries, once places have settled, for each of 20 batches of runs / 4 rounds (2,500 or more)."""
    rng = stream(seed, "theory", "volunteers", p.places)
    rounds = max(runs // 4, 2500)
    chance = settle(p, rounds, rng)
    return (rng.random((BATCHES, rounds, p.places)) < chance[:, None, None]).any(axis=2).mean(axis=1)


def simulate_centre(p: Volunteers, runs: int, seed: int) -> np.ndarray:
    """What a trial ordered by the centre brings the country, for each run."""
    worked = stream(seed, "theory", "volunteers", "centre").random(runs) < p.success
    return -p.cost + p.places * p.gain * worked


def checks(seed: int, runs: int, p: Volunteers = Volunteers()) -> list[Check]:
    """P(any try) for several n, under half copyability and a subsidy; everybody tries where nothing can be copied; the centre."""

    def any_tries(name: str, one: Volunteers, words: str, null: bool = False) -> Check:
        return Check(name, SOURCE, words, probability_of_any(one), *mean_of(simulate_any(one, runs, seed)), null=null)

    made = [any_tries("someone tries", replace(p, places=n), f"n = {n}, x = {p.borne / (p.success * p.gain):g}") for n in (2, 5, 15, 31)]
    made.append(any_tries("someone tries, hard to copy", replace(p, copyability=0.8), f"n = {p.places}, k = 0.8"))
    made.append(any_tries("someone tries, subsidised", replace(p, subsidy=0.2), f"n = {p.places}, s = 0.2"))
    made.append(any_tries("all try what cannot be copied", replace(p, copyability=0.0), f"n = {p.places}, k = 0", null=True))
    dear = replace(p, cost=1.5)
    words = f"n = {p.places}, x = {dear.borne / (p.success * p.gain):g}: no place would try alone"
    made.append(Check("worth of a trial to the centre", SOURCE, words, value_to_centre(dear), *mean_of(simulate_centre(dear, runs, seed))))
    return made
