"""From numbers to an estimate: errors by cluster or by placebo, the event study, and whether the past gives it away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from ..foundations.errors import InputError
from .contrast import Contrasts
from .estimate import EVENT_COLUMNS, GROUP_COLUMNS, Estimate, cannot_tell, untold
from .influence import Clusters, clustered, joint
from .panel import Panel, varies
from .placebo import Placebos, placebos, ranked, without_treated

WAYS = ("auto", "cluster", "placebo")
FEW = 10  # clusters, treated or untreated, below which `auto` prefers placebos
MOST_LEADS = 8  # periods before the start that one test takes together
CLUSTERS_A_LEAD = 4  # treated clusters that each of them must rest on
EXACT = 1e-4  # of the spread of placebos' effects: a mixture that misses the pilots by less before the start follows them exactly

Rerun = Callable[[Panel], Contrasts]
Batch = Callable[[Panel, np.ndarray], np.ndarray]  # untreated units and starts (placebo, unit) to values (placebo, 1 + event + group)


def judged(
    method: str, panel: Panel, rerun: Rerun, *, how: str, draws: int, seed: int, anticipation: int = 0, notes: tuple[str, ...] = (), batch: Batch | None = None,
    **more: object,
) -> Estimate:  # fmt: skip
    """The estimate that `rerun` gives for a panel, with errors.

    `how` is `cluster`, `placebo`, or `auto`: by cluster where at least ten clusters are treated and ten are not, and every cohort has
    two, by placebo otherwise. `draws` is the most placebos to take, `seed` settles which. The `anticipation` last periods before a
    start are no part of the past that is tested. `batch` works out all placebos in one
    stroke, for methods that can; without it the method runs once for each. What else is given goes into the estimate.
    """
    if how not in WAYS:
        raise InputError(f"how is '{how}'; write one of {', '.join(WAYS)}.")
    if draws < 1:
        raise InputError(f"{draws} placebos were asked for; ask for at least one.")
    found = replace(rerun(panel), touched=anticipation)
    if not np.isfinite(found.overall):
        return untold(method, *notes, cannot_tell("no treated figure has an untreated one to stand beside it"))
    notes = (*notes, *_warnings(panel))
    if not varies(panel.outcome):
        return Estimate(method, found.overall, notes=(*notes, cannot_tell("the outcome is the same everywhere", "Its error")))
    problem = _no_clusters(panel) if found.influence is not None else "the method has no error by cluster"
    if problem is None and (how == "cluster" or (how == "auto" and _many(panel))):
        return _by_cluster(method, panel, found, notes, more)
    if how == "cluster":
        return _plain(method, panel, found, (*notes, cannot_tell(problem or "", "Its error by cluster")), more)
    drawn = placebos(panel, draws, seed)
    if not isinstance(drawn, str):
        return _by_placebo(method, panel, found, drawn, batch or _one_by_one(rerun, found), notes, more)
    notes = (*notes, cannot_tell(drawn, "Its error by placebo"))
    if problem is None and how == "auto":
        return _by_cluster(method, panel, found, notes, more)
    return _plain(method, panel, found, notes, more)


def _many(panel: Panel) -> bool:
    clusters = Clusters.of(panel)
    return min(clusters.treated, len(clusters.stratum) - clusters.treated) >= FEW


def _no_clusters(panel: Panel) -> str | None:
    """Why errors by cluster cannot be trusted at all."""
    strata, counts = np.unique(Clusters.of(panel).stratum, return_counts=True)
    for start, count in zip(strata, counts, strict=True):
        if count < 2:
            who = "never treated" if start < 0 else f"first treated in {panel.periods[start]}"
            return f"only one cluster of units was {who}"
    return None


def _warnings(panel: Panel) -> tuple[str, ...]:
    """What a reader should know of the panel, whatever the method."""
    first = min(panel.start[panel.treated])
    notes = []
    if first == 1:
        what = f"Whether the units treated in {panel.periods[1]} moved like the others before"
        notes.append(cannot_tell("there is one period before the start", what))
    return tuple(notes)


# --- the two kinds of error ------------------------------------------------------------------------------------------


def _by_cluster(method: str, panel: Panel, found: Contrasts, notes: tuple[str, ...], more: dict) -> Estimate:
    errors = clustered(found.influence, panel)
    low, high = errors.interval(found.values)
    still = errors.plain == 0
    frame = _frame(found, errors.plain, np.where(still, found.values, low), np.where(still, found.values, high), panel)
    leads = _leads(found, Clusters.of(panel).treated)
    past = {}
    if len(leads):
        at = 1 + leads
        statistic, p = joint(found.values[at], errors.covariance[np.ix_(at, at)], float(errors.degrees[at].min()))
        past = _past(found.events[leads], statistic, p, "cluster")
    return Estimate(
        method, float(found.overall), float(errors.plain[0]), (float(low[0]), float(high[0])), float(errors.p(found.values)[0]), "cluster",
        float(errors.degrees[0]), notes=notes, pre_trend=past, **frame, **more,
    )  # fmt: skip


def _by_placebo(method: str, panel: Panel, found: Contrasts, drawn: Placebos, batch: Batch, notes: tuple[str, ...], more: dict) -> Estimate:
    values = batch(without_treated(panel), drawn.starts)
    extra = more
    if isinstance(values, tuple):  # with the widest gap of the weights behind them
        values, gap = values
        extra = more | {"gap": max(gap, more.get("gap", 0.0))}
    said = ranked(found.values, values)
    if len(drawn.starts) < 19:
        notes = (*notes, f"There are {len(drawn.starts)} placebos, and a 95 % interval takes nineteen: it has no ends.")
    if not drawn.by_cluster and len(set(panel.group)) < len(panel.units):
        mixed = "Clusters hold treated and untreated units together, so placebos were drawn by unit"
        notes = (*notes, f"{mixed}, and what units of one cluster share is not in the error.")
    leads = _leads(found, None)
    past = {}
    if len(leads):
        statistic, p = _moved_before(found.values, values, 1 + leads)
        past = _past(found.events[leads], statistic, p, drawn.how)
    return Estimate(
        method, float(found.overall), float(said.error[0]), (float(said.low[0]), float(said.high[0])), float(said.p[0]), drawn.how,
        float(len(values)), draws=values[:, 0], notes=notes, pre_trend=past, **_frame(found, said.error, said.low, said.high, panel), **extra,
    )  # fmt: skip


def _plain(method: str, panel: Panel, found: Contrasts, notes: tuple[str, ...], more: dict) -> Estimate:
    nothing = np.full(len(found.values), np.nan)
    return Estimate(method, float(found.overall), notes=notes, **_frame(found, nothing, nothing, nothing, panel), **more)


def _one_by_one(rerun: Rerun, found: Contrasts) -> Batch:
    """Placebos one by one, in the order of what was found: where cells are missing, one may lack an event or a cohort."""

    def batch(panel: Panel, starts: np.ndarray) -> np.ndarray:
        return np.stack([_in_place(rerun(panel.started(row)), found) for row in starts])

    return batch


def _in_place(made: Contrasts, found: Contrasts) -> np.ndarray:
    by_event = dict(zip(made.events.tolist(), made.by_event, strict=True))
    by_group = dict(zip(made.groups.tolist(), made.by_group, strict=True))
    events = [by_event.get(event, np.nan) for event in found.events.tolist()]
    return np.array([made.overall, *events, *(by_group.get(group, np.nan) for group in found.groups.tolist())])


def _frame(found: Contrasts, error: np.ndarray, low: np.ndarray, high: np.ndarray, panel: Panel) -> dict[str, pd.DataFrame]:
    """The two tables of parts."""
    def rows(first: list, at: slice, units: np.ndarray, columns: tuple[str, ...]) -> pd.DataFrame:
        return pd.DataFrame(dict(zip(columns, (first, found.values[at], error[at], low[at], high[at], units), strict=True)))

    return {
        "by_event_time": rows(found.events.tolist(), found.event_at, found.event_units, EVENT_COLUMNS),
        "by_group": rows([panel.periods[at] for at in found.groups], found.group_at, found.group_units, GROUP_COLUMNS),
    }


# --- what came before ------------------------------------------------------------------------------------------------


def _leads(found: Contrasts, clusters: int | None) -> np.ndarray:
    """Positions among the events of the last ones before the start that can be tested together: not the base, which is nought."""
    before = np.flatnonzero((found.events < -found.touched) & np.isfinite(found.by_event) & (found.by_event != 0))
    most = MOST_LEADS if clusters is None else min(MOST_LEADS, clusters // CLUSTERS_A_LEAD)
    return before[len(before) - min(most, len(before)) :]


def _moved_before(value: np.ndarray, draws: np.ndarray, at: np.ndarray) -> tuple[float, float]:
    """Mean square of effects before the start in placebo deviations, and how often a placebo's is as large; NaN where pilots are followed exactly.

    Each placebo is held against the pilots in the periods that it has; one that has none proves nothing.
    """
    there = np.isfinite(draws[:, at])
    if not there.any(axis=0).all() or not np.isfinite(draws[:, 0]).any():
        return float("nan"), float("nan")
    nothing = EXACT * np.nanstd(draws[:, 0])
    spread = np.maximum(np.nanstd(draws[:, at], axis=0), nothing)
    if not (spread > 0).all() or (np.abs(value[at]) <= nothing).all():
        return float("nan"), float("nan")
    mine = (value[at] / spread) ** 2
    further = np.where(there, (draws[:, at] / spread) ** 2 - mine, 0.0).sum(axis=1)
    return float(mine.mean()), float((1 + (further >= 0).sum()) / (len(further) + 1))


def _chance(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _past(events: np.ndarray, statistic: float, p: float, how: str) -> dict:
    """The test of the periods before, with its reading."""
    span = f"the {len(events)} periods before the start" if len(events) > 1 else "the period before the start"
    if not np.isfinite(p):
        reason = "nothing varies there, or the pilots are followed exactly there by the way they are compared"
        says = cannot_tell(reason, f"Whether the pilots moved apart in {span}")
    elif p <= 0.05:
        says = f"The pilots moved apart from the others already in {span} ({_chance(p)}): part of the effect may be older than the pilot."
    else:
        says = f"No sign in {span} that the pilots moved apart earlier ({_chance(p)}); a weak test may miss one."
    return {"statistic": statistic, "p": p, "events": events.tolist(), "how": how, "says": says}
