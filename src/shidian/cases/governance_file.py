"""governance.yaml: how a market is governed where history does not say so.

Lines of experiment and the packages that places may put in force, what of the accounts counts toward which goal, what is sold when
the mission is on its way, and the numbers that nobody has measured, each with an interval that is drawn in every run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ..foundations.errors import InputError
from .document import Document, read_document
from .explain import validate
from .findings import Findings, nearest
from .schema import FileName, Name, Number, Status, Strict, Text

Local = Literal["access", "campaign", "privilege", "top_up"]
National = Literal["countryside"]
Contribution = Literal["accidents", "co2_avoided", "deaths", "lead", "oil_displaced", "output", "plugin_range", "pm25_avoided"]
NUMBERS = (
    "local_knowledge", "hunch_noise", "foresight", "prior_spread", "site_effect", "effort_effect", "effort_yield", "wealth", "home_gain", "home_bias",
    "price", "shock", "budget", "site_price", "unit_price", "efficient_scale", "plant_cost", "launch_base", "launch_home", "launch_market",
    "launch_centre", "exit_rate", "variety", "campaign_years",
)  # fmt: skip


class Estimate(Strict):
    """A number with its interval and where it comes from; without an interval it is never drawn."""

    value: Number
    low: Number | None = None
    high: Number | None = None
    unit: Name
    status: Status
    source: Text = ""
    note: Text = ""

    @model_validator(mode="after")
    def _ordered(self) -> Estimate:
        ends = (self.low, self.high)
        if ends == (None, None):
            return self
        if None in ends or not self.low <= self.value <= self.high:  # type: ignore[operator]
            raise ValueError(f"The value {self.value:g} needs both a low and a high, on either side of it; give both or neither.")
        return self


class TargetEntry(Strict):
    """What the mission's plans ask for in a year; between years given it grows at a steady rate."""

    year: int
    sales: Annotated[Number, Field(gt=0)] = Field(description="vehicles sold in the year")
    status: Status
    source: Text = ""
    note: Text = ""


class LineEntry(Strict):
    """A technology in which places experiment: classes of the market that packages bear on, who can make it, and what it has in common with others."""

    name: Annotated[Name, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    label: Name
    classes: tuple[Name, ...] = Field(min_length=1)
    makers: tuple[Name, ...] = Field(min_length=1, description="capabilities of makers that can launch it")
    features: dict[Name, Number] = Field(description="what the centre sees in it")


class PackageEntry(Strict):
    """Instruments adopted together, in sizes that may differ by line."""

    name: Annotated[Name, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    label: Name
    lines: tuple[Name, ...] = Field(min_length=1)
    instruments: dict[Local, Number | dict[Name, Number]] = Field(min_length=1, description="what a place puts in force")
    national: dict[National, Number] = Field({}, description="what the centre adds where the package is national")
    status: Status
    source: Text = ""
    note: Text = ""


class GovernanceFile(Strict):
    """governance.yaml."""

    targets: tuple[TargetEntry, ...] = Field(min_length=2)
    reference: Name = Field(description="class of which the targets' sales would make one point on every goal")
    goals: dict[Name, dict[Contribution, Estimate]] = Field(description="weights of what one vehicle adds over its life, by goal")
    interest: dict[Name, Number] = Field(description="weights of the goals in what a place wants for itself")
    features: tuple[Name, ...] = Field(min_length=1, description="features of lines, in order")
    lines: tuple[LineEntry, ...] = Field(min_length=1)
    packages: tuple[PackageEntry, ...] = Field(min_length=1)
    hidden_makers: dict[Name, Estimate] = Field(description="chance that a place has makers of a capability that no table lists")
    numbers: dict[Literal[NUMBERS], Estimate]  # type: ignore[valid-type]


def read_governance(
    folder: Path, file: FileName, goals: Sequence[str], classes: Sequence[str], capabilities: Sequence[str], sources: Mapping[str, str], findings: Findings
) -> GovernanceFile | None:
    """The file checked against the case: names of goals, classes, lines and sources must be the case's own."""
    if not (folder / file).is_file():
        findings.add(f"The case names {file} under `governance`, but the folder has no such file; add it or delete the line.")
        return None
    document = read_document(folder / file)
    read = validate(GovernanceFile, document, findings)
    if read is not None:
        _check_names(read, document, goals, classes, capabilities, sources, findings)
    return read


def _check_names(
    read: GovernanceFile, document: Document, goals: Sequence[str], classes: Sequence[str], capabilities: Sequence[str], sources: Mapping[str, str], findings: Findings
) -> None:
    def known(name: str, among: Sequence[str], what: str, *steps: str | int) -> None:
        if name not in among:
            findings.add(f"'{name}' is no {what} of this case. {nearest(name, among)}", document.where(steps))

    lines = [line.name for line in read.lines]
    known(read.reference, classes, "class", "reference")
    for goal in (*read.goals, *read.interest):
        known(goal, goals, "goal", "goals" if goal in read.goals else "interest", goal)
    for goal in goals:
        known(goal, list(read.goals), "goal that `goals` gives contributions to; add it to the file", "goals")
    for at, line in enumerate(read.lines):
        for name in line.classes:
            known(name, classes, "class", "lines", at, "classes")
        for name in line.features:
            known(name, read.features, "feature", "lines", at, "features", name)
        for name in line.makers:
            known(name, capabilities, "capability of a maker", "lines", at, "makers")
    for at, package in enumerate(read.packages):
        for name in (*package.lines, *(one for size in package.instruments.values() if isinstance(size, dict) for one in size)):
            known(name, lines, "line", "packages", at, "lines")
    for name in NUMBERS:
        known(name, list(read.numbers), "number of `numbers`, which must give it", "numbers")
    for key in _source_keys(read):
        known(key, list(sources), "source in the case's bibliography", "numbers")


def _source_keys(read: GovernanceFile) -> set[str]:
    estimates = [*read.numbers.values(), *read.hidden_makers.values(), *(one for goal in read.goals.values() for one in goal.values())]
    texts = [one.source for one in (*estimates, *read.targets, *read.packages)]
    return {key.strip() for text in texts for key in text.split(";") if key.strip()}


def governance_of(case: object) -> GovernanceFile:
    """The governance of a case; raises InputError where it has none."""
    found = getattr(case, "governance", None)
    if found is None:
        raise InputError(
            f"The case '{getattr(case, 'name', '')}' has no `governance:` file, so nothing says what places may try in it; "
            "docs/govern-a-market.md shows how to write one."
        )
    return found
