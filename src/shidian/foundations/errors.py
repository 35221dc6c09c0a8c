"""The one exception that a user sees: something in the user's input is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Where:
    """A spot in a user's file: the path and, where known, line and column counted from one."""

    path: Path | str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [str(self.path), self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)


class InputError(Exception):
    """The user's input is wrong: what was found, where, why it cannot be, and what to do, in one or two sentences.

    The command line prints it without a traceback and exits with 2. Several findings may be reported at once.
    """

    def __init__(self, message: str, where: Where | None = None):
        self.message = message
        self.where = where
        super().__init__(f"{where}: {message}" if where else message)


class OutsideCalendar(InputError):
    """A period that the case, perhaps cut short for this run, does not cover."""


def several(errors: list[InputError]) -> InputError:
    """Join findings into one error, so that a user mends a file in one go.

    >>> print(several([InputError("a"), InputError("b", Where("case.yaml", 3))]))
    a
    case.yaml:3: b
    """
    return errors[0] if len(errors) == 1 else InputError("\n".join(str(error) for error in errors))


class Failure(Exception):
    """Something outside the user's input went wrong (a full disk, say); printed without a traceback, exit code 1."""
