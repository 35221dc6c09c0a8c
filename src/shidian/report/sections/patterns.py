"""Which known patterns the run shows, and by how much."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from ..inputs import ReportInput
from ..markup import Prose, Section, Table
from ..numbers import human, human_interval, known

_ORDER = ("holds", "misses", "input", "not yet")
_MEANING = (
    "A pattern holds or misses by its criterion. Input: given to a replay, so that it cannot be tested by one. Not yet: "
    "needs what no replay has, or runs beside this one; the note says which. Use F may be fitted, H is held out, T must hold by construction."
)


def patterns(inputs: ReportInput) -> Section | None:
    """A count, then every pattern with its criterion, what was found and the verdict: none is left out."""
    if not inputs.patterns:
        return None
    counts = Counter(str(pattern["result"]) for pattern in inputs.patterns)
    said = ", ".join(f"{counts[result]} {result}" for result in _ORDER if counts[result])
    rows = pd.DataFrame([_row(pattern) for pattern in inputs.patterns])
    return Section(
        "patterns", "Patterns", [Prose(f"Of {len(inputs.patterns)} patterns: {said}. {_MEANING}"), _as_table(rows)]
    )


def _as_table(rows: pd.DataFrame) -> Table:
    return Table(rows, "What a run must show, and what this one shows.", marks="Result")


def _row(pattern: dict[str, Any]) -> dict[str, str]:
    unit = str(pattern.get("unit") or "")
    value = pattern.get("value")
    found = human(value, unit) if known(value) else str(value or "")
    interval = human_interval(pattern.get("low"), pattern.get("high"), unit)
    source, note = (str(pattern.get(name) or "") for name in ("source", "note"))
    return {
        "#": str(pattern["id"]),
        "Pattern": str(pattern["name"]),
        "Use": str(pattern.get("use") or ""),
        "Criterion": str(pattern.get("criterion") or ""),
        "Found": f"{found} ({interval})" if interval else found,
        "Result": str(pattern["result"]),
        "Source and note": "; ".join(filter(None, (source, note))),
    }
