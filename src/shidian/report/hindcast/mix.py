"""Which plug-in cars: shares of the classes by year, and of microcars by quarter."""

from __future__ import annotations

import pandas as pd

from ...study.hindcast.hindcast import Hindcast
from ...study.hindcast.model import MODELLED, classes_named
from ...study.hindcast.record import MICROCARS
from ...study.hindcast.rivals import NO_CHANGE
from ..charts import Measure, trend
from ..markup import Figure, Prose, Section
from ..results import BY_MONTH, ROUGH
from ..sentences import figure_rows
from .series import of_method, seen
from .totals import with_cut


def mix(made: Hindcast) -> Section | None:
    """Panels of class shares and the chart of microcars; nothing where neither is recorded."""
    blocks = [*_classes(made), *_microcars(made)]
    return Section("mix", "Which ones", blocks) if blocks else None


def _classes(made: Hindcast) -> list[Prose | Figure]:
    names = classes_named(made.record.case)
    drawn = {name: (_both(made, name), seen(made, name)) for name in made.shares}
    if not drawn:
        return []
    top = max(float(table[["value", "high"]].max().max()) for pair in drawn.values() for table in pair if len(table))
    charts, rows = [], []
    for name, (run, record) in drawn.items():
        measure = Measure.of("", "1", [run, record])
        charts.append(with_cut(trend(run, record, measure=measure, title=names[name], most=top, legend=False, height=160), made, made.until + 0.5))
        rows.append(figure_rows(run, record.assign(series="model")).assign(Class=names[name]))
    said = (
        "Shares are of all plug-in cars that households bought. A name that is sold as battery car and as hybrid is divided by drawn splits in the record, "
        "which the whiskers show."
    )
    caption = "Share of each class in plug-in car sales, by year: the model (blue, unbroken) and no change since the cut (orange, dashed). One scale for all panels."
    table = pd.concat(rows).fillna("")
    return [Prose(said), Figure(charts, caption, table[["Period", "Class", *(name for name in table if name not in ("Period", "Class"))]])]


def _both(made: Hindcast, indicator: str) -> pd.DataFrame:
    """The model, and no change where there is a share to start from."""
    model, still = of_method(made, MODELLED, indicator).assign(series="model"), of_method(made, NO_CHANGE, indicator)
    return pd.concat([model, still]) if len(still) else model


def _microcars(made: Hindcast) -> list[Figure]:
    run, record = _both(made, MICROCARS), _recorded(made)
    if run.empty or record.empty:
        return []
    measure = Measure.of("Microcars in battery-electric sales", "1", [run, record])
    chart = with_cut(trend(run, record, measure=measure, height=320), made, pd.Timestamp(f"{made.until + 1}-01-01"))
    caption = (
        "Share of microcars in battery-electric car sales by quarter, drawn at the middle month; short strokes are single months. Triangles are shares that a paper gives as roughly so. "
        "No change keeps the last quarter before the cut."
    )
    return [Figure([chart], caption, figure_rows(run, record[record["kind"] != BY_MONTH].drop_duplicates("time").assign(series="model")))]


def _recorded(made: Hindcast) -> pd.DataFrame:
    """Quarters, the paper's own figures, and months."""
    quarters = seen(made, MICROCARS, "quarter")
    paper = seen(made, "microcar_share_paper", "quarter").assign(kind=ROUGH)
    months = seen(made, MICROCARS, "month").assign(kind=BY_MONTH, low=float("nan"), high=float("nan"))
    parts = [part for part in (quarters, paper, months) if len(part)]
    table = pd.concat(parts) if parts else quarters
    return table[table["time"].dt.year >= made.until - 1].drop_duplicates(["time", "kind"])
