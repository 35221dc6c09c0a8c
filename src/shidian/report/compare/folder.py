"""What the page is made from: the tables and the record that a comparison left in its study folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ...cases.bundled import case_folder
from ...foundations.errors import InputError, Where
from ...study.compare.differences import direction, measures_of
from ...study.compare.ladder import RUNGS
from ...study.compare.over_draws import ALL
from ...study.study_folder import RECORD
from ..words import first_capital, label_of

NEEDED = ("years", "levels", "differences")
OVER_DRAWS = ["regime", "line", "measure", "mean", "median", "low", "high", "draws"]
EMPTY = {  # tables that may be missing, with the columns that are looked at
    "stances": ["regime", "draw", "year", "places", "spread"],
    "adoptions": ["regime", "draw", "year", "place", "province", "line", "package", "brought", "initiative", "origin", "learned_from"],
    "judgements": ["regime", "draw", "package", "believed", "truth", "verdict"],
    "rollouts": ["regime", "draw", "year", "line", "package"],
    "ladder": ["regime", "draw", "line", "package", "first", *RUNGS],
    "stances_by_year": [*OVER_DRAWS, "year"],
    "lineages": OVER_DRAWS,
    "appraising": OVER_DRAWS,
    "contrast": ["regime", "line", "package", "way", "share", "draws"],
    "pairs": ["regime", "inhibited_not_gone", "supported", "share", "draws"],
    "deciders": ["regime", "line", "end", "number", "separation", "error", "draws_with", "draws_without"],
    "lessons": ["regime", "draw", "line", "package", "about", "taught", "taught_demand"],
    "places": ["code", "name", "level", "parent", "grid_row", "grid_col"],
    "failed": ["regime", "draw", "reason"],
    "documents": ["regime", "draw", "year", "level", "place", "documents", "mention_pilots"],  # of worlds in which offices write
}
# Columns of words, though some look like numbers.
TEXT = ("place", "province", "learned_from", "code", "parent", "line", "package", "regime", "against", "measure", "horizon", "number", "end", "about")
ONLY_LINE = "policy"  # the one line of a world without technologies
NULL = "A null."  # how the meaning of a regime begins that no learning or no selection governs


@dataclass(frozen=True)
class Compared:
    """A finished comparison; regimes in the order in which they were asked for, tables by name."""

    record: dict[str, Any]
    tables: dict[str, pd.DataFrame]

    @cached_property
    def regimes(self) -> list[str]:
        """Names of the regimes, in order."""
        return [rules["name"] for rules in self.record["regimes"]]

    @cached_property
    def rules(self) -> dict[str, dict[str, Any]]:
        """Each regime as data, by name."""
        return {rules["name"]: rules for rules in self.record["regimes"]}

    @cached_property
    def nulls(self) -> list[str]:
        """Regimes that say of themselves that they are nulls."""
        return [name for name in self.regimes if self.rules[name]["meaning"].startswith(NULL)]

    @property
    def against(self) -> str:
        """The regime that the others are compared with."""
        return str(self.record["against"])

    @cached_property
    def others(self) -> list[str]:
        """All regimes but the one that they are compared with."""
        return [name for name in self.regimes if name != self.against]

    @cached_property
    def measures(self) -> list[str]:
        """What can be better or worse: the score, then goals, then money, each in the order of the years' columns."""
        return sorted(
            (name for name in measures_of(self.tables["years"]) if direction(name)), key=lambda name: (name != "score", -direction(name))
        )

    @cached_property
    def lines(self) -> list[str]:
        """Technologies that are governed."""
        return [str(line) for line in self.record["lines"]]

    @property
    def whole(self) -> str:
        """Under which line the tables have all lines together."""
        return ALL if len(self.lines) > 1 else self.lines[0]

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        years = self.tables["years"]["year"]
        return int(years.min()), int(years.max())

    @cached_property
    def draws(self) -> int:
        """Paired draws: those that came through under every regime."""
        return int(self.tables["years"].groupby("draw")["regime"].nunique().eq(len(self.regimes)).sum())

    @cached_property
    def names(self) -> dict[str, str]:
        """Name of each place by its code, where the study knows one."""
        places = self.tables["places"]
        return dict(zip(places["code"], places["name"], strict=True))

    def kind(self, regime: str) -> str:
        """Whether a regime is a null."""
        return "null" if regime in self.nulls else "regime"


def titled(measure: str) -> str:
    """What a measure is called on the page.

    >>> titled("goal_energy_security"), titled("goal_jobs"), titled("money_plants"), titled("score")
    ('Energy security', 'Jobs', 'Money, idle plants of makers', 'Mission score')
    """
    if measure == "score":
        return "Mission score"
    if measure == "cost":
        return "Money"
    kind, _, rest = measure.partition("_")
    return f"Money, {label_of(rest)}" if kind == "money" else first_capital(rest.replace("_", " "))


def unit_of(measure: str) -> str:
    """The unit of a measure: points, RMB, or units of an abstract budget."""
    return "RMB" if measure.startswith("money_") else "units of the budget" if measure == "cost" else "points"


def said_line(line: str) -> str:
    """A line as a reader knows it; nothing for the only line of a world without technologies."""
    return "" if line == ONLY_LINE else line


def read(folder: Path | str) -> Compared:
    """The comparison in a study folder. Raises InputError where the folder holds none."""
    folder = Path(folder)
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        regimes = [(rules["name"], rules["meaning"]) for rules in record["regimes"]]
        tables = {name: _table(folder, name) for name in (*NEEDED, *EMPTY)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The folder holds no comparison of regimes ({error}); `shidian study compare CASE` makes one.", Where(folder)
        ) from None
    if not regimes:
        raise InputError("The comparison names no regime, so there is nothing to show.", Where(folder / RECORD))
    tables["places"] = _places(tables["places"], str(record.get("case", "")))
    return Compared(record, tables)


def _table(folder: Path, name: str) -> pd.DataFrame:
    """A table as Parquet or CSV; an empty one where the study has none and needs none."""
    if (folder / f"{name}.parquet").is_file():
        table = pd.read_parquet(folder / f"{name}.parquet")
    elif (folder / f"{name}.csv").is_file() or name in NEEDED:
        table = pd.read_csv(folder / f"{name}.csv", dtype=dict.fromkeys(TEXT, str), keep_default_na=False, na_values=[""])
    else:
        return pd.DataFrame(columns=EMPTY[name])
    rungs = {*RUNGS} if name == "ladder" else set()  # years to a rung, one of which is called province
    for column in set(table.columns) & ({*TEXT} | rungs):
        table[column] = table[column].astype(float) if column in rungs else table[column].fillna("").astype(str)
    return table


def _places(table: pd.DataFrame, case: str) -> pd.DataFrame:
    """Places with their cells on the grid: the study's own table, or that of the case where it is at hand."""
    if len(table):
        return table
    try:
        return _table(case_folder(case), "places")
    except InputError:
        return table
