"""What not to lean on, and where everything came from."""

from __future__ import annotations

import pandas as pd

from ..inputs import ReportInput
from ..markup import Listing, Prose, Section, Table


def weak_points(inputs: ReportInput) -> Section | None:
    """The run's own list of weak points."""
    return Section("weak", "What is weak", [Listing(inputs.weak)]) if inputs.weak else None


def provenance(inputs: ReportInput) -> Section:
    """What the page was made from, and by which versions."""
    return made_from(inputs.provenance)


def made_from(what: dict[str, str]) -> Section:
    """What any page was made from, name by name."""
    rows = pd.DataFrame({"What": list(what), "Value": [str(value) for value in what.values()]})
    drawn = "Charts are drawn in this page by Vega, Vega-Lite and Vega-Embed (BSD 3-Clause licence); nothing is loaded from elsewhere."
    return Section("provenance", "Provenance", [Table(rows, "Made from."), Prose(drawn)])
