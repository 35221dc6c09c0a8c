"""A made-up comparison for the report's tests: a study folder with every table, from dice that mean nothing.

Places and provinces are those of the bundled case; lines, packages and all figures are invented for the tests.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from fabricated_results import case_table

from shidian.governance.regimes import load_regime
from shidian.study.compare.comparison import EMPTY, Comparison, derived
from shidian.study.compare.folder import write
from shidian.study.governing.protocol import TABLES

REGIMES = ("hierarchy", "top-level-design", "command", "federal", "no-learning", "random-selection")
LINES = {"low-speed": ("lead-acid", "lithium"), "microcar": ("test drives", "parking"), "premium": ("subsidy",)}
GOALS = ("technology", "environment", "growth", "safety")
MERIT = {"lead-acid": -0.3, "lithium": 0.05, "test drives": 0.5, "parking": 0.3, "subsidy": 0.2}
SKILL = {"hierarchy": 1.0, "top-level-design": 0.8, "command": 0.2, "federal": 0.5, "no-learning": 0.3, "random-selection": 0.1}
YEARS = tuple(range(2009, 2026))


@cache
def places() -> pd.DataFrame:
    """Forty prefectures of the bundled case, with their provinces."""
    table = case_table("places").astype({"parent": "Int64"}).astype({"parent": str})
    return table[table["level"] == "prefecture"].iloc[::8].head(40)


def made_up(regimes: tuple[str, ...] = REGIMES, draws: int = 8, lines: tuple[str, ...] = tuple(LINES)) -> dict[str, pd.DataFrame]:
    """Every table of the seam, by name."""
    tables: dict[str, list[dict]] = {name: [] for name in TABLES}
    for draw in range(draws):
        for regime in regimes:
            dice = np.random.default_rng([draw, REGIMES.index(regime)])
            label = {"regime": regime, "draw": draw}
            for name, rows in one_run(regime, dice, lines).items():
                tables[name] += [label | row for row in rows]
            tables["drawn"].append(label | {"hidden demand": float(draw), "taste": float((draw * 7) % 5)})
    return {name: pd.DataFrame(rows) if rows else pd.DataFrame(columns=["regime", "draw", *EMPTY.get(name, [])]) for name, rows in tables.items()}


def one_run(regime: str, dice: np.random.Generator, lines: tuple[str, ...]) -> dict[str, list[dict]]:
    skill, where = SKILL[regime], places()
    made: dict[str, list[dict]] = {"years": [], "stances": [], "adoptions": [], "rollouts": [], "judgements": []}
    for line in lines:
        for package in LINES[line]:
            held = adoptions(made["adoptions"], regime, line, package, where, dice)
            career(made, regime, line, package, held, skill, dice)
    gain = skill * np.linspace(0, 1, len(YEARS)) + 0.05 * dice.normal(size=len(YEARS)).cumsum()
    for place, year in enumerate(YEARS):
        goals = {
            f"goal_{goal}": float(gain[place] * (1 + 0.2 * position) - 0.3 * (goal == "safety") + 0.02 * dice.normal())
            for position, goal in enumerate(GOALS)
        }
        judged = [row for row in made["stances"] if row["year"] == year]
        counts = {
            name: sum(row["stance"] == value for row in judged) for name, value in (("supported", 1), ("tolerated", 0), ("inhibited", -1))
        }
        made["years"].append({
            "year": year, "score": float(np.mean(list(goals.values()))), **goals, "money_centre": 1e9 * (1 + 0.1 * place + 0.05 * dice.normal()),
            "money_local": 5e8 * (1 + skill * place / 8), "active": min(1.0, 0.05 * place * (1 + skill)), "packages": 3 + place // 4,
            "mandated": 4 if regime in ("hierarchy", "top-level-design") else 0, "enrolled": place if skill > 0.7 else 0, "initiative": 0.6 * skill,
            "force": 0.1 * skill, "spent_on_force": 1e7 * skill, "laws": int(place > 12), **counts,
        })  # fmt: skip
    return made


def adoptions(rows: list[dict], regime: str, line: str, package: str, where: pd.DataFrame, dice: np.random.Generator) -> dict[int, int]:
    """Contagion from one place to others; returns how many places hold the package by year."""
    taken: dict[str, int] = {}
    province = dict(zip(where["code"], where["parent"], strict=True))
    for year, luck in zip(YEARS, dice.uniform(size=(len(YEARS), len(where))), strict=True):
        for code, throw in zip(where["code"], luck, strict=True):
            if code in taken or throw > 0.01 + 0.12 * len(taken) / len(where):
                continue
            near = [one for one in taken if taken[one] < year]
            origin = "own" if not near else str(dice.choice(["own", "sideways", "up", "down"], p=[0.1, 0.5, 0.15, 0.25]))
            source = "" if origin == "own" else "centre" if origin == "down" else str(dice.choice(near))
            brought = "itself" if regime == "federal" or dice.uniform() < 0.6 else "mandated"
            rows.append({
                "year": year, "place": code, "province": province[code], "line": line, "package": package, "brought": brought,
                "initiative": 0.0 if brought == "itself" else float(dice.uniform(0.5, 1)), "origin": origin, "learned_from": source,
            })  # fmt: skip
            taken[code] = year
    return {year: sum(first <= year for first in taken.values()) for year in YEARS}


def career(
    made: dict[str, list[dict]], regime: str, line: str, package: str, held: dict[int, int], skill: float, dice: np.random.Generator
) -> None:
    """Beliefs that near the truth, the stances that follow, and the decisions among them."""
    truth, believed, before, law, national = MERIT[package], dice.normal(0, 0.4), 0, False, False
    for place, year in enumerate(YEARS):
        if not held[year]:
            continue
        believed += 0.3 * skill * (truth + 0.15 - believed) + 0.05 * dice.normal()
        stance = 0 if regime == "federal" else int(np.sign(believed) * (abs(believed) > 0.12))
        made["stances"].append({
            "year": year, "line": line, "package": package, "stance": stance, "force": 0.2 if stance < 0 else 0.0, "score": believed, "spread": 0.5 / (1 + place / 4),
            "merit": believed - 0.1, "places": held[year], "endorsed": stance > 0 and place > 6, "law": year if law else None, "national": national,
        })  # fmt: skip
        if stance not in (0, before):
            good, scaled = truth > 0, stance > 0
            verdict = f"{'good' if good else 'bad'} {'scaled' if scaled else 'killed'}"
            made["judgements"].append({
                "year": year, "line": line, "package": package, "stance": stance, "believed": believed, "spread": 0.3, "truth": truth,
                "regret": abs(truth) if good != scaled else 0.0, "verdict": verdict,
            })  # fmt: skip
        if stance > 0 and held[year] > 8 and not national:
            national = True
            made["rollouts"].append({
                "year": year, "line": line, "package": package, "promise": believed, "pilot": truth + 0.3, "effect": truth, "harmful": truth < 0,
                "over_promise": believed - truth, "disappointment": 0.3, "years_to_law": 6.0 if dice.uniform() < 0.5 else np.nan,
            })  # fmt: skip
        law, before = law or (national and dice.uniform() < 0.2), stance


def resolved(regimes: tuple[str, ...]) -> list[dict]:
    """The bundled regimes as data."""
    return [load_regime(name).model_dump(mode="json") for name in regimes]


def in_folder(folder: Path, regimes: tuple[str, ...] = REGIMES, draws: int = 8, lines: tuple[str, ...] = tuple(LINES), **record) -> Path:
    """The made-up comparison as the study folder that the command writes, without its page."""
    folder.mkdir(parents=True, exist_ok=True)
    found = made_up(regimes, draws, lines)
    about = {
        "study": "comparison", "key": "0123456789ab", "case": "china-nev", "title": "made up for a test", "against": regimes[0], "start": "2009-01", "runs": draws, "seed": 3, "params": "prior",
        "goals": list(GOALS), "lines": list(lines), "years": list(YEARS), "regimes": resolved(regimes), "discount": 0.03,
    }  # fmt: skip
    asked = SimpleNamespace(case=SimpleNamespace(lines=lines), discount=0.03, names=list(regimes), against=regimes[0])
    runs = found["years"][["regime", "draw"]].drop_duplicates(ignore_index=True)
    write(folder, Comparison(about | record, found | derived(found, runs, asked)))
    return folder
