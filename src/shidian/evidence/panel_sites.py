"""Were the sites fair, as a user's own panel shows it: sites beside the other units before the programme began."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from .china import level
from .figures import Figures
from .laying import Laid
from .panel import NEVER, Panel, Wholes, last_known
from .sites import Fairness, Specification, compare_all, generalizability, specification_curve

LOOK_BACK = 3  # periods before the first start that a mean, or a change, is taken over
MOST = 6  # covariates in the index: with few sites more would tell sites from others by chance alone
_LOGARITHM = re.compile(r"(?:log|ln)[ _.(]|ln(?!g(?:[ _]|$))[a-z]|log(?!is|in|o|g(?:ing|ed|er))[a-z]", re.IGNORECASE)  # how the name of a figure begins that is a logarithm already


def panel_fairness(laid: Laid, figures: Figures, seed: int = 0, draws: int = 9999, anticipation: int = 0) -> Fairness:
    """How the sites of a programme were picked, on the panel's covariates and on the outcome before the first start.

    Figures are compared as `scaled` has them. The outcome's level and its change before the start are among them: sites that
    grew faster already are the usual trap. Units that were treated as one count as one site.
    Needs a panel that can tell something.
    """
    assert laid.panel is not None
    panel, wholes = laid.panel, Wholes.of(laid.panel)
    at = panel.untouched(anticipation)
    sited, everyone = wholes.start != NEVER, np.ones(len(wholes.start), dtype=bool)
    figured = before_start(panel, laid.outcome, anticipation)
    specifications = [Specification(name, period, "all", "all sites", wholes.mean(values), sited, everyone) for name, period, values in figured]
    index = generalizability({name: wholes.mean(values) for name, _, values in figured[:MOST]}, sited, everyone)
    curve = specification_curve(list(_specifications(panel, wholes, laid, figures, at + 1)))
    notes = [f"Figures are of {panel.periods[at]}, the last period before the programme's first start{' that anticipation has not touched' * bool(anticipation)}, where not said otherwise."]
    notes += blanks(panel, anticipation)
    if sited.sum() < 3:
        notes.append("With fewer than three sites there is no index; look at the percentile.")
    return Fairness(laid.programme, compare_all(specifications, seed, draws), curve, index, tuple(notes), tile_counts(panel))


def covariates_before(panel: Panel, anticipation: int = 0) -> list[tuple[str, str, np.ndarray]]:
    """Name, period and values (unit,) of the covariates of every unit in the last untouched period before the first start; a blank takes the nearest before."""
    at = panel.untouched(anticipation)
    rows = [(*scaled(name, last_known(table, at)), str(panel.periods[at])) for name, table in panel.covariates.items()]
    return [(name, period, values) for name, values, period in rows if np.isfinite(values).sum() > 2]


def before_start(panel: Panel, outcome: str, anticipation: int = 0) -> list[tuple[str, str, np.ndarray]]:
    """The same with the outcome and its change before the start; a covariate that is the outcome, or its logarithm, stands there once."""
    at = panel.untouched(anticipation)
    name, table = scaled(outcome, panel.outcome)
    rows = [*(row for row in covariates_before(panel, anticipation) if row[0] != name), (name, str(panel.periods[at]), last_known(table, at))]
    if at:
        back = max(0, at - LOOK_BACK)
        rows.append((f"change of {name}", f"{panel.periods[back]} to {panel.periods[at]}", table[:, at] - table[:, back]))
    return rows


def blanks(panel: Panel, anticipation: int = 0) -> list[str]:
    """Sentences on covariates that are blank in the period in which they are wanted and were taken from an earlier one."""
    at, said = panel.untouched(anticipation), []
    for name, table in panel.covariates.items():
        filled = int((~np.isfinite(table[:, at]) & np.isfinite(last_known(table, at))).sum())
        if filled:
            said.append(f"{filled} unit(s) have no {name} in {panel.periods[at]}; theirs is of the nearest period before.")
    return said


def scaled(name: str, values: np.ndarray) -> tuple[str, np.ndarray]:
    """A figure by its logarithm where all of it is positive and it spreads over a factor of three or more; one that is a logarithm stays.

    A logarithm of a logarithm hangs on the unit of the figure.

    >>> scaled("gdp", np.array([1.0, 9.0]))[0], scaled("log gdp", np.array([1.0, 9.0]))[0]
    ('log gdp', 'log gdp')
    """
    there = values[np.isfinite(values)]
    if len(there) and not _LOGARITHM.match(name) and (there > 0).all() and there.max() / there.min() > 3:
        return f"log {name}", np.log(values)
    return name, values


def _specifications(panel: Panel, wholes: Wholes, laid: Laid, figures: Figures, first: int) -> Iterator[Specification]:
    """Every choice of figure, time, pool and sites that the curve goes through."""
    tables = {**panel.covariates, laid.outcome: panel.outcome}
    back = slice(max(0, first - LOOK_BACK), first)
    for name, table in tables.items():
        for when, values in _times(panel, table, first, back):
            if not np.isfinite(values).any():
                continue
            for called, figure in dict([(name, values), scaled(name, values)]).items():
                if called != name and called in tables:  # a covariate whose logarithm is the outcome
                    continue
                for which, sited in _choices(panel, laid).items():
                    for pool, eligible in _pools(panel, figures, sited).items():
                        shown = wholes.mean(np.where(panel.treated & ~sited, np.nan, figure))
                        yield Specification(called, when, pool, which, shown, wholes.any(sited), wholes.any(eligible))


def _times(panel: Panel, table: np.ndarray, first: int, back: slice) -> Iterator[tuple[str, np.ndarray]]:
    yield str(panel.periods[first - 1]), table[:, first - 1]
    if first > 1:
        yield str(panel.periods[0]), table[:, 0]
        part = table[:, back]
        count = np.isfinite(part).sum(axis=1)
        yield f"mean {panel.periods[back.start]} to {panel.periods[first - 1]}", np.where(count > 0, np.nansum(part, axis=1) / np.maximum(count, 1), np.nan)


def _choices(panel: Panel, laid: Laid) -> dict[str, np.ndarray]:
    """Which sites count: all; those of the first start; those that a whole unit stands for."""
    parts = {unit for place, units in laid.covers.items() if laid.levels[place] == "part" for unit in units}
    choices = {"all sites": panel.treated, "first wave": panel.start == panel.start[panel.treated].min()}
    choices["whole units"] = panel.treated & ~np.isin(panel.units, sorted(parts))
    every = list(choices.items())
    return {name: sited for at, (name, sited) in enumerate(every) if sited.any() and not any((sited == other).all() for _, other in every[:at])}


def _pools(panel: Panel, figures: Figures, sited: np.ndarray) -> dict[str, np.ndarray]:
    pools = {"all": np.ones(len(panel.units), dtype=bool)}
    if figures.parent is not None:
        parent = dict(zip(figures.units, figures.parent, strict=True))
        above = np.array([parent[unit] for unit in panel.units])
        pools["same parents"] = np.isin(above, above[sited]) & (above != "")
    return pools


def tile_counts(panel: Panel) -> pd.DataFrame:
    """Treated units by province to the end of each period, for a map; empty where units are no Chinese places or periods no years."""
    codes = [unit[:2] + "0000" for unit in panel.units]
    tiles = level("province").places
    if not all(len(unit) == 6 and code in tiles.index for unit, code in zip(panel.units, codes, strict=True)) or not isinstance(panel.periods[0], int):
        return pd.DataFrame()
    under = pd.DataFrame(panel.under.astype(int), index=codes).groupby(level=0).sum().reindex(tiles.index, fill_value=0)
    first = int(panel.start[panel.treated].min())
    rows = [
        {"row": tile["grid_row"], "column": tile["grid_col"], "name": tile["name_en"], "time": panel.periods[at], "value": under.loc[code, at]}
        for at in range(first, len(panel.periods))
        for code, tile in tiles.iterrows()
    ]
    return pd.DataFrame(rows).assign(low=np.nan, high=np.nan)

