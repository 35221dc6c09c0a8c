"""What runs of industrial upgrading say of the second paper's patterns: one row of figures a run. docs/upgrading.md prints them.

    >>> from shidian.study.governing.protocol import open_governed
    >>> from shidian.study.governing.upgrading_measures import measured
    >>> table = measured(open_governed("mic2025"), ["federal"], draws=1)
    >>> bool(table.loc[("federal", 0), "plan_in_order"])
    True
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from ...governance.regimes import load_regime
from .upgrading import UpgradingNation

READ = 2022  # the last whole year of documents that the paper can have counted
PLANNED = 2017  # the last year that counts as the start, for what is tried
IN_ORDER = ("320000", "210000", "620000")  # Jiangsu, Liaoning, Gansu: frontier, upgrading, basics


def measured(nation: UpgradingNation, regimes: Iterable[str | Path], draws: int, seed: int = 0) -> pd.DataFrame:
    """The figures of every regime and draw; draws pair across regimes."""
    rows = {}
    for regime in (load_regime(one, nation.rules) for one in regimes):
        for draw in range(draws):
            found = {name: pd.DataFrame(table) for name, table in nation.run(regime, seed, draw).items()}
            rows[regime.name, draw] = _years(found["years"]) | talk(found["documents"]) | order(found["provinces"]) | misfit(found["regions"])
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index=["regime", "draw"])


def _years(years: pd.DataFrame) -> dict[str, float]:
    """Means over years, and where firms stand at the end."""
    names = [name for name in years if name.startswith("goal_")]
    means = years[["score", *names, "cost", "active", "enrolled", "sited_development", "sited_as_in_fact"]].mean()
    return {str(name): float(value) for name, value in means.items()} | years[["stage", "stage_spread"]].iloc[-1].to_dict()


def talk(documents: pd.DataFrame) -> dict[str, float]:
    """Patterns 16 and 17: share of documents that speak of pilots by level, and provinces whose cities do so more than they."""
    read = documents[documents["year"] <= READ]
    level, place = (read.groupby(by)[["documents", "mention_pilots"]].sum() for by in ("level", ["level", "place"]))
    of_level, of_place = (one["mention_pilots"] / one["documents"].where(one["documents"] > 0) for one in (level, place))
    province, city = of_place["province"], of_place["city"].dropna()
    return {f"talk_{name}": float(share) for name, share in of_level.items()} | {
        "talk_in_order": float(of_level["nation"] < of_level["province"] < of_level["city"]),
        "cities_more": float((city > province[city.index]).sum()), "provinces_compared": float(len(city)),
        "provinces_above_half": float((province > 0.5).sum()),
    }  # fmt: skip


def order(provinces: pd.DataFrame) -> dict[str, float]:
    """Pattern 18: whether what three provinces plan, and try by themselves, is in the order of how far their firms have come."""
    first = provinces[provinces["year"] == provinces["year"].min()].set_index("province")
    tried = provinces[provinces["year"] <= PLANNED].groupby("province")["content"].mean()
    told = {f"{what}_{code}": float(values[code]) for what, values in (("plan", first["plan"]), ("content", tried)) for code in IN_ORDER}
    in_order = {f"{what}_in_order": float(np.all(np.diff([told[f"{what}_{code}"] for code in IN_ORDER]) < 0)) for what in ("plan", "content")}
    return told | in_order | {"plan_by_stage": float(first["plan"].rank().corr(first["stage"].rank()))}


def misfit(regions: pd.DataFrame) -> dict[str, float]:
    """By how much the national package falls short of the best there, mean over the places and years where it is in force, by region."""
    under = regions[regions["enrolled"] > 0]
    short = (under["best_there"] - under["national"]) * under["enrolled"]
    total = short.groupby(under["region"]).sum() / under.groupby("region")["enrolled"].sum()
    return {f"misfit_{region}": float(total.get(region, np.nan)) for region in sorted(set(regions["region"]))}
