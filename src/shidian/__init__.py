"""A laboratory for policy experimentation under hierarchy.

Read the rooms from the bottom up: `foundations` (places, months, random streams, errors), `cases` (one application as
data), `worlds` (what happens on the ground), `governance` (who put which instrument in force where), `study` (runs,
draws, patterns), `report` (charts and pages), `cli` (commands).
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

try:
    __version__ = version("shidian")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"

_LATER = {"simulate": ".study.simulate", "compare": ".study.compare"}  # imported when first asked for: they take a second


def __getattr__(name: str) -> Any:
    """`shidian.simulate` runs a case, `shidian.compare` governs it under several regimes."""
    if name in _LATER:
        return getattr(import_module(_LATER[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
