"""The page of a hindcast."""

from __future__ import annotations

from ...study.hindcast.hindcast import Hindcast
from ..markup import Section
from ..page import Page
from ..sections.closing import made_from
from .mix import mix
from .scoring import scoring
from .telling import conditions, expectations, opening
from .totals import totals

ORDER = (opening, totals, mix, scoring, expectations, conditions)


def page_of(made: Hindcast, provenance: dict[str, str]) -> Page:
    """A hindcast as a page: verdicts, charts beside the record, scores, what was expected and what was given."""
    case = made.record.case
    years = f"{made.years[0]} to {made.years[-1]}" if len(made.years) > 1 else str(made.years[0])
    description = f"What the model says of {years} knowing the record to {made.until}, beside simpler forecasts and what was expected at the time."
    return Page("report of a hindcast", f"{case.title}: hindcast from {made.until}", description, provenance, lambda: _sections(made, provenance))


def _sections(made: Hindcast, provenance: dict[str, str]) -> list[Section]:
    found = [section for make in ORDER if (section := make(made)) is not None]
    return [*found, made_from(provenance)]
