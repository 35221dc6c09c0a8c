"""What a run must show: every pattern of a case, held against runs.

`patterns.yaml` lists patterns. Each has an id, a name, a use (F may be fitted, H is held out, T must hold by the mechanism)
and a source, and then either

- `result: input` (given to a replay, so that none can test it) or `result: not yet`, with a `note` that says why, or
- `criterion` in words, a `measure` (see `measures`), and `between: [low, high]`, where null leaves an end open.

A pattern with several parts lists the others under `also`: each has a name and a measure, and `between` where it counts;
one without is told and not judged. A pattern holds where the median over draws of every part that counts lies within its
bounds; its probability is the share of draws in which all of them do. An `input` may have a measure to print.

Patterns that need more than a replay are scored in `governed_patterns`, whose results take the place of what is given here.

    >>> from shidian.study.patterns import validate
    >>> [each.id for each in validate("toy", draws=2)]
    ['lowspeed-first', 'port-leads', 'verdict']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cases import Case, load_case
from ..cases.document import Steps
from ..foundations.errors import InputError, OutsideCalendar
from .figures import take
from .measures import AS_IT_WAS, Evidence, Scales, read_measure, rescaled
from .pattern_reader import Reader
from .given import parameters_for
from .posterior import Fixed, Given
from .results import HIGH, LOW

if TYPE_CHECKING:
    import xarray as xr

HOLDS, MISSES, INPUT, NOT_YET = RESULTS = ("holds", "misses", "input", "not yet")
GIVEN = (INPUT, NOT_YET)  # results that a case may write down itself
REPLAY = "replay"
NEEDS_RUNS = "needs runs with instruments switched off: run shidian validate"
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True)
class Part:
    """One number of a pattern and its bounds; without bounds it is told and not judged.

    The measure is a `Measure` of a replay, or one of those in `governed_patterns`.
    """

    name: str
    measure: Any
    between: tuple[float, float] | None
    strict: bool = False  # whether the bounds themselves are outside

    def within(self, values: np.ndarray) -> np.ndarray:
        """Whether numbers lie within the bounds; NaN does not."""
        low, high = self.between or (-np.inf, np.inf)
        return (low < values) & (values < high) if self.strict else (low <= values) & (values <= high)

    @property
    def wanted(self) -> str:
        """The bounds in words."""
        low, high = self.between or (-np.inf, np.inf)
        if np.isinf(high):
            return f"above {low:g}" if self.strict else f"at least {low:g}"
        if np.isinf(low):
            return f"below {high:g}" if self.strict else f"at most {high:g}"
        return f"{low:g}" if low == high else f"{low:g} to {high:g}"


@dataclass(frozen=True)
class Pattern:
    """What a run must show, as its case states it. `given` is the result where it is written down, else empty."""

    id: str
    name: str
    use: str
    source: str
    criterion: str
    note: str
    given: str
    parts: tuple[Part, ...]

    @property
    def judged(self) -> tuple[Part, ...]:
        """Parts that count."""
        return tuple(part for part in self.parts if part.between)


@dataclass(frozen=True)
class Beside:
    """The same pattern under another regime: the first part's number, and whether the criterion holds there."""

    regime: str
    result: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PatternResult:
    """What was found: the first part's median over draws and its 10 % and 90 % points, and the verdict.

    `result` is `holds`, `misses`, `input` or `not yet`; `probability` is the share of draws in which the criterion holds. `basis` says what
    the pattern was held against and `under` which runs; `beside` is the same under other regimes, nulls above all.
    """

    id: str
    name: str
    use: str
    criterion: str
    source: str
    result: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    probability: float | None
    note: str
    basis: str = REPLAY
    under: str = ""
    beside: tuple[Beside, ...] = ()


