"""Would it travel? What the sites' own effects say of places that were not sites.

Four questions, each with its own way of failing: do effects vary between sites (random effects, and the interval for a new place); do
they vary with what sites and other places differ in (moderators, reweighting); did the first sites show more than the later ones
(Allcott 2015: the first ten sites of an energy programme overstated the next hundred); and how strong would a moderator that nobody
measured have to be to undo the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..foundations.streams import stream
from .balancing import entropy_balance
from .meta import Pooled, pooled
from .panel import NEVER, Panel, Wholes, varies
from .panel_sites import blanks, covariates_before
from .site_effects import SiteEffects, site_effects

DRAWS = 1999  # permutations of the order of adoption
SITES_A_COVARIATE = 5  # sites that each reweighted covariate must rest on
FEWEST = 3  # sites for random effects
MODERATED = 8  # sites for a slope
KNOWN = 0.9  # of the places must have a covariate by which they are compared


@dataclass(frozen=True)
class Reweighted:
    """The sites' effect with the sites made to look like the places that were not sites."""

    effect: float
    error: float
    effective: float  # equally weighted sites that would say as much
    covariates: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """Whether early adopters show larger effects: slope by period of adoption, and early half less late half."""

    slope: float
    p: float  # share of orders with a slope at least as steep
    early: float
    late: float
    starts: int


@dataclass(frozen=True)
class Travel:
    """What is known of places that were not sites, on one outcome, in its unit. What cannot be told is None, and `notes` say why."""

    sites: SiteEffects | None
    pooled: Pooled | None
    reweighted: Reweighted | None
    balance: pd.DataFrame  # covariate, sites, reweighted, others: means in standard deviations of all places
    order: Order | None
    moderators: pd.DataFrame  # covariate, gap, slope, error, p
    undone_by: float | None  # slope by standard deviation of an unmeasured moderator that would undo the reweighted effect
    notes: tuple[str, ...] = ()


_BALANCE = ["covariate", "sites", "reweighted", "others"]
_MODERATORS = ["covariate", "gap", "slope", "error", "p"]


def travel(panel: Panel, anticipation: int = 0, seed: int = 0) -> Travel:
    """Everything that this panel says of new places. What was treated as one counts as one site; `anticipation` periods before a start count as touched.

    Sites and others are compared by their covariates alone, for the outcome before the start is part of every site's own effect (`site_effects`).
    """
    names, table, notes = _standardised(panel, anticipation)
    found = site_effects(panel, table, anticipation)
    if isinstance(found, str):
        return Travel(None, None, None, pd.DataFrame(columns=_BALANCE), None, pd.DataFrame(columns=_MODERATORS), None, (found,))
    alike = f", held against untreated places with the same {', '.join(names[:found.figures])}" if found.figures else ""
    notes.insert(0, f"The sites' own effects are differences-in-differences over the {found.horizon} period(s) from their start, against the "
        f"mean of the {found.before} before it{alike}.")
    summary = pooled(found.effect, np.sqrt(found.own), found.line) if len(found) >= FEWEST else None
    if summary is None:
        notes.append(f"How effects vary between places cannot be told from these data, because there are {len(found)} sites; it takes "
            f"{FEWEST}.")
    tau2 = summary.tau2 if summary else 0.0
    others = (Wholes.of(panel).start == NEVER) & np.isfinite(table).all(axis=1)
    reweighted, balance = _reweigh(found, table, others, names, notes)
    moderators = _moderators(found, table, others, names, tau2)
    return Travel(found, summary, reweighted, balance, _order(found, tau2, seed, notes), moderators, _undone_by(reweighted, balance), tuple(notes))


def _standardised(panel: Panel, anticipation: int) -> tuple[list[str], np.ndarray, list[str]]:
    """Covariates before the start that are known of all sites and nearly all places, in standard deviations (whole, covariate), and what must be said."""
    wholes, kept, names = Wholes.of(panel), [], []
    sites, notes = wholes.start != NEVER, blanks(panel, anticipation)
    for name, period, values in ((name, period, wholes.mean(values)) for name, period, values in covariates_before(panel, anticipation)):
        there = np.isfinite(values)
        if not there[sites].all() or there.mean() < KNOWN:
            notes.append(f"Sites and other places are not compared by {name}: until {period} it is not known of {int((~there & sites).sum())} of {int(sites.sum())} sites and "
                f"{int((~there & ~sites).sum())} of {int((~sites).sum())} other places.")
        elif varies(values):
            kept.append((values - values[there].mean()) / values[there].std())
            names.append(name)
    return names, np.stack(kept, axis=1) if kept else np.zeros((len(wholes.start), 0)), notes


