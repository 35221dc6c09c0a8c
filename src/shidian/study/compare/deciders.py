"""Which of the numbers that nobody has measured decide how a line ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from .over_draws import RUN
from .stances import GONE, SUPPORTED, UNGONE, leading

COLUMNS = ["regime", "line", "end", "number", "separation", "error", "draws_with", "draws_without"]
ENDS = (UNGONE, GONE, SUPPORTED)
FEWEST = 3  # draws on either side, below which nothing is said


def deciders(ended: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """By regime, line, ending of its leading package, and number drawn: how far the draws that end so lie apart from the others.

    separation = P(higher with the ending) - P(higher without it), from -1 to 1 and 0 where the number has no part in it (Somers' D, twice the area under
    the ROC curve less one). `error` is what it would vary by if it had none: sqrt((m + n + 1) / (3 m n)) of m draws against n.
    """
    numbers = [name for name in drawn if name not in RUN and drawn[name].nunique() > 1]
    if not numbers:
        return pd.DataFrame(columns=COLUMNS)
    table = leading(ended).merge(drawn, on=RUN)
    rows = []
    for (regime, line), own in table.groupby(["regime", "line"], sort=False):
        for end in ENDS:
            so = (own["end"] == end).to_numpy()
            many, few = int(so.sum()), int((~so).sum())
            if min(many, few) >= FEWEST:
                error = np.sqrt((many + few + 1) / (3 * many * few))
                rows += [(regime, line, end, name, separation(own[name].to_numpy(float), so), error, many, few) for name in numbers]
    found = pd.DataFrame(rows, columns=COLUMNS)
    return found.iloc[np.lexsort((-found["separation"].abs(), found.groupby(["regime", "line", "end"], sort=False).ngroup()))].reset_index(drop=True)


def separation(values: np.ndarray, so: np.ndarray) -> float:
    """P(a value of the one side is above one of the other) less the reverse; ties count for neither.

    >>> separation(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, False, True, True]))
    1.0
    """
    many, few = so.sum(), (~so).sum()
    above = rankdata(values)[so].sum() - many * (many + 1) / 2
    return float(2 * above / (many * few) - 1)
