"""Draws from the posterior, with other inputs that no evidence is about.

A run depends on the free parameters and on other inputs, each drawn within its own interval: instruments' sizes, attributes,
series, tastes of single products. A posterior beside the best values of the others would be too sure, and drawing the others
afresh would undo the fit. So this goes in two steps.

1. `plausible`: for each of many draws of the other inputs the parameters are fitted anew. Inputs beside which no parameters come near
   the record are ruled out: those whose best objective exceeds the least by more than half the 95 % point of chi-square with as many
   degrees as there are entries of evidence (a cut as in history matching: craig1997). What is left counts alike.
2. `spread`: each draw takes a plausible draw k of the inputs, a record with errors of its own, y + s e, and a prior centred on a point
   of its own, n, both e and n standard normal, and is the minimum over z of

       1/2 sum ((f_k(z) - y - s e) / s)^2 + 1/2 sum (z - n)^2.

   Were f linear, these minima would be exact draws of z given the record and the inputs (randomised maximum likelihood: oliver1996;
   bardsley2014).

Minima are found by Gauss-Newton steps that start at the mode with the mode's slopes, mended after every step by Broyden's
rule, so that a draw takes a few runs and no derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from ...foundations.streams import stream
from .problem import Inputs, Problem

MOST_RUNS, HALVINGS = 18, 4
ENOUGH = 0.05  # fall of the objective below which a fit has arrived
PLAUSIBLE = 0.95


@dataclass(frozen=True)
class Fitted:
    """Where a fit ended beside one draw of the other inputs: coordinates, objective, slopes as mended, runs it took, whether it arrived."""

    number: int
    z: np.ndarray
    objective: float
    slopes: np.ndarray
    runs: int
    arrived: bool


def plausible(asked: Problem, mode: np.ndarray, slopes: np.ndarray, seed: int, count: int, progress: Callable[[int], None]) -> tuple[list[Fitted], list[Fitted]]:
    """Fits beside draws 0 .. count-1 of the other inputs, and those of them that are not ruled out, both in order."""

    def one(number: int) -> Fitted:
        return refit(asked, asked.inputs(seed, number), mode, slopes, asked.evidence.observed, np.zeros(len(mode)), number=number)

    made = []
    for fitted in asked.pool.map(one, range(count)):
        made.append(fitted)
        progress(len(made))
    cut = min(each.objective for each in made) + chi2.ppf(PLAUSIBLE, len(asked.evidence.groups)) / 2
    return made, [each for each in made if each.objective <= cut]


def spread(asked: Problem, beside: Sequence[Fitted], seed: int, draws: int, progress: Callable[[int], None]) -> list[Fitted]:
    """Draws 0 .. draws-1 from the posterior, taking the plausible inputs `beside` in turn."""

    def one(draw: int) -> Fitted:
        start = beside[draw % len(beside)]
        errors = stream(seed, "posterior", "record", draw).normal(size=len(asked.evidence.items))
        centre = stream(seed, "posterior", "prior", draw).normal(size=len(start.z))
        record = asked.evidence.observed + asked.evidence.centring @ (asked.evidence.spreads * errors)
        return refit(asked, asked.inputs(seed, start.number), start.z, start.slopes, record, centre, number=start.number)

    made = []
    for fitted in asked.pool.map(one, range(draws)):
        made.append(fitted)
        progress(len(made))
    return made


@dataclass
class _Search:
    """One search for a minimum: where it stands and what it believes of the slopes."""

    asked: Problem
    inputs: Inputs
    record: np.ndarray
    centre: np.ndarray
    rows: np.ndarray
    z: np.ndarray
    jacobian: np.ndarray
    runs: int = 0

    def __post_init__(self) -> None:
        self.widths = self.asked.evidence.spreads[self.rows]
        self.said, self.objective = self.look(self.z)

    def look(self, z: np.ndarray) -> tuple[np.ndarray, float]:
        """What a run says at a point, and the objective there."""
        self.runs += 1
        said = self.asked.said(z, self.inputs)[self.rows]
        value = 0.5 * np.sum(((said - self.record) / self.widths) ** 2) + 0.5 * np.sum((z - self.centre) ** 2)
        return said, float(value) if np.isfinite(value) else np.inf

    def step(self) -> float:
        """Go downhill; returns by how much, nought where no part of the step led down."""
        scaled = self.jacobian / self.widths[:, None]
        slope = scaled.T @ ((self.record - self.said) / self.widths) + self.centre - self.z
        step = np.linalg.solve(scaled.T @ scaled + np.eye(len(self.z)), slope)
        for halving in range(HALVINGS):
            move = step / 2**halving
            said, objective = self.look(self.z + move)
            if np.isfinite(objective):  # Broyden: the slopes along the move are what the move has shown
                self.jacobian = self.jacobian + np.outer(said - self.said - self.jacobian @ move, move) / (move @ move)
            if objective < self.objective:
                fall = self.objective - objective
                self.z, self.said, self.objective = self.z + move, said, objective
                return fall
        return 0.0


def refit(
    asked: Problem, inputs: Inputs, start: np.ndarray, slopes: np.ndarray, record: np.ndarray, centre: np.ndarray,
    rows: np.ndarray | None = None, number: int = -1,
) -> Fitted:  # fmt: skip
    """The minimum beside given inputs, for a record and a prior's centre; `rows` leaves the other evidence out."""
    kept = np.arange(len(record)) if rows is None else rows
    search = _Search(asked, inputs, record[kept], centre, kept, start, slopes[kept])
    arrived, mended = False, False
    while search.runs < MOST_RUNS and not arrived:
        fall = search.step()
        if fall == 0.0 and not mended:
            search.jacobian, mended = slopes[kept], True  # mending went astray: once more from the slopes as given
            continue
        arrived = fall < ENOUGH
    return Fitted(number, search.z, search.objective, search.jacobian, search.runs, arrived)
