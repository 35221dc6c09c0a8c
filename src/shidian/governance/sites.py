"""Where the centre puts the pilots that it mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..foundations.luck import Luck
from .regimes import ExperimentRules

if TYPE_CHECKING:
    from .experiment import Localities

_STRATA = 3


def sited(arms: np.ndarray, number: int, utility: np.ndarray, localities: Localities, rules: ExperimentRules, luck: Luck) -> np.ndarray:
    """(locality,): the package of a mandated pilot, 0 where none is sited.

    `positive` prefers developed places, in an order of tilt * development + Gumbel luck, `stratified` equally many by luck from each third of development, `random` any by
    luck, `volunteer` those that see most gain in the arm (utility (locality, option)). Arms are dealt out in turn, and each goes to the
    next place of its line.
    """
    package = np.zeros(len(localities.keys), dtype=int)
    if not len(arms) or number < 1:
        return package
    order = _order(arms, utility, localities, rules, luck)
    dealt = arms[np.arange(number) % len(arms)]
    for line in np.unique(localities.lines.packages[arms]):
        turn = dealt[localities.lines.packages[dealt] == line]
        asked = order[localities.lines.localities[order] == line][: len(turn)]
        package[asked] = turn[: len(asked)]
    return package


def _order(arms: np.ndarray, utility: np.ndarray, localities: Localities, rules: ExperimentRules, luck: Luck) -> np.ndarray:
    """Places in the order in which they are asked."""
    draw = luck.uniform(localities.keys)
    if rules.sites == "positive":
        return np.argsort(-rules.tilt * localities.development + np.log(-np.log(draw)), kind="stable")
    if rules.sites == "volunteer":
        lines = localities.lines
        seen = np.where(lines.packages[arms] == lines.localities[:, None], utility[:, lines.option[arms]], -np.inf)
        return np.argsort(-seen.max(axis=1), kind="stable")
    if rules.sites == "random":
        return np.argsort(draw, kind="stable")
    rank = np.argsort(np.argsort(localities.development, kind="stable"), kind="stable")
    stratum = rank * _STRATA // len(rank)
    turn = np.array([(draw[stratum == stratum[place]] < draw[place]).sum() for place in range(len(draw))])
    return np.lexsort((draw, turn))
