"""Outcomes: what a study looks at, in one year and for the centre, and the scale on which it is analysed.

Counts and amounts are analysed by their natural logarithm where every run of the screening gave more than nought: parameters
multiply them, and a difference of logarithms is a ratio whatever the unit. Shares, and what reaches nought or below, stay as
they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...cases import Case
from ..figures import Figure, figure

USUAL = ("plugin_sales", "plugin_share", "microcar_sales", "lsev_sales", "car_sales")
LOG, NATURAL = "log", "natural"


def usual_outcomes(case: Case) -> list[str]:
    """What a study looks at unless told otherwise: five national sales figures and the indicator of each goal of the mission."""
    return list(dict.fromkeys([*USUAL, *(goal.indicator for goal in case.mission.goals)]))


def outcomes_of(case: Case, names: Sequence[str] = (), year: int | None = None) -> list[Figure]:
    """Indicators of the centre in one year, each once. Raises InputError where a run of the case yields none of that name or year."""
    chosen = list(dict.fromkeys(names)) or usual_outcomes(case)
    when = last_recorded(case, chosen) if year is None else year
    return [figure(case, name, None, str(when), None) for name in chosen]


def last_recorded(case: Case, names: Sequence[str]) -> int:
    """The last year in which history recorded one of these outcomes for the centre; the last simulated one where it recorded none."""
    seen = case.tables["observed"]
    ours = (seen["place"] == case.places.centre.code) & seen["indicator"].isin(names) & seen["value"].notna()
    written = seen.loc[ours, "period"].astype(str)
    years = [int(period) for period in written if len(period) == 4]
    return max((year for year in years if year in case.calendar.years), default=case.calendar.last)


def scale_of(unit: str, values: np.ndarray) -> str:
    """The scale on which an outcome with these values is analysed; failed runs are NaN and have no say."""
    known = values[np.isfinite(values)]
    return LOG if unit != "1" and len(known) and (known > 0).all() else NATURAL


def on_scale(values: np.ndarray, scale: str) -> np.ndarray:
    """Values as they are analysed; NaN where there is none, or no logarithm."""
    if scale == NATURAL:
        return np.where(np.isfinite(values), values, np.nan)
    return np.log(values, out=np.full(np.shape(values), np.nan), where=np.isfinite(values) & (values > 0))
