"""Governed runs that patterns look at: made once, kept in a folder, taken from there the next time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...foundations.errors import Failure, InputError
from ...governance.regimes import Variant
from ..compare import ask
from ..compare.over_draws import RUN
from ..compare.folder import CHUNKS
from ..runner import Made, Store, run_tasks
from ..runner.chunk import REASON
from .selection import Tables
from .tables import tables_of
from .traits import traits_of

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


class At(NamedTuple):
    """Under whom a run was: a set of runs by name, and a regime."""

    runs: str
    regime: str


@dataclass(frozen=True)
class RunSet:
    """Runs of a case from a month on; `own` where it is the case whose patterns these are. `times` as many draws are made as were asked for."""

    name: str
    case: str
    start: str | None
    own: bool
    label: str
    times: int = 1

    @property
    def title(self) -> str:
        """The case and from when it is governed."""
        return f"{self.label} from {self.start}" if self.start else self.label


@dataclass(frozen=True)
class Asking:
    """How runs are made: seed, draws under each regime, parameters of the case, the folder in which they are kept, processes."""

    seed: int
    draws: int
    folder: Path
    params: str | None = None
    workers: int | None = None


@dataclass(frozen=True)
class Governance:
    """Draws of each set of runs, and tables by set, regime and draw. A run that failed has none; a set that could not be governed says why."""

    draws: Mapping[str, int]
    made: Mapping[At, Mapping[int, Tables]] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)

    def there(self, at: At, draw: int) -> bool:
        """Whether a run came through."""
        return draw in self.made[at]

    def tables(self, at: At, draw: int) -> Tables:
        """The tables of one run."""
        return self.made[at][draw]

    def pooled(self, ats: Iterable[At], draws: Sequence[int]) -> Governance:
        """The rows of some draws in one, as draw 0; as draw k, those without the k-th of them."""
        made = {}
        for at in ats:
            joined = Joined([self.made[at][draw] for draw in draws])
            made[at] = {draw: Pool(joined, draw - 1) for draw in range(len(draws) + 1)}
        return Governance(dict.fromkeys(self.draws, len(draws) + 1), made)


class Joined:
    """Tables of several runs, one under the other; joined once, when they are asked for."""

    def __init__(self, parts: Sequence[Tables]):
        self.parts = parts
        self.made: dict[str, tuple[pd.DataFrame, np.ndarray]] = {}

    def of(self, name: str) -> tuple[pd.DataFrame, np.ndarray]:
        """A table, and by row the position of the run that it comes from."""
        if name not in self.made:
            whole = [part[name] for part in self.parts]
            table = pd.concat([one for one in whole if len(one)] or whole[:1], ignore_index=True)
            self.made[name] = table, np.repeat(np.arange(len(whole)), [len(one) for one in whole])
        return self.made[name]


class Pool(Mapping[str, pd.DataFrame]):
    """Joined tables without the rows of one run, at position `left`; with all rows where it is -1."""

    def __init__(self, joined: Joined, left: int):
        self.joined, self.left = joined, left

    def __getitem__(self, name: str) -> pd.DataFrame:
        table, run = self.joined.of(name)
        return table if self.left < 0 else table[run != self.left].reset_index(drop=True)

    def __contains__(self, name: object) -> bool:
        return name in self.joined.parts[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self.joined.parts[0])

    def __len__(self) -> int:
        return len(self.joined.parts[0])


def govern(sets: Mapping[RunSet, Sequence[str | Variant]], asking: Asking, progress: Progress) -> Governance:
    """Every run of every set under the regimes asked for; a set of another case that cannot be governed is left out.

    Raises InputError where the case itself cannot be governed, Failure where the disk refuses or every run of a set fails.
    """
    made: dict[At, dict[int, Tables]] = {}
    lacking: dict[str, str] = {}
    store = Store(asking.folder / CHUNKS)
    for each, regimes in sets.items():
        try:
            asked = ask(each.case, regimes, each.times * asking.draws, asking.seed, each.start, asking.params if each.own else None)
        except InputError as problem:
            if each.own:
                raise
            lacking[each.name] = f"{each.label} cannot be governed: {problem.message.rstrip('.')}"
            continue
        with ExitStack() as bars:
            told = _bar(bars, progress, f"Governing {each.title}")
            runs = run_tasks(asked.work, asked.tasks, store, asking.workers, told)
        _stop_where_all_failed(runs, each)
        found = {path.stem: runs.table(path.stem) for path in _files(runs)}
        tables = tables_of(found, runs.runs.loc[runs.runs[REASON] == "", RUN], traits_of(asked.case, asking.seed))
        made |= {At(each.name, regime.name): {} for regime in asked.regimes}
        for at, draw, own in split(tables, runs.runs[runs.runs[REASON] == ""]):
            made[At(each.name, at)][draw] = own
    return Governance({each.name: each.times * asking.draws for each in sets}, made, lacking)


def split(tables: Mapping[str, pd.DataFrame], runs: pd.DataFrame):
    """Regime, draw and the tables of each run."""
    parts = {name: dict(list(table.groupby(RUN, sort=False))) if len(table) else {} for name, table in tables.items()}
    for regime, draw in runs[RUN].itertuples(index=False):
        yield regime, int(draw), {name: parts[name].get((regime, draw), table.iloc[:0]) for name, table in tables.items()}


def _files(made: Made) -> list[Path]:
    """One file of each table that any chunk of the runs holds."""
    there = made.store.made()
    folders = {there[key] for key in made.keys}
    return list({path.stem: path for folder in sorted(folders) for path in sorted(folder.glob("*.parquet"))}.values())


def _stop_where_all_failed(made: Made, each: RunSet) -> None:
    if len(made.failed) == len(made.runs):
        raise Failure(f"Every governed run of {each.title} failed, the first because: {made.runs[REASON].iloc[0]}")


def _bar(bars: ExitStack, progress: Progress, title: str) -> Callable[[int, int], None]:
    """Tells a bar over the runs that are to be made, so that its time left is not flattered by those that were there."""
    shown: list = []

    def told(done: int, total: int) -> None:
        if not shown:
            shown.extend((done, bars.enter_context(progress(title, total - done))))
        there, bar = shown
        bar(done - there)

    return told
