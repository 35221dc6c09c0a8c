"""Good enough: a searcher who does not know where a policy leads stops short of the ideal (Callander 2011).

The outcome of policies is a Brownian path with drift mu and variance sigma^2 a unit of policy. From the furthest policy tried,
whose outcome is psi, a step d leads to psi + mu d on average, with variance sigma^2 d. The loss is the square of the outcome:

    E[loss | d] = (psi + mu d)^2 + sigma^2 d,    d* = (|psi| - alpha) / |mu|,    stop where |psi| <= alpha = sigma^2 / (2 |mu|).

So the first step is bold, leads to alpha on average, and with probability 1/2 - Phi(-2 alpha / (sigma sqrt(d*))) to an outcome
good enough to stop at. Those who go on then step sqrt(2 d* / pi) sigma / |mu| on average: less. Without variance the step
goes all the way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from ...foundations.streams import stream
from .check import Check, mean_of

SOURCE = "Callander 2011"
BATCHES = 20
STEPS = np.arange(241) * 0.05  # what a searcher weighs, in units of policy
SMALL_STEPS = np.arange(3) * 0.01


@dataclass(frozen=True)
class GoodEnough:
    """Outcome where the search starts (above zero, the ideal), drift (below zero) and variance of outcomes a unit of policy."""

    start: float = 5.0
    drift: float = -1.0
    variance: float = 1.0


def good_enough(p: GoodEnough) -> float:
    """alpha, the outcome at which the search stops."""
    return p.variance / (2 * abs(p.drift))


def best_step(p: GoodEnough) -> float:
    """d*, the first step; 0 if the start is good enough."""
    return max(abs(p.start) - good_enough(p), 0.0) / abs(p.drift)


def stops_after_first(p: GoodEnough) -> float:
    """Chance that the outcome of the first step is good enough, |psi| <= alpha."""
    return float(0.5 - special.ndtr(-2 * good_enough(p) / np.sqrt(p.variance * best_step(p))))


def mean_second_step(p: GoodEnough) -> float:
    """Mean step of those whose first step ended above alpha."""
    return float(np.sqrt(2 / np.pi * p.variance * best_step(p)) / abs(p.drift))


def paths(p: GoodEnough, steps: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Change of outcome along steps, (path, step): walks of independent pieces, each beside its mirror image."""
    pieces = rng.standard_normal((max(count // 2, 2), len(steps) - 1)) * np.sqrt(p.variance * np.diff(steps))
    walk = np.concatenate([np.zeros((len(pieces), 1)), np.cumsum(pieces, axis=1)], axis=1)
    return p.drift * steps + np.concatenate([walk, -walk])


def moments(p: GoodEnough, steps: np.ndarray, runs: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Mean change and mean squared change along imagined paths, (batch, step): all that a searcher needs to weigh its losses."""
    drawn = [paths(p, steps, runs // BATCHES, rng) for _ in range(BATCHES)]
    return np.array([one.mean(axis=0) for one in drawn]), np.array([(one**2).mean(axis=0) for one in drawn])


def chosen(psi: np.ndarray, change: np.ndarray, squared: np.ndarray) -> np.ndarray:
    """Place of the step with the least imagined loss, mean of (psi + change)^2, for each psi."""
    return (psi[:, None] ** 2 + 2 * psi[:, None] * change + squared).argmin(axis=1)


def simulate_first_step(p: GoodEnough, runs: int, seed: int) -> np.ndarray:
    """The step that each of 20 searchers takes, who weigh losses along paths that they imagine."""
    change, squared = moments(p, STEPS, runs, stream(seed, "theory", "good enough", "first"))
    return STEPS[(p.start**2 + 2 * p.start * change + squared).argmin(axis=1)]


def simulate_stop(p: GoodEnough, runs: int, seed: int) -> np.ndarray:
    """The outcome below which each of 20 searchers finds no small step worth taking, halved in on."""
    change, squared = moments(p, SMALL_STEPS, 40 * runs, stream(seed, "theory", "good enough", "stop"))
    low, high = np.zeros(BATCHES), np.full(BATCHES, p.start)
    for _ in range(30):
        middle = (low + high) / 2
        worth = (2 * middle[:, None] * change[:, 1:] + squared[:, 1:]).min(axis=1) < 0
        low, high = np.where(worth, low, middle), np.where(worth, middle, high)
    return (low + high) / 2


def simulate_search(p: GoodEnough, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Outcome of the first step of each search, and its second step (0 where it stops), (batch, search).

    The searchers of a batch imagine the same paths, and so take the same first step; what they then find differs.
    """
    rng = stream(seed, "theory", "good enough", "search")
    reached, second = [], []
    for change, squared in zip(*moments(p, STEPS, 4 * runs, rng), strict=True):
        first = int(chosen(np.array([p.start]), change, squared)[0])
        pieces = rng.standard_normal((runs // BATCHES, first)) * np.sqrt(p.variance * STEPS[1])
        reached.append(p.start + p.drift * STEPS[first] + pieces.sum(axis=1))
        second.append(STEPS[chosen(reached[-1], change, squared)])
    return np.array(reached), np.array(second)


def checks(seed: int, runs: int, p: GoodEnough = GoodEnough()) -> list[Check]:
    """First step and stopping outcome for three complexities, what the first step leads to, the second step; the null is certainty."""
    grid, fine = float(STEPS[1]), float(SMALL_STEPS[2])
    made = []
    for one in (replace(p, variance=0.5), replace(p, variance=2.0), p):
        words = f"psi = {one.start:g}, mu = {one.drift:g}, sigma^2 = {one.variance:g}"
        made.append(Check("first step", SOURCE, words, best_step(one), *mean_of(simulate_first_step(one, runs, seed)), tolerance=grid))
        stop = mean_of(simulate_stop(one, runs, seed))
        made.append(Check("good enough to stop", SOURCE, words, good_enough(one), *stop, tolerance=fine))
    reached, second = simulate_search(p, runs, seed)
    made.append(Check("outcome of the first step", SOURCE, words, good_enough(p), *mean_of(reached.mean(axis=1)), tolerance=grid))
    settled = (np.abs(reached) <= stop[0]).mean(axis=1)
    made.append(Check("stopped after the first step", SOURCE, words, stops_after_first(p), *mean_of(settled), tolerance=0.01))
    onward = second.sum(axis=1) / (second > 0).sum(axis=1)
    made.append(Check("second step of those who go on", SOURCE, words, mean_second_step(p), *mean_of(onward), tolerance=grid))
    certain = replace(p, variance=0.0)
    words = f"psi = {p.start:g}, mu = {p.drift:g}, sigma^2 = 0"
    sample = simulate_first_step(certain, runs, seed)
    made.append(Check("all the way without uncertainty", SOURCE, words, abs(p.start / p.drift), *mean_of(sample), null=True))
    return made
