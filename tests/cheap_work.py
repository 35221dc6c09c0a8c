"""Runs that cost next to nothing, for tests of the runner; as a command, a study of them that may be killed.

    python cheap_work.py FOLDER RUNS WORKERS
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shidian.foundations.errors import Failure, InputError
from shidian.foundations.streams import stream
from shidian.study.runner import Store, Task, run_tasks

REGIMES = ("order", "liberty")


@dataclass(frozen=True)
class Dice:
    """Throws of dice. `log` is a file that notes each opening and each run; `sulks` names draws that fail, and how; `effort` takes time."""

    sides: int = 6
    log: str | None = None
    sulks: tuple[tuple[int, str], ...] = ()
    effort: int = 2

    def identity(self) -> dict:
        return {"sides": self.sides}

    def open(self):
        self._note("open")
        return self.throw

    def throw(self, task: Task) -> dict[str, list[dict]]:
        regime, draw = task.label["regime"], task.label["draw"]
        self._note(f"{regime} {draw}")
        fault = dict(self.sulks).get(draw)
        if fault:
            raise {"failure": Failure, "input": InputError, "bug": ZeroDivisionError}[fault](f"Draw {draw} will not be thrown.")
        if fault is None and draw == 999:
            os.kill(os.getpid(), 9)
        luck = stream(task.given["seed"], regime, draw)
        years = [{"year": year, "pips": int(luck.integers(self.sides)), "worth": float(luck.normal())} for year in range(5)]
        np.linalg.eigvals(luck.normal(size=(self.effort, self.effort)))  # so that there is time in which to be killed
        sixes = [{"year": row["year"], "note": "six"} for row in years if row["pips"] == 5]
        return {"years": years, "sixes": sixes}

    def _note(self, words: str) -> None:
        if self.log:
            with open(self.log, "a", encoding="utf-8") as file:
                file.write(f"{words}\n")


def tasks(runs: int, seed: int = 1) -> list[Task]:
    """Both regimes on so many draws."""
    return [Task({"regime": regime, "draw": draw}, {"seed": seed}) for draw in range(runs) for regime in REGIMES]


if __name__ == "__main__":
    from shidian.study.runner import chunk

    chunk.code_digest = lambda: "these tests"  # as in the tests themselves
    folder, runs, workers = sys.argv[1:]
    run_tasks(Dice(effort=100), tasks(int(runs)), Store(Path(folder)), int(workers), together=4)
