"""From a folder to a checked Case: read, override, check, freeze."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..foundations.errors import InputError, Where
from ..foundations.places import PlaceTree
from .bibliography import references
from .bundled import case_folder
from .case import Case, Goal, Instrument, Mission, Parameter, ReportNotes
from .check import check_case, check_parameters, check_report, check_tables
from .check_market import places_of
from .document import Document, read_document
from .explain import validate
from .findings import Findings
from .governance_file import GovernanceFile, governance_document, read_governance
from .overrides import apply_overrides, by_file
from .reading import read_text
from .schema import REQUIRED_TABLES, CalibrationFile, CaseEntry, GoalEntry, ParameterEntry, ParametersFile
from .small_case import SmallCase, load_small_case
from .small_schema import SMALL_WORLDS
from .table_reader import Sheet, empty_frame, read_sheet
from .tables import SPECS
from .units import conversion
from .vocabulary import CAPABILITIES, PARAMETERS, indicators_of


def open_case(name_or_path: str | Path, overrides: Sequence[str] = ()) -> Case | SmallCase:
    """A case of any world, by its name or folder: a `Case` of the market, a `SmallCase` of another world.

    >>> open_case("landscape").world
    'landscape'

    Raises InputError as `load_case` does.
    """
    folder = case_folder(name_or_path)
    document = read_document(folder / "case.yaml")
    return load_small_case(folder, document, overrides) if _world(document) in SMALL_WORLDS else _market_case(folder, document, overrides)


def load_case(name_or_path: str | Path, overrides: Sequence[str] = ()) -> Case:
    """A bundled case of the market by its name, or a case folder, checked.

    Overrides are `PATH=VALUE` texts put into the YAML files before the check: `parameters.alpha.value=3`,
    `instruments.plate.scale=0`, `calendar.end=2012-12`, `mission.goals.0.weight=0.3`.

    >>> load_case("toy", ["calendar.end=2012-12"]).calendar.last
    2012

    Raises InputError with up to ten findings, each with file, line and column; and for a case of another world, which has no
    market to rehearse.
    """
    folder = case_folder(name_or_path)
    document = read_document(folder / "case.yaml")
    if (world := _world(document)) in SMALL_WORLDS:
        spot = document.where(("world",))
        raise InputError(
            f"'{name_or_path}' is a case of the world '{world}', which has no market to rehearse and no record to replay; "
            f"govern it with `shidian study compare {name_or_path}`.", spot,
        )  # fmt: skip
    return _market_case(folder, document, overrides)


def _world(document: Document) -> str:
    """The world that case.yaml names. Raises InputError where there is none of that name."""
    world = str(document.tree.get("world", "market"))
    known = ("market", *SMALL_WORLDS)
    if world not in known:
        names = ", ".join(f"'{one}'" for one in known)
        raise InputError(f"'{world}' is not one of {names}; choose one.", document.where(("world",)))
    return world


def _market_case(folder: Path, document: Document, overrides: Sequence[str]) -> Case:
    findings = Findings()
    entry, parameters, patterns, documents = _read_documents(folder, document, overrides, findings)
    sources = references(read_text(folder / entry.sources))
    texts = _read_tables(folder, entry, documents["case"], findings)
    sheets = _sheets(folder, entry, texts, findings)
    _check(entry, parameters, documents, sheets, sources, findings)
    codes = list(sheets["places"].frame["code"]) if "places" in sheets else []
    check_report(entry, documents["case"], folder, codes, findings)
    findings.stop()
    calibration = _calibration(folder, entry, findings)
    governance = _governance(entry, documents.get("governance"), sheets, sources, findings)
    return _freeze(folder, entry, parameters, patterns, calibration, governance, sheets, sources, documents, _digest(entry, parameters, patterns, texts))


def _read_documents(
    folder: Path, case: Document, overrides: Sequence[str], findings: Findings
) -> tuple[CaseEntry, ParametersFile, list[dict[str, Any]], dict[str, Document]]:
    changes = by_file(overrides, ("parameters", "governance"))
    apply_overrides(case, changes[""])
    entry = validate(CaseEntry, case, findings)
    if entry is None:
        findings.stop()
    assert entry is not None
    document = read_document(folder / entry.parameters)
    apply_overrides(document, changes["parameters"], root=("parameters",))
    governance = governance_document(folder, entry.governance, changes["governance"])
    parameters = validate(ParametersFile, document, findings, root=("parameters",))
    listed = read_document(folder / entry.patterns)
    patterns = _patterns(listed, findings)
    if parameters is None:
        findings.stop()
    assert parameters is not None
    documents = {"case": case, "parameters": document, "patterns": listed}
    return entry, parameters, patterns, documents | ({"governance": governance} if governance else {})


def _calibration(folder: Path, entry: CaseEntry, findings: Findings) -> CalibrationFile | None:
    if entry.calibration is None:
        return None
    found = validate(CalibrationFile, read_document(folder / entry.calibration), findings)
    findings.stop()
    return found


def _governance(
    entry: CaseEntry, document: Document | None, sheets: dict[str, Sheet], sources: Mapping[str, str], findings: Findings
) -> GovernanceFile | None:
    if document is None:
        return None
    goals = [goal.name for goal in entry.mission.goals]
    classes, skills = list(sheets["classes"].frame["class"]), sorted(CAPABILITIES)
    found = read_governance(document, goals, classes, skills, sources, findings)
    findings.stop()
    return found


def _patterns(document: Document, findings: Findings) -> list[dict[str, Any]]:
    """Patterns as they are written; what their checks mean is for the study room."""
    listed = document.tree.get("patterns")
    if set(document.tree) != {"patterns"} or not isinstance(listed, list):
        findings.add(
            "The file needs one list under `patterns:` and nothing else; put each pattern after a dash.",
            document.where(()),
        )
        return []
    seen: set[str] = set()
    for position, pattern in enumerate(listed):
        steps = ("patterns", position)
        given = pattern if isinstance(pattern, dict) else {}
        lacking = [key for key in ("id", "name", "use", "source") if given.get(key) in (None, "")]
        if lacking:
            findings.add(
                f"The pattern lacks {', '.join(lacking)}; every pattern has an id, a name, a use (F, H, T or -) and a source.",
                document.where(steps),
            )
        elif str(pattern["id"]) in seen:
            findings.add(f"The pattern id {pattern['id']} stands twice; give each its own.", document.where((*steps, "id")))
        else:
            seen.add(str(pattern["id"]))
    return listed


def _read_tables(folder: Path, entry: CaseEntry, document: Document, findings: Findings) -> dict[str, str]:
    for name in REQUIRED_TABLES:
        if name not in entry.tables:
            findings.add(
                f"The table '{name}' is not declared under `tables`, and no case can do without it; add '{name}: {name}.csv'.",
                document.where(("tables",), key=True),
            )
    texts = {}
    for name, file in entry.tables.items():
        if not (folder / file).is_file():
            findings.add(
                f"The table '{name}' is declared as {file}, but the folder has no such file; add it or correct the name.",
                document.where(("tables", name)),
            )
            continue
        try:
            texts[name] = read_text(folder / file)
        except InputError as problem:
            findings.add(problem.message, problem.where)
    return texts


def _sheets(folder: Path, entry: CaseEntry, texts: dict[str, str], findings: Findings) -> dict[str, Sheet]:
    sheets = {}
    for name, text in texts.items():
        path = folder / entry.tables[name]  # type: ignore[index]
        try:
            sheet = read_sheet(text, path, SPECS[name], findings)
        except InputError as problem:
            findings.add(problem.message, problem.where)
            continue
        if sheet is not None:
            sheets[name] = sheet
    return sheets


def _check(
    entry: CaseEntry,
    parameters: ParametersFile,
    documents: dict[str, Document],
    sheets: dict[str, Sheet],
    sources: Mapping[str, str],
    findings: Findings,
) -> None:
    classes = list(sheets["classes"].frame["class"]) if "classes" in sheets else []
    check_tables(sheets, entry, entry.calendar.calendar(), sources)
    check_case(entry, documents["case"], sources, classes, findings)
    check_parameters(parameters, documents["parameters"], sources, classes, findings)


def _digest(entry: CaseEntry, parameters: ParametersFile, patterns: list[dict[str, Any]], texts: dict[str, str]) -> str:
    """SHA-256 of the content after overrides; order of names, line ends and the folder's path do not count."""
    trees = [entry.model_dump(mode="json", exclude={"calibration", "governance", "posterior"}), parameters.model_dump(mode="json"), patterns]
    content = hashlib.sha256(json.dumps(trees, sort_keys=True, ensure_ascii=False).encode())
    for name in sorted(texts):
        content.update(f"\x1f{name}\x1f{texts[name]}".encode())
    return content.hexdigest()


