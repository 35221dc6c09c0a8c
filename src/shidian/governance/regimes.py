"""Regimes as data: one block of rules a stage, and how the centre's budget is divided.

A regime is a YAML file. `like: hierarchy` takes the rules of another regime, so that a new one says only what differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator

from ..cases.document import Document, read_document
from ..cases.explain import validate
from ..cases.findings import Findings, nearest
from ..cases.schema import Name, Number, Strict
from ..foundations.errors import InputError, Where

FOLDER = Path(__file__).with_name("regimes")
BASE = "hierarchy"  # the regime that the others are like

Share = Annotated[Number, Field(ge=0, le=1)]
Amount = Annotated[Number, Field(ge=0)]
Years = Annotated[int, Field(strict=True, ge=0)]
Some = Annotated[int, Field(strict=True, ge=1)]


def _must_add_up(what: str, shares: dict[str, float]) -> None:
    total = sum(shares.values())
    if abs(total - 1) > 1e-6:
        raise ValueError(f"The shares of {what} add up to {total:.6g}, not 1; change them until they do.")


class Budget(Strict):
    """What the centre's money goes to; the total is the same under every regime, and what is not spent is lost."""

    pilots: Share = Field(description="mandated pilots")
    monitoring: Share = Field(description="sharper reports")
    rollout: Share = Field(description="putting the national package in force")
    enforcement: Share = Field(description="force against what is inhibited")
    transfers: Share = Field(description="fiscal capacity of localities")

    @model_validator(mode="after")
    def _adds_up(self) -> Budget:
        _must_add_up("the budget", self.model_dump())
        return self


class MissionRules(Strict):
    """The direction: weights of goals that differ from those of the nation, if any."""

    weights: dict[str, Share] = Field(description="weight by goal; empty keeps the nation's own")

    @model_validator(mode="after")
    def _adds_up(self) -> MissionRules:
        if self.weights:
            _must_add_up("the mission's weights", self.weights)
        return self


class ExperimentRules(Strict):
    """What moves localities, and how the centre sites the pilots that it mandates."""

    sites: Literal["positive", "stratified", "random", "volunteer"] = Field(description="rule by which mandated pilots are sited")
    tilt: Amount = Field(description="under positive sites, log odds of a pilot for a standard deviation of development")
    arms: Some = Field(description="packages that the centre has tried at once")
    optimism: Amount = Field(description="standard deviations by which what is little known is preferred for pilots")
    discretion: Share = Field(description="share of localities, a place in one line each, free to decide in a year")
    innovation: Amount = Field(description="career reward for a package that no report has named yet, and effort in any pilot")
    compliance: Amount = Field(description="career reward for what the centre supports, and added effort in mandated pilots")
    retirement: Share = Field(description="how far rewards of a career, and effort, fade towards its end and are greater at its start")
    learning: Share = Field(description="weight of reported results against one's own hunch, where there are many")
    far: Share = Field(description="weight of a report from another province, one from one's own being 1")
    rivalry: Amount = Field(description="loss from copying what a career competitor holds, unless it is endorsed")
    insurance: Amount = Field(description="risk that the centre's support takes away")
    risk: Amount = Field(description="loss feared from the centre's words against a package, and again from its force")
    inertia: Amount = Field(description="advantage of what is held already")
    capture: Amount = Field(description="further advantage of what is held where local makers have a full hold on those who decide")
    temperature: Annotated[Number, Field(gt=0)] = Field(description="scale of what is not modelled in a place's choice")


class MonitoringRules(Strict):
    """What of the truth reaches the centre."""

    lag: Years = Field(description="years until a report arrives")
    noise: Annotated[Number, Field(gt=0)] = Field(description="standard deviation of a report's error where nothing is spent on monitoring")
    missing: Share = Field(description="probability that a place sends no report")


class AppraisalRules(Strict):
    """How reports become beliefs."""

    rule: Literal["bayes", "none"] = Field(description="learn from reports, or keep what one believed")
    sophistication: Share = Field(description="lambda: share of the known site and effort bias that is removed")
    misfit: Amount = Field(description="standard deviation of what features do not explain of an outcome")
    fading: Amount = Field(description="standard deviation by which what is known of a feature fades in a year")


class SelectionRules(Strict):
    """How beliefs become stances."""

    rule: Literal["merit", "random", "none"] = Field(description="by expected score, the same shuffled by luck, or no stance at all")
    candidates: Literal["tried", "all"] = Field(description="judge what reports named, or every package")
    risk_aversion: Amount = Field(description="rho: standard deviations of the score taken off before support")
    information: Amount = Field(description="weight of the value of information when a package might be inhibited")
    support: Number = Field(description="score from which a package is supported")
    inhibit: Number = Field(description="score below which a package is inhibited")
    enforcement_cost: Annotated[Number, Field(gt=0)] = Field(description="cost of full force against one package in one place")
    crowding: Amount = Field(description="elasticity of the cost per place to the number of places")
    scattering: Amount = Field(description="by how much the cost rises where each place is in another province")

    @model_validator(mode="after")
    def _ordered(self) -> SelectionRules:
        if self.inhibit > self.support:
            raise ValueError(f"`inhibit` ({self.inhibit:g}) is above `support` ({self.support:g}), so one package would be both; swap them.")
        return self


