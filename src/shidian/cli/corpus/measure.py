"""`shidian corpus measure`: count who speaks of experimenting."""

from __future__ import annotations

from pathlib import Path

import click

PIPED = 160  # width where nobody looks: a file or a pipe has no edge


@click.command()
@click.argument("store", type=click.Path(path_type=Path))
@click.option("--theme", "names", multiple=True, metavar="NAME", help="A theme to measure. May be repeated. Default: every theme.")
@click.option(
    "--terms",
    "extra",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A set of terms of yours (YAML), or a folder of them. May be repeated; one by the name of ours replaces it.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder. Default: runs/corpus-measure-HASH.")
@click.option("--force", is_flag=True, help="Measure again even where the folder holds this measurement.")
@click.option("--json", "as_json", is_flag=True, help="Print what study.json holds.")
def measure(store, names, extra, out, force, as_json):
    """Measure how the documents of STORE speak of experimenting.

    Shares of documents with pilots, zones, demonstrations and trial validity, in titles and in texts apart; by level, place, year and
    theme, with 95 % intervals, copies merged and kept. Which documents launch a pilot, regulate or mention one, or designate a zone;
    the tone toward each theme; the second paper's table; national titles beside Heilmann's shares; first movers, time to spread,
    and time from the first pilot to law.

    The folder holds report.html, a CSV and a Parquet file for each table, and hits.parquet with every word found and what stands around it.

    A set of terms is a YAML file:

    \b
        name: parking
        kind: theme
        title: Parking (停车)
        words: [停车, 泊位, parking]
        except: [停车场所有权]

    \b
    Examples
      shidian corpus measure store
      shidian corpus measure store --theme made-in-china-2025 --out mic2025
      shidian corpus measure store --terms parking.yaml --theme parking --json
    """
    from ...corpus.store import open_store
    from ...corpus.terms import load_terms, theme_named
    from ...report.corpus.measured import measure_store
    from ..progress import progress

    sets = load_terms(extra)
    if names:
        asked = {theme_named(sets, name).name for name in names}
        sets = {name: one for name, one in sets.items() if one.kind != "theme" or name in asked}
    _show(measure_store(open_store(store), sets, out, force, progress(as_json)), as_json)


def _show(done, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps(done.found | {"folder": str(done.folder), "reused": done.reused}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED)
    table = Table(
        title=f"{done.found['documents']:,} documents; shares with 95 % intervals, copies merged",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for name, side in (
        ("theme", "left"),
        ("documents", "right"),
        ("pilots in titles", "right"),
        ("pilots in texts", "right"),
        ("launch a pilot", "right"),
    ):
        table.add_column(name, justify=side)
    for theme, said in done.found["found"].items():
        shown = [said[name] for name in ("pilot, title", "pilot, text", "launches a pilot, act")]
        table.add_row(theme, f"{shown[0]['documents']:,}", *map(_share, shown))
    console.print(table)
    console.print(
        f"[bold]{done.folder / 'report.html'}[/bold]" + ("  (measured before)" if done.reused else ""), highlight=False, soft_wrap=True
    )


def _share(said: dict) -> str:
    return "" if said["share"] is None else f"{100 * said['share']:.1f} % ({100 * said['low']:.1f} to {100 * said['high']:.1f})"
