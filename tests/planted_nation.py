"""A nation whose every outcome is planted, for tests of what a comparison reads out of its runs."""

from __future__ import annotations

from dataclasses import dataclass

from shidian.foundations.errors import Failure
from shidian.foundations.streams import stream
from shidian.governance.regimes import Regime

GAIN = {"hierarchy": 0.5, "federal": 0.2, "command": -0.1}


@dataclass(frozen=True)
class PlantedNation:
    """Luck that belongs to the draw, plus a gain that belongs to the regime. `failing` are pairs of regime and draw that fail."""

    failing: tuple[tuple[str, int], ...] = ()
    name: str = "planted"
    title: str = "A planted nation"
    goals: tuple[str, ...] = ("growth",)
    lines: tuple[str, ...] = ("carts", "cars")
    years: tuple[int, ...] = (2010, 2011, 2012)
    beside: tuple[str, ...] = ()

    @property
    def rules(self) -> dict:
        return {}

    def identity(self) -> dict:
        return {"case": self.name, "failing": [list(one) for one in self.failing]}

    def run(self, regime: Regime, seed: int, draw: int) -> dict[str, list[dict]]:
        if (regime.name, draw) in self.failing:
            raise Failure(f"Nothing comes of draw {draw}.")
        luck, gain = float(stream(seed, "luck", draw).normal()), GAIN.get(regime.name, 0.0)
        years = [
            {"year": year, "score": luck + gain * step, "goal_growth": luck + gain, "money_centre": 10.0 - gain, "packages": 1}
            for step, year in enumerate(self.years, 1)
        ]
        return {"years": years}
