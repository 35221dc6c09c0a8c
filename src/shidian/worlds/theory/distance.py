"""Distance from the model: who copies the leader does well near it and badly in between (Mukand & Rodrik 2005, in a reduced form of ours).

A place at distance d from the leader's conditions that imitates gets -d. One that tries on its own gets 0 with probability p,
-C otherwise. Departing from the model also costs its makers r in standing, which the place does not get back. So places imitate
up to d_hat = (1 - p) C + r, although own trials would be better from (1 - p) C on:

    E[performance | d] = -d (variance 0) up to d_hat,   -(1 - p) C (variance p (1 - p) C^2) beyond.

With r > 0 it falls, then rises: near places do best, those just short of d_hat worst, far ones in between with high variance.
With r = 0 it falls and stays level. Both are convex, so a positive quadratic term alone does not show a U; the rise does. The
quadratic term of a regression over distances uniform on 0 to D is (30 / D^2) times the integral of E[performance] (6u^2 - 6u + 1) du.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import integrate

from ...foundations.streams import stream
from .check import Check, mean_of, variance_of

SOURCE = "Mukand & Rodrik 2005, reduced form"
BATCHES = 20


@dataclass(frozen=True)
class Distance:
    """Chance that an own trial succeeds, cost of one that fails, standing lost by departing from the model, largest distance."""

    success: float = 0.5
    failure: float = 1.0
    standing: float = 0.4
    furthest: float = 1.5

    @property
    def fair(self) -> float:
        """(1 - p) C, from where own trials are better."""
        return (1 - self.success) * self.failure

    @property
    def cut(self) -> float:
        """d_hat, up to where places imitate."""
        return self.fair + self.standing


def expected_performance(p: Distance, near: float, far: float) -> float:
    """Mean performance of places whose distance is uniform between two ends."""
    copied = np.clip([near, far], None, p.cut)
    return float((-(copied[1] ** 2 - copied[0] ** 2) / 2 - p.fair * ((far - near) - (copied[1] - copied[0]))) / (far - near))


def variance_beyond(p: Distance) -> float:
    """Variance of performance among places that try on their own; those that imitate have none."""
    return p.success * (1 - p.success) * p.failure**2


def quadratic_term(p: Distance) -> float:
    """Coefficient of d^2 where performance is regressed on 1, d and d^2."""

    def weighed(u: float) -> float:
        d = u * p.furthest
        return (-d if d <= p.cut else -p.fair) * (6 * u**2 - 6 * u + 1)

    total, _ = integrate.quad(weighed, 0, 1, points=[min(p.cut / p.furthest, 1.0)])
    return 30 * total / p.furthest**2


def simulate(p: Distance, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Distance and performance of each place. It weighs what it would get and be thought of, and takes the better."""
    rng = stream(seed, "theory", "distance")
    distance, works = rng.uniform(0, p.furthest, runs), rng.random(runs) < p.success
    imitate = -distance
    alone = p.success * 0.0 + (1 - p.success) * -p.failure - p.standing
    return distance, np.where(imitate >= alone, imitate, np.where(works, 0.0, -p.failure))


def fitted_terms(distance: np.ndarray, performance: np.ndarray) -> np.ndarray:
    """The quadratic term fitted to each of 20 parts of the places."""
    parts = zip(np.array_split(distance, BATCHES), np.array_split(performance, BATCHES), strict=True)
    return np.array([np.polyfit(d, y, 2)[0] for d, y in parts])


def checks(seed: int, runs: int, p: Distance = Distance()) -> list[Check]:
    """Near, in between and far; the jump of variance; the quadratic term; and the null without a care for standing."""
    distance, performance = simulate(p, runs, seed)
    words = f"p = {p.success:g}, C = {p.failure:g}, r = {p.standing:g}"
    made = []
    for name, near, far in (("near the model", 0.0, p.fair), ("in between", p.fair, p.cut), ("far from the model", p.cut, p.furthest)):
        inside = performance[(distance >= near) & (distance < far)]
        made.append(Check(f"performance {name}", SOURCE, words, expected_performance(p, near, far), *mean_of(inside)))
    beyond = performance[distance > p.cut]
    made.append(Check("variance beyond the cut", SOURCE, words, variance_beyond(p), *variance_of(beyond)))
    made.append(Check("quadratic term", SOURCE, words, quadratic_term(p), *mean_of(fitted_terms(distance, performance))))
    plain = replace(p, standing=0.0)
    distance, performance = simulate(plain, runs, seed)
    words = f"p = {p.success:g}, C = {p.failure:g}, r = 0"
    inside = (distance >= p.fair) & (distance < p.cut)
    made.append(Check("no fall in between without standing", SOURCE, words, -plain.fair, *mean_of(performance[inside]), null=True))
    made.append(Check("quadratic term without standing", SOURCE, words, quadratic_term(plain), *mean_of(fitted_terms(distance, performance)), null=True))
    return made
