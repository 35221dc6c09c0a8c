"""What each way of appraising cost: beliefs against the truth, and decisions against what would have been right.

Only a simulated world knows the truth; nobody who governs reads it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .over_draws import RUN, by_line, every, in_order, lines_of, over_draws

VERDICTS = ("good scaled", "bad scaled", "good killed", "bad killed")


def appraising(judgements: pd.DataFrame, rollouts: pd.DataFrame, runs: pd.DataFrame, lines: Sequence[str]) -> pd.DataFrame:
    """By regime and line, over draws: decisions and what they were worth.

        decisions           changes of a stance to support or inhibition
        good_scaled ...     of these, how many of each verdict
        bias                mean of believed - truth over decisions, points; `bias_supported` over those to support
        error               root mean square of believed - truth
        regret              points lost a decision; `regret_total` summed over decisions
        rollouts, harmful   decisions to put in force nationally, and the share of these whose true effect is below nought
        over_promise, disappointment   means over roll-outs: promise - effect, and pilot - effect

    Counts are nought in draws without a decision; means then have no value.
    """
    at = [*RUN, "line"]
    judged, rolled = by_line(judgements, lines), by_line(rollouts, lines)
    gap = judged["believed"] - judged["truth"]
    judged = judged.assign(bias=gap, square=gap**2, bias_supported=gap.where(judged["stance"] > 0))
    counts = judged.groupby([*at, "verdict"], sort=False).size().unstack("verdict", fill_value=0).reindex(columns=list(VERDICTS), fill_value=0)
    grouped, scaled = judged.groupby(at, sort=False), rolled.astype({"harmful": float}).groupby(at, sort=False)
    index = every(runs, line=lines_of(lines))
    table = counts.rename(columns=lambda name: name.replace(" ", "_")).reindex(index, fill_value=0)
    table.insert(0, "decisions", table.sum(axis=1))
    means = grouped[["bias", "bias_supported", "regret"]].mean().assign(error=np.sqrt(grouped["square"].mean()))
    table = table.join(means).assign(regret_total=grouped["regret"].sum().reindex(index, fill_value=0.0), rollouts=scaled.size().reindex(index, fill_value=0))
    table = table.join(scaled[["harmful", "over_promise", "disappointment"]].mean())
    return over_draws(in_order(table.reset_index(), runs, ["line"]), ["regime", "line"])
