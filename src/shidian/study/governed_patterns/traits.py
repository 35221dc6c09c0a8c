"""What places of a governed market are like, as its own model knows them: how developed, and who makes what there."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..governing.market import MarketNation
from ..governing.market_draw import development
from ..governing.protocol import Governed

LEADING = "car"  # capability of a maker of whole cars


@dataclass(frozen=True)
class Traits:
    """Traits of places by code, and the lines that makers listed at home in a place can make.

    `places` has the columns `province`, `development` (log income a head in the first year, in standard deviations from the mean), `standing`
    (the share of places that are less developed) and `car_maker` (whether a maker of whole cars is listed there).
    """

    places: pd.DataFrame
    makes: frozenset[tuple[str, str]]  # place, line


def traits_of(nation: Governed, seed: int) -> Traits | None:
    """Traits of the places of a market; none of an abstract world, where every draw deals its places anew."""
    if not isinstance(nation, MarketNation):
        return None
    _, setting, _ = nation.ready.inputs(seed, 0)
    tree, makers = nation.case.places, nation.case.tables["makers"]
    table = pd.DataFrame({"development": development(setting)}, index=[leaf.code for leaf in tree.leaves])
    table.insert(0, "province", [tree.provinces[one].code for one in tree.province_of_leaf])
    table["standing"] = (table["development"].rank() - 1) / (len(table) - 1)
    table["car_maker"] = table.index.isin(makers.loc[makers["capability"] == LEADING, "home"])
    pairs = zip(makers["home"], makers["capability"], strict=True)
    return Traits(table, frozenset((home, line.name) for home, skill in pairs for line in nation.file.experiment.lines if skill in line.makers))
