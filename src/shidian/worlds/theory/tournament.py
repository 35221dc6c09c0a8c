"""Tournament: what makes districts try alike or apart (Callander & Harstad 2015; the reduced form is ours).

Two districts have ideals at -h and +h. Each tries a policy x, which works with probability p; using a policy that works gives
b - |x - ideal|.

*Autonomy.* A district copies the other's success iff that suits it, |x - its ideal| < b; to be copied by a rival costs r. So
where 0 < b - 2h < r each moves out to b - h, just out of the other's reach; else both stay at their ideals:

    gap = 2 max(h, b - h) if b - 2h < r, else 2h.

*Tournament.* A centre at 0 imposes one success on both: of two, the nearer to it. Nearer is likelier to win, further is better to
live with. In the symmetric equilibrium the distance z from the centre is drawn from

    H(z) = 1/p - (1/p - 1) sqrt(h / z)    on h (1 - p)^2 to h,    E[z] = (1 - p) h,    gap = 2 (1 - p) h,

which follows from level payoffs, 1/p - H(z) = 2 z H'(z), and H(h) = 1. Ideals themselves lie 2h apart: autonomy above, the
tournament below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import integrate

from ...foundations.streams import stream
from .check import Check, mean_of

SOURCE = "Callander & Harstad 2015, reduced form"
PLACES_TO_TRY = 400
SPOTS, ROUNDS = 100, 2000
COARSE = 0.01  # a spot is this part of the way from the centre to the ideal


@dataclass(frozen=True)
class Tournament:
    """Chance that a trial works, gain of a success, cost of being copied, and the range of h, half the distance of the ideals."""

    success: float = 0.5
    gain: float = 1.0
    rivalry: float = 0.4
    nearest: float = 0.25
    furthest: float = 0.45


def averaged(p: Tournament, gap: Callable[[float], float]) -> float:
    """Mean of a function of h over pairs whose h is uniform."""
    turn = (p.gain - p.rivalry) / 2
    kinks = [one for one in (turn, p.gain / 2) if p.nearest < one < p.furthest]
    total, _ = integrate.quad(gap, p.nearest, p.furthest, points=kinks or None)
    return total / (p.furthest - p.nearest)


def gap_of_ideals(p: Tournament) -> float:
    """Mean distance between the two ideals, 2 E[h]."""
    return p.nearest + p.furthest


def gap_under_autonomy(p: Tournament) -> float:
    """Mean distance between the two trials where each district keeps what it likes."""

    def gap(h: float) -> float:
        return 2 * max(h, p.gain - h) if p.gain - 2 * h < p.rivalry else 2 * h

    return averaged(p, gap)


def share_of_gap_under_tournament(p: Tournament) -> float:
    """Mean distance between the two trials over that of the ideals where one success is imposed on both, 1 - p."""
    return 1 - p.success


def ideals(p: Tournament, pairs: int, seed: int) -> np.ndarray:
    """h of each pair of districts."""
    return stream(seed, "theory", "tournament", "ideals").uniform(p.nearest, p.furthest, pairs)


def simulate_autonomy(p: Tournament, runs: int, seed: int) -> np.ndarray:
    """Distance of trials of each pair: every district weighs all spots, what it gets there and who would copy it."""
    own = ideals(p, runs, seed)
    spots = np.linspace(0, p.gain, PLACES_TO_TRY + 1)
    best = []
    for part in np.array_split(own, max(runs // 1000, 1)):
        copied = np.abs(spots + part[:, None]) < p.gain - 1e-12
        worth = p.success * (p.gain - np.abs(spots - part[:, None]) - p.rivalry * copied)
        best.append(spots[worth.argmax(axis=1)])
    return 2 * np.concatenate(best)


def simulate_tournament(p: Tournament, runs: int, seed: int) -> np.ndarray:
    """Distance of trials over that of the ideals for each of runs / 400 pairs (20 or more), on average over rounds, later ones more.

    Districts learn: each uses its spots in proportion to how much it regrets not having used them (regret matching).
    """
    own = ideals(p, max(runs // 400, 20), seed)
    z = (np.arange(SPOTS) + 0.5) / SPOTS * own[:, None]
    rng = stream(seed, "theory", "tournament", "first regrets")
    regrets = [rng.random((len(own), SPOTS)) for _ in range(2)]
    apart = np.zeros(len(own))
    for turn in range(1, ROUNDS + 1):
        for me in range(2):
            mine, other = (one / one.sum(axis=1, keepdims=True) for one in (regrets[me], regrets[1 - me]))
            worth = worth_of_spots(p, own, z, other)
            missed = worth - (mine * worth).sum(axis=1, keepdims=True)
            regrets[me] = np.maximum(regrets[me] + missed, 1e-12)
            apart += turn * (mine * z).sum(axis=1)
    return apart / (ROUNDS * (ROUNDS + 1) / 2) / (2 * own)


def worth_of_spots(p: Tournament, own: np.ndarray, z: np.ndarray, often: np.ndarray) -> np.ndarray:
    """What a district gets from each of its spots, (pair, spot), if the other uses its own so often; a coin settles equal distances."""
    mine, theirs = p.gain - (own[:, None] - z), p.gain - (own[:, None] + z)
    nearer = np.cumsum(often, axis=1) - often / 2
    suffered = np.cumsum(often * theirs, axis=1) - often * theirs / 2
    return p.success * (1 - p.success) * mine + p.success**2 * ((1 - nearer) * mine + suffered)


def checks(seed: int, runs: int, p: Tournament = Tournament()) -> list[Check]:
    """Gaps under autonomy and tournament, each beside the ideals'; the null is autonomy without rivalry."""
    words = f"p = {p.success:g}, b = {p.gain:g}, r = {p.rivalry:g}, h = {p.nearest:g} to {p.furthest:g}"
    grid = 2 * p.gain / PLACES_TO_TRY
    free, ruled = simulate_autonomy(p, runs, seed), simulate_tournament(p, runs, seed)
    plain = replace(p, rivalry=0.0)
    between = gap_of_ideals(p)
    made = [
        Check("gap under autonomy", SOURCE, words, gap_under_autonomy(p), *mean_of(free), tolerance=grid),
        Check("autonomy drives apart", SOURCE, words, between, *mean_of(free), relation="above", tolerance=grid),
        Check("at their ideals without rivalry", SOURCE, "r = 0", between, *mean_of(simulate_autonomy(plain, runs, seed)), tolerance=grid, null=True),
        Check("the tournament draws together", SOURCE, words, 1.0, *mean_of(ruled), relation="below", tolerance=COARSE),
    ]
    for one in (replace(p, success=0.2), p, replace(p, success=0.8)):
        sample = ruled if one is p else simulate_tournament(one, runs, seed)
        expected = share_of_gap_under_tournament(one)
        made.append(Check("gap under the tournament, of the ideals'", SOURCE, f"p = {one.success:g}", expected, *mean_of(sample), tolerance=COARSE))
    return made
