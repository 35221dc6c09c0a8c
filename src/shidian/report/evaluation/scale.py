"""How an effect is said: in the outcome's unit, or in hundredths of its logarithm, which are about per cent."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ...study.evaluation.evaluation import Evaluation
from ..numbers import GAP, UNKNOWN, plain


@dataclass(frozen=True)
class Scale:
    """The factor by which effects are multiplied to be read, and the unit that they then have."""

    factor: float
    unit: str

    @classmethod
    def of(cls, made: Evaluation, outcome: str) -> Scale:
        """The scale of an outcome."""
        goal = next(goal for goal in made.read.mission.goals if goal.outcome == outcome)
        if made.read.question.logs:
            return cls(100.0, "%")
        return cls(1.0, "" if goal.unit == "1" else goal.unit)

    @property
    def axis(self) -> str:
        """The title of an axis of effects."""
        return "effect, % (hundredths of the logarithm)" if self.unit == "%" else f"effect, {self.unit or 'in units of the outcome'}"

    def said(self, value: float | None) -> str:
        """An effect with its sign.

        >>> Scale(100.0, "%").said(0.0312).replace("\\u00a0", " "), Scale(1.0, "packs").said(-15.6)
        ('+3.12 %', '-15.6\\xa0packs')
        """
        if value is None or not math.isfinite(value):
            return UNKNOWN
        scaled = value * self.factor
        number = ("+" if scaled > 0 else "-" if scaled < 0 else "") + plain(abs(scaled))
        return GAP.join(part for part in (number, self.unit) if part)

    def between(self, low: float, high: float) -> str:
        """Two ends: `-1.2 to +3.4 %`; a missing end is said so."""
        ends = ["no bound" if value is not None and math.isinf(value) else self.said(value) for value in (low, high)]
        return UNKNOWN if all(end == UNKNOWN for end in ends) else f"{ends[0]} to {ends[1]}"

    def drawn(self, table: pd.DataFrame, label: str | None = None) -> pd.DataFrame:
        """Rows of effect, low and high as a chart takes them: value, low, high in the unit, without bounds where there are none."""
        scaled = {name: pd.to_numeric(table[column]) * self.factor for name, column in (("value", "effect"), ("low", "low"), ("high", "high"))}
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
