"""Would it travel: how effects vary between sites, and what that says of other places."""

from __future__ import annotations

import pandas as pd

from ...evidence.transport import Travel
from ...study.evaluation.evaluation import Evaluation
from ..markup import Listing, Prose, Section, Table
from .opening import title_of
from .scale import Scale, in_words, small_p


def travelling(made: Evaluation) -> Section:
    """What is known of places that were not sites, for every programme and goal."""
    blocks = [Prose("A pilot says what happened at its sites. Whether other places would see the same hangs on how much effects vary "
        "between sites, and on what sites and other places differ in.")]
    for one in made.programmes:
        for outcome, answer in one.goals.items():
            if answer.travel is None:
                continue
            blocks += _of(answer.travel, Scale.of(made, outcome), f"{title_of(one)}, {outcome}")
    return Section("travel", "Would it travel?", blocks)


def _of(found: Travel, scale: Scale, title: str) -> list:
    points = [*_points(found, scale), *found.notes]
    blocks: list = [Prose(f"{title}:"), Listing(points)]
    if len(found.balance):
        rows = found.balance.copy()
        for name in ("sites", "reweighted", "others"):
            rows[name] = [f"{value:+.2f}" if value == value else "not reached" for value in rows[name]]
        rows = rows.rename(columns={"covariate": "Figure", "sites": "Sites", "reweighted": "Sites, reweighted", "others": "Other places"})
        blocks.append(Table(rows, f"{title}: what sites are reweighted on, in standard deviations from the mean of all places.", numbers=("Sites", "Sites, reweighted", "Other places")))
    if len(found.moderators):
        table = found.moderators
        rows = pd.DataFrame(
            {"Figure": table["covariate"], "Gap of sites": table["gap"].map("{:+.2f}".format), "Effect changes by": table["slope"].map(scale.said), "p": table["p"].map(small_p)}
        )
        blocks.append(Table(rows, f"{title}: by how much the effect changes with one standard deviation of each figure, one at a "
            f"time, and how many standard deviations sites stand from other places.", numbers=("Gap of sites", "Effect changes by", "p")))
    return blocks


def _points(found: Travel, scale: Scale) -> list[str]:
    points = []
    if found.pooled is not None:
        low, high = found.pooled.new_place
        points.append(f"At a new place drawn from places like the sites the effect would lie between {scale.said(low)} and "
            f"{scale.said(high)} in 95 of 100 cases; the mean over such places is {scale.said(found.pooled.mean)} "
            f"({scale.between(*found.pooled.interval)}).")
    if found.reweighted is not None and found.sites is not None:
        made = found.reweighted
        points.append(
            f"With the sites weighted to look like the other places the effect is {scale.said(made.effect)}, against "
            f"{scale.said(float(found.sites.effect.mean()))} with all sites alike; "
            f"{len(found.sites)} sites then count for {made.effective:.1f}."
        )
    if found.order is not None:
        order = found.order
        points.append(f"Early sites show {scale.said(order.early)}, late ones {scale.said(order.late)}; an order of adoption drawn by "
            f"lot gives a slope as steep with a probability of {in_words(order.p)} (Allcott 2015).")
    if found.undone_by is not None:
        strongest = found.moderators["slope"].abs().max() if len(found.moderators) else float("nan")
        beside = f" The strongest that was measured changes it by {scale.said(float(strongest))}." if strongest == strongest else ""
        points.append(f"Something nobody measured, in which sites stand as far from the others as in the worst figure measured, would "
            f"undo the reweighted effect if one standard deviation of it changed the effect by {scale.said(found.undone_by)}.{beside}")
    return points
