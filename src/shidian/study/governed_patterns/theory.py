"""Measures of theory: formulas beside agents that know nothing of them (`worlds.theory`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import ClassVar

from ...cases.findings import nearest
from ...foundations.errors import InputError
from ...worlds.theory import RESULTS, Check
from .selection import FileReader

DRAWS = 10_000  # of every figure
NAMES = tuple(module.__name__.rsplit(".", 1)[-1] for module in RESULTS)


@dataclass(frozen=True)
class Theory:
    """Figures of theory with a seed; a result is simulated when it is first asked for."""

    seed: int
    draws: int = DRAWS
    made: dict[str, list[Check]] = field(default_factory=dict)

    def of(self, result: str) -> list[Check]:
        """All figures of a result."""
        if result not in self.made:
            self.made[result] = import_module(f"{RESULTS[0].__package__}.{result}").checks(self.seed, self.draws)
        return self.made[result]


@dataclass(frozen=True)
class Figures:
    """`theory`: share of the figures of results that hold within three standard errors. Keys: results (a list)."""

    results: tuple[str, ...]

    @classmethod
    def read(cls, given: FileReader) -> Figures:
        """From its mapping."""
        found = given.names("results")
        for name in found:
            if name not in NAMES:
                raise given.error(f"'{name}' is no result of theory. Known: {', '.join(NAMES)}.", "results")
        return cls(found)

    def value(self, theory: Theory) -> float:
        """Share of figures that hold, nulls included."""
        checks = [one for name in self.results for one in theory.of(name)]
        return sum(one.holds for one in checks) / len(checks)

    def told(self, theory: Theory) -> str:
        """How many hold, how many of these are nulls, and which do not."""
        checks = [one for name in self.results for one in theory.of(name)]
        failed = [f"{one.name} ({one.parameters}: {one.simulated:.3g} beside {one.expected:.3g})" for one in checks if not one.holds]
        nulls = [one for one in checks if one.null]
        said = f"{sum(one.holds for one in checks)} of {len(checks)} figures within three standard errors, nulls {sum(one.holds for one in nulls)} of {len(nulls)}"
        return said + (f"; not {', '.join(failed)}" if failed else "")


@dataclass(frozen=True)
class Rise:
    """`rise`: one simulated figure less another, or nought, in standard errors of the difference. Keys: result, of, less (names of figures).

    Where several figures have one name, `name: parameters` tells them apart, as docs/theory.md prints them.
    """

    result: str
    of: str
    less: str
    spot: InputError  # raised where the result has no such figure

    unit: ClassVar[str] = "standard errors"

    @classmethod
    def read(cls, given: FileReader) -> Rise:
        """From its mapping."""
        return cls(given.choice("result", NAMES), str(given.text("of")), given.text("less", "", required=False) or "", given.error(""))

    def value(self, theory: Theory) -> float:
        """Standard errors between the two. Raises InputError where the result has no such figure."""
        (high, error), (low, other) = (self._figure(theory, name) for name in (self.of, self.less))
        return (high - low) / (error**2 + other**2) ** 0.5

    def _figure(self, theory: Theory, name: str) -> tuple[float, float]:
        if not name:
            return 0.0, 0.0
        found = {key: one for one in theory.of(self.result) for key in (one.name, f"{one.name}: {one.parameters}")}
        if name not in found:
            raise InputError(f"The result '{self.result}' has no figure '{name}'. {nearest(name, found)}", self.spot.where)
        return found[name].simulated, found[name].standard_error
