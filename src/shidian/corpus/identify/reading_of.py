"""A value read from a document, with how sure it is and where it stands."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

Value = TypeVar("Value")
_LONGEST = 200  # characters of a quote


class Reading(NamedTuple, Generic[Value]):
    """A value, a confidence between 0 and 1, and the evidence (see `record.EVIDENCE`)."""

    value: Value
    confidence: float = 0.0
    where: str = ""
    start: int = -1
    end: int = -1
    quote: str = ""

    @property
    def evidence(self) -> dict[str, Any] | None:
        """The evidence as a row of the store has it, or None where there is none."""
        if not self.where:
            return None
        return {"where": self.where, "start": self.start, "end": self.end, "quote": self.quote[:_LONGEST]}


def in_text(value: Value, confidence: float, where: str, text: str, start: int, end: int) -> Reading[Value]:
    """A reading from a stretch of the text (or of the title), whose words are its quote."""
    return Reading(value, confidence, where, start, end, text[start:end])


def in_meta(value: Value, confidence: float, quote: str) -> Reading[Value]:
    """A reading from metadata, which has no place in the text."""
    return Reading(value, confidence, "meta", -1, -1, quote)
