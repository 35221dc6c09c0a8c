"""The papers' tables, computed again beside the printed figures."""

from __future__ import annotations

import pandas as pd

from ..inputs import ReportInput
from ..markup import Block, Prose, Section, Table
from ..paper_tables import document_shares, table_one, table_two


def paper(inputs: ReportInput) -> Section | None:
    """Table 1, Table 2 and the table of documents, as far as the case brings them."""
    blocks: list[Block] = []
    if (printed := inputs.tables.get("paper_tables")) is not None:
        blocks += [*_innovation(table_one(printed)), *_countryside(table_two(printed))]
    if (documents := inputs.tables.get("mic2025")) is not None:
        blocks += _documents(documents)
    return Section("paper", "The papers' tables, recomputed", blocks) if blocks else None


def _innovation(wide: pd.DataFrame) -> list[Block]:
    if wide.empty:
        return []
    columns = {
        "R&D, 10,000 RMB": _whole(wide["rd_expenditure"]),
        "Share, %": _beside(wide, "rd_share"),
        "RMB per person": _beside(wide, "rd_per_person"),
        "Invention patents": _whole(wide["patents"]),
        "Share of patents, %": _beside(wide, "patent_share"),
        "Per 10,000 persons": _beside(wide, "patents_per_10000_persons"),
    }
    caption = (
        "The paper's Table 1: innovation indicators of 2022. Shares and values per head are computed from the rows; what "
        "was printed stands in brackets. R&D and patents of industrial enterprises above a size."
    )
    return [Table(_framed(wide, "Place", columns), caption, tuple(columns))]


def _countryside(wide: pd.DataFrame) -> list[Block]:
    if wide.empty:
        return []
    columns = {
        "Firms": _whole(wide["firms"]),
        "Models": _whole(wide["models"]),
        "Microcar models": _whole(wide["microcar_models"]),
        "Share of microcars, %": _beside(wide, "microcar_share"),
        "Ministries": _whole(wide["ministries"]),
    }
    caption = "The paper's Table 2: rounds of NEVs to the Countryside. Shares are computed; what was printed stands in brackets."
    return [Table(_framed(wide, "Year", columns), caption, tuple(columns))]


def _documents(rows: pd.DataFrame) -> list[Block]:
    sums = document_shares(rows)
    said = (
        f"Weighted by documents, {sums.provincial:.1f} % of provincial and {sums.city:.1f} % of city documents on Made in China "
        f"2025 mention pilots. Cities do so more often than their province in {sums.city_above_province} of {sums.both_known} "
        f"provinces. The share is above one half at the provincial level in {sums.provincial_above_half} of {sums.places} places "
        f"and at the city level in {sums.city_above_half} of {sums.both_known}."
    )
    ordered = rows.sort_values("provincial_documents", ascending=False).set_index("name")
    gap = ordered["city_pilot_share"] - ordered["provincial_pilot_share"]
    columns = {
        "Provincial: documents": _whole(ordered["provincial_documents"]),
        "Provincial: mention pilots, %": _tenths(ordered["provincial_pilot_share"]),
        "City: documents": _whole(ordered["city_documents"]),
        "City: mention pilots, %": _tenths(ordered["city_pilot_share"]),
        "City less province, points": [
            f"{value:+.1f}".replace("-", "\u2212") if pd.notna(value) else "" for value in gap
        ],
    }
    caption = "Documents on Made in China 2025 and the share that mention pilots, by place and level."
    return [Prose(said), Table(_framed(ordered, "Place", columns), caption, tuple(columns))]


def _framed(wide: pd.DataFrame, first: str, columns: dict[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame({first: [str(name) for name in wide.index]} | columns)


def _whole(values: pd.Series) -> list[str]:
    return [f"{value:,.0f}" if pd.notna(value) else "" for value in values]


def _tenths(values: pd.Series) -> list[str]:
    return [f"{value:.1f}" if pd.notna(value) else "" for value in values]


def _beside(wide: pd.DataFrame, computed: str) -> list[str]:
    """The computed value with the printed one in brackets."""
    printed = wide.get(f"{computed}_printed", pd.Series(index=wide.index, dtype=float))
    pairs = zip(wide[computed], printed, strict=True)
    return [f"{ours:,.2f} ({theirs:,.2f})" if pd.notna(theirs) else f"{ours:,.2f}" for ours, theirs in pairs]
