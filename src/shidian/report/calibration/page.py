"""The page of a calibration: how near the fit comes, what it learned, from what, and how far it may be trusted."""

from __future__ import annotations

import pandas as pd

from ...study.calibration.calibrate import Calibration
from ..charts import Measure, trend
from ..markup import Card, Cards, Figure, Listing, Prose, Section, Table
from ..numbers import human, plain
from ..page import Page
from ..words import first_capital, label_of

SHOWN = 24  # rows of influence that the page shows
YEARLY = ("bev_sales", "phev_sales", "car_sales", "lsev_sales", "plugin_sales")


def page(made: Calibration) -> Page:
    """The page, its sections made when it is written."""
    title = f"{made.case.title}: fitted until {made.until}"
    lead = "The free parameters, fitted to the rows of the record that may be used, and drawn from what the record leaves open."
    provenance = {"case": made.case.name, "digest": made.case.digest[:12], "until": str(made.until), "seed": str(made.seed)}
    return Page("calibration", title, lead, provenance, lambda: sections(made))


def sections(made: Calibration) -> list[Section]:
    """In the order of the page."""
    return [opening(made), fit(made), learned(made), moved(made), trust(made)]


def opening(made: Calibration) -> Section:
    """The fit in five numbers."""
    verdicts = made.shrinkage["verdict"].value_counts()
    level = made.residuals[made.residuals["kind"] != "swing"]
    cards = [
        Card("Pieces of evidence", str(len(made.residuals)), "", note=f"{len(made.evidence.groups)} entries, none after {made.until}"),
        Card("Mean log error", f"{level['log_error'].abs().mean():.2f}", "", note="of levels and shares in the best fit; 0.10 is about 10 %"),
        Card("Parameters identified", f"{verdicts.get('identified', 0)} of {len(made.shrinkage)}", "", note=f"{verdicts.get('partly identified', 0)} partly"),
        Card("Other inputs kept", f"{len(made.beside)} of {len(made.tried)}", "", note="the rest fits no parameters"),
        Card("Posterior draws", str(len(made.posterior.rows)), "", note=f"of {len(made.fitted)} that were begun"),
    ]
    words = (
        f"Rows that are marked as held out, and all rows after {made.until}, were not looked at. The best fit stands beside the best values of all other inputs; "
        "each posterior draw stands beside a draw of them, and a run that takes the one takes the other."
    )
    return Section("says", "What the fit says", [Cards(cards), Prose(words)])


def fit(made: Calibration) -> Section:
    """The record and the best fit, drawn by year where there are years, and row by row."""
    charts = [chart for name in YEARLY if (chart := _panel(made.residuals, name)) is not None]
    rows = made.residuals.assign(item=made.residuals["item"].map(_item))
    table = pd.DataFrame(
        {"Evidence": rows["evidence"], "Row": rows["item"], "Record": _said(rows, "observed"), "Best fit": _said(rows, "fitted"),
         "Log error": rows["log_error"].map("{:+.2f}".format), "In standard deviations": rows["deviations"].map("{:+.1f}".format)}
    )  # fmt: skip
    blocks = [Figure(charts, "What was fitted, by year: the best fit as lines, the record as marks.")] if charts else []
    caption = "Every piece of evidence; of a swing the mean over its months is taken out, so that 1 is the average month."
    return Section("fit", "How near it comes", [*blocks, Table(table, caption, numbers=("Record", "Best fit", "Log error", "In standard deviations"))])


def _said(rows: pd.DataFrame, column: str) -> list[str]:
    return [human(value, "1") if kind == "share" else plain(value) for kind, value in zip(rows["kind"], rows[column], strict=True)]


