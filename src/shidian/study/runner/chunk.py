"""A run by name, what determines it, and the few runs that are computed and written together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from ... import __version__
from ...foundations.errors import InputError
from ..run_folder import code_digest

Rows = list[dict[str, Any]]
Tables = Mapping[str, Rows]  # rows of each table by its name
RUNS = "runs"  # the table with a row for every run, made or failed
NAME, REASON = "task", "failed"  # its columns beside the label: the key of the run, and why it failed, empty where it came through


@dataclass(frozen=True)
class Task:
    """One run. Its label, such as regime and draw, begins each of its rows; `given` is all else that determines it, as JSON has it."""

    label: dict[str, str | int]
    given: Any = None


class Work(Protocol):
    """What makes runs, in whichever process: a frozen dataclass of plain values, so that it can be sent there and compared."""

    def identity(self) -> dict[str, Any]:
        """All that determines the results beside the tasks and the versions of the software, as JSON has it."""
        ...

    def open(self) -> Callable[[Task], Tables]:
        """Make ready what every run shares; called once in each process. The function returned makes a run.

        It must give the same rows for the same task in any process. InputError, MemoryError and OSError stop the study; any other
        exception fails this run alone.
        """
        ...


@dataclass(frozen=True)
class Chunk:
    """Runs that are computed one after another and written at once, by their keys."""

    tasks: tuple[tuple[str, Task], ...]
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", digest([key for key, _ in self.tasks]))

    def __len__(self) -> int:
        return len(self.tasks)


def digest(content: Any) -> str:
    """Sixteen characters of the SHA-256 of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def keyed(work: Work, tasks: Iterable[Task]) -> dict[str, Task]:
    """Every task by the hash of all that determines it: the work, the task, our own code, and the libraries."""
    made_by = digest([work.identity(), __version__, code_digest()])
    return {digest([made_by, task.label, task.given]): task for task in tasks}


def chunks(tasks: Mapping[str, Task], together: int) -> list[Chunk]:
    """Tasks in order, so many to a chunk."""
    items = tuple(tasks.items())
    return [Chunk(items[start : start + together]) for start in range(0, len(items), together)]


def make(work: Work, chunk: Chunk) -> dict[str, Rows]:
    """The tables of a chunk. Each row begins with the key and the label of its run; `runs` has a row for every run."""
    run, tables = _opened(work), {RUNS: []}
    for key, task in chunk.tasks:
        head = {NAME: key, **task.label}
        try:
            made, reason = run(task), ""
        except (InputError, MemoryError, OSError):  # the same for every other run, or no fault of this one
            raise
        except Exception as problem:
            made, reason = {}, _in_words(problem)
        tables[RUNS].append(head | {REASON: reason})
        for name, rows in made.items():
            tables.setdefault(name, []).extend(head | row for row in rows)
    return tables


@lru_cache(maxsize=1)
def _opened(work: Work) -> Callable[[Task], Tables]:
    """The work made ready, once in a process."""
    return work.open()


def _in_words(problem: Exception) -> str:
    """Why a run failed, in one line."""
    words = " ".join(str(problem).split()) or "no reason given"
    return words if type(problem).__name__ == "Failure" else f"{type(problem).__name__}: {words}"
