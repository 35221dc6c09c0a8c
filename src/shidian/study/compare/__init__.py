"""Regimes compared on one case: the same draws under each, what differs, and what led there.

Read `question` (what is asked), `study` (how it is made), `over_draws` (how draws become figures); then one file for each thing that is read out:
`differences`, `starters`, `ladder`, `stances`, `deciders`, `lineages`, `appraising`; and `folder` (what is written).
"""

from .comparison import Comparison
from .question import DEFAULT_REGIMES, Question, ask
from .study import compare, compare_in_folder

__all__ = ["DEFAULT_REGIMES", "Comparison", "Question", "ask", "compare", "compare_in_folder"]
