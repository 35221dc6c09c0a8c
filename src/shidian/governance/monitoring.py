"""Stage 3, monitoring: of the truth, the centre gets to see reports, late, noisy and not from everywhere.

Nothing here takes bias out or puts it in: it is in the reports because pilots are sited in good places and pushed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ..foundations.luck import Luck
from ..worlds.landscape import Outcomes
from .experiment import Localities, Trials
from .regimes import MonitoringRules
from .reports import Reports


ONE = np.zeros(1, dtype=np.uint64)  # the key of what is told once for the nation


def noise_of(rules: MonitoringRules, money: float, places: int) -> float:
    """Standard deviation of a report's error: noise / sqrt(1 + money per place)."""
    return rules.noise / np.sqrt(1 + money / places)


def monitor(outcomes: Outcomes, trials: Trials, localities: Localities, rules: MonitoringRules, money: float, luck: Luck) -> Reports:
    """The reports on a year's trials, one from each place with a package that sends one.

        value = outcome + noise,   noise ~ N(0, sd),   sd = noise / sqrt(1 + money / places)
    """
    keys = localities.keys
    sent = np.flatnonzero((trials.package > 0) & (luck.of("missing").uniform(keys) >= rules.missing))
    spread = noise_of(rules, money, len(keys) // len(localities.lines.names))
    noise = np.stack([luck.of("noise", goal).normal(keys) for goal in range(outcomes.effect.shape[1])], axis=1)
    return Reports(
        package=trials.package[sent], place=sent, group=localities.group[sent],
        features=localities.features[trials.package[sent]],
        value=outcomes.total[sent] + spread * noise[sent],
        development=localities.development[sent], effort=trials.effort[sent],
        variance=np.full(len(sent), spread**2),
    )  # fmt: skip


def statistic(outcomes: Outcomes, rules: MonitoringRules, luck: Luck) -> float:
    """The technical level of what is sold, as statistics put it: the truth times a lognormal error of a tenth of a report's noise; 0 in worlds that sell nothing."""
    return float(getattr(outcomes, "level", 0.0) * np.exp(0.1 * rules.noise * luck.of("statistic").normal(ONE)[0]))


def deliver(post: tuple[Reports, ...], sent: Reports, lag: int) -> tuple[Reports, tuple[Reports, ...]]:
    """What arrives this year, and the post still under way; nothing arrives before the lag has passed."""
    post = (*post, sent)
    return (post[0], post[1:]) if len(post) > lag else (sent.none(), post)


def filed(archive: Reports, reports: Reports) -> Reports:
    """The archive with what has arrived."""
    return Reports(**{one.name: np.concatenate([getattr(archive, one.name), getattr(reports, one.name)]) for one in fields(Reports)})
