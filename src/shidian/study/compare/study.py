"""A comparison from start to end: its runs made once, its tables read out, its folder written."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ...foundations.errors import Failure
from ...governance.regimes import Regime
from ..runner import Made, Store, run_tasks
from ..runner.runner import TOGETHER
from .comparison import Comparison, from_runs
from .folder import CHUNKS, Draw, admit, begin, found, read, write
from .question import DEFAULT_REGIMES, RUNS, Question, ask

Progress = Callable[[int, int], None]


def compare(
    case: str | Path,
    regimes: Sequence[str | Path | Regime] = DEFAULT_REGIMES,
    runs: int = RUNS,
    seed: int = 0,
    start: str | None = None,
    params: str | Path | None = None,
    against: str | None = None,
    discount: float = 0.03,
    overrides: Sequence[str] = (),
    out: str | Path | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Govern a case under several regimes, the same draws under each, and compare what came of it.

    Regimes are names, YAML files or `Regime`s; the others are held against the first, or against the one that `against` names. `start`
    is the month from which they govern. With `out` the study is kept in that folder, and goes on there when asked for more runs. `workers` is how
    many processes make runs, one a core where it is None; it never changes the result. `overrides` change values of the case, as `--set` does.

    Raises InputError where the question cannot be, Failure where no run comes through or the disk refuses.

        >>> import shidian as sd
        >>> made = sd.compare("landscape", regimes=["hierarchy", "federal"], runs=2)
        >>> made.data["score"].dims
        ('regime', 'draw', 'year')
    """
    asked = ask(case, regimes, runs, seed, start, params, against, discount, overrides)
    if out is not None:
        folder = Path(out)
        compare_in_folder(asked, folder, workers, progress=progress)
        return read(folder)
    with tempfile.TemporaryDirectory(prefix="shidian-") as folder:
        return from_runs(asked, _made(asked, Store(Path(folder)), workers, progress))


def compare_in_folder(
    asked: Question, folder: Path, workers: int | None = None, force: bool = False, progress: Progress | None = None, draw_page: Draw | None = None
) -> tuple[dict[str, Any], bool]:
    """The record of a comparison kept in a folder, and whether it was there already. What is there of its runs is not made again.

    Raises InputError where the folder holds something else, Failure where no run comes through or the disk refuses.
    """
    if admit(folder, asked, force):
        return found(folder) or {}, True
    store = Store(folder / CHUNKS)
    with store.held():
        begin(folder, asked)
        return write(folder, from_runs(asked, _made(asked, store, workers, progress)), draw_page), False


def _made(asked: Question, store: Store, workers: int | None, progress: Progress | None) -> Made:
    """The runs of a comparison, whole draws together; Failure where not one came through."""
    together = len(asked.regimes) * max(1, round(TOGETHER / len(asked.regimes)))
    made = run_tasks(asked.work, asked.tasks, store, workers, progress, together=together)
    if len(made.failed) == len(made.runs):
        raise Failure(f"Every run failed, the first because: {made.runs['failed'].iloc[0]}")
    return made
