"""What a comparison asks: a case, regimes, draws, and from when they govern."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ... import __version__
from ...foundations.errors import InputError
from ...governance.mission import set_mission
from ...governance.regimes import Regime, Rules, Variant, load_regime
from ..governing.protocol import Governed, open_governed
from ..run_folder import code_digest
from ..runner import Task
from ..runner.chunk import Tables, digest

DEFAULT_REGIMES = ("hierarchy", "top-level-design", "command", "federal", "no-learning", "random-selection")
RUNS = 40


_READY: dict[Governing, Governed] = {}  # the case opened last in this process


@dataclass(frozen=True)
class Governing:
    """The work of a comparison: a case to be governed. `digest` is that of its content, so that a case edited since is another work."""

    case: str
    start: str | None
    params: str | None
    overrides: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, case: str, start: str | None, params: str | None, overrides: tuple[str, ...] = ()) -> Governing:
        """The work on a case as it lies on the disk now, but for what is overridden."""
        ready = open_governed(case, start, params, overrides)
        work = cls(case, start, params, overrides, digest(ready.identity()))
        _READY.clear()
        _READY[work] = ready
        return work

    @property
    def ready(self) -> Governed:
        """The case, opened once in a process."""
        if self not in _READY and Governing.of(self.case, self.start, self.params, self.overrides) != self:
            raise InputError(f"The case {self.case} was changed while it was being studied; give the command again.")
        return _READY[self]

    def identity(self) -> dict[str, Any]:
        """What the case says of itself."""
        return self.ready.identity()

    def open(self) -> Callable[[Task], Tables]:
        """A function that governs the case for one task: its regime, seed and draw."""
        ready = self.ready
        return lambda task: ready.run(Regime.model_validate(task.given["regime"]), task.given["seed"], int(task.label["draw"]))


@dataclass(frozen=True)
class Question:
    """A comparison, checked: `runs` draws under every regime, the others held against one of them."""

    work: Governing
    regimes: tuple[Regime, ...]
    runs: int
    seed: int
    against: str
    discount: float

    @property
    def case(self) -> Governed:
        """The case, made ready."""
        return self.work.ready

    @property
    def names(self) -> list[str]:
        """Names of the regimes, in the order asked for."""
        return [one.name for one in self.regimes]

    @cached_property
    def rules(self) -> list[dict[str, Any]]:
        """Each regime as plain values."""
        return [one.model_dump(mode="json") for one in self.regimes]

    @cached_property
    def key(self) -> str:
        """Hash of all that determines the study but the number of draws, so that more draws go on in the same folder."""
        return digest([self.work.identity(), self.rules, self.seed, __version__, code_digest()])

    @property
    def tasks(self) -> list[Task]:
        """A run for each draw and regime. Draws come first, so that a study that is stopped has whole pairs."""
        given = [{"regime": rules, "seed": self.seed} for rules in self.rules]
        return [Task({"regime": one["regime"]["name"], "draw": draw}, one) for draw in range(self.runs) for one in given]


def ask(
    case: str | Path,
    regimes: Sequence[str | Path | Regime | Variant] = DEFAULT_REGIMES,
    runs: int = RUNS,
    seed: int = 0,
    start: str | None = None,
    params: str | Path | None = None,
    against: str | None = None,
    discount: float = 0.03,
    overrides: Sequence[str] = (),
) -> Question:
    """A question, checked. A regime is one of ours by name, a YAML file, a `Variant` or a `Regime`; `overrides` such as governance.selection.rules.support=0.3
    change values of the case.

    Raises InputError where the case, a regime or a date cannot be.
    """
    if isinstance(regimes, str):
        raise InputError(f"`regimes` is the text '{regimes}'; give a list, such as {[name.strip() for name in regimes.split(',')]}.")
    if runs < 1:
        raise InputError(f"{runs} runs were asked for; a comparison needs at least one.")
    if not 0 <= discount < 1:
        raise InputError(f"A discount rate of {discount:g} a year cannot be; give one from 0 to below 1, such as 0.03.")
    if start is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", start):
        raise InputError(f"'{start}' is no month from which a regime could govern; write one such as 2013-01.")
    work = Governing.of(str(case), start, None if params is None else str(params), tuple(overrides))
    rules = tuple(_regime(one, work.ready.rules) for one in regimes)
    names = [one.name for one in rules]
    if not names:
        raise InputError("No regime was named; give at least one, such as hierarchy.")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InputError(f"Two regimes are called '{twice}'; name one of them otherwise, so that tables can tell them apart.")
    if against is not None and against not in names:
        raise InputError(f"'{against}' is not among the regimes compared, which are {', '.join(names)}.")
    asked = Question(work, rules, runs, seed, against or names[0], discount)
    _check_goals(asked)
    return asked


def _regime(which: str | Path | Regime | Variant, beneath: Rules) -> Regime:
    """One of ours by name; what looks like a file is one."""
    if isinstance(which, Variant):
        return which.on(beneath)
    if not isinstance(which, (str, Path, Regime)):
        raise InputError(f"A regime is a name, a YAML file or a `Regime`, and {which!r} is none of these; `Regime.model_validate` makes one of a mapping.")
    if isinstance(which, str) and (which.endswith((".yaml", ".yml")) or "/" in which):
        which = Path(which)
    return which if isinstance(which, Regime) else load_regime(which, beneath)


def _check_goals(asked: Question) -> None:
    """Refuse, before any run, a regime that weighs what is no goal of the case."""
    goals = asked.case.goals
    for one in asked.regimes:
        try:
            set_mission(goals, [0.0] * len(goals), one.mission)
        except InputError as problem:
            raise InputError(f"{one.name}: {problem}") from None
