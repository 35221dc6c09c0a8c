"""With which parameters the model forecasts: those fitted to the years up to the cut, and to no later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...cases import Case
from ...foundations.errors import InputError, Where
from ..given import PRIOR, Chosen, parameters_for
from ..posterior import Given, Posterior

FITTED_NOW = "fitted for this hindcast"


@dataclass(frozen=True)
class Parameters:
    """What runs take, where it comes from in words, and what a fit leaves unexplained (standard deviation of logarithms, by indicator)."""

    given: Given
    label: str
    unexplained: Mapping[str, float] = field(default_factory=dict)


def at_hand(case: Case, until: int, params: Path | None, overrides: Sequence[str] = ()) -> Chosen | None:
    """What `--params` names; where it names nothing, the case's posterior if it was fitted until this very year, else nothing.

    Who gives a file of parameters must vouch that nothing after the cut was used to make it; a posterior says it itself. Raises
    InputError where a file cannot be read, or is a posterior that was fitted to later years.
    """
    found = parameters_for(params, case, overrides) if params is not None or case.posterior is not None else None
    last = found.given.until if found is not None and isinstance(found.given, Posterior) else None
    if params is None:
        return found if last == until else None
    if last is not None and last > until:
        raise InputError(f"The posterior was fitted until {last}, so it knows what a forecast from {until} must not; fit one with shidian study calibrate --until {until}.", Where(params))
    return found


def in_words(found: Chosen) -> Parameters:
    """Parameters at hand, and how a reader is told of them."""
    if isinstance(found.given, Posterior):
        return _fitted(found.given)
    return Parameters(found.given, "drawn from their priors, fitted to nothing" if found.name == PRIOR else f"from {found.name}")


def fitted_now(case: Case, until: int, seed: int, draws: int, progress=None, workers: int | None = None) -> Parameters:
    """A posterior made for the occasion. Raises InputError where the case lists nothing to fit to, Failure where no fit is found."""
    from ..calibration.calibrate import calibrate

    return _fitted(calibrate(case, until, seed=seed, draws=draws, progress=progress, workers=workers).posterior)


def _fitted(found: Posterior) -> Parameters:
    return Parameters(found, f"fitted to the record up to {found.until}, {len(found.rows)} draws of their posterior", found.discrepancy)
