"""How kinds, stances, verdicts and origins look: colours that differ in lightness too, and shapes beside them."""

from __future__ import annotations

from ...study.compare.appraising import VERDICTS
from ...study.compare.lineages import ORIGINS
from ...study.compare.stances import ENDS
from ..theme import FAINT, SERIES, SOFT

BETTER, WORSE, OPEN = "better", "worse", "not told apart"
DIFFERENCE = {BETTER: (SERIES[0], "triangle-up"), WORSE: (SERIES[1], "triangle-down"), OPEN: (SOFT, "circle")}
KIND = {"regime": (SERIES[0], "circle"), "null": (SERIES[1], "diamond")}

# From the bottom of a ribbon up.
STANCES = dict(zip(ENDS, ("#0b3c6f", "#9dc0dc", "#eda63a", "#a63a0a", FAINT), strict=True))
JUDGED = dict(zip(VERDICTS, (SERIES[0], SERIES[1], "#8a4f8f", "#7d838e"), strict=True))
LEARNED = dict(zip(ORIGINS, ("#0b3c6f", "#5d97c3", "#c8501e"), strict=True))
