"""How well a case's figures are sourced."""

from __future__ import annotations

import pandas as pd

from .case import Case
from .small_case import SmallCase
from .vocabulary import STATUSES


def data_quality(case: Case | SmallCase) -> pd.DataFrame:
    """One row for each table and one for the parameters: rows, and number and share of rows by status.

    The numbers of a small case's setting carry no status, and are left out.

    Columns: table, rows, then `sourced`, `derived`, `unconfirmed`, `assumed` (counts) and the same with `_share`
    (1; NaN for a table without rows).

    >>> from shidian.cases import load_case
    >>> int(data_quality(load_case("toy")).set_index("table").loc["places", "assumed"])
    5
    """
    statuses = {name: frame["status"] for name, frame in case.tables.items()}
    if isinstance(case, Case):
        statuses["parameters"] = pd.Series([one.status for one in case.parameters.values()], dtype=str)
    return pd.DataFrame([_row(name, one) for name, one in statuses.items()])


def _row(name: str, statuses: pd.Series) -> dict[str, object]:
    counts = {status: int(statuses.eq(status).sum()) for status in STATUSES}
    shares = {f"{status}_share": count / len(statuses) if len(statuses) else float("nan") for status, count in counts.items()}
    return {"table": name, "rows": len(statuses), **counts, **shares}
