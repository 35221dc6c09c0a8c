"""One section a step: factors alone, factors among all others, indices, and luck beside them. At most four panels a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import altair as alt
import pandas as pd

from ...study.sensitivity import Sensitivity
from ..charts import Measure, ranked, tornado
from ..markup import Figure, Prose, Section
from ..numbers import human
from ..words import first_capital, label_of
from .opening import percent

SHOWN = 10  # factors of an outcome in a chart; the tables beside the page hold all
PANELS = 4
SHARE_UNIT = "percentage points"
EFFECTS = ("mean size of the effect", "spread of the effect")
INDICES = ("alone", "in all")
PARTS = ("parameters", "other inputs")


def one_at_a_time(study: Sensitivity) -> Section:
    """A tornado for each outcome."""
    said = (
        "Each bar runs from the central run to the run in which one factor alone stands at an end of its interval: a circle marks the "
        "low end, a diamond the high end. It shows which way a factor works, and nothing of how factors work together. Ratios count for "
        "amounts: half and double are as wide as each other."
    )
    caption = "The central run (upright line) and one factor at its low end (circle) or high end (diamond), the widest swings first"
    return Section("alone", "One factor at a time", [Prose(said), *_figures(study, study.tornado, caption, _tornado, _tornado_rows)])


def screening(study: Sensitivity) -> Section:
    """Morris' means and spreads for each outcome."""
    said = (
        "Each factor is moved by two thirds of its interval from many places in the space of all factors; the effect is the change of the "
        "outcome over the whole interval. Its mean size (mu star) says how much a factor matters. Its spread (sigma) is large beside "
        "the mean where the effect depends on where the others stand, or bends. For counts and amounts effects are "
        "natural logarithms: 0.69 doubles the outcome or halves it."
    )
    caption = "Mean size of the effect over a whole interval (circle, with its 95 % bootstrap interval) and its spread (diamond)"
    return Section("screening", "All factors, screened", [Prose(said), *_figures(study, study.morris, caption, _effects, _effect_rows)])


def indices(study: Sensitivity) -> Section:
    """First-order and total indices for each outcome, or why there are none."""
    known = study.sobol.dropna(subset=["ST"])
    said = (
        "The variance that the chosen factors cause together is divided among them. Alone (first order): what would go if the factor "
        "were known. In all (total): what would stay if all others were. A total above the first order means that the factor works "
        "through others. Totals need not add up to one; a first order slightly below nought is nought with noise."
    )
    caption = "First-order index (circle) and total index (diamond) with 95 % bootstrap intervals"
    blocks = [Prose(said), *(Prose(text) for text in _refused(study)), *_figures(study, known, caption, _indices, _index_rows)]
    return Section("indices", "What carries the variance", blocks)


def luck(study: Sensitivity) -> Section | None:
    """The parameters' share of the variance beside that of the other inputs."""
    table = study.variance[study.variance["part"].isin(["parameters", "inputs"])].dropna(subset=["share"])
    if table.empty:
        return None
    words = {"parameters": PARTS[0], "inputs": PARTS[1]}
    rows = pd.DataFrame({"label": table["outcome"].map(_label), "mark": table["part"].map(words)})
    rows = rows.assign(**{end: 100 * table[name] for end, name in (("value", "share"), ("low", "share_low"), ("high", "share_high"))})
    said = (
        f"Parameters are what nobody measured: tastes, learning, growth. The other inputs are figures between two ends: sizes of "
        "instruments, attributes of products, chargers, makers' shares, national series. Each was drawn "
        f"{study.spec.draws} times while the other stood at its best values, and in full, beyond the ends of the intervals above."
    )
    caption = "Share in the sum of both variances: parameters (circle) and other inputs (diamond), with 95 % bootstrap intervals over draws."
    figure = Figure([ranked(rows, marks=PARTS, axis="share of the variance, %", title="Where the variance comes from")], caption, _luck_rows(study))
    return Section("luck", "Parameters against the luck of the other inputs", [Prose(said), figure, Prose(_carried(study))])


def _carried(study: Sensitivity) -> str:
    """How much of the parameters' variance the chosen factors carry, and what happens when everything is drawn."""
    shares = study.variance.set_index(["part", "outcome"])["share"]
    chosen, both = shares["chosen"].dropna(), shares["both"].dropna()
    if chosen.empty or both.empty:
        return "Too few draws came through to say how much the chosen factors carry."
    least, most = chosen.idxmin(), chosen.idxmax()
    return (
        f"Drawn by themselves, the chosen factors carry {percent(chosen[least])} ({label_of(least)}) to {percent(chosen[most])} ({label_of(most)}) of the "
        f"parameters' variance; indices above divide only this part. Everything drawn at once has {percent(both.min())} to {percent(both.max())} of the "
        f"sum of the two variances: below 100 % they dampen each other, above they heighten each other. With {study.spec.draws} draws all of these are rough."
    )


# --- figures ------------------------------------------------------------------------------------------------------------

