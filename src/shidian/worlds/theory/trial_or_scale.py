"""Trial before scaling: one place first, or the whole country at once (Qian, Roland & Xu 2006, in a reduced form of ours).

A reform succeeds with probability p and then brings each place G; else it costs each place L. What is learned in one place
holds everywhere, a period later, which counts delta:

    at once     n (p G - (1 - p) L)
    trial       p G - (1 - p) L + delta p (n - 1) G
    difference  (n - 1) ((1 - p) L - (1 - delta) p G),

so a trial comes first iff (1 - p) L > (1 - delta) p G, whatever n. Who may not try small reforms iff p G > (1 - p) L; who may
reforms in more cases: where p is uniform on 0 to 1, in 1 - L / (L + G (1 + delta (n - 1))) of them in place of 1 - L / (L + G).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...foundations.streams import stream
from .check import Check, mean_of

SOURCE = "Qian, Roland & Xu 2006, reduced form"
TRIED_IN_THOUGHT = 4000


@dataclass(frozen=True)
class TrialOrScale:
    """Places, chance of success, gain and loss of a place, and what a period later counts (0 to 1)."""

    places: int = 31
    success: float = 0.5
    gain: float = 1.0
    loss: float = 1.0
    patience: float = 0.9


def value_at_once(p: TrialOrScale) -> float:
    """Expected gain of the country from reform everywhere now."""
    return p.places * (p.success * p.gain - (1 - p.success) * p.loss)


def value_of_trial(p: TrialOrScale) -> float:
    """Expected gain of the country from a trial in one place, scaled if it succeeds."""
    return p.success * p.gain - (1 - p.success) * p.loss + p.patience * p.success * (p.places - 1) * p.gain


def trial_first(p: TrialOrScale) -> bool:
    """Whether a trial should come first: (1 - p) L > (1 - delta) p G."""
    return (1 - p.success) * p.loss > (1 - p.patience) * p.success * p.gain


def share_reformed(p: TrialOrScale, *, small: bool) -> float:
    """Share of reforms undertaken where the chance of success is uniform, with or without the small-scale option."""
    weight = 1 + p.patience * (p.places - 1) if small else 1.0
    return 1 - p.loss / (p.loss + weight * p.gain)


def simulate_values(p: TrialOrScale, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """What a reform at once and a trial first bring the country, place by place and added up, for each run (same luck)."""
    works = stream(seed, "theory", "trial or scale").random(runs) < p.success
    each = np.where(works, p.gain, -p.loss)
    at_once = np.repeat(each[:, None], p.places, axis=1)
    later = np.where(works[:, None] & (np.arange(p.places) > 0), p.patience * p.gain, 0.0)
    return at_once.sum(axis=1), each + later.sum(axis=1)


def simulate_reformed(p: TrialOrScale, runs: int, seed: int, *, small: bool) -> np.ndarray:
    """Whether a country reforms, for each run: each has a chance of success of its own and counts what it foresees to gain."""
    rng = stream(seed, "theory", "reformed")
    chance = rng.random(runs)
    works = rng.binomial(TRIED_IN_THOUGHT, chance) / TRIED_IN_THOUGHT
    at_once = p.places * (works * p.gain - (1 - works) * p.loss)
    trial = works * p.gain - (1 - works) * p.loss + works * p.patience * (p.places - 1) * p.gain
    return (np.maximum(at_once, trial) if small else at_once) > 0


def checks(seed: int, runs: int, p: TrialOrScale = TrialOrScale()) -> list[Check]:
    """What trial first is worth over reform at once, large downside and small; and how many reforms the option saves."""
    made = []
    for one in (p, replace(p, loss=3.0), replace(p, success=0.95), replace(p, patience=0.5, success=0.8)):
        words = f"p = {one.success:g}, G = {one.gain:g}, L = {one.loss:g}, delta = {one.patience:g}: {'trial' if trial_first(one) else 'at once'}"
        at_once, trial = simulate_values(one, runs, seed)
        expected = (value_of_trial(one) - value_at_once(one)) / one.places
        made.append(Check("trial first over at once, a place", SOURCE, words, expected, *mean_of((trial - at_once) / one.places)))
    for small, name in ((True, "reforms undertaken, trials allowed"), (False, "reforms undertaken, no trials")):
        sample = simulate_reformed(p, runs, seed, small=small)
        words = f"p uniform, n = {p.places}, delta = {p.patience:g}"
        made.append(Check(name, SOURCE, words, share_reformed(p, small=small), *mean_of(sample), tolerance=0.002, null=not small))
    return made
