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
        shifts = source.normal(size=len(parameter.value))
        return {key: value + (parameter.spread or 0.0) * z for (key, value), z in zip(parameter.value.items(), shifts, strict=True)}
    return _scalar(parameter, source)


def _scalar(parameter: Parameter, source: np.random.Generator) -> float:
    low, high, value = parameter.low, parameter.high, parameter.value
    if parameter.distribution == "uniform":
        return low + (high - low) * source.uniform()
    if parameter.distribution == "lognormal":
        return value * float(np.exp(source.normal() * np.log(high / low) / (2 * Z90)))
    return value + source.normal() * (high - low) / (2 * Z90)
