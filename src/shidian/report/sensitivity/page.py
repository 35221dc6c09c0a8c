"""The page of a sensitivity study: what was found first, then each step with its charts, then what the study leaves out."""

from __future__ import annotations

from ...study.sensitivity import Sensitivity
from ..markup import Section
from ..page import Page
from .closing import factors, failures, left_out, provenance
from .opening import opening
from .steps import indices, luck, one_at_a_time, screening

ORDER = (opening, one_at_a_time, screening, indices, luck, failures, factors, left_out, provenance)
LEAD = (
    "Which numbers a result hangs on: every free parameter is moved within what is known of it, the few that matter are weighed "
    "against each other, and all of them against everything else that is drawn."
)


def page(study: Sensitivity, title: str) -> Page:
    """The page, its sections made when it is written."""
    spec = study.spec
    made_from = {"key": spec.key, "case": spec.case, "year": str(spec.year), "seed": str(spec.seed)}
    return Page("sensitivity study", title, LEAD, made_from, lambda: sections(study))


def sections(study: Sensitivity) -> list[Section]:
    """The sections for which there are results, in order."""
    return [section for make in ORDER if (section := make(study)) is not None]
