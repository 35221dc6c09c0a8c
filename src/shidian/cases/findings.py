"""What is wrong with a case, collected so that a user mends a file in one go."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from ..foundations.errors import InputError, Where, several

SHOWN = 10
_LISTED = 20


class Findings:
    """A growing list of findings; `stop` raises them as one InputError."""

    def __init__(self) -> None:
        self._errors: list[InputError] = []

    def __len__(self) -> int:
        return len(self._errors)

    def add(self, message: str, where: Where | None = None) -> None:
        """Note one finding: what was found, why it cannot be, what to do."""
        self._errors.append(InputError(message, where))

    def stop(self) -> None:
        """Raise InputError with the first ten findings, if there are any."""
        if not self._errors:
            return
        rest = len(self._errors) - SHOWN
        more = [InputError(f"... and {rest} more; mend these first and check again.")] if rest > 0 else []
        raise several(self._errors[:SHOWN] + more)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that ends a message: the known name nearest to a mistaken one, or the known names where they are few.

    >>> nearest("urbn_share", ["urban_share", "population"])
    "Did you mean 'urban_share'?"
    """
    names = [str(one) for one in known]
    close = difflib.get_close_matches(str(name), names, n=1)
    if close:
        return f"Did you mean '{close[0]}'?"
    if 0 < len(names) <= _LISTED:
        return f"Known: {', '.join(names)}."
    return "Add it, or correct the name."
