"""`shidian evaluate design`: plan the next round."""

from __future__ import annotations

from pathlib import Path

import click

PIPED = 140  # width where nobody looks
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--panel", required=True, type=FILE, help="Figures by place and period, as for `evaluate`.")
@click.option("--outcome", required=True, metavar="COLUMN", help="What the round will be judged by.")
@click.option("--effect", required=True, type=float, help="The smallest effect that should be seen, in the outcome's unit (with "
    "--log: 0.05 is about 5 %).")
@click.option("--pilots", type=FILE, help="Sites of earlier rounds, which take no part.")
@click.option("--sites", "sizes", default="5,10,20,40,80", show_default=True, metavar="N,N", help="Numbers of sites to try.")
@click.option("--after", default="1,3,5", show_default=True, metavar="N,N", help="Periods to watch after the start.")
@click.option("--before", default=3, show_default=True, type=click.IntRange(1), help="Periods known before the start.")
@click.option("--method", "methods", default="did,sdid", show_default=True, metavar="A,B", help="Methods by which the round would be "
    "judged: did, sdid.")
@click.option("--covariates", default="", metavar="A,B", help="Columns held constant where a round is judged by did.")
@click.option("--rule", type=click.Choice(["random", "stratified", "both"]), default="both", show_default=True, help="How sites are "
    "picked; strata are quarters by the mean outcome.")
@click.option("--power", "wanted", default=0.8, show_default=True, type=click.FloatRange(0.05, 0.999), help="Probability with which "
    "the effect should be seen.")
@click.option("--place", metavar="COLUMN", help="The panel's column of places.")
@click.option("--period", metavar="COLUMN", help="The panel's column of periods.")
@click.option("--site", metavar="COLUMN", help="The list's column of places.")
@click.option("--start", metavar="COLUMN", help="The list's column of starts.")
@click.option("--log", "logs", is_flag=True, help="Take the outcome by its logarithm.")
@click.option("--plays", default=1000, show_default=True, type=click.IntRange(100, 100_000), help="Rounds played for each row.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of the plays and of the sites drawn.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="A folder for the tables: power.csv, sites.csv, design.json.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def design(out, as_json, **asked):
    """Plan the next round: which sites, how many, for how long.

    Rounds are played on the panel's own past, where nothing was tried: sites are picked, an effect is added, and the test is made.
    Power is the share of plays that see it.

    \b
    Examples
      shidian evaluate design --panel panel.csv --outcome jobs --effect 0.5
      shidian evaluate design --panel panel.csv --outcome co2 --log --effect -0.03 --pilots pilots.csv
      shidian evaluate design --panel panel.csv --outcome jobs --effect 0.5 --sites 12 --after 4 --rule stratified
    """
    from ...study.evaluation.planning import Plan, plan
    from .asking import listed, whole_numbers

    sizes, after = whole_numbers(asked.pop("sizes"), "--sites"), whole_numbers(asked.pop("after"), "--after")
    methods, covariates = listed(asked.pop("methods")), listed(asked.pop("covariates"))
    made = plan(Plan(sizes=sizes, after=after, methods=methods, covariates=covariates, **asked), out)
    if as_json:
        import json

        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    _show(made)
    if out is not None:
        click.echo(out)


def _show(made: dict) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if Console().is_terminal else PIPED)
    table = Table(title=f"An effect of {made['effect']:g} on {made['outcome']}, {made['places_eligible']} places without a pilot", title_justify="left", box=None, pad_edge=False)
    for name in ("method", "sites", "picked", "periods", "power", "false positives", "least effect"):
        table.add_column(name, justify="left" if name in ("method", "picked") else "right")
    for row in made["power"]:
        alarms = "5% by placebos" if row["false_positives"] is None else f"{row['false_positives']:.1%}"
        table.add_row(row["method"], str(row["sites"]), row["rule"], str(row["after"]), f"{row['power']:.0%}", alarms, f"{row['least_effect']:.3g}")
    console.print(table)
    chosen = made["chosen"]
    if chosen:
        console.print(f"The smallest round that sees it with a probability of {made['wanted']:.0%}: {chosen['sites']} sites, "
            f"{chosen['rule']}, {chosen['after']} period(s), judged by {chosen['method']}.", highlight=False, soft_wrap=True)
        console.print("Sites drawn for it: " + ", ".join(row["unit"] for row in made["places"]), highlight=False, soft_wrap=True, markup=False)
    for note in made["notes"]:
        console.print(note, highlight=False, soft_wrap=True, markup=False)
