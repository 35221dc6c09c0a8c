"""The page of an evaluation: the verdict first, then what it rests on, so that it can be taken apart."""

from .command import Done, evaluate_pilots

__all__ = ["Done", "evaluate_pilots"]
