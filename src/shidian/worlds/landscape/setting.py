"""The numbers of a landscape, read from YAML and checked like a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ...cases import SmallCase, open_case
from ...cases.document import Document
from ...cases.explain import validate
from ...cases.findings import Findings
from ...cases.schema import Number, Strict
from ...cases.small_schema import Share, SmallGoal, must_add_up
from ...foundations.errors import InputError

Amount = Annotated[Number, Field(ge=0)]
Price = Annotated[Number, Field(gt=0)]
Count = Annotated[int, Field(strict=True, ge=1)]

_MOST_INSTRUMENTS = {"nk": 10, "brownian": 100}  # 2^N packages of a rugged land, N + 1 of a line


class LandscapeSetting(Strict):
    """All numbers of an abstract nation that no regime changes."""

    kind: Literal["nk", "brownian"] = Field("nk", description="rugged lands of sets of instruments, or one line of policy")
    places: Annotated[int, Field(strict=True, ge=1, le=10_000)] = Field(description="number of places")
    groups: Count = Field(description="number of provinces; places of one province are neighbours and career competitors")
    instruments: Count = Field(description="N: instruments that a package may hold; of a line, its steps")
    interactions: Annotated[int, Field(strict=True, ge=0)] = Field(description="K: other instruments on which the worth of one depends")
    drift: Number = Field(0.0, description="of a line: what a step adds on average")
    variance: Annotated[Number, Field(gt=0)] | None = Field(None, description="of a line: variance of what a step adds; left out, 1 over the line")
    common: Share = Field(description="share of the variance of worth that all places have in common")
    site_effect: Number = Field(description="beta: what one standard deviation of local development adds to the outcome of a package")
    effort_effect: Number = Field(description="gamma: what one unit of extra local effort adds")
    shock: Amount = Field(description="standard deviation of a year's good or bad fortune of a place")
    ability: Share = Field(description="probability that a place by itself can run an instrument")
    wealth: Amount = Field(description="by how much the logarithm of fiscal capacity rises with development")
    local_knowledge: Share = Field(description="correlation of what a place believes at the start with what is true of it")
    foresight: Share = Field(description="correlation of what the centre believes at the start with what is true of all")
    budget: Price = Field(description="money of the centre a year, the same under every regime")
    site_price: Price = Field(description="money for one mandated pilot a year")
    unit_price: Price = Field(description="money for one instrument in one place a year")
    duplication: Amount = Field(description="by how much a package costs more where a single place holds it")
    goals: tuple[SmallGoal, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> LandscapeSetting:
        must_add_up(self.goals)
        most = _MOST_INSTRUMENTS[self.kind]
        if self.instruments > most:
            raise ValueError(f"{self.instruments} instruments are too many for the kind {self.kind}; it takes at most {most}.")
        if self.kind == "brownian" and self.interactions:
            raise ValueError("Along a line nothing interacts, for it has one policy alone; set `interactions` to 0.")
        if self.kind == "nk" and (self.drift or self.variance is not None):
            raise ValueError("`drift` and `variance` belong to a line of policy; delete them, or write `kind: brownian`.")
        if self.interactions >= self.instruments:
            raise ValueError(
                f"An instrument cannot interact with {self.interactions} others where there are {self.instruments} in all; lower `interactions`."
            )
        return self

    @property
    def step_variance(self) -> float:
        """Variance of what one step along a line adds; by default the line's end differs from its start by variance 1."""
        return 1 / self.instruments if self.variance is None else self.variance


def setting_of(case: SmallCase) -> LandscapeSetting:
    """The numbers of a landscape case, with the goals of its mission. Raises InputError with file and line where they are wrong."""
    document = case.setting
    if "goals" in document.tree:
        spot = document.where(("goals",), key=True)
        raise InputError("Goals belong to the mission in case.yaml, and a second list here would hide that one; delete it.", spot)
    goals = [goal.model_dump() for goal in case.mission.goals]
    return _checked(replace(document, tree={**document.tree, "goals": goals}))


def load_setting() -> LandscapeSetting:
    """The numbers of the bundled landscape.

    >>> load_setting().places
    30
    """
    case = open_case("landscape")
    assert isinstance(case, SmallCase)
    return setting_of(case)


def _checked(document: Document) -> LandscapeSetting:
    findings = Findings()
    setting = validate(LandscapeSetting, document, findings, root=("setting",))
    findings.stop()
    assert setting is not None
    return setting
