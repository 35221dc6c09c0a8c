"""The next round planned from a user's files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...evidence.design import METHODS, RULES, design
from ...evidence.figures import Columns, read_figures
from ...evidence.laying import lay
from ...evidence.panel import NEVER, Panel
from ...evidence.panel_sites import scaled
from ...evidence.pilots import SiteColumns, read_pilots
from ...foundations.errors import InputError
from ...foundations.folders import whole_folder
from .question import by_logarithm, logged
from .record import plain


@dataclass(frozen=True)
class Plan:
    """One call of `shidian evaluate design`."""

    panel: Path
    outcome: str
    effect: float
    sizes: tuple[int, ...]
    after: tuple[int, ...]
    pilots: Path | None = None
    before: int = 3
    rule: str = "both"
    wanted: float = 0.8
    place: str | None = None
    period: str | None = None
    site: str | None = None
    start: str | None = None
    logs: bool = False
    plays: int = 1000
    seed: int = 0
    methods: tuple[str, ...] = ("did", "sdid")
    covariates: tuple[str, ...] = ()

    @property
    def figure(self) -> str:
        """What the outcome is called as it is watched."""
        return by_logarithm(self.outcome) if self.logs else self.outcome


def plan(asked: Plan, out: Path | None = None) -> dict[str, Any]:
    """What rounds would see, for machines; also written to a folder where one is named.

    Raises InputError where the files cannot be read, or no round that is asked for fits the panel.
    """
    if asked.effect == 0 or not np.isfinite(asked.effect):
        raise InputError("--effect is the size that should be seen, so it cannot be nought; give one such as 0.5.")
    unknown = [name for name in asked.methods if name not in METHODS]
    if unknown or not asked.methods:
        raise InputError(f"--method takes {' and '.join(METHODS)} here, and not '{unknown[0] if unknown else ''}': rounds are planned for these.")
    panel = _panel(asked)
    rules = RULES if asked.rule == "both" else (asked.rule,)
    made = design(panel, asked.effect, asked.sizes, asked.after, rules, asked.before, asked.wanted, asked.plays, asked.seed, asked.methods)
    found = {
        "outcome": asked.figure, "effect": made.effect, "wanted": made.wanted, "before": made.before, "places_eligible": made.places_eligible,
        "chosen": None if made.chosen is None else asdict(made.chosen), "power": made.power.to_dict("records"), "places": made.places.to_dict("records"), "notes": list(made.notes), "seed": asked.seed,
    }  # fmt: skip
    if out is not None:
        with whole_folder(out) as folder:
            _write(plain(found), made.power, made.places, folder)
    return plain(found)


def _panel(asked: Plan) -> Panel:
    figures = read_figures(asked.panel, [asked.outcome], asked.covariates, Columns(asked.place, asked.period))
    figures = logged(figures, [asked.outcome]) if asked.logs else figures
    start = np.full(len(figures.units), NEVER)
    if asked.pilots is not None:
        sites = read_pilots(asked.pilots, SiteColumns(asked.site, asked.start), like=figures.place)
        treated = {unit for units in lay(figures, sites, asked.figure, leave_out_missing=True).covers.values() for unit in units}
        start[[unit in treated for unit in figures.units]] = 0
    covariates = {name: scaled(name, figures.tables[name])[1] for name in asked.covariates}
    return Panel(figures.tables[asked.figure], start, figures.units, figures.periods, covariates=covariates)


def _write(found: dict[str, Any], power: pd.DataFrame, places: pd.DataFrame, folder: Path) -> None:
    (folder / "design.json").write_text(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    power.to_csv(folder / "power.csv", index=False, float_format="%.6g", lineterminator="\n")
    places.to_csv(folder / "sites.csv", index=False, lineterminator="\n")
