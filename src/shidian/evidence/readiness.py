"""What a panel allows: which units can take part in an estimate, and what must be said about the others.

Every estimator asks here first, so that one rule holds for all: a unit that cannot show an effect is left out with a sentence, and
where nothing is left no number is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..foundations.errors import InputError
from .estimate import cannot_tell
from .panel import Panel

SHOWN = 4  # names in a sentence before "and N more"


@dataclass(frozen=True)
class Ready:
    """The part of a panel that an estimator can use; `panel` is None where nothing can be told, and `notes` says why."""

    panel: Panel | None
    notes: tuple[str, ...] = ()


def ready(panel: Panel, anticipation: int = 0, *, complete: bool = False, untreated: bool = True, before: int = 1) -> Ready:
    """Leave out what cannot take part.

    `anticipation` periods before a start count as touched by it. `complete` wants every cell of a unit, `untreated` at least one unit
    that is never treated, `before` is the least number of periods before a start. Raises InputError where the outcome holds an
    infinite number or anticipation is negative.
    """
    if anticipation < 0:
        raise InputError(f"anticipation is {anticipation}; it counts periods before the start and cannot be negative.")
    _no_infinity(panel)
    notes: list[str] = []
    panel = _seen(_ended(panel, notes) if complete else panel, complete, notes)
    if not panel.treated.any():
        return Ready(None, (*notes, cannot_tell("no unit that could be used is treated")))
    panel = _with_a_past(panel, anticipation, before, notes)
    if not panel.treated.any():
        return Ready(None, (*notes, cannot_tell("no treated unit is left")))
    if untreated and panel.treated.all():
        return Ready(None, (*notes, cannot_tell("no unit stays untreated")))
    return Ready(panel, tuple(notes))


def names(units: Sequence[str]) -> str:
    """Units in a sentence, the first few by name.

    >>> names(["a", "b", "c", "d", "e", "f"])
    'a, b, c, d and 2 more'
    """
    more = len(units) - SHOWN
    return ", ".join(units[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def cohorts(panel: Panel) -> list[int]:
    """Starts that units share, ascending."""
    return [int(start) for start in np.unique(panel.start[panel.treated])]


def _no_infinity(panel: Panel) -> None:
    bad = np.argwhere(np.isinf(panel.outcome))
    if len(bad):
        unit, period = bad[0]
        cell = f"{panel.units[unit]} in {panel.periods[period]}"
        raise InputError(f"The outcome of {cell} is infinite; write a number, or leave the cell empty where it is not known.")


def _ended(panel: Panel, notes: list[str]) -> Panel:
    """Without the last periods, where no treated unit has a figure in them: the programme has ended, and they tell nothing of it."""
    there = np.flatnonzero(np.isfinite(panel.outcome[panel.treated]).any(axis=0))
    if not len(there) or there[-1] == len(panel.periods) - 1:
        return panel
    last = int(there[-1])
    notes.append(f"After {panel.periods[last]} no treated unit has a figure that counts, so periods after it are not used.")
    return panel.of(np.arange(len(panel.units)), slice(0, last + 1))


def _seen(panel: Panel, complete: bool, notes: list[str]) -> Panel:
    """Without units that have no figures, or where all cells are needed, not all of them."""
    there = np.isfinite(panel.outcome)
    keep = there.all(axis=1) if complete else there.any(axis=1)
    for gone, kind in ((~keep & panel.treated, "treated"), (~keep & ~panel.treated, "untreated")):
        if gone.any():
            lack = "lack a figure in some period, and this method needs them all" if complete else "have no figure in any period"
            of = int((panel.treated == (kind == "treated")).sum())
            who = names([panel.units[at] for at in np.flatnonzero(gone)])
            notes.append(f"{int(gone.sum())} of {of} {kind} units {lack}; they are left out ({who}).")
    return panel if keep.all() else panel.of(keep)


def _with_a_past(panel: Panel, anticipation: int, before: int, notes: list[str]) -> Panel:
    """Without units that have too few periods before they were treated."""
    room = panel.start - anticipation
    late = panel.treated & (room < before)
    if not late.any():
        return panel
    first = panel.treated & (room <= 0)
    short = f"treated after fewer than {before} periods, and this method needs as many before"
    from_first = "treated from the first period" if not anticipation else f"touched from the first period, {anticipation} before each start counting as touched"
    for gone, reason in ((first, f"{from_first}, with none before it to compare"), (late & ~first, short)):
        if gone.any():
            who = names([panel.units[at] for at in np.flatnonzero(gone)])
            notes.append(cannot_tell(f"{'they are' if gone.sum() > 1 else 'it is'} {reason}", f"The effect on {who}"))
    return panel.of(~late)
