"""Pieces made by several processes, given back in order, with only a few in the air."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

from .pieces import Made, Piece
from .processes import pool
from .reading.raw import Problem

_AHEAD = 3  # pieces in the air for each worker


def in_order(pieces: Iterable[Piece], make: Callable[[Piece], Made], workers: int) -> Iterator[Made]:
    """Every piece made, in order. A file at which a process dies is reported as unread, and the rest goes on."""
    if workers == 1:
        yield from map(make, pieces)
        return
    waiting: deque[tuple[Piece, Future[Made]]] = deque()
    flow = iter(pieces)
    processes = pool(workers)
    try:
        while True:
            while len(waiting) < _AHEAD * workers and (piece := next(flow, None)) is not None:
                waiting.append((piece, processes.submit(make, piece)))
            if not waiting:
                return
            piece, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                processes.shutdown(cancel_futures=True)
                yield _one_by_one(piece, make)
                processes = pool(workers)
                waiting = deque((each, processes.submit(make, each)) for each, _ in waiting)
    finally:
        processes.shutdown(cancel_futures=True)


def _one_by_one(piece: Piece, make: Callable[[Piece], Made]) -> Made:
    """A piece at which a process died, each file or row in a process of its own."""
    made, problems = [], []
    for part in piece.split():
        with pool(1) as processes:
            try:
                made.append(processes.submit(make, part).result())
            except BrokenProcessPool:
                problems.append(Problem(part.name, "the process that read it died, so the file is damaged or made to do harm"))
    return Made.joined(made, problems, piece.weight)
