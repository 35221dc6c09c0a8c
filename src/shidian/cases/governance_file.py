"""governance.yaml: how a market is governed where history does not say so.

Under the six words of the loop: what of the accounts counts toward which goal, what is sold when the mission is on its way, lines of experiment and
the packages that places may put in force, the numbers that nobody has measured, each with an interval that is drawn in every run, and rules of
`hierarchy` that are others in this case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ..foundations.errors import InputError, Where
from ..foundations.stages import STAGES
from .document import Document, read_document
from .explain import validate
from .findings import Findings, nearest
from .overrides import RULES, Change, apply_overrides
from .schema import FileName, Name, Number, Status, Strict, Text

Local = Literal["access", "campaign", "privilege", "top_up"]
National = Literal["countryside"]
Contribution = Literal["accidents", "co2_avoided", "deaths", "lead", "oil_displaced", "output", "plugin_range", "pm25_avoided"]
NUMBERS = {
    "mission": ("budget",),
    "experiment": (
        "site_price", "price", "wealth", "local_knowledge", "hunch_noise", "effort_yield", "home_gain", "home_bias", "campaign_years", "launch_base",
        "launch_home", "launch_market", "launch_centre", "exit_rate", "variety", "efficient_scale", "plant_cost",
    ),
    "monitoring": ("shock",),
    "appraisal": ("foresight", "prior_spread", "site_effect", "effort_effect"),
    "selection": (),
    "adjustment": ("unit_price",),
}  # fmt: skip
Rules = Annotated[dict[Name, Any], Field(description="rules of `hierarchy` that are others in this case, and so for every regime like it")]


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


class Stage(Strict):
    """What a case says of one stage of the loop."""

    numbers: dict[Name, Estimate] = {}
    rules: Rules = {}


class MissionStage(Stage):
    """What is wanted, and what counts toward it."""

    targets: tuple[TargetEntry, ...] = Field(min_length=2)
    reference: Name = Field(description="class of which the targets' sales would make one point on every goal")
    goals: dict[Name, dict[Contribution, Estimate]] = Field(description="weights of what one vehicle adds over its life, by goal")
    interest: dict[Name, Number] = Field(description="weights of the goals in what a place wants for itself")


class ExperimentStage(Stage):
    """What may be tried, and who could make what it takes."""

    features: tuple[Name, ...] = Field(min_length=1, description="features of lines, in order")
    lines: tuple[LineEntry, ...] = Field(min_length=1)
    packages: tuple[PackageEntry, ...] = Field(min_length=1)
    hidden_makers: dict[Name, Estimate] = Field(description="chance that a place has makers of a capability that no table lists")


class GovernanceFile(Strict):
    """governance.yaml: a section for each stage of the loop, under its word."""

    mission: MissionStage
    experiment: ExperimentStage
    monitoring: Stage
    appraisal: Stage
    selection: Stage
    adjustment: Stage

    @property
    def numbers(self) -> dict[str, Estimate]:
        """The numbers of all stages by name."""
        return {name: one for stage in STAGES for name, one in getattr(self, stage).numbers.items()}

    @property
    def rules(self) -> dict[str, dict[str, Any]]:
        """Rules that are others in this case, by stage; stages without any are left out."""
        return rules_of(self)


def rules_of(read: GovernanceFile | SmallGovernance) -> dict[str, dict[str, Any]]:
    """Rules that a case's file changes, by stage; stages without any are left out."""
    return {stage: dict(getattr(read, stage).rules) for stage in STAGES if getattr(read, stage).rules}


class SmallStage(Strict):
    """What the case of a small world says of one stage; its numbers stand in its setting."""

    rules: Rules = {}


class SmallGovernance(Strict):
    """governance.yaml of a small world."""

    mission: SmallStage
    experiment: SmallStage
    monitoring: SmallStage
    appraisal: SmallStage
    selection: SmallStage
    adjustment: SmallStage


