"""A case of a small world: governed year by year, without a market. From its folder to a checked `SmallCase`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..foundations.calendar import Calendar
from ..foundations.errors import InputError, Where
from ..foundations.places import PlaceTree
from .bibliography import references
from .check_market import check_places, places_of
from .check_rows import check_rows
from .document import Document, read_document
from .explain import validate
from .findings import Findings
from .governance_file import SmallGovernance, governance_document, rules_of
from .overrides import Change, apply_overrides, by_file
from .reading import read_text
from .small_schema import SMALL_WORLDS, SmallEntry, SmallMission
from .table_reader import Sheet, read_sheet
from .tables import SMALL_SPECS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class SmallCase:
    """One application in a small world, read from a folder and checked, save the setting, which its world checks.

    `calendar` counts years from 0 where the case has no dates. `places` is None where no table names any. `digest` depends on the
    content after overrides alone.
    """

    name: str
    title: str
    description: str
    world: str
    calendar: Calendar
    mission: SmallMission
    places: PlaceTree | None
    tables: Mapping[str, pd.DataFrame]
    weak: tuple[str, ...]
    sources: Mapping[str, str]
    folder: Path
    digest: str
    rules: Mapping[str, Mapping[str, Any]]  # of `hierarchy` that are others here, by stage
    documents: Mapping[str, Document]  # `case`, `setting` and, where there is one, `governance`, with the spots of their values

    @property
    def setting(self) -> Document:
        """The numbers of the world as they are written, overrides included."""
        return self.documents["setting"]

    @property
    def leaves(self) -> int:
        """Number of places that try things: those of the table, or as many as the setting says."""
        return len(self.places.leaves) if self.places else int(self.setting.tree.get("places", 0))


def load_small_case(folder: Path, case: Document, overrides: Sequence[str] = ()) -> SmallCase:
    """The case of a small world in a folder, whose case.yaml has been read.

    Overrides that begin with `setting.` or `governance.` change that file, all others case.yaml. Raises InputError with up to ten findings.
    """
    findings = Findings()
    changes = by_file(overrides, ("setting", "governance"))
    apply_overrides(case, changes[""])
    entry = validate(SmallEntry, case, findings)
    findings.stop()
    assert entry is not None
    setting = read_document(folder / entry.setting)
    apply_overrides(setting, changes["setting"], root=("setting",))
    governance, rules = _rules(folder, entry, changes["governance"], findings)
    sources = references(read_text(folder / entry.sources)) if entry.sources else {}
    texts = _texts(folder, entry, case, findings)
    sheets = _sheets(folder, entry, texts, sources, findings)
    findings.stop()
    return SmallCase(
        name=entry.name, title=entry.title, description=entry.description, world=entry.world, calendar=entry.clock(),
        mission=entry.mission, places=_tree(sheets), tables={name: sheet.frame for name, sheet in sheets.items()},
        weak=entry.weak, sources=sources, folder=folder, digest=_digest(entry, setting, rules, texts),
        rules=rules, documents={"case": case, "setting": setting} | ({"governance": governance} if governance else {}),
    )  # fmt: skip


def _rules(folder: Path, entry: SmallEntry, changes: Sequence[Change], findings: Findings) -> tuple[Document | None, dict[str, dict[str, Any]]]:
    """The governance file, where there is one, and the rules that it changes by stage."""
    document = governance_document(folder, entry.governance, changes)
    if document is None:
        return None, {}
    read = validate(SmallGovernance, document, findings, root=("governance",))
    findings.stop()
    assert read is not None
    return document, rules_of(read)


def _texts(folder: Path, entry: SmallEntry, case: Document, findings: Findings) -> dict[str, str]:
    """The text of every table, in the order in which they are checked: places first."""
    for name in SMALL_WORLDS[entry.world]:
        if name not in entry.tables:
            findings.add(
                f"The table '{name}' is not declared under `tables`, and the world {entry.world} cannot do without it; add '{name}: {name}.csv'.",
                case.where(("tables",), key=True),
            )
    texts = {}
    for name in (name for name in SMALL_SPECS if name in entry.tables):
        try:
            texts[name] = read_text(folder / entry.tables[name])  # type: ignore[index]
        except InputError as problem:
            findings.add(problem.message, problem.where)
    return texts


def _sheets(folder: Path, entry: SmallEntry, texts: dict[str, str], sources: Mapping[str, str], findings: Findings) -> dict[str, Sheet]:
    sheets: dict[str, Sheet] = {}
    for name, text in texts.items():
        try:
            sheet = read_sheet(text, folder / entry.tables[name], SMALL_SPECS[name], findings)  # type: ignore[index]
        except InputError as problem:
            findings.add(problem.message, problem.where)
            continue
        if sheet is not None:
            sheets[name] = sheet
    if places := sheets.get("places"):
        check_places(places)
    known = _known(sheets)
    for sheet in sheets.values():
        check_rows(sheet, known, {}, sources)
    if "industry" in sheets and "leaf" in known:
        _check_complete(sheets["industry"], known["leaf"])
    return sheets


def _known(sheets: Mapping[str, Sheet]) -> dict[str, tuple[str, ...]]:
    """Codes that a column may refer to; none are known where the table of places is unsound."""
    if "places" not in sheets:
        return {}
    frame = sheets["places"].frame
    codes, parents = frame["code"], set(frame["parent"])
    return {
        "place": tuple(codes),
        "leaf": tuple(code for code in codes if code not in parents),
        "province": tuple(codes[frame["level"].isin(("province", "municipality"))]),
    }


def _check_complete(industry: Sheet, leaves: tuple[str, ...]) -> None:
    """Every leaf place starts somewhere."""
    missing = sorted(set(leaves) - set(industry.frame["place"]))
    if missing:
        more = f" and {len(missing) - 1} more places" if missing[1:] else ""
        industry.findings.add(
            f"The table 'industry' has no row for {missing[0]}{more}, and every leaf place needs one; add it, with the status it deserves.",
            Where(industry.path),
        )


def _tree(sheets: Mapping[str, Sheet]) -> PlaceTree | None:
    if "places" not in sheets:
        return None
    try:
        return PlaceTree(places_of(sheets["places"].frame))
    except InputError as problem:
        raise InputError(problem.message, Where(sheets["places"].path)) from None


def _digest(entry: SmallEntry, setting: Document, rules: dict[str, Any], texts: dict[str, str]) -> str:
    """SHA-256 of the content after overrides, as for a case of the market."""
    content = hashlib.sha256(json.dumps([entry.model_dump(mode="json"), setting.tree, rules], sort_keys=True, ensure_ascii=False).encode())
    for name in sorted(texts):
        content.update(f"\x1f{name}\x1f{texts[name]}".encode())
    return content.hexdigest()
