"""The whole page of a comparison: one file that loads nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..markup import Section
from ..page import Page, write_page
from .adjustment import adjustment
from .appraisal import appraisal
from .closing import provenance, rules, uncertainty
from .contrast import contrast
from .cost import cost
from .experiment import experiment
from .folder import Compared, read
from .mission import mission
from .monitoring import monitoring
from .opening import counted, opening
from .selection import selection

FILE = "report.html"
ORDER: tuple[Callable[[Compared], Section | None], ...] = (
    opening, mission, experiment, monitoring, appraisal, selection, adjustment, contrast, cost, rules, uncertainty, provenance,
)  # fmt: skip


def write_comparison_report(folder: Path | str) -> Path:
    """Write report.html into the study folder of a comparison and return its path.

    Raises InputError where the folder holds no comparison.
    """
    folder = Path(folder)
    return write_page(page(read(folder)), folder / FILE)


def page(made: Compared) -> Page:
    """The page, its sections made when it is written."""
    first, last = made.years
    lead = (
        f"{counted(len(made.regimes), 'way')} of governing {first} to {last}, over {counted(made.draws, 'draw')} that are the same under "
        "each: who tried what, what the centre "
        "learned of it and decided, and what it was worth."
    )
    record = made.record
    made_from = {name: str(record[name]) for name in ("key", "case", "seed") if name in record} | {"draws": str(made.draws)}
    return Page(
        "comparison of regimes", f"Regimes compared: {record.get('title', record['case'])}", lead, made_from, lambda: sections(made)
    )


def sections(made: Compared) -> list[Section]:
    """The sections for which there are results, in order."""
    return [section for make in ORDER if (section := make(made)) is not None]
