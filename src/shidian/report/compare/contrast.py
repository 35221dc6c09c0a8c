"""The contrast of the two source papers: how often a package ends inhibited but not gone, tolerated, or supported."""

from __future__ import annotations

import pandas as pd

from ...study.compare.stances import ANY, ENDS, LEADING, SUPPORTED, TURNS, UNGONE
from ..charts.ribbons import parts
from ..markup import Block, Figure, Prose, Section, Table
from .folder import Compared, said_line
from .levels import named, percent
from .looks import STANCES

DECIDERS, CLEAR = 3, 2  # numbers named for each ending, and how many errors their separation is at least from nought
MOST_PANELS = 6  # packages that have a panel of their own; beyond, the leading package of each line stands for them


def contrast(made: Compared) -> Section | None:
    """How packages end, in panels; then what was held of them on the way."""
    rows = made.tables["contrast"]
    if rows.empty:
        return None
    said = (
        "One centre can inhibit one experiment and support another, and what it inhibits need not go away. Each bar shares out the draws "
        "of a regime by "
        "how a package stands in the last year."
    )
    blocks: list[Block] = [Prose(said), _ends(made, rows), *_pairs(made), *_lessons(made), *_deciders(made), _turns(made, rows)]
    return Section("contrast", "Inhibited, tolerated, supported", blocks)


