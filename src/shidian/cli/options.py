"""What every command that runs a case may be told, said once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

_SHARED = (
    click.argument("case"),
    click.option("--regime", default="historical", show_default=True, help="Who governs: `historical` replays the case's timeline."),
    click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of every random stream."),
    click.option("--draws", default=32, show_default=True, type=click.IntRange(1, 100_000), help="Draws of what is uncertain; medians and intervals come from them."),
    click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change one value of the case, e.g. instruments.central_subsidy.scale=0. May be repeated."),
    click.option("--params", type=click.Path(dir_okay=False, path_type=Path), help="A posterior (CSV, from `study calibrate`), fixed parameters (YAML, or CSV with one draw a row), or the word prior. Default: the case's posterior, else its priors."),
)


def of_a_run(command: Callable) -> Callable:
    """Give a command the case, the regime, the seed, the draws and what is changed."""
    for option in reversed(_SHARED):
        command = option(command)
    return command
