"""A governed nation, timed: one run of china-nev, warm, under each regime, and a comparison with one worker and with two.

    .venv/bin/python benchmarks/bench_governed.py            # about six minutes; writes results/governed.md and .json
    .venv/bin/python benchmarks/bench_governed.py --quick    # a minute, nothing written
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from market_table import on_what

from shidian.foundations.device import pin

CASE, START = "china-nev", "2013-01"
REGIMES = ("hierarchy", "top-level-design", "federal", "no-learning")
AIMS = {"run": 0.3, "comparison": 240.0, "workers": 1.6}


def runs(draws: int) -> dict[str, list[float]]:
    """Seconds of every run by regime; the first of a draw replays history, which the others share."""
    from shidian.governance.regimes import load_regime
    from shidian.study.governing.protocol import open_governed

    nation, rules = open_governed(CASE, START), [load_regime(name) for name in REGIMES]
    for one in rules:
        nation.run(one, 0, 0)
    found: dict[str, list[float]] = {name: [] for name in REGIMES}
    for draw in range(1, draws + 1):
        for one in rules:
            before = time.perf_counter()
            nation.run(one, 0, draw)
            found[one.name].append(time.perf_counter() - before)
    return found


def comparison(draws: int, workers: int) -> float:
    """Seconds of a comparison without its page, tables and start of the processes included."""
    from shidian.study.compare import ask, compare_in_folder

    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        compare_in_folder(ask(CASE, list(REGIMES), draws, 0, START), Path(folder) / "study", workers)
        return time.perf_counter() - before


def markdown(found: dict) -> str:
    """The table of the documentation."""
    rows = [f"| run under `{name}`, warm | {statistics.median(times) * 1e3:.0f} ms [{min(times) * 1e3:.0f} – {max(times) * 1e3:.0f}] | |" for name, times in found["runs"].items()]
    whole = statistics.median(each for times in found["runs"].values() for each in times)
    one, two = found["comparison"]["1"], found["comparison"]["2"]
    rows += [
        f"| run, median of all | {whole * 1e3:.0f} ms | aim: {AIMS['run'] * 1e3:.0f} ms |",
        f"| {found['draws']} paired draws of {len(REGIMES)} regimes, one worker | {one:.0f} s | |",
        f"| the same, two workers | {two:.0f} s | {one / two:.2f} times one; aims: {AIMS['comparison']:.0f} s for 200 draws, {AIMS['workers']} times |",
    ]
    head = ["# Governing, timed", "", *on_what(found), f"Case {CASE} from {START}.", "", "| what | wall: median [least – most] | beside it |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def main() -> None:
    """Measure, show, and write unless it was only a look."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--quick", action="store_true", help="few draws and nothing written: a look, not a figure to publish")
    given = asked.parse_args()
    pin()  # before JAX is imported, as every command does
    import machine

    watch, draws = machine.Watch.start(), 6 if given.quick else 200
    found = {"machine": machine.description(), "draws": draws, "runs": runs(3 if given.quick else 12)}
    found["comparison"] = {str(workers): comparison(draws, workers) for workers in (1, 2)}
    found["quiet"] = watch.until_now()
    page = markdown(found)
    print(page)
    if not given.quick:
        folder = Path(__file__).parent / "results"
        (folder / "governed.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        (folder / "governed.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
