"""What the short keys of sources on a page stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import altair as alt
import pandas as pd

from ..inputs import ReportInput
from ..markup import Figure, Prose, Section, Table


def references(inputs: ReportInput, sections: Iterable[Section]) -> Section | None:
    """Author, year and title behind every key that the page shows: with its patterns, and where a mark of a chart is pointed at."""
    cells = [str(pattern.get("source") or "") for pattern in inputs.patterns or []]
    cells += [cell for section in sections for table in _drawn(section) for cell in table["source"].dropna().astype(str).unique()]
    shown = {key.strip() for cell in cells for key in cell.split(";")}
    found = {key: inputs.references[key] for key in sorted(shown & set(inputs.references))}
    if not found:
        return None
    rows = pd.DataFrame({"Key": list(found), "Source": list(found.values())})
    said = "Keys of sources on this page: in the table of patterns, and in what a chart shows where one of its open marks is pointed at."
    return Section("references", "References", [Prose(said), Table(rows, "What the keys stand for.")])


def _drawn(section: Section) -> Iterator[pd.DataFrame]:
    """Tables behind a section's charts that name sources."""
    for block in section.blocks:
        for chart in block.charts if isinstance(block, Figure) else ():
            for part in (chart, *chart.layer):
                table = getattr(part, "data", alt.Undefined)
                if isinstance(table, pd.DataFrame) and "source" in table:
                    yield table
