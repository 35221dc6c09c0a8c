"""The papers' tables computed again from their own rows, beside what was printed.

Table 1 and Table 2 are those of the paper on electric vehicles (`gomes2025`); the documents are those of the paper on Made
in China 2025 (`mic2025`). Nothing here is typed in: shares and sums come out of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

NATIONAL = "National"


def table_one(paper_tables: pd.DataFrame) -> pd.DataFrame:
    """Innovation indicators by place: printed values beside shares of the national sum and values per head.

    Share = place / national; per head = R&D in 10,000 RMB over population in 10,000 persons, and patents over the same.
    Columns: rd_expenditure, rd_share, rd_share_printed (%), rd_per_person (RMB/person), patents, patent_share (%),
    patents_per_10000_persons and the printed counterparts.
    """
    wide = _wide(paper_tables, "table-1")
    if wide.empty:
        return wide
    national = wide.loc[NATIONAL]
    return wide.assign(
        rd_share=100 * wide["rd_expenditure"] / national["rd_expenditure"],
        patent_share=100 * wide["patents"] / national["patents"],
        rd_per_person=wide["rd_expenditure"] / wide["population"],
        patents_per_10000_persons=wide["patents"] / wide["population"],
    )


def table_two(paper_tables: pd.DataFrame) -> pd.DataFrame:
    """Rounds of the rural programme by year: firms, models, microcar models, ministries, and the share of microcars (%)."""
    wide = _wide(paper_tables, "table-2")
    return wide if wide.empty else wide.assign(microcar_share=100 * wide["microcar_models"] / wide["models"])


@dataclass(frozen=True)
class DocumentShares:
    """What the rows on Made in China 2025 add up to; shares in per cent of documents that mention pilots."""

    provincial: float
    city: float
    city_above_province: int
    both_known: int
    provincial_above_half: int
    city_above_half: int
    places: int


def document_shares(mic2025: pd.DataFrame) -> DocumentShares:
    """Shares weighted by documents at both levels, and in how many provinces cities mention pilots more often."""
    both = mic2025.dropna(subset=["provincial_pilot_share", "city_pilot_share"])
    return DocumentShares(
        provincial=_weighted(mic2025["provincial_pilot_share"], mic2025["provincial_documents"]),
        city=_weighted(mic2025["city_pilot_share"], mic2025["city_documents"]),
        city_above_province=int((both["city_pilot_share"] > both["provincial_pilot_share"]).sum()),
        both_known=len(both),
        provincial_above_half=int((mic2025["provincial_pilot_share"] > 50).sum()),
        city_above_half=int((mic2025["city_pilot_share"] > 50).sum()),
        places=len(mic2025),
    )


def _weighted(share: pd.Series, weight: pd.Series) -> float:
    kept = share.notna() & weight.notna()
    return float((share[kept] * weight[kept]).sum() / weight[kept].sum())


def _wide(paper_tables: pd.DataFrame, table: str) -> pd.DataFrame:
    """One row a row of the printed table, in its order, with the columns as numbers."""
    rows = paper_tables[paper_tables["table"] == table].assign(row=lambda t: t["row"].astype(str))
    wide = rows.astype({"value": float}).pivot(index="row", columns="column", values="value")
    return wide.loc[list(dict.fromkeys(rows["row"]))]
