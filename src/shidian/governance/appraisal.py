"""Stage 4, appraisal: reports become beliefs. It sees reports alone, whether they come from a world or from real pilots.

A belief is a Gaussian over what each feature adds to each goal, so that one experiment teaches about every other that shares
a feature with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .regimes import AppraisalRules
from .reports import Reports


@dataclass(frozen=True)
class Beliefs:
    """What the centre thinks each feature adds to each goal."""

    mean: np.ndarray  # (goal, feature)
    covariance: np.ndarray  # (feature, feature), the same for every goal

    def score(self, features: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (package,) of the mission score of packages (package, feature) by weights (goal,)."""
        variance = ((features @ self.covariance) * features).sum(axis=1) * (weights**2).sum()
        return features @ (weights @ self.mean), np.sqrt(np.maximum(variance, 0.0))


@dataclass(frozen=True)
class KnownBias:
    """What a well-informed centre knows of its pilots: how development and effort colour a report.

    Either they add to it, b = beta development + gamma effort in points, or they scale it: the report is (1 + b) times what an ordinary
    place would see, with b in shares and never below -0.9.
    """

    site_effect: float  # beta, a standard deviation of development
    effort_effect: float  # gamma, a unit of effort
    scales: bool = False

    def of(self, reports: Reports) -> np.ndarray:
        """(report, goal): what development and effort have put into each report."""
        known = self.site_effect * reports.development + self.effort_effect * reports.effort
        if not self.scales:
            return np.repeat(known[:, None], reports.value.shape[1], axis=1)
        known = np.maximum(known, -0.9)
        return reports.value * (known / (1 + known))[:, None]


def appraise(beliefs: Beliefs, reports: Reports, bias: KnownBias, rules: AppraisalRules) -> Beliefs:
    """Beliefs after the reports, by Bayesian linear regression for each goal.

        y = value - lambda * known bias,   variance v = reporting variance + misfit^2,   C = what was known, faded by a year
        C' = (C^-1 + X' V^-1 X)^-1,   m' = C' (C^-1 m + X' V^-1 y)

    computed as m' = m + C X' (X C X' + V)^-1 (y - X m) where reports are fewer than features, so that nothing is inverted twice.
    Reports count as independent, though those from one place share what is particular to it.
    """
    if rules.rule == "none":
        return beliefs
    beliefs = Beliefs(beliefs.mean, beliefs.covariance + rules.fading**2 * np.eye(len(beliefs.covariance)))
    if not len(reports):
        return beliefs
    value = reports.value - rules.sophistication * bias.of(reports)
    variance = reports.variance + rules.misfit**2
    if len(reports) < reports.features.shape[1]:
        return _by_reports(beliefs, reports.features, value, variance)
    return _by_features(beliefs, reports.features, value, variance)


def _by_reports(beliefs: Beliefs, features: np.ndarray, value: np.ndarray, variance: np.ndarray) -> Beliefs:
    """The update with one equation a report."""
    shared = features @ beliefs.covariance
    gain = np.linalg.solve(shared @ features.T + np.diag(variance), shared).T
    mean = beliefs.mean + (value.T - beliefs.mean @ features.T) @ gain.T
    return Beliefs(mean, _symmetric(beliefs.covariance - gain @ shared))


def _by_features(beliefs: Beliefs, features: np.ndarray, value: np.ndarray, variance: np.ndarray) -> Beliefs:
    """The update with one equation a feature, in the root of the prior so that a feature known for certain does no harm."""
    root = np.linalg.cholesky(beliefs.covariance + 1e-12 * np.eye(len(beliefs.covariance)))
    seen = features @ root / np.sqrt(variance)[:, None]
    inner = np.linalg.inv(np.eye(seen.shape[1]) + seen.T @ seen)
    surprise = (value - features @ beliefs.mean.T) / np.sqrt(variance)[:, None]
    mean = beliefs.mean + (root @ inner @ seen.T @ surprise).T
    return Beliefs(mean, _symmetric(root @ inner @ root.T))


def _symmetric(matrix: np.ndarray) -> np.ndarray:
    return (matrix + matrix.T) / 2
