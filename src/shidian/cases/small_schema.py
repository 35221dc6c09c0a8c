"""The shape of the case.yaml of a small world, one that is governed year by year and has no market."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ..foundations.calendar import Calendar
from .schema import CalendarEntry, FileName, Name, Number, Strict, Text

SMALL_WORLDS = {"landscape": (), "upgrading": ("places", "industry")}  # worlds, each with the tables that it cannot do without
Share = Annotated[Number, Field(ge=0, le=1)]


class SmallGoal(Strict):
    """One goal: its weight in the centre's mission, and in what localities want for themselves."""

    name: Name
    weight: Share
    interest: Share
    meaning: Text = ""


class SmallMission(Strict):
    """The direction that the centre sets; weights and interests of its goals each add up to one."""

    statement: Name
    goals: tuple[SmallGoal, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> SmallMission:
        must_add_up(self.goals)
        return self


def must_add_up(goals: tuple[SmallGoal, ...]) -> None:
    """Raises ValueError where weights or interests do not add up to one, or two goals share a name."""
    for name in ("weight", "interest"):
        total = sum(getattr(goal, name) for goal in goals)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"The goals' `{name}` add up to {total:.6g}, not 1; change them until they do.")
    if len({goal.name for goal in goals}) < len(goals):
        raise ValueError("Two goals of the mission have the same name; give each its own.")


class SmallEntry(Strict):
    """case.yaml of a small world."""

    edition: Literal[1] = Field(alias="schema", description="version of this layout")
    name: Annotated[Name, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Name
    description: Name
    world: Literal["landscape", "upgrading"]
    calendar: CalendarEntry | None = Field(None, description="calendar years, where the case is of a real country")
    years: Annotated[int, Field(strict=True, ge=1, le=200)] | None = Field(None, description="number of years, where they have no dates")
    mission: SmallMission
    setting: FileName = Field("setting.yaml", description="the numbers of the world")
    governance: FileName | None = Field(None, description="rules of `hierarchy` that are others in this case, by stage")
    sources: FileName | None = Field(None, description="needed where tables name sources")
    tables: dict[Literal["places", "industry", "pilots", "documents"], FileName] = Field({}, description="tables by name")
    weak: tuple[Name, ...] = Field((), description="sentences that say what is weak")

    @model_validator(mode="after")
    def _one_clock(self) -> SmallEntry:
        if (self.calendar is None) == (self.years is None):
            raise ValueError("A case has either a calendar (start and end) or a number of years; give one of the two.")
        return self

    def clock(self) -> Calendar:
        """The years that the case runs over; years without dates are counted from 0."""
        return self.calendar.calendar() if self.calendar else Calendar(0, int(self.years or 1) - 1)
