"""The whole chain on pilots whose truth is known, from the two files to the verdict: naive beside adjusted, and what was decided.

    python benchmarks/bench_pilots.py [--draws 60] [--worlds landscape market]

Nations are lands of the `landscape` world (`pilots_land`) and draws of the market of `china-nev` (`pilots_market`). Sites are drawn by lot, or are the
most developed but for luck, or these with effort that a roll-out will not repeat. Panel and list of sites are written as files and judged as `shidian
evaluate` judges them, with the development of places as covariate and the share of effort in the mission. What is said of the sites, and of the other
places with ordinary effort, is held against what is true there. Naive is what is believed of the sites taken for everywhere. Writes
results/pilots.json and results/pilots.md.
"""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from shidian.foundations.device import pin

pin()

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pilots_land  # noqa: E402
import pilots_market  # noqa: E402
from pilots_known import WAYS, Known  # noqa: E402

from shidian.study.evaluation.evaluation import Programme, evaluate  # noqa: E402
from shidian.study.evaluation.question import Question, read  # noqa: E402

RESULTS = Path(__file__).with_name("results")
WORLDS = {"landscape": pilots_land, "market": pilots_market}
PLACEBOS = 199


def main() -> None:
    """Play all nations, print the tables and keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--worlds", nargs="+", default=list(WORLDS), choices=list(WORLDS))
    asked = parser.parse_args()
    kept = RESULTS / "pilots.json"
    found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for world in asked.worlds:
            rows = [
                summed(package, f"{way}{', made alike' * bool(adjust)}", list(pool.map(partial(judged, world, package, way, adjust), range(asked.draws))))
                for package in WORLDS[world].PACKAGES for way in WAYS for adjust in WORLDS[world].ADJUST
            ]  # fmt: skip
            found[world] = {"draws": asked.draws, "rows": rows}
    RESULTS.mkdir(exist_ok=True)
    kept.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    page = "\n".join(f"{world}\n\n{table(found[world]['rows'], found[world]['draws'])}" for world in WORLDS if world in found)
    (RESULTS / "pilots.md").write_text(page, encoding="utf-8")
    print(page)


def judged(world: str, package: str, way: str, adjust: tuple[str, ...], seed: int) -> dict[str, float | str | None]:
    """One nation: what was said and what is true, in the outcome's unit."""
    true = WORLDS[world].known(package, way, seed)
    one = programme(true, adjust)
    found, unit = one.verdict.found, 100.0 if true.logs else 1.0  # a verdict speaks of hundredths of a logarithm
    said = {
        "naive": found.worth, "low": found.worth_low, "high": found.worth_high,
        "adjusted": found.elsewhere, "adjusted_low": found.elsewhere_low, "adjusted_high": found.elsewhere_high,
    }  # fmt: skip
    return {name: None if value is None else value / unit for name, value in said.items()} | {
        "at_sites": true.at_sites, "elsewhere": true.elsewhere, "spilled": true.spilled, "gain_elsewhere": found.gain_elsewhere, "answer": one.verdict.answer
    }  # fmt: skip


def programme(known: Known, adjust: tuple[str, ...]) -> Programme:
    """The programme as the command judges it from its files."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        known.panel.to_csv(place / "panel.csv", index=False)
        pd.DataFrame({"place": known.sites, "start": known.start}).to_csv(place / "pilots.csv", index=False)
        (place / "mission.yaml").write_text(f"goals: [{{name: goal, outcome: goal}}]\neffort: {known.share_of_effort}\n", encoding="utf-8")
        asked = Question(place / "panel.csv", place / "pilots.csv", covariates=("development",), adjust=adjust, mission=place / "mission.yaml", draws=PLACEBOS, logs=known.logs)
        return evaluate(read(asked)).programmes[0]


def summed(which: str, way: str, plays: list[dict]) -> dict[str, object]:
    """Means over nations; of other places over those where something could be said of them."""
    table = pd.DataFrame(plays)
    told = table[table["adjusted"].notna()].astype({name: float for name in ("adjusted", "adjusted_low", "adjusted_high")})
    inside = (table["low"] <= table["at_sites"]) & (table["at_sites"] <= table["high"])
    row: dict[str, object] = {
        "package": which, "sites": way, "draws": len(table), "told": len(told), "at_sites": float(table["at_sites"].mean()), "elsewhere": float(table["elsewhere"].mean()), "spilled": float(table["spilled"].mean()),
        "site_bias": float((table["naive"] - table["at_sites"]).mean()), "site_rmse": float(np.sqrt(((table["naive"] - table["at_sites"]) ** 2).mean())), "sites_covered": float(inside.mean()),
        "answers": {str(name): int(count) for name, count in table["answer"].value_counts().sort_index().items()},
    }  # fmt: skip
    for name, low, high in (("naive", "low", "high"), ("adjusted", "adjusted_low", "adjusted_high")):
        off = told[name] - told["elsewhere"]
        covered = (told[low] <= told["elsewhere"]) & (told["elsewhere"] <= told[high])
        row |= {f"{name}_bias": float(off.mean()), f"{name}_rmse": float(np.sqrt((off**2).mean())), f"{name}_covered": float(covered.mean())}
    return row


def table(rows: list[dict[str, object]], draws: int) -> str:
    """The table as Markdown."""
    head = "| package, sites | truth at sites | said of sites: bias, rmse, coverage | other places told of | truth elsewhere | naive: bias, rmse, coverage | adjusted: bias, rmse, coverage | answers |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    lines = []
    for row in rows:
        answers = ", ".join(f"{name} {count}" for name, count in sorted(row["answers"].items(), key=lambda one: -one[1]))
        lines.append(
            f"| {row['package']}, {row['sites']} | {row['at_sites']:.2f} | {row['site_bias']:+.2f}, {row['site_rmse']:.2f}, {row['sites_covered']:.0%} | {row['told']} of {draws} | {row['elsewhere']:.2f} | "
            f"{row['naive_bias']:+.2f}, {row['naive_rmse']:.2f}, {row['naive_covered']:.0%} | {row['adjusted_bias']:+.2f}, {row['adjusted_rmse']:.2f}, {row['adjusted_covered']:.0%} | {answers} |\n"
        )
    return head + "".join(lines)


if __name__ == "__main__":
    main()
