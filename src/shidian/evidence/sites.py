"""Were the sites fair? Sites beside all eligible places, on what was known of them before the programme.

Wang and Yang (2025) find that most of China's experiments were put where success is easy. Their test, as it is understood here (one
t-statistic for each programme; the paper's text was not at hand), is `compare`; `specification_curve` repeats it over choices that a sceptic
could make otherwise; `generalizability` says in one number how much the sites as a group look like all places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

from ..foundations.streams import stream

DRAWS = 9999  # permutations, where not all assignments are gone through
_LOT = 2000  # permutations made at once
PRIOR = 2.5  # standard deviation of the normal prior on slopes of the propensity, by standard deviation of a covariate
READINGS = ((0.9, "very high"), (0.8, "high"), (0.5, "medium"), (0.0, "low"))  # Tipton (2014), table 1


@dataclass(frozen=True)
class Comparison:
    """Sites against the other eligible places on one covariate.

        gap = mean(sites) - mean(others)
        t   = gap / sqrt(s_sites^2 / n_sites + s_others^2 / n_others)

    `standardised` is the gap by the standard deviation over all eligible places; `percentile` the sites' mean rank among them in (0, 1);
    `p_permutation` the share of ways to choose as many sites that give an absolute gap at least as large, all of them equally likely.
    """

    covariate: str
    period: str
    sites: int
    others: int
    site_mean: float
    other_mean: float
    gap: float
    standardised: float
    t: float  # NaN with fewer than two sites or two others, and for a yes or no
    p_permutation: float
    percentile: float
    p_holm: float = math.nan  # the same, adjusted for all covariates that were looked at


@dataclass(frozen=True)
class Specification:
    """One choice of covariate, period, pool of places and sites, by which sites can be compared."""

    covariate: str
    period: str
    pool: str
    which: str
    values: np.ndarray  # (place,)
    sited: np.ndarray  # (place,) bool
    eligible: np.ndarray  # (place,) bool


@dataclass(frozen=True)
class Index:
    """How much the sites look like all eligible places (Tipton 2014): 1 as a random sample would, 0 not at all."""

    value: float
    reading: str
    covariates: tuple[str, ...]
    sites: int
    places: int


@dataclass(frozen=True)
class Fairness:
    """What is known of how the sites of a programme were picked. The first comparison is the headline."""

    programme: str
    comparisons: tuple[Comparison, ...]
    curve: pd.DataFrame
    index: Index | None
    notes: tuple[str, ...] = ()
    map: pd.DataFrame = field(default_factory=pd.DataFrame)  # sites, or treated places of a panel, by province and year, for a map


def compare(specification: Specification, seed: int = 0, draws: int = DRAWS) -> Comparison:
    """One covariate, sites against others. Places without a figure do not count; with no site or no other left, all is NaN.

    Every assignment is gone through where there are no more than `draws`; else so many are drawn, and p = (1 + hits) / (1 + draws).
    """
    values, sited = _there(specification)
    inside, outside = values[sited], values[~sited]
    if not len(inside) or not len(outside):
        blank = [math.nan] * 7
        return Comparison(specification.covariate, specification.period, len(inside), len(outside), *blank)
    gap = float(inside.mean() - outside.mean())
    spread = float(values.std(ddof=1))
    ranks = pd.Series(values).rank().to_numpy()
    return Comparison(
        specification.covariate, specification.period, len(inside), len(outside), float(inside.mean()), float(outside.mean()), gap,
        gap / spread if spread else math.nan, math.nan if _yes_or_no(values) else _welch(inside, outside, gap), _permuted(values, sited, gap, seed, draws),
        float((ranks[sited] - 0.5).mean() / len(values)),
    )  # fmt: skip


def _there(specification: Specification) -> tuple[np.ndarray, np.ndarray]:
    """Figures and sites of the eligible places, sites being eligible whatever the pool, that have a figure."""
    which = (specification.eligible | specification.sited) & np.isfinite(specification.values)
    return specification.values[which], specification.sited[which]


def _yes_or_no(values: np.ndarray) -> bool:
    """Whether a figure has two values alone: where all sites are a yes their variance is nought, and t is no measure."""
    return bool(np.isin(values, (0.0, 1.0)).all())


def _welch(inside: np.ndarray, outside: np.ndarray, gap: float) -> float:
    if min(len(inside), len(outside)) < 2:
        return math.nan
    error = math.sqrt(inside.var(ddof=1) / len(inside) + outside.var(ddof=1) / len(outside))
    return gap / error if error else math.nan


def _permuted(values: np.ndarray, sited: np.ndarray, gap: float, seed: int, draws: int) -> float:
    """Share of assignments whose absolute gap is at least the one seen (up to rounding)."""
    count, total = int(sited.sum()), len(values)
    every = math.comb(total, count) <= draws
    if every:
        sums = np.array([values[list(chosen)].sum() for chosen in combinations(range(total), count)])
    else:
        sums = values[_subsets(total, count, seed, draws)].sum(axis=1)
    gaps = sums / count - (values.sum() - sums) / (total - count)
    hits = int((np.abs(gaps) >= abs(gap) * (1 - 1e-9)).sum())
    return hits / len(gaps) if every else (1 + hits) / (1 + draws)


@lru_cache(maxsize=4)
def _subsets(total: int, count: int, seed: int, draws: int) -> np.ndarray:
    """Random subsets (draw, count) of so many places: those with the smallest of random numbers. All covariates share them."""
    luck = stream(seed, "sites", total, count)
    lots = [min(_LOT, draws - first) for first in range(0, draws, _LOT)]
    chosen = [np.argpartition(luck.random((lot, total), dtype=np.float32), count - 1, axis=1)[:, :count] for lot in lots]
    return np.concatenate(chosen).astype(np.int32)


def compare_all(specifications: Sequence[Specification], seed: int = 0, draws: int = DRAWS) -> tuple[Comparison, ...]:
    """Comparisons on several covariates, with p-values that allow for looking at all of them (Holm 1979)."""
    made = [compare(one, seed, draws) for one in specifications]
    judged = sorted((at for at, one in enumerate(made) if math.isfinite(one.p_permutation)), key=lambda at: made[at].p_permutation)
    least = 0.0
    for rank, at in enumerate(judged):
        least = max(least, min(1.0, (len(judged) - rank) * made[at].p_permutation))
        made[at] = Comparison(**{**vars(made[at]), "p_holm": least})
    return tuple(made)


def specification_curve(specifications: Sequence[Specification]) -> pd.DataFrame:
    """The gap and its t under every specification that has two sites and two others and is no yes or no, in order of t."""
    rows = []
    for one in specifications:
        values, sited = _there(one)
        inside, outside = values[sited], values[~sited]
        if min(len(inside), len(outside)) < 2 or _yes_or_no(values):
            continue
        gap, spread = float(inside.mean() - outside.mean()), float(values.std(ddof=1))
        t = _welch(inside, outside, gap)
        labels = {"covariate": one.covariate, "period": one.period, "pool": one.pool, "which": one.which}
        rows.append({**labels, "gap": gap, "standardised": gap / spread if spread else math.nan, "t": t, "sites": len(inside), "others": len(outside)})
    columns = ["covariate", "period", "pool", "which", "gap", "standardised", "t", "sites", "others"]
    return pd.DataFrame(rows, columns=columns).sort_values("t", kind="stable", ignore_index=True)


def generalizability(covariates: dict[str, np.ndarray], sited: np.ndarray, eligible: np.ndarray) -> Index | None:
    """Tipton's (2014) generalizability index of the sites to all eligible places, sites among them.

        B = integral of sqrt(f_sites(s) f_places(s)) ds

    over the logit s of the propensity of being a site, a logistic regression on the standardised covariates, with Gaussian kernel
    densities of bandwidth h = 1.06 sd n^(-1/5). Slopes have a weak normal prior (sd 2.5), for with few sites the likelihood alone
    would separate them without bound. Places that lack a figure are left out. None with fewer than three sites.

    Source: Tipton, E. (2014), How generalizable is your experiment?, Journal of Educational and Behavioral Statistics 39(6).
    """
    table = np.stack(list(covariates.values()), axis=1)
    which = (eligible | sited) & np.isfinite(table).all(axis=1)
    table, chosen = table[which], sited[which]
    spread = table.std(axis=0)
    if chosen.sum() < 3 or (~chosen).sum() < 3 or not (spread > 0).any():
        return None
    table = ((table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0))[:, spread > 0]
    scores = propensity_logits(table, chosen)
    value = overlap(scores[chosen], scores)
    reading = next(word for least, word in READINGS if value >= least)
    return Index(value, reading, tuple(covariates), int(chosen.sum()), len(chosen))


def propensity_logits(table: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The logit of being a site for each place, by penalised logistic regression on standardised covariates (place, covariate)."""
    design = np.column_stack([np.ones(len(table)), table])
    penalty = np.r_[0.0, np.full(table.shape[1], 1 / PRIOR**2)]

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        line = design @ beta
        value = np.logaddexp(0, line).sum() - line[chosen].sum() + 0.5 * (penalty * beta**2).sum()
        return float(value), design.T @ (expit(line) - chosen) + penalty * beta

    found = minimize(loss, np.zeros(design.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-8})
    return design @ found.x


