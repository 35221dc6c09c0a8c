"""The runner: what is finished stays, whatever happens, and nothing of how it was computed shows in what comes out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cheap_work import Dice, Task, tasks

from shidian.foundations.errors import Failure, InputError
from shidian.study.runner import Store, run_tasks

HERE = Path(__file__).parent


@pytest.fixture(autouse=True, scope="module")
def same_software():
    """Keys as if our own code were never edited while the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shidian.study.runner.chunk.code_digest", lambda: "these tests")
        yield


def tables(made) -> dict[str, bytes]:
    """The tables of a study as CSV."""
    return {name: made.table(name).to_csv(index=False).encode() for name in ("runs", "years", "sixes")}


@pytest.fixture(scope="module")
def whole(same_software, tmp_path_factory) -> dict[str, bytes]:
    """Sixty draws, never interrupted, in this process."""
    return tables(run_tasks(Dice(), tasks(60), Store(tmp_path_factory.mktemp("whole")), 1))


def noted(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_rows_come_in_the_order_asked_for(tmp_path: Path) -> None:
    made = run_tasks(Dice(), tasks(7), Store(tmp_path), 1, together=4)
    assert made.runs[["regime", "draw"]].to_dict("records") == [task.label for task in tasks(7)]
    years = made.table("years")
    assert years["year"].tolist() == list(range(5)) * 14
    assert list(years) == ["regime", "draw", "year", "pips", "worth"]
    again = run_tasks(Dice(), tasks(7)[::-1], Store(tmp_path), 1)
    assert again.new == 0
    assert again.runs["draw"].tolist() == made.runs["draw"].tolist()[::-1]


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_workers_gives_the_same_bytes(whole, workers: int, tmp_path: Path) -> None:
    made = run_tasks(Dice(), tasks(60), Store(tmp_path), workers, together=7)
    assert tables(made) == whole


def test_another_executor_takes_the_same_chunks(whole, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert tables(run_tasks(Dice(), tasks(60), Store(tmp_path), executor=pool)) == whole


def test_more_draws_make_only_what_is_new(whole, tmp_path: Path) -> None:
    log = tmp_path / "log"
    few = run_tasks(Dice(log=str(log)), tasks(13), Store(tmp_path / "s"), 1, together=8)
    assert few.new == 26
    more = run_tasks(Dice(log=str(log)), tasks(60), Store(tmp_path / "s"), 1, together=8)
    assert more.new == 120 - 26
    runs = [line for line in noted(log) if line != "open"]
    assert len(runs) == len(set(runs)) == 120
    assert tables(more) == whole
    assert tables(run_tasks(Dice(), tasks(13), Store(tmp_path / "s"), 1)) == tables(few)


def test_each_process_opens_its_case_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    run_tasks(Dice(log=str(log)), tasks(20), Store(tmp_path / "s"), 2, together=4)
    assert 1 <= noted(log).count("open") <= 2


@pytest.mark.parametrize(
    "other",
    [lambda: (Dice(sides=8), tasks(3)), lambda: (Dice(), tasks(3, seed=2)), lambda: (Dice(), tasks(6)[6:])],
    ids=["work", "given", "label"],
)
def test_what_determines_a_run_makes_another_run(other, tmp_path: Path) -> None:
    run_tasks(Dice(), tasks(3), Store(tmp_path), 1)
    work, asked = other()
    assert run_tasks(work, asked, Store(tmp_path), 1).new == 6


def test_other_software_makes_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_tasks(Dice(), tasks(3), Store(tmp_path), 1)
    monkeypatch.setattr("shidian.study.runner.chunk.code_digest", lambda: "changed")
    assert run_tasks(Dice(), tasks(3), Store(tmp_path), 1).new == 6


def test_a_run_that_fails_is_a_row_and_the_study_goes_on(tmp_path: Path) -> None:
    made = run_tasks(Dice(sulks=((2, "failure"), (4, "bug"))), tasks(6), Store(tmp_path), 1, together=4)
    assert made.failed["draw"].tolist() == [2, 2, 4, 4]
    assert made.failed["failed"].tolist() == ["Draw 2 will not be thrown."] * 2 + ["ZeroDivisionError: Draw 4 will not be thrown."] * 2
    assert len(made.runs) == 12
    assert sorted(set(made.table("years")["draw"])) == [0, 1, 3, 5]
    assert run_tasks(Dice(sulks=((2, "failure"), (4, "bug"))), tasks(6), Store(tmp_path), 1).new == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_wrong_input_stops_the_study_and_keeps_what_is_finished(workers: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Draw 9 will not be thrown"):
        run_tasks(Dice(sulks=((9, "input"),)), tasks(10), Store(tmp_path), workers, together=2)
    assert run_tasks(Dice(), tasks(10), Store(tmp_path), 1).new == 2


SCRIPT = """
import sys
from pathlib import Path
from cheap_work import Dice, tasks
from shidian.study.runner import Store, run_tasks
print(run_tasks(Dice(), tasks(4), Store(Path(sys.argv[1])), 2, together=2).new)
"""


def test_a_script_needs_no_guard_for_its_workers(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    more = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(HERE)}, "capture_output": True, "text": True, "check": False}
    done = subprocess.run([sys.executable, "script.py", "store"], **more)
    assert (done.returncode, done.stdout) == (0, "8\n"), done.stderr


def test_a_worker_that_is_ended_is_told(tmp_path: Path) -> None:
    asked = [*tasks(3), Task({"regime": "order", "draw": 999}, {"seed": 1}), *tasks(30)[6:]]
    with pytest.raises(Failure, match="A worker was ended from outside.*Finished runs are kept"):
        run_tasks(Dice(), asked, Store(tmp_path), 2, together=2)
    assert run_tasks(Dice(), tasks(30), Store(tmp_path), 1).new < 60


def test_two_processes_do_not_share_a_folder(tmp_path: Path) -> None:
    with Store(tmp_path).held(), pytest.raises(InputError, match="Another process is making runs in"):
        run_tasks(Dice(), tasks(1), Store(tmp_path), 1)


def test_progress_counts_what_was_there_already(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_tasks(Dice(), tasks(4), Store(tmp_path), 1, together=4)
    run_tasks(Dice(), tasks(10), Store(tmp_path), 1, lambda *pair: told.append(pair), together=4)
    assert told == [(8, 20), (12, 20), (16, 20), (20, 20)]


def test_a_chunk_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    run_tasks(Dice(), tasks(2), Store(tmp_path), 1)
    [path] = tmp_path.glob("*/years.parquet")
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(Failure, match="cannot be read.*Delete the folder"):
        run_tasks(Dice(), tasks(2), Store(tmp_path), 1).table("years")


def test_columns_that_only_some_chunks_have_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.held():
        store.write("a", {"runs": [{"task": "1", "failed": ""}], "t": [{"task": "1", "x": 1, "flag": np.bool_(True)}]})
        store.write("b", {"runs": [{"task": "2", "failed": ""}], "t": [{"task": "2", "x": np.float64(2.5), "y": None, "z": "word"}]})
    table = store.table("t", ["2", "1"])
    assert table["x"].tolist() == [2.5, 1.0]
    assert list(table) == ["x", "y", "z", "flag"]
    assert store.table("none", ["1"]).equals(pd.DataFrame())


# --- kill -9 ----------------------------------------------------------------------------------------------------------


def killed_at_random(command: list, folder: Path, luck: np.random.Generator) -> bool:
    """Start a study and kill it (signal 9) soon after it has finished up to two more chunks; whether it was still going."""
    chunks = len(list(folder.glob("[!.]*")))
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(HERE)}, stderr=subprocess.DEVNULL) as going:
        until = chunks + int(luck.integers(3))
        while going.poll() is None and len(list(folder.glob("[!.]*"))) < until:
            with suppress(subprocess.TimeoutExpired):
                going.wait(0.001)
        with suppress(subprocess.TimeoutExpired):
            going.wait(float(luck.uniform(0, 0.02)) if until > chunks else float(luck.uniform(0, 0.6)))
        alive = going.poll() is None
        going.send_signal(signal.SIGKILL)
    return alive


@pytest.mark.parametrize(("workers", "times"), [(1, 20), (2, 2)])
def test_killed_again_and_again_nothing_is_lost_and_nothing_doubled(whole, workers: int, times: int, tmp_path: Path) -> None:
    folder, luck = tmp_path / "s", np.random.default_rng(workers)
    command = [sys.executable, HERE / "cheap_work.py", folder, "60", str(workers)]
    alive, kept = 0, set()
    for _ in range(times):
        alive += killed_at_random(command, folder, luck)
        there = set(Store(folder).made())
        assert kept <= there
        kept = there
    assert alive >= times - 3, "The study was over too soon to be killed so often."
    made = run_tasks(Dice(), tasks(60), Store(folder), 1)
    assert made.new == 120 - len(kept)
    assert tables(made) == whole
    assert not list(folder.glob(".half-*"))


def test_a_disk_that_is_full_is_told_and_what_was_finished_stays(tmp_path: Path) -> None:
    run_tasks(Dice(), tasks(2), Store(tmp_path), 1)
    inner = f'"{sys.executable}" "{HERE / "cheap_work.py"}" "{tmp_path}" 60 1'
    done = subprocess.run(["bash", "-c", f"trap '' XFSZ; ulimit -f 1; {inner}"], capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(HERE)})
    assert "Failure" in done.stderr
    assert "could not be written" in done.stderr
    assert "Finished runs are kept; give the same command again when there is space." in done.stderr
    assert not list(tmp_path.glob(".half-*"))
    assert run_tasks(Dice(), tasks(60), Store(tmp_path), 1).new == 116


def test_what_a_killed_process_left_half_written_is_swept_out(tmp_path: Path) -> None:
    (tmp_path / ".half-x").mkdir()
    (tmp_path / ".half-x" / "years.parquet").write_bytes(b"PAR")
    assert run_tasks(Dice(), tasks(1), Store(tmp_path), 1).new == 2
    assert not list(tmp_path.glob(".half-*"))
