"""What an axis measures: its words, its unit, and the scale that keeps tick labels short."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..numbers import human, human_interval

MOST_ROWS = 5000
SCALED = ("value", "low", "high")
_WORDS = {1e12: "trillion", 1e9: "billion", 1e6: "million", 1e3: "thousand"}


@dataclass(frozen=True)
class Measure:
    """A quantity on an axis: `label` in words, `unit` as in the tables, and the size of one unit of the axis."""

    label: str
    unit: str
    size: float = 1.0

    @classmethod
    def of(cls, label: str, unit: str, tables: list[pd.DataFrame], log: bool = False) -> Measure:
        """The measure that suits the largest value; a logarithmic axis keeps the bare unit, for it spans scales anyway.

        >>> Measure.of("car sales", "vehicles", [pd.DataFrame({"value": [2.4e7]})]).axis_title
        'car sales, million vehicles'
        """
        if unit == "1":
            return cls(label, unit, 0.01)
        largest = max((float(t["value"].max()) for t in tables if len(t)), default=0.0)
        size = next((size for size in _WORDS if largest >= 1.5 * size), 1.0)
        return cls(label, unit, 1.0 if log or (size == 1e3 and largest < 1e4) else size)

    @property
    def unit_title(self) -> str:
        """The unit as printed: `%`, `million vehicles`, `billion RMB`, `km`."""
        return "%" if self.unit == "1" else " ".join(word for word in (_WORDS.get(self.size, ""), self.unit) if word)

    @property
    def axis_title(self) -> str:
        """Words and unit of the axis."""
        return ", ".join(filter(None, (self.label, self.unit_title)))

    def scaled(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table in units of the axis, with `said` and `range` for tooltips; raises ValueError beyond 5,000 rows."""
        if len(table) > MOST_ROWS:
            raise ValueError(f"A chart was given {len(table)} rows; {MOST_ROWS} is the most it draws.")
        said = [human(value, self.unit) for value in table["value"]]
        ends = [human_interval(low, high, self.unit) for low, high in zip(table["low"], table["high"], strict=True)]
        return table.assign(said=said, range=ends, **{name: (table[name] / self.size).map(_short) for name in SCALED})


def _short(value: float) -> float:
    """Six figures: what a screen can show, in less text."""
    return float(f"{value:.6g}")


def spans_decades(tables: list[pd.DataFrame], ratio: float = 300.0) -> bool:
    """Whether positive values differ so much that a plain axis would flatten the small ones."""
    values = pd.concat([table["value"] for table in tables]) if tables else pd.Series(dtype=float)
    positive = values[values > 0]
    return len(positive) > 1 and float(positive.max() / positive.min()) > ratio
