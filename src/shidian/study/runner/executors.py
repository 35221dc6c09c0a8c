"""Who computes chunks: this process, or processes of its own beside each other.

The seam is `concurrent.futures.Executor`: anything whose `submit(function, *arguments)` gives a future of that standard kind can
take the chunks. What is sent is small and can be pickled, and a chunk is written by whoever makes it; so all that another executor
needs is the software, the case, and the same disk. `distributed.Client.get_executor()` has that form.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from types import ModuleType

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Here(Executor):
    """This very process, one chunk after another."""

    def submit(self, fn, /, *args, **kwargs) -> Future:
        """The result of a call that has been made already."""
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as problem:
            future.set_exception(problem)
        return future


class Spawned(ProcessPoolExecutor):
    """New processes that hang on nothing which the parent has done or is: one thread each for XLA and linear algebra, no `__main__` of its own.

    On leaving, chunks that were not begun are dropped and those under way are waited for.
    """

    def __init__(self, workers: int):
        super().__init__(workers, multiprocessing.get_context("spawn"), _settle)

    def submit(self, fn, /, *args, **kwargs) -> Future:
        """A call to be made in a process, which is started now where there are too few."""
        with _bare_start():
            return super().submit(fn, *args, **kwargs)

    def __exit__(self, *problem) -> None:
        self.shutdown(cancel_futures=True)


def executor_for(workers: int) -> Executor:
    """This process for one worker, new ones for more."""
    return Here() if workers == 1 else Spawned(workers)


@contextmanager
def _bare_start() -> Iterator[None]:
    """What a process that starts now finds: one thread, and a main module that it need not run again, be it a script or a notebook."""
    before, main = {name: os.environ.get(name) for name in ONE_THREAD}, sys.modules["__main__"]
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in before.items():
            del os.environ[name]
            os.environ.update({name: value} if value is not None else {})


def _settle() -> None:
    """A worker leaves interrupts to its parent, and goes when the parent has gone, killed or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