class AdjustmentRules(Strict):
    """How stances become national policy."""

    scale: Literal["best", "none"] = Field(description="put the best supported package in force nationally, or none")
    margin: Amount = Field(description="by how much a package must beat the one in force")
    entrepreneur: Share = Field(description="probability that somebody at the centre lends a supported package legitimacy")
    ratchet: Share = Field(description="share of the technical level of what is sold that a product must reach for the nation's money; it never falls back")
    law_after: Some = Field(description="years of success until a national package becomes law")


class Amendment(Strict):
    """Rules that change from a year on, such as what careers reward; only what differs is written."""

    model_config = ConfigDict(**{**Strict.model_config, "populate_by_name": True})

    since: Annotated[int, Field(strict=True)] = Field(alias="from", description="first year in which it holds")
    experiment: dict[str, Any] = {}
    monitoring: dict[str, Any] = {}
    appraisal: dict[str, Any] = {}
    selection: dict[str, Any] = {}
    adjustment: dict[str, Any] = {}


class Regime(Strict):
    """A setting of all that governs, stage by stage, and what of it changes in later years."""

    name: Annotated[Name, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    meaning: Name
    budget: Budget
    mission: MissionRules
    experiment: ExperimentRules
    monitoring: MonitoringRules
    appraisal: AppraisalRules
    selection: SelectionRules
    adjustment: AdjustmentRules
    amendments: list[Amendment] = Field(default=[], description="rules that change from a year on")

    @model_validator(mode="after")
    def _amendable(self) -> Regime:
        for one in self.amendments:
            self.at(one.since)
        return self

    def at(self, year: int) -> Regime:
        """The regime as it stands in a year."""
        own = [one for one in sorted(self.amendments, key=lambda each: each.since) if one.since <= year]
        if not own:
            return self
        tree = self.model_dump(exclude={"amendments"})
        for one in own:
            tree = _over(tree, one.model_dump(exclude={"since"}, exclude_defaults=True))
        return Regime.model_validate(tree)


def names() -> list[str]:
    """Names of the regimes that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


Rules = Mapping[str, Mapping[str, Any]]  # by stage


def load_regime(which: str | Path, beneath: Rules | None = None) -> Regime:
    """A bundled regime by name, or one from a file. `beneath` are rules of a case that take the place of those of `hierarchy`, on which all that are like it build.

    Raises InputError with file and line for what cannot be.

    >>> load_regime("federal").selection.rule
    'none'
    >>> load_regime("federal", {"adjustment": {"law_after": 9}}).adjustment.law_after
    9
    """
    return _checked(_document(which, beneath or {}))


@dataclass(frozen=True)
class Variant:
    """A regime like one of ours, but for some rules from a year on."""

    name: str
    meaning: str
    like: str
    since: int
    rules: Rules

    def on(self, beneath: Rules) -> Regime:
        """The regime where `beneath` are the rules of a case, with what the regime that it is like amends itself. Raises InputError where a rule cannot be."""
        base = load_regime(self.like, beneath).model_dump(mode="json", by_alias=True)
        own = {"name": self.name, "meaning": self.meaning, "amendments": [*base["amendments"], {"from": self.since, **self.rules}]}
        try:
            return Regime.model_validate(base | own)
        except ValidationError as problem:
            first = problem.errors(include_url=False)[0]
            said = first.get("ctx", {}).get("error") or first["msg"]
            raise InputError(f"The variant '{self.name}' cannot be: {'.'.join(map(str, first['loc']))} {said}; correct its rules, or those of the case.") from None


def check_rules(document: Document | None, rules: Rules) -> None:
    """Refuse rules of a case's governance document (under `rules` of each stage) that are none, or that cannot be. Raises InputError with file and line."""
    if document is None:
        return
    whole = Document(document.path, _document(BASE, rules).tree)
    for ours, theirs in ((whole.keys, document.keys), (whole.values, document.values)):
        ours.update({(steps[0], *steps[2:]): spot for steps, spot in theirs.items() if steps[1:2] == ("rules",)})
    whole.replaced.update({(steps[0], *steps[2:]): text for steps, text in document.replaced.items() if steps[1:2] == ("rules",)})
    _checked(whole)


def _checked(document: Document) -> Regime:
    findings = Findings()
    regime = validate(Regime, document, findings, root=("regime",))
    findings.stop()
    assert regime is not None
    return regime


def _document(which: str | Path, beneath: Rules) -> Document:
    """The file with what it takes over from another; spots are those of the file itself."""
    ours = which
    if isinstance(which, str):
        if which not in names():
            raise InputError(f"There is no regime '{which}'. {nearest(which, names())}")
        which = FOLDER / f"{which}.yaml"
    if not Path(which).is_file():
        raise InputError(f"There is no such file; a regime is one of ours by name ({', '.join(names())}) or a YAML file.", Where(which))
    document = read_document(which, "as in docs/governance.md")
    base = document.tree.pop("like", None)
    if base is None:
        document.tree = _over(document.tree, beneath) if ours == BASE else document.tree
        return document
    if base not in names() or which == FOLDER / f"{base}.yaml":
        raise InputError(f"'{base}' is not a regime that this one could be like. {nearest(str(base), names())}", document.where(("like",)))
    inherited = {name: value for name, value in _document(base, beneath).tree.items() if name not in ("name", "meaning")}
    document.tree = _over(inherited, document.tree)
    return document


def _over(base: Any, own: Any) -> Any:
    """A tree with the values of another written over it, name by name."""
    if not isinstance(base, dict) or not isinstance(own, Mapping):
        return own
    return {**deepcopy(base), **{name: _over(base.get(name), value) for name, value in own.items()}}
