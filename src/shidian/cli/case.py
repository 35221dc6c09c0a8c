"""`shidian case`: list, start and check cases, and print their schema for an editor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

    from ..cases import Case, SmallCase


@click.group("case")
def case() -> None:
    """List, start and check cases: folders that declare one application.

    A case holds the mission, places, parameters, policies and observed history of one application as YAML and CSV
    files. Begin with a bundled one, or start your own and check it as you fill it in:

    \b
        shidian case list
        shidian case new my-case
        shidian case check my-case
    """


@case.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def list_cases(as_json: bool) -> None:
    """List the cases that come with the package.

    \b
        shidian case list
        shidian run toy            # any case of the market can be run
    """
    from ..cases import bundled_cases, open_case

    rows = [_summary(open_case(name)) for name in bundled_cases()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    columns = ("name", "title", "world", "start", "end", "leaves")
    _print_table("Bundled cases", columns, [[str(row[column]) for column in columns] for row in rows])


@case.command("new")
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write; default: NAME here. It must not exist.")
def new(name: str, out: Path | None) -> None:
    """Start a case called NAME: a folder with every file, comments, and invented figures to replace.

    \b
        shidian case new my-case
        shidian case new my-case --out cases/mine
    """
    from ..cases import new_case

    folder = new_case(name, out or Path(name))
    click.echo(f"Wrote {folder}. Read {folder / 'README.md'}, replace the figures, then run: shidian case check {folder}")


@case.command("check")
@click.argument("name_or_folder")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value before checking. May be repeated.")
@click.option("--data", is_flag=True, help="Show how many figures are sourced, derived, unconfirmed and assumed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def check(name_or_folder: str, overrides: tuple[str, ...], data: bool, as_json: bool) -> None:
    """Check a bundled case or a case folder: names, units, dates, sums, sources.

    What is wrong is printed as file:line:column with what to do, up to ten findings at once, and the exit status is 2.

    \b
        shidian case check toy
        shidian case check my-case --data      # and how well its figures are sourced
    """
    from ..cases import data_quality, open_case

    checked = open_case(name_or_folder, overrides)
    _check_as_a_run_would(checked)
    quality = data_quality(checked) if data else None
    if as_json:
        extra = {} if quality is None else {"data": json.loads(quality.to_json(orient="records"))}
        click.echo(json.dumps(_summary(checked) | extra, ensure_ascii=False, indent=2))
        return
    facts = _summary(checked)
    click.echo(f"{facts['name']}: {facts['title']}")
    click.echo(
        f"{facts['start']} to {facts['end']}, {facts['leaves']} leaf places, {facts['rows']} "
        f"rows in tables, {facts['parameters']} parameters, digest {facts['digest'][:12]}"
    )
    click.echo("The case is sound.")
    if quality is not None:
        _print_quality(quality)


@case.command("schema")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; default: print.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of case.yaml and parameters.yaml, so that an editor completes and checks as you type.

    \b
        shidian case schema --out case.schema.json
    """
    from ..cases import case_schema
    from ..foundations.errors import InputError, Where

    text = json.dumps(case_schema(), ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise InputError(f"The file cannot be written ({problem.strerror}); choose another with --out.", Where(out)) from None
    click.echo(f"Wrote {out}.")


def _check_as_a_run_would(case: Case | SmallCase) -> None:
    """What a run refuses before it starts, a check must not call sound."""
    from ..cases import Case
    from ..governance.regimes import check_rules

    check_rules(case.documents.get("governance"), case.rules)
    if not isinstance(case, Case):
        from ..worlds.settings import checked_setting

        checked_setting(case)
        return
    from ..study.governed_patterns import read_governed_patterns
    from ..study.patterns import read_patterns
    from ..study.simulate import Experimenter

    Experimenter(case)
    read_patterns(case)
    read_governed_patterns(case)


def _summary(checked: Case | SmallCase) -> dict[str, object]:
    from ..cases import Case

    leaves, numbers = (len(checked.places.leaves), len(checked.parameters)) if isinstance(checked, Case) else (checked.leaves, len(checked.setting.tree))
    return {
        "name": checked.name,
        "title": checked.title,
        "world": checked.world,
        "start": checked.calendar.first,
        "end": checked.calendar.last,
        "leaves": leaves,
        "rows": sum(len(table) for table in checked.tables.values()),
        "parameters": numbers,
        "digest": checked.digest,
    }


def _print_quality(quality: pd.DataFrame) -> None:
    statuses = ("sourced", "derived", "unconfirmed", "assumed")
    rows = [
        [str(row["table"]), str(row["rows"]), *(_count(row[one], row["rows"]) for one in statuses)]
        for row in quality.to_dict("records")
    ]
    _print_table("Rows by status", ("table", "rows", *statuses), rows)


def _count(count: int, rows: int) -> str:
    return f"{count} ({count / rows:.0%})" if rows else "-"


def _print_table(title: str, columns: tuple[str, ...], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
