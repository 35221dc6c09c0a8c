"""From whom a place took up what it did not have before."""

from __future__ import annotations

import numpy as np

from ..foundations.luck import Luck
from .regimes import ExperimentRules
from .reports import Reports

NOBODY, OWN, CENTRE = -3, -2, -1  # nothing new; an idea of one's own; brought or called for by the centre


def learned_from(
    package: np.ndarray, new: np.ndarray, brought: np.ndarray, archive: Reports, group: np.ndarray, rules: ExperimentRules, luck: Luck, keys: np.ndarray
) -> np.ndarray:
    """(locality,): the locality from whose reports a new package was learned, else OWN, CENTRE, or NOBODY where nothing is new.

    What the centre brought, or what would less likely than not be there without its words, is the centre's. Else luck picks among one's
    own idea, with weight 1 - w, and the localities that have reported on the package, which share w: 1 for each of one's
    own province, `far` for others; w = learning * n / (n + 1) with n the sum of these, as in what a place hears.
    """
    teacher = np.full(len(package), NOBODY)
    teacher[new & brought] = CENTRE
    draw = luck.uniform(keys)
    for taken in np.unique(package[new & ~brought]):
        told = np.unique(archive.place[archive.package == taken])
        learners = np.flatnonzero(new & ~brought & (package == taken))
        weight = np.where(group[told] == group[learners][:, None], 1.0, rules.far) * (told != learners[:, None])
        reached = np.cumsum(weight, axis=1)
        heard = reached[:, -1] if len(told) else np.zeros(len(learners))
        listens = rules.learning * heard / (heard + 1)
        share = draw[learners] / np.maximum(listens, 1e-300) * heard  # where in the row of weights luck falls, beyond its end where the place does not listen
        chosen = (reached <= share[:, None]).sum(axis=1)
        teacher[learners] = np.where(share < heard, told[np.minimum(chosen, len(told) - 1)] if len(told) else OWN, OWN)
    return teacher
