"""One forecast of one figure, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .scores import interval

MODEL, RIVAL, EXPECTED = "model", "rival", "expected"


@dataclass(frozen=True, eq=False)
class Forecast:
    """What a method said of an indicator in a period: draws (draw,) in the indicator's unit, one where it gave no interval.

    `kind` is `model`, `rival` or `expected` (an official target or somebody's forecast at the time); methods of one `family`
    differ only in how they were fitted.
    """

    kind: str
    family: str
    method: str
    indicator: str
    period: str
    draws: np.ndarray

    @property
    def value(self) -> float:
        """The median."""
        return float(np.median(self.draws))

    @property
    def ends(self) -> tuple[float, float]:
        """The 10 % and 90 % points."""
        return interval(self.draws)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Whose forecast of what: all but the period."""
        return self.kind, self.family, self.method, self.indicator


def points(family: str, method: str, indicator: str, values: dict[int, float]) -> list[Forecast]:
    """Forecasts of a rival, a single value a year."""
    return [Forecast(RIVAL, family, method, indicator, str(year), np.array([value])) for year, value in values.items()]
