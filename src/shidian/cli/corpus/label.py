"""`shidian corpus label`: documents drawn to be labelled by hand."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("store", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The table to fill in (csv); it must not exist.")
@click.option("--count", default=100, show_default=True, type=click.IntRange(1), help="Documents to draw.")
@click.option("--holding", default="", metavar="WORD", help="Draw only from documents that hold a word, e.g. 试点.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of the draw.")
def label(store, out, count, holding, seed):
    """Draw documents of STORE at random to label by hand, as a table to fill in.

    Copies are left aside. Beside the empty cells stand the title, the start and the end of each text and every place of the word (试点 where none is named).
    Fill it in as docs/corpus-labelling.md says, then hold the store against it with `shidian corpus check`.

    \b
    Examples
      shidian corpus label store --out labels.csv
      shidian corpus label store --holding 试点 --count 200 --out pilots.csv
    """
    from ...corpus.labels import draw, write
    from ...corpus.store import open_store

    rows = draw(open_store(store), count, seed, holding)
    write(rows, out)
    click.echo(f"Wrote {out}: {len(rows)} documents. Fill it in, then run: shidian corpus check {store} --gold {out}")
