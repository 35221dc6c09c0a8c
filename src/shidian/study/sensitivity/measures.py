"""What runs say: Morris' elementary effects, Sobol indices, swings one at a time, and variance by where it comes from.

Every function takes one outcome on the scale of its analysis, NaN where a run failed, and never fills a gap:

- a trajectory with a failed run is left out of Morris' means, and counted: effects are local, and those of others still stand;
- Sobol indices are refused where any run of any block failed: they divide the variance over a whole box in which factors are
  independent, and what is left of the box once failed points are gone is no such box;
- a variance is that of the draws that came through, and says how many did not.

After Morris (1991), Campolongo and others (2007) and Saltelli and others (2010), computed by SALib; see docs/sensitivity.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...foundations.streams import stream
from .designs import BOTH, CHOSEN, INPUTS, LEVELS, PARAMETERS, number, problem

RESAMPLES = 1000
CONFIDENCE = 0.95
STILL = "the outcome does not move"
MORRIS_COLUMNS = ("mu", "mu_star", "mu_star_low", "mu_star_high", "sigma")
SOBOL_COLUMNS = ("S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high")
VARIANCE_COLUMNS = ("variance", "variance_low", "variance_high", "share", "share_low", "share_high")
Measured = dict[str, np.ndarray]


def morris(shares: np.ndarray, values: np.ndarray, names: Sequence[str], seed: int) -> tuple[Measured, int, str]:
    """Elementary effects d = (y(x + D e_i) - y(x)) / D of each factor, D = 2/3 of its interval's quantiles, over trajectories.

    mu is their mean, mu_star the mean of |d| with its bootstrap interval, sigma their standard deviation: the change of the
    outcome per whole interval. Returns these by factor, the number of trajectories left out, and a note where there is none.
    """
    from SALib.analyze.morris import analyze

    length = len(names) + 1
    whole = np.isfinite(values.reshape(-1, length)).all(axis=1)
    left_out = int((~whole).sum())
    if whole.sum() < 2:
        return _nothing(MORRIS_COLUMNS, len(names)), left_out, f"{whole.sum()} trajectories came through whole; a spread needs two"
    kept = np.repeat(whole, length)
    found = analyze(problem(names), shares[kept], values[kept], num_resamples=RESAMPLES, conf_level=CONFIDENCE, num_levels=LEVELS, seed=number(seed, "morris"))
    mu, star, sigma, half = (np.asarray(found[name], float) for name in ("mu", "mu_star", "sigma", "mu_star_conf"))
    return dict(zip(MORRIS_COLUMNS, (mu, star, np.maximum(star - half, 0), star + half, sigma), strict=True)), left_out, ""


def sobol(values: np.ndarray, names: Sequence[str], seed: int) -> tuple[Measured, int, str]:
    """First-order and total indices of the chosen factors, with bootstrap intervals over blocks.

    S1 = V(E(y | x_i)) / V(y): what knowing the factor would take off the variance. ST = E(V(y | all but x_i)) / V(y): what would
    be left if all others were known. Returns these by factor, the number of runs without a value, and a note where there is no index.
    """
    from SALib.analyze.sobol import analyze

    failed = int((~np.isfinite(values)).sum())
    if failed:
        return _nothing(SOBOL_COLUMNS, len(names)), failed, f"refused: {failed} of {len(values)} runs have no value on this scale"
    if np.ptp(values) <= 1e-9 * np.abs(values).max():
        return _nothing(SOBOL_COLUMNS, len(names)), 0, STILL
    found = analyze(
        problem(names), values, calc_second_order=False, num_resamples=RESAMPLES, conf_level=CONFIDENCE, seed=number(seed, "sobol")
    )
    columns = [column for name in ("S1", "ST") for column in (found[name], found[name] - found[f"{name}_conf"], found[name] + found[f"{name}_conf"])]
    return dict(zip(SOBOL_COLUMNS, columns, strict=True)), 0, ""


def variances(parts: Mapping[str, np.ndarray], seed: int) -> dict[str, tuple[dict[str, float], int]]:
    """Variance of each part over the same draws, with the bootstrap's 95 % interval over draws, and how many draws failed.

    `share` is, of parameters and of inputs, their part in the sum of the two; of the chosen factors, their part in that of all
    parameters; of everything at once, its ratio to that sum, which is above one where parameters and other inputs heighten each
    other. NaN where fewer than two draws came through, or where nothing moves.
    """
    draws = len(next(iter(parts.values())))
    resampled = stream(seed, "sensitivity", "variance").integers(draws, size=(RESAMPLES, draws))
    spread = {part: _variance(values[None])[0] for part, values in parts.items()}
    spreads = {part: _variance(values[resampled]) for part, values in parts.items()}
    shares, all_shares = _shares(spread), _shares(spreads)
    found = {}
    for part, values in parts.items():
        numbers = [spread[part], *_interval(spreads[part]), shares[part], *_interval(all_shares[part])]
        found[part] = dict(zip(VARIANCE_COLUMNS, map(float, numbers), strict=True)), int((~np.isfinite(values)).sum())
    return found


def _variance(values: np.ndarray) -> np.ndarray:
    """Unbiased variance of each row over what is a number; NaN with fewer than two."""
    known = np.isfinite(values)
    count = known.sum(axis=-1)
    enough = np.where(count > 1, count, 2)
    mean = np.where(known, values, 0.0).sum(axis=-1, keepdims=True) / np.maximum(count, 1)[..., None]
    squares = (np.where(known, values - mean, 0.0) ** 2).sum(axis=-1) / (enough - 1)
    return np.where(count > 1, squares, np.nan)


def _shares(spread: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    both = spread[PARAMETERS] + spread[INPUTS]
    over = {PARAMETERS: both, INPUTS: both, BOTH: both, CHOSEN: spread[PARAMETERS]}
    return {part: _over(values, over[part]) for part, values in spread.items()}


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) > 0)


def _interval(values: np.ndarray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    tail = 50 * (1 - CONFIDENCE)
    return tuple(np.percentile(known, [tail, 100 - tail])) if len(known) else (np.nan, np.nan)


def _nothing(columns: Sequence[str], length: int) -> Measured:
    return {column: np.full(length, np.nan) for column in columns}


def carried(mu_star: np.ndarray) -> np.ndarray:
    """What each factor carries of the screening, (outcome, factor): mu_star squared over its sum, nought where there is no effect."""
    squares = np.nan_to_num(mu_star) ** 2
    whole = squares.sum(axis=1, keepdims=True)
    return np.divide(squares, whole, out=np.zeros_like(squares), where=whole > 0)


def most_influential(mu_star: np.ndarray, names: Sequence[str], count: int) -> list[str]:
    """At most `count` factors, in the order of `names`: those that weigh most, outcome by outcome, as one set for all outcomes.

    They are picked one by one for the outcome of which the least is carried so far: first the weightiest factor of each outcome,
    then the next of whichever lags. Outcomes that hang on the same factors share them.
    """
    shares = carried(mu_star)
    shares = shares[shares.any(axis=1)]
    picked: list[int] = []
    while len(shares) and len(picked) < count:
        waiting = ~np.isin(shares.argmax(axis=1), picked)
        so_far = shares[:, picked].sum(axis=1)
        left = shares[np.where(waiting if waiting.any() else True, so_far, np.inf).argmin()].copy()
        left[picked] = 0.0
        if left.max() <= 0:
            break
        picked.append(int(left.argmax()))
    return [name for position, name in enumerate(names) if position in picked]
