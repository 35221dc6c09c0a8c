"""Many draws of one run, several at a time.

Draws are independent: draw k depends on the seed and on k alone. Each is computed by one thread from start to end, and
they come back in order, so that the result never depends on how many workers there are. Threads share the compiled
kernel, which leaves Python's lock while it runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..cases import Case
from .posterior import Fixed, Given

Draw = dict[str, np.ndarray]

AHEAD = 32  # draws whose inputs are made while the kernel compiles; each takes a few megabytes


def ensemble(
    case: Case,
    regime: str,
    seed: int,
    draws: int,
    fixed: Given | Sequence[Fixed] = (),
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Draw]:
    """Arrays of draws 0 .. draws-1, in order. `progress` is told after each how many are done."""
    from .simulate import Experimenter

    ready = Experimenter(case, regime, fixed)
    first = ready.inputs(seed, 0)  # alone: it reads every table
    report = progress or (lambda done: None)
    result: list[Draw] = []
    with ThreadPoolExecutor(workers or min(os.cpu_count() or 1, draws)) as pool:
        try:
            ahead = {draw: pool.submit(ready.inputs, seed, draw) for draw in range(1, min(draws, AHEAD))}
            result.append(ready.run(seed, 0, first))  # this thread compiles the kernel meanwhile
            report(1)

            def run(draw: int) -> Draw:
                return ready.run(seed, draw, ahead.pop(draw).result() if draw in ahead else None)

            for made in pool.map(run, range(1, draws)):
                result.append(made)
                report(len(result))
        except BaseException:  # an interrupt too: draws that nobody waits for are not begun
            pool.shutdown(cancel_futures=True)
            raise
    return result
