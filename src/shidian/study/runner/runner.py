"""Runs made once: those that the store lacks are computed in chunks, wherever an executor takes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...foundations.errors import Failure
from .chunk import REASON, RUNS, Chunk, Task, Work, chunks, keyed, make
from .executors import executor_for
from .store import KEPT, Store

TOGETHER = 12  # runs of a chunk: seconds of work, so that writing costs little and stopping loses little


@dataclass(frozen=True)
class Made:
    """Runs that are all in the store: `new` of them were made now. `runs` has a row for each, with its label and why it failed."""

    store: Store
    keys: tuple[str, ...]
    runs: pd.DataFrame
    new: int

    @property
    def failed(self) -> pd.DataFrame:
        """The runs that failed, with the reason of each."""
        return self.runs[self.runs[REASON] != ""]

    def table(self, name: str) -> pd.DataFrame:
        """All rows of a table, run by run in the order in which the runs were asked for."""
        return self.store.table(name, self.keys)


def run_tasks(
    work: Work,
    tasks: Iterable[Task],
    store: Store,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    executor: Executor | None = None,
    together: int = TOGETHER,
) -> Made:
    """Make every run that the store lacks. What it holds is never made again, whoever asked for it.

    `workers` is how many processes compute (default: one a core); `executor` takes their place. `progress` is told how many runs are
    there and how many are asked for, at the start and after each chunk. The same tasks give the same tables at any number of workers
    and after any number of interruptions.

    Raises InputError where the work says so, Failure where the disk refuses or a worker is lost; finished chunks are kept.
    """
    wanted, workers = keyed(work, tasks), workers or os.cpu_count() or 1
    told = progress or (lambda done, total: None)
    try:
        with store.held():
            there = store.made()
            missing = {key: task for key, task in wanted.items() if key not in there}
            done = len(wanted) - len(missing)
            told(done, len(wanted))
            parts = chunks(missing, together)
            with nullcontext(executor) if executor else executor_for(min(workers, max(len(parts), 1))) as takes:
                for number in _made(takes, work, store, parts, workers):
                    done += number
                    told(done, len(wanted))
            keys = tuple(wanted)
            return Made(store, keys, store.table(RUNS, keys), len(missing))
    except BrokenProcessPool:
        raise Failure(f"A worker was ended from outside, perhaps for want of memory. {KEPT} with fewer --workers.") from None


def _made(executor: Executor, work: Work, store: Store, parts: list[Chunk], workers: int) -> Iterator[int]:
    """The size of each chunk as it is finished. Few are handed over at a time, so that stopping leaves little to wait for."""
    waiting: set[Future] = set()
    for part in parts:
        waiting.add(executor.submit(_make_and_write, work, store.folder, part))
        if len(waiting) > workers:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in ready)
    while waiting:
        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        yield from (one.result() for one in ready)


def _make_and_write(work: Work, folder: Path, chunk: Chunk) -> int:
    Store(folder).write(chunk.name, make(work, chunk))
    return len(chunk)