def validate(
    case: str | Case,
    regime: str = "historical",
    seed: int = 0,
    draws: int = 32,
    overrides: Sequence[str] = (),
    fixed: Given | Sequence[Fixed] | None = None,
    progress: Progress | None = None,
) -> list[PatternResult]:
    """Hold a case against each of its patterns, in the order of its file; none is left out.

    The run and every counterfactual that a pattern asks for are simulated once, with the same seed and draws. `progress`
    opens a bar for a titled number of draws. Raises InputError where the case, an override or a pattern is wrong.
    """
    from .simulate import simulate

    loaded = load_case(case, overrides) if isinstance(case, str) else case
    patterns = read_patterns(loaded)
    parts = [part for pattern in patterns for part in pattern.parts]
    given = parameters_for(None, loaded, overrides).given if fixed is None else fixed
    evidence = Evidence(loaded, seed, draws, given)
    for scales in sorted({run for part in parts for run in part.measure.runs}):
        with (progress or _silent)(_title(loaded, scales), draws) as told:
            data = simulate(rescaled(loaded, scales), regime, seed, draws, fixed=given, progress=told)
        evidence.runs[scales] = take(loaded, data, _wanted(parts, scales))
    return _with_what_waits(loaded, [_score(pattern, evidence) for pattern in patterns])


def patterns_for_report(case: Case, data: xr.Dataset, seed: int = 0, fixed: Given | Sequence[Fixed] = ()) -> list[dict[str, Any]]:
    """Patterns scored on a run's dataset alone; those that need further runs say `not yet`.

    `seed` and `fixed` are the run's: patterns of the parameters take the same draws.
    """
    patterns = read_patterns(case)
    evidence = Evidence(case, seed, data.sizes["draw"], fixed)
    evidence.runs[AS_IT_WAS] = take(case, data, _wanted([part for pattern in patterns for part in pattern.parts], AS_IT_WAS))
    return [asdict(one) for one in _with_what_waits(case, [_score(pattern, evidence) for pattern in patterns])]


def _with_what_waits(case: Case, results: list[PatternResult]) -> list[PatternResult]:
    """Results of a replay, where patterns that governed runs or theory could score say so."""
    from .governed_patterns import not_run  # stands on this file

    return not_run(case, results)


