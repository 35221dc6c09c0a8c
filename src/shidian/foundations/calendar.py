"""Months: the clock of every case.

A month is counted from January of year 0, so that differences and arrays need no dates. Periods are written as a user
writes them: `2014`, `2014-07`, `2014-07-15` or `2014Q3`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import InputError

_PERIOD = re.compile(r"^(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?|Q(?P<quarter>[1-4]))?$")


def months_of(period: str) -> tuple[int, int]:
    """First and last month that a written period covers, both included.

    >>> [month_name(month) for month in months_of("2014Q3")]
    ['2014-07', '2014-09']

    Raises InputError where the text is not a period.
    """
    found = _PERIOD.match(str(period).strip())
    if not found:
        raise InputError(f"'{period}' is not a period; write 2014, 2014-07, 2014-07-15 or 2014Q3.")
    year = int(found["year"])
    if found["quarter"]:
        first = 12 * year + 3 * (int(found["quarter"]) - 1)
        return first, first + 2
    if found["month"]:
        return (month := _month(year, int(found["month"]), found["day"], period)), month
    return 12 * year, 12 * year + 11


def _month(year: int, month: int, day: str | None, period: str) -> int:
    if not 1 <= month <= 12 or (day and not 1 <= int(day) <= 31):
        raise InputError(f"'{period}' is not a date of the calendar; months run from 01 to 12 and days from 01 to 31.")
    return 12 * year + month - 1


def month_name(month: int) -> str:
    """`2014-07` for the month 12 x 2014 + 6."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


@dataclass(frozen=True)
class Calendar:
    """The whole years that a case runs over: from January of `first` to December of `last`."""

    first: int
    last: int

    @property
    def years(self) -> range:
        """Calendar years, in order."""
        return range(self.first, self.last + 1)

    @property
    def months(self) -> range:
        """Months, in order; `months.index(m)` is a month's place on the time axis."""
        return range(12 * self.first, 12 * self.last + 12)

    def span(self, start: str, end: str | None) -> slice:
        """Where a dated row holds on the time axis, cut to the calendar; an empty end means to the last month.

        >>> Calendar(2009, 2010).span("2009-03", "2009")
        slice(2, 12, None)
        """
        begin = months_of(start)[0] - self.months[0]
        stop = months_of(end)[1] - self.months[0] + 1 if end else len(self.months)
        return slice(min(max(begin, 0), len(self.months)), min(max(stop, 0), len(self.months)))
