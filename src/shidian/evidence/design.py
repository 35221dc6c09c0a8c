"""The next round: which sites and how many, picked how, watched for how long, judged by which method, so that an effect would be seen.

Power by simulation on the panel's own noise. A round is played on periods in which nothing was tried: sites are picked by a rule, an
effect is added to their figures after a start, and the effect is estimated and tested as it would be. What the panel does by itself
(trends that differ, shocks, outliers) is in every play.

Differences (`did`): with z[i] = mean of the periods after - mean of the periods before,

    effect = least squares of z on being a site, with a constant for each stratum and slopes in covariates;  t by errors robust to
             unequal variances (HC1)

Synthetic difference-in-differences (`sdid`): its effect on the same periods. It is tested by placebos, so a play counts as seen where it
lies beyond the 5 % point of plays without an effect, each in standard deviations of the plays on the same periods; false positives are
then 5 % by making, and are not given.

A round of n sites, h periods long, has for an effect d

    power = share of plays that see d,   false positives = the same with d = 0
    least effect = the d that 80 % of the plays without an effect would see, had it been added to them (for a gain and for a loss alike)
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
METHODS = ("did", "sdid")
WINDOWS = 5  # stretches of the past, evenly spread, that synthetic rounds are played on
SYNTHETIC_PLAYS = 400  # at most
STRATA = 4
PLAYS = 1000
FEWEST = 8  # places with figures, in a window
POWER = 0.8  # with which the least effect is seen


@dataclass(frozen=True)
class Round:
    """A way to run the next round."""

    sites: int
    rule: str
    after: int  # periods watched after the start
    method: str = "did"  # by which it is judged


@dataclass(frozen=True)
class _Window:
    """A stretch of the past on which a round can be played: the position of its start, and the units that have all figures there."""

    start: int
    whole: np.ndarray  # (unit,) bool
    figures: np.ndarray  # (whole unit, covariate) in the period before the start


@dataclass(frozen=True)
class Design:
    """What rounds of different sizes would see. `power` has method, sites, rule, after, power, false_positives, least_effect; `chosen` is the
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
    panel: Panel, effect: float, sizes: Sequence[int], after: Sequence[int], rules: Sequence[str] = RULES, before: int = 3, wanted: float = 0.8, plays: int = PLAYS,
    seed: int = 0, methods: Sequence[str] = ("did",),
) -> Design:  # fmt: skip
    """Play every round and say which is the smallest that sees the effect. Units that were ever treated take no part.

    Covariates of the panel are held constant where a round is judged by differences. Raises InputError where the panel is too short
    or too small for any round that is asked for.
    """
    if "sdid" in methods and before < 2:
        raise InputError(f"A round judged by sdid needs two periods before its start, and --before is {before}; give 2 or more.")
    free = panel.of(panel.start == NEVER)
    windows = _windows(free, before, max(after))
    most = min(int(window.whole.sum()) for window in windows)
    sizes = [size for size in sizes if 2 <= size <= most - 2]
    if not sizes:
        raise InputError(f"There are {most} places without a pilot that have figures throughout, so between 2 and {most - 2} sites "
            f"can be planned; give --sites within that.")
    strata = _strata(free)
    rounds = [Round(size, rule, long, method) for method in methods for long in after for rule in rules for size in sizes]
    power = pd.DataFrame([_row(free, windows, strata, one, before, effect, plays, seed) for one in rounds])
    enough = power[power["power"] >= wanted].sort_values(["sites", "after", "power"], ascending=[True, True, False], kind="stable")
    chosen = None if enough.empty else Round(*(enough[name].iloc[0] for name in ("sites", "rule", "after", "method")))
    chosen = chosen and Round(int(chosen.sites), str(chosen.rule), int(chosen.after), str(chosen.method))
    return Design(effect, wanted, before, len(free.units), power, chosen, _places(free, strata, chosen, seed), tuple(_notes(power, chosen, wanted)))


def _windows(panel: Panel, before: int, after: int) -> list[_Window]:
    """Every stretch with so many periods on both sides for which enough units have all figures."""
    found = []
    for start in range(before, len(panel.periods) - after + 1):
        known = [table[:, start - 1] for table in panel.covariates.values()]
        figures = np.stack(known, axis=1) if known else np.zeros((len(panel.units), 0))
        whole = np.isfinite(panel.outcome[:, start - before : start + after]).all(axis=1) & np.isfinite(figures).all(axis=1)
        if whole.sum() >= FEWEST:
            inside = figures[whole]
            found.append(_Window(start, whole, (inside - inside.mean(axis=0)) / np.where(inside.std(axis=0) > 0, inside.std(axis=0), 1.0)))
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


def _row(panel: Panel, windows: list[_Window], strata: np.ndarray, one: Round, before: int, effect: float, plays: int, seed: int) -> dict[str, object]:
    """What one round sees."""
    played = _synthetic if one.method == "sdid" else _differences
    luck = stream(seed, "design", one.rule, one.sites, one.after)
    power, alarms, least = played(panel, windows, strata, one, before, effect, plays, luck)
    return {"method": one.method, "sites": one.sites, "rule": one.rule, "after": one.after, "power": power, "false_positives": alarms, "least_effect": least}


