"""Factors: the free parameters of a case, one number each, and the interval within which a study moves them.

A place within an interval is a share from 0, its low end, to 1, its high end. Shares are spread by quantiles: a uniform share
gives the prior cut at its 5 % and 95 % points, or the whole of a uniform prior. A vector such as `xi` is one factor a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from ...cases import Case
from ...cases.case import Parameter
from ...foundations.errors import InputError
from ...worlds.market.parameters import MarketParameters
from ...worlds.market.products import Z90
from ..posterior import Posterior

LOW, HIGH = 0.05, 0.95  # quantiles at the ends of an interval
Point = dict[str, float]


@dataclass(frozen=True)
class Factor:
    """One number that a study moves: `at(share)` is its value that far through its interval, `centre` its central value."""

    name: str
    unit: str
    meaning: str
    distribution: str
    centre: float
    at: Callable[[float], float]

    @property
    def low(self) -> float:
        """Low end of the interval."""
        return self.at(0.0)

    @property
    def high(self) -> float:
        """High end of the interval."""
        return self.at(1.0)


def factors_of(case: Case, posterior: Posterior | None = None) -> list[Factor]:
    """Every free number of a case, in the order of its file: around its prior, or around a posterior that names it.

    Raises InputError where nothing is free.
    """
    made = [factor for parameter in case.parameters.values() if parameter.distribution != "fixed" for factor in _of(case, parameter, posterior)]
    if not made:
        raise InputError(f"Every parameter of {case.name} is fixed, so there is nothing to move; give one a distribution in parameters.yaml.")
    return made


def _of(case: Case, parameter: Parameter, posterior: Posterior | None) -> Iterator[Factor]:
    for name, centre in flat({parameter.name: parameter.value}).items():
        meaning = _meaning(case, parameter, name)
        points = [row[name] for row in posterior.rows if name in row] if posterior else []
        if points:
            middle = posterior.mode.get(name, float(np.median(points)))
            yield Factor(name, parameter.unit, meaning, "posterior", middle, _empirical(points))
        else:
            yield Factor(name, parameter.unit, meaning, parameter.distribution, centre, _prior(parameter, centre))


def flat(values: Mapping[str, float | Mapping[str, float]]) -> Point:
    """Parameters by `name`, or `name.key` for the numbers of a vector.

    >>> flat({"alpha": 2.0, "xi": {"lsev": -1.0}})
    {'alpha': 2.0, 'xi.lsev': -1.0}
    """
    found: Point = {}
    for name, value in values.items():
        found |= {f"{name}.{key}": number for key, number in value.items()} if isinstance(value, Mapping) else {name: value}
    return found


def _prior(parameter: Parameter, centre: float) -> Callable[[float], float]:
    """The quantiles of a prior as runs draw it (see `worlds.market.priors`)."""
    low, high = parameter.low, parameter.high
    vector = isinstance(parameter.value, dict)
    if parameter.distribution == "uniform" and not vector:
        return lambda share: low + (high - low) * share
    if parameter.distribution == "lognormal":
        width = (parameter.spread or 0.0) if vector else np.log(high / low) / (2 * Z90)
        return lambda share: centre * float(np.exp(width * _z(share)))
    width = (parameter.spread or 0.0) if vector else (high - low) / (2 * Z90)
    return lambda share: centre + width * _z(share)


def _z(share: float) -> float:
    return NormalDist().inv_cdf(LOW + (HIGH - LOW) * share)


def _empirical(points: list[float]) -> Callable[[float], float]:
    return lambda share: float(np.quantile(points, LOW + (HIGH - LOW) * share))


def _meaning(case: Case, parameter: Parameter, name: str) -> str:
    """What the number says about the world: the kernel's words, else the case's note, else its name; and the class of a vector's key."""
    field = MarketParameters.__dataclass_fields__.get(parameter.name)
    words = field.metadata["meaning"] if field else parameter.note or parameter.name.replace("_", " ")
    key = name.partition(".")[2]
    classes = case.tables["classes"]
    labels = dict(zip(classes["class"], classes["label"], strict=True))
    return f"{words} ({labels.get(key, key)})" if key else words


def as_table(factors: Sequence[Factor], chosen: Sequence[str]) -> pd.DataFrame:
    """One row a factor: meaning, unit, distribution, interval, and whether it went on to the second step."""
    rows = [
        {"factor": each.name, "meaning": each.meaning, "unit": each.unit, "distribution": each.distribution, "low": each.low,
         "centre": each.centre, "high": each.high, "chosen": each.name in chosen}
        for each in factors
    ]  # fmt: skip
    return pd.DataFrame(rows)
