"""Mappings of `patterns.yaml`, read key by key, so that every finding names its spot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..cases import Case
from ..cases.document import Steps
from ..cases.findings import nearest
from ..foundations.errors import InputError
from .figures import Figure, figure


class Reader:
    """A mapping of `patterns.yaml`, read key by key; what is missing, of another kind or left over is an InputError at its spot."""

    def __init__(self, case: Case, given: Any, what: str, steps: Steps = ()):
        self.case, self.given, self.what, self.steps, self.asked = case, given, what, steps, set()
        if not isinstance(given, dict):
            raise self.error(f"The {what} is {given!r}, not a mapping; write it as {{name: value, ...}}.")

    def error(self, message: str, *below: str | int) -> InputError:
        """A finding about the mapping, or about what stands below it."""
        return InputError(message, self.case.where("patterns", *self.steps, *below))

    def value(self, key: str, default: Any = None, required: bool = True) -> Any:
        """What stands under a key."""
        self.asked.add(key)
        found = self.given.get(key, default)
        if found is None and required:
            raise self.error(f"The {self.what} lacks '{key}'; add it.")
        return found

    def text(self, key: str, default: str | None = None, required: bool = True) -> str | None:
        """Text; a bare number such as a year or a code counts as its text."""
        found = self.value(key, default, required)
        if isinstance(found, dict | list):
            raise self.error(f"'{key}' of the {self.what} is not a single value; write one name or period.", key)
        return None if found is None else str(found)

    def number(self, key: str, default: float | None = None) -> float:
        """A number."""
        found = self.value(key, default)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self.error(f"'{key}' of the {self.what} is {found!r}, not a number; write one.", key)
        return float(found)

    def choice(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """One of some known names."""
        found = str(self.text(key, default))
        if found not in known:
            raise self.error(f"'{found}' under '{key}' of the {self.what} is not known. {nearest(found, known)}", key)
        return found

    def inner(self, key: str) -> Reader:
        """A mapping below a key."""
        return Reader(self.case, self.value(key), f"'{key}' of the {self.what}", (*self.steps, key))

    def figure(self, indicator: str = "indicator") -> Figure:
        """The figure that this mapping names; its keys are indicator, place, from, to."""
        names = [self.text(name, required=name in ("from", indicator)) for name in (indicator, "place", "from", "to")]
        return figure(self.case, *names)

    def finish(self) -> None:
        """Nothing may be left over."""
        for key in self.given:
            if key not in self.asked:
                raise self.error(f"The {self.what} has '{key}', which nobody reads. {nearest(key, sorted(self.asked))}", key)
