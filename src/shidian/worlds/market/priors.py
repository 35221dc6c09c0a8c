"""One draw of a parameter from its prior.

The interval of a prior is its 5 % and 95 % points (for `uniform`: its ends). A draw depends on the seed, the parameter's
name and the draw's number alone, so that more draws never change the first ones.
"""

from __future__ import annotations

import numpy as np

from ...cases import Parameter
from ...foundations.streams import stream
from .products import Z90


def draw_parameter(parameter: Parameter, seed: int, draw: int | None) -> float | dict[str, float]:
    """A number, or numbers by key; the best value where nothing is drawn."""
    if draw is None or parameter.distribution == "fixed":
        return parameter.value
    source = stream(seed, "parameters", parameter.name, draw)
    if isinstance(parameter.value, dict):
        return _vector(parameter, source)
    return _scalar(parameter, source)


def _vector(parameter: Parameter, source: np.random.Generator) -> dict[str, float]:
    """Numbers by key: `spread` is their standard deviation, of the logarithm where the prior is lognormal."""
    spread = parameter.spread or 0.0
    shifts = dict(zip(parameter.value, source.normal(size=len(parameter.value)), strict=True))
    if parameter.distribution == "lognormal":
        return {key: value * float(np.exp(spread * shifts[key])) for key, value in parameter.value.items()}
    return {key: value + spread * shifts[key] for key, value in parameter.value.items()}


def _scalar(parameter: Parameter, source: np.random.Generator) -> float:
    low, high, value = parameter.low, parameter.high, parameter.value
    if parameter.distribution == "uniform":
        return low + (high - low) * source.uniform()
    if parameter.distribution == "lognormal":
        return value * float(np.exp(source.normal() * np.log(high / low) / (2 * Z90)))
    return value + source.normal() * (high - low) / (2 * Z90)
