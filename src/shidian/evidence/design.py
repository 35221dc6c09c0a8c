"""The next round: which sites and how many, picked how, watched for how long, so that an effect would be seen.

Power by simulation on the panel's own noise. A round is played on periods in which nothing was tried: sites are picked by a rule, an
effect is added to their figures after a start, and the effect is estimated and tested as it would be. What the panel does by itself
(trends that differ, shocks, outliers) is in every play. The estimate is the difference between sites and others in their change,

    z[i] = mean of the periods after - mean of the periods before
    effect = least squares of z on being a site, with a constant for each stratum;  t by errors robust to unequal variances (HC1)

so that a round of n sites, h periods long, has for an effect d

    power = share of plays with |t| beyond its 5 % point,   false positives = the same with d = 0
    least effect = 2.80 x standard deviation of the estimates with d = 0      seen with 80 % power (z(0.975) + z(0.8))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..foundations.errors import InputError
from ..foundations.streams import stream
from .panel import NEVER, Panel

RULES = ("random", "stratified")
STRATA = 4
PLAYS = 1000
FEWEST = 8  # places with figures, in a window
DETECTED = 2.80


@dataclass(frozen=True)
class Round:
    """A way to run the next round."""

    sites: int
    rule: str
    after: int  # periods watched after the start


@dataclass(frozen=True)
class Design:
    """What rounds of different sizes would see. `power` has sites, rule, after, power, false_positives, least_effect; `chosen` is the
    smallest round that reaches the wanted power, and `places` are sites drawn for it by its own rule."""

    effect: float
    wanted: float
    before: int
    places_eligible: int
    power: pd.DataFrame
    chosen: Round | None
    places: pd.DataFrame  # unit, stratum
    notes: tuple[str, ...]


def design(
    panel: Panel, effect: float, sizes: Sequence[int], after: Sequence[int], rules: Sequence[str] = RULES, before: int = 3, wanted: float = 0.8, plays: int = PLAYS, seed: int = 0
) -> Design:
    """Play every round and say which is the smallest that sees the effect. Units that were ever treated take no part.

    Raises InputError where the panel is too short or too small for any round that is asked for.
    """
    free = panel.of(panel.start == NEVER)
    windows = _windows(free, before, max(after))
    most = min(len(free.units), min(int(window.sum()) for _, window in windows))
    sizes = [size for size in sizes if 2 <= size <= most - 2]
    if not sizes:
        raise InputError(f"There are {most} places without a pilot that have figures throughout, so between 2 and {most - 2} sites "
            f"can be planned; give --sites within that.")
    strata = _strata(free)
    rows = [_played(free, windows, strata, Round(size, rule, long), before, effect, plays, seed) for long in after for rule in rules for size in sizes]
    power = pd.DataFrame(rows)
    enough = power[power["power"] >= wanted].sort_values(["sites", "after", "power"], ascending=[True, True, False], kind="stable")
    chosen = None if enough.empty else Round(int(enough["sites"].iloc[0]), str(enough["rule"].iloc[0]), int(enough["after"].iloc[0]))
    return Design(effect, wanted, before, len(free.units), power, chosen, _places(free, strata, chosen, seed), tuple(_notes(power, chosen, wanted)))


def _windows(panel: Panel, before: int, after: int) -> list[tuple[int, np.ndarray]]:
    """Starts with so many periods on both sides, and which units have all figures there."""
    found = []
    for start in range(before, len(panel.periods) - after + 1):
        whole = np.isfinite(panel.outcome[:, start - before : start + after]).all(axis=1)
        if whole.sum() >= FEWEST:
            found.append((start, whole))
    if not found:
        raise InputError(
            f"A round needs {before} periods before its start and {after} after it in which {FEWEST} places have figures, and this "
            f"panel of "
            f"{len(panel.periods)} periods and {len(panel.units)} places without a pilot has none; ask for fewer with --before and --after."
        )
    return found


def _strata(panel: Panel) -> np.ndarray:
    """Quarters of the places by their mean outcome (unit,)."""
    there = np.isfinite(panel.outcome)
    mean = np.where(there, panel.outcome, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    rank = np.argsort(np.argsort(mean, kind="stable"), kind="stable")
    return rank * STRATA // len(rank)


def _played(
    panel: Panel, windows: list, strata: np.ndarray, one: Round, before: int, effect: float, plays: int, seed: int
) -> dict[str, object]:
    """Power, false positives and least effect of one round."""
    from scipy.stats import t as student

    luck = stream(seed, "design", one.rule, one.sites, one.after)
    value, error = np.empty(plays), np.empty(plays)
    for play in range(plays):
        start, whole = windows[int(luck.integers(len(windows)))]
        outcome, within = panel.outcome[whole], strata[whole]
        change = outcome[:, start : start + one.after].mean(axis=1) - outcome[:, start - before : start].mean(axis=1)
        sited = _sited(within, one, luck)
        value[play], error[play] = _estimated(change, sited, within if one.rule == "stratified" else np.zeros(len(change), dtype=int))
    line = float(student.ppf(0.975, max(one.sites - 1, 1)))
    safe = np.maximum(error, 1e-300)
    return {
        "sites": one.sites, "rule": one.rule, "after": one.after, "power": float((np.abs(value + effect) > line * safe).mean()),
        "false_positives": float((np.abs(value) > line * safe).mean()), "least_effect": float(DETECTED * value.std()),
    }  # fmt: skip


def _sited(strata: np.ndarray, one: Round, luck: np.random.Generator) -> np.ndarray:
    """Which places (place,) are picked: any alike, or as many from each stratum as its size asks for."""
    draw = luck.random(len(strata))
    sited = np.zeros(len(strata), dtype=bool)
    if one.rule == "random":
        sited[np.argsort(draw)[: one.sites]] = True
        return sited
    turn = np.empty(len(strata))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        turn[inside[np.argsort(draw[inside])]] = (np.arange(len(inside)) + luck.random()) / len(inside)
    sited[np.argsort(turn, kind="stable")[: one.sites]] = True
    return sited


def _estimated(change: np.ndarray, sited: np.ndarray, strata: np.ndarray) -> tuple[float, float]:
    """Effect and robust error by least squares with a constant for each stratum."""
    count = np.bincount(strata)
    share = (np.bincount(strata, weights=sited.astype(float)) / np.maximum(count, 1))[strata]
    away = sited - share
    mass = float(away @ away)
    value = float(away @ change / mass)
    rest = change - value * sited
    rest = rest - (np.bincount(strata, weights=rest) / np.maximum(count, 1))[strata]
    free = max(len(change) - 1 - int((count > 0).sum()), 1)
    return value, float(np.sqrt(((away * rest) ** 2).sum() * len(change) / free)) / mass


def _places(panel: Panel, strata: np.ndarray, chosen: Round | None, seed: int) -> pd.DataFrame:
    """Sites drawn for the chosen round among the places that have a figure in the last period."""
    if chosen is None:
        return pd.DataFrame(columns=["unit", "stratum"])
    here = np.flatnonzero(np.isfinite(panel.outcome[:, -1]))
    sited = here[_sited(strata[here], chosen, stream(seed, "design", "places"))]
    return pd.DataFrame({"unit": [panel.units[at] for at in sited], "stratum": strata[sited] + 1})


def _notes(power: pd.DataFrame, chosen: Round | None, wanted: float) -> list[str]:
    notes = []
    worst = float(power["false_positives"].max())
    if worst > 0.08:
        notes.append(f"The test finds an effect where there is none in up to {worst:.0%} of plays, against 5 % that it promises; few "
            f"sites, or outliers, make it too sure. Read the power of such rounds with that in mind.")
    if chosen is None:
        best = power.loc[power["power"].idxmax()]
        notes.append(f"No round that was asked for reaches a power of {wanted:.0%}; the best, {best['sites']:.0f} sites "
            f"({best['rule']}) for {best['after']:.0f} periods, reaches {best['power']:.0%}.")
    return notes