def _freeze(
    folder: Path,
    entry: CaseEntry,
    parameters: ParametersFile,
    patterns: list[dict[str, Any]],
    calibration: CalibrationFile | None,
    governance: GovernanceFile | None,
    sheets: dict[str, Sheet],
    sources: Mapping[str, str],
    documents: Mapping[str, Document],
    digest: str,
) -> Case:
    tables = {name: sheets[name].frame if name in sheets else empty_frame(table) for name, table in SPECS.items()}
    try:
        places = PlaceTree(places_of(tables["places"]))
    except InputError as problem:
        raise InputError(problem.message, Where(sheets["places"].path)) from None
    units = indicators_of(list(tables["classes"]["class"]))
    return Case(
        name=entry.name,
        title=entry.title,
        description=entry.description,
        world=entry.world,
        calendar=entry.calendar.calendar(),
        currency=entry.currency,
        regimes=entry.regimes,
        mission=Mission(entry.mission.statement, tuple(_goal(goal, units) for goal in entry.mission.goals)),
        places=places,
        parameters={name: _parameter(name, one) for name, one in parameters.root.items()},
        instruments={str(name): Instrument(name=str(name), **dict(one)) for name, one in entry.instruments.items()},
        tables=tables,
        patterns=tuple(patterns),
        calibration=calibration,
        governance=governance,
        posterior=folder / entry.posterior if entry.posterior else None,
        folder=folder,
        report=_report(folder, entry),
        digest=digest,
        sources=sources,
        documents=documents,
    )


def _report(folder: Path, entry: CaseEntry) -> ReportNotes:
    tables = {str(name): folder / file for name, file in entry.report.tables.items()}
    return ReportNotes(entry.report.focus, entry.report.weak, tables)


def _goal(entry: GoalEntry, units: dict[str, str]) -> Goal:
    """A goal in its indicator's own unit."""
    factor = conversion(entry.unit, units[entry.indicator])
    target = None if entry.target is None else entry.target * factor
    return Goal(**dict(entry) | {"unit": units[entry.indicator], "target": target})


def _parameter(name: str, entry: ParameterEntry) -> Parameter:
    """A parameter in the unit in which the market reads it."""
    factor, given = conversion(entry.unit, PARAMETERS[name]), dict(entry)
    if factor != 1:
        numbers = {key: given[key] * factor for key in ("low", "high") if given[key] is not None}
        value = {key: one * factor for key, one in entry.value.items()} if isinstance(entry.value, dict) else entry.value * factor
        if entry.spread is not None and entry.distribution != "lognormal":  # that of a logarithm has no unit
            numbers["spread"] = entry.spread * factor
        given |= {"value": value, **numbers}
    return Parameter(name=name, **given | {"unit": PARAMETERS[name]})
