"""The clock of a panel: years, months, quarters, or plain counts, read from labels and compared with dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..foundations.calendar import months_of
from ..foundations.errors import InputError

_YEAR = re.compile(r"[12]\d{3}")
_WHOLE = re.compile(r"-?\d{1,9}(\.0*)?")


@dataclass(frozen=True)
class Clock:
    """What labels of periods mean. `counted` periods are plain numbers (wave 1, 2, 3); others are of the calendar."""

    counted: bool

    @classmethod
    def of(cls, labels: Iterable[str]) -> Clock:
        """The clock on which all of these labels can be read.

        >>> Clock.of(["2001", "2002"]).counted, Clock.of(["1", "12"]).counted
        (False, True)
        """
        texts = list(labels)
        return cls(all(_WHOLE.fullmatch(text) for text in texts) and not all(_YEAR.fullmatch(_whole(text)) for text in texts))

    def span(self, label: str) -> tuple[int, int]:
        """First and last moment that a label covers: months of the calendar, or the count twice.

        Raises InputError for what is no period of this clock.
        """
        if not self.counted:
            return months_of(_whole(label))
        if not _WHOLE.fullmatch(label):
            raise InputError(f"'{label}' is not a whole number, as the panel's periods are; write one.")
        return (number := int(float(label))), number

    def label(self, text: str) -> int | str:
        """A label as it is kept: years and counts as numbers, all else as written."""
        whole = _whole(text)
        return int(whole) if self.counted or _YEAR.fullmatch(whole) else text


def _whole(text: str) -> str:
    """`2010.0`, as some programs write a year, is 2010."""
    return text.split(".")[0] if _WHOLE.fullmatch(text) else text
