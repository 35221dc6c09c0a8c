"""What a reader needs of a governed nation, as rows: years, stances, adoptions, roll-outs, judgements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...governance.adjustment import NEVER, in_force
from ...governance.appraisal import appraise
from ...governance.cycle import Nation, Record
from ...governance.lineage import CENTRE, NOBODY, OWN
from ...governance.lines import Lines
from ...governance.regimes import Regime
from ...governance.selection import INHIBIT, SUPPORT, TOLERATE, sightings, spent_on_force

Row = dict[str, Any]
ORIGINS = {OWN: "own", CENTRE: "down"}  # of what was learned from no place


@dataclass(frozen=True)
class Names:
    """What localities and packages are called."""

    packages: tuple[str, ...]
    places: tuple[str, ...]  # of each locality
    provinces: tuple[str, ...]  # of each locality
    lines: Lines

    def line(self, package: int) -> str:
        """The line of a package by name."""
        return self.lines.names[self.lines.packages[package]]


Truth = Callable[[int, int], float]  # year, package -> mission points that the package would bring in force everywhere


def year_row(record: Record, regime: Regime) -> Row:
    """One year of governing, in numbers that every world has."""
    package, stance, rules = record.trials.package, record.stances.stance, regime.at(record.year)
    holders = np.unique(package[package > 0])
    reported = np.isin(np.arange(len(stance)), record.reports.package)
    seen = sightings(record.reports, len(stance))
    against, pressed = stance == INHIBIT, (stance == INHIBIT) & (seen.number > 0)
    return {
        "year": record.year,
        "packages": len(holders),
        "active": float((package > 0).mean()),
        "mandated": int(record.trials.mandated.sum()),
        "initiative": float(record.trials.initiative[package > 0].mean()) if len(holders) else 0.0,
        "enrolled": int(record.trials.enrolled.sum()),
        "supported": int((stance == SUPPORT).sum()),
        "tolerated": int(((stance == TOLERATE) & reported).sum()),
        "inhibited": int(against.sum()),
        "force": float(record.stances.force[pressed].mean()) if pressed.any() else 0.0,
        "spent_on_force": spent_on_force(record.stances.force, seen, rules.selection),
        "laws": int((record.boundary.law >= 0).sum()),
    }


def stance_rows(record: Record, names: Names) -> list[Row]:
    """What the centre holds of each package that is held, supported, inhibited or national in a year."""
    stances, boundary, number = record.stances, record.boundary, np.bincount(record.trials.package, minlength=len(names.packages))
    national = in_force(boundary)
    told = (number > 0) | (stances.stance != TOLERATE) | national
    return [
        {
            "year": record.year, "line": names.line(one), "package": names.packages[one], "stance": int(stances.stance[one]),
            "force": float(stances.force[one]), "score": float(stances.score[one]), "spread": float(stances.spread[one]),
            "merit": float(stances.merit[one]), "places": int(number[one]), "endorsed": bool(boundary.endorsed[one]),
            "law": int(boundary.law[one]) if boundary.law[one] != NEVER else None, "national": bool(national[one]),
        }
        for one in np.flatnonzero(told) if one
    ]  # fmt: skip


def experiment_rows(record: Record, names: Names, development: np.ndarray) -> list[Row]:
    """Packages that the centre sites anew in a year: in how many places, and Welch's t of their development (locality,) against all other places;
    a single site is held against the spread of the others, as one more of them.
    """
    trials, rows = record.trials, []
    sited = trials.mandated & (trials.teacher != NOBODY)
    for package in np.unique(trials.package[sited]):
        here = names.lines.localities == names.lines.packages[package]
        inside = sited & (trials.package == package)
        rows.append({
            "year": record.year, "line": names.line(package), "package": names.packages[package], "sites": int(inside.sum()),
            "t": _welch(development[inside], development[here & ~inside]),
        })  # fmt: skip
    return rows


def _welch(inside: np.ndarray, outside: np.ndarray) -> float:
    if len(outside) < 2:
        return np.nan
    own = (inside if len(inside) > 1 else outside).var(ddof=1) / len(inside)
    return float((inside.mean() - outside.mean()) / np.sqrt(own + outside.var(ddof=1) / len(outside)))


def adoption_rows(record: Record, names: Names, development: np.ndarray) -> list[Row]:
    """Who took up what it did not hold the year before, how developed it is (locality,), from whom it was learned, and what it truly adds there in that
    year, in points of the mission.
    """
    trials = record.trials
    which = np.flatnonzero(trials.teacher != NOBODY)
    package, teacher = trials.package[which], trials.teacher[which]
    brought = np.where(trials.mandated[which], "mandated", np.where(trials.enrolled[which], "national", "itself"))
    places = (*names.places, "", "centre")  # OWN and CENTRE count from the end
    columns = {
        "year": [record.year] * len(which), "place": [names.places[one] for one in which], "province": [names.provinces[one] for one in which],
        "line": [names.line(one) for one in package], "package": [names.packages[one] for one in package], "brought": brought.tolist(),
        "initiative": trials.initiative[which].tolist(), "origin": [ORIGINS.get(one, "sideways") for one in teacher.tolist()],
        "learned_from": [places[one] for one in teacher], "development": development[which].tolist(),
        "gained": (record.outcomes.effect[which] @ record.mission.weights).tolist(),
    }  # fmt: skip
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def decisions(records: Sequence[Record]) -> list[tuple[int, int]]:
    """Year and package of every roll-out and of every change of a stance to support or inhibition."""
    rolled = [(record.year, decided.package) for record in records for decided in record.rollouts]
    return rolled + [(record.year, package) for record, package in _turns(records)]


def _turns(records: Sequence[Record]) -> list[tuple[Record, int]]:
    """Every package that comes to be supported or inhibited, in order of time."""
    turns, before = [], None
    for record in records:
        now = record.stances.stance
        changed = now != (TOLERATE if before is None else before)
        turns += [(record, int(package)) for package in np.flatnonzero(changed & (now != TOLERATE))]
        before = now
    return turns


def rollout_rows(records: Sequence[Record], names: Names, truth: Truth) -> list[Row]:
    """Every roll-out of a nation: what was expected and reported at the decision, and what it truly does everywhere.

    over_promise = promise - effect;  disappointment = pilot - effect, with `pilot` the mean of the latest reports on it.
    """
    rows = []
    for record in records:
        for decided in record.rollouts:
            package, promise = decided.package, decided.promise
            effect, pilot = truth(record.year, package), _reported(records, record.year, package)
            rows.append({
                "year": record.year, "line": names.line(package), "package": names.packages[package], "promise": promise, "pilot": pilot,
                "effect": effect, "harmful": effect < 0, "over_promise": promise - effect, "disappointment": pilot - effect,
                "origin": _origin(records, package), "years_to_law": _years_to_law(records, package),
            })  # fmt: skip
    return rows


def judgement_rows(records: Sequence[Record], names: Names, truth: Truth) -> list[Row]:
    """Every change of a stance to support or inhibition, held against the truth.

    regret = max(truth, 0) - truth if supported, max(truth, 0) if inhibited: what is lost against the better of scaling and leaving.
    """
    rows = []
    for record, package in _turns(records):
        true, supported = truth(record.year, package), record.stances.stance[package] == SUPPORT
        rows.append({
            "year": record.year, "line": names.line(package), "package": names.packages[package], "stance": int(record.stances.stance[package]),
            "believed": float(record.stances.score[package]), "spread": float(record.stances.spread[package]), "truth": true,
            "regret": max(true, 0.0) - (true if supported else 0.0),
            "verdict": ("good " if true > 0 else "bad ") + ("scaled" if supported else "killed"),
        })  # fmt: skip
    return rows


def lesson_rows(records: Sequence[Record], nation: Nation, called: Names, demand: int | None = None) -> list[Row]:
    """What the centre has learned of one line from what it inhibits in another, in the last year.

    Beliefs are formed once more from the first, from the same reports but those on the inhibited package; `taught` is the expected score of the best
    known package of the other line by all reports less that without them, `taught_demand` the same for the demand revealed.
    """
    last, names = records[-1], nation.localities.lines
    rows = []
    for package in np.flatnonzero(last.stances.stance == INHIBIT):
        without = nation.beliefs
        for record in records:
            left = record.reports.where(record.reports.package != package)
            without = appraise(without, left, nation.bias, nation.regime.at(record.year).appraisal)
        features = nation.localities.features
        every, fewer = (features @ one.mean.T for one in (last.beliefs, without))
        for line in (at for at in range(len(names.names)) if at != names.packages[package]):
            inside = np.flatnonzero(names.packages == line)
            best = inside[np.argmax((every @ last.mission.weights)[inside])]
            rows.append({
                "year": last.year, "line": names.names[names.packages[package]], "package": called.packages[package], "about": names.names[line],
                "taught": float((every - fewer)[best] @ last.mission.weights),
                "taught_demand": float((every - fewer)[best, demand]) if demand is not None else None,
            })  # fmt: skip
    return rows


def _years_to_law(records: Sequence[Record], package: int) -> float:
    """Years from the first trial of a package, wherever that was, to its law; NaN where it is none."""
    law = records[-1].boundary.law[package]
    first = next((one.year for one in records if (one.trials.package == package).any()), np.nan)
    return float(law - first) if law != NEVER else np.nan


def _origin(records: Sequence[Record], package: int) -> str:
    """`up` where places came upon it before the centre brought it anywhere, `down` else."""
    first = next((one.trials for one in records if (one.trials.package == package).any()), None)
    if first is None:
        return "down"
    return "up" if (first.initiative[first.package == package] < 0.5).any() else "down"


def _reported(records: Sequence[Record], until: int, package: int) -> float:
    """Mean mission score in the latest reports on a package, those of the last year by which any had arrived; NaN where none had.

    Older ones tell of another time: a market of cars was a tenth as large some years before.
    """
    for one in reversed([record for record in records if record.year <= until]):
        scores = (one.reports.value @ one.mission.weights)[one.reports.package == package]
        if len(scores):
            return float(scores.mean())
    return np.nan
