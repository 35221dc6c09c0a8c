"""How an effect is said: in the outcome's unit, or where that was taken by its logarithm in per cent, 100 (exp(effect) - 1)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...study.evaluation.evaluation import Evaluation
from ..numbers import GAP, UNKNOWN, plain


@dataclass(frozen=True)
class Scale:
    """The unit that effects are read in, and whether they are differences of logarithms, to be read in per cent."""

    unit: str
    logs: bool = False

    @classmethod
    def of(cls, made: Evaluation, outcome: str) -> Scale:
        """The scale of an outcome."""
        goal = next(goal for goal in made.read.mission.goals if goal.outcome == outcome)
        if made.read.question.logs:
            return cls("%", True)
        return cls(goal.unit)

    @property
    def axis(self) -> str:
        """The title of an axis of effects."""
        return "effect, %" if self.logs else f"effect, {self.unit or 'in units of the outcome'}"

    def read(self, value: float | pd.Series) -> float | pd.Series:
        """An effect, or several, as they are read."""
        return 100 * np.expm1(value) if self.logs else value

    def said(self, value: float | None) -> str:
        """An effect with its sign.

        >>> Scale("%", True).said(-1.2).replace("\\u00a0", " "), Scale("packs").said(-15.6)
        ('-69.9 %', '-15.6\\xa0packs')
        """
        if value is None or not math.isfinite(value):
            return UNKNOWN
        scaled = float(self.read(value))
        number = ("+" if scaled > 0 else "-" if scaled < 0 else "") + plain(abs(scaled))
        return GAP.join(part for part in (number, self.unit) if part)

    def between(self, low: float, high: float) -> str:
        """Two ends: `-1.2 to +3.4 %`; a missing end is said so."""
        ends = ["no bound" if value is not None and math.isinf(value) else self.said(value) for value in (low, high)]
        return UNKNOWN if all(end == UNKNOWN for end in ends) else f"{ends[0]} to {ends[1]}"

    def drawn(self, table: pd.DataFrame, label: str | None = None) -> pd.DataFrame:
        """Rows of effect, low and high as a chart takes them: value, low, high in the unit, without bounds where there are none."""
        scaled = {name: self.read(pd.to_numeric(table[column])) for name, column in (("value", "effect"), ("low", "low"), ("high", "high"))}
        finite = {name: column.where(column.abs() < math.inf) for name, column in scaled.items()}
        kept = {"label": table[label]} if label else {"event": pd.to_numeric(table["event"]).astype(int)}
        return pd.DataFrame({**kept, **finite})


def probability(value: float | None) -> str:
    """A probability in hundredths, never quite nought or one.

    >>> [probability(p).replace("\\u00a0", " ") for p in (0.999, 0.5, 0.0)]
    ['above 99 %', '50 %', 'below 1 %']
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value > 0.99:
        return f"above 99{GAP}%"
    return f"below 1{GAP}%" if value < 0.01 else f"{100 * value:.0f}{GAP}%"


def small_p(value: float | None) -> str:
    """A p-value as it is printed."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def in_words(value: float | None) -> str:
    """A p-value within a sentence: `less than 0.001`."""
    return small_p(value).replace("< ", "less than ")
