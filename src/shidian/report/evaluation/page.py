"""The page of an evaluation: the answer first, then the four questions, then what it was made from."""

from __future__ import annotations

from ...study.evaluation.evaluation import Evaluation
from ..markup import Listing, Prose, Section
from ..page import Page
from .deciding import deciding
from .effects import effects
from .fairness import fairness
from .opening import opening, title_of
from .travelling import travelling

_NOT_SAID = (
    "Intervals hold the doubt of each method under its own assumption, not the doubt whether the assumption holds.",
    "A verdict weighs the goals that were given and nothing else: not fairness between people, not what cannot be measured.",
    "Spillovers beyond the units left out under other choices would bias every method alike.",
)


def page(made: Evaluation) -> Page:
    """The page, its sections made when it is written."""
    names = [title_of(one) for one in made.programmes]
    title = f"{names[0]}: judged" if len(names) == 1 else f"{len(names)} programmes judged"
    lead = "Were the sites fair, did it work, would it travel, and what should be done."
    asked = made.read.question
    provenance = {"key": made.read.key, "panel": asked.panel.name, "pilots": asked.pilots.name, "seed": str(asked.seed)}
    return Page("evaluation", title, lead, provenance, lambda: sections(made))


def sections(made: Evaluation) -> list[Section]:
    """In the order of the page."""
    return [opening(made), fairness(made), effects(made), travelling(made), deciding(made), data(made)]


def data(made: Evaluation) -> Section:
    """What the data were, and what the page leaves open."""
    figures, asked = made.read.figures, made.read.question
    blocks: list = [Prose(f"{len(figures.units)} places, {figures.periods[0]} to {figures.periods[-1]}, from {asked.panel.name}; "
        f"sites from {asked.pilots.name}. At most {asked.draws} placebos a method, seed {asked.seed}.")]
    points = [*figures.notes, *(f"{title_of(one)}: {note}" for one in made.programmes for note in one.notes)]
    if points:
        blocks.append(Listing(points))
    blocks += [Prose("What this page does not say:"), Listing(list(_NOT_SAID))]
    return Section("data", "Data and limits", blocks)
