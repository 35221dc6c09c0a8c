"""The page a run leaves behind: charts, tables and sentences made from results alone, in one file that needs no network.

Read `inputs` (what a report is made from), `results` (picking series out of tidy tables), `charts` (small tables in,
Altair charts out), `sections` (one file a subject: what is said and shown), `markup` (parts of a page as HTML) and
`page` (the whole file). Nothing here knows a world or a case: what the results do not hold is left out.
"""

from .inputs import ReportInput
from .page import report_page, write_report

__all__ = ["ReportInput", "report_page", "write_report"]
