"""`shidian corpus`: what documents are, and what they say about experimenting."""

from __future__ import annotations

import click

from ..later import Later

COMMANDS = {
    "read": "Read documents from files and tables into a store, and say what each one is.",
    "measure": "Count who speaks of experimenting: shares by level, place, year and theme.",
    "trace": "Find who took whose words: reused passages and their direction.",
    "find": "Search a store for words, of two characters too.",
    "check": "Hold a store against labels of yours: precision and recall of every field.",
    "label": "Draw documents to label, as a table to fill in.",
}


@click.command(cls=Later, commands_in="shidian.cli.corpus", listed=COMMANDS)
def corpus() -> None:
    """Measure experimentation in policy documents, from a folder of files to tables, trends and lineages.

    \b
        shidian corpus read documents/ --out store
        shidian corpus measure store
        shidian corpus find store "试点 新能源汽车"
        shidian corpus check store --gold labels.csv
    """
