"""Stage 6, adjustment: stances become national policy and the boundary of local discretion. It sees no truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..foundations.luck import Luck
from .regimes import AdjustmentRules
from .selection import INHIBIT, SUPPORT, TOLERATE, Stances

NEVER = -1


@dataclass(frozen=True)
class Boundary:
    """What the centre has in force: its national package, its words and force, what it lends its name to, and its laws."""

    national: int  # package in force nationally, 0 for none
    enrolled: np.ndarray  # (place,) whether the national package has reached a place
    stance: np.ndarray  # (package,)
    force: np.ndarray  # (package,)
    endorsed: np.ndarray  # (package,)
    success: np.ndarray  # (package,) years in a row as the national package with support
    law: np.ndarray  # (package,) year in which it became law, NEVER before


@dataclass(frozen=True)
class Rollout:
    """The decision to put a package in force nationally, as it was made."""

    year: int
    package: int
    promise: float  # expected mission score at the decision


def open_boundary(places: int, packages: int) -> Boundary:
    """Before anything has been decided."""
    none, never = np.zeros(packages, dtype=int), np.full(packages, NEVER)
    return Boundary(0, np.zeros(places, dtype=bool), np.full(packages, TOLERATE), np.zeros(packages), none > 0, none, never)


def adjust(
    boundary: Boundary,
    stances: Stances,
    reach: np.ndarray,
    year: int,
    rules: AdjustmentRules,
    luck: Luck,
    package_keys: np.ndarray,
    place_keys: np.ndarray,
) -> tuple[Boundary, Rollout | None]:
    """The boundary after a year's stances, and the roll-out decided, if any.

    `reach` (package,) is the number of places that the budget can bring a national package to in a year. A law stays until a
    better package is scaled up; a national package that has lost its support and is no law is withdrawn.
    """
    national = _national(boundary, stances, rules)
    changed = national != boundary.national
    enrolled = np.zeros_like(boundary.enrolled) if changed else boundary.enrolled
    if national:
        enrolled = _enrol(enrolled, int(reach[national]), luck.of("enrol").uniform(place_keys))
    supported = stances.stance == SUPPORT
    success = np.where(supported & (np.arange(len(supported)) == national), boundary.success + 1, 0)
    law = np.where((success >= rules.law_after) & (boundary.law == NEVER), year, boundary.law)
    entrepreneur = luck.of("entrepreneur").uniform(package_keys) < rules.entrepreneur
    endorsed = supported & (boundary.endorsed | entrepreneur)
    after = replace(boundary, national=national, enrolled=enrolled, stance=stances.stance, force=stances.force)
    after = replace(after, endorsed=endorsed, success=success, law=law)
    return after, Rollout(year, national, float(stances.score[national])) if national and changed else None


def _national(boundary: Boundary, stances: Stances, rules: AdjustmentRules) -> int:
    """The best supported package, if it beats the one in force by the margin; else that one, while it has support or is law."""
    if rules.scale == "none":
        return 0
    present = boundary.national
    kept = present if present and (stances.stance[present] == SUPPORT or boundary.law[present] != NEVER) else 0
    merit = np.where(stances.stance == SUPPORT, stances.merit, -np.inf)
    best = int(np.argmax(merit))
    if not np.isfinite(merit[best]):
        return kept
    if kept and merit[best] < stances.merit[kept] + rules.margin:
        return kept
    return best


def _enrol(enrolled: np.ndarray, number: int, draw: np.ndarray) -> np.ndarray:
    """As many more places as the budget reaches, in an order that luck deals to places by name."""
    waiting = np.flatnonzero(~enrolled)
    chosen = waiting[np.argsort(draw[waiting], kind="stable")][:number]
    after = enrolled.copy()
    after[chosen] = True
    return after


def inhibited(boundary: Boundary) -> np.ndarray:
    """(package,): whether the centre speaks against it."""
    return boundary.stance == INHIBIT
