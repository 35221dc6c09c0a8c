"""What offices write: the share of documents that speak of pilots, by level, in a world that has documents."""

from __future__ import annotations

import pandas as pd

from ...study.governing.upgrading_measures import READ, talk
from ..markup import Table
from ..numbers import human, human_interval
from .folder import Compared
from .levels import named

LEVELS = {"nation": "Centre", "province": "Provinces", "city": "Cities"}
COUNTED = {"nation": 0.518, "province": 0.566, "city": 0.738}  # documents on Made in China 2025, source mic2025


def spoken_of(made: Compared) -> list[Table]:
    """A row a regime: the share at each level, median and nine in ten draws, and how often cities speak of pilots most; the record below."""
    written = made.tables["documents"]
    if written.empty:
        return []
    runs = [{"regime": regime} | talk(own) for (regime, _), own in written.groupby(["regime", "draw"], sort=False)]
    by_regime = pd.DataFrame(runs).groupby("regime", sort=False)
    rows = [{"Regime": named(made, name)} | _row(by_regime.get_group(name)) for name in made.regimes if name in by_regime.groups]
    record = {"Regime": "China, documents"} | {title: human(COUNTED[level], "1") for level, title in LEVELS.items()} | {"In this order": "yes"}
    frame = pd.DataFrame([*rows, record])
    caption = (
        f"Documents that speak of pilots, as a share of all that an office of the level writes until {READ}: median over draws, in brackets nine in ten; and in how many draws the centre "
        "speaks of them least and cities most. The last row is what the second source paper counts in documents on Made in China 2025; docs/upgrading.md says how the rules of writing came about beside it."
    )
    return [Table(frame, caption, numbers=tuple(frame.columns[1:]))]


def _row(runs: pd.DataFrame) -> dict[str, str]:
    """Shares by level of one regime's runs, as printed."""
    told = {}
    for level, title in LEVELS.items():
        low, middle, high = runs[f"talk_{level}"].quantile([0.05, 0.5, 0.95])
        told[title] = human(middle, "1") + (f" ({human_interval(low, high, '1')})" if low != high else "")
    return told | {"In this order": human(float(runs["talk_in_order"].mean()), "1")}