def overlap(some: np.ndarray, all_of_them: np.ndarray, points: int = 2001) -> float:
    """Bhattacharyya's coefficient of two samples by Gaussian kernels, in [0, 1]; 1 where neither varies and both are the same.

    >>> round(overlap(np.linspace(0, 1, 50), np.linspace(0, 1, 50)), 3)
    1.0
    """
    bands = [1.06 * sample.std(ddof=1) * len(sample) ** -0.2 for sample in (some, all_of_them)]
    scale = max(np.ptp(np.r_[some, all_of_them]), 1e-12)
    if max(bands) < 1e-12 * max(1.0, scale):
        return 1.0 if np.ptp(np.r_[some, all_of_them]) < 1e-9 else 0.0
    bands = [max(band, 1e-3 * scale) for band in bands]
    grid = np.linspace(min(some.min(), all_of_them.min()) - 5 * max(bands), max(some.max(), all_of_them.max()) + 5 * max(bands), points)
    densities = [_density(sample, band, grid) for sample, band in zip((some, all_of_them), bands, strict=True)]
    return float(min(1.0, np.trapezoid(np.sqrt(densities[0] * densities[1]), grid)))


def _density(sample: np.ndarray, band: float, grid: np.ndarray) -> np.ndarray:
    away = (grid[:, None] - sample[None, :]) / band
    return np.exp(-0.5 * away**2).mean(axis=1) / (band * math.sqrt(2 * math.pi))
