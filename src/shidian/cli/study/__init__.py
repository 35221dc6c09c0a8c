"""`shidian study`: what many runs together say."""

from __future__ import annotations

import click

from ..later import Later

COMMANDS = {
    "compare": "Govern a case under several regimes, and compare what came of it.",
    "calibrate": "Fit the free parameters of a case to the record, and draw from their posterior.",
    "sensitivity": "Ask which parameters a result depends on.",
    "hindcast": "Forecast years that were not used to fit, beside simpler forecasts.",
}


@click.command(cls=Later, commands_in="shidian.cli.study", listed=COMMANDS)
def study() -> None:
    """Studies made of many runs of one case.

    \b
        shidian study calibrate china-nev --until 2019
        shidian study sensitivity china-nev
        shidian study hindcast china-nev --until 2019
    """
