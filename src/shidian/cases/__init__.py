"""Cases: one application of the laboratory as a folder of data, read and checked.

Read `case` (what a checked case holds), `tables` and `vocabulary` (what its files may say), `schema` (the YAML files),
`loader` (from a folder to a Case), then the checks: `check`, `check_rows`, `check_market`; `small_case` and `small_schema` for
cases of worlds other than the market. `bundled/` holds the cases
that come with the package; `scaffold` starts a new one and `quality` counts how well its figures are sourced.
"""

from .bundled import bundled_cases
from .case import Case, Goal, Instrument, Mission, Parameter, ReportNotes
from .loader import load_case, open_case
from .quality import data_quality
from .scaffold import new_case
from .schema import case_schema
from .small_case import SmallCase

__all__ = [
    "Case",
    "Goal",
    "Instrument",
    "Mission",
    "Parameter",
    "ReportNotes",
    "SmallCase",
    "bundled_cases",
    "case_schema",
    "data_quality",
    "load_case",
    "new_case",
    "open_case",
]
