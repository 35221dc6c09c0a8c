"""Panels for tests and benchmarks of the evidence: made with a known effect, rebuilt from moments, or read where another package has them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from shidian.evidence.panel import NEVER, Panel
from shidian.foundations.streams import stream

MOMENTS = Path(__file__).parent / "golden" / "mpdta_moments.json"


@dataclass(frozen=True)
class Making:
    """How a panel comes about: levels, a common shock, common factors, noise that lasts, and who was treated.

    `chosen` is how pilots are picked: `random`; `after-a-dip`: those with the lowest figures, for their level, in the last period before,
    which then regress to the mean; `richest`: those with the highest levels. `loading` is how much more pilots move with the factors than others.
    """

    units: int = 60
    periods: int = 20
    starts: tuple[int, ...] = (12,)  # in turn
    treated: int = 15
    effect: float = 0.0
    factors: float = 0.0  # standard deviation of loadings
    lasting: float = 0.5  # correlation of noise from one period to the next
    chosen: str = "random"
    loading: float = 0.0
    varied: float = 0.0  # standard deviation of effects between units
    figure: float = 0.0  # by how much units rise over all periods for each standard deviation of a covariate, by which they also became pilots


def made(making: Making, seed: int) -> Panel:
    """A panel after that making; the noise has standard deviation 1."""
    luck = stream(seed, "made-panel")
    units, periods = making.units, making.periods
    noise = luck.normal(size=(units, periods))
    for period in range(1, periods):
        noise[:, period] = making.lasting * noise[:, period - 1] + np.sqrt(1 - making.lasting**2) * noise[:, period]
    factors = np.cumsum(luck.normal(size=(2, periods)), axis=1) / np.sqrt(periods / 2)
    loadings = making.factors * luck.normal(size=(units, 2))
    level, shock = 2 * luck.normal(size=(units, 1)), np.cumsum(luck.normal(size=periods))
    base = min(making.starts)
    place = luck.permutation(units)
    if making.chosen == "after-a-dip":
        place = np.argsort(noise[:, base - 1])
    if making.chosen == "richest":
        place = np.argsort(-level[:, 0])
    covariates = {}
    if making.figure:
        known = luck.normal(size=units)
        place = np.argsort(-(known + luck.normal(size=units)))
        covariates["figure"] = np.repeat(known[:, None], periods, axis=1)
    start = np.full(units, NEVER)
    start[place[: making.treated]] = np.resize(making.starts, making.treated)
    loadings[start != NEVER] += making.loading
    own = making.effect + making.varied * luck.normal(size=(units, 1))
    outcome = level + shock + loadings @ factors + noise
    outcome = outcome + np.where((start != NEVER)[:, None] & (np.arange(periods) >= start[:, None]), own, 0.0)
    if making.figure:
        outcome = outcome + making.figure * covariates["figure"] * np.linspace(0, 1, periods)
    return Panel(outcome, start, tuple(f"unit-{at:03d}" for at in range(units)), tuple(range(2000, 2000 + periods)), covariates=covariates)


@cache
def minimum_wage() -> Panel:
    """Counties with the means and covariances of the minimum-wage data, not the counties themselves."""
    told = json.loads(MOMENTS.read_text(encoding="utf-8"))
    periods = tuple(told["periods"])
    rows, start = [], []
    for cohort in told["cohorts"]:
        count, mean, spread = cohort["units"], np.array(cohort["mean"]), np.array(cohort["covariance"])
        ramp = np.cos(np.pi * np.outer(np.arange(count) + 0.5, np.arange(len(periods) + 1)) / count)
        apart = np.linalg.qr(ramp)[0][:, 1:] * np.sqrt(count)  # without mean, uncorrelated, of variance one
        rows.append(mean + apart @ np.linalg.cholesky(spread).T)
        start += [NEVER if cohort["first"] is None else periods.index(cohort["first"])] * count
    return Panel(np.concatenate(rows), np.array(start), tuple(f"county-{at:03d}" for at in range(len(start))), periods)


def counties() -> Panel | None:
    """The minimum-wage data themselves, where moderndid is installed."""
    found = find_spec("moderndid")
    path = Path(found.origin).parent / "core" / "datasets" / "mpdta_long.pkl.gz" if found and found.origin else None
    if path is None or not path.exists():
        return None
    import pandas as pd

    table = pd.read_pickle(path)
    outcome = table.pivot(index="countyreal", columns="year", values="lemp")
    periods = tuple(int(year) for year in outcome.columns)
    first = table.groupby("countyreal")["first.treat"].first().loc[outcome.index]
    start = np.array([periods.index(int(year)) if year > 0 else NEVER for year in first])
    return Panel(outcome.to_numpy(), start, tuple(str(code) for code in outcome.index), periods)


def california() -> Panel | None:
    """Cigarette packs a head by US state, Proposition 99 in 1989, where synthdid-py is installed."""
    if find_spec("synthdid") is None:
        return None
    from synthdid.datasets import load_california_prop99

    outcome = load_california_prop99().pivot(index="State", columns="Year", values="PacksPerCapita")
    periods = tuple(int(year) for year in outcome.columns)
    start = np.where(outcome.index == "California", periods.index(1989), NEVER)
    return Panel(outcome.to_numpy(), start, tuple(outcome.index), periods)


def long_table(panel: Panel):
    """The same as a table with a row a cell, as other packages take it: unit, period, outcome, first (0 never), treated, group."""
    import pandas as pd

    units, periods = panel.outcome.shape
    first = np.where(panel.treated, np.array(panel.periods)[panel.start], 0)
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), periods), "period": np.tile(panel.periods, units), "outcome": panel.outcome.ravel(),
            "first": np.repeat(first, periods), "treated": np.repeat(panel.treated.astype(int), periods), "group": np.repeat(panel.group, periods),
        }
    )  # fmt: skip
