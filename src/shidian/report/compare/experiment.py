"""The second stage: how much is tried, at whose initiative, and who starts what where."""

from __future__ import annotations

import pandas as pd

from ...study.compare.starters import starters
from ..charts import Measure, tile_map
from ..markup import Block, Figure, Prose, Section, Table
from ..numbers import plain
from .folder import Compared, said_line
from .levels import of_years, panel, percent, side_by_side, table

SHOWN = {
    "active": ("Localities that hold a package", "1"), "packages": ("Different packages in force", "packages"),
    "mandated": ("Trials sited by the centre", "localities"),
    "enrolled": ("Localities under national packages", "localities"), "initiative": ("Share of the centre", "1"),
}  # fmt: skip
LEADERS = 3  # first adopters that the table names
FEWEST_TILES = 4
LINES = 4  # lines whose maps are drawn


def experiment(made: Compared) -> Section:
    """Amounts by regime, then first adopters as a table and on tiles."""
    present = {column: said for column, said in SHOWN.items() if column in made.tables["years"]}
    panels = [panel(made, of_years(made, column), *said) for column, said in present.items()]
    data = table(made, {title: (of_years(made, column), unit) for column, (title, unit) in present.items()})
    caption = (
        "Mean over years. Mark: mean over draws; line: nine in ten draws. Circles are regimes, diamonds are nulls. The share of the "
        "centre is 0 % where a place "
        "would have started without it and 100 % where it would not."
    )
    said = "An experiment is a package that a place takes up. Some are sited by the centre; others start because a place wants them."
    blocks: list[Block] = [Prose(said), Figure(panels, caption, data)] if panels else [Prose(said)]
    return Section("experiment", "Experiment", [*blocks, *_first(made), *_maps(made)])


# --- who was first ----------------------------------------------------------------------------------------------------


def started(made: Compared) -> pd.DataFrame:
    """Adoptions that no national roll-out brought."""
    adoptions = made.tables["adoptions"]
    return adoptions[adoptions["brought"] != "national"]


def first_adopters(made: Compared) -> pd.DataFrame:
    """Who was first to take up anything of a line, by regime and place, with the share of draws."""
    return starters(made.tables["adoptions"].assign(package="anything"), made.tables["years"])


def _first(made: Compared) -> list[Table]:
    if started(made).empty:
        return []
    found = first_adopters(made)
    rows = [_first_row(made, own, line, regime) for line in made.lines for regime in made.regimes if len(own := _of(found, line, regime))]
    caption = (
        f"Who was first in each line: the {LEADERS} places that most often were among the first to take anything up, with the share of "
        "draws; how many were in a draw. "
        "Of itself: the share of first trials that the centre had not sited. What a national roll-out brought does not count."
    )
    frame = pd.DataFrame(rows)
    return [
        Table(
            frame if frame["Line"].any() else frame.drop(columns="Line"),
            caption,
            numbers=("Places", "Mean year", "Of itself", "Share of the centre"),
        )
    ]


def _of(found: pd.DataFrame, line: str, regime: str) -> pd.DataFrame:
    return found[(found["line"] == line) & (found["regime"] == regime)]


def _first_row(made: Compared, own: pd.DataFrame, line: str, regime: str) -> dict[str, str]:
    leaders = ", ".join(f"{made.names.get(row.place, row.place)} {percent(row.share)}" for row in own.head(LEADERS).itertuples())
    weight = own["share"] / own["share"].sum()
    year, alone, centre = ((own[column] * weight).sum() for column in ("year", "itself", "initiative"))
    return {
        "Line": said_line(line),
        "Regime": regime,
        "First": leaders,
        "Places": plain(round(own["share"].sum(), 1)),
        "Mean year": f"{year:.0f}",
        "Of itself": percent(alone),
        "Share of the centre": percent(centre),
    }


# --- where it went ----------------------------------------------------------------------------------------------------


def reached(made: Compared, regime: str, line: str) -> pd.DataFrame:
    """By tile and year: the share of the province's places that had taken up anything of a line by then, mean over draws."""
    rows = started(made)
    rows = rows[(rows["regime"] == regime) & (rows["line"] == line)]
    first = rows.groupby(["province", "place", "draw"])["year"].min()
    cells = _cells(made)
    parts = []
    for year in range(made.years[0], made.years[1] + 1):
        number = first[first <= year].groupby("province").size() / made.draws
        share = (cells["province"].map(number).fillna(0.0) / cells["places"]).clip(upper=1.0)
        parts.append(cells.assign(time=year, value=share.round(2)))
    table = pd.concat(parts)
    return table.assign(low=table["value"], high=table["value"])


def _cells(made: Compared) -> pd.DataFrame:
    """Provinces that have a cell, by the name or code under which adoptions know them."""
    placed = made.tables["places"].dropna(subset=["grid_row", "grid_col"])
    known = set(made.tables["adoptions"]["province"])
    by = "code" if len(known & set(placed["code"])) >= len(known & set(placed["name"])) else "name"
    below = made.tables["places"].groupby("parent").size()  # a municipality has no places below it and counts as one
    cells = placed.assign(province=placed[by].astype(str), places=placed["code"].map(below).fillna(1.0))[
        ["province", "name", "places", "grid_row", "grid_col"]
    ]
    return cells.rename(columns={"grid_row": "row", "grid_col": "column"}).astype({"row": int, "column": int})


def _maps(made: Compared) -> list[Figure]:
    """A figure for each line, a map for each of the first regimes."""
    if len(_cells(made)) < FEWEST_TILES or started(made).empty:
        return []
    return [figure for line in made.lines[:LINES] if (figure := _map(made, line)) is not None]


def _map(made: Compared, line: str) -> Figure | None:
    shown = side_by_side(made)
    tables = {regime: rows for regime in shown if (rows := reached(made, regime, line))["value"].max() > 0}
    if not tables:
        return None
    year = _half_way(next(iter(tables.values())))
    maps = []
    for regime, rows in tables.items():
        measure = Measure(f"{regime}: places", "1", 0.01)
        maps.append(tile_map(rows, measure=measure, year=year))
    caption = (
        f"{said_line(line) or 'Any package'}: the share of the places of a province that had taken it up by the year that the slider "
        f"sets ({year} at first), mean over draws, under "
        f"{' and '.join(tables)}. What a national roll-out brought does not count. All tiles are the same size."
    )
    return Figure(maps, caption, _map_rows(tables, year))


def _half_way(table: pd.DataFrame) -> int:
    """The year in which half of the last spread is reached: late enough to see something, early enough to see where it began."""
    total = table.groupby("time")["value"].sum()
    return int(total.index[total >= total.max() / 2][0])


def _map_rows(tables: dict[str, pd.DataFrame], year: int) -> pd.DataFrame:
    rows = {regime: table[table["time"] == year].set_index("name")["value"] for regime, table in tables.items()}
    told = pd.DataFrame({"Province": next(iter(rows.values())).index})
    for regime, shares in rows.items():
        told[f"{regime}, {year}"] = [percent(shares[name]) for name in told["Province"]]
    return told
