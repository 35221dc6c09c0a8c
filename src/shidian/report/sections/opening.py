"""What this run says: headlines, and which uncertainty their intervals hold."""

from __future__ import annotations

from typing import Any

from ..inputs import ReportInput
from ..markup import Card, Cards, Prose, Section
from ..numbers import human, human_interval, known

_READING = (
    "Every value is a median over draws and comes with the interval between the 10 % and the 90 % point. In the figures "
    "lines with bands are simulated and open marks are what history recorded. Each figure folds out as a table."
)


def opening(inputs: ReportInput) -> Section:
    """Headlines as cards, then how to read the page."""
    blocks = [Cards([_card(headline) for headline in inputs.headlines])] if inputs.headlines else []
    return Section("says", "What this run says", [*blocks, Prose(_READING), *_paragraph(inputs.uncertainty)])


def _card(headline: dict[str, Any]) -> Card:
    unit = str(headline.get("unit") or "")
    seen, short = headline.get("observed"), unit == "1" or unit.startswith("RMB")
    return Card(
        label=str(headline["label"]),
        value=human(headline["value"], unit if short else ""),
        unit="" if short else unit,
        interval=human_interval(headline.get("low"), headline.get("high"), unit),
        observed=f"observed {human(seen, unit)}" if known(seen) else str(seen or ""),
        note=str(headline.get("note") or ""),
    )


def _paragraph(text: str) -> list[Prose]:
    return [Prose(text)] if text else []
