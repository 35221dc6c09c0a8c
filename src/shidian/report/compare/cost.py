"""What each way of appraising cost: points lost, good experiments killed, bad ones scaled; nulls beside."""

from __future__ import annotations

from ..markup import Figure, Prose, Section
from .folder import Compared
from .levels import of_table, panel, table

PANELS = {
    "Points lost by decisions": ("regret_total", "points a run"), "Points lost a decision": ("regret", "points"),
    "Bad experiments scaled": ("bad_scaled", "a run"), "Good experiments killed": ("good_killed", "a run"),
    "Good experiments scaled": ("good_scaled", "a run"), "Belief above the truth": ("bias", "points"),
}  # fmt: skip


def cost(made: Compared) -> Section | None:
    """Small multiples by measure, and the same as a table."""
    found = {title: (of_table(made, "appraising", measure, made.whole), unit) for title, (measure, unit) in PANELS.items()}
    found = {title: (rows, unit) for title, (rows, unit) in found.items() if len(rows)}
    if not found:
        return None
    said = (
        "A decision is good or bad by what the package would do everywhere. What a decision loses is counted against the better of "
        "scaling it and leaving it: "
        "a bad one scaled loses the harm, a good one killed the gain. A regime that decides little errs little, and may forgo much: the "
        "score, not this, says who did best."
    )
    panels = [panel(made, rows, title, unit) for title, (rows, unit) in found.items()]
    caption = "Mark: mean over draws; line: nine in ten. Circles are regimes, diamonds are nulls. No mark: no decision to take a mean of."
    columns = {title: (rows, "points" if unit.startswith("points") else "") for title, (rows, unit) in found.items()}
    return Section("cost", "What appraising cost", [Prose(said), Figure(panels, caption, table(made, columns))])