def _silent(title: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
    return nullcontext(lambda done: None)


def _title(case: Case, scales: Scales) -> str:
    if not scales:
        return f"Rehearsing {case.name}"
    return "With " + ", ".join(f"{name} at {scale:g}" for name, scale in scales)


def _wanted(parts: Iterable[Part], scales: Scales) -> set:
    return {figure for part in parts if scales in part.measure.runs for figure in part.measure.figures}


# --- reading -----------------------------------------------------------------------------------------------------------


def read_patterns(case: Case) -> list[Pattern]:
    """The patterns of a case, checked. Raises InputError with the pattern's id and the spot in its file."""
    patterns = []
    for position, given in enumerate(case.patterns):
        identity = str(given.get("id", "?")) if isinstance(given, dict) else "?"
        steps = ("patterns", position)
        try:
            patterns.append(_pattern(case, given, steps))
        except OutsideCalendar as problem:
            patterns.append(_out_of_reach(given, problem.message))
        except InputError as problem:
            raise InputError(f"pattern {identity} of {case.name}: {problem.message}", problem.where or case.where("patterns", *steps)) from None
    return patterns


def _pattern(case: Case, given: Any, steps: Steps) -> Pattern:
    reader = Reader(case, given, "pattern", steps)
    written = reader.choice("result", GIVEN) if "result" in reader.given else ""
    words = {name: str(reader.text(name)) for name in ("id", "name", "source")}
    use = reader.choice("use", ("F", "H", "T", "-"))
    note = reader.text("note", required=bool(written)) or ""
    criterion = reader.text("criterion", required=not written) or ""
    parts = _parts(case, reader, written)
    reader.finish()
    if not written and not any(part.between for part in parts):
        raise InputError("No part of the pattern has bounds, so it cannot be judged; give between: [low, high], or a result.")
    unknown = [key for key in words["source"].split(";") if key.strip() not in case.sources]
    if unknown:
        raise reader.error(f"'{unknown[0].strip()}' is not a key of the case's sources; add it there, or correct it.", "source")
    return Pattern(**words, use=use, criterion=criterion.strip(), note=note.strip(), given=written, parts=parts)


def _out_of_reach(given: dict[str, Any], why: str) -> Pattern:
    """A pattern about years that this run leaves out: not yet to be judged."""
    words = {name: str(given.get(name, "")).strip() for name in ("id", "name", "use", "source", "criterion")}
    return Pattern(**words, note=why, given="not yet", parts=())


def _parts(case: Case, reader: Reader, written: str) -> tuple[Part, ...]:
    parts = []
    if not written or "measure" in reader.given:
        parts.append(Part("", read_measure(case, reader.value("measure"), (*reader.steps, "measure")), bounds_of(reader)))
    listed = reader.value("also", [])
    if not isinstance(listed, list):
        raise reader.error("'also' is not a list; put each further part after a dash.", "also")
    for position, item in enumerate(listed):
        inner = Reader(case, item, "part under 'also'", (*reader.steps, "also", position))
        measure = read_measure(case, inner.value("measure"), (*inner.steps, "measure"))
        parts.append(Part(str(inner.text("name")), measure, bounds_of(inner)))
        inner.finish()
    return tuple(parts)


def bounds_of(reader: Reader) -> tuple[float, float] | None:
    """The two numbers under `between`, an open end as infinity; None where there are none."""
    found = reader.value("between", required=False)
    if found is None:
        return None
    ends = found if isinstance(found, list) and len(found) == 2 else [""]
    if ends == [None, None] or not all(end is None or isinstance(end, int | float) for end in ends):
        raise reader.error(f"'between' is {found!r}, not two numbers; write [low, high], with null for an end that is open.", "between")
    low, high = (-np.inf if ends[0] is None else float(ends[0])), (np.inf if ends[1] is None else float(ends[1]))
    if low > high:
        raise reader.error(f"'between' runs from {low:g} down to {high:g}; write the smaller number first.", "between")
    return low, high


# --- scoring -----------------------------------------------------------------------------------------------------------


def _score(pattern: Pattern, evidence: Evidence) -> PatternResult:
    """Verdict on one pattern from the runs there are."""
    ready = [part for part in pattern.parts if all(run in evidence.runs for run in part.measure.runs)]
    if not pattern.given and any(part not in ready for part in pattern.judged):
        return _result(pattern, NOT_YET, note=join(NEEDS_RUNS, pattern.note))
    found = {part: part.measure.values(evidence) for part in ready}
    notes = [_told(part, values) for part, values in found.items() if part.name]
    numbers = _numbers(*next(iter(found.items()))) if found else {}
    if pattern.given:
        return _result(pattern, pattern.given, note=join(pattern.note, *notes), **numbers)
    held = np.all([part.within(found[part]) for part in pattern.judged], axis=0)
    missed = [part.name or "what was found" for part in pattern.judged if not part.within(np.median(found[part]))]
    told = f"missed by: {', '.join(missed)}" if missed and len(pattern.judged) > 1 else ""
    return _result(pattern, MISSES if missed else HOLDS, probability=float(held.mean()), note=join(told, *notes, pattern.note), **numbers)


def _result(pattern: Pattern, result: str, note: str, **found: Any) -> PatternResult:
    numbers: dict[str, Any] = {"value": None, "low": None, "high": None, "unit": "", "probability": None}
    words = {name: getattr(pattern, name) for name in ("id", "name", "use", "criterion", "source")}
    return PatternResult(**words, result=result, note=note, **(numbers | found))


def _numbers(part: Part, values: np.ndarray) -> dict[str, Any]:
    """Median and interval over the draws in which the number is defined."""
    known = values[np.isfinite(values)]
    if not len(known):
        return {"unit": part.measure.unit}
    low, value, high = (float(point) for point in np.percentile(known, [LOW, 50, HIGH]))
    return {"value": value, "low": low, "high": high, "unit": part.measure.unit}


def _told(part: Part, values: np.ndarray) -> str:
    """A further part in words: `share in 2023: 0.21 (0.17 to 0.26), wanted 0.17 to 0.23`."""
    numbers = _numbers(part, values)
    if "value" not in numbers:
        said = "not defined"
    else:
        unit = f" {part.measure.unit}" if part.measure.unit not in ("", "1") else ""
        said = f"{numbers['value']:.3g} ({numbers['low']:.3g} to {numbers['high']:.3g}){unit}"
    if part.between is None:
        return f"{part.name}: {said}, not judged"
    verdict = HOLDS if part.within(np.median(values)) else MISSES
    return f"{part.name}: {said}, wanted {part.wanted}, {verdict}"


def join(*sentences: str) -> str:
    """Sentences of a note; empty ones are left out."""
    return "; ".join(sentence for sentence in sentences if sentence)
