"""How near a forecast came: five scores, each of one indicator over several periods.

With forecasts f, records o and draws x of one period:

    mape       mean |f - o| / o                                  1
    log error  mean |ln f - ln o|                                1
    absolute   mean |f - o|                                      unit of the indicator
    CRPS       mean of E|x - o| - E|x - x'| / 2                  unit of the indicator
    coverage   share of periods with low <= o <= high            1
    bias       mean (ln f - ln o): above 0 where too much        1

f is the median of the draws, low and high their 10 % and 90 % points. The CRPS (Gneiting and Raftery 2007, gneiting2007, equation
21) is the absolute error where there is one draw. Its second mean goes over pairs of different draws, so that the score does not
depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..results import HIGH, LOW

Draws = np.ndarray  # of one period: (draw,); a forecast without an interval has one


@dataclass(frozen=True)
class Score:
    """Scores of one method on one indicator; None where a score has no meaning, such as the coverage of a point."""

    points: int
    mape: float | None
    log_error: float | None
    absolute: float
    crps: float
    coverage: float | None
    bias: float | None


def score(forecasts: Sequence[Draws], record: Sequence[float]) -> Score:
    """Scores of forecasts against the record, period by period. Raises ValueError where there is nothing to score."""
    if not len(record) or len(forecasts) != len(record):
        raise ValueError(f"{len(forecasts)} forecasts cannot be scored against {len(record)} records")
    middle, seen = np.array([np.median(draws) for draws in forecasts]), np.asarray(record, dtype=float)
    logs = np.log(middle / seen) if (middle > 0).all() and (seen > 0).all() else None
    return Score(
        points=len(seen),
        mape=float(np.mean(np.abs(middle - seen) / seen)) if (seen > 0).all() else None,
        log_error=None if logs is None else float(np.mean(np.abs(logs))),
        absolute=float(np.mean(np.abs(middle - seen))),
        crps=float(np.mean([crps(draws, one) for draws, one in zip(forecasts, seen, strict=True)])),
        coverage=coverage(forecasts, seen) if all(len(draws) > 1 for draws in forecasts) else None,
        bias=None if logs is None else float(np.mean(logs)),
    )


def crps(draws: Draws, seen: float) -> float:
    """Continuous ranked probability score of draws against one record: 0 is perfect, a point scores its absolute error.

    >>> crps(np.array([3.0]), 5.0), crps(np.array([4.0, 6.0]), 8.0)
    (2.0, 2.0)
    """
    ordered = np.sort(np.asarray(draws, dtype=float))
    count = len(ordered)
    distance = float(np.mean(np.abs(ordered - seen)))
    if count == 1:
        return distance
    # Between sorted draws the sum over pairs of |x - x'| is a weighted sum of the draws.
    weights = 2.0 * np.arange(count) - count + 1.0
    pairs = float(np.sum(weights * (ordered - ordered[0]))) / (count * (count - 1) / 2)
    return max(distance - pairs / 2, 0.0)  # rounding apart, never below nought


def interval(draws: Draws) -> tuple[float, float]:
    """The 10 % and 90 % points of draws; of a single one, itself twice."""
    low, high = np.percentile(draws, [LOW, HIGH])
    return float(low), float(high)


def coverage(forecasts: Sequence[Draws], record: Sequence[float]) -> float:
    """Share of records that lie within the 80 % interval of their draws."""
    ends = [interval(draws) for draws in forecasts]
    return float(np.mean([low <= seen <= high for (low, high), seen in zip(ends, record, strict=True)]))
