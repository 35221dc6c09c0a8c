"""Stage 6, adjustment: stances become national policy and the boundary of local discretion. It sees no truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..foundations.luck import Luck
from .lines import Lines
from .regimes import AdjustmentRules
from .selection import INHIBIT, SUPPORT, TOLERATE, Stances

NEVER = -1


@dataclass(frozen=True)
class Boundary:
    """What the centre has in force: its national package, its words and force, what it lends its name to, and its laws."""

    national: np.ndarray  # (line,) package in force nationally, 0 for none
    enrolled: np.ndarray  # (locality,) whether the national package of its line has reached it
    stance: np.ndarray  # (package,)
    force: np.ndarray  # (package,)
    endorsed: np.ndarray  # (package,)
    success: np.ndarray  # (package,) years in a row as a national package with support
    law: np.ndarray  # (package,) year in which it became law, NEVER before
    threshold: float = 0.0  # technical level that a product must reach for the nation's money


@dataclass(frozen=True)
class Rollout:
    """The decision to put a package in force nationally, as it was made."""

    year: int
    package: int
    promise: float  # expected mission score at the decision


def open_boundary(localities: int, packages: int, lines: int) -> Boundary:
    """Before anything has been decided."""
    none, never = np.zeros(packages, dtype=int), np.full(packages, NEVER)
    national, enrolled = np.zeros(lines, dtype=int), np.zeros(localities, dtype=bool)
    return Boundary(national, enrolled, np.full(packages, TOLERATE), np.zeros(packages), none > 0, none, never)


def in_force(boundary: Boundary) -> np.ndarray:
    """(package,): whether a package is national."""
    held = np.zeros(len(boundary.stance), dtype=bool)
    held[boundary.national] = True
    held[0] = False
    return held


def adjust(
    boundary: Boundary,
    stances: Stances,
    reach: np.ndarray,
    year: int,
    rules: AdjustmentRules,
    luck: Luck,
    package_keys: np.ndarray,
    locality_keys: np.ndarray,
    lines: Lines,
    level: float = 0.0,
) -> tuple[Boundary, tuple[Rollout, ...]]:
    """The boundary after a year's stances, and the roll-outs decided.

    `reach` (package,) is the number of places that the whole budget can bring a national package to in a year; lines that are still being
    rolled out share it. The threshold follows the technical `level` that statistics tell of, and never falls:
    threshold' = max(threshold, ratchet * level). A law stays until a better package is scaled up; a national package that has lost its support and is
    no law is withdrawn.
    """
    national = np.array([_national(boundary, stances, lines.packages == line, int(held), rules) for line, held in enumerate(boundary.national)])
    changed = national != boundary.national
    enrolled = boundary.enrolled & ~changed[lines.localities]
    enrolled = _enrol(enrolled, national, reach, lines, luck.of("enrol").uniform(locality_keys))
    supported = stances.stance == SUPPORT
    here = np.isin(np.arange(len(supported)), national[national > 0])
    success = np.where(supported & here, boundary.success + 1, 0)
    law = np.where((success >= rules.law_after) & (boundary.law == NEVER), year, boundary.law)
    entrepreneur = luck.of("entrepreneur").uniform(package_keys) < rules.entrepreneur
    endorsed = supported & (boundary.endorsed | entrepreneur)
    after = replace(boundary, national=national, enrolled=enrolled, stance=stances.stance, force=stances.force)
    after = replace(after, endorsed=endorsed, success=success, law=law, threshold=max(boundary.threshold, rules.ratchet * level))
    decided = [Rollout(year, int(package), float(stances.score[package])) for package in national[changed & (national > 0)]]
    return after, tuple(decided)


def _national(boundary: Boundary, stances: Stances, inside: np.ndarray, present: int, rules: AdjustmentRules) -> int:
    """The best supported package of a line, if it beats the one in force by the margin; else that one, while it has support or is law."""
    if rules.scale == "none":
        return 0
    kept = present if present and (stances.stance[present] == SUPPORT or boundary.law[present] != NEVER) else 0
    merit = np.where(inside & (stances.stance == SUPPORT), stances.merit, -np.inf)
    best = int(np.argmax(merit))
    if not np.isfinite(merit[best]):
        return kept
    if kept and merit[best] < stances.merit[kept] + rules.margin:
        return kept
    return best


def _enrol(enrolled: np.ndarray, national: np.ndarray, reach: np.ndarray, lines: Lines, draw: np.ndarray) -> np.ndarray:
    """As many more places as the budget reaches, in an order that luck deals to places by name."""
    after = enrolled.copy()
    waiting = [np.flatnonzero(~enrolled & (lines.localities == line)) if package else [] for line, package in enumerate(national)]
    sharing = max(sum(len(each) > 0 for each in waiting), 1)
    for package, each in zip(national, waiting, strict=True):
        if len(each):
            after[each[np.argsort(draw[each], kind="stable")][: int(reach[package] / sharing)]] = True
    return after


def inhibited(boundary: Boundary) -> np.ndarray:
    """(package,): whether the centre speaks against it."""
    return boundary.stance == INHIBIT
