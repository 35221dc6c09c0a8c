"""Draws of fitted parameters, and where runs take their parameters from.

A posterior draw was fitted beside one draw of all other inputs (instruments' sizes, attributes, series), so a run that takes the
one must take the other. `inputs` names that draw; `seed` the seed of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ..cases import Case
from ..foundations.errors import InputError, Where
from ..foundations.streams import stream

Fixed = dict[str, float]
COLUMN = "inputs"  # of the table of draws: the number of the other inputs


@dataclass(frozen=True)
class Luck:
    """What one draw of a run takes: parameters that are given, and the seed and number of everything that is drawn."""

    given: Fixed
    seed: int
    draw: int | None


@dataclass(frozen=True)
class Posterior:
    """Fitted draws; `mode` is the best fit, `discrepancy` the part of each indicator's logarithm that the best fit does not explain."""

    rows: tuple[Fixed, ...]
    inputs: tuple[int, ...]
    seed: int
    until: int
    mode: Fixed
    case_digest: str
    discrepancy: dict[str, float] = field(default_factory=dict)

    def luck(self, seed: int, draw: int | None) -> Luck:
        """The row of a draw: a run's seed shuffles the rows; past the last row they come again, beside other inputs."""
        if draw is None:
            return Luck(self.mode, seed, None)
        row = int(stream(seed, "posterior", "rows").permutation(len(self.rows))[draw % len(self.rows)])
        if draw < len(self.rows):
            return Luck(self.rows[row], self.seed, self.inputs[row])
        return Luck(self.rows[row], seed, draw)

    def write(self, path: Path, beside: dict) -> None:
        """The draws as CSV, and what they are, with `beside`, as JSON next to it."""
        table = pd.DataFrame(self.rows)
        table.insert(0, COLUMN, self.inputs)
        table.to_csv(path, index=False, float_format="%.7g")
        facts = {name: getattr(self, name) for name in ("until", "seed", "case_digest", "mode", "discrepancy")}
        path.with_suffix(".json").write_text(json.dumps(facts | beside, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path, case: Case) -> Posterior:
        """A posterior as `write` leaves it. Raises InputError where a file is missing or is not one of these."""
        try:
            table = pd.read_csv(path)
            facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            numbers = tuple(int(number) for number in table.pop(COLUMN))
            rows = tuple({str(name): float(value) for name, value in row.items()} for row in table.to_dict("records"))
            made = cls(rows, numbers, *(facts[name] for name in ("seed", "until", "mode", "case_digest", "discrepancy")))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise InputError(f"The posterior cannot be read ({problem}); make it anew with shidian study calibrate, or run with --params prior.", Where(path)) from None
        if not rows or not np.isfinite(table.to_numpy(float)).all():
            raise InputError("The posterior holds no draw, or something that is no number; make it anew with shidian study calibrate.", Where(path))
        return made


@dataclass(frozen=True)
class Drawn:
    """Parameters fixed by a user, one mapping or one draw a row; the others, and all other inputs, are drawn."""

    rows: tuple[Fixed, ...] = ()

    def luck(self, seed: int, draw: int | None) -> Luck:
        """Row after row, again from the first past the last."""
        return Luck(self.rows[(draw or 0) % len(self.rows)] if self.rows else {}, seed, draw)


Given = Posterior | Drawn


def bundled(case: Case) -> Posterior | None:
    """The posterior that a case brings along."""
    return Posterior.read(case.posterior, case) if case.posterior is not None else None


def digest_of(path: Path) -> str:
    """Hash of a posterior's two files."""
    content = path.read_bytes() + path.with_suffix(".json").read_bytes()
    return hashlib.sha256(content).hexdigest()
