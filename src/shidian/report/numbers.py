"""Numbers as people say them: three figures, a scale in words, and the unit."""

from __future__ import annotations

import math

UNKNOWN = "not known"
GAP = "\u00a0"  # a number never parts from its unit at the end of a line
_SCALES = ((1e12, "trillion", "trillion"), (1e9, "billion", "bn"), (1e6, "million", "million"))


def known(value: object) -> bool:
    """Whether there is a number at all."""
    return isinstance(value, (int, float)) and math.isfinite(value)


def plain(value: float) -> str:
    """Three significant figures with thousands set apart; whole numbers below a million stay whole.

    >>> plain(123456.0), plain(0.0123), plain(7.0), plain(2.4567), plain(1.02)
    ('123,000', '0.0123', '7', '2.46', '1.02')
    """
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    text = f"{rounded:,.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def human(value: float | None, unit: str = "") -> str:
    """A value with its unit, for reading.

    >>> [human(*pair).replace(GAP, " ") for pair in ((1.02e6, "vehicles"), (0.28, "1"), (3.4e9, "RMB"), (412.0, "km"), (1.0, "sites"))]
    ['1.02 million vehicles', '28 %', '3.4 bn RMB', '412 km', '1 site']
    """
    if not known(value):
        return UNKNOWN
    number, scale = _scaled(float(value), unit)
    said, called = plain(number), "%" if unit == "1" else unit
    words = [said, scale, _singular(called) if said == "1" and not scale else called]
    return GAP.join(word for word in words if word)


def _singular(unit: str) -> str:
    """The unit of one thing: `site` of `sites`; signs such as ms stay."""
    return unit[:-1] if len(unit) > 3 and unit.endswith("s") and not unit.endswith("ss") else unit


def human_interval(low: float | None, high: float | None, unit: str = "") -> str:
    """Two ends with one unit: `0.9 to 1.2 million vehicles`; empty where either is not known.

    >>> human_interval(9.0e5, 1.2e6, "vehicles").replace(GAP, " ")
    '0.9 to 1.2 million vehicles'
    """
    if not (known(low) and known(high)):
        return ""
    number, scale = _scaled(float(high), unit)
    factor = float(high) / number if number else 1.0
    words = [plain(number), scale, "%" if unit == "1" else unit]
    return f"{plain(float(low) / factor)}{GAP}to{GAP}" + GAP.join(word for word in words if word)


def _scaled(value: float, unit: str) -> tuple[float, str]:
    """The number to print and the word for its scale; shares become hundredths."""
    if unit == "1":
        return 100 * value, ""
    for size, word, short in _SCALES:
        if abs(value) >= size:
            return value / size, short if unit.startswith("RMB") else word
    return value, ""
