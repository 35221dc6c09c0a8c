"""A call, timed many times: median and least wall time, and the processor time beside them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Seconds of one call over `repeats` calls. `cpu` is the median processor time of all threads."""

    median: float
    least: float
    most: float
    cpu: float
    repeats: int


def timed(call: Callable[[], object], repeats: int, warm_up: int = 1) -> Times:
    """Call it `warm_up` times unseen, then `repeats` times by the clock. `call` must not return before its work is done."""
    for _ in range(warm_up):
        call()
    wall, cpu = [], []
    for _ in range(repeats):
        before, spent = time.perf_counter(), time.process_time()
        call()
        wall.append(time.perf_counter() - before)
        cpu.append(time.process_time() - spent)
    return Times(statistics.median(wall), min(wall), max(wall), statistics.median(cpu), repeats)
