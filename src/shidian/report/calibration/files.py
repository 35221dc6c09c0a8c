"""What a calibration leaves: draws, what they are, what was learned, and a page; all with one stem, all or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from ...foundations.errors import Failure, InputError, Where
from ...study.calibration.calibrate import Calibration
from ..page import write_page
from .page import page

TABLES = ("residuals", "shrinkage", "influence")


@dataclass(frozen=True)
class Files:
    """Where a calibration goes: FILE.csv with the draws, and beside it FILE.json, FILE.html and a table for each of `TABLES`."""

    draws: Path

    @classmethod
    def at(cls, out: Path, force: bool) -> Files:
        """Raises InputError where the file is no .csv, its folder is missing, or something of that name exists and `force` is not given."""
        made = cls(out)
        if out.suffix != ".csv":
            raise InputError("The draws are written as a table; give --out a name that ends in .csv.", Where(out))
        if not out.parent.is_dir():
            raise InputError("The folder of this file does not exist; make it, or choose another with --out.", Where(out))
        taken = [path.name for path in made if path.exists()]
        if taken and not force:
            raise InputError(f"{', '.join(taken[:3])} exist already; choose another --out, or give --force to replace them.", Where(out))
        return made

    def __iter__(self) -> Iterator[Path]:
        yield from (self.draws, self.draws.with_suffix(".json"), self.draws.with_suffix(".html"), *map(self.table, TABLES))

    def table(self, name: str) -> Path:
        """One of the tables beside the draws."""
        return self.draws.with_name(f"{self.draws.stem}-{name}.csv")


def written(made: Calibration, files: Files) -> None:
    """Write everything beside its final place and move it there when all is whole. Raises Failure where the disk refuses."""
    try:
        with TemporaryDirectory(prefix=".calibration-", dir=files.draws.parent) as folder:
            beside = Files(Path(folder) / files.draws.name)
            made.posterior.write(beside.draws, facts(made))
            for name in TABLES:
                table: pd.DataFrame = getattr(made, name)
                table.to_csv(beside.table(name), index=False, float_format="%.6g")
            write_page(page(made), beside.draws.with_suffix(".html"))
            for path, final in zip(beside, files, strict=True):
                path.replace(final)
    except OSError as problem:
        raise Failure(f"The calibration cannot be written to {files.draws.parent} ({problem.strerror}); free some space or choose another --out.") from None


def facts(made: Calibration) -> dict:
    """What the JSON beside the draws says of the fit."""
    off = made.residuals
    return {
        "case": made.case.name,
        "evidence": len(off),
        "converged": made.mode.converged,
        "standard_errors_from_the_top": round(made.mode.gradient_norm, 4),
        "misfit": round(float(0.5 * np.sum(off["deviations"] ** 2)), 2),
        "inputs_tried": len(made.tried),
        "inputs_kept": len(made.beside),
        "draws_that_arrived": sum(each.arrived for each in made.fitted),
        "draws": len(made.fitted),
        "identified": made.shrinkage.loc[made.shrinkage["verdict"] == "identified", "parameter"].tolist(),
        "not_identified": made.shrinkage.loc[made.shrinkage["verdict"].str.startswith("not"), "parameter"].tolist(),
        "normal_law": {"k": round(made.checked.k, 3), "limit": round(made.checked.limit, 3), "effective": round(made.checked.effective, 1), "of": made.checked.draws, "reliable": made.checked.reliable},
    }
