"""Records with a known truth: a run's own figures with errors, put in place of what history recorded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shidian.foundations.streams import stream
from shidian.study.calibration.evidence import Evidence
from shidian.study.calibration.problem import Inputs, Problem


def planted(asked: Problem, inputs: Inputs, truth: np.ndarray, seed: int) -> Evidence:
    """The evidence of a case as it would be, had the country worked as a run at `truth` does."""
    items = asked.evidence.items
    errors = stream(seed, "planted").normal(size=len(items)) * asked.evidence.spreads
    said = asked.said(truth, inputs) + asked.evidence.centring @ errors
    return Evidence(tuple(replace(item, value=float(value)) for item, value in zip(items, said, strict=True)), asked.evidence.first_year)


def with_record(asked: Problem, record: Evidence) -> Problem:
    """The same problem with another record; what was compiled for the old one does not know the record and is kept."""
    made = replace(asked, evidence=record)
    made.__dict__["run"] = asked.run
    return made


def truth(asked: Problem, seed: int, width: float = 1.0) -> np.ndarray:
    """A point drawn from the prior."""
    return width * stream(seed, "truth").normal(size=len(asked.free.factors))
