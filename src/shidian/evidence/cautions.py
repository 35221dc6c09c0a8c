"""What simulation found each estimator to get wrong: for a reader of its figures, beside them.

Rates are those of 1,000 made panels each in which the pilots did nothing, see docs/evidence-checks.md and
benchmarks/bench_evidence.py: 30 places, 12 years, ten pilots, two common factors.
"""

from __future__ import annotations

# Share of such panels called an effect at 5 %: sites at random, and sites picked because the year before was bad.
FALSE_POSITIVES = {
    "difference-in-differences": (0.040, 0.050),
    "callaway-santanna": (0.050, 0.780),
    "imputation": (0.040, 0.050),
    "synthetic-control": (0.031, 0.189),
    "synthetic-difference-in-differences": (0.027, 0.306),
}
TOO_OFTEN = 0.10  # from there on a reader is warned


def caution(method: str) -> str:
    """A sentence for an estimator (`Estimate.method`) that is known to over-reject; empty where it is not.

    >>> caution("imputation")
    ''
    """
    random, picked = FALSE_POSITIVES[method]
    if max(random, picked) < TOO_OFTEN:
        return ""
    return (
        f"Where places became pilots because the period before the start was bad, this method called an effect in {picked:.0%} of simulated "
        f"pilots that did nothing, in place of 5 % ({random:.0%} where sites were drawn at random): they recover by themselves."
    )
