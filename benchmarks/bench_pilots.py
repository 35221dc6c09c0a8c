"""The whole chain on pilots whose truth is known, from the two files to the verdict: naive beside adjusted, and what was decided.

    python benchmarks/bench_pilots.py [--lands 100]

Lands are those of the `landscape` world. A package is tried at a tenth of the places for six years, after ten without it: the best of the nation, or
one that does harm. Sites are drawn by lot, or are the most developed but for luck, or these with effort that a roll-out will not repeat. Panel and
list of sites are written as files and judged as `shidian evaluate` judges them, with the development of places as covariate and the share of effort
in the mission. What is said of the sites, and of the other places with ordinary effort, is held against what is true there. Naive is what is believed
of the sites taken for everywhere. Writes results/pilots.json and results/pilots.md.
"""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from shidian.foundations.device import pin

pin()

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from shidian.foundations.luck import Luck  # noqa: E402
from shidian.foundations.streams import stream  # noqa: E402
from shidian.study.evaluation.evaluation import Programme, evaluate  # noqa: E402
from shidian.study.evaluation.question import Question, read  # noqa: E402
from shidian.worlds.landscape import advance, load_setting, make_land  # noqa: E402
from shidian.worlds.landscape.land import Land  # noqa: E402

RESULTS = Path(__file__).with_name("results")
BEFORE, AFTER = 10, 6
SIZE = {"places": 200, "groups": 20}
WAYS = ("lottery", "richest", "richest, with effort")
PACKAGES = ("best", "harmful")
DRAWS = 199


@dataclass(frozen=True)
class Tried:
    """What is in force in a year."""

    package: np.ndarray
    effort: np.ndarray


def main() -> None:
    """Play all lands, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lands", type=int, default=100)
    lands = parser.parse_args().lands
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        rows = [summed(package, way, list(pool.map(played, [package] * lands, [way] * lands, range(lands)))) for package in PACKAGES for way in WAYS]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "pilots.json").write_text(json.dumps({"lands": lands, "rows": rows}, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "pilots.md").write_text(table(rows, lands), encoding="utf-8")
    print(table(rows, lands))


def played(which: str, way: str, seed: int) -> dict[str, float | str | None]:
    """One land: what was said and what is true, in the outcome's unit."""
    land = make_land(load_setting().model_copy(update=SIZE), seed)
    package = _package(land, which)
    luck = stream(seed, "bench", "sites").normal(size=len(land.names))
    score = luck if way == WAYS[0] else land.development + luck
    sited = np.argsort(np.argsort(-score, kind="stable"), kind="stable") < len(land.names) // 10
    effort = np.where(sited, float(way == WAYS[2]), 0.0)
    panel, effect = watched(land, sited, package, effort, seed)
    there = land.worth[0, :, package] + land.setting.site_effect * land.development  # with ordinary effort
    share = land.setting.effort_effect / effect if way == WAYS[2] and effect > 0 else 0.0
    one = judged(panel, [land.names[at] for at in np.flatnonzero(sited)], float(np.clip(share, 0, 1)))
    found = one.verdict.found
    return {
        "at_sites": effect, "elsewhere": float(there[~sited].mean()), "naive": found.worth, "low": found.worth_low, "high": found.worth_high,
        "adjusted": found.elsewhere, "adjusted_low": found.elsewhere_low, "adjusted_high": found.elsewhere_high, "gain_elsewhere": found.gain_elsewhere, "answer": one.verdict.answer,
    }  # fmt: skip


def _package(land: Land, which: str) -> int:
    """The best package of the nation, or the one that does most harm."""
    national = land.national()[0]
    return int(national.argmax() if which == "best" else national.argmin())


def judged(panel: pd.DataFrame, sites: list[str], effort: float) -> Programme:
    """The programme as the command judges it from its files."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        panel.to_csv(place / "panel.csv", index=False)
        pd.DataFrame({"place": sites, "start": 2000 + BEFORE}).to_csv(place / "pilots.csv", index=False)
        (place / "mission.yaml").write_text(f"goals: [{{name: goal, outcome: goal}}]\neffort: {effort}\n", encoding="utf-8")
        asked = Question(place / "panel.csv", place / "pilots.csv", covariates=("development",), mission=place / "mission.yaml", draws=DRAWS)
        return evaluate(read(asked)).programmes[0]


def watched(land: Land, sited: np.ndarray, package: int, effort: np.ndarray, seed: int) -> tuple[pd.DataFrame, float]:
    """The panel of the first goal, a row a place and year, and the true mean effect at the sites."""
    parts, effect = [], 0.0
    for year in range(BEFORE + AFTER):
        on = sited & (year >= BEFORE)
        _, outcomes = advance(land, Tried(np.where(on, package, 0), np.where(on, effort, 0.0)), Luck(seed, ("bench", year)))
        parts.append(pd.DataFrame({"place": land.names, "year": 2000 + year, "goal": outcomes.total[:, 0], "development": land.development}))
        effect += outcomes.effect[on, 0].mean() / AFTER if on.any() else 0.0
    return pd.concat(parts), float(effect)


def summed(which: str, way: str, plays: list[dict]) -> dict[str, object]:
    """Means over lands; of other places over those where something could be said of them."""
    table = pd.DataFrame(plays)
    told = table[table["adjusted"].notna()].astype({name: float for name in ("adjusted", "adjusted_low", "adjusted_high")})
    inside = (table["low"] <= table["at_sites"]) & (table["at_sites"] <= table["high"])
    row: dict[str, object] = {
        "package": which, "sites": way, "lands": len(table), "told": len(told), "at_sites": float(table["at_sites"].mean()), "elsewhere": float(table["elsewhere"].mean()),
        "site_bias": float((table["naive"] - table["at_sites"]).mean()), "site_rmse": float(np.sqrt(((table["naive"] - table["at_sites"]) ** 2).mean())), "sites_covered": float(inside.mean()),
        "answers": {str(name): int(count) for name, count in table["answer"].value_counts().sort_index().items()},
    }  # fmt: skip
    for name, low, high in (("naive", "low", "high"), ("adjusted", "adjusted_low", "adjusted_high")):
        off = told[name] - told["elsewhere"]
        covered = (told[low] <= told["elsewhere"]) & (told["elsewhere"] <= told[high])
        row |= {f"{name}_bias": float(off.mean()), f"{name}_rmse": float(np.sqrt((off**2).mean())), f"{name}_covered": float(covered.mean())}
    return row


def table(rows: list[dict[str, object]], lands: int) -> str:
    """The table as Markdown."""
    head = "| package, sites | truth at sites | said of sites: bias, rmse, coverage | other places told of | truth elsewhere | naive: bias, rmse, coverage | adjusted: bias, rmse, coverage | answers |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    lines = []
    for row in rows:
        answers = ", ".join(f"{name} {count}" for name, count in sorted(row["answers"].items(), key=lambda one: -one[1]))
        lines.append(
            f"| {row['package']}, {row['sites']} | {row['at_sites']:.2f} | {row['site_bias']:+.2f}, {row['site_rmse']:.2f}, {row['sites_covered']:.0%} | {row['told']} of {lands} | {row['elsewhere']:.2f} | "
            f"{row['naive_bias']:+.2f}, {row['naive_rmse']:.2f}, {row['naive_covered']:.0%} | {row['adjusted_bias']:+.2f}, {row['adjusted_rmse']:.2f}, {row['adjusted_covered']:.0%} | {answers} |\n"
        )
    return head + "".join(lines)


if __name__ == "__main__":
    main()
