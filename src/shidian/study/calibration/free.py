"""Free parameters as standard normal coordinates.

A coordinate z is a standard normal number before any evidence: value = centre + sd z for a normal prior, centre exp(sd z) for a
lognormal one, low + (high - low) Phi(z) for a uniform one. So the prior is the same for all, and none can leave its domain.
"""

from __future__ import annotations

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array
from scipy.special import ndtri

from ...cases import Case
from ...worlds.market.parameters import MarketParameters
from ...worlds.market.products import Z90

EDGE = 0.02  # a uniform prior's best value is taken to be at least this far inside


@dataclass(frozen=True)
class Factor:
    """One free number: `name`, or `name.key` of a vector, and its prior."""

    name: str
    key: str
    distribution: str
    value: float
    low: float
    high: float
    deviation: float

    @property
    def flat(self) -> str:
        """The name under which files know it."""
        return f"{self.name}.{self.key}" if self.key else self.name

    @property
    def start(self) -> float:
        """The coordinate of the prior's best value."""
        if self.distribution != "uniform":
            return 0.0
        return float(ndtri(np.clip((self.value - self.low) / (self.high - self.low), EDGE, 1 - EDGE)))

    def at(self, z: Array) -> Array:
        """The number at a coordinate."""
        if self.distribution == "uniform":
            return self.low + (self.high - self.low) * jax.scipy.stats.norm.cdf(z)
        if self.distribution == "lognormal":
            return self.value * jnp.exp(self.deviation * z)
        return self.value + self.deviation * z


@dataclass(frozen=True)
class Free:
    """The free parameters of the market's kernel, in one order."""

    factors: tuple[Factor, ...]
    classes: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Flat names."""
        return [factor.flat for factor in self.factors]

    @property
    def start(self) -> np.ndarray:
        """Coordinates of the priors' best values."""
        return np.array([factor.start for factor in self.factors])

    def flat(self, z: np.ndarray) -> dict[str, float]:
        """Parameters by flat name."""
        return {factor.flat: float(factor.at(at)) for factor, at in zip(self.factors, jnp.asarray(z), strict=True)}

    def table(self, z: np.ndarray) -> np.ndarray:
        """Parameters of many points, (point, coordinate) to (point, parameter)."""
        points = jnp.asarray(z)
        return np.stack([np.asarray(factor.at(points[:, column])) for column, factor in enumerate(self.factors)], axis=1)

    def placed(self, z: Array, beside: MarketParameters) -> MarketParameters:
        """Kernel parameters at a point; what is not free is as in `beside`."""
        values: dict[str, Array] = {}
        for position, factor in enumerate(self.factors):
            if factor.key:
                whole = values.get(factor.name, getattr(beside, factor.name))
                values[factor.name] = whole.at[self.classes.index(factor.key)].set(factor.at(z[position]))
            else:
                values[factor.name] = factor.at(z[position])
        return eqx.tree_at(lambda p: [getattr(p, name) for name in values], beside, list(values.values()))


def free(case: Case) -> Free:
    """Every parameter of the kernel that the case does not hold fixed."""
    factors: list[Factor] = []
    for name in MarketParameters.__dataclass_fields__:
        parameter = case.parameters.get(name)
        if parameter is None or parameter.distribution == "fixed":
            continue
        if isinstance(parameter.value, dict):
            factors += [Factor(name, key, parameter.distribution, value, np.nan, np.nan, parameter.spread or 0.0) for key, value in parameter.value.items()]
        else:
            factors.append(_scalar(name, parameter))
    return Free(tuple(factors), tuple(case.tables["classes"]["class"]))


def _scalar(name: str, parameter) -> Factor:
    low, high = parameter.low, parameter.high
    width = np.log(high / low) if parameter.distribution == "lognormal" else high - low
    return Factor(name, "", parameter.distribution, parameter.value, low, high, width / (2 * Z90))
