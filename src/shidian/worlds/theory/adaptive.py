"""Adaptive trials: where to send the next wave of pilots when the aim is the policy chosen at the end (Kasy & Sautmann 2021).

Each of several options works with its own probability; beliefs are Beta(1 + successes, 1 + failures); p_d is the chance, by these
beliefs, that option d is the best. Shares of the next wave:

    uniform 1 / options,    Thompson p_d,    exploration sampling p_d (1 - p_d) / sum of p (1 - p).

After the last wave the option with the highest mean belief is chosen; regret is what it falls short of the best by. Under the
uniform rule the regret is a finite sum over binomials. As p of the best goes to 1, exploration sampling's share on it goes to 1/2
and Thompson's to 1: it stops learning what it believes to know. Options are ordered from worst to best, and a tie goes to the worse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import stats

from ...foundations.streams import stream
from .check import Check, mean_of

SOURCE = "Kasy & Sautmann 2021"
GRID = (np.arange(100) + 0.5) / 100

Rule = Literal["uniform", "thompson", "exploration"]


@dataclass(frozen=True)
class Adaptive:
    """Chances of success of the options, waves, and pilots in each wave."""

    options: tuple[float, ...] = (0.30, 0.45, 0.50)
    waves: int = 10
    pilots: int = 40


def even(total: int, options: int) -> np.ndarray:
    """A total split as evenly as can be, the rest to the first."""
    return total // options + (np.arange(options) < total % options)


def uniform_regret(p: Adaptive) -> float:
    """Expected regret under the uniform rule: the sum over options of P(chosen) times what it falls short by."""
    counts = even(p.waves * p.pilots, len(p.options))
    beliefs = [(1 + np.arange(n + 1)) / (n + 2) for n in counts]
    weights = [stats.binom.pmf(np.arange(n + 1), n, success) for n, success in zip(counts, p.options, strict=True)]
    regret = 0.0
    for k, success in enumerate(p.options):
        wins = weights[k].copy()
        for j in range(len(p.options)):
            if j != k:  # of equals the first is chosen
                below = np.searchsorted(beliefs[j], beliefs[k], side="left" if j < k else "right")
                wins *= np.concatenate([[0.0], np.cumsum(weights[j])])[below]
        regret += float(wins.sum()) * (max(p.options) - success)
    return regret


def probability_best(successes: np.ndarray, failures: np.ndarray) -> np.ndarray:
    """p_d for counts (run, option): beliefs integrated on a grid of 100 points."""
    powers = successes[..., None] * np.log(GRID) + failures[..., None] * np.log1p(-GRID)
    belief = np.exp(powers - powers.max(axis=-1, keepdims=True))
    belief /= belief.sum(axis=-1, keepdims=True)
    under = np.cumsum(belief, axis=-1) - belief / 2
    options = range(successes.shape[1])
    best = np.stack([(belief[:, k] * np.prod(np.delete(under, k, axis=1), axis=1)).sum(axis=-1) for k in options], axis=1)
    return best / best.sum(axis=1, keepdims=True)


def shares_of_wave(rule: Rule, best: np.ndarray) -> np.ndarray:
    """Share of the next wave that each option gets, for p_d (run, option).

    >>> shares_of_wave("exploration", np.array([[0.9, 0.1]])).tolist()
    [[0.5, 0.5]]
    """
    if rule == "uniform":
        return np.full_like(best, 1 / best.shape[1])
    others = best @ (1 - np.eye(best.shape[1]))  # 1 - p_d, exact where p_d is all but 1
    wanted = best if rule == "thompson" else best * others + 1e-300
    return wanted / wanted.sum(axis=1, keepdims=True)


def simulate(p: Adaptive, rule: Rule, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Regret of the option chosen after the last wave, and the last wave's share on the truly best, for each run."""
    rng = stream(seed, "theory", "adaptive", rule)
    chances = np.array(p.options)
    tried, worked = (np.zeros((runs, len(chances)), dtype=int) for _ in range(2))
    totals = np.array([even(p.pilots * wave, len(chances)) for wave in range(p.waves + 1)])
    shares = np.full((runs, len(chances)), 1 / len(chances))
    for wave in range(p.waves):
        if rule == "uniform":
            sent = np.broadcast_to(totals[wave + 1] - totals[wave], tried.shape)
        else:
            shares = shares_of_wave(rule, probability_best(worked, tried - worked))
            sent = rng.multinomial(p.pilots, shares)
        tried, worked = tried + sent, worked + rng.binomial(sent, chances)
    choice = ((worked + 1) / (tried + 2)).argmax(axis=1)
    return chances.max() - chances[choice], shares[:, chances.argmax()]


def checks(seed: int, runs: int, p: Adaptive = Adaptive()) -> list[Check]:
    """Regret of the uniform rule, which is the null, that both adaptive rules beat; and where they end with clear options."""
    count = max(runs // 5, 4000)
    words = f"{' / '.join(f'{one:.2f}' for one in p.options)}, {p.waves} waves of {p.pilots}"
    exact = uniform_regret(p)
    made = [Check("regret of the uniform rule", SOURCE, words, exact, *mean_of(simulate(p, "uniform", count, seed)[0]), null=True)]
    for rule, name in (("exploration", "exploration sampling regrets less"), ("thompson", "Thompson regrets less")):
        made.append(Check(name, SOURCE, words, exact, *mean_of(simulate(p, rule, count, seed)[0]), relation="below"))
    clear = replace(p, options=(0.2, 0.4, 0.8), waves=15)
    words = f"{' / '.join(f'{one:.2f}' for one in clear.options)}, last of {clear.waves} waves"
    for rule, name, limit in (("exploration", "exploration sampling's share on the best", 0.5), ("thompson", "Thompson's share on the best", 1.0)):
        made.append(Check(name, SOURCE, words, limit, *mean_of(simulate(clear, rule, count // 10, seed)[1]), tolerance=0.01))
    return made
