"""What a result depends on: factors moved one at a time, all over their intervals, and against the luck of the other inputs.

Read `questions` (what is asked), `factors` (what is moved, and within what), `outcomes` (what is looked at), `designs` (which
runs), `runs` (making them, failed ones included), `measures` and `tables` (what the runs say) and `inquiry`, which joins them.
`record` is the study on disk.
"""

from .inquiry import Sensitivity, inquire
from .questions import Question, question
from .record import FILES, SensitivitySpec, write

__all__ = ["FILES", "Question", "Sensitivity", "SensitivitySpec", "inquire", "question", "write"]
