"""What a study found, in a table and three sentences."""

from __future__ import annotations

import pandas as pd

from ...study.sensitivity import Sensitivity
from ..markup import Prose, Section, Table
from ..numbers import GAP, UNKNOWN, human, known
from ..words import first_capital, label_of


def opening(study: Sensitivity) -> Section:
    """Every outcome with what it depends on most."""
    rows = pd.DataFrame([_row(finding) for finding in study.findings])
    caption = (
        f"Outcomes of {study.spec.year} and the numbers that they hang on most. The figure after a name is its total index: the share "
        "of the chosen factors' variance that it takes part in (where indices are refused, its mean effect). The chosen factors carry that "
        "part of all squared effects of the screening which the next column says. The last column is the parameters' share of the whole variance with "
        "its 95 % interval; the rest is the luck of the other inputs."
    )
    return Section("says", "What this study says", [Prose(_who(study)), Table(rows, caption, numbers=("Central run",)), Prose(_failed(study))])


def _row(finding: dict) -> dict[str, str]:
    share = finding["parameters_share"]
    named = ", ".join(f"{each['factor']} {each['value']:.2f}" for each in finding["factors"])
    return {
        "Outcome": first_capital(label_of(finding["outcome"])),
        "Central run": human(finding["centre"], finding["unit"]),
        "Depends most on": named or "nothing that was moved",
        "Chosen carry": percent(finding["carried"]),
        "Due to parameters": f"{percent(share['value'])} ({percent(share['low'])} to {percent(share['high'])})" if known(share["value"]) else UNKNOWN,
    }


def percent(share: float) -> str:
    """A share in hundredths.

    >>> percent(0.974).replace("\u00a0", " ")
    '97 %'
    """
    return f"{100 * share:.0f}{GAP}%"


def _who(study: Sensitivity) -> str:
    around = "priors" if study.spec.around == "prior" else "the posterior"
    moved = f"{len(study.factors)} numbers are free. Each was moved within the 5 % and 95 % points of {around}, first alone, then with all others; "
    if not study.chosen:
        return f"{moved}none could be weighed against each other, since too few trajectories of the screening came through, or nothing moved."
    return f"{moved}the {len(study.chosen)} that carry most of the screening were then weighed against each other: {', '.join(study.chosen)}."


def _failed(study: Sensitivity) -> str:
    runs, failed = (sum(step[name] for step in study.counts.values()) for name in ("runs", "failed"))
    if not failed:
        return f"All {runs:,} runs came through."
    return f"Of {runs:,} runs, {failed:,} failed. They are listed below and in runs.csv, and every table says how many it lacks."
