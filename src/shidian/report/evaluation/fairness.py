"""Were the sites fair: how they differ from the other places, under one choice and under all."""

from __future__ import annotations

import pandas as pd

from ...evidence.sites import Comparison, Fairness
from ...study.evaluation.evaluation import Evaluation
from ..charts import Measure, tile_map
from ..markup import Figure, Listing, Prose, Section, Table
from ..numbers import plain
from .charts import choices
from .opening import title_of
from .scale import in_words, small_p

_MEANING = (
    "The index (Tipton 2014) compares the whole make-up of the sites with that of all places: 1 is what a random sample would give, "
    "0.9 very high, 0.8 high, 0.5 medium. "
    "It says whether sites can be made to look like all places by weighting them; a high index does not say that they were picked by lot."
)


def fairness(made: Evaluation) -> Section:
    """Sites against the other eligible places, for every programme."""
    blocks = [Prose("Pilots put where success is easy tell little of other places. Sites are compared with the other places on what "
        "was known before the programme began.")]
    for one in made.programmes:
        if one.fairness is None:
            cannot = next((answer.laid.cannot for answer in one.goals.values() if answer.laid.cannot), ("Every place is a site, so "
                "that there is nothing to compare with.",))
            blocks.append(Prose(f"{title_of(one)}: sites and others cannot be compared. {cannot[0]}"))
            continue
        blocks += blocks_of(one.fairness, title_of(one), "treated places")
    return Section("fair", "Were the sites fair?", [*blocks, Prose(_MEANING)])


def blocks_of(fair: Fairness, title: str, counted: str) -> list:
    """Sentence, table, curve and map of one programme; `counted` is what the map has numbers of."""
    found = [Prose(sentence(fair, title)), compared(fair.comparisons, f"{title}: sites less other places. p: share of ways to pick as "
        f"many sites that give a gap as large; adjusted for looking at all rows (Holm).")]
    if len(fair.curve) > 1:
        caption = f"{title}: the t-statistic of sites against others under {len(fair.curve)} choices of figure, time, pool of places and sites. Between the dashed lines a single test would find nothing at 5 %."
        found.append(Figure([choices(fair.curve)], caption, _curve_rows(fair.curve)))
    if len(fair.map):
        measure = Measure(counted, "")  # in a tile the number alone has room
        found.append(Figure([tile_map(fair.map, measure=measure, year=int(fair.map["time"].max()))], f"{title}: {counted} by province, "
            f"to the end of each year."))
    return [*found, Listing(list(fair.notes))] if fair.notes else found


def sentence(fair: Fairness, title: str) -> str:
    """What the comparison says, in two sentences."""
    main = fair.comparisons[0]
    way = "above" if main.gap > 0 else "below"
    chance = f"a lottery would give a gap as large with a probability of {in_words(main.p_permutation)}"
    index = "" if fair.index is None else f" The generalizability index is {fair.index.value:.2f} ({fair.index.reading}), on {', '.join(fair.index.covariates)}."
    curve = f" Over {len(fair.curve)} other choices t is positive in {(fair.curve['t'] > 0).mean():.0%} and above 1.96 in {(fair.curve['t'] > 1.96).mean():.0%}." if len(fair.curve) else ""
    return f"{title}: in {main.covariate} ({main.period}) the {main.sites} sites stand {abs(main.standardised):.2f} standard deviations {way} the {main.others} other places; {chance}.{index}{curve}"


def compared(comparisons: tuple[Comparison, ...], caption: str) -> Table:
    """One row a covariate."""
    rows = [
        {
            "Figure": one.covariate, "Of": one.period, "Sites": plain(one.site_mean), "Others": plain(one.other_mean), "Gap": plain(one.gap), "In standard deviations": f"{one.standardised:+.2f}",
            "t": f"{one.t:.2f}" if one.t == one.t else "", "p": small_p(one.p_permutation), "adjusted p": small_p(one.p_holm), "n": f"{one.sites} / {one.others}",
        }
        for one in comparisons
    ]  # fmt: skip
    return Table(pd.DataFrame(rows), caption, numbers=("Sites", "Others", "Gap", "In standard deviations", "t", "p", "adjusted p", "n"))


def _curve_rows(curve: pd.DataFrame) -> pd.DataFrame:
    rows = curve.assign(t=curve["t"].map("{:.2f}".format), standardised=curve["standardised"].map("{:+.2f}".format))
    return rows[["covariate", "period", "pool", "which", "standardised", "t", "sites", "others"]].astype(str)
