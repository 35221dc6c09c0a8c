"""What a study needs of a case that can be governed, whatever its world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ...cases import open_case
from ...governance.regimes import Regime, Rules

TABLES = ("years", "stances", "adoptions", "experiments", "rollouts", "judgements", "lessons", "drawn")
Rows = dict[str, list[dict[str, Any]]]


class Governed(Protocol):
    """A case made ready to be governed under any regime. What the columns of its tables mean stands in docs/governance.md."""

    name: str
    title: str
    goals: tuple[str, ...]
    lines: tuple[str, ...]
    years: tuple[int, ...]
    beside: tuple[str, ...]  # tables of its own beside TABLES
    rules: Rules  # of the regime `hierarchy` that are others in this case

    def identity(self) -> dict[str, Any]:
        """All that determines results besides regime, seed and draw, as plain values."""
        ...

    def run(self, regime: Regime, seed: int, draw: int) -> Rows:
        """One nation under one regime: rows of each table. Regimes share the world and the luck of a seed and draw."""
        ...


def open_governed(case: str | Path, start: str | None = None, params: str | None = None, overrides: Sequence[str] = ()) -> Governed:
    """A case made ready by the world that it names.

    `start` is the month, such as 2013-01, from which the regime governs; before it history is replayed, where there is one. `params` chooses
    priors or draws of a posterior, as elsewhere.

    Raises InputError where there is no such case, and where its world knows neither replay nor posterior but one is asked for.
    """
    opened = open_case(case, overrides)
    if opened.world == "market":
        from .market import MarketNation

        return MarketNation.opened(opened, start, params, overrides)
    if opened.world == "upgrading":
        from .upgrading import UpgradingNation

        return UpgradingNation.opened(opened, start, params)
    from .landscape import LandscapeNation

    return LandscapeNation.opened(opened, start, params)
