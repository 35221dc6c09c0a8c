"""Many draws of one run, in one process or several.

Draws are independent: draw k depends on the seed and on k alone. Workers are spawned, one a core, each with one thread, and
hand their draws back in order, so that the result never depends on how many there were.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..cases import Case

ONE_PROCESS = 64  # draws below which starting workers costs more than it saves
Draw = dict[str, np.ndarray]


def ensemble(
    case: Case,
    regime: str,
    seed: int,
    draws: int,
    fixed: Sequence[dict[str, float]] = (),
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Draw]:
    """Arrays of draws 0 .. draws-1, in order. `progress` is told after each how many are done."""
    if workers is None:
        workers = 1 if draws <= ONE_PROCESS else (os.cpu_count() or 1)
    made = _here(case, regime, seed, draws, fixed) if workers == 1 else _apart(case, regime, seed, draws, fixed, workers)
    result = []
    for draw in made:
        result.append(draw)
        if progress:
            progress(len(result))
    return result


def _here(case: Case, regime: str, seed: int, draws: int, fixed) -> Iterator[Draw]:
    from .simulate import Experimenter

    ready = Experimenter(case, regime, fixed)
    return (ready.run(seed, draw) for draw in range(draws))


_READY = None  # a worker's own experimenter, made once when it starts


def _start(case: Case, regime: str, fixed) -> None:
    from .simulate import Experimenter

    global _READY
    _READY = Experimenter(case, regime, fixed)


def _one(seed: int, draw: int) -> Draw:
    return _READY.run(seed, draw)


def _apart(case: Case, regime: str, seed: int, draws: int, fixed, workers: int) -> Iterator[Draw]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (case, regime, fixed)) as pool:
        yield from pool.map(_one, [seed] * draws, range(draws))
