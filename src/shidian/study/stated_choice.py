"""A multinomial logit of choices that people stated in a survey: the outside check of the estimator.

Person n, asked in task t to choose among alternatives j, takes the one of highest utility x[j] . b + e[j], where e is
Gumbel: P(j) = exp(x[j] . b) / sum over k of exp(x[k] . b). The log likelihood is the sum over tasks of w log P(chosen), w being
the survey's weight. Answers of one person have much in common, so beside the plain standard errors, which count every task
as another person, stand those clustered by person. Computed in float64. See docs/estimation.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ..foundations.errors import InputError
from .estimation import Mode, find_mode

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Choices:
    """A panel of stated choices, one row an alternative shown; tasks and people are numbered from nought."""

    attributes: tuple[str, ...]
    design: Float[np.ndarray, "row attribute"]
    task: Int[np.ndarray, " row"]
    chosen: Bool[np.ndarray, " row"]
    person: Int[np.ndarray, " task"]
    weight: Float[np.ndarray, " task"]

    @classmethod
    def of(cls, table: pd.DataFrame, attributes: tuple[str, ...], person: str, task: str, chosen: str, weight: str | None = None) -> Choices:
        """From a long table: columns of attributes, and those that name person, task (within the person), choice (0 or 1), weight.

        Raises InputError where a number is missing, a task has not exactly one chosen row, or a weight is negative or differs within a task.
        """
        numbers = [*attributes, chosen, *([weight] if weight else [])]
        missing = [name for name in (person, task, *numbers) if name not in table]
        if missing:
            raise InputError(f"The table of choices has no column '{missing[0]}'; it has {', '.join(map(str, table))}.")
        bad = [name for name in numbers if not np.isfinite(table[name].to_numpy(np.float64)).all()]
        if bad:
            raise InputError(f"The column '{bad[0]}' of the choices holds something that is no number; leave such tasks out.")
        tasks = table.groupby([person, task], sort=False).ngroup().to_numpy()
        picked = table[chosen].to_numpy(np.float64) == 1
        if not (np.bincount(tasks, picked) == 1).all():
            raise InputError(f"A task of the choices has not exactly one row with 1 under '{chosen}'; mend it or leave it out.")
        first = np.unique(tasks, return_index=True)[1]
        weights = np.ones(len(table)) if weight is None else table[weight].to_numpy(np.float64)
        if (weights < 0).any() or (weights != weights[first][tasks]).any():
            raise InputError(f"A weight under '{weight}' is negative, or differs within a task; give each task one weight.")
        people = table.groupby(person, sort=False).ngroup().to_numpy()
        design = table[list(attributes)].to_numpy(np.float64)
        return cls(tuple(attributes), design, tasks, picked, people[first], weights[first])


class LogLikelihood(eqx.Module):
    """The log likelihood of a panel as a function of the weights of its attributes."""

    design: Float[Array, "row attribute"]
    task: Int[Array, " row"]
    chosen: Int[Array, " task"]
    weight: Float[Array, " task"]

    @classmethod
    def of(cls, choices: Choices) -> LogLikelihood:
        """Of a panel; in the precision that JAX has where this is called."""
        rows = np.flatnonzero(choices.chosen)
        chosen = rows[np.argsort(choices.task[rows])]
        return cls(jnp.asarray(choices.design), jnp.asarray(choices.task), jnp.asarray(chosen), jnp.asarray(choices.weight))

    def __call__(self, coefficients: Float[Array, " attribute"]) -> Float[Array, ""]:
        return self.by_task(coefficients).sum()

    def by_task(self, coefficients: Float[Array, " attribute"]) -> Float[Array, " task"]:
        """w log P(chosen) of each task."""
        tasks = len(self.chosen)
        utility = self.design @ coefficients
        highest = jax.ops.segment_max(utility, self.task, tasks)
        total = jax.ops.segment_sum(jnp.exp(utility - highest[self.task]), self.task, tasks)
        return self.weight * (utility[self.chosen] - highest - jnp.log(total))


@dataclass(frozen=True)
class Tastes:
    """Estimated weights of the attributes, with the plain covariance (in `mode`) and that clustered by person."""

    attributes: tuple[str, ...]
    mode: Mode
    clustered: Float[np.ndarray, "attribute attribute"]

    def willingness(self, price: str) -> dict[str, tuple[float, float, float]]:
        """What one more of each other attribute is worth, in units of the price: value, plain and clustered standard error.

        W = -b / b_price, and by the delta method var W = d' V d with d the slope of W: -1 / b_price for b, b / b_price^2 for b_price.
        """
        values, at = self.mode.values, self.attributes.index(price)
        worths = {}
        for position, name in enumerate(self.attributes):
            if position != at:
                slope = np.zeros(len(values))
                slope[position], slope[at] = -1 / values[at], values[position] / values[at] ** 2
                errors = (float(np.sqrt(slope @ spread @ slope)) for spread in (self.mode.covariance, self.clustered))
                worths[name] = (float(-values[position] / values[at]), *errors)
        return worths


def estimate_tastes(choices: Choices) -> Tastes:
    """Maximum likelihood, from nought, where every alternative is as likely as another."""
    with jax.enable_x64(True):
        likelihood = LogLikelihood.of(choices)
        mode = find_mode(likelihood, np.zeros(len(choices.attributes)), tolerance=1e-6)
        scores = np.asarray(_scores(likelihood, jnp.asarray(mode.values)))
    return Tastes(choices.attributes, mode, clustered_covariance(mode.covariance, scores, choices.person))


@eqx.filter_jit
def _scores(likelihood: LogLikelihood, coefficients: Float[Array, " attribute"]) -> Float[Array, "task attribute"]:
    return jax.jacfwd(likelihood.by_task)(coefficients)


def clustered_covariance(covariance: np.ndarray, scores: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Covariance of a maximum where observations of one group go together: C (sum over groups of s s') C * G / (G - 1).

    C is the inverse curvature, `scores` (observation, value) the slopes of each observation's log likelihood, s their sum over a
    group, G the number of groups (Liang and Zeger 1986).
    """
    groups, members = np.unique(group, return_inverse=True)
    sums = np.zeros((len(groups), scores.shape[1]))
    np.add.at(sums, members, scores)
    return covariance @ (sums.T @ sums) @ covariance * len(groups) / (len(groups) - 1)
