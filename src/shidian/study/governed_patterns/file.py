"""governed_patterns.yaml: how a case's patterns are held against governed runs and theory.

The file stands beside case.yaml and is no part of what determines a replay. Every entry takes the place of the pattern of the same id in
patterns.yaml, whose name, use and source it keeps. Under `runs` stand sets of runs, under `variants` regimes that differ from one of ours by
amendments, under `nulls` the regimes that every governed pattern is shown beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...cases import Case
from ...cases.document import read_document
from ...cases.findings import nearest
from ...foundations.errors import InputError
from ...governance.regimes import Variant
from ...governance.regimes import names as regime_names
from ..patterns import GIVEN, Part, bounds_of
from .evidence import At, RunSet
from .kinds import KINDS, Take, read_take
from .selection import FileReader
from .theory import Figures, Rise

GOVERNED_FILE = "governed_patterns.yaml"
THEORY = {"theory": Figures.read, "rise": Rise.read}


@dataclass(frozen=True)
class GovernedPattern:
    """How a pattern is scored beyond a replay. `given` is the result where it is written down, else empty; `beside` are regimes shown next to it."""

    id: str
    criterion: str
    note: str
    given: str
    at: At
    beside: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def judged(self) -> tuple[Part, ...]:
        """Parts that count."""
        return tuple(part for part in self.parts if part.between)

    @property
    def basis(self) -> str:
        """What it is held against."""
        kinds = {"governed runs" if isinstance(part.measure, Take) else "theory" for part in self.parts}
        return " and ".join(sorted(kinds))

    def needs(self) -> set[At]:
        """Runs that it looks at, those of the regimes beside it included."""
        ats = [self.at, *(At(self.at.runs, regime) for regime in self.beside)]
        takes = [part.measure for part in self.parts if isinstance(part.measure, Take)]
        return {need for take in takes for at in ats for need in take.needs(at)}


@dataclass(frozen=True)
class GovernedPatterns:
    """All that a governed_patterns.yaml states. `regimes` are those that its patterns look at, by name."""

    sets: Mapping[str, RunSet]
    regimes: Mapping[str, str | Variant]  # ours by name
    patterns: tuple[GovernedPattern, ...]


def read_governed_patterns(case: Case) -> GovernedPatterns | None:
    """The governed patterns of a case, checked; none where it has no such file. Raises InputError with the spot in the file."""
    path = Path(case.folder) / GOVERNED_FILE
    if not path.is_file():
        return None
    document = read_document(path, "as in docs/patterns.md")
    top = FileReader(document, document.tree, "file")
    sets = _sets(case, top)
    variants = _variants(top)
    regimes = (*regime_names(), *variants)
    nulls = _regimes(top, "nulls", regimes, [])
    patterns, seen = [], set()
    for given in top.each("patterns"):
        patterns.append(_pattern(case, given, sets, regimes, nulls))
        if patterns[-1].id in seen:
            raise given.error(f"The pattern id {patterns[-1].id} stands twice; give each its own.", "id")
        seen.add(patterns[-1].id)
    top.finish()
    named = sorted({need.regime for one in patterns for need in one.needs()})
    return GovernedPatterns(sets, {name: variants.get(name, name) for name in named}, tuple(patterns))


def _sets(case: Case, top: FileReader) -> dict[str, RunSet]:
    if "runs" not in top.given:
        return {}
    given, sets = top.inner("runs"), {}
    for name in given.given:
        one = given.inner(name)
        other = one.text("case", required=False)
        times = one.number("times", 1)
        if times < 1 or times % 1:
            raise one.error(f"'times' is {times:g}, but draws are made a whole number of times over; write 1 or more.", "times")
        sets[name] = RunSet(name, other or str(case.folder), one.text("from", required=False), other is None, other or case.name, int(times))
        one.finish()
    return sets


def _variants(top: FileReader) -> dict[str, Variant]:
    """Regimes that are like one of ours but for amendments, from the first year or a later one."""
    if "variants" not in top.given:
        return {}
    given, made = top.inner("variants"), {}
    for name in given.given:
        one = given.inner(name)
        like, meaning, since = one.choice("like", regime_names()), str(one.text("meaning")), int(one.number("from", 0))
        rules = {key: one.value(key) for key in one.given if key not in ("like", "meaning", "from")}
        made[name] = Variant(name, meaning, str(like), since, rules)
        try:
            made[name].on({})
        except InputError as problem:
            raise given.error(str(problem), name) from None
    return made


def _regimes(given: FileReader, key: str, known: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
    names = given.names(key, list(default))
    for name in names:
        if name not in known:
            raise given.error(f"There is no regime '{name}'. {nearest(name, known)}", key)
    return names


def _pattern(case: Case, given: FileReader, sets: Mapping[str, RunSet], regimes: Sequence[str], nulls: tuple[str, ...]) -> GovernedPattern:
    given.what = "pattern"
    identity = str(given.text("id"))
    _check_first(case, given, identity)
    written = given.choice("result", GIVEN) if "result" in given.given else ""
    at = At(given.text("runs", "", required=False) or "", given.text("regime", "hierarchy") or "")
    parts = _parts(given, written)
    beside = _regimes(given, "beside", regimes, nulls if any(isinstance(part.measure, Take) for part in parts) else [])
    note, criterion = given.text("note", required=bool(written)), given.text("criterion", required=not written)
    given.finish()
    made = GovernedPattern(identity, (criterion or "").strip(), (note or "").strip(), written, at, tuple(one for one in beside if one != at.regime), parts)
    _check_ats(given, made, sets, regimes)
    if not written and not made.judged:
        raise given.error("No part of the pattern has bounds, so it cannot be judged; give between: [low, high], or a result.")
    return made


def _check_first(case: Case, given: FileReader, identity: str) -> None:
    """A pattern stands in patterns.yaml first, and a replay gives it no verdict."""
    rows = {str(one["id"]): one for one in case.patterns}
    if identity not in rows:
        raise given.error(f"There is no pattern '{identity}' in patterns.yaml, which gives name, use and source. {nearest(identity, rows)}", "id")
    if rows[identity].get("result") not in GIVEN:
        raise given.error(f"A replay gives the pattern '{identity}' a verdict already, and one pattern has one; take it out of one of the two files.", "id")


def _check_ats(given: FileReader, made: GovernedPattern, sets: Mapping[str, RunSet], regimes: Sequence[str]) -> None:
    for need in made.needs():
        if need.runs not in sets:
            raise given.error(f"'{need.runs}' is no set of runs of this file. {nearest(need.runs, sets)}")
        if need.regime not in regimes:
            raise given.error(f"There is no regime '{need.regime}'. {nearest(need.regime, regimes)}")
    takes = [part.measure for part in made.parts if isinstance(part.measure, Take)]
    if any(len({need.runs for need in take.needs(made.at)}) > 1 for take in takes):
        raise given.error("A measure compares two sets of runs, whose draws do not pair; name one set, outside of the measures that it compares.")


def _parts(given: FileReader, written: str) -> tuple[Part, ...]:
    parts = []
    if not written or "measure" in given.given:
        parts.append(_part("", given))
    for inner in given.each("also") if "also" in given.given else ():
        parts.append(_part(str(inner.text("name")), inner))
        inner.finish()
    return tuple(parts)


def _part(name: str, given: FileReader) -> Part:
    """A measure with its bounds: `between`, ends included, or `above` or `below` a number."""
    measure, between = _measure(given.inner("measure")), bounds_of(given)
    strict = [key for key in ("above", "below") if key in given.given]
    if len(strict) + (between is not None) > 1:
        raise given.error(f"Bounds are given twice, as {' and '.join([*strict, *(['between'] if between else [])])}; keep one.", strict[0])
    if not strict:
        return Part(name, measure, between)
    end = given.number(strict[0])
    return Part(name, measure, (end, float("inf")) if strict == ["above"] else (float("-inf"), end), strict=True)


def _measure(given: FileReader) -> Take | Figures | Rise:
    kind = given.choice("kind", (*KINDS, *THEORY))
    if kind not in THEORY:
        return read_take(given)
    given.what = f"measure '{kind}'"
    made = THEORY[kind](given)
    given.finish()
    return made

