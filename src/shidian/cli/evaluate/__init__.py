"""`shidian evaluate`: judge real pilots from a panel and a list of sites."""

from __future__ import annotations

from pathlib import Path

import click

from ..later import Later

COMMANDS = {"design": "Plan the next round: which sites, how many, for how long."}
PIPED = 140  # width where nobody looks
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Later, commands_in="shidian.cli.evaluate", listed=COMMANDS, invoke_without_command=True)
@click.option("--panel", type=FILE, help="Figures by place and period: CSV, Excel or Parquet, long or wide.")
@click.option("--pilots", type=FILE, help="Sites: place, start, and perhaps programme, end, level.")
@click.option("--outcome", metavar="COLUMN", help="What the pilots are judged by; a mission may name several.")
@click.option("--better", type=click.Choice(["higher", "lower"]), help="Which way is up. Default: higher.")
@click.option("--covariates", default="", metavar="A,B", help="Columns on which sites are compared and reweighted.")
@click.option("--adjust", default="", metavar="A,B", help="Columns in which estimates make sites and others alike, as they were before "
    "the start.")
@click.option("--method", "methods", default="imputation,cs,sdid,sc", show_default=True, metavar="A,B", help="Of did, cs, imputation, "
    "sc, sdid.")
@click.option("--mission", type=FILE, help="Goals, weights, what is worthwhile, lines of the rules (YAML).")
@click.option("--programme", "chosen", multiple=True, metavar="NAME", help="Judge this programme alone. May be repeated.")
@click.option("--programmes", "bundled", type=click.Choice(["china"]), help="Ask of the bundled programmes whether their sites were "
    "fair; needs no panel.")
@click.option("--place", metavar="COLUMN", help="The panel's column of places.")
@click.option("--period", metavar="COLUMN", help="The panel's column of periods.")
@click.option("--parent", metavar="COLUMN", help="The panel's column of the place above: its pilots cover all places under it.")
@click.option("--weight", metavar="COLUMN", help="The panel's column that weighs places, such as population.")
@click.option("--site", metavar="COLUMN", help="The list's column of places.")
@click.option("--start", metavar="COLUMN", help="The list's column of starts.")
@click.option("--boundaries", type=FILE, help="Changes of boundary: place, period.")
@click.option("--leave-out-missing", is_flag=True, help="Go on without sites that the panel does not hold.")
@click.option("--log", "logs", is_flag=True, help="Take outcomes by their logarithm; effects are then said in per cent.")
@click.option("--anticipation", default=0, show_default=True, type=click.IntRange(0), help="Periods before a start that count as "
    "touched by it.")
@click.option("--draws", default=499, show_default=True, type=click.IntRange(19, 100_000), help="Placebos of a method at most.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of every random stream.")
@click.option("--overrule", "overruled", multiple=True, metavar="'NAME=ANSWER: WHY'", help="Decide otherwise; the record shows both. "
    "May be repeated.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder. Default: evaluations/HASH.")
@click.option("--force", is_flag=True, help="Compute again even where the folder holds this evaluation.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_context
def evaluate(context, bundled, out, force, as_json, **asked):
    """Judge pilots: were the sites fair, did it work, would it travel, what should be done.

    PANEL has a row for each place and period, PILOTS a row for each site. Places must be written alike in both; a site that is a
    province covers the panel's places under it. The folder holds report.html, the estimates and their tables, and
    study.json, from which every verdict can be replayed.

    \b
    Examples
      shidian evaluate --panel panel.csv --pilots pilots.csv --outcome jobs
      shidian evaluate --panel panel.csv --pilots pilots.csv --outcome co2 --better lower --log
      shidian evaluate --panel panel.csv --pilots pilots.csv --mission mission.yaml --out judged
      shidian evaluate --programmes china
      shidian evaluate design --panel panel.csv --outcome jobs --effect 0.5
    """
    if context.invoked_subcommand:
        return
    from ...foundations.errors import InputError

    if bundled:
        _bundled(asked, out, force, as_json)
        return
    if asked["panel"] is None or asked["pilots"] is None:
        raise InputError("Pilots are judged from a panel and a list of sites; give --panel and --pilots, or --programmes china for "
            "the bundled sites.")
    from ...report.evaluation import evaluate_pilots
    from ..progress import progress
    from .asking import question

    done = evaluate_pilots(question(asked), out, force, progress(as_json))
    _show(done, as_json)


def _bundled(asked, out, force: bool, as_json: bool) -> None:
    from ...foundations.errors import InputError

    given = [name for name in ("panel", "pilots", "outcome", "mission") if asked[name] is not None]
    if given:
        raise InputError(f"--programmes asks of the bundled sites alone, and --{given[0]} has no part in that; leave one out.")
    from ...report.evaluation.china import fair_in_china

    done = fair_in_china(asked["chosen"], out, force, asked["seed"])
    if as_json:
        import json

        click.echo(json.dumps(done.rows, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if Console().is_terminal else PIPED)
    table = Table(title="Sites against the other prefecture-level places: log GDP per head", title_justify="left", box=None, pad_edge=False)
    for name in ("programme", "sites", "gap", "t", "p", "index", "figures of"):
        table.add_column(name, justify="left" if name == "programme" else "right")
    for row in done.rows:
        t = "" if row["t"] is None else f"{row['t']:.2f}"
        index = "" if row["index"] is None else f"{row['index']:.2f}"
        table.add_row(row["programme"], str(row["sites"]), f"{row['gap_log_gdp_per_head']:+.2f}", t, f"{row['p_permutation']:.4f}", index, f"{row['covariate_year']}{' (after the start)' if row['post'] else ''}")
    console.print(table)
    if done.folder is not None:
        console.print(f"[bold]{done.folder / 'report.html'}[/bold]", highlight=False, soft_wrap=True)


def _show(done, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps(done.as_dict(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from ...evidence.verdict import decided

    console = Console()
    for one in done.recorded["programmes"]:
        verdict = one["verdict"]
        console.print(f"[bold]{one['programme']}[/bold]: {verdict['final']}", highlight=False, soft_wrap=True)
        if verdict["overruled"]:
            console.print(f"  {decided(verdict['answer'], verdict['overruled'])}", highlight=False, soft_wrap=True, markup=False)
        console.print(f"  {verdict['reason']}", highlight=False, soft_wrap=True, markup=False)
        for outcome, goal in one["goals"].items():
            for method, found in goal["estimates"].items():
                console.print(f"  {outcome}, {method}: {_effect(found, done.recorded['logs'])}", highlight=False, soft_wrap=True, markup=False)
            for reason in goal["cannot"]:
                console.print(f"  {outcome}: {reason}", highlight=False, soft_wrap=True, markup=False)
    console.print(f"[bold]{done.folder / 'report.html'}[/bold]", highlight=False, soft_wrap=True)


def _effect(found: dict, logs: bool) -> str:
    from math import expm1

    from ...evidence.cautions import BRIEFLY

    if found["effect"] is None:
        return next((note for note in found["notes"] if "cannot be told" in note), "cannot be told from these data")
    alarms = "; ".join(f"{rate:.0%} {BRIEFLY[kind]}" for kind, rate in found["over_rejects"].items())
    effect, low, high = (None if found[name] is None else f"{100 * expm1(found[name]):.4g} %" if logs else f"{found[name]:.4g}" for name in ("effect", "low", "high"))
    ends = "no interval" if low is None or high is None else f"{low} to {high}"
    return f"{effect} ({ends})" + (f"  [over-rejects: {alarms}]" if alarms and found["low"] is not None else "")
