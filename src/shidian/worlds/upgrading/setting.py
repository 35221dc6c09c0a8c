"""The numbers of industrial upgrading: read from YAML, checked like a case, and drawn anew for every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field

from ...cases import SmallCase
from ...cases.explain import validate
from ...cases.findings import Findings, nearest
from ...cases.schema import Name, Number, Strict
from ...cases.small_schema import Share
from ...foundations.errors import InputError
from ...foundations.streams import stream, triangular

GOALS = ("technology", "jobs", "balance")
LOWEST, HIGHEST = 2.0, 4.0  # stages: mass production, cyber-physical systems


def _rising(interval: tuple[float, float, float]) -> tuple[float, float, float]:
    if not interval[0] <= interval[1] <= interval[2]:
        raise ValueError(f"{list(interval)} does not rise; write low, best value and high, in this order.")
    return interval


def _positive(interval: tuple[float, float, float]) -> tuple[float, float, float]:
    if interval[0] <= 0:
        raise ValueError(f"{list(interval)} reaches {interval[0]:g}, but this is above 0 throughout; raise it.")
    return interval


def _not_negative(interval: tuple[float, float, float]) -> tuple[float, float, float]:
    if interval[0] < 0:
        raise ValueError(f"{list(interval)} reaches {interval[0]:g}, but this is never below 0; raise it.")
    return interval


def _at_most_one(interval: tuple[float, float, float]) -> tuple[float, float, float]:
    if interval[0] < 0 or interval[2] > 1:
        raise ValueError(f"{list(interval)} leaves the range from 0 to 1, and this is a share; correct it.")
    return interval


Interval = Annotated[tuple[Number, Number, Number], AfterValidator(_rising)]
Positive = Annotated[Interval, AfterValidator(_positive)]
AmountInterval = Annotated[Interval, AfterValidator(_not_negative)]
ShareInterval = Annotated[Interval, AfterValidator(_at_most_one)]
Price = Annotated[Number, Field(gt=0)]
Amount = Annotated[Number, Field(ge=0)]


class InstrumentSetting(Strict):
    """One instrument: which firms can use it, and what it does for those that do."""

    name: Name
    start: Interval = Field(alias="from", description="stage from which a firm can use it")
    end: Interval = Field(alias="to", description="stage beyond which it adds nothing more")
    lift: AmountInterval = Field(description="points of technology a year where it is used")
    jobs: Interval = Field(description="points of jobs a year where it is used")
    price: Price = Field(description="money for one place a year")


class DocumentSetting(Strict):
    """How many documents offices write a year, and which of them speak of pilots."""

    nation: AmountInterval = Field(description="on the theme, whatever is tried, by the centre")
    province: AmountInterval = Field(description="the same, by a province")
    city: AmountInterval = Field(description="the same, by a city")
    launch: AmountInterval = Field(description="that taking up a trial, or the national package, leads to where it is, once")
    own: AmountInterval = Field(description="that a trial leads to where it is, in every year")
    passed_up: ShareInterval = Field(description="share of these that leads the office above to write one as well")
    named: ShareInterval = Field(description="share of those on a trial that call it a pilot")


class UpgradingSetting(Strict):
    """All numbers that no regime changes. Three numbers are low, best value and high, and are drawn; one number is kept."""

    firms: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(description="equal parts of a place's firms that are followed")
    middle: Interval = Field(description="stage of the average place at the start")
    slope: Interval = Field(description="stages for one standard deviation of standing")
    of_output: ShareInterval = Field(description="weight of output per head in standing; the rest is research")
    scatter: AmountInterval = Field(description="standard deviation of stages between places that standing does not tell")
    within: AmountInterval = Field(description="standard deviation of stages between the firms of a place")
    reach: AmountInterval = Field(description="stages by which a standard deviation of research lets firms use what lies above them")
    width: Positive = Field(description="stages over which an instrument goes from useless to useful")
    most: Positive = Field(description="points a year that a firm can climb at most by all instruments together")
    waste: AmountInterval = Field(description="points lost a year on an instrument that a firm cannot use")
    catching_up: ShareInterval = Field(description="share of the gap to the leading firms that closes in a year by itself")
    point: Positive = Field(description="stages that one point of technology is worth")
    instruments: tuple[InstrumentSetting, ...] = Field(min_length=1, max_length=8)
    site_effect: Number = Field(description="points that one standard deviation of development adds to the outcome of a package")
    effort_effect: Number = Field(description="points that one unit of extra local effort adds")
    shock: Amount = Field(description="standard deviation of a year's fortune of a place, in points")
    wealth: Amount = Field(description="by how much the logarithm of fiscal capacity rises with development")
    local_knowledge: Share = Field(description="correlation of what a place believes of itself with what is true")
    foresight: Share = Field(description="correlation of what the centre believes at the start with what is true of all")
    budget: Price = Field(description="money of the centre a year, the same under every regime")
    site_price: Price = Field(description="money for one mandated pilot a year")
    documents: DocumentSetting


@dataclass(frozen=True)
class Numbers:
    """One draw of the setting: every interval has become a number."""

    setting: UpgradingSetting
    single: dict[str, float]  # by name, those of documents as documents.NAME
    start: np.ndarray  # (instrument,) stage
    end: np.ndarray  # (instrument,) stage
    lift: np.ndarray  # (instrument,) points a year
    jobs: np.ndarray  # (instrument,) points a year
    price: np.ndarray  # (instrument,) money a year

    def as_row(self) -> dict[str, float]:
        """Every drawn number by name; those of an instrument as INSTRUMENT.NAME."""
        return self.single | {
            f"{one.name}.{name}": float(value)
            for name in ("start", "end", "lift", "jobs")
            for one, value in zip(self.setting.instruments, getattr(self, name), strict=True)
        }


def setting_of(case: SmallCase) -> UpgradingSetting:
    """The numbers of an upgrading case. Raises InputError with file and line where they, or the goals of the mission, are wrong."""
    findings = Findings()
    setting = validate(UpgradingSetting, case.setting, findings, root=("setting",))
    for position, goal in enumerate(case.mission.goals):
        if goal.name not in GOALS:
            spot = case.documents["case"].where(("mission", "goals", position, "name"))
            findings.add(f"The goal '{goal.name}' is nothing that climbing firms move. {nearest(goal.name, GOALS)}", spot)
    findings.stop()
    assert setting is not None
    names = [one.name for one in setting.instruments]
    if len(set(names)) < len(names):
        raise InputError("Two instruments have the same name; give each its own.", case.setting.where(("instruments",), key=True))
    return setting


def drawn(setting: UpgradingSetting, seed: int, draw: int) -> Numbers:
    """The numbers of one draw, each from a triangular distribution between its ends, by its own name: another draw, other numbers."""

    def number(name: str, interval: tuple[float, float, float]) -> float:
        return float(triangular(stream(seed, "upgrading", draw, name).uniform(), *(np.float64(one) for one in interval)))

    single = {name: number(name, getattr(setting, name)) for name in _INTERVALS}
    single |= {f"documents.{name}": number(f"documents.{name}", getattr(setting.documents, name)) for name in DocumentSetting.model_fields}
    each = {
        name: np.array([number(f"{one.name}.{name}", getattr(one, name)) for one in setting.instruments])
        for name in ("start", "end", "lift", "jobs")
    }
    return Numbers(setting, single, price=np.array([one.price for one in setting.instruments]), **each)


_INTERVALS = tuple("middle slope of_output scatter within reach width most waste catching_up point".split())