Panel = Callable[[str, pd.DataFrame], alt.LayerChart]
Rows = Callable[[pd.DataFrame], pd.DataFrame]


def _figures(study: Sensitivity, table: pd.DataFrame, caption: str, panel: Panel, rows: Rows) -> Iterator[Figure]:
    """Panels for each outcome of which the table knows something, four to a figure."""
    by_outcome = {name: table[table["outcome"] == name] for name in study.spec.outcomes}
    first = {name: _widest(part) for name, part in by_outcome.items() if len(part)}
    first = {name: part for name, part in first.items() if len(part)}
    names = list(first)
    for start in range(0, len(names), PANELS):
        here = names[start : start + PANELS]
        data = pd.concat([rows(first[name]).assign(Outcome=_label(name)) for name in here])
        yield Figure([panel(name, first[name]) for name in here], f"{caption}: {', '.join(map(label_of, here))}.", _outcome_first(data))


def _outcome_first(data: pd.DataFrame) -> pd.DataFrame:
    return data[["Outcome", *(name for name in data if name != "Outcome")]]


def _widest(part: pd.DataFrame) -> pd.DataFrame:
    """The factors of an outcome with the largest weight, those without any left out."""
    weight = next(name for name in ("swing", "mu_star", "ST") if name in part)
    return part[part[weight] > 0].nlargest(SHOWN, weight)


def _label(outcome: str) -> str:
    return first_capital(label_of(outcome))


def _tornado(name: str, part: pd.DataFrame) -> alt.LayerChart:
    ends = part[["at_low", "at_centre", "at_high"]]
    measure = Measure.of("", str(part["unit"].iloc[0]), [pd.DataFrame({"value": ends.max(axis=1)})])
    return tornado(part, measure=measure, title=_label(name), log=part["scale"].iloc[0] == "log")


def _tornado_rows(part: pd.DataFrame) -> pd.DataFrame:
    names = {"at_low": "Low end", "at_centre": "Central run", "at_high": "High end"}
    said = {title: [human(value, unit) for value, unit in zip(part[name], part["unit"], strict=True)] for name, title in names.items()}
    return pd.DataFrame({"Factor": part["factor"], **said})


def _effects(name: str, part: pd.DataFrame) -> alt.LayerChart:
    log = part["scale"].iloc[0] == "log"
    size = 100 if part["unit"].iloc[0] == "1" else 1
    unit = "natural logarithm" if log else SHARE_UNIT if size == 100 else str(part["unit"].iloc[0])
    columns = (("mu_star", "mu_star_low", "mu_star_high"), ("sigma", None, None))
    return ranked(_marked(part, EFFECTS, columns, size), marks=EFFECTS, axis=f"effect, {unit}", title=_label(name))


def _effect_rows(part: pd.DataFrame) -> pd.DataFrame:
    return _written(part, {"mu_star": "mu star", "mu_star_low": "low", "mu_star_high": "high", "mu": "mu", "sigma": "sigma"})


def _indices(name: str, part: pd.DataFrame) -> alt.LayerChart:
    columns = (("S1", "S1_low", "S1_high"), ("ST", "ST_low", "ST_high"))
    return ranked(_marked(part, INDICES, columns, 1), marks=INDICES, axis="share of the chosen factors' variance", title=_label(name))


def _index_rows(part: pd.DataFrame) -> pd.DataFrame:
    return _written(part, {"S1": "S1", "S1_low": "S1 low", "S1_high": "S1 high", "ST": "ST", "ST_low": "ST low", "ST_high": "ST high"})


def _marked(part: pd.DataFrame, marks: tuple[str, str], columns: tuple, size: float) -> pd.DataFrame:
    """Rows of a chart with two marks: by mark its value, low and high, in columns of the part or not there."""
    rows = []
    for mark, names in zip(marks, columns, strict=True):
        ends = {end: size * part[name] if name else float("nan") for end, name in zip(("value", "low", "high"), names, strict=True)}
        rows.append(pd.DataFrame({"label": part["factor"], "mark": mark, **ends}))
    return pd.concat(rows)


def _written(part: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Numbers of a step as text, three figures each."""
    return pd.DataFrame({"Factor": part["factor"], **{title: [f"{value:.3g}" for value in part[name]] for name, title in names.items()}})


def _luck_rows(study: Sensitivity) -> pd.DataFrame:
    words = {"parameters": "parameters", "chosen": "chosen factors", "inputs": "other inputs", "both": "everything"}
    table = study.variance
    rows = {"Outcome": table["outcome"].map(_label), "Drawn": table["part"].map(words), "Scale": table["scale"], "Draws": table["draws"].astype(str)}
    return pd.DataFrame(rows | {title: [f"{value:.3g}" for value in table[name]] for name, title in (("variance", "Variance"), ("share", "Share"))})


def _refused(study: Sensitivity) -> list[str]:
    """Which outcomes have no indices, and why."""
    lacking = study.sobol[study.sobol["ST"].isna()].drop_duplicates("outcome")
    return [f"{_label(row['outcome'])}: no indices ({row['note']})." for row in lacking.to_dict("records")]
