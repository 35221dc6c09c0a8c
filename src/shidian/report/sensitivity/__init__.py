"""The page of a sensitivity study, and the one command that makes the study and the page."""

from .command import Done, study_sensitivity

__all__ = ["Done", "study_sensitivity"]
