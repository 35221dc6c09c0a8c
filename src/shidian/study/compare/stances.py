"""What the centre said and how hard it meant it, through time and at the end.

The contrast of the two source papers is read here: how often a package ends inhibited but not gone, how often supported, how
often the reverse.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...governance.selection import INHIBIT, SUPPORT, TOLERATE
from .over_draws import RUN, by_line, every, in_order, lines_of, over_draws

ENDS = ("supported", "tolerated", "inhibited, not gone", "inhibited and gone", "nothing in use")
SUPPORTED, TOLERATED, UNGONE, GONE, NOTHING = ENDS
TURNS = ("ever supported", "ever inhibited", "supported, later inhibited", "inhibited, later supported")
ANY, LEADING = "(any)", "(leading)"


def through_time(stances: pd.DataFrame, runs: pd.DataFrame, lines: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """By regime, line and year: packages under each stance, places that hold them, mean force where inhibited, endorsed, national, laws.

    Counts are means over draws with 5 % and 95 % points; force has a value only in draws in which something is inhibited.
    """
    told = by_line(stances, lines)
    against, held = told["stance"] == INHIBIT, told["places"] > 0
    parts = pd.DataFrame({
        "supported": told["stance"] == SUPPORT, "tolerated": (told["stance"] == TOLERATE) & held, "inhibited": against, "inhibited_not_gone": against & held,
        "places_supported": told["places"].where(told["stance"] == SUPPORT, 0), "places_inhibited": told["places"].where(against, 0),
        "endorsed": told["endorsed"].astype(bool), "national": told["national"].astype(bool), "laws": told["law"].notna(),
    }).astype(float)  # fmt: skip
    at = [*RUN, "line", "year"]
    keyed = pd.concat([told[at], parts], axis=1).groupby(at, sort=False).sum()
    table = keyed.reindex(every(runs, line=lines_of(lines), year=years), fill_value=0.0)
    table["force"] = told["force"].where(against).groupby([told[name] for name in at], sort=False).mean().reindex(table.index)
    return over_draws(table.reset_index(), ["regime", "line", "year"])


def endings(stances: pd.DataFrame, runs: pd.DataFrame, last: int) -> pd.DataFrame:
    """A row for each run and package that was ever held or judged: how it ends, what the centre ever held of it, and the places that hold it.

    A package with no row in the last year is neither held nor judged then: nothing in use.
    """
    at = [*RUN, "line", "package"]
    grouped = stances.groupby(at, sort=False)
    final = stances[stances["year"] == last].set_index(at)
    table = pd.DataFrame({"place_years": grouped["places"].sum()})
    stance, places = final["stance"].reindex(table.index), final["places"].reindex(table.index).fillna(0)
    named = [stance == SUPPORT, (stance == TOLERATE) & (places > 0), (stance == INHIBIT) & (places > 0), stance == INHIBIT]
    table["end"] = np.select(named, ENDS[:4], NOTHING)
    table["places"] = places.astype(int)
    support, against = (stances[stances["stance"] == one].groupby(at, sort=False)["year"].agg(["min", "max"]).reindex(table.index) for one in (SUPPORT, INHIBIT))
    later = support["min"] < against["max"], against["min"] < support["max"]
    for name, turn in zip(TURNS, (support["min"].notna(), against["min"].notna(), *later), strict=True):
        table[name] = turn
    return in_order(table.reset_index(), runs, ["line", "package"])


def leading(ended: pd.DataFrame) -> pd.DataFrame:
    """Of every line the package with most place-years in each run: what the line came to."""
    held = ended[ended["place_years"] > 0].sort_values("place_years", ascending=False, kind="stable")
    return held.drop_duplicates([*RUN, "line"])


def contrast(ended: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The share of draws in which a package ends, or ever stood, in each way: by regime, line and package.

    Beside the packages by name stand `(any)`, at least one of the line, and `(leading)`, the one with most place-years of the line in
    a draw. A package that was neither held nor judged in a draw is nothing in use there.
    """
    whole = pd.concat([_flags(ended), _flags(leading(ended)).assign(package=LEADING), _any(_flags(ended))], ignore_index=True)
    at, draws = ["regime", "line", "package"], runs.groupby("regime", sort=False)["draw"].nunique()
    counted, told = whole.groupby(at, sort=False)[[*ENDS, *TURNS]].sum(), whole.groupby(at, sort=False)["draw"].nunique()
    of = draws.reindex(counted.index.get_level_values("regime")).to_numpy()
    counted[NOTHING] += of - told.to_numpy()
    table = counted.div(of, axis=0).reset_index().melt(at, var_name="way", value_name="share")
    return in_order(table.assign(draws=table["regime"].map(draws)), runs, ["line", "package"])


def _flags(ended: pd.DataFrame) -> pd.DataFrame:
    """Each ending, and each turn on the way, as a column of yes and no."""
    ends = pd.DataFrame({name: ended["end"] == name for name in ENDS})
    return pd.concat([ended[[*RUN, "line", "package"]], ends, ended[list(TURNS)]], axis=1)


def _any(flags: pd.DataFrame) -> pd.DataFrame:
    """Whether any package of the line does; nothing is in use where none is supported, tolerated, or inhibited and not gone."""
    some = flags.drop(columns="package").groupby([*RUN, "line"], sort=False).any().reset_index().assign(package=ANY)
    return some.assign(**{NOTHING: ~some[[SUPPORTED, TOLERATED, UNGONE]].any(axis=1)})


def pairs(ended: pd.DataFrame, runs: pd.DataFrame, lines: Sequence[str]) -> pd.DataFrame:
    """For every two lines the share of draws in which the leading package of one ends inhibited but not gone and that of the other supported."""
    ends = leading(ended).set_index([*RUN, "line"])["end"].unstack("line").reindex(columns=list(lines))
    ends = ends.reindex(pd.MultiIndex.from_frame(runs[RUN]))
    rows = []
    for regime, own in ends.groupby(level="regime", sort=False):
        for one in lines:
            for other in (each for each in lines if each != one):
                share = ((own[one] == UNGONE) & (own[other] == SUPPORTED)).mean()
                rows.append({"regime": regime, "inhibited_not_gone": one, "supported": other, "share": float(share), "draws": len(own)})
    return pd.DataFrame(rows, columns=["regime", "inhibited_not_gone", "supported", "share", "draws"])