def _reweigh(
    found: SiteEffects, table: np.ndarray, others: np.ndarray, names: list[str], notes: list[str]
) -> tuple[Reweighted | None, pd.DataFrame]:
    """Sites weighted so that their means are those of the places that were not sites, with as many covariates as they can carry.

        effect = sum of w d,   error^2 = s^2 sum of w^2,  and no less than  sum of w^2 v,  plus the variance of the line at the weighted mean site

    with v the sites' own variance and s^2 what a plain regression of d on the covariates leaves unexplained, supposed alike at all sites: what covariates
    explain is balanced, and is no doubt.
    """
    most = len(found) // SITES_A_COVARIATE
    if not names or not others.any() or most < 1:
        notes.append(f"The sites cannot be made to look like other places, because "
            f"{'no covariate is known of all of them (see --covariates)' if not names else f'{len(found)} sites are too few'}.")
        return None, pd.DataFrame(columns=_BALANCE)
    for count in range(min(most, len(names)), 0, -1):
        here, target = table[found.rows, :count], table[others, :count].mean(axis=0)
        made = entropy_balance(here, target)
        if made is not None:
            break
    else:
        notes.append(f"No weighting makes the sites look like other places: these lie beyond every site in {names[0]}.")
        return None, pd.DataFrame({"covariate": names[:1], "sites": here.mean(axis=0), "reweighted": np.nan, "others": target})
    left = names[count:]
    if left:
        notes.append(f"Reweighted on {', '.join(names[:count])}; {', '.join(left)} could not be matched as well by {len(found)} sites.")
    balance = pd.DataFrame({"covariate": names[:count], "sites": here.mean(axis=0), "reweighted": made.weight @ here, "others": target})
    error = _error(made.weight, here, found)
    return Reweighted(float(made.weight @ found.effect), error, made.effective, tuple(names[:count])), balance


def _error(weight: np.ndarray, here: np.ndarray, found: SiteEffects) -> float:
    """The error of a reweighted effect, by the equation above; `here` (site, covariate) is what was balanced."""
    count, covariates = here.shape
    design = np.column_stack([np.ones(count), here])
    rest = found.effect - design @ np.linalg.lstsq(design, found.effect, rcond=None)[0]
    left = float(rest @ rest) / max(count - covariates - 1, 1)
    return math.sqrt(max(left * float((weight**2).sum()), float((weight**2 * found.own).sum())) + found.shared(weight))


def _moderators(found: SiteEffects, table: np.ndarray, others: np.ndarray, names: list[str], tau2: float) -> pd.DataFrame:
    """By how much the effect changes with one standard deviation of each covariate, one at a time, and how far sites stand from others."""
    if len(found) < MODERATED:
        return pd.DataFrame(columns=_MODERATORS)
    rows = []
    for at, name in enumerate(names):
        slope, error = _slope(table[found.rows, at], found.effect, 1 / (found.own + tau2), found)
        rows.append((name, float(table[found.rows, at].mean() - table[others, at].mean()), slope, error, _two_sided(slope, error, len(found) - 2)))
    return pd.DataFrame(rows, columns=_MODERATORS)


def _slope(x: np.ndarray, y: np.ndarray, weight: np.ndarray, found: SiteEffects) -> tuple[float, float]:
    """Weighted least squares with an intercept: slope and its error, robust to unequal variances (HC1), with what the line brings."""
    centred = x - np.average(x, weights=weight)
    mass = float((weight * centred**2).sum())
    if mass <= 0:
        return math.nan, math.nan
    slope = float((weight * centred * y).sum() / mass)
    rest = y - np.average(y, weights=weight) - slope * centred
    meat = float(((weight * centred * rest) ** 2).sum())
    return slope, math.sqrt(meat * len(x) / (len(x) - 2) / mass**2 + found.shared(weight * centred / mass))


def _two_sided(value: float, error: float, degrees: int) -> float:
    from scipy.stats import t

    return float(2 * t.sf(abs(value / error), degrees)) if error > 0 else math.nan


def _order(found: SiteEffects, tau2: float, seed: int, notes: list[str]) -> Order | None:
    """The slope of the effect on the period of adoption, held against all orders alike (Allcott 2015)."""
    starts = np.unique(found.start)
    if len(starts) < 2 or len(found) < 6:
        why = "all sites start at once" if len(starts) < 2 else f"there are only {len(found)} sites"
        notes.append(f"Whether early sites show more than late ones cannot be told from these data, because {why}.")
        return None
    weight = 1 / (found.own + tau2)
    slope = _slope(found.start.astype(float), found.effect, weight, found)[0]
    luck = stream(seed, "travel", "order")
    drawn = np.array([_slope(luck.permutation(found.start).astype(float), found.effect, weight, found)[0] for _ in range(DRAWS)])
    early = found.start <= np.median(found.start)
    if early.all():
        early = found.start < starts[-1]
    means = [float(np.average(found.effect[half], weights=weight[half])) for half in (early, ~early)]
    return Order(slope, float((1 + (np.abs(drawn) >= abs(slope) * (1 - 1e-9)).sum()) / (1 + DRAWS)), *means, len(starts))


def _undone_by(reweighted: Reweighted | None, balance: pd.DataFrame) -> float | None:
    """The slope at which a moderator nobody measured, as far from balance as the worst one was, would take the whole effect away."""
    if reweighted is None or balance.empty:
        return None
    widest = float((balance["sites"] - balance["others"]).abs().max())
    return abs(reweighted.effect) / widest if widest > 0 else None
