"""Disappointment: what a pilot promised and the country did not get, by the centre's sophistication (Wang & Yang 2025; signal model ours).

A policy's true national effect is tau ~ N(0, 1). Its pilot shows y = tau + B + e, e ~ N(0, s^2), where B is how far pilots flatter:
richer sites (beta z) and effort that ends with the pilot (gamma de). A centre of sophistication lambda (0 to 1) takes
lambda B off, believes k (y - lambda B) with k = 1 / (1 + s^2), and rolls out what it believes to be good:

    rolled out           Phi((1 - lambda) B / sqrt(1 + s^2))
    harmful of these     P(tau < 0 | y > lambda B)
    over-promise         E[belief - tau | rolled out] = k (1 - lambda) B.

A centre that takes the figure as it comes (no shrinkage) is let down even at lambda = 1, by (1 - k) E[y - B | y > B]: the
winner's curse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import integrate, special

from ...foundations.streams import stream
from .check import Check, mean_of
from .parallel_search import density

SOURCE = "Wang & Yang 2025, signal model"


@dataclass(frozen=True)
class Disappointment:
    """Flattery by sites and by effort and noise of the pilot, in standard deviations of true effects; sophistication; shrinkage."""

    from_sites: float = 0.4
    from_effort: float = 0.3
    noise: float = 0.5
    sophistication: float = 0.0
    shrinks: bool = True

    @property
    def flattery(self) -> float:
        """B, by how much a pilot's mean lies above the truth."""
        return self.from_sites + self.from_effort

    @property
    def left(self) -> float:
        """(1 - lambda) B, the part that the centre does not see through."""
        return (1 - self.sophistication) * self.flattery

    @property
    def weight(self) -> float:
        """k, the part of a surprise that a Bayesian believes."""
        return 1 / (1 + self.noise**2)


def share_rolled_out(p: Disappointment) -> float:
    """Share of pilots that become national policy."""
    return float(special.ndtr(p.left * np.sqrt(p.weight)))


def share_harmful(p: Disappointment) -> float:
    """Share of national policies that do harm, tau < 0.

    >>> [round(share_harmful(Disappointment(sophistication=one)), 2) for one in (0, 0.5, 1)]
    [0.33, 0.24, 0.15]
    """
    both, _ = integrate.quad(lambda tau: density(tau) * special.ndtr((tau + p.left) / p.noise), -9, 0, epsabs=1e-10)
    return float(both / share_rolled_out(p))


def over_promise(p: Disappointment) -> float:
    """By how much belief exceeds the truth among national policies."""
    if p.shrinks:
        return p.weight * p.left
    spread = np.sqrt(1 + p.noise**2)
    seen = p.left + spread * density(p.left / spread) / share_rolled_out(p)
    return float(p.weight * p.left + (1 - p.weight) * seen)


def simulate(p: Disappointment, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether each pilot is rolled out, its true effect, and what the centre believes of it. The centre never sees the truth."""
    rng = stream(seed, "theory", "disappointment")
    effect = rng.standard_normal(runs)
    shown = effect + p.from_sites + p.from_effort + p.noise * rng.standard_normal(runs)
    corrected = shown - p.sophistication * (p.from_sites + p.from_effort)
    belief = corrected / (1 + p.noise**2) if p.shrinks else corrected
    return belief > 0, effect, belief


def checks(seed: int, runs: int, p: Disappointment = Disappointment()) -> list[Check]:
    """Roll-out, harm and over-promise for three degrees of sophistication; none for a full one that shrinks, some if it does not."""
    made = []
    for one in (replace(p, sophistication=degree) for degree in (0.0, 0.5, 1.0)):
        out, effect, belief = simulate(one, runs, seed)
        words, null = f"lambda = {one.sophistication:g}", one.sophistication == 1
        made.append(Check("pilots rolled out", SOURCE, words, share_rolled_out(one), *mean_of(out), null=null))
        made.append(Check("harmful among those rolled out", SOURCE, words, share_harmful(one), *mean_of(effect[out] < 0), null=null))
        made.append(Check("over-promise", SOURCE, words, over_promise(one), *mean_of((belief - effect)[out]), null=null))
    naive = replace(p, sophistication=1.0, shrinks=False)
    out, effect, belief = simulate(naive, runs, seed)
    made.append(Check("winner's curse without shrinkage", SOURCE, "lambda = 1", over_promise(naive), *mean_of((belief - effect)[out])))
    return made
