"""Levels under each regime, and paired differences between regimes.

A measure is a column of the years. It is brought to one number a run in three ways, the horizons; a difference is taken draw by
draw between runs that share all luck, so that only what the regime did is left in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from .over_draws import HIGH, LOW, RUN, over_draws, standard_error

HORIZONS = {
    "end": "the last year",
    "mean": "the mean over years",
    "discounted": "the sum over years, each year's value divided by (1 + discount) to the number of years since the first",
}


def measures_of(years: pd.DataFrame) -> list[str]:
    """Columns that measure something: all that hold numbers."""
    return [name for name in years.columns if name not in (*RUN, "year") and pd.api.types.is_numeric_dtype(years[name])]


def direction(measure: str) -> int:
    """1 where more is better, -1 where less is, 0 where neither can be said.

    >>> direction("goal_safety"), direction("money_local"), direction("packages")
    (1, -1, 0)
    """
    if measure == "score" or measure.startswith("goal_"):
        return 1
    return -1 if measure == "cost" or measure.startswith("money_") else 0


def totals(years: pd.DataFrame, discount: float) -> pd.DataFrame:
    """(run, horizon): every measure as one number."""
    measures = measures_of(years)
    weight = (1 + discount) ** -(years["year"] - years["year"].min())
    grouped = years.groupby(RUN, sort=False)
    parts = {
        "end": years[years["year"] == years["year"].max()].set_index(RUN)[measures],
        "mean": grouped[measures].mean(),
        "discounted": years[measures].mul(weight, axis=0).groupby([years[name] for name in RUN], sort=False).sum(),
    }
    return pd.concat([part.assign(horizon=name).reset_index() for name, part in parts.items()], ignore_index=True)


def levels(years: pd.DataFrame, discount: float) -> pd.DataFrame:
    """Every measure under each regime, by horizon, over draws."""
    return over_draws(totals(years, discount), ["regime", "horizon"])


def differences(years: pd.DataFrame, regimes: Sequence[str], against: str, discount: float) -> pd.DataFrame:
    """Each regime less the one that it is held against, over the draws that came through under both.

    `low` and `high` are the 5 % and 95 % points over draws, `error` the standard error of the mean, `better` the share of draws in which
    the regime does better: more of a goal, less money; empty for what has no better.
    """
    each = totals(years, discount).set_index(["horizon", *RUN])
    rows = list(_rows(each, [one for one in regimes if one != against], against))
    return pd.DataFrame(rows, columns=["regime", "against", "measure", "horizon", "mean", "median", "low", "high", "error", "better", "draws"])


def _rows(each: pd.DataFrame, others: Sequence[str], against: str) -> Iterator[dict]:
    for horizon in HORIZONS:
        there = each.loc[horizon]
        base = _of(there, against)
        for regime in others:
            gaps = (_of(there, regime) - base).dropna(how="all")
            for measure in each.columns:
                head = {"regime": regime, "against": against, "measure": measure, "horizon": horizon}
                yield head | _described(gaps[measure].dropna().to_numpy(float), direction(measure))


def _of(there: pd.DataFrame, regime: str) -> pd.DataFrame:
    """The runs of one regime by draw; none where all failed."""
    return there[there.index.get_level_values("regime") == regime].droplevel("regime")


def _described(gaps: np.ndarray, sign: int) -> dict[str, float]:
    """Differences of one measure, over draws."""
    if not len(gaps):
        return dict.fromkeys(("mean", "median", "low", "high", "error", "better"), np.nan) | {"draws": 0}
    low, median, high = np.quantile(gaps, (LOW, 0.5, HIGH))
    better = float((gaps * sign > 0).mean()) if sign else np.nan
    return {"mean": gaps.mean(), "median": median, "low": low, "high": high, "error": standard_error(gaps), "better": better, "draws": len(gaps)}
