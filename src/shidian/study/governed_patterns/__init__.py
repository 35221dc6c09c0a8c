"""Patterns that a replay cannot score: held against governed runs and against theory, nulls beside them.

Read `file` (what a case states in governed_patterns.yaml), `selection` and `kinds` (what is measured), `theory`, `traits` and `tables` (what it is
measured on), `evidence` (the runs), and `scoring` (verdicts). docs/patterns.md has the results.
"""

from .evidence import Asking
from .file import GOVERNED_FILE, GovernedPatterns, read_governed_patterns
from .scoring import not_run, score_governed

__all__ = ["GOVERNED_FILE", "Asking", "GovernedPatterns", "not_run", "read_governed_patterns", "score_governed"]