def _least(value: np.ndarray, line: np.ndarray) -> float:
    """The effect that 80 % of plays see, from estimates (play,) without one and the lines (play,) beyond which they would be seen."""
    return float(np.quantile(np.concatenate([line - value, line + value]), POWER))


def _differences(
    panel: Panel, windows: list[_Window], strata: np.ndarray, one: Round, before: int, effect: float, plays: int, luck: np.random.Generator
) -> tuple[float, float, float]:
    """Power, false positives and the least effect, by differences."""
    from scipy.stats import t as student

    prepared = [_Changes.of(panel, window, strata, one, before) for window in windows]
    value, error = np.empty(plays), np.empty(plays)
    for play in range(plays):
        within = prepared[int(luck.integers(len(prepared)))]
        value[play], error[play] = within.estimated(_sited(within.strata, one, luck))
    line = float(student.ppf(0.975, max(one.sites - 1, 1)))
    safe = np.maximum(error, 1e-300)
    return float((np.abs(value + effect) > line * safe).mean()), float((np.abs(value) > line * safe).mean()), _least(value, line * safe)


def _synthetic(
    panel: Panel, windows: list[_Window], strata: np.ndarray, one: Round, before: int, effect: float, plays: int, luck: np.random.Generator
) -> tuple[float, float, float]:
    """The same by synthetic difference-in-differences, all plays on a window at once. False positives are 5 % by making: NaN."""
    from .synthetic import synthetic_did_effects

    some = [windows[at] for at in np.unique(np.linspace(0, len(windows) - 1, min(WINDOWS, len(windows))).round().astype(int))]
    values, spreads = [], []
    for window in some:
        within = panel.of(window.whole, slice(window.start - before, window.start + one.after))
        sited = np.array([_sited(strata[window.whole], one, luck) for _ in range(-(-min(plays, SYNTHETIC_PLAYS) // len(some)))])
        found = synthetic_did_effects(within, np.where(sited, before, NEVER))
        values.append(found)
        spreads.append(np.full(len(found), max(float(found.std()), 1e-300)))
    value, spread = np.concatenate(values), np.concatenate(spreads)
    line = float(np.quantile(np.abs(value / spread), 0.95))
    return float((np.abs((value + effect) / spread) > line).mean()), float("nan"), _least(value, line * spread)


@dataclass(frozen=True)
class _Changes:
    """Changes of one window, and what is held constant there."""

    change: np.ndarray  # (unit,)
    strata: np.ndarray  # (unit,)
    held: np.ndarray  # (unit, constant or covariate), orthonormal

    @classmethod
    def of(cls, panel: Panel, window: _Window, strata: np.ndarray, one: Round, before: int) -> _Changes:
        """With a constant, or one for each stratum, and the covariates."""
        outcome, within = panel.outcome[window.whole], strata[window.whole]
        change = outcome[:, window.start : window.start + one.after].mean(axis=1) - outcome[:, window.start - before : window.start].mean(axis=1)
        constants = (within[:, None] == np.unique(within)).astype(np.float64) if one.rule == "stratified" else np.ones((len(within), 1))
        left, size, _ = np.linalg.svd(np.column_stack([constants, window.figures]), full_matrices=False)
        return cls(change, within, left[:, size > 1e-9 * size.max()])

    def estimated(self, sited: np.ndarray) -> tuple[float, float]:
        """Effect and robust error (HC1) by least squares."""
        away = sited - self.held @ (self.held.T @ sited)
        mass = float(away @ away)
        value = float(away @ self.change / mass)
        rest = self.change - value * sited
        rest = rest - self.held @ (self.held.T @ rest)
        free = max(len(rest) - 1 - self.held.shape[1], 1)
        return value, float(np.sqrt(((away * rest) ** 2).sum() * len(rest) / free)) / mass


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


def _places(panel: Panel, strata: np.ndarray, chosen: Round | None, seed: int) -> pd.DataFrame:
    """Sites drawn for the chosen round among the places that have a figure in the last period."""
    if chosen is None:
        return pd.DataFrame(columns=["unit", "stratum"])
    here = np.flatnonzero(np.isfinite(panel.outcome[:, -1]))
    sited = here[_sited(strata[here], chosen, stream(seed, "design", "places"))]
    return pd.DataFrame({"unit": [panel.units[at] for at in sited], "stratum": strata[sited] + 1})


def _notes(power: pd.DataFrame, chosen: Round | None, wanted: float) -> list[str]:
    notes = []
    worst = float(power["false_positives"].max())  # NaN where all rounds are judged by placebos
    if worst > 0.08:
        notes.append(f"The test finds an effect where there is none in up to {worst:.0%} of plays, against 5 % that it promises; few "
            f"sites, or outliers, make it too sure. Read the power of such rounds with that in mind.")
    if chosen is None:
        best = power.loc[power["power"].idxmax()]
        notes.append(f"No round that was asked for reaches a power of {wanted:.0%}; the best, {best['sites']:.0f} sites "
            f"({best['rule']}) for {best['after']:.0f} periods by {best['method']}, reaches {best['power']:.0%}.")
    return notes
