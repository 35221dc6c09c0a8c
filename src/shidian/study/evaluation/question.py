"""What is asked of an evaluation: the files, the columns, the methods, and everything else that determines the answer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from ... import __version__
from ...cases.findings import nearest
from ...evidence.figures import Columns, Figures, read_figures
from ...evidence.laying import read_boundaries
from ...evidence.methods import USUAL, chosen
from ...evidence.pilots import Site, SiteColumns, programmes, read_pilots
from ...evidence.verdict import ANSWERS
from ...foundations.errors import InputError, Where
from ..run_folder import code_digest
from .mission import PilotMission, read_mission


@dataclass(frozen=True)
class Question:
    """One call of `shidian evaluate`. `overruled` has by programme an answer and a reason; `logs` takes outcomes by their logarithm."""

    panel: Path
    pilots: Path
    outcome: str | None = None
    better: str | None = None  # "higher" or "lower", where no mission says it
    covariates: tuple[str, ...] = ()
    adjust: tuple[str, ...] = ()  # figures in which estimates make sites and others alike; they count among the covariates
    methods: tuple[str, ...] = USUAL
    mission: Path | None = None
    programmes: tuple[str, ...] = ()
    columns: Columns = Columns()
    sites: SiteColumns = SiteColumns()
    boundaries: Path | None = None
    leave_out_missing: bool = False
    logs: bool = False
    anticipation: int = 0
    draws: int = 499
    seed: int = 0
    overruled: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def every_covariate(self) -> tuple[str, ...]:
        """Covariates, those of `adjust` among them."""
        return tuple(dict.fromkeys((*self.covariates, *self.adjust)))

    def figure(self, outcome: str) -> str:
        """What an outcome is called as it is judged: its column or, where outcomes are taken by their logarithm, `log` and its column."""
        return by_logarithm(outcome) if self.logs else outcome


@dataclass(frozen=True)
class Read:
    """A question with its files read and checked."""

    question: Question
    mission: PilotMission
    figures: Figures
    programmes: dict[str, tuple[Site, ...]]
    boundaries: dict[str, tuple[int, ...]]
    key: str
    recorded: dict[str, object]  # what determines the answer, for the record


def read(question: Question) -> Read:
    """Read everything that a question names. Raises InputError for whatever is wrong with it, before anything is computed."""
    chosen(question.methods)
    mission = read_mission(question.mission, question.outcome, question.better)
    outcomes = [goal.outcome for goal in mission.goals]
    figures = read_figures(question.panel, outcomes, question.every_covariate, question.columns)
    figures = logged(figures, outcomes) if question.logs else figures
    listed = programmes(read_pilots(question.pilots, question.sites, like=figures.place), question.programmes)
    _check_overruled(question.overruled, list(listed))
    boundaries = read_boundaries(question.boundaries, figures) if question.boundaries else {}
    recorded = _recorded(question, mission)
    key = hashlib.sha256(json.dumps(recorded, sort_keys=True, default=str).encode()).hexdigest()[:12]
    return Read(question, mission, figures, listed, boundaries, key, recorded)


def by_logarithm(outcome: str) -> str:
    """What the logarithm of an outcome is called."""
    return f"log {outcome}"


def logged(figures: Figures, outcomes: list[str]) -> Figures:
    """The same with the natural logarithms of outcomes beside them, for a column may be a covariate too. Raises InputError for a figure that has none."""
    tables = dict(figures.tables)
    for name in outcomes:
        bad = np.argwhere(tables[name] <= 0)
        if len(bad):
            unit, period = bad[0]
            raise InputError(
                f"Column '{name}': {figures.units[unit]} in {figures.periods[period]} is {tables[name][unit, period]:g}, which has no "
                f"logarithm "
                f"({len(bad)} such cells); leave --log out, or leave the cells empty.",
                Where(figures.path),
            )
        tables[by_logarithm(name)] = np.log(tables[name])
    return Figures(**{**vars(figures), "tables": tables})


def _check_overruled(overruled: dict[str, tuple[str, str]], known: list[str]) -> None:
    for programme, (answer, reason) in overruled.items():
        if programme not in known:
            raise InputError(f"--overrule names '{programme}', which is not among the programmes. {nearest(programme, known)}")
        if answer not in ANSWERS:
            raise InputError(f"--overrule says '{answer}' for {programme}; choose one of {', '.join(ANSWERS)}.")
        if not reason.strip():
            raise InputError(f"--overrule gives no reason for {programme}; write PROGRAMME=ANSWER: why.")


def _recorded(question: Question, mission: PilotMission) -> dict[str, object]:
    """Everything that determines the answer: contents of files rather than their paths."""
    files = {name: _digest(getattr(question, name)) for name in ("panel", "pilots", "boundaries") if getattr(question, name)}
    plain = {name: value for name, value in asdict(question).items() if name not in ("panel", "pilots", "boundaries", "mission")}
    return {"files": files, "names": {name: getattr(question, name).name for name in files}, **plain, "mission": mission.model_dump(), "version": __version__, "code": code_digest()}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
