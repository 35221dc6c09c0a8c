"""Who computes chunks: this process, or processes of its own beside each other.

The seam is `concurrent.futures.Executor`: anything whose `submit(function, *arguments)` gives a future of that standard kind can
take the chunks. What is sent is small and can be pickled, and a chunk is written by whoever makes it; so all that another executor
needs is the software, the case, and the same disk. `distributed.Client.get_executor()` has that form.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager

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


@contextmanager
def spawned(workers: int) -> Iterator[Executor]:
    """New processes, each with one thread for XLA and for linear algebra, so that results hang on nothing that the parent has done.

    On leaving, chunks that were not begun are dropped and those under way are waited for.
    """
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update({name: "1" for name in ONE_THREAD if before[name] is None})
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _settle)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        for name in (name for name in ONE_THREAD if before[name] is None):
            del os.environ[name]


def executor_for(workers: int):
    """This process for one worker, new ones for more."""
    return Here() if workers == 1 else spawned(workers)


def _settle() -> None:
    """A worker leaves interrupts to its parent, and goes when the parent has gone, killed or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
