"""What simulation found each estimator to get wrong: for a reader of its figures, beside them.

Rates are those of 1,000 made panels of each kind in which the pilots did nothing, see docs/evidence-checks.md and
benchmarks/bench_evidence.py: 30 places, 12 years, ten pilots, two common factors (for "figure" 60 places and 15 pilots, not made alike in
it). A test holds them against that benchmark's results.
"""

from __future__ import annotations

from collections.abc import Iterable

# Kinds of panel, in words that follow "where".
PANELS = {
    "random": "sites were drawn at random",
    "bad year": "places became pilots because the period before the start was bad, and recover by themselves",
    "richest": "the places with the highest figures became pilots",
    "factors": "pilots move more than others with shocks common to all",
    "figure": "places rise with some figure and became pilots by it",
}
# Share of such panels called an effect at 5 %.
FALSE_POSITIVES: dict[str, dict[str, float]] = {
    "difference-in-differences": {"random": 0.040, "bad year": 0.050, "richest": 0.057, "factors": 0.137, "figure": 0.532},
    "callaway-santanna": {"random": 0.050, "bad year": 0.780, "richest": 0.040, "factors": 0.111, "figure": 0.174},
    "imputation": {"random": 0.040, "bad year": 0.050, "richest": 0.057, "factors": 0.137, "figure": 0.532},
    "synthetic-control": {"random": 0.031, "bad year": 0.188, "richest": 0.392, "factors": 0.059, "figure": 0.203},
    "synthetic-difference-in-differences": {"random": 0.027, "bad year": 0.306, "richest": 0.034, "factors": 0.061, "figure": 0.322},
}
BRIEFLY = {"random": "at random", "bad year": "after a bad year", "richest": "among the richest", "factors": "with shared shocks", "figure": "where trends differ"}
TOO_OFTEN = 0.10  # from there on a reader is warned


def worst(method: str) -> float:
    """The highest of an estimator's rates (`Estimate.method`); nought for one that was not put to this proof."""
    return max(FALSE_POSITIVES.get(method, {}).values(), default=0.0)


def over_rejects(method: str) -> dict[str, float]:
    """The kinds of panel in which an estimator calls an effect far too often, with its rate in each, the worst first.

    >>> over_rejects("callaway-santanna")["bad year"] > 0.5
    True
    """
    rates = FALSE_POSITIVES.get(method, {})
    return {kind: rates[kind] for kind in sorted(rates, key=rates.__getitem__, reverse=True) if rates[kind] >= TOO_OFTEN}


def caution(method: str) -> str:
    """A sentence for an estimator that is known to over-reject; empty where it is not."""
    found = [f"{rate:.0%} where {PANELS[kind]}" for kind, rate in over_rejects(method).items()]
    return f"Known to over-reject: of simulated pilots that did nothing it called an effect, in place of 5 %, in {'; in '.join(found)}." if found else ""


def brief_caution(method: str) -> str:
    """The same for a table.

    >>> brief_caution("no-such-method")
    ''
    """
    return "; ".join(f"{rate:.0%} {BRIEFLY[kind]}" for kind, rate in over_rejects(method).items())


def robust_first(methods: Iterable[str]) -> list[str]:
    """Estimators in the order of their worst rate, the lowest first; the given order among equals.

    >>> robust_first(["callaway-santanna", "imputation"])
    ['imputation', 'callaway-santanna']
    """
    return sorted(methods, key=worst)
