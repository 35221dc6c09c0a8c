"""Rows of a csv whose quotes may be wrong: one that is never closed costs its own row, not all that follow.

A quote that is not closed swallows the rows after it until the next quote, which then seems to close it, or until the end of the file. Such a row is told by the
quote that stands where a cell begins and yet ends one, or by the end within quotes. It is given back as a fault, and the lines after its first are read again.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .raw import LARGEST

_MOST_AGAIN = 5 * LARGEST  # characters read again in one file


@dataclass(frozen=True)
class Fault:
    """A row that cannot be read: what is wrong with it."""

    reason: str


def records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | Fault]]:
    """Each row of a csv, or what is wrong with it, with the line at which it begins."""
    source = _Lines(lines)
    rows = csv.reader(source, delimiter=delimiter)
    again = 0
    while True:
        start = source.begin()
        try:
            cells = next(rows, None)
            wrong = "a quote is opened and never closed" if _unclosed(source.row, delimiter) else ""
        except csv.Error as problem:
            cells, wrong = [], str(problem)
        if cells is None:
            return
        if not wrong:
            yield start, cells
            continue
        again += sum(map(len, source.row))
        if again > _MOST_AGAIN:
            yield start, Fault(f"{wrong}, as in rows before; nothing from here on is read: mend the quotes of the table")
            return
        yield start, Fault(f"{wrong}; the row is passed over, and reading goes on in the line after it")
        source.back()


class _Lines:
    """Lines that can be gone back to, as far as the start of the row."""

    def __init__(self, lines: Iterable[str]):
        self._lines, self._again = iter(lines), deque[str]()
        self.row: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.row.append(line)
        self._number += 1
        return line

    def begin(self) -> int:
        """A row begins: the number of its first line."""
        self.row = []
        return self._number + 1

    def back(self) -> None:
        """All lines of the row but its first are still to come."""
        self._again.extendleft(reversed(self.row[1:]))
        self._number -= len(self.row) - 1


def _unclosed(row: list[str], delimiter: str) -> bool:
    """Whether a row of several lines goes on where it should have ended."""
    if len(row) < 2:
        return False
    text, ends = "".join(row), (delimiter, "\n", "\r", "")
    inside = False
    for run in re.finditer('"+', text):
        begins_a_cell = text[run.start() - 1 : run.start()] in ends
        if not (inside or begins_a_cell):
            continue
        odd = len(run[0]) % 2 == 1  # two quotes stand for one of the text
        if not inside:
            inside = odd
        elif odd:
            inside = False
            if begins_a_cell and text[run.end() : run.end() + 1] not in ends:
                return True
    return inside