def governance_document(folder: Path, file: FileName | None, changes: Sequence[Change]) -> Document | None:
    """The file that a case names under `governance`, with what a command line changes in it; None where the case names none.

    Raises InputError where it is not there, and where something is changed in a file that is not named.
    """
    if file is None:
        if changes:
            raise InputError(f"'{changes[0][0]}': the case names no `governance:` file in which that could be changed.", Where(f"override '{changes[0][0]}'"))
        return None
    if not (folder / file).is_file():
        raise InputError(f"The case names {file} under `governance`, but the folder has no such file; add it or delete the line.", Where(folder / file))
    document = read_document(folder / file, "as in docs/govern-a-market.md")
    for stage in STAGES if changes else ():
        if isinstance(document.tree.get(stage), dict):
            document.tree[stage].setdefault(RULES, {})
    apply_overrides(document, changes, root=("governance",))
    return document


def read_governance(
    document: Document, goals: Sequence[str], classes: Sequence[str], capabilities: Sequence[str], sources: Mapping[str, str], findings: Findings
) -> GovernanceFile | None:
    """The file checked against the case: names of goals, classes, lines and sources must be the case's own."""
    read = validate(GovernanceFile, document, findings, root=("governance",))
    if read is not None:
        _check_names(read, document, goals, classes, capabilities, sources, findings)
    return read


def _check_names(
    read: GovernanceFile, document: Document, goals: Sequence[str], classes: Sequence[str], capabilities: Sequence[str], sources: Mapping[str, str], findings: Findings
) -> None:
    def known(name: str, among: Sequence[str], what: str, *steps: str | int) -> None:
        if name not in among:
            findings.add(f"'{name}' is no {what} of this case. {nearest(name, among)}", document.where(steps))

    wanted, tried = read.mission, read.experiment
    lines = [line.name for line in tried.lines]
    known(wanted.reference, classes, "class", "mission", "reference")
    for goal in (*wanted.goals, *wanted.interest):
        known(goal, goals, "goal", "mission", "goals" if goal in wanted.goals else "interest", goal)
    for goal in goals:
        known(goal, list(wanted.goals), "goal that `goals` gives contributions to; add it to the file", "mission", "goals")
    for at, line in enumerate(tried.lines):
        for name in line.classes:
            known(name, classes, "class", "experiment", "lines", at, "classes")
        for name in line.features:
            known(name, tried.features, "feature", "experiment", "lines", at, "features", name)
        for name in line.makers:
            known(name, capabilities, "capability of a maker", "experiment", "lines", at, "makers")
    for at, package in enumerate(tried.packages):
        for name in (*package.lines, *(one for size in package.instruments.values() if isinstance(size, dict) for one in size)):
            known(name, lines, "line", "experiment", "packages", at, "lines")
    for stage, names in NUMBERS.items():
        given = getattr(read, stage).numbers
        for name in given:
            known(name, names, f"number of the stage {stage}", stage, "numbers", name)
        for name in names:
            known(name, list(given), f"number of the stage {stage}, which must give it", stage, "numbers")
    for steps, text in _source_texts(read):
        for key in filter(None, map(str.strip, text.split(";"))):
            known(key, list(sources), "source", *steps, "source")


def _source_texts(read: GovernanceFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every `source` of the file, with the steps to what it belongs to."""
    for at, one in enumerate(read.mission.targets):
        yield ("mission", "targets", at), one.source
    for goal, held in read.mission.goals.items():
        yield from ((("mission", "goals", goal, name), one.source) for name, one in held.items())
    for at, package in enumerate(read.experiment.packages):
        yield ("experiment", "packages", at), package.source
    yield from ((("experiment", "hidden_makers", name), one.source) for name, one in read.experiment.hidden_makers.items())
    for stage in STAGES:
        yield from (((stage, "numbers", name), one.source) for name, one in getattr(read, stage).numbers.items())


def governance_of(case: object) -> GovernanceFile:
    """The governance of a case; raises InputError where it has none."""
    found = getattr(case, "governance", None)
    if found is None:
        raise InputError(
            f"The case '{getattr(case, 'name', '')}' has no `governance:` file, so nothing says what places may try in it; "
            "docs/govern-a-market.md shows how to write one."
        )
    return found
