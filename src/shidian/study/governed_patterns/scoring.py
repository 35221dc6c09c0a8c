"""Verdicts on governed patterns, and how they stand among those that a replay scored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...foundations.shares import wilson
from ...cases import Case
from ...governance.regimes import Variant
from ..patterns import HOLDS, MISSES, NOT_YET, Beside, Part, PatternResult, join
from ..results import HIGH, LOW
from .evidence import Asking, At, Governance, Progress, RunSet, govern
from .file import GovernedPattern, GovernedPatterns, read_governed_patterns
from .kinds import Take
from .theory import Figures, Theory

NORMAL_80 = 1.2816  # standard errors of an interval that holds 80 %
NOT_RUN = "not run: needs {basis}, which --all makes"


@dataclass(frozen=True)
class Found:
    """One part in numbers: what is judged, its interval, the share of draws in which it lies within bounds, and where it is not defined why."""

    value: float
    low: float
    high: float
    within: np.ndarray | None  # (draw); None where there are no draws
    said: str = ""

    def holds(self, part: Part) -> bool:
        """Whether it lies within its bounds."""
        return bool(part.within(np.array([self.value]))[0])


def not_run(case: Case, results: Sequence[PatternResult]) -> list[PatternResult]:
    """Results of a replay, where those that more than a replay could score say what that takes."""
    stated = read_governed_patterns(case)
    waiting = {one.id: one for one in stated.patterns} if stated else {}
    return [_waits(one, waiting[one.id]) if one.id in waiting else one for one in results]


def _waits(result: PatternResult, pattern: GovernedPattern) -> PatternResult:
    if pattern.given:
        return replace(result, result=pattern.given, note=pattern.note, criterion=pattern.criterion or result.criterion)
    basis = pattern.basis
    return replace(result, criterion=pattern.criterion, note=join(NOT_RUN.format(basis=basis), pattern.note), basis=basis)


def score_governed(case: Case, results: Sequence[PatternResult], asking: Asking, progress: Progress) -> list[PatternResult]:
    """Results of a replay, with those that governed runs and theory score put in the place of what was given; in the order of patterns.yaml.

    Raises InputError where the file or the case is wrong, Failure where the disk refuses or no run comes through.
    """
    stated = read_governed_patterns(case)
    if stated is None:
        return list(results)
    evidence = govern(_sets(stated), asking, progress)
    theory = _theory(stated, asking.seed, progress)
    scored = {one.id: one for one in stated.patterns}
    return [_score(each, scored[each.id], stated, evidence, theory) if each.id in scored else each for each in results]


def _sets(stated: GovernedPatterns) -> dict[RunSet, list[str | Variant]]:
    """Sets of runs with the regimes that patterns look at."""
    needed = {need for pattern in stated.patterns for need in pattern.needs()}
    asked = {one: [regime for name, regime in stated.regimes.items() if At(one.name, name) in needed] for one in stated.sets.values()}
    return {one: regimes for one, regimes in asked.items() if regimes}


def _theory(stated: GovernedPatterns, seed: int, progress: Progress) -> Theory:
    """Theory, with all that patterns ask for simulated."""
    theory = Theory(seed)
    figures = [part.measure for pattern in stated.patterns for part in pattern.parts if not isinstance(part.measure, Take)]
    names = list(dict.fromkeys(name for one in figures for name in (one.results if isinstance(one, Figures) else (one.result,))))
    with progress("Theory beside agents", len(names)) as told:
        for done, name in enumerate(names, 1):
            theory.of(name)
            told(done)
    return theory


# --- one pattern -------------------------------------------------------------------------------------------------------


def _score(before: PatternResult, pattern: GovernedPattern, stated: GovernedPatterns, evidence: Governance, theory: Theory) -> PatternResult:
    head = replace(before, criterion=pattern.criterion or before.criterion, basis=pattern.basis or before.basis, note=pattern.note)
    lacking = [evidence.lacking[need.runs] for need in sorted(pattern.needs()) if need.runs in evidence.lacking]
    if lacking:
        return replace(head, result=NOT_YET, note=join(lacking[0], pattern.note))
    found = {part: _found(part, pattern.at, evidence, theory) for part in pattern.parts}
    notes = [_told(part, one) for part, one in found.items() if part.name or one.said]
    first = _first(pattern.parts, found)
    if pattern.given:
        return replace(head, result=pattern.given, note=join(pattern.note, *notes), **first)
    missed = [part.name or "what was found" for part in pattern.judged if not found[part].holds(part)]
    told = f"missed by: {', '.join(missed)}" if missed and len(pattern.judged) > 1 else ""
    beside = tuple(_beside(pattern, regime, evidence, theory) for regime in pattern.beside)
    title = stated.sets[pattern.at.runs].title if pattern.at.runs else ""
    return replace(
        head, result=MISSES if missed else HOLDS, probability=_probability(pattern.judged, found), note=join(told, *notes, pattern.note),
        under=f"{pattern.at.regime}, {title}" if title else "", beside=beside, **first,
    )  # fmt: skip


def _first(parts: Sequence[Part], found: dict[Part, Found]) -> dict[str, float | str | None]:
    if not parts:
        return {}
    one, measure = found[parts[0]], parts[0].measure
    known = {name: None if np.isnan(number) else float(number) for name, number in (("value", one.value), ("low", one.low), ("high", one.high))}
    return {**known, "unit": getattr(measure, "unit", "1")}


def _found(part: Part, at: At, evidence: Governance, theory: Theory) -> Found:
    """A part in numbers. A measure that more than half of the draws do not have is not defined."""
    measure = part.measure
    if not isinstance(measure, Take):
        return Found(measure.value(theory), np.nan, np.nan, None, measure.told(theory) if isinstance(measure, Figures) else "")
    if measure.pooled:
        value, error = measure.together(evidence, at)
        return Found(value, value - NORMAL_80 * error, value + NORMAL_80 * error, None, "all draws together")
    values = measure.values(evidence, at)
    known, within = values[np.isfinite(values)], part.within(values)
    said = "" if len(known) == len(values) else f"defined in {len(known)} of {len(values)} draws"
    if 2 * len(known) < len(values):
        return Found(np.nan, np.nan, np.nan, within, said)
    if measure.frequency:
        low, high = wilson(int(known.sum()), len(known), NORMAL_80)
        return Found(float(known.mean()), float(low), float(high), values > 0, said)
    low, middle, high = np.percentile(known, [LOW, 50, HIGH])
    return Found(float(middle), float(low), float(high), within, said)


def _probability(judged: Iterable[Part], found: dict[Part, Found]) -> float | None:
    """Share of draws in which every part lies within bounds, of those parts that look at the same draws as the first; a frequency counts where it is 1."""
    within = [found[part].within for part in judged if found[part].within is not None]
    same = [one for one in within if len(one) == len(within[0])]
    return float(np.logical_and.reduce(same).mean()) if same else None


def _beside(pattern: GovernedPattern, regime: str, evidence: Governance, theory: Theory) -> Beside:
    """The same pattern with another regime in the place of its own."""
    at = At(pattern.at.runs, regime)
    found = {part: _found(part, at, evidence, theory) for part in (pattern.parts[0], *pattern.judged)}
    numbers = _first(pattern.parts, found)
    holds = all(found[part].holds(part) for part in pattern.judged)
    return Beside(regime, HOLDS if holds else MISSES, *(numbers[name] for name in ("value", "low", "high")))


def _told(part: Part, one: Found) -> str:
    """A part in words."""
    if not part.name:
        return one.said
    unit = getattr(part.measure, "unit", "1")
    said = "not defined" if np.isnan(one.value) else f"{one.value:.3g}"
    if not np.isnan(one.low):
        said += f" ({one.low:.3g} to {one.high:.3g})"
    said = " ".join([said, *([unit] if unit not in ("", "1") else []), *([f"[{one.said}]"] if one.said else [])])
    if part.between is None:
        return f"{part.name}: {said}, not judged"
    return f"{part.name}: {said}, wanted {part.wanted}, {HOLDS if one.holds(part) else MISSES}"
