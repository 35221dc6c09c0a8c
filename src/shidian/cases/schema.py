"""The shape of case.yaml and parameters.yaml, and their JSON Schema for editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    RootModel,
    WithJsonSchema,
    model_validator,
)

from ..foundations.calendar import Calendar, months_of
from ..foundations.errors import InputError
from .units import check_unit
from .vocabulary import INSTRUMENTS

TABLES = "places people series classes attributes products makers supply timeline schedules chargers observed forecasts".split()
REQUIRED_TABLES = "places people series classes attributes makers supply".split()


def _as_text(value: Any) -> Any:
    """`unit: 1` and `end: 2020` mean text, though YAML reads numbers."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _known_unit(text: str) -> str:
    try:
        check_unit(text)
    except InputError as problem:
        raise ValueError(problem.message) from None
    return text


def _file_name(text: str) -> str:
    if not text or text.startswith(".") or any(mark in text for mark in "/\\:"):
        raise ValueError(f"'{text}' is not a file name; a case's files lie in its own folder, so write the name alone.")
    return text


def _number_or_vector(value: Any) -> float | dict[str, float]:
    if isinstance(value, dict):
        if not value:
            raise ValueError("The value is an empty mapping; give one number for each name, or a single number.")
        return {str(name): _number(one, f" for '{name}'") for name, one in value.items()}
    return _number(value, "")


def _number(value: Any, label: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) == float("inf"):
        raise ValueError(f"The value{label} is {value!r}, which is not a finite number; write one such as 2.5.")
    return float(value)


