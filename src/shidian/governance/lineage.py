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
    for locality in np.flatnonzero(new & ~brought):
        told = np.unique(archive.place[archive.package == package[locality]])
        told = told[told != locality]
        weight = np.where(group[told] == group[locality], 1.0, rules.far)
        heard = weight.sum()
        listens = rules.learning * heard / (heard + 1)
        if draw[locality] >= listens or not heard:
            teacher[locality] = OWN
        else:
            teacher[locality] = told[np.searchsorted(np.cumsum(weight) / heard * listens, draw[locality], side="right").clip(max=len(told) - 1)]
    return teacher
