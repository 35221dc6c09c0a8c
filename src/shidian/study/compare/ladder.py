"""The ladder that a package climbs: from a first place to its province, to the nation, to law."""

from __future__ import annotations

import pandas as pd

from .over_draws import HIGH, LOW, RUN, in_order

RUNGS = ("city", "province", "nation", "law")
PACKAGE = [*RUN, "line", "package"]


def ladder(adoptions: pd.DataFrame, rollouts: pd.DataFrame, stances: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """A row for each run and package that was ever in force: the year of its first trial, and the years from then to each rung.

        city      a place tries it, of itself or mandated
        province  another place in the province of a place of the first year does, or that province's own government
        nation    the centre decides to put it in force everywhere
        law       it becomes law

    Empty where a rung was never reached.
    """
    tried = adoptions[adoptions["brought"] != "national"]
    parts = {
        "city": tried.groupby(PACKAGE, sort=False)["year"].min(),
        "province": _in_province(tried),
        "nation": rollouts.groupby(PACKAGE, sort=False)["year"].min(),
        "law": stances.dropna(subset=["law"]).groupby(PACKAGE, sort=False)["law"].min(),
    }
    table = pd.DataFrame({name: part.astype(float) for name, part in parts.items()})
    table.insert(0, "first", table[["city", "nation"]].min(axis=1))
    table = table.dropna(subset=["first"])
    table[list(RUNGS)] = table[list(RUNGS)].sub(table["first"], axis=0)
    return in_order(table.reset_index().astype({"first": int}), runs, ["first", "line", "package"])


def _in_province(tried: pd.DataFrame) -> pd.Series:
    """Year in which a second place of a province where a package began, or the government of that province, took it up."""
    first = tried.groupby(PACKAGE, sort=False)["year"].transform("min")
    began = tried.loc[tried["year"] == first, [*PACKAGE, "province", "place"]].drop_duplicates([*PACKAGE, "province"])
    near = tried.merge(began, on=[*PACKAGE, "province"], suffixes=("", "_first"))
    climbed = near[(near["place"] != near["place_first"]) | (near["place"] == near["province"])]
    return climbed.groupby(PACKAGE, sort=False)["year"].min()


def rungs(climbed: pd.DataFrame) -> pd.DataFrame:
    """By regime and line: of the packages ever in force in any draw, the share that reached each rung, and the years that it took those that did."""
    grouped = climbed.groupby(["regime", "line"], sort=False)
    rows = []
    for (regime, line), packages in grouped:
        for rung in RUNGS:
            years = packages[rung].dropna()
            rows.append({
                "regime": regime, "line": line, "rung": rung, "packages": len(packages), "reached": len(years), "share": len(years) / len(packages),
                "median": years.median(), "low": years.quantile(LOW), "high": years.quantile(HIGH),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=["regime", "line", "rung", "packages", "reached", "share", "median", "low", "high"])
