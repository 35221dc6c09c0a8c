"""One command's work: a case's sensitivity is studied, its folder written, its page drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ...cases import Case
from ...foundations.folders import whole_folder
from ...study import study_folder
from ...study.sensitivity import FILES, Question, inquire, write
from ..numbers import human
from ..page import write_page
from ..words import first_capital, label_of
from .page import page


NAMED = 3  # factors that a line of the answer names


@dataclass(frozen=True)
class Done:
    """A finished study: where it lies and what it found."""

    title: str
    folder: Path
    recorded: dict
    reused: bool

    @property
    def runs(self) -> int:
        """Runs that it made."""
        return sum(step["runs"] for step in self.recorded["counts"].values())

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return sum(step["failed"] for step in self.recorded["counts"].values())

    def as_dict(self) -> dict:
        """The same for machines."""
        head = {"folder": str(self.folder), "key": self.recorded["key"], "reused": self.reused, "runs": self.runs, "failed": self.failed}
        return head | {"findings": self.recorded["findings"]}

    def lines(self) -> list[tuple[str, str, str, str]]:
        """Each outcome: what it is, its central value, what it depends on most, and the parameters' share of its variance."""
        return [line(finding) for finding in self.recorded["findings"]]


def line(finding: dict) -> tuple[str, str, str, str]:
    """One finding as a person reads it."""
    unit = "" if finding["unit"] == "vehicles" else finding["unit"]
    most = ", ".join(f"{each['factor']} {each['value']:.2f}" for each in finding["factors"][:NAMED]) or "nothing that was moved"
    share = finding["parameters_share"]["value"]
    return first_capital(label_of(finding["outcome"])), human(finding["centre"], unit), most, "" if share is None else f"{share:.0%}"


def title_of(case: Case, overrides: tuple[str, ...], year: int) -> str:
    """The title of a study, with what was changed of the case."""
    changed = f" (changed: {', '.join(overrides)})" if overrides else ""
    return f"What {year} depends on: {case.title}{changed}"


def study_sensitivity(asked: Question, out: Path | None, workers: int | None, force: bool, progress) -> Done:
    """Make a study and write its folder; read it back where the folder holds this very study.

    Raises InputError where `out` holds something else, Failure where the disk refuses.
    """
    folder = out or Path("runs") / f"sensitivity-{asked.spec.key}"
    title = title_of(asked.ready.case, asked.spec.overrides, asked.spec.year)
    if study_folder.settled(folder, asked.spec.key, FILES, force):
        return Done(title, folder, json.loads((folder / "study.json").read_text(encoding="utf-8")), True)
    with whole_folder(folder, replace=True) as made:
        study = inquire(asked, workers, progress)
        write(study, made)
        write_page(page(study, title), made / "report.html")
        recorded = json.loads((made / "study.json").read_text(encoding="utf-8"))
    return Done(title, folder, recorded, False)
