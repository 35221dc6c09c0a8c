"""Estimators of pilots' effects, timed and put to the proof: what placebos cost, and how often a pilot that did nothing is called a success.

Usage: python benchmarks/bench_evidence.py [--quick] [--replicates N] [--only speed|calibration] [--out FOLDER]
Writes evidence.md and evidence.json into FOLDER (benchmarks/results), and with --page the tables of docs/evidence-checks.md.
Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # made panels are shared with the tests

from shidian.foundations.device import pin

pin()  # before NumPy is imported, as every command does

import numpy as np  # noqa: E402
from machine import Watch, description  # noqa: E402
from made_panels import Making, long_table, made  # noqa: E402

from shidian.evidence.alike import made_alike  # noqa: E402
from shidian.evidence.did import difference_in_differences  # noqa: E402
from shidian.evidence.imputation import imputation  # noqa: E402
from shidian.evidence.simplex import TOLERANCE  # noqa: E402
from shidian.evidence.staggered import callaway_santanna  # noqa: E402
from shidian.evidence.synthetic import synthetic_control, synthetic_did  # noqa: E402

PAGE = Path(__file__).parents[1] / "docs" / "evidence-checks.md"
LARGE = Making(units=340, periods=192, starts=(144,), treated=25, effect=1.0, factors=1.0)
BESIDE = 40  # placebos of diff-diff that are timed
SMALL = Making(units=30, periods=12, starts=(8,), treated=10, factors=1.0)
WORLDS = {
    "sites at random": SMALL,
    "sites picked after a bad year": replace(SMALL, chosen="after-a-dip"),
    "sites picked among the richest": replace(SMALL, chosen="richest"),
    "pilots move more with the common factors": replace(SMALL, loading=0.5),
    "pilots picked by a figure with which places rise": replace(SMALL, units=60, treated=15, figure=1.5),
    "the same, made alike in the figure": replace(SMALL, units=60, treated=15, figure=1.5),
    "effects differ between pilots (mean 1, deviation 1)": replace(SMALL, effect=1.0, varied=1.0),
    "two waves, at random": replace(SMALL, starts=(6, 9)),
    "one pilot, at random": replace(SMALL, treated=1),
    "one pilot, picked after a bad year": replace(SMALL, treated=1, chosen="after-a-dip"),
}
ALIKE = "made alike in the figure"
PLACEBOS = 39
METHODS = {
    "difference-in-differences": difference_in_differences,
    "Callaway-Sant'Anna": callaway_santanna,
    "imputation": imputation,
    "synthetic control": synthetic_control,
    "synthetic DiD": synthetic_did,
}


# --- speed -------------------------------------------------------------------------------------------------------------


def speed(draws: int, beside: int) -> dict:
    """Synthetic-DiD placebos on a large panel: first call, then the median of three; diff-diff on the same panel at its own tolerance."""
    panel, watch = made(LARGE, 1), Watch.start()
    seconds = []
    for _ in range(4):
        before, spent = time.perf_counter(), time.process_time()
        found = synthetic_did(panel, draws=draws)
        seconds.append((time.perf_counter() - before, time.process_time() - spent))
    control = time.perf_counter()
    other = synthetic_control(panel, draws=draws)
    control = time.perf_counter() - control
    return {
        "draws": draws, "first": seconds[0][0], "again": float(np.median([wall for wall, _ in seconds[1:]])), "cpu": float(np.median([spent for _, spent in seconds[1:]])),
        "gap": found.gap, "effect": found.effect, "error": found.error,
        "control": {"seconds": control, "gap": other.gap}, "diff-diff": _diff_diff(panel, beside), "machine": watch.until_now(),
    }  # fmt: skip


def _diff_diff(panel, draws: int) -> dict | None:
    """The same by diff-diff, fewer placebos."""
    if find_spec("diff_diff") is None:
        return None
    import diff_diff

    table, after = long_table(panel), list(panel.periods[144:])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = time.perf_counter()
        found = diff_diff.SyntheticDiD(n_bootstrap=draws, seed=1).fit(table, outcome="outcome", treatment="treated", unit="unit", time="period", post_periods=after)
        seconds = time.perf_counter() - before
    return {"draws": draws, "seconds": seconds, "effect": float(found.att), "error": float(found.se)}


# --- calibration -------------------------------------------------------------------------------------------------------


def replicate(world: str, seed: int) -> dict:
    """One panel, every method: estimate less the truth, p of the truth, whether the interval holds it, whether the past warned."""
    panel = made(WORLDS[world], seed)
    truth = _truth(WORLDS[world], seed)
    if world.endswith(ALIKE):
        panel, _ = made_alike(panel, ["figure"])
    found = {}
    for name, method in METHODS.items():
        estimate = method(panel, draws=PLACEBOS, seed=seed)
        low, high = estimate.interval
        found[name] = (estimate.effect - truth, estimate.error, bool(estimate.p <= 0.05), bool(low <= truth <= high), estimate.how, bool(estimate.pre_trend.get("p", 1.0) <= 0.05))
    return found


def _truth(making: Making, seed: int) -> float:
    """Mean effect on the pilots of that very panel: what it shows above the same panel without effects."""
    panel, nothing = made(making, seed), made(replace(making, effect=0.0, varied=0.0), seed)
    return float((panel.outcome - nothing.outcome)[panel.under].mean())


def calibration(replicates: int, worlds: list[str]) -> Iterator[tuple[str, dict]]:
    """One kind of panel after the other, by processes of one core each."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for world in worlds:
            rows = list(pool.map(replicate, [world] * replicates, range(replicates), chunksize=10))
            yield world, {name: _summary([row[name] for row in rows]) for name in METHODS}


