"""A second process for the page.

It imports the charts' library while the kernel compiles, and draws while the tables are written. It goes when its parent
goes, however that ends, and leaves messages to it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from pathlib import Path

from ..foundations.errors import Failure
from .inputs import ReportInput


@dataclass(frozen=True)
class Room:
    """Where pages are drawn."""

    pool: ProcessPoolExecutor

    def draw(self, inputs: ReportInput, path: Path) -> Callable[[], None]:
        """Start to draw a page; call what is returned to wait for it. Raises Failure where the process was killed."""
        drawn: Future = self.pool.submit(_draw, inputs, path)

        def wait() -> None:
            try:
                drawn.result()
            except BrokenExecutor:
                raise Failure("The process that draws the report was stopped, perhaps for lack of memory; try again.") from None

        return wait


@contextmanager
def drawing_room() -> Iterator[Room]:
    """A room for the length of a run. The module that starts the program must be importable (spawned processes read it)."""
    with ProcessPoolExecutor(1, get_context("spawn"), _move_in) as pool:
        with _deaf_to_interrupts():
            pool.submit(_make_ready)
        yield Room(pool)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process inherits what its parent ignores: the child must not answer Ctrl-C with a traceback of its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _move_in() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()


def _leave_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _make_ready() -> None:
    from . import page  # noqa: F401  the import is the point


def _draw(inputs: ReportInput, path: Path) -> None:
    from .page import write_report

    write_report(inputs, path)
