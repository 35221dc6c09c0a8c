"""Who took up what from whom, and how far what began locally went.

The last four figures are those that Luo, Wang and Yang (NBER working paper 34219, 2025) count in documents of Chinese local governments:
about 80 % of policies began at prefecture level, 68 % of these spread within three years, to four other prefectures on average, and
24 % were raised to the national level.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .ladder import PACKAGE
from .over_draws import RUN, by_line, in_order, over_draws

ORIGINS = ("own", "sideways", "down")
WAYS = ("itself", "mandated", "national")
WITHIN = 3  # years in which a local initiative must be taken up elsewhere to have spread


def edges(adoptions: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """By regime, line, teacher and learner: how often a draw one taught the other. A place that came upon a package alone has no teacher."""
    taught = adoptions[adoptions["learned_from"].fillna("") != ""]
    grouped = taught.groupby(["regime", "line", "origin", "learned_from", "place"], sort=False).size()
    table = grouped.rename("a_draw").reset_index()
    table["a_draw"] = table["a_draw"] / table["regime"].map(runs.groupby("regime")["draw"].nunique())
    return in_order(table, runs, ["line", "origin", "learned_from", "place"])


def lineages(adoptions: pd.DataFrame, rollouts: pd.DataFrame, runs: pd.DataFrame, lines: Sequence[str]) -> pd.DataFrame:
    """Shares of adoptions by origin and by who brought them, and the fate of packages by where they began, over draws.

        local      share of the packages ever in force that a place began of itself
        spread     of these, the share that a place which did not begin it took up within three years after, not by a national roll-out
        adopters   mean number of such places, where there were any
        elevated   of packages that began locally, the share that was put in force nationally
    """
    told = by_line(adoptions, lines)
    at = [*RUN, "line"]
    parts = [_shares(told, at, "origin", ORIGINS), _shares(told, at, "brought", WAYS), _fates(told, by_line(rollouts, lines), at)]
    return over_draws(in_order(pd.concat(parts, axis=1).reset_index(), runs, ["line"]), ["regime", "line"])


def _shares(told: pd.DataFrame, at: list[str], column: str, values: Sequence[str]) -> pd.DataFrame:
    counts = told.groupby([*at, column], sort=False).size().unstack(column, fill_value=0).reindex(columns=list(values), fill_value=0)
    return counts.div(counts.sum(axis=1), axis=0).add_prefix(f"{column}_")


def _fates(told: pd.DataFrame, rollouts: pd.DataFrame, at: list[str]) -> pd.DataFrame:
    """The four shares in each run; NaN where nothing began locally, or nothing spread."""
    packages = fates(told, rollouts)
    began = packages[packages["local"]]
    grouped, local = packages.groupby(at, sort=False), began.groupby(at, sort=False)
    adopters = began[began["others"] > 0].groupby(at, sort=False)["others"].mean()
    return pd.DataFrame({
        "local": grouped["local"].mean(), "spread": local["others"].agg(lambda others: (others > 0).mean()), "adopters": adopters,
        "elevated": local["elevated"].mean(),
    })  # fmt: skip


def fates(adoptions: pd.DataFrame, rollouts: pd.DataFrame) -> pd.DataFrame:
    """Each package of each run: whether a place began it of itself, how many others took it up in time, and whether it went national."""
    year = adoptions.groupby(PACKAGE, sort=False)["year"].transform("min")
    first = adoptions[adoptions["year"] == year]
    local = (first["brought"] == "itself").groupby([first[name] for name in PACKAGE], sort=False).any()
    later = adoptions[(adoptions["year"] > year) & (adoptions["year"] <= year + WITHIN) & (adoptions["brought"] != "national")]
    others = later.merge(first[[*PACKAGE, "place"]].drop_duplicates(), how="left", on=[*PACKAGE, "place"], indicator=True).query("_merge == 'left_only'")
    takers = others.groupby(PACKAGE, sort=False)["place"].nunique().reindex(local.index, fill_value=0)
    raised = pd.MultiIndex.from_frame(rollouts[PACKAGE])
    return pd.DataFrame({"local": local, "others": takers, "elevated": local.index.isin(raised)}).reset_index()
