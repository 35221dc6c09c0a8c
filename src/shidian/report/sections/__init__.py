"""What the report says, one file a subject, in the order of the page.

Each function takes the results and returns a section, or nothing where the results hold nothing of its subject.
"""

from __future__ import annotations

from ..inputs import ReportInput
from ..markup import Section
from .cities import cities
from .closing import provenance, weak_points
from .goals import goals
from .low_speed import low_speed
from .microcars import microcars
from .money import money
from .opening import opening
from .paper import paper
from .patterns import patterns
from .provinces import provinces
from .references import references
from .sales import sales

ORDER = (
    opening,
    sales,
    microcars,
    low_speed,
    cities,
    provinces,
    money,
    goals,
    paper,
    patterns,
    weak_points,
    provenance,
)


def all_sections(inputs: ReportInput) -> list[Section]:
    """The sections for which there are results, in order, and last what the keys of sources in them stand for."""
    made = [section for make in ORDER if (section := make(inputs)) is not None]
    last = references(inputs, made)
    return [*made, last] if last else made