Text = Annotated[str, BeforeValidator(_as_text)]
Name = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
Unit = Annotated[Text, Field(description="1, km, RMB/vehicle, kWh/100km ..."), AfterValidator(_known_unit)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
FileName = Annotated[str, AfterValidator(_file_name)]
_ONE_OR_MANY = {"anyOf": [{"type": "number"}, {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 1}]}
Value = Annotated[Any, PlainValidator(_number_or_vector), WithJsonSchema(_ONE_OR_MANY)]
Status = Literal["sourced", "derived", "unconfirmed", "assumed"]


class Strict(BaseModel):
    """Frozen, and without room for names that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CalendarEntry(Strict):
    """First and last month, both included; a case runs over whole years."""

    start: Name = Field(description="a January: 2009-01 or 2009")
    end: Name = Field(description="a December: 2025-12 or 2025")

    @model_validator(mode="after")
    def _whole_years(self) -> CalendarEntry:
        first, last = _month("start", self.start, 0), _month("end", self.end, 1)
        if first % 12 != 0:
            raise ValueError(f"The calendar starts with {self.start}, but a case runs over whole years; start in January.")
        if last % 12 != 11:
            raise ValueError(f"The calendar ends with {self.end}, but a case runs over whole years; end in December.")
        if last < first:
            raise ValueError(f"The calendar ends with {self.end}, before it starts ({self.start}); swap them.")
        return self

    def calendar(self) -> Calendar:
        """The checked calendar."""
        return Calendar(months_of(self.start)[0] // 12, months_of(self.end)[1] // 12)


def _month(name: str, period: str, end: int) -> int:
    try:
        return months_of(period)[end]
    except InputError as problem:
        raise ValueError(f"The calendar's {name} cannot be read: {problem.message}") from None


class GoalEntry(Strict):
    """One goal of the mission."""

    name: Name
    weight: Annotated[Number, Field(ge=0, le=1)]
    indicator: Name
    better: Literal["higher", "lower"]
    unit: Unit
    target: Number | None = None
    source: Text = ""
    note: Text = ""


class MissionEntry(Strict):
    """The direction that the centre sets, with goals whose weights add up to one."""

    statement: Name
    goals: tuple[GoalEntry, ...] = Field(min_length=1)


class InstrumentEntry(Strict):
    """One instrument: unit, rule of combination, value where no row holds, scale, meaning."""

    unit: Unit
    combine: Literal["sum", "max", "specific", "-"]
    base: Number = 0.0
    scale: Annotated[Number, Field(ge=0)] = 1.0
    meaning: Name


class ReportEntry(Strict):
    """What a report of this case dwells on: places set beside the centre, what not to lean on, tables shown as they are."""

    focus: tuple[Name, ...] = Field((), description="codes of places to set beside the centre")
    weak: tuple[Name, ...] = Field((), description="sentences that say what is weak")
    tables: dict[Literal["paper_tables", "mic2025"], FileName] = Field({}, description="printed tables to compute again")


class EvidenceEntry(Strict):
    """One piece of evidence that a calibration may use: which rows of `observed`, and how near the model is expected to come."""

    name: Name
    indicators: tuple[Name, ...] = Field(min_length=1)
    place: Text = Field("", description="code of the place; empty for the centre")
    every: Literal["year", "month"] = "year"
    over: Text = Field("", description="indicator that each is divided by, in the record and in the run")
    among: bool = Field(False, description="each is divided by the sum of all listed")
    swing: bool = Field(False, description="only how it moves counts: the mean over the periods is taken out")
    to_date: bool = Field(False, description="the record counts everything sold so far")
    least: Annotated[Number, Field(ge=0)] = Field(0.0, description="smaller counts are left out")
    spread: Annotated[Number, Field(gt=0)] = Field(description="standard deviation of the logarithm that the model is not expected to explain")
    note: Text = ""


class CalibrationFile(Strict):
    """calibration.yaml."""

    until: int = Field(description="last year that is fitted unless another is asked for")
    evidence: tuple[EvidenceEntry, ...] = Field(min_length=1)


class CaseEntry(Strict):
    """case.yaml."""

    edition: Literal[1] = Field(alias="schema", description="version of this layout")
    name: Annotated[Name, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Name
    description: Name
    world: Literal["market"]
    calendar: CalendarEntry
    currency: Name
    regimes: tuple[Name, ...] = Field(min_length=1)
    mission: MissionEntry
    parameters: FileName = "parameters.yaml"
    patterns: FileName = "patterns.yaml"
    calibration: FileName | None = Field(None, description="evidence that a calibration uses")
    governance: FileName | None = Field(None, description="lines, packages and numbers for regimes that govern rather than replay")
    posterior: FileName | None = Field(None, description="draws of the fitted parameters, with a .json of the same name beside it")
    sources: FileName = "sources.bib"
    tables: dict[Literal[tuple(TABLES)], FileName]  # type: ignore[valid-type]
    instruments: dict[Literal[tuple(INSTRUMENTS)], InstrumentEntry]  # type: ignore[valid-type]
    report: ReportEntry = ReportEntry()


class ParameterEntry(Strict):
    """One parameter with its prior: low and high for a number, spread for a vector, neither where fixed."""

    value: Value
    unit: Unit
    low: Number | None = None
    high: Number | None = None
    spread: Annotated[Number, Field(gt=0)] | None = None
    distribution: Literal["normal", "lognormal", "uniform", "fixed"]
    status: Status
    source: Text = ""
    note: Text = ""

    @model_validator(mode="after")
    def _prior(self) -> ParameterEntry:
        bounds = (self.low, self.high)
        if self.distribution == "fixed":
            if bounds != (None, None) or self.spread is not None:
                raise ValueError(
                    "A fixed parameter is never drawn, so it has no low, high or spread; delete them or choose a distribution.",
                )
        elif isinstance(self.value, dict):
            self._vector_prior()
        else:
            self._number_prior()
        return self

    def _vector_prior(self) -> None:
        if self.spread is None or (self.low, self.high) != (None, None):
            raise ValueError(
                "A parameter with one value for each name is drawn around them; "
                "give `spread` (a standard deviation) in place of low and high.",
            )
        if self.distribution == "lognormal" and min(self.value.values()) <= 0:
            raise ValueError("A lognormal parameter is above 0 throughout; raise the values or choose normal.")

    def _number_prior(self) -> None:
        if self.spread is not None or self.low is None or self.high is None:
            raise ValueError(
                f"A {self.distribution} parameter that is {self.status} is drawn "
                "between `low` and `high`; give both (and no spread), or make it fixed.",
            )
        if not self.low <= self.value <= self.high or self.low == self.high:
            raise ValueError(
                f"The value {self.value:g} does not lie between low {self.low:g} and high {self.high:g}; correct them together.",
            )
        if self.distribution == "lognormal" and self.low <= 0:
            raise ValueError(f"A lognormal parameter is above 0, but low is {self.low:g}; raise it or choose normal.")


class ParametersFile(RootModel[dict[str, ParameterEntry]]):
    """parameters.yaml: parameters by name."""


SHAPES: dict[tuple[str, ...], type[BaseModel]] = {
    (): CaseEntry,
    ("calendar",): CalendarEntry,
    ("mission",): MissionEntry,
    ("mission", "goals", "*"): GoalEntry,
    ("instruments", "*"): InstrumentEntry,
    ("report",): ReportEntry,
    ("parameters", "*"): ParameterEntry,
}


def fields_at(steps: tuple[str | int, ...]) -> list[str]:
    """Names that may stand under a path, whether a file writes them or leaves the default.

    >>> fields_at(("calendar",))
    ['start', 'end']
    """
    for pattern, model in SHAPES.items():
        if len(pattern) == len(steps) and all(one in ("*", step) for one, step in zip(pattern, steps)):
            return [entry.alias or name for name, entry in model.model_fields.items()]
    return []


def case_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) that accepts a case.yaml of any world or a parameters.yaml, for editors that complete and check."""
    from pydantic.json_schema import models_json_schema

    from .small_schema import SmallEntry

    _, schema = models_json_schema([(CaseEntry, "validation"), (SmallEntry, "validation"), (ParametersFile, "validation")])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "shidian case: case.yaml or parameters.yaml",
        "anyOf": [{"$ref": "#/$defs/CaseEntry"}, {"$ref": "#/$defs/SmallEntry"}, {"$ref": "#/$defs/ParametersFile"}],
        **schema,
    }
