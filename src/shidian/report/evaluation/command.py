"""One command's work: pilots are judged, the folder written, the page drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ...foundations.folders import whole_folder
from ...study import study_folder
from ...study.evaluation.evaluation import Progress, evaluate
from ...study.evaluation.question import Question, read
from ...study.evaluation.record import FILES, write
from ..page import write_page
from .page import page


@dataclass(frozen=True)
class Done:
    """A finished evaluation: where it lies and what it found."""

    folder: Path
    recorded: dict
    reused: bool

    def as_dict(self) -> dict:
        """The same for machines."""
        return {"folder": str(self.folder), "reused": self.reused, **self.recorded}


def evaluate_pilots(question: Question, out: Path | None, force: bool, progress: Progress | None = None) -> Done:
    """Judge pilots and write the folder; read it back where it holds this very evaluation.

    Raises InputError where the files cannot be read or `out` holds something else, Failure where the disk refuses.
    """
    asked = read(question)
    folder = out or Path("evaluations") / asked.key
    reused = study_folder.settled(folder, asked.key, FILES, force)
    if not reused:
        made = evaluate(asked, progress)
        with whole_folder(folder, replace=True) as fresh:
            write(made, fresh)
            write_page(page(made), fresh / "report.html")
    return Done(folder, json.loads((folder / study_folder.RECORD).read_text(encoding="utf-8")), reused)
