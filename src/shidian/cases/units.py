"""Units of a case: checked and converted once, at the loader.

Most files write every unit as the model expects it; then nothing is imported and nothing converted.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..foundations.errors import InputError
from .findings import nearest

if TYPE_CHECKING:
    import pint

_DEFINITIONS = Path(__file__).with_name("units.txt")
_LONGEST = 60


def conversion(found: str, expected: str) -> float:
    """The factor that turns figures in one unit into another of the same dimension.

    >>> conversion("thousand RMB/vehicle", "RMB/vehicle")
    1000.0

    Raises InputError for an unknown unit or another dimension.
    """
    if found == expected:
        return 1.0
    check_unit(found)
    have, want = _quantity(found), _quantity(expected)
    if have.dimensionality != want.dimensionality:
        raise InputError(f"The unit '{found}' measures another thing than '{expected}'; give the figure in '{expected}'.")
    # The factor is exact for powers of ten; rounding at 12 digits removes what chained divisions leave behind.
    return float(f"{have.to(want.units).magnitude / want.magnitude:.12g}")


def check_unit(text: str) -> None:
    """Raise InputError where a unit is not written with known words."""
    text = text.replace(" per ", "/")
    if not text or len(text) > _LONGEST or not re.fullmatch(r"[\w\s/*%.()]+", text) or "**" in text:
        raise InputError(f"'{text}' is not a unit; write one such as 1, km, RMB/vehicle or kWh/100km.")
    for word in re.findall(r"[^\W\d_]+", text):
        if word not in _words():
            raise InputError(f"The unit '{text}' has the unknown word '{word}'. {nearest(word, _words())}")


@cache
def _words() -> tuple[str, ...]:
    lines = [line for line in _DEFINITIONS.read_text(encoding="utf-8").splitlines() if "=" in line and not line.startswith("#")]
    parts = [[part.strip() for part in line.split("=")] for line in lines]
    return tuple(dict.fromkeys(word for name, _, *aliases in parts for word in (name, *aliases)))


@cache
def _registry() -> pint.UnitRegistry:
    import pint

    registry = pint.UnitRegistry(None)
    registry.load_definitions(_DEFINITIONS)
    return registry


def _quantity(text: str) -> pint.Quantity:
    """A unit as a quantity of size one in itself; `/100km` divides by the whole of `100 km`."""
    grouped = re.sub(r"/\s*(\d+)\s*([^\W\d_]+)", r"/(\1*\2)", text.replace("%", " percent ").replace(" per ", "/"))
    spaced = re.sub(r"(?<=[\w)])\s+(?=[^\W_])", "*", grouped.strip())
    spaced = re.sub(r"(?<![\w.])(\d+)([^\W\d_]+)", r"\1*\2", spaced)
    try:
        return _registry().Quantity(1, "") * _registry().parse_expression(spaced)
    except Exception:  # the parser raises many kinds for a malformed expression, and all mean the same to a user
        raise InputError(f"'{text}' is not a unit; write one such as 1, km, RMB/vehicle or kWh/100km.") from None
