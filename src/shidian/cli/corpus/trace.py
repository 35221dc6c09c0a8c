"""`shidian corpus trace`: find who took whose words."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("store", type=click.Path(path_type=Path))
@click.option(
    "--document",
    "shown",
    multiple=True,
    metavar="ID",
    help="A document whose passages documents.html sets side by side. May be repeated. Default: those that share most.",
)
@click.option(
    "--pages",
    default=20,
    show_default=True,
    type=click.IntRange(0, 500),
    help="How many documents documents.html shows where none is named.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder. Default: runs/corpus-trace-HASH.")
@click.option("--force", is_flag=True, help="Trace again even where the folder holds this trace.")
@click.option("--json", "as_json", is_flag=True, help="Print what study.json holds.")
def trace(store, shown, pages, out, force, as_json):
    """Find passages that documents of STORE share, and which way they went.

    Down: a document uses words of an earlier one from a higher level of government; up: of a lower level; sideways: of the same level;
    unknown where dates or levels do not tell. Pairs whose words stand in a third, earlier document are flagged with that common source.
    Formulas, and what many documents hold, do not count as borrowing. Copies of a document are left out.

    The folder holds report.html (lineages as pictures and tables), documents.html (passages side by side), and pairs, passages,
    lineages and documents as CSV and Parquet.

    \b
    Examples
      shidian corpus trace store
      shidian corpus trace store --out lineages --pages 50
      shidian corpus trace store --document 3f2a9c04d1e8b765 --json
    """
    from ...corpus.store import open_store
    from ...report.corpus.traced import trace_store
    from ..progress import progress

    _show(trace_store(open_store(store), shown, pages, out, force, progress(as_json)), as_json)


def _show(done, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps(done.found | {"folder": str(done.folder), "reused": done.reused}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    console, found = Console(), done.found
    ways = ", ".join(f"{name} {count:,}" for name, count in found["directions"].items())
    console.print(
        f"{found['documents']:,} documents; {found['pairs']:,} pairs share {found['passages']:,} passages", highlight=False, soft_wrap=True
    )
    console.print(f"  direct pairs: {ways}; from a common source {found['from_a_common_source']:,}", highlight=False, soft_wrap=True)
    console.print(f"  {found['lineages']:,} lineages", highlight=False)
    console.print(
        f"[bold]{done.folder / 'report.html'}[/bold]" + ("  (traced before)" if done.reused else ""), highlight=False, soft_wrap=True
    )
