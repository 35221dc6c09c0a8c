"""The page of a comparison of regimes: what differs first, then the six stages, then what each way of appraising cost.

Read `folder` (what a study folder holds), `opening` (what the page says at first sight), one file for each stage, and `page` (all of
them in order). Everything on the page comes from the folder's files alone.
"""

from importlib import import_module
from typing import Any

__all__ = ["write_comparison_report"]


def __getattr__(name: str) -> Any:
    """The writer on first use: charts take a second to import."""
    if name in __all__:
        return getattr(import_module(".page", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
