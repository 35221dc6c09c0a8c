"""A finished comparison: its tables, its arrays, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..governing.protocol import TABLES
from ..run_folder import code_digest
from ..runner import Made
from ..runner.chunk import REASON
from .appraising import appraising
from .deciders import deciders
from .differences import HORIZONS, differences, direction, levels, measures_of
from .ladder import ladder, rungs
from .lineages import edges, lineages
from .over_draws import RUN
from .question import Question
from .stances import contrast, endings, pairs, through_time
from .starters import starters

EMPTY = {  # columns that are looked at where a study has no row of a table
    "stances": ["year", "line", "package", "stance", "force", "score", "spread", "merit", "places", "endorsed", "law", "national"],
    "adoptions": ["year", "place", "province", "line", "package", "brought", "initiative", "origin", "learned_from", "development", "gained"],
    "experiments": ["year", "line", "package", "sites", "t"],
    "rollouts": ["year", "line", "package", "promise", "pilot", "effect", "harmful", "over_promise", "disappointment", "years_to_law"],
    "judgements": ["year", "line", "package", "stance", "believed", "spread", "truth", "regret", "verdict"],
    "lessons": ["year", "line", "package", "about", "taught", "taught_demand"],
    "drawn": [],
}
SHOWN = "mean"  # the horizon of a summary: the mean over years


@dataclass(frozen=True)
class Comparison:
    """Regimes compared over paired draws. `record` says what determines it; `tables` are tidy, one row an observation, by name."""

    record: dict[str, Any]
    tables: dict[str, pd.DataFrame]

    @property
    def regimes(self) -> list[str]:
        """Names of the regimes, in the order asked for."""
        return [one["name"] for one in self.record["regimes"]]

    @property
    def years(self) -> pd.DataFrame:
        """A row for each regime, draw and year: the mission score, every goal, money, and what was in force."""
        return self.tables["years"]

    @property
    def differences(self) -> pd.DataFrame:
        """Each regime less the one that it is held against, by measure and horizon, over paired draws."""
        return self.tables["differences"]

    @property
    def failed(self) -> pd.DataFrame:
        """Runs that failed, with the reason of each."""
        return self.tables["failed"]

    @property
    def data(self):
        """Every measure as an `xarray.Dataset` (regime, draw, year); NaN where a run failed."""
        return as_arrays(self)

    def summary(self) -> pd.DataFrame:
        """A row for each regime and each of score, goals and money: its mean over years and draws, by how much it differs from the regime
        that it is held against, the 5 % and 95 % points of that over draws, and the share of draws in which it is better.
        """
        return summary_of(self)


def from_runs(asked: Question, made: Made) -> Comparison:
    """All tables of a comparison from the rows of its runs."""
    runs = made.runs.loc[made.runs[REASON] == "", RUN].reset_index(drop=True)
    found = {name: _table(made, name) for name in TABLES}
    tables = found | {name: _table(made, name) for name in asked.case.beside} | derived(found, runs, asked)
    tables["failed"] = made.failed.rename(columns={REASON: "reason"}).reset_index(drop=True)
    return Comparison(recorded(asked, made), tables)


def derived(found: dict[str, pd.DataFrame], runs: pd.DataFrame, asked: Question) -> dict[str, pd.DataFrame]:
    """What is read out of the rows of runs, by the name of its table."""
    years, stances, adoptions, rollouts, judgements = (found[name] for name in ("years", "stances", "adoptions", "rollouts", "judgements"))
    lines, span = asked.case.lines, sorted(set(years["year"]))
    climbed, ended = ladder(adoptions, rollouts, stances, runs), endings(stances, runs, span[-1])
    return {
        "levels": levels(years, asked.discount),
        "differences": differences(years, asked.names, asked.against, asked.discount),
        "starters": starters(adoptions, runs),
        "ladder": climbed,
        "rungs": rungs(climbed),
        "stances_by_year": through_time(stances, runs, lines, span),
        "endings": ended,
        "contrast": contrast(ended, runs),
        "pairs": pairs(ended, runs, lines),
        "lineages": lineages(adoptions, rollouts, runs, lines),
        "edges": edges(adoptions, runs),
        "deciders": deciders(ended, found["drawn"]),
        "appraising": appraising(judgements, rollouts, runs, lines),
    }


def recorded(asked: Question, made: Made) -> dict[str, Any]:
    """Content of `study.json` beside the versions: what determines the study, and how many of its runs failed."""
    case, work = asked.case, asked.work
    head = {"study": "comparison", "key": asked.key, "case": work.case, "title": case.title, "start": work.start, "params": work.params}
    head |= {"seed": asked.seed, "runs": asked.runs, "against": asked.against, "discount": asked.discount, "identity": case.identity()}
    head |= {"goals": list(case.goals), "lines": list(case.lines), "years": list(case.years), "horizons": HORIZONS, "regimes": asked.rules}
    return head | {"failed": len(made.failed), "code": code_digest()}


def _table(made: Made, name: str) -> pd.DataFrame:
    table = made.table(name)
    return table if len(table) else pd.DataFrame(columns=[*RUN, *EMPTY.get(name, ["year"])])


def as_arrays(comparison: Comparison):
    """The table of years as arrays by measure."""
    import xarray as xr

    years = comparison.years
    axes = {"regime": comparison.regimes, "draw": range(comparison.record["runs"]), "year": sorted(set(years["year"]))}
    index = pd.MultiIndex.from_product(axes.values(), names=axes)
    full = years.set_index([*RUN, "year"])[measures_of(years)].astype(float).reindex(index)
    shape = tuple(map(len, axes.values()))
    arrays = {name: (tuple(axes), full[name].to_numpy().reshape(shape)) for name in full}
    return xr.Dataset(arrays, coords={name: np.array(list(values)) for name, values in axes.items()})


def summary_of(comparison: Comparison, horizon: str = SHOWN) -> pd.DataFrame:
    """One row for each regime and each measure of which more, or less, is better."""
    levels_, gaps = (comparison.tables[name] for name in ("levels", "differences"))
    level = levels_[levels_["horizon"] == horizon].set_index(["regime", "measure"])["mean"].rename("level")
    gap = gaps[gaps["horizon"] == horizon].set_index(["regime", "measure"])[["mean", "low", "high", "better"]].rename(columns={"mean": "difference"})
    measures = [name for name in measures_of(comparison.years) if direction(name)]
    wanted = pd.MultiIndex.from_product([comparison.regimes, sorted(measures, key=_rank)], names=["regime", "measure"])
    return level.to_frame().join(gap).reindex(wanted).reset_index()


def _rank(measure: str) -> int:
    """Score first, then goals, then money."""
    return 0 if measure == "score" else 1 if measure.startswith("goal_") else 2
