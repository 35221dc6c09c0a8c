"""What failed, what was moved, what the study leaves out, and what it was made from."""

from __future__ import annotations

import pandas as pd

from ...study.sensitivity import Sensitivity
from ...study.sensitivity.record import recorded
from ..markup import Listing, Prose, Section, Table

REASONS = 12  # distinct reasons that the page tells; runs.csv has all
NAMED = 10  # factors of each outcome that the page names
STEPS = {
    "one-at-a-time": "One factor at a time",
    "morris": "Screening (Morris)",
    "sobol": "Indices (Sobol)",
    "parameters": "Draws of all parameters",
    "chosen": "Draws of the chosen factors",
    "inputs": "Draws of the other inputs",
    "both": "Draws of everything",
}


def failures(study: Sensitivity) -> Section:
    """Runs by step, those that failed, and what is done without them."""
    rows = pd.DataFrame([{"Step": STEPS[name], "Runs": f"{step['runs']:,}", "Failed": f"{step['failed']:,}"} for name, step in study.counts.items()])
    blocks = [Table(rows, "Runs by step; each is a row of runs.csv.", numbers=("Runs", "Failed"))]
    reasons = study.runs.loc[study.runs["failed"] != "", "failed"].value_counts().head(REASONS)
    if len(reasons):
        blocks.append(Listing([f"{count} times: {reason}" for reason, count in reasons.items()]))
    rule = (
        "No failed run is replaced. A trajectory with one is left out of the screening and counted; indices are refused for an "
        "outcome of which any run failed, since what is left is no box of independent factors; a variance is that of "
        "the draws that came through."
    )
    return Section("runs", "Runs, and runs that failed", [*blocks, Prose(rule)])


def factors(study: Sensitivity) -> Section:
    """The factors that the page names: what they mean, and within what they were moved."""
    largest = study.tornado.sort_values("swing", ascending=False).groupby("outcome").head(NAMED)["factor"]
    named = study.factors[study.factors["factor"].isin({*largest, *study.chosen})]
    rows = pd.DataFrame(
        {"Factor": named["factor"], "Meaning": named["meaning"], "Unit": named["unit"].replace("1", ""), "Low": named["low"].map(_three),
         "Centre": named["centre"].map(_three), "High": named["high"].map(_three), "Chosen": named["chosen"].map({True: "yes", False: ""})}
    )  # fmt: skip
    caption = f"The {len(named)} factors among the widest swings of any outcome, of {len(study.factors)}; all are in factors.csv."
    return Section("factors", "The factors", [Table(rows, caption, numbers=("Low", "Centre", "High"))])


def left_out(study: Sensitivity) -> Section:
    """What no figure of this page holds."""
    spec = study.spec
    points = [
        f"Indices divide the variance of {len(study.chosen)} factors while the other {len(study.factors) - len(study.chosen)} stand at their centres.",
        "Steps one to three stop at the 5 % and 95 % points, so that rare values far out have no say; the draws of the last step do not stop there.",
        "Factors are moved as if they were independent. " + _dependence(spec.around),
        "Of the other inputs only their whole variance is known, not which of them it comes from.",
        "A factor that only scales what is drawn, as product_spread does, cannot act while the other inputs stand still: its effect is counted with theirs.",
        f"One year ({spec.year}), the whole country, one regime ({spec.regime}): other years and places may hang on other numbers.",
        "Errors of the model's structure are in no variance.",
    ]
    return Section("left-out", "What is left out", [Listing(points)])


def _dependence(around: str) -> str:
    if around == "prior":
        return "Priors are."
    return "A posterior is not: values that it rules out together are run here, so that effects and indices are too large where parameters make up for each other."


def provenance(study: Sensitivity) -> Section:
    """What the page was made from, and by which versions."""
    written = recorded(study)
    names = [name for name in written if name not in ("counts", "findings", "versions", "chosen", "study")]
    made_from = {name: written[name] for name in names} | {f"{name} version": value for name, value in written["versions"].items()}
    rows = pd.DataFrame({"What": list(made_from), "Value": [_text(value) for value in made_from.values()]})
    methods = "Designs and indices by SALib (MIT licence). Charts are drawn in this page by Vega, Vega-Lite and Vega-Embed (BSD 3-Clause licence)."
    return Section("provenance", "Provenance", [Table(rows, "Made from."), Prose(f"{methods} Nothing is loaded from elsewhere.")])


def _text(value: object) -> str:
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, list | tuple) else str(value)


def _three(value: float) -> str:
    return f"{value:.3g}"
