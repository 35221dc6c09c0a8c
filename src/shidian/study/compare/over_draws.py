"""Figures over draws: each figure is worked out in every draw first, then described by its mean and what nine draws in ten lie between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

LOW, HIGH = 0.05, 0.95
RUN = ["regime", "draw"]
ALL = "all"  # every line together, where a case has several


def over_draws(each: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """One row for each group and measure: mean, median, 5 % and 95 % points over draws, and how many draws have the figure.

    `each` has a row for each group and draw; all columns but those of `by` and `draw` are measures. Groups keep their order.
    """
    long = each.drop(columns="draw").melt(list(by), var_name="measure")
    long["value"] = long["value"].astype(float)
    grouped = long.groupby([*by, "measure"], sort=False)["value"]
    table = grouped.agg(["mean", "median"])
    return table.assign(low=grouped.quantile(LOW), high=grouped.quantile(HIGH), draws=grouped.count()).reset_index()


def standard_error(values: np.ndarray) -> float:
    """Standard error of the mean of draws, by which it would still move if others were drawn; NaN for fewer than two."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")


def by_line(table: pd.DataFrame, lines: Sequence[str]) -> pd.DataFrame:
    """The rows of each line, and where there are several lines once more under `all`."""
    return pd.concat([table, table.assign(line=ALL)], ignore_index=True) if len(lines) > 1 else table


def every(runs: pd.DataFrame, **columns: Sequence) -> pd.MultiIndex:
    """Every run beside every value of further columns, so that what did not happen counts as nought."""
    index = pd.MultiIndex.from_frame(runs[RUN])
    for name, values in columns.items():
        index = pd.MultiIndex.from_tuples([(*one, value) for one in index for value in values], names=[*index.names, name])
    return index


def lines_of(lines: Sequence[str]) -> list[str]:
    """Lines, and `all` where there are several."""
    return [*lines, ALL] if len(lines) > 1 else list(lines)


def in_order(table: pd.DataFrame, runs: pd.DataFrame, then: Sequence[str]) -> pd.DataFrame:
    """Rows in the order of the study: regimes as they were asked for, draws as they count up, and `then` columns within."""
    order = {name: number for number, name in enumerate(dict.fromkeys(runs["regime"]))}
    first = ["_regime", *(["draw"] if "draw" in table else [])]
    ranked = table.assign(_regime=table["regime"].map(order)).sort_values([*first, *then], kind="stable")
    return ranked.drop(columns="_regime").reset_index(drop=True)
