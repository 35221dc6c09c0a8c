"""Tables of a study: what `measures` finds in its runs, outcome by outcome, one row a factor or a part of the variance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..figures import Figure
from . import designs, measures
from .outcomes import on_scale, scale_of
from .questions import Question
from .runs import Runs

NAMED = 5  # factors that a finding names
LEAST = 0.005  # index or effect below which none is named


@dataclass(frozen=True)
class View:
    """One outcome as it is analysed: its column among the outcomes, and its scale."""

    outcome: Figure
    column: int
    scale: str

    def plain(self, runs: Runs) -> np.ndarray:
        """Its value in each run, in its own unit."""
        return runs.outcomes[:, self.column]

    def scaled(self, runs: Runs) -> np.ndarray:
        """Its value in each run, on its scale; NaN where there is none."""
        return on_scale(self.plain(runs), self.scale)

    @property
    def head(self) -> dict[str, str]:
        """The columns with which each of its rows begins."""
        return {"outcome": self.outcome.indicator, "unit": self.outcome.unit, "scale": self.scale}


def views(outcomes: Sequence[Figure], screening: Sequence[Runs]) -> list[View]:
    """Every outcome with the scale that the runs of the screening allow."""
    seen = np.concatenate([runs.outcomes for runs in screening])
    return [View(each, column, scale_of(each.unit, seen[:, column])) for column, each in enumerate(outcomes)]


def tornado(asked: Question, seen: Sequence[View], alone: Runs) -> pd.DataFrame:
    """Each factor at its two ends: the outcome there and at the centre, and the swing between the ends on the outcome's scale."""
    ends = {"low": [each.low for each in asked.factors], "high": [each.high for each in asked.factors]}
    why = ["; ".join(dict.fromkeys(filter(None, pair))) for pair in zip(alone.failed[1::2], alone.failed[2::2], strict=True)]
    parts = []
    for view in seen:
        plain, scaled = view.plain(alone), view.scaled(alone)
        found = {"at_low": plain[1::2], "at_centre": plain[0], "at_high": plain[2::2], "swing": np.abs(scaled[2::2] - scaled[1::2])}
        parts.append(pd.DataFrame(view.head | {"factor": asked.names} | ends | found | {"note": why}))
    return pd.concat(parts, ignore_index=True)


def morris(asked: Question, seen: Sequence[View], screened: Runs) -> pd.DataFrame:
    """Elementary effects by factor, with the trajectories that they rest on and those left out."""
    parts = []
    for view in seen:
        found, left_out, note = measures.morris(screened.design.shares, view.scaled(screened), asked.names, asked.spec.seed)
        counts = {"trajectories": asked.spec.trajectories - left_out, "left_out": left_out, "note": note}
        parts.append(pd.DataFrame(view.head | {"factor": asked.names} | found | counts))
    return pd.concat(parts, ignore_index=True)


def sobol(asked: Question, seen: Sequence[View], chosen: Sequence[str], blocks: Runs | None) -> pd.DataFrame:
    """Sobol indices by chosen factor; no row where the screening chose none."""
    parts = []
    for view in seen if blocks else ():
        found, failed, note = measures.sobol(view.scaled(blocks), chosen, asked.spec.seed)
        parts.append(pd.DataFrame(view.head | {"factor": list(chosen)} | found | {"blocks": asked.spec.sobol, "failed": failed, "note": note}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["outcome", "factor", *measures.SOBOL_COLUMNS, "note"])


def variance(asked: Question, seen: Sequence[View], parts: Mapping[str, Runs]) -> pd.DataFrame:
    """Variance of each part, its share, and how many draws it rests on."""
    rows = []
    for view in seen:
        for part, (numbers, failed) in measures.variances({part: view.scaled(runs) for part, runs in parts.items()}, asked.spec.seed).items():
            rows.append(view.head | {"part": part} | numbers | {"draws": asked.spec.draws - failed, "failed": failed})
    return pd.DataFrame(rows)


def findings(asked: Question, seen: Sequence[View], chosen: Sequence[str], alone: Runs, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    """What a study found, outcome by outcome: the factors by total index, or by mu_star where indices are refused.

    `carried` is what the chosen factors carry of the outcome's screening: how much the indices can speak for.
    """
    found = []
    for view in seen:
        name = view.outcome.indicator
        effects, indices, parts = (tables[each][tables[each]["outcome"] == name] for each in ("morris", "sobol", "variance"))
        known = indices.dropna(subset=["ST"])
        measure, ranked = ("ST", known) if len(known) else ("mu_star", effects.dropna(subset=["mu_star"]))
        first = ranked[ranked[measure] >= LEAST].nlargest(NAMED, measure).to_dict("records")
        share = parts.set_index("part").loc[designs.PARAMETERS]
        weight = measures.carried(effects["mu_star"].to_numpy()[None])[0][effects["factor"].isin(chosen)].sum()
        head = view.head | {"year": asked.spec.year, "centre": _known(view.plain(alone)[0]), "carried": _known(weight), "measure": measure}
        found.append(head | {"factors": [{"factor": row["factor"]} | _ends(row, measure) for row in first], "parameters_share": _ends(share, "share")})
    return found


def _ends(row: Mapping[str, float], name: str) -> dict[str, float | None]:
    """A measure and the ends of its interval."""
    return {"value": _known(row[name]), "low": _known(row[f"{name}_low"]), "high": _known(row[f"{name}_high"])}


def _known(value: float) -> float | None:
    """A number, or none: JSON has no NaN."""
    return float(f"{value:.9g}") if np.isfinite(value) else None
