"""`shidian corpus find`: search a store for words."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(context_settings={"ignore_unknown_options": True})  # -解读 is a word of the query
@click.argument("store", type=click.Path(path_type=Path))
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Documents shown.")
@click.option("--level", type=click.Choice(["national", "province", "city", "county"]), help="Only documents of this level of government.")
@click.option("--copies", is_flag=True, help="Show copies of a document too.")
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), help="Write all results to a CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def find(store, query, limit, level, copies, table, as_json):
    """Find documents of STORE that hold every word of QUERY, in title or text.

    Words stand apart by blanks, in one argument or several; words in quotes belong together; a word after a hyphen must not occur. Words of two characters are found
    like any other, and Latin letters in either case. Documents with the words in their title come first.

    \b
    Examples
      shidian corpus find store "试点 新能源汽车"
      shidian corpus find store '"new energy" pilot -解读' --level province
      shidian corpus find store 先行先试 --csv hits.csv --json
    """
    unknown = next((word for word in query if word.startswith("--")), None)
    if unknown:
        raise click.NoSuchOption(unknown)
    from ...corpus.find import Query, as_table, found_by
    from ...corpus.store import open_store

    found = found_by(open_store(store), Query.of(" ".join(query)), copies, level or "")
    if table:
        _write(as_table(found), table)
    _show(found, limit, as_json)


def _write(table, path: Path) -> None:
    """The CSV under its final name once it is whole."""
    import os

    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        table.to_pandas().to_csv(part, index=False, lineterminator="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _show(found, limit: int, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps({"documents": len(found), "results": [one.as_dict() for one in found[:limit]]}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    for one in found[:limit]:
        what = ", ".join(part for part in (one.level, one.date, f"{sum(one.counts.values())} hits") if part)
        console.print(f"[bold]{escape(one.title or one.source)}[/bold]  {one.id}  ({what})", highlight=False, soft_wrap=True)
        for place in one.places:
            console.print(f"  … {escape(place['words'])} …", highlight=False, soft_wrap=True)
    more = f"; the first {limit} are shown" if len(found) > limit else ""
    console.print(f"{len(found):,} {'document' if len(found) == 1 else 'documents'}{more}", highlight=False, soft_wrap=True)
