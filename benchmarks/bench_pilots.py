"""The whole chain on pilots whose truth is known: estimate, reweight, take effort off, believe; naive beside adjusted.

    python benchmarks/bench_pilots.py [--lands 200]

Lands are those of the `landscape` world. The package with the best national worth is tried at a tenth of the places for six years, after ten
without it; the sites are drawn by lot, or are the most developed but for luck, or these with effort that a roll-out will not repeat. What is
believed of the other places is held against what the package would do there with ordinary effort. Writes results/pilots.json and results/pilots.md.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shidian.evidence.methods import METHODS
from shidian.evidence.panel import NEVER, Panel
from shidian.evidence.transport import travel
from shidian.foundations.luck import Luck
from shidian.foundations.streams import stream
from shidian.study.evaluation.judging import Evidence, believe
from shidian.study.evaluation.mission import PilotGoal, PilotMission
from shidian.worlds.landscape import advance, load_setting, make_land
from shidian.worlds.landscape.land import Land

RESULTS = Path(__file__).with_name("results")
BEFORE, AFTER = 10, 6
Z = 1.959964
SIZE = {"places": 200, "groups": 20}
WAYS = ("lottery", "richest", "richest, with effort")


@dataclass(frozen=True)
class Tried:
    """What is in force in a year."""

    package: np.ndarray
    effort: np.ndarray


def main() -> None:
    """Play all lands, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lands", type=int, default=200)
    lands = parser.parse_args().lands
    rows = [summed(way, [played(way, seed) for seed in range(lands)]) for way in WAYS]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "pilots.json").write_text(json.dumps({"lands": lands, "rows": rows}, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "pilots.md").write_text(table(rows, lands), encoding="utf-8")
    print(table(rows, lands))


def played(way: str, seed: int) -> dict[str, float] | None:
    """One land: what was believed and what was true, in the outcome's unit; None where no weighting reaches the other places."""
    land = make_land(load_setting().model_copy(update=SIZE), seed)
    number = len(land.names)
    package = int(land.national()[0].argmax())
    luck = stream(seed, "bench", "sites").normal(size=number)
    score = luck if way == WAYS[0] else land.development + luck
    sited = np.argsort(np.argsort(-score, kind="stable"), kind="stable") < number // 10
    effort = np.where(sited, float(way == WAYS[2]), 0.0)
    panel, effect = watched(land, sited, package, effort, seed)
    there = land.worth[0, :, package] + land.setting.site_effect * land.development  # with ordinary effort
    share = land.setting.effort_effect / effect if way == WAYS[2] else 0.0
    goal = PilotGoal(name="goal", outcome="goal")
    evidence = Evidence(goal, {"cs": METHODS["cs"](panel, draws=199)}, travel(panel, "goal", seed), 1.0, int(sited.sum()))
    made = believe(evidence, PilotMission(goals=(goal,), effort=float(np.clip(share, 0, 1))))
    if made.elsewhere is None:
        return None
    return {
        "at_sites": effect, "elsewhere": float(there[~sited].mean()), "naive": made.site[0], "naive_error": made.site[1],
        "adjusted": made.elsewhere[0], "adjusted_error": made.elsewhere[1],
    }  # fmt: skip


def watched(land: Land, sited: np.ndarray, package: int, effort: np.ndarray, seed: int) -> tuple[Panel, float]:
    """The panel of the first goal, and the true mean effect at the sites."""
    columns, effect = [], 0.0
    for year in range(BEFORE + AFTER):
        on = sited & (year >= BEFORE)
        _, outcomes = advance(land, Tried(np.where(on, package, 0), np.where(on, effort, 0.0)), Luck(seed, ("bench", year)))
        columns.append(outcomes.total[:, 0])
        effect += outcomes.effect[on, 0].mean() / AFTER if on.any() else 0.0
    covariates = {"development": np.repeat(land.development[:, None], BEFORE + AFTER, axis=1)}
    return Panel(np.stack(columns, axis=1), np.where(sited, BEFORE, NEVER), land.names, tuple(range(BEFORE + AFTER)), None, covariates), float(effect)


def summed(way: str, plays: list[dict[str, float] | None]) -> dict[str, object]:
    """Means over the lands where something could be believed of other places."""
    told = [play for play in plays if play is not None]
    column = {name: np.array([play[name] for play in told]) for name in told[0]}
    row: dict[str, object] = {"sites": way, "lands": len(told), "at_sites": float(column["at_sites"].mean()), "elsewhere": float(column["elsewhere"].mean())}
    row["sites_covered"] = float((np.abs(column["naive"] - column["at_sites"]) < Z * column["naive_error"]).mean())
    for name in ("naive", "adjusted"):
        off = column[name] - column["elsewhere"]
        row |= {f"{name}_bias": float(off.mean()), f"{name}_rmse": float(np.sqrt((off**2).mean())), f"{name}_covered": float((np.abs(off) < Z * column[f"{name}_error"]).mean())}
    return row


def table(rows: list[dict[str, object]], lands: int) -> str:
    """The table as Markdown."""
    head = "| sites | lands told | truth at sites | truth elsewhere | 95 % intervals that hold the truth at sites | naive: bias, rmse, coverage elsewhere | adjusted: bias, rmse, coverage elsewhere |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    lines = [
        f"| {row['sites']} | {row['lands']} of {lands} | {row['at_sites']:.2f} | {row['elsewhere']:.2f} | {row['sites_covered']:.0%} | "
        f"{row['naive_bias']:+.2f}, {row['naive_rmse']:.2f}, {row['naive_covered']:.0%} | {row['adjusted_bias']:+.2f}, {row['adjusted_rmse']:.2f}, {row['adjusted_covered']:.0%} |\n"
        for row in rows
    ]
    return head + "".join(lines)


if __name__ == "__main__":
    main()
