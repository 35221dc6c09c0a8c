"""A fit as a problem of weighted least squares.

With z the coordinates, f(z) what the run says of the evidence, y the record and s its standard deviations, the log posterior is

    -1/2 sum ((f(z) - y) / s)^2 - 1/2 sum z^2

up to a constant. f is the market run up to the last fitted year; the other inputs (instruments' sizes, attributes, series, tastes of
named products) are those of one draw, or the best values.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from ...cases import Case
from ...worlds.market.parameters import MarketParameters
from ...worlds.market.policies import Policies
from ...worlds.market.run import first_years, market
from ...worlds.market.setting import Setting
from ..simulate import Experimenter
from .evidence import Evidence, evidence
from .free import Free, free


class Inputs(eqx.Module):
    """What one draw gives a fit besides the free parameters."""

    beside: MarketParameters
    setting: Setting
    policies: Policies


@dataclass(frozen=True)
class Problem:
    """A case, its evidence up to a year and its free parameters, ready to be asked what a run says."""

    case: Case
    until: int
    evidence: Evidence
    free: Free
    experimenter: Experimenter
    pool: ThreadPoolExecutor

    def inputs(self, seed: int, draw: int | None) -> Inputs:
        """The other inputs of one draw, up to the last fitted year; None: every figure at its best value."""
        parameters, setting, policies = self.experimenter.inputs(seed, draw)
        return Inputs(parameters, *first_years(setting, policies, self.until))

    @cached_property
    def run(self) -> Run:
        """What a run says of the evidence, as one compiled function of coordinates and inputs."""
        axes = self.experimenter.source.axes
        members = np.zeros((len(self.evidence.places), len(axes.places)))
        for row, place in enumerate(self.evidence.places):
            members[row, self.case.places.leaves_under(place)] = 1.0
        classes = np.eye(len(axes.classes))[:, list(axes.class_of)]
        return Run(self.free, self.evidence, jnp.asarray(members, jnp.float32), jnp.asarray(classes, jnp.float32))

    def said(self, z: np.ndarray, inputs: Inputs) -> np.ndarray:
        """f(z), (row)."""
        return np.asarray(_said(self.run, jnp.asarray(z, jnp.float32), inputs), np.float64)

    def slopes(self, z: np.ndarray, inputs: Inputs) -> np.ndarray:
        """Derivatives of f, (row, coordinate): one forward derivative a coordinate, several at a time."""
        point, directions = jnp.asarray(z, jnp.float32), np.eye(len(z), dtype=np.float32)
        columns = self.pool.map(lambda along: np.asarray(_slope(self.run, point, jnp.asarray(along), inputs), np.float64), directions)
        return np.stack(list(columns), axis=1)

    def curvature(self, slopes: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """Negative second derivatives of the log posterior after Gauss and Newton: J' S^-2 J + 1; `rows` leaves the others out."""
        scaled = slopes / self.evidence.spreads[:, None]
        scaled = scaled if rows is None else scaled[rows]
        return scaled.T @ scaled + np.eye(slopes.shape[1])

    def misfit(self, said: np.ndarray) -> float:
        """Half the sum of squared residuals in standard deviations."""
        return float(0.5 * np.sum(((said - self.evidence.observed) / self.evidence.spreads) ** 2))


class Run(eqx.Module):
    """From coordinates to what the run says."""

    free: Free = eqx.field(static=True)
    evidence: Evidence = eqx.field(static=True)
    members: Array
    classes: Array

    def __call__(self, z: Array, inputs: Inputs) -> Array:
        _, record = market(self.free.placed(z, inputs.beside), inputs.setting, inputs.policies)
        return self.evidence.said_by(record, self.members, self.classes)


class Posterior(eqx.Module):
    """The log posterior of the coordinates, up to a constant, beside given inputs."""

    run: Run
    inputs: Inputs
    observed: Array
    spreads: Array

    def __call__(self, z: Array) -> Array:
        point = jnp.asarray(z, jnp.float32)
        off = (self.run(point, self.inputs) - self.observed) / self.spreads
        return -0.5 * jnp.sum(off**2) - 0.5 * jnp.sum(point**2)


@eqx.filter_jit
def _said(run: Run, z: Array, inputs: Inputs) -> Array:
    return run(z, inputs)


@eqx.filter_jit
def _slope(run: Run, z: Array, along: Array, inputs: Inputs) -> Array:
    return jax.jvp(lambda point: run(point, inputs), (z,), (along,))[1]


def problem(case: Case, until: int, pool: ThreadPoolExecutor, regime: str = "historical", found: Evidence | None = None) -> Problem:
    """The problem of fitting a case until a year; `found` puts other evidence in place of the record's. Raises InputError as `evidence` does."""
    return Problem(case, until, found or evidence(case, until), free(case), Experimenter(case, regime), pool)


def posterior(asked: Problem, inputs: Inputs) -> Posterior:
    """The log posterior beside given inputs, as a function that can be climbed."""
    numbers: Sequence[np.ndarray] = (asked.evidence.observed, asked.evidence.spreads)
    return Posterior(asked.run, inputs, *(jnp.asarray(each, jnp.float32) for each in numbers))
