"""What the pilots are judged by: goals with their outcomes, what counts as worthwhile, and where the rules draw their lines.

    statement: Less carbon without less growth
    goals:
      - {name: carbon, outcome: co2, better: lower, weight: 0.7, worthwhile: 0.02, tolerable: 0.01, unit: log points}
      - {name: growth, outcome: gdp, better: higher, weight: 0.3, worthwhile: 0, tolerable: 0.01, unit: log points}
    effort: 0.25
    sophistication: 1
    rules: {scale_gain: 0.95}
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from ...cases.document import read_document
from ...cases.explain import validate
from ...cases.findings import Findings
from ...cases.schema import Name, Number, Strict, Text
from ...evidence.reading import BOUNDS
from ...evidence.verdict import Rules
from ...foundations.errors import InputError, Where

Share = Annotated[Number, Field(ge=0, le=1)]


def _tellable(amount: float) -> float:
    if 0 < amount < BOUNDS[0]:
        raise ValueError(f"{amount:g} cannot be told from nought; write 0, or at least {BOUNDS[0]:g}.")
    return amount


Amount = Annotated[Number, Field(ge=0, le=BOUNDS[1]), AfterValidator(_tellable)]


class PilotGoal(Strict):
    """One rationale of the programme, measured by a column of the panel."""

    name: Name
    outcome: Name = Field(description="column of the panel")
    better: Literal["higher", "lower"] = "higher"
    weight: Share = Field(1.0, description="share in the mission; weights add up to 1, and goals none of which has one count alike")
    unit: Text = ""
    worthwhile: Amount = Field(0.0, description="smallest change for the better that is worth what the programme costs, by place and "
        "period")
    tolerable: Amount = Field(0.0, description="largest change for the worse that is no harm yet")

    @field_validator("unit")
    @classmethod
    def _plain(cls, unit: str) -> str:
        """A share has no word for its unit."""
        return "" if unit == "1" else unit

    @property
    def sign(self) -> int:
        """1 where more is better, else -1."""
        return 1 if self.better == "higher" else -1


class PilotMission(Strict):
    """Goals by weight, and the judgements that no data can give: each is a choice, and stands in the report as one."""

    statement: Text = ""
    goals: tuple[PilotGoal, ...] = Field(min_length=1)
    effort: Share = Field(0.0, description="share of the effect that came from effort a roll-out will not repeat")
    sophistication: Share = Field(1.0, description="lambda: share of the known site and effort bias that is taken out")
    enforcement: Amount = Field(0.0, description="what stopping the programme costs at a site, in points")
    rules: dict[str, Number] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _alike(cls, tree: Any) -> Any:
        """Goals of which none has a weight count alike."""
        goals = tree.get("goals") if isinstance(tree, dict) else None
        if not isinstance(goals, list) or not all(isinstance(goal, dict) and "weight" not in goal for goal in goals):
            return tree
        return tree | {"goals": [goal | {"weight": 1 / len(goals)} for goal in goals]}

    @model_validator(mode="after")
    def _adds_up(self) -> PilotMission:
        total = sum(goal.weight for goal in self.goals)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"The weights of the goals add up to {total:.6g}, not 1; change them until they do, or leave all of them out, and goals count alike.")
        twice = [goal.outcome for at, goal in enumerate(self.goals) if goal.outcome in [other.outcome for other in self.goals[:at]]]
        if twice:
            raise ValueError(f"Two goals are measured by '{twice[0]}'; give each its own outcome.")
        unknown = [name for name in self.rules if name not in Rules.__dataclass_fields__]
        if unknown:
            raise ValueError(f"There is no rule '{unknown[0]}'; the lines are {', '.join(Rules.__dataclass_fields__)}.")
        Rules(**self.rules)
        return self

    @property
    def lines(self) -> Rules:
        """Where the rules draw their lines."""
        return Rules(**self.rules)

    @property
    def digest(self) -> str:
        """Hash of all that it says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def read_mission(path: Path | None, outcome: str | None, better: str | None = None) -> PilotMission:
    """The mission of a file; without one, a single goal, more of the outcome being better unless `better` says lower.

    Raises InputError with file:line:column for what cannot be, or where neither a file nor an outcome is given.
    """
    if path is None:
        if outcome is None:
            raise InputError("Neither --outcome nor --mission says what the pilots are judged by; give the column of the outcome.")
        return PilotMission(goals=(PilotGoal(name=outcome, outcome=outcome, better=better or "higher"),))
    if better is not None:
        raise InputError("--better and --mission both say which way is up; leave --better out.", Where(path))
    if not path.is_file():
        raise InputError("There is no such mission file; correct the path.", Where(path))
    document = read_document(path, "as in docs/evaluate.md")
    findings = Findings()
    mission = validate(PilotMission, document, findings, root=("mission_file",))
    findings.stop()
    assert mission is not None
    if outcome is not None and outcome not in {goal.outcome for goal in mission.goals}:
        raise InputError(f"--outcome is '{outcome}', but no goal of the mission is measured by it; leave --outcome out, or add the "
            f"goal.", Where(path))
    return mission

