"""The fifth stage: stances through time as ribbons, and the force behind them."""

from __future__ import annotations

import pandas as pd

from ...study.compare.stances import GONE, NOTHING, SUPPORTED, TOLERATED, UNGONE
from ..charts import Measure, trend
from ..charts.ribbons import ribbons
from ..markup import Block, Figure, Prose, Section
from ..numbers import human, human_interval, plain
from .folder import Compared, said_line
from .levels import named
from .looks import STANCES

LOOKS = ("solid blue", "dashed orange", "dotted green", "purple, dash and dot", "brown, far dots")  # series of a panel in their order


def selection(made: Compared) -> Section:
    """A figure of ribbons for each line, a panel for each regime; then the force."""
    said = (
        "Each package is supported, tolerated or inhibited. Inhibition takes money and attention, more so the more places hold a package "
        "and the farther apart they lie: "
        "hostile words with little force leave it in use."
    )
    if made.tables["stances_by_year"].empty:
        return Section("selection", "Selection", [Prose(said)])
    blocks: list[Block] = [Prose(said), *(_ribbons(made, line) for line in made.lines), *_force(made)]
    return Section("selection", "Selection", [block for block in blocks if block is not None])


def by_stance(made: Compared, line: str) -> pd.DataFrame:
    """Packages of a line in each state, mean over draws, by regime and year: regime, time, kind, value."""
    rows = made.tables["stances_by_year"]
    rows = rows[(rows["line"] == line) & rows["measure"].isin(["supported", "tolerated", "inhibited", "inhibited_not_gone"])]
    wide = rows.pivot(index=["regime", "year"], columns="measure", values="mean").fillna(0.0)
    found = pd.DataFrame(
        {
            SUPPORTED: wide["supported"],
            TOLERATED: wide["tolerated"],
            UNGONE: wide["inhibited_not_gone"],
            GONE: wide["inhibited"] - wide["inhibited_not_gone"],
        }
    )
    return found.reset_index().rename(columns={"year": "time"}).melt(["regime", "time"], var_name="kind", value_name="value")


def _ribbons(made: Compared, line: str) -> Figure | None:
    if not (made.tables["stances_by_year"]["line"] == line).any():
        return None
    drawn = by_stance(made, line)
    kinds = {name: colour for name, colour in STANCES.items() if name != NOTHING}
    most = max(float(drawn.groupby(["regime", "time"])["value"].sum().max()), 1e-9)
    panels = [
        ribbons(drawn[drawn["regime"] == name].drop(columns="regime"), kinds=kinds, axis="packages", title=named(made, name), most=most)
        for name in made.regimes
    ]
    what = f"{said_line(line)}: stances" if said_line(line) else "Stances"
    caption = (
        f"{what} through time, in packages, mean over draws. From the bottom: supported, tolerated and in use, inhibited but in use "
        "somewhere, inhibited and in use nowhere. "
        "All panels have one scale."
    )
    return Figure(panels, caption, _ribbon_rows(made, drawn))


def _ribbon_rows(made: Compared, drawn: pd.DataFrame) -> pd.DataFrame:
    """First, middle and last year."""
    first, last = made.years
    rows = drawn[drawn["time"].isin([first, (first + last) // 2, last])]
    wide = rows.pivot_table(index=["regime", "time"], columns="kind", values="value", sort=False).reset_index()
    kinds = [name for name in STANCES if name in wide]
    return pd.DataFrame(
        {"Regime": wide["regime"], "Year": wide["time"], **{name.capitalize(): [plain(value) for value in wide[name]] for name in kinds}}
    )


def force_by_year(made: Compared) -> pd.DataFrame:
    """Mean force against inhibited packages by regime, line and year: median and nine in ten of the draws that inhibit any."""
    rows = made.tables["stances_by_year"]
    rows = rows[(rows["measure"] == "force") & rows["line"].isin(made.lines[: len(LOOKS)])].dropna(subset=["median"])
    rows = rows.rename(columns={"year": "time", "median": "value"})
    return rows.assign(
        series=pd.Categorical(
            [said_line(line) or "force" for line in rows["line"]], [said_line(line) or "force" for line in made.lines[: len(LOOKS)]]
        ),
        unit="1",
    )


def _every_line(found: pd.DataFrame, regime: str) -> pd.DataFrame:
    """The rows of a regime, after an empty one for each line, so that a line looks the same in every panel."""
    own = found[found["regime"] == regime]
    held = pd.DataFrame({"series": found["series"].cat.categories, "time": own["time"].iloc[0], "unit": "1"}).reindex(columns=own.columns)
    return pd.concat([held.astype({"series": str}), own.astype({"series": str})])


def _lines_look(made: Compared) -> str:
    """Which line is drawn how; nothing where there is one."""
    looks = [f"{line} {look}" for line, look in zip(made.lines, LOOKS, strict=False)]
    return f"Lines: {'; '.join(looks)}." if len(looks) > 1 else ""


def _force(made: Compared) -> list[Figure]:
    found = force_by_year(made)
    if found.empty or found["high"].max() <= 0:
        return []
    shown = [name for name in made.regimes if (found["regime"] == name).any()]
    measure, most = Measure.of("force", "1", [found]), float(found["high"].max())
    panels = [
        trend(_every_line(found, name), measure=measure, title=named(made, name), height=130, most=most, legend=False) for name in shown
    ]
    caption = (
        "Force of enforcement against what is inhibited: 100 % would close every place that holds it within a year. Line: median over "
        "draws that inhibit anything; "
        "band: nine in ten of them. A regime without a panel inhibits nothing. "
        f"{_lines_look(made)}"
    )
    rows = found[found["time"] == found["time"].max()]
    ends = [human_interval(low, high, "1") for low, high in zip(rows["low"], rows["high"], strict=True)]
    data = pd.DataFrame(
        {
            "Regime": rows["regime"],
            "Line": rows["series"],
            "Year": rows["time"],
            "Median": [human(value, "1") for value in rows["value"]],
            "9 in 10 draws": ends,
        }
    )
    return [Figure(panels, caption, data)]
