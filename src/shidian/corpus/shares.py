"""Shares of documents that speak of experimenting, by level, place, year and theme: in titles and in texts, never as one figure.

A share is with / documents; its interval is Wilson's for 95 % (E. B. Wilson, Journal of the American Statistical Association 22, 1927):

    centre = (p + z^2 / 2n) / (1 + z^2 / n),   half width = z / (1 + z^2 / n) * sqrt(p (1 - p) / n + z^2 / 4 n^2),   z = 1.96

It takes documents for draws. Where all documents of a place are at hand, it says how far a count of that size can be leaned on.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from ..foundations.shares import wilson
from .record import LEVELS
from .says import column
from .terms import TermSet, themes

TITLE, TEXT, ACT = "title", "text", "act"  # where a measure looks; an act is what the whole document does
UNKNOWN = "unknown"
MERGED, KEPT = "merged", "kept"
ALL = "all documents"
ALL_PLACES, NATIONAL, NO_PLACE, OTHER = "all places", "national level", "no place known", "other"
ACTS = {"launches a pilot": ("launches",), "launches or regulates a pilot": ("launches", "regulates")}
DESIGNATES = "designates a zone"
COLUMNS = ("by", "level", "place", "year", "theme", "set", "where", "copies", "documents", "with", "share", "low", "high")
GROUPS = {
    "all": (),
    "level": ("level",),
    "year": ("year",),
    "level and year": ("level", "year"),
    "province": ("province",),
    "province and level": ("province", "level"),
    "province and year": ("province", "year"),
    "prefecture": ("prefecture",),
}


def measures(frame: pd.DataFrame, sets: dict[str, TermSet]) -> dict[tuple[str, str], np.ndarray]:
    """What is counted of each document, by (set, where): words in titles, words in texts, and acts."""
    found = {}
    for name, one in sets.items():
        if one.kind == "experiment":
            found[name, TITLE] = (frame[f"title_{column(name)}"] > 0).to_numpy()
            found[name, TEXT] = (frame[f"text_{column(name)}"] > 0).to_numpy()
    found |= {(name, ACT): frame["role"].isin(roles).to_numpy() for name, roles in ACTS.items()}
    return found | {(DESIGNATES, ACT): frame["designates"].to_numpy(bool)}


def of_theme(frame: pd.DataFrame, theme: str) -> np.ndarray:
    """Which documents speak of a theme, in title or text; all of them for `ALL`."""
    if theme == ALL:
        return np.ones(len(frame), bool)
    return ((frame[f"text_{column(theme)}"] > 0) | (frame[f"title_{column(theme)}"] > 0)).to_numpy()


def shares(frame: pd.DataFrame, sets: dict[str, TermSet]) -> pd.DataFrame:
    """Every share with its interval, a row each: by level, place, year and theme, with copies merged and kept.

    `frame` has a row a document: id, level, province, prefecture, year, amended, copy_of, and the columns of `says`. A level, a place or a year
    that is not known counts as `unknown`; so does, for what stands in a text, the year of a document whose text was amended since.
    """
    found = measures(frame, sets)
    titles, others = ({name: mask for name, mask in found.items() if (name[1] == TITLE) is is_title} for is_title in (True, False))
    of_text = frame["year"].where(frame["amended"].isna())
    return pd.concat([_shares(frame, sets, titles, frame["year"]), _shares(frame, sets, others, of_text)], ignore_index=True)


def _shares(frame: pd.DataFrame, sets: dict[str, TermSet], found: dict[tuple[str, str], np.ndarray], years: pd.Series) -> pd.DataFrame:
    """The shares of some measures, with the year that counts for them."""
    counted = np.stack([*found.values()], axis=1).astype(np.int64)
    keys = {name: frame[name].replace("", UNKNOWN).to_numpy(dtype=object) for name in ("level", "province", "prefecture")}
    keys["year"] = np.array([UNKNOWN if pd.isna(year) else str(int(year)) for year in years], dtype=object)
    blocks = []
    for theme in (ALL, *(one.name for one in themes(sets))):
        speaks = of_theme(frame, theme)
        for copies, mask in ((MERGED, speaks & (frame["copy_of"] == "").to_numpy()), (KEPT, speaks)):
            kept = {name: values[mask] for name, values in keys.items()}
            blocks += [_grouped(counted[mask], kept, names) | {"by": by, "theme": theme, "copies": copies} for by, names in GROUPS.items()]
    return _rows(blocks, [*found])


def _grouped(counted: np.ndarray, keys: dict[str, np.ndarray], names: tuple[str, ...]) -> dict[str, Any]:
    """Documents and those with each measure by group: a row a group, in order of its keys; one row where nothing divides them."""
    group = np.zeros(len(counted), np.int64)
    values: list[np.ndarray] = []
    for name in names:
        known, place = np.unique(keys[name].astype(str), return_inverse=True)
        values.append(known)
        group = group * len(known) + place
    present, number = np.unique(group, return_inverse=True) if names else (np.zeros(1, np.int64), group)
    sums = np.zeros((len(present), counted.shape[1]), np.int64)
    np.add.at(sums, number, counted)
    said = {}
    for name, known in reversed([*zip(names, values, strict=True)]):
        said[name] = known[present % len(known)]
        present = present // len(known)
    return {"keys": said, "sums": sums, "documents": np.bincount(number, minlength=len(sums))}


def _rows(blocks: list[dict[str, Any]], found: list[tuple[str, str]]) -> pd.DataFrame:
    """Blocks of counts as one table, a row a group and measure."""
    many, columns = len(found), {name: [] for name in COLUMNS[:10]}
    for block in blocks:
        groups = len(block["sums"])
        said = block["keys"]
        empty = np.full(groups, "", dtype=object)
        place = said.get("province", said.get("prefecture", empty))
        for name, values in (
            ("level", said.get("level", empty)),
            ("place", place),
            ("year", said.get("year", empty)),
            ("documents", block["documents"]),
        ):
            columns[name].append(np.repeat(values, many))
        for name in ("by", "theme", "copies"):
            columns[name].append(np.full(groups * many, block[name], dtype=object))
        for at, name in enumerate(("set", "where")):
            columns[name].append(np.tile(np.array([one[at] for one in found], dtype=object), groups))
        columns["with"].append(block["sums"].ravel())
    return with_intervals(pd.DataFrame({name: np.concatenate(parts) for name, parts in columns.items()}))[list(COLUMNS)]


def with_intervals(rows: pd.DataFrame) -> pd.DataFrame:
    """Counts with their share and its interval."""
    low, high = wilson(rows["with"], rows["documents"])
    share = rows["with"] / rows["documents"].where(rows["documents"] > 0)
    return rows.assign(share=share, low=low, high=high)


# --- the paper's table, and the trend -----------------------------------------------------------------------------------


def by_place(frame: pd.DataFrame, theme: str, names: dict[str, str]) -> pd.DataFrame:
    """The second paper's table for a theme: each province's documents and the share that mention pilots, by provincial and city level.

    Copies are merged; a mention is a word of the set `pilot` in text or title. Rows stand in the order of provincial documents, as printed
    in R-2022-116E. The last rows are the sum of the places, the national level, and what has no place.
    """
    own = frame[(frame["copy_of"] == "").to_numpy() & of_theme(frame, theme)]
    local = own["province"].isin(names) & own["level"].isin(LEVELS[1:])
    row = own["province"].where(local, (own["level"] == LEVELS[0]).map({True: NATIONAL, False: NO_PLACE}))
    pilot = (own["text_pilot"] > 0) | (own["title_pilot"] > 0)
    counts = (
        pd.DataFrame({"place": row, "level": own["level"].where(local, OTHER), "pilot": pilot})
        .groupby(["place", "level"])["pilot"]
        .agg(["size", "sum"])
    )
    wide = {(level, what): _count(counts, level, what) for level in (*LEVELS[1:], OTHER) for what in ("size", "sum")}
    table = pd.DataFrame(wide, index=sorted({*row})).fillna(0).astype(np.int64)
    order = [(LEVELS[1], "size"), (LEVELS[2], "size")]
    places = table[~table.index.isin([NATIONAL, NO_PLACE])].sort_values(order, ascending=False, kind="stable")
    rows = [*places.index, ALL_PLACES, *(name for name in (NATIONAL, NO_PLACE) if name in table.index)]
    table.loc[ALL_PLACES] = places.sum()
    return _written(table.loc[rows], theme, names)


def _count(counts: pd.DataFrame, level: str, what: str) -> pd.Series:
    return counts[what].xs(level, level="level") if level in counts.index.get_level_values("level") else pd.Series(dtype=float)


def _written(table: pd.DataFrame, theme: str, names: dict[str, str]) -> pd.DataFrame:
    """Columns as they are printed: for each level documents, with, share, low, high."""
    said = [names.get(place, place) for place in table.index]
    parts = [pd.DataFrame({"theme": theme, "place": table.index, "name": said})]
    for level in (*LEVELS[1:], OTHER):
        counted = with_intervals(table[level].rename(columns={"size": "documents", "sum": "with"}))
        parts.append(counted.add_prefix(f"{level}_").reset_index(drop=True))
    return pd.concat(parts, axis=1)


def trend(rows: pd.DataFrame, sets: dict[str, TermSet]) -> pd.DataFrame:
    """Shares of national titles by year, each set apart, beside the shares of titles that Heilmann found.

    `rows` are those of `shares`; text counts are left out, for they measure something else.
    """
    national = rows[(rows["by"] == "level and year") & (rows["level"] == LEVELS[0]) & (rows["where"] == TITLE) & (rows["copies"] == MERGED)]
    national = national[(national["theme"] == ALL) & (national["year"] != UNKNOWN)]
    titles = {name: one.title for name, one in sets.items()}
    kept = national.assign(year=national["year"].astype(int), series=national["set"].map(titles), bound="", source="this store")
    printed = heilmann().rename(columns={"from": "year"}).assign(series="Heilmann: titles on economic reform", set="")
    names = ["series", "set", "year", "to", "documents", "with", "share", "low", "high", "bound", "source", "note"]
    return pd.concat([kept.assign(to=kept["year"], note=""), printed]).reindex(columns=names).reset_index(drop=True)


def heilmann() -> pd.DataFrame:
    """Shares of experimentation in titles of national documents on economic reform, as the second paper cites them."""
    with files(__package__).joinpath("heilmann.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)
