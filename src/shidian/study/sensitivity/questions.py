"""What a study asks: of which case, in which year, about which outcomes, moving which factors within what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...cases import Case
from ...foundations.errors import InputError
from ..figures import Figure
from ..posterior import Drawn, Luck, Posterior, bundled
from ..simulate import Experimenter
from .factors import Factor, factors_of
from .outcomes import outcomes_of
from .record import SensitivitySpec, posterior_digest

PRIOR, POSTERIOR = AROUND = ("prior", "posterior")


@dataclass(frozen=True)
class Question:
    """A study that can be made of a case that is ready to run.

    `luck` says what each draw of the last step takes: from the priors, or row by row from a posterior.
    """

    ready: Experimenter
    spec: SensitivitySpec
    factors: list[Factor]
    outcomes: list[Figure]
    luck: list[Luck]

    @property
    def names(self) -> list[str]:
        """Names of the factors."""
        return [each.name for each in self.factors]


def question(
    case: Case, *, regime: str = "historical", seed: int = 0, trajectories: int = 10, sobol: int = 64, factors: int = 12, draws: int = 32,
    year: int | None = None, outcomes: Sequence[str] = (), around: str | None = None, overrides: Sequence[str] = (),
) -> Question:  # fmt: skip
    """A study of a case; `overrides` is what was changed of it, `around` None is the posterior where the case brings one. Raises InputError
    where the case cannot answer it."""
    ready = Experimenter(case, regime)
    around = around or (POSTERIOR if case.posterior else PRIOR)
    posterior = _posterior(case) if around == POSTERIOR else None
    moved, looked_at = factors_of(case, posterior), outcomes_of(case, outcomes, year)
    if factors > len(moved):
        raise InputError(f"--factors {factors} asks for more than the {len(moved)} free numbers of {case.name}; ask for that many at most.")
    if sobol < 2 or sobol & (sobol - 1):
        raise InputError(f"--sobol {sobol} is no power of two, which Sobol's sequence needs to be even; write 64, 128, 256 and so on.")
    spec = SensitivitySpec(
        case=case.name, digest=case.digest, regime=regime, seed=seed, year=looked_at[0].years[0], outcomes=tuple(each.indicator for each in looked_at),
        trajectories=trajectories, sobol=sobol, factors=factors, draws=draws, around=around, posterior=posterior_digest(posterior), overrides=tuple(overrides),
    )  # fmt: skip
    given = posterior or Drawn()
    return Question(ready, spec, moved, looked_at, [given.luck(seed, draw) for draw in range(draws)])


def _posterior(case: Case) -> Posterior:
    found = bundled(case)
    if found is None:
        raise InputError(f"The case {case.name} brings no posterior to move around; say --around {PRIOR}, or calibrate it first.")
    return found