def shown(made: Compared, rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Lines and packages that have a panel: every package where they are few, else the leading one of each line."""
    named_ones = rows[~rows["package"].isin([ANY, LEADING])][["line", "package"]].drop_duplicates()
    if len(named_ones) <= MOST_PANELS:
        return list(named_ones.itertuples(index=False, name=None))
    return [(line, LEADING) for line in made.lines if (rows["line"] == line).any()]


def _titled(line: str, package: str) -> str:
    if package == LEADING:
        return said_line(line) or "The package most in use"
    return f"{said_line(line)}: {package}" if said_line(line) else package


def _ends(made: Compared, rows: pd.DataFrame) -> Figure:
    pairs = shown(made, rows)
    panels, told = [], []
    for line, package in pairs:
        own = shares(made, rows, line, package)
        panels.append(parts(own, kinds=STANCES, axis="% of draws", title=_titled(line, package)))
        wide = own.pivot(index="label", columns="kind", values="value").reindex([named(made, name) for name in made.regimes])
        told.append(
            pd.DataFrame(
                {"Package": _titled(line, package), "Regime": wide.index, **{end: [percent(one) for one in wide[end]] for end in ENDS}}
            )
        )
    caption = (
        "How a package ends, in % of draws. Inhibited, not gone: the centre is against it and places hold it all the same. Nothing in "
        "use: never taken up, or given up. "
        f"{'For each line, the package with most place-years of a draw is shown.' if pairs and pairs[0][1] == LEADING else ''}"
    )
    return Figure(panels, caption.strip(), pd.concat(told))


def shares(made: Compared, rows: pd.DataFrame, line: str, package: str) -> pd.DataFrame:
    """How one package ends, by regime: label, kind, value. Draws that say nothing of it count as nothing in use."""
    own = rows[(rows["line"] == line) & (rows["package"] == package) & rows["way"].isin(ENDS)]
    wide = own.pivot(index="regime", columns="way", values="share").reindex(index=made.regimes, columns=list(ENDS)).fillna(0.0)
    wide[ENDS[-1]] += 1 - wide.sum(axis=1)
    wide.index = pd.Index([named(made, name) for name in made.regimes], name="label")
    return wide.reset_index().melt("label", var_name="kind", value_name="value")


def _pairs(made: Compared) -> list[Table]:
    """One line inhibited but not gone while another is supported, by regime."""
    rows = made.tables["pairs"]
    if rows.empty:
        return []
    wide = rows.pivot(index=["inhibited_not_gone", "supported"], columns="regime", values="share").reindex(columns=made.regimes)
    wide = wide[(wide > 0).any(axis=1)].reset_index()
    if wide.empty:
        return []
    told = pd.DataFrame({"Inhibited, not gone": wide["inhibited_not_gone"], "Supported": wide["supported"]})
    for name in made.regimes:
        told[named(made, name)] = [percent(one) if one == one else "" for one in wide[name]]
    caption = (
        "The contrast itself: the share of draws in which the package most in use of one line ends inhibited but not gone and "
        "that of another line ends supported. Pairs of lines of which that is never so are left out."
    )
    return [Table(told, caption, numbers=tuple(told.columns[2:]))]


def _lessons(made: Compared) -> list[Table]:
    """What the centre learned of one line from what it inhibits in another, under the regime compared with."""
    rows = made.tables["lessons"]
    rows = rows[rows["regime"] == made.against]
    if rows.empty:
        return []
    draws = made.tables["years"].query("regime == @made.against")["draw"].nunique()
    told = []
    for (line, package, about), own in rows.groupby(["line", "package", "about"], sort=False):
        demand = pd.to_numeric(own["taught_demand"], errors="coerce").dropna()
        told.append({
            "Inhibited": f"{said_line(line)}: {package}" if said_line(line) else package, "Taught of": said_line(about) or about, "Inhibited in": percent(own["draw"].nunique() / draws),
            "More demand seen in": percent((demand > 0).sum() / draws) if len(demand) else "", "Points, median": f"{own['taught'].median():+.3g}",
        })  # fmt: skip
    caption = (
        f"What reports on a package that ends inhibited under {made.against} taught the centre of the best package of another line: the share of draws in which it is inhibited, that in which it "
        "is and its reports raise the demand expected of the other line, and by how many mission points they move what is expected of that (median over those draws). Beliefs with all reports less "
        "beliefs without those on the inhibited package."
    )
    return [Table(pd.DataFrame(told), caption, numbers=("Inhibited in", "More demand seen in", "Points, median"))]


def _deciders(made: Compared) -> list[Table]:
    """Which of the numbers drawn decide how the leading package of a line ends under the regime compared with."""
    rows = made.tables["deciders"]
    rows = rows[(rows["regime"] == made.against) & (rows["separation"].abs() > CLEAR * rows["error"])]
    rows = rows.groupby(["line", "end"], sort=False).head(DECIDERS)
    if rows.empty:
        return []
    told = pd.DataFrame({"Line": rows["line"], "Ends": rows["end"], "Number": rows["number"]})
    told["Separation"] = [f"{one:+.2f}" for one in rows["separation"]]
    told["Error if it had no part"] = [f"{one:.2f}" for one in rows["error"]]
    caption = (
        f"Which drawn numbers decide how the package most in use ends under {made.against}: at most {DECIDERS} for each ending, those "
        f"beyond {CLEAR} errors. "
        "Separation: the chance that the number is higher in a draw that ends so than in one that does not, less the reverse; 0 has no "
        "part in it, +1 and -1 decide alone. "
        "Many numbers are tried: of a hundred without a part some five pass. Numbers are called as in the case's governance and parameter files, which say what each means."
    )
    return [Table(told, caption, numbers=("Separation", "Error if it had no part"))]


def _turns(made: Compared, rows: pd.DataFrame) -> Table:
    """What the centre ever held of any package of a line."""
    some = rows[(rows["package"] == ANY) & rows["way"].isin([*TURNS, UNGONE, SUPPORTED])]
    wide = some.pivot(index=["line", "regime"], columns="way", values="share")
    told = []
    for line in made.lines:
        for name in made.regimes:
            if (line, name) in wide.index:
                told.append(
                    {
                        "Line": said_line(line),
                        "Regime": named(made, name),
                        **{way.capitalize(): percent(wide.loc[(line, name), way]) for way in TURNS},
                    }
                )
    frame = pd.DataFrame(told)
    frame = frame if frame["Line"].any() else frame.drop(columns="Line")
    caption = "Turns on the way: the share of draws in which any package of the line was ever supported, ever inhibited, or both in turn."
    return Table(frame, caption, numbers=tuple(way.capitalize() for way in TURNS))
