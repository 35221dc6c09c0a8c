"""What this run says: headlines, how it did on the patterns that it must show, and which uncertainty the intervals hold."""

from __future__ import annotations

from typing import Any

from ..inputs import ReportInput
from ..markup import Block, Card, Cards, Listing, Prose, Section
from ..numbers import human, human_interval, known

_READING = (
    "Every value is a median over draws and comes with the interval between the 10 % and the 90 % point. In the figures "
    "lines with bands are simulated and open marks are what history recorded. Each figure folds out as a table."
)


# In the order in which they count: what was held out says most.
_USES = {"H": "held out, which nothing may be fitted to", "F": "that may be fitted", "T": "that must hold by construction"}


def opening(inputs: ReportInput) -> Section:
    """Headlines as cards, the verdict of the patterns, then how to read the page."""
    blocks = [Cards([_card(headline) for headline in inputs.headlines])] if inputs.headlines else []
    return Section("says", "What this run says", [*blocks, *_verdict(inputs.patterns or []), Prose(_READING), *_paragraph(inputs.uncertainty)])


def _verdict(patterns: list[dict[str, Any]]) -> list[Block]:
    """How many of the patterns that could be judged hold and miss, by use, and which of those held out miss."""
    judged = [pattern for pattern in patterns if pattern["result"] in ("holds", "misses")]
    if not judged:
        return []
    said = [f"Of the {len(judged)} patterns that could be judged, {_tally(judged)}."]
    for use, words in _USES.items():
        if mine := [pattern for pattern in judged if pattern.get("use") == use]:
            said.append(f"Of the {len(mine)} {words} ({use}), {_tally(mine)}.")
    missed = [f"{pattern['name']} ({pattern['id']})" for pattern in judged if pattern.get("use") == "H" and pattern["result"] == "misses"]
    return [Prose(" ".join(said)), *([Prose("Held out and missed:"), Listing(missed)] if missed else [])]


def _tally(patterns: list[dict[str, Any]]) -> str:
    held = sum(pattern["result"] == "holds" for pattern in patterns)
    missed = len(patterns) - held
    return f"{held or 'none'} {'hold' if held > 1 else 'holds'} and {missed or 'none'} {'miss' if missed > 1 else 'misses'}"


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
