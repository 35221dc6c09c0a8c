"""An evaluation on disk: what determines it, what was found, and the verdicts with all that a replay needs."""

from __future__ import annotations

import json
import math
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...evidence.cautions import caution, over_rejects
from ...evidence.estimate import Estimate
from ...evidence.sites import Fairness
from ...evidence.transport import Travel
from .evaluation import Evaluation, GoalAnswer, Programme

TABLES = ("estimates", "events", "sites", "curve", "variations", "site_effects", "weights")
FILES = ("study.json", *(f"{name}.csv" for name in TABLES), "report.html")
MADE_WITH = ("jax", "numpy", "pandas", "scipy")


def recorded(made: Evaluation) -> dict[str, Any]:
    """Content of `study.json`: plain numbers, null where there is none."""
    versions = {name: version(name) for name in MADE_WITH} | {"python": platform.python_version(), "machine": platform.machine()}
    head = {"study": "evaluation", "key": made.read.key, **made.read.recorded}
    found = {"data": list(made.read.figures.notes), "programmes": [said(one) for one in made.programmes], "versions": versions}
    return plain(head | found)


def said(one: Programme) -> dict[str, Any]:
    """One programme for machines."""
    return {
        "programme": one.name, "sites": len(one.sites), "sites_left_out": _left_out(one), "verdict": one.verdict.as_dict(), "fairness": fairness_said(one.fairness),
        "goals": {outcome: _goal(answer) for outcome, answer in one.goals.items()}, "notes": list(one.notes),
    }  # fmt: skip


def _left_out(one: Programme) -> list[str]:
    """Sites of the list that no panel of the programme holds."""
    covered = {place for answer in one.goals.values() for place, units in answer.laid.covers.items() if units}
    return [site.called for site in one.sites if site.place not in covered]


def fairness_said(fairness: Fairness | None) -> dict[str, Any] | None:
    """How sites were picked, for machines; the whole curve is in its own table."""
    if fairness is None:
        return None
    curve = fairness.curve
    share = {"specifications": len(curve), "share_positive": float((curve["t"] > 0).mean()), "share_above_1.96": float((curve["t"] > 1.96).mean())} if len(curve) else None
    index = None if fairness.index is None else asdict(fairness.index)
    return {"comparisons": [vars(one) for one in fairness.comparisons], "index": index, "curve": share, "notes": list(fairness.notes)}


def _goal(answer: GoalAnswer) -> dict[str, Any]:
    return {
        "cannot": list(answer.laid.cannot),
        "units": None if answer.laid.panel is None else len(answer.laid.panel.units),
        "treated": None if answer.laid.panel is None else int(answer.laid.panel.treated.sum()),
        "estimates": {name: _estimate(estimate) for name, estimate in answer.estimates.items()},
        "variations": answer.variations.to_dict("records"),
        "spillover": None if answer.spillover is None else {"neighbours": len(answer.spillover.exposed), "on_neighbours": _estimate(answer.spillover.on_neighbours), "notes": list(answer.spillover.notes)},
        "whom": answer.whom.to_dict("records"),
        "travel": None if answer.travel is None else _travel(answer.travel),
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {
        "effect": one.effect, "error": one.error, "low": one.interval[0], "high": one.interval[1], "p": one.p, "how": one.how,
        "duality_gap": one.gap, "pre_trend": one.pre_trend, "caution": caution(one.method), "over_rejects": over_rejects(one.method), "notes": list(one.notes),
    }  # fmt: skip


def _travel(one: Travel) -> dict[str, Any]:
    return {
        "sites": None if one.sites is None else len(one.sites), "pooled": None if one.pooled is None else asdict(one.pooled),
        "reweighted": None if one.reweighted is None else asdict(one.reweighted), "balance": one.balance.to_dict("records"),
        "order": None if one.order is None else asdict(one.order), "moderators": one.moderators.to_dict("records"),
        "undone_by": one.undone_by, "notes": list(one.notes),
    }  # fmt: skip


def plain(value: Any) -> Any:
    """A tree as JSON holds it: numbers of Python's own, and null where a number is none or without bound."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def write(made: Evaluation, folder: Path) -> None:
    """Fill a folder with all but the page."""
    text = json.dumps(recorded(made), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "study.json").write_text(text + "\n", encoding="utf-8")
    for name, table in tables(made).items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.9g", lineterminator="\n")


def tables(made: Evaluation) -> dict[str, pd.DataFrame]:
    """The tables of an evaluation by name, programme and outcome first."""
    rows: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for one in made.programmes:
        if one.fairness is not None:
            rows["sites"].append(_of(one.name, None, pd.DataFrame([vars(each) for each in one.fairness.comparisons])))
            rows["curve"].append(_of(one.name, None, one.fairness.curve))
        for outcome, answer in one.goals.items():
            estimates = [{"method": name, **{key: value for key, value in _estimate(each).items() if key not in ("notes", "pre_trend", "caution", "over_rejects")}} for name, each in answer.estimates.items()]
            rows["estimates"].append(_of(one.name, outcome, pd.DataFrame(estimates)))
            rows["variations"].append(_of(one.name, outcome, answer.variations))
            for table, name in (("by_event_time", "events"), ("weights", "weights")):
                parts = [getattr(each, table).assign(method=method) for method, each in answer.estimates.items()]
                rows[name] += [_of(one.name, outcome, part) for part in parts]
            rows["site_effects"].append(_of(one.name, outcome, _site_effects(answer)))
    return {name: _joined(parts) for name, parts in rows.items()}


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame(columns=["programme"])


def _of(programme: str, outcome: str | None, table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    if outcome is not None:
        table.insert(0, "outcome", outcome)
    table.insert(0, "programme", programme)
    return table


def _site_effects(answer: GoalAnswer) -> pd.DataFrame:
    panel, travel = answer.laid.panel, answer.travel
    if panel is None or travel is None or travel.sites is None:
        return pd.DataFrame()
    found = travel.sites
    return pd.DataFrame(
        {"unit": found.names, "start": [panel.periods[at] for at in found.start], "effect": found.effect, "error": np.sqrt(found.variance)}
    )
