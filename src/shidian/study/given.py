"""Where the runs of a command take their parameters from: a posterior, a file, or the priors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..cases import Case
from .fixed_parameters import read_parameters
from .posterior import COLUMN, Drawn, Given, Posterior, bundled, digest_of

PRIOR = "prior"  # said in place of a file: draw from the priors, although the case brings a posterior


@dataclass(frozen=True)
class Chosen:
    """Parameters for runs, what to call them, and the hash of their files (empty for priors)."""

    given: Given
    name: str
    digest: str = ""


def parameters_for(params: Path | None, case: Case, overrides: Sequence[str] = ()) -> Chosen:
    """What `--params` asks for: nothing said, the case's posterior or else its priors; `prior`; or a file.

    A parameter that is set by an override is taken out of a posterior, so that the override holds. Raises InputError where a file cannot be read.
    """
    path = params or case.posterior
    if path is None or str(path) == PRIOR:
        return Chosen(Drawn(), PRIOR)
    if params is None or _is_posterior(path):
        found = bundled(case) if params is None else Posterior.read(path, case)
        assert found is not None
        return Chosen(_without(found, overrides), f"{path.name}, fitted until {found.until}", digest_of(path))
    rows, digest = read_parameters(path, case)
    return Chosen(Drawn(tuple(rows)), path.name, digest)


def _is_posterior(path: Path) -> bool:
    """Whether a file is one that `shidian study calibrate` wrote: a table with the number of the other inputs first."""
    try:
        with path.open(encoding="utf-8") as file:
            return path.suffix.lower() == ".csv" and file.readline().startswith(f"{COLUMN},") and path.with_suffix(".json").is_file()
    except (OSError, UnicodeDecodeError):
        return False


def _without(found: Posterior, overrides: Sequence[str]) -> Posterior:
    """A posterior without the parameters that overrides set."""
    named = {text.split("=")[0].strip().split(".")[1] for text in overrides if text.startswith("parameters.") and "." in text}
    if not named:
        return found

    def left(row: dict[str, float]) -> dict[str, float]:
        return {path: value for path, value in row.items() if path.split(".")[0] not in named}

    return replace(found, rows=tuple(map(left, found.rows)), mode=left(found.mode))