def _summary(rows: list[tuple]) -> dict:
    told = [row for row in rows if np.isfinite(row[0]) and np.isfinite(row[1])]
    off, error, wrong, inside, how, warned = (np.array(column) for column in zip(*told, strict=True))
    return {
        "how": ", ".join(sorted(set(how))), "bias": float(off.mean()), "spread": float(off.std()), "error": float(error.mean()),
        "positive": float(wrong.mean()), "covered": float(inside.mean()), "warned": float(warned.mean()), "replicates": len(rows), "told": len(told),
    }  # fmt: skip


# --- pages -------------------------------------------------------------------------------------------------------------


def speed_table(found: dict) -> str:
    """What placebos cost."""
    lines = [
        "| 340 places x 192 periods, 25 treated | placebos | seconds | effect | error | duality gap |", "| --- | ---: | ---: | ---: | ---: | ---: |",
        f"| synthetic DiD, first call, programs from the cache | {found['draws']} | {found['first']:.1f} | {found['effect']:.4f} | {found['error']:.4f} | {found['gap']:.1e} |",
        f"| synthetic DiD, again (median of three) | {found['draws']} | {found['again']:.1f} (processor {found['cpu']:.1f}) | | | |",
        f"| synthetic control | {found['draws']} | {found['control']['seconds']:.1f} | | | {found['control']['gap']:.1e} |",
    ]  # fmt: skip
    other = found["diff-diff"]
    if other:
        whole = other["seconds"] / other["draws"] * found["draws"]
        lines.append(f"| diff-diff, synthetic DiD at its own tolerance | {other['draws']} | {other['seconds']:.1f} (for {found['draws']}: {whole:.0f}, reckoned) | {other['effect']:.4f} | {other['error']:.4f} | not given |")
    return "\n".join(lines)


def calibration_table(found: dict) -> str:
    """How often a method is wrong."""
    lines = ["| panel | method | error from | bias | spread of estimates | mean error | called an effect at 5 % | 95 % interval holds the truth | past gave a warning |", "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    for world, methods in found.items():
        for name, one in methods.items():
            called = "" if world.startswith("effects differ") else f"{one['positive']:.1%}"
            told = one.get("told", one["replicates"])
            how = one["how"] if told == one["replicates"] else f"{one['how']}; told in {told / one['replicates']:.1%}"
            lines.append(f"| {world} | {name} | {how} | {one['bias']:+.3f} | {one['spread']:.3f} | {one['error']:.3f} | {called} | {one['covered']:.1%} | {one['warned']:.1%} |")
    return "\n".join(lines)


def put_in(page: str, mark: str, made_table: str) -> str:
    """A page with a table between its marks."""
    return re.sub(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda found: f"{found[1]}\n{made_table}\n\n{found[2]}", page, flags=re.DOTALL)


def main() -> None:
    """Measure, write the files, show the tables."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--quick", action="store_true", help="fewer placebos and replicates: a look, not a figure to publish")
    asked.add_argument("--replicates", type=int, default=1000, help="panels of each kind")
    asked.add_argument("--only", choices=["speed", "calibration"], help="one part; the other is kept as it was")
    asked.add_argument("--world", type=int, action="append", help="the number of one kind of panel, from 0, in place of all; may be repeated")
    asked.add_argument("--page", action="store_true", help="write the tables into docs/evidence-checks.md too")
    asked.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="where evidence.md and evidence.json go")
    given = asked.parse_args()
    kept = given.out / "evidence.json"
    part = given.only or given.world
    found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() and part else {}
    found |= {"machine": description(), "tolerance": TOLERANCE}
    if given.only != "calibration":
        found["speed"] = speed(100 if given.quick else 1000, 5 if given.quick else BESIDE)
        write(found, given.out)
    if given.only != "speed":
        names = list(WORLDS)
        worlds = [names[at] for at in given.world] if given.world else names
        for world, summary in calibration(20 if given.quick else given.replicates, worlds):
            done = found.get("calibration", {}) | {world: summary}
            found["calibration"] = {name: done[name] for name in names if name in done}
            write(found, given.out)
    if given.page:
        page = PAGE.read_text(encoding="utf-8")
        for name, made_table in tables(found).items():
            page = put_in(page, name, made_table)
        PAGE.write_text(page, encoding="utf-8")
    print("\n\n".join(tables(found).values()))


def tables(found: dict) -> dict[str, str]:
    """The tables that there are figures for."""
    known = {"speed": speed_table, "calibration": calibration_table}
    return {name: make(found[name]) for name, make in known.items() if name in found}


def write(found: dict, folder: Path) -> None:
    """Both files, after each part, so that a run cut short leaves what it finished."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evidence.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    head = f"# Evidence\n\n{found['machine']['date']}, {found['machine']['cores']} cores, {found['machine']['processor']}. `python benchmarks/bench_evidence.py`\n\n"
    (folder / "evidence.md").write_text(head + "\n\n".join(tables(found).values()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
