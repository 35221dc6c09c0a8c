"""Checks of the case as a whole: mission, instruments, parameters, and every table against all names of the case."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from pathlib import Path

from ..foundations.calendar import Calendar
from ..foundations.errors import InputError
from . import vocabulary as words
from .check_market import check_market, check_places
from .check_rows import check_free_names, check_rows, unknown_sources
from .document import Document
from .findings import Findings, nearest
from .schema import CaseEntry, GoalEntry, ParameterEntry, ParametersFile
from .table_reader import Sheet
from .units import conversion


def check_case(entry: CaseEntry, document: Document, sources: Collection[str], classes: list[str], findings: Findings) -> None:
    """The mission's weights, indicators and sources, and the instruments' units and rules."""
    goals = entry.mission.goals
    total = sum(goal.weight for goal in goals)
    if abs(total - 1) > 1e-6:
        findings.add(
            f"The weights of the mission's goals add up to {total:.6g}, not 1; change them until they do.",
            document.where(("mission", "goals"), key=True),
        )
    if len({goal.name for goal in goals}) < len(goals):
        findings.add(
            "Two goals of the mission have the same name; give each its own.",
            document.where(("mission", "goals"), key=True),
        )
    for position, goal in enumerate(goals):
        _check_goal(goal, position, document, sources, classes, findings)
    _check_instruments(entry, document, findings)


def _check_goal(
    goal: GoalEntry, position: int, document: Document, sources: Collection[str], classes: list[str], findings: Findings
) -> None:
    steps = ("mission", "goals", position)
    units = words.indicators_of(classes)
    if goal.indicator not in units:
        findings.add(
            f"'{goal.indicator}' is not an indicator of the summary. {nearest(goal.indicator, units)}",
            document.where((*steps, "indicator")),
        )
    elif goal.unit != units[goal.indicator]:
        try:
            conversion(goal.unit, units[goal.indicator])
        except InputError as problem:
            findings.add(problem.message, document.where((*steps, "unit")))
    for key in unknown_sources(goal.source, sources):
        findings.add(f"'{key}' is not a key of sources.bib. {nearest(key, sources)}", document.where((*steps, "source")))


def _check_instruments(entry: CaseEntry, document: Document, findings: Findings) -> None:
    for name, instrument in entry.instruments.items():
        lever = words.INSTRUMENTS[name]
        for label, found, expected in (("unit", instrument.unit, lever.unit), ("combine", instrument.combine, lever.combine)):
            if found != expected and expected != "-":
                findings.add(
                    f"The instrument {name} has the {label} '{found}', but the market world reads it as '{expected}'; write that.",
                    document.where(("instruments", name, label)),
                )


def check_report(
    entry: CaseEntry, document: Document, folder: Path, places: Collection[str], findings: Findings
) -> None:
    """The places and printed tables that a report is asked to dwell on exist."""
    for position, code in enumerate(entry.report.focus):
        if places and code not in places:
            where = document.where(("report", "focus", position))
            findings.add(f"'{code}' is not a code of the table places. {nearest(code, places)}", where)
    for name, file in entry.report.tables.items():
        if not (folder / file).is_file():
            where = document.where(("report", "tables", name))
            findings.add(f"The folder has no file {file}, which the report's table {name} names; add it or correct the name.", where)


def check_parameters(
    entries: ParametersFile, document: Document, sources: Collection[str], classes: list[str], findings: Findings
) -> None:
    """Names, units and sources of all parameters, and the names in a vector that runs over classes or powertrains."""
    strange: dict[str, list[str]] = {}
    for name, entry in entries.root.items():
        _check_name_and_unit(name, entry, document, findings)
        if entry.status == "sourced" and not entry.source:
            findings.add(
                f"The parameter {name} is 'sourced' but names no source; give a key of sources.bib, or another status.",
                document.where((name,), key=True),
            )
        for key in unknown_sources(entry.source, sources):
            strange.setdefault(key, []).append(name)
        for axis in (classes, words.POWERTRAINS) if isinstance(entry.value, dict) else ():
            strangers = [key for key in entry.value if key not in axis]
            if strangers and len(strangers) < len(entry.value) / 2:
                for key in strangers:
                    findings.add(
                        f"'{key}' in the parameter {name} is not a known name like the others. {nearest(key, axis)}",
                        document.where((name, "value", key), key=True),
                    )
    for key, names in strange.items():
        more = f" ({len(names) - 1} more parameters name it.)" if len(names) > 1 else ""
        findings.add(f"'{key}' is not a key of sources.bib. {nearest(key, sources)}{more}", document.where((names[0], "source")))


def _check_name_and_unit(name: str, entry: ParameterEntry, document: Document, findings: Findings) -> None:
    """The market world reads a parameter of this name, and in a unit to which this one converts."""
    if name not in words.PARAMETERS:
        close = difflib.get_close_matches(name, words.PARAMETERS, n=3)
        hint = f"It reads {', '.join(close)}: did you mean one of these?" if close else "Delete it, or take its name from docs/model.md."
        findings.add(f"'{name}' is not a parameter of the market world, so nobody would read it. {hint}", document.where((name,), key=True))
        return
    try:
        conversion(entry.unit, words.PARAMETERS[name])
    except InputError as problem:
        findings.add(f"parameters.{name}: {problem.message}", document.where((name, "unit")))


def check_tables(sheets: Mapping[str, Sheet], entry: CaseEntry, calendar: Calendar, sources: Collection[str]) -> None:
    """Every table: the tree first, then rows against all names, then what the rows mean together."""
    places = sheets.get("places")
    if places:
        check_places(places)
    known = known_names(sheets, entry)
    indicators = words.indicators_of(list(known.get("class", ()))) | words.OBSERVED_ONLY
    units = {
        "series": words.SERIES,
        "attributes": words.ATTRIBUTES,
        "timeline": {name: lever.unit for name, lever in words.INSTRUMENTS.items()},
        "schedules": words.SCHEDULES,
        "observed": indicators,
        "forecasts": indicators,
    }
    for name in ("series", "observed", "forecasts"):
        if name in sheets:
            check_free_names(sheets[name], units[name])
    for name, sheet in sheets.items():
        check_rows(sheet, known, units.get(name, {}), sources)
    check_market(sheets, list(known.get("leaf", ())), calendar)


def known_names(sheets: Mapping[str, Sheet], entry: CaseEntry) -> dict[str, Collection[str]]:
    """Names that a column may refer to; what cannot be known, because its table is unsound, is left out."""
    known: dict[str, Collection[str]] = {
        "instrument": tuple(entry.instruments),
        "schedule": tuple(words.SCHEDULES),
        "attribute": tuple(words.ATTRIBUTES),
    }
    if places := sheets.get("places"):
        codes, parents = places.frame["code"], set(places.frame["parent"])
        known["place"] = tuple(codes)
        known["leaf"] = tuple(code for code in codes if code not in parents)
        known["province"] = tuple(codes[places.frame["level"].isin(("province", "municipality"))])
    if classes := sheets.get("classes"):
        names = tuple(classes.frame["class"])
        known["class"] = names
        known["technology"] = (*names, *words.POWERTRAINS, *words.NESTS, "all")
    if makers := sheets.get("makers"):
        known["maker"] = tuple(makers.frame["maker"])
    return known
