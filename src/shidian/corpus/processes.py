"""Processes that share work: started afresh, one a core, and deaf to interrupts, which the one that gave out the work answers.

An interrupt may come while Python runs something whose exceptions it ignores, and be lost; `interruptible` remembers it.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


def pool(workers: int, prepare: Callable[..., None] | None = None, *arguments: Any) -> ProcessPoolExecutor:
    """A pool of processes; each calls `prepare` with the arguments once, before its first work."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(prepare, arguments))


def _begin(prepare: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if prepare:
        prepare(*arguments)


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Within it interrupts raise KeyboardInterrupt as ever; what it gives raises it again where one has got lost, and is called now and then."""
    heard: list[int] = []

    def hear(number: int, _: object) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    def again() -> None:
        if heard:
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # somebody else's business, or not the main thread's
        yield again
        return
    try:
        signal.signal(signal.SIGINT, hear)
    except ValueError:  # only the main thread hears of interrupts
        yield again
        return
    try:
        yield again
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
