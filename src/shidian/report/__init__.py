"""The page a run leaves behind: charts, tables and sentences made from results alone, in one file that needs no network.

Read `inputs` (what a report is made from), `results` (picking series out of tidy tables), `charts` (small tables in,
Altair charts out), `sections` (one file a subject: what is said and shown), `markup` (parts of a page as HTML) and
`page` (the whole file). Nothing here knows a world or a case: what the results do not hold is left out.
"""

from importlib import import_module
from typing import Any

_WHERE = {"ReportInput": "inputs", "report_page": "page", "write_report": "page"}
__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    """Public names on first use: charts take a second to import, and a run has better things to do meanwhile."""
    if name in _WHERE:
        return getattr(import_module(f".{_WHERE[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
