"""The numbers of a landscape, read from YAML and checked like a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from ...cases.document import read_document
from ...cases.explain import validate
from ...cases.findings import Findings
from ...cases.schema import Name, Number, Strict

STANDARD = Path(__file__).with_name("standard.yaml")

Share = Annotated[Number, Field(ge=0, le=1)]
Amount = Annotated[Number, Field(ge=0)]
Price = Annotated[Number, Field(gt=0)]
Count = Annotated[int, Field(strict=True, ge=1)]


class Goal(Strict):
    """One goal: its weight in the centre's mission, and in what localities want for themselves."""

    name: Name
    weight: Share
    interest: Share


class LandscapeSetting(Strict):
    """All numbers of an abstract nation that no regime changes."""

    places: Count = Field(description="number of places")
    groups: Count = Field(description="number of provinces; places of one province are neighbours and career competitors")
    instruments: Annotated[int, Field(strict=True, ge=1, le=10)] = Field(description="N: instruments that a package may hold")
    interactions: Annotated[int, Field(strict=True, ge=0)] = Field(description="K: other instruments on which the worth of one depends")
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
    goals: tuple[Goal, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> LandscapeSetting:
        for name in ("weight", "interest"):
            total = sum(getattr(goal, name) for goal in self.goals)
            if abs(total - 1) > 1e-6:
                raise ValueError(f"The goals' `{name}` add up to {total:.6g}, not 1; change them until they do.")
        if self.interactions >= self.instruments:
            raise ValueError(
                f"An instrument cannot interact with {self.interactions} others where there are {self.instruments} in all; lower `interactions`."
            )
        return self


def load_setting(path: Path = STANDARD) -> LandscapeSetting:
    """A landscape's numbers. Raises InputError with file and line where they are wrong."""
    findings = Findings()
    setting = validate(LandscapeSetting, read_document(path, "as in standard.yaml of the landscape"), findings, root=("landscape",))
    findings.stop()
    assert setting is not None
    return setting
