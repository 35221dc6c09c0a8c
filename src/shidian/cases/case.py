"""A checked case: what every other room receives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..foundations.calendar import Calendar
from ..foundations.errors import Where
from ..foundations.places import PlaceTree

if TYPE_CHECKING:
    import pandas as pd

    from .document import Document
    from .governance_file import GovernanceFile
    from .schema import CalibrationFile


@dataclass(frozen=True)
class Parameter:
    """A number of the model with its prior.

    `value` is the central value, or one number for each class, powertrain or segment. `low` and `high` are the 5 % and
    95 % points of the prior (for `uniform` its ends); a vector has `spread`, a standard deviation in the same unit, in
    their place. A `fixed` parameter is never drawn.
    """

    name: str
    value: float | dict[str, float]
    unit: str
    low: float | None
    high: float | None
    spread: float | None
    distribution: str
    status: str
    source: str
    note: str


@dataclass(frozen=True)
class Instrument:
    """A policy lever: its unit, how rows in force at once combine, its value where no row holds, and its scale.

    `scale` multiplies every size of the timeline: 0 switches the instrument off, 1 leaves history as it was.
    """

    name: str
    unit: str
    combine: str
    base: float
    scale: float
    meaning: str


@dataclass(frozen=True)
class Goal:
    """One rationale of the mission, measured by an indicator; `better` says which way is up."""

    name: str
    weight: float
    indicator: str
    better: str
    unit: str
    target: float | None
    source: str
    note: str


@dataclass(frozen=True)
class Mission:
    """A direction and several goals whose weights add up to one."""

    statement: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True)
class ReportNotes:
    """What a report of the case dwells on: codes of places, sentences on what is weak, files of printed tables by name."""

    focus: tuple[str, ...]
    weak: tuple[str, ...]
    tables: Mapping[str, Path]


@dataclass(frozen=True, eq=False)
class Case:
    """One application of the laboratory, read from a folder and checked.

    Tables keep the columns of their files: codes and names as text ("" where empty), numbers as float64 (NaN where
    empty), whole numbers that are never empty as int64. `digest` depends on the content alone, not on the folder. `sources` says by
    key what a reader can look up.
    """

    name: str
    title: str
    description: str
    world: str
    calendar: Calendar
    currency: str
    regimes: tuple[str, ...]
    mission: Mission
    places: PlaceTree
    parameters: Mapping[str, Parameter]
    instruments: Mapping[str, Instrument]
    tables: Mapping[str, pd.DataFrame]
    patterns: tuple[dict[str, Any], ...]
    calibration: CalibrationFile | None
    governance: GovernanceFile | None
    posterior: Path | None
    folder: Path
    digest: str
    sources: Mapping[str, str]
    report: ReportNotes
    documents: Mapping[str, Document]

    @property
    def rules(self) -> Mapping[str, Mapping[str, Any]]:
        """Rules of `hierarchy` that are others here, by stage; none where the case has no governance."""
        return self.governance.rules if self.governance else {}

    def where(self, document: str, *steps: str | int) -> Where:
        """Where a value stands in the file of `case`, `parameters` or `patterns`; the override, where one replaced it.

        >>> from shidian.cases import load_case
        >>> str(load_case("toy").where("parameters", "alpha", "value")).rpartition("/")[2]
        'parameters.yaml:5:16'
        """
        return self.documents[document].where(steps)
