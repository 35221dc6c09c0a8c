"""One command's work: a store is measured, its tables written, its page drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ... import __version__
from ...cases.bundled import case_folder
from ...corpus.arrow import as_arrow
from ...corpus.measure import TABLES, MeasuredFrames, measured_frames
from ...corpus.shares import ACT, ALL, TEXT, TITLE
from ...corpus.store import RECORD, Store
from ...corpus.terms import TermSet
from ...foundations.folders import whole_folder
from ...study import study_folder
from ...study.run_folder import code_digest
from ..markup import Section, Table
from ..page import Page, write_page
from . import counts, timing

FILES = ("study.json", "report.html", *(f"{name}.parquet" for name in TABLES), *(f"{name}.csv" for name in TABLES if name != "hits"))
LEAD = "How much these documents speak of experimenting: at which level, where, when and on what; who was first, and how long it took."


@dataclass(frozen=True)
class MeasureSpec:
    """Everything that determines a measurement."""

    store: str
    sets: dict[str, dict]
    version: str = field(default=__version__)
    code: str = field(default_factory=lambda: code_digest())

    @property
    def key(self) -> str:
        """Hash of the above: the same key, the same tables."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


def spec_of(store: Store, sets: dict[str, TermSet]) -> MeasureSpec:
    """What determines a measurement of a store with these sets of terms."""
    return MeasureSpec(
        hashlib.sha256((store.path / RECORD).read_bytes()).hexdigest()[:16], {name: asdict(one) for name, one in sets.items()}
    )


@dataclass(frozen=True)
class Done:
    """A finished measurement: where it lies, what it found, and whether it was there before."""

    folder: Path
    found: dict
    reused: bool


def measure_store(store: Store, sets: dict[str, TermSet], out: Path | None, force: bool, progress: Callable) -> Done:
    """Measure a store and write its folder; read it back where the folder holds this very measurement.

    Raises InputError where `out` holds something else, Failure where the disk refuses.
    """
    spec = spec_of(store, sets)
    folder = out or Path("runs") / f"corpus-measure-{spec.key}"
    if study_folder.settled(folder, spec.key, FILES, force):
        return Done(folder, json.loads((folder / "study.json").read_text(encoding="utf-8")), True)
    with progress("Measuring documents", sum(pq.read_metadata(part).num_rows for part in store.parts)) as told:
        made = measured_frames(store, sets, told)
    found = recorded(spec, made)
    with whole_folder(folder, replace=True) as target:
        (target / "study.json").write_text(json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")
        _write(made, target)
        write_page(page(made, found, str(store.path)), target / "report.html")
    return Done(folder, found, False)


def recorded(spec: MeasureSpec, made: MeasuredFrames) -> dict:
    """Content of study.json: what determines it, what it was made with, and the headline shares by theme."""
    head = {"study": "corpus measure", "key": spec.key, "store": spec.store, "version": spec.version, "code": spec.code}
    versions = {name: version(name) for name in ("numpy", "pandas", "pyarrow")}
    found = {theme: _headline(made.shares, theme) for theme in (ALL, *(one.name for one in made.themes))}
    roles = made.documents.loc[made.documents["copy_of"] == "", "role"].value_counts().sort_index()
    return head | {
        "sets": sorted(made.sets),
        "documents": len(made.documents),
        "roles": {str(k): int(v) for k, v in roles.items()},
        "found": found,
        "versions": versions,
    }


def _headline(rows: pd.DataFrame, theme: str) -> dict:
    """Shares of a theme's documents as numbers: pilots in titles, in texts, and launched."""
    said = {}
    for name, where in (
        ("pilot", TITLE),
        ("pilot", TEXT),
        ("launches a pilot", ACT),
        ("launches or regulates a pilot", ACT),
        ("designates a zone", ACT),
    ):
        row = counts.one(rows, name, where, theme)
        ends = {end: None if pd.isna(row[end]) else round(float(row[end]), 6) for end in ("share", "low", "high")}
        said[f"{name}, {where}"] = {"documents": int(row["documents"]), "with": int(row["with"]), **ends}
    return said


def _write(made: MeasuredFrames, folder: Path) -> None:
    """Every table as CSV and as Parquet; hits, of which there are many, as Parquet alone."""
    for name in TABLES:
        table = getattr(made, name)
        if isinstance(table, pa.Table):
            pq.write_table(table, folder / f"{name}.parquet")
            continue
        pq.write_table(as_arrow(table), folder / f"{name}.parquet")
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n", date_format="%Y-%m-%d")


def page(made: MeasuredFrames, found: dict, title: str) -> Page:
    """The page, its sections made when it is written."""
    made_from = {"store": title, "documents": f"{found['documents']:,}", "key": found["key"], "version": found["version"]}
    return Page(
        "measured documents", f"Experimentation in the documents of {Path(title).name}", LEAD, made_from, lambda: sections(made, found)
    )


def sections(made: MeasuredFrames, found: dict) -> list[Section]:
    """The sections for which there are figures, in order."""
    grid = pd.read_csv(case_folder("china-nev") / "places.csv", dtype={"code": str}).dropna(subset=["grid_row"])[
        ["code", "name", "grid_row", "grid_col"]
    ]
    ordered = [
        counts.opening(made),
        counts.levels(made),
        counts.years(made),
        counts.heilmann(made),
        counts.places(made, grid),
        counts.paper(made),
    ]
    ordered += [timing.movers(made), timing.law(made), timing.tones(made), timing.examples(made), timing.limits(made), _provenance(found)]
    return [section for section in ordered if section is not None]


def _provenance(found: dict) -> Section:
    flat = {name: value for name, value in found.items() if not isinstance(value, dict | list)} | {
        f"{name} version": value for name, value in found["versions"].items()
    }
    flat |= {"sets of terms": ", ".join(found["sets"])}
    return Section(
        "provenance",
        "Provenance",
        [Table(pd.DataFrame({"What": list(flat), "Value": [str(value) for value in flat.values()]}), "Made from.")],
    )
