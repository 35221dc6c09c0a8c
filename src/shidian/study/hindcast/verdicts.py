"""What a hindcast should reach, set before any was made, and whether it does.

Four targets: the error on plug-in car sales, the error on class shares, intervals that cover what they say, and the shape of the
microcars' rise and fall. A miss is a finding, and says by how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .hindcast import ALL_SHARES, COUNTS, Hindcast
from .model import GIVEN, MODELLED
from .record import MICROCARS

MOST_ERROR = 0.20  # mean absolute percentage error on plug-in car sales
MOST_SHARE_ERROR = 0.06  # mean absolute error of a class's share
COVERED = (0.60, 0.95)  # share of records within the 80 % intervals
NEAR_PEAK = 0.10  # of microcars' share at its recorded peak
NEAR_FALL = 0.15  # of what is left of the peak in the last recorded quarter
MET, MISSED, UNJUDGED = "met", "missed", "not judged"


@dataclass(frozen=True)
class Verdict:
    """One target: what was asked, what was found (in words and, where it is one number, as `value`), whether it is met."""

    name: str
    criterion: str
    found: str
    value: float | None
    result: str
    plain: str


def verdicts(made: Hindcast) -> list[Verdict]:
    """Every target with its verdict; one that the record cannot judge says so."""
    return [_totals(made, MODELLED), _totals(made, GIVEN), _shares(made), _covered(made), _peak(made), _fall(made)]


def _unjudged(name: str, criterion: str, why: str) -> Verdict:
    return Verdict(name, criterion, "", None, UNJUDGED, why)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _of(met: bool) -> str:
    return MET if met else MISSED


def _totals(made: Hindcast, method: str) -> Verdict:
    name = "Plug-in car sales" + (", total car sales given" if method == GIVEN else ", total car sales modelled")
    criterion = f"mean absolute error at most {_percent(MOST_ERROR)}"
    score = made.score_of(method, "plugin_sales")
    if score is None or score.mape is None:
        return _unjudged(name, criterion, "No plug-in car sales are recorded in these years.")
    above = sum(each.value > seen for each, seen in made.of(method, "plugin_sales"))
    gap = _gap(score.mape, MOST_ERROR, "percentage points", 100)
    plain = f"On average over {score.points} years the median forecast is {_percent(score.mape)} off, too many in {above} of them: {gap}."
    return Verdict(name, criterion, f"{_percent(score.mape)}", score.mape, _of(score.mape <= MOST_ERROR), plain)


def _gap(found: float, most: float, unit: str, factor: float) -> str:
    side = "within the target by" if found <= most else "beyond the target by"
    return f"{side} {abs(found - most) * factor:.1f} {unit}"


def _shares(made: Hindcast) -> Verdict:
    name, criterion = "Classes' shares of plug-in car sales", f"mean absolute error at most {100 * MOST_SHARE_ERROR:.0f} points"
    score = made.score_of(MODELLED, ALL_SHARES)
    if score is None:
        return _unjudged(name, criterion, "No class shares are recorded in these years.")
    each = {indicator: made.score_of(MODELLED, indicator).absolute for indicator in made.shares}
    worst = max(each, key=each.get)
    plain = (
        f"Over {score.points} shares the median is {100 * score.absolute:.1f} points off: {_gap(score.absolute, MOST_SHARE_ERROR, 'points', 100)}. "
        f"Furthest off is {worst.split('_', 3)[-1].replace('_', '-')}, by {100 * each[worst]:.1f} points."
    )
    return Verdict(name, criterion, f"{100 * score.absolute:.1f} points", score.absolute, _of(score.absolute <= MOST_SHARE_ERROR), plain)


def _covered(made: Hindcast) -> Verdict:
    name, criterion = "80 % intervals", f"cover {_percent(COVERED[0])} to {_percent(COVERED[1])} of the record"
    groups = {"totals": made.of(MODELLED, *COUNTS), "class shares": made.of(MODELLED, *made.shares) if made.shares else []}
    inside = {group: [ends[0] <= seen <= ends[1] for each, seen in pairs for ends in (each.ends,)] for group, pairs in groups.items()}
    every = [hit for hits in inside.values() for hit in hits]
    if not every:
        return _unjudged(name, criterion, "Nothing is recorded that an interval could cover.")
    share = float(np.mean(every))
    parts = ", ".join(f"{sum(hits)} of {len(hits)} {group}" for group, hits in inside.items() if hits)
    side = "too narrow" if share < COVERED[0] else "wider than they need be" if share > COVERED[1] else "about as wide as they say"
    plain = f"The intervals hold {sum(every)} of {len(every)} recorded figures ({parts}): they are {side}."
    return Verdict(name, criterion, f"{_percent(share)}", share, _of(COVERED[0] <= share <= COVERED[1]), plain)


def _quarters(made: Hindcast) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The model's draws of microcars' share and what is recorded of it, by quarter, where there are both."""
    seen = made.record.quarters(made.record.later)
    draws = {each.period: each.draws for each in made.forecasts if each.method == MODELLED and each.indicator == MICROCARS}
    return draws, {period: value for period, value in seen.items() if period in draws}


def _peak(made: Hindcast) -> Verdict:
    name, criterion = "Microcars' rise", f"their share at its recorded peak within {100 * NEAR_PEAK:.0f} points of the record"
    draws, seen = _quarters(made)
    if not seen:
        return _unjudged(name, criterion, "No quarter of microcars' share is recorded in these years.")
    peak = max(seen, key=seen.get)
    middle = float(np.median(draws[peak]))
    low, high = np.percentile(draws[peak], [10, 90])
    plain = (
        f"In {peak} microcars were {_percent(seen[peak])} of battery-electric cars sold; the median forecast is {_percent(middle)} "
        f"({_percent(low)} to {_percent(high)})."
    )
    return Verdict(name, criterion, f"{_percent(middle)} in {peak}", middle, _of(abs(middle - seen[peak]) <= NEAR_PEAK), plain)


def _fall(made: Hindcast) -> Verdict:
    name = "Microcars' fall"
    criterion = f"what is left of the peak in the last recorded quarter within {100 * NEAR_FALL:.0f} points of the record"
    draws, seen = _quarters(made)
    if len(seen) < 2 or max(seen, key=seen.get) == max(seen):
        return _unjudged(name, criterion, "The record shows no quarter after a peak.")
    peak, last = max(seen, key=seen.get), max(seen)
    left = float(np.median(draws[last] / np.maximum(draws[peak], 1e-12)))
    came = seen[last] / seen[peak]
    plain = f"From {peak} to {last} the share fell to {_percent(came)} of its peak in the record and to {_percent(left)} in the median forecast."
    return Verdict(name, criterion, f"{_percent(left)} of the peak", left, _of(abs(left - came) <= NEAR_FALL), plain)
