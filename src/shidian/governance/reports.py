"""What may cross from the ground to the centre: reports, and nothing else.

Apart from the stages, so that appraisal, selection and adjustment can name reports without reaching anything that holds truth.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Reports:
    """Reports of one or more years, one a row. They may come from a world or from real pilots."""

    package: np.ndarray  # (report,) what was in force
    place: np.ndarray  # (report,) position of the place
    group: np.ndarray  # (report,) its province
    features: np.ndarray  # (report, feature) of the package
    value: np.ndarray  # (report, goal) outcome as reported
    development: np.ndarray  # (report,) of the place, standard deviations from the mean
    effort: np.ndarray  # (report,) beyond that of an ordinary roll-out
    variance: np.ndarray  # (report,) of the reporting error

    def none(self) -> Reports:
        """No reports, in the same shapes."""
        return self.where(np.zeros(len(self), dtype=bool))

    def where(self, chosen: np.ndarray) -> Reports:
        """The reports (report,) that are chosen."""
        return Reports(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})

    def __len__(self) -> int:
        return len(self.package)


def no_reports(features: int, goals: int) -> Reports:
    """An empty archive."""
    whole, real = np.zeros(0, dtype=int), np.zeros(0)
    return Reports(whole, whole, whole, np.zeros((0, features)), np.zeros((0, goals)), real, real, real)