def _panel(residuals: pd.DataFrame, name: str):
    rows = residuals[residuals["item"].str.match(rf"^{name} \d{{4}}$") & (residuals["kind"] != "swing")]
    rows = rows[rows["evidence"] == rows["evidence"].iloc[0]] if len(rows) else rows
    if len(rows) < 3:
        return None
    share = rows["kind"].iloc[0] == "share"
    seen = pd.DataFrame({"time": rows["item"].str[-4:].astype(int), "value": rows["observed"]}).assign(low=float("nan"), high=float("nan"), kind="record", source="")
    line = seen.assign(value=rows["fitted"], low=rows["fitted"], high=rows["fitted"], series="best fit").drop(columns=["kind", "source"])
    measure = Measure.of("", "1" if share else "vehicles", [seen, line], log=True)
    return trend(line, seen, measure=measure, title=first_capital(rows["evidence"].iloc[0]), legend=False, log=True, height=190)


def _item(text: str) -> str:
    name, _, period = text.partition(" ")
    return f"{label_of(name)}, {period}"


def learned(made: Calibration) -> Section:
    """Prior and posterior of every parameter, the most narrowed first."""
    rows = made.shrinkage.sort_values("shrinkage", ascending=False)
    table = pd.DataFrame(
        {"Parameter": rows["parameter"], "Prior, 5 to 95 %": [_span(*ends) for ends in zip(rows["prior_5"], rows["prior_95"], strict=True)],
         "Posterior, 5 to 95 %": [_span(*ends) for ends in zip(rows["posterior_5"], rows["posterior_95"], strict=True)], "Median": rows["posterior_50"].map("{:.3g}".format),
         "Shrinkage": rows["shrinkage"].map("{:.0%}".format), "Pull": rows["pull"].map("{:+.1f}".format), "Verdict": rows["verdict"]}
    )  # fmt: skip
    caption = (
        "Shrinkage is how much narrower the posterior is than the prior, in the prior's own scale; pull is how far its mean lies from the prior's, in prior standard "
        "deviations. A pull beyond two says that the record and what was believed before disagree."
    )
    return Section("learned", "What the record taught", [Table(table, caption, numbers=("Median", "Shrinkage", "Pull"))])


def moved(made: Calibration) -> Section:
    """Which evidence holds which parameter."""
    rows = made.influence.assign(size=made.influence["moved"].abs()).sort_values("size", ascending=False).head(SHOWN)
    table = pd.DataFrame(
        {"Without": rows["without"], "Parameter": rows["parameter"], "moves by": rows["moved"].map("{:+.1f}".format), "and is wider by": rows["times_wider"].map("{:.1f} times".format)}
    )
    caption = f"The {SHOWN} largest effects of leaving one entry of the evidence out and fitting again, in posterior standard deviations; the table beside this page has all."
    return Section("evidence", "Which evidence moved what", [Table(table, caption, numbers=("moves by", "and is wider by"))])


def trust(made: Calibration) -> Section:
    """How the draws were made and checked."""
    checked = made.checked
    law = (
        f"Weights of {checked.draws} draws of the normal law around the best fit have a tail of shape k = {checked.k:.2f} "
        f"({'reliable' if checked.reliable else 'not reliable'}: the limit is {checked.limit:.2f}) and are worth {checked.effective:.0f} equal draws. "
        + ("The law may stand for the posterior." if checked.reliable else "The posterior is not normal, which is why draws are fitted one by one and not taken from that law.")
    )
    points = [
        f"The climb ended {made.mode.gradient_norm:.2f} standard errors from the top" + (" and has converged." if made.mode.converged else f" and has not converged: {made.mode.reason}"),
        f"{sum(each.arrived for each in made.fitted)} of {len(made.fitted)} draws reached their own fit; the others are left out and counted here.",
        law,
        "Draws given their inputs are exact where the run is linear in the parameters. Inputs are cut, not weighed: those beside which a fit is much worse than beside the best are left out, the others count alike.",
        "Spreads of the evidence are assumed, and rows are taken to err independently.",
    ]
    return Section("trust", "How far to trust it", [Listing(points)])


def _span(low: float, high: float) -> str:
    return f"{low:.3g} to {high:.3g}"
