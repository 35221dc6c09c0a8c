"""One run's lineage as a picture: which run is shown, where its marks stand, and from where their lines come."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from ..charts.lineage import lineage
from ..theme import INK
from .folder import Compared, said_line
from .looks import LEARNED

CENTRE, NATIONAL, ROLLOUT = "centre", "national", "national roll-out"
MOST_MARKS = 250  # of a picture and its table; beyond, the package that most places took up is shown alone
WIDTH = 0.7  # of a year, over which marks of one year and province are spread


@dataclass(frozen=True)
class Descent:
    """A lineage as a chart and as rows; `alone` names the package that is shown alone where there is no room for all."""

    chart: alt.LayerChart
    rows: pd.DataFrame
    alone: str


def picture(made: Compared, regime: str) -> Descent | None:
    """The lineage of one run of a regime; None where nobody took anything up."""
    rows = made.tables["adoptions"]
    rows = rows[(rows["regime"] == regime) & (rows["brought"] != NATIONAL)]
    if rows.empty:
        return None
    draw = middling(rows)
    rows, decided = rows[rows["draw"] == draw], _rollouts(made, regime, draw)
    crowded = len(rows) + len(decided) > MOST_MARKS
    if crowded:
        rows, decided = _most_adopted(rows, decided)
    marks = placed(pd.concat([rows, decided]))
    lanes = list(dict.fromkeys([CENTRE, *marks["lane"]]))
    told = {lane: made.names.get(lane, lane) for lane in lanes}
    links = linked(marks)
    drawn = marks.assign(lane=marks["lane"].map(told), place=[made.names.get(one, one) for one in marks["place"]])
    drawn["source"] = [made.names.get(one, one) or "nobody" for one in marks["learned_from"]]
    drawn["package"] = [f"{said_line(line)} {package}".strip() for line, package in zip(marks["line"], marks["package"], strict=True)]
    links = links.assign(lane=links["lane"].map(told), from_lane=links["from_lane"].map(told))
    shown = drawn[["time", "year", "lane", "place", "package", "origin", "source"]]
    chart = lineage(
        shown, links, lanes=list(dict.fromkeys(told.values())), origins={**LEARNED, ROLLOUT: INK}, title=f"{regime}, draw {draw}"
    )
    return Descent(chart, shown, shown["package"].iloc[0] if crowded else "")


def middling(rows: pd.DataFrame) -> int:
    """The draw with the median number of adoptions, the first where there are several."""
    counts = rows.groupby("draw").size().sort_values(kind="stable")
    return int(counts.index[(len(counts) - 1) // 2])


def _rollouts(made: Compared, regime: str, draw: int) -> pd.DataFrame:
    """Decisions of one run to put a package in force everywhere, as marks of the centre."""
    rows = made.tables["rollouts"]
    rows = rows[(rows["regime"] == regime) & (rows["draw"] == draw)][["year", "line", "package"]]
    return rows.assign(place=CENTRE, province=CENTRE, origin=ROLLOUT, learned_from="")


def _most_adopted(rows: pd.DataFrame, decided: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The package that most places took up, alone; of its adoptions as many of the first as there is room for."""
    line, package = rows.groupby(["line", "package"]).size().idxmax()
    rows, decided = (each[(each["line"] == line) & (each["package"] == package)] for each in (rows, decided))
    return rows.sort_values("year", kind="stable").head(MOST_MARKS - len(decided)), decided


def placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Adoptions with their lane (the province) and a time at which none hides another; lanes in order of their first adoption."""
    rows = rows.sort_values(["year", "province", "place"], kind="stable").rename(columns={"province": "lane"})
    within = rows.groupby(["year", "lane"])
    time = rows["year"] + WIDTH * within.cumcount() / within["place"].transform("size")
    return rows.assign(time=time.astype(float).round(3))


def linked(marks: pd.DataFrame) -> pd.DataFrame:
    """A line for each adoption that was learned from somebody: to where the source took the package up, or to the centre."""
    earlier: dict[tuple[str, str, str], list[tuple[float, str]]] = {}
    links = []
    for row in marks.itertuples():
        if row.learned_from == CENTRE:
            links.append((row.time, row.lane, row.time, CENTRE))
        elif row.learned_from:
            before = [one for one in earlier.get((row.learned_from, row.line, row.package), []) if one[0] < row.year]
            if before:
                links.append((row.time, row.lane, *before[-1]))
        earlier.setdefault((row.place, row.line, row.package), []).append((row.time, row.lane))
    return pd.DataFrame(links, columns=["time", "lane", "from_time", "from_lane"])
