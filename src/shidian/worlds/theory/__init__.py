"""Theory in small: published results in closed form, each beside agents that know nothing of the formula.

Read `check` first, then any result: `parallel_search`, `volunteers`, `clustering`, `good_enough`, `tournament`,
`trial_or_scale`, `distance`, `endorsement`, `adaptive`, `disappointment`. Each holds its parameters with their defaults, the
closed form, a simulation, and `checks(seed, runs)`, nulls included. Nothing here touches a case or a market. The figures are
told in docs/theory.md.
"""

from __future__ import annotations

from ...foundations.errors import InputError
from . import adaptive, clustering, disappointment, distance, endorsement
from . import good_enough, parallel_search, tournament, trial_or_scale, volunteers
from .check import Check

RESULTS = (parallel_search, volunteers, clustering, good_enough, tournament, trial_or_scale, distance, endorsement, adaptive, disappointment)


FEWEST_RUNS = 2000


def checks(seed: int, runs: int) -> list[Check]:
    """Every figure of every result, simulated with a seed, in the order of `RESULTS`; `runs` draws a figure.

    With fewer than 2,000 the standard errors themselves would be guesses: raises `InputError`.
    """
    if runs < FEWEST_RUNS:
        raise InputError(f"{runs} draws are too few to hold a formula against: its standard error would be a guess; ask for {FEWEST_RUNS:,} or more.")
    return [check for result in RESULTS for check in result.checks(seed, runs)]


__all__ = ["RESULTS", "Check", "checks"]
