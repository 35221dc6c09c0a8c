"""Lineages: each document's parent is the one that it took most from, directly; documents with one root are a family."""

from __future__ import annotations

import pandas as pd

NO_PARENT = ""


def lineages(frame: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """A row for each document that took words or gave them: its lineage (id of the root), parent, direction, and steps from the root.

    Pairs of unknown direction, and those whose words come from a common source, make no lineage: the source itself does.
    """
    direct = pairs[(pairs["direction"] != "unknown") & (pairs["common_source"] == "")]
    best = direct.sort_values(["weighted", "earlier"], ascending=[False, True]).drop_duplicates("later").set_index("later")
    parent, direction, share = (best[name].to_dict() for name in ("earlier", "direction", "share_of_later"))
    rows = []
    for key in sorted({*parent, *parent.values()}):
        line = _line(key, parent)
        rows.append((line[-1], key, parent.get(key, NO_PARENT), len(line) - 1, direction.get(key, ""), share.get(key)))
    table = pd.DataFrame(rows, columns=["lineage", "id", "parent", "step", "direction", "share_taken"])
    about = frame[["id", "title", "level", "province", "prefecture", "date", "amended"]]
    table = table.merge(about, on="id").assign(size=table.groupby("lineage")["id"].transform("size").to_numpy() if len(table) else [])
    return table.sort_values(["size", "lineage", "step", "date", "id"], ascending=[False, True, True, True, True], ignore_index=True)


def _line(key: str, parent: dict[str, str]) -> list[str]:
    """A document and those above it; parents are always earlier, so that the line ends."""
    line = [key]
    while line[-1] in parent:
        line.append(parent[line[-1]])
    return line
