"""`shidian corpus read`: documents from files and tables into a store, each with what it is."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The store: a folder of Parquet.")
@click.option("--leave-out", multiple=True, metavar="PATTERN", help="Files that are no documents, by name or path within SOURCE, e.g. 'drafts/*'. May be repeated.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", help="Which column of a table is what, e.g. text=正文; an empty NAME ignores the field. May be repeated.")
@click.option("--titles", is_flag=True, help="Also take rows of tables that have a title and no text.")
@click.option("--no-metadata", is_flag=True, help="Ignore the tables' own metadata, so that every field is read from the text: to measure the rules.")
@click.option("--workers", type=click.IntRange(1), help="Processes at once. Default: one a core. Never changes the result.")
@click.option("--force", is_flag=True, help="Replace a store of other sources or settings.")
@click.option("--json", "as_json", is_flag=True, help="Print counts as JSON.")
def read(sources, out, leave_out, columns, titles, no_metadata, workers, force, as_json):
    """Read documents from SOURCE (files, folders, tables) into a store, and say what each one is.

    Read are txt, Markdown, saved web pages, docx, PDF with text, PKULaw downloads, and tables (csv, tsv, xlsx, jsonl) with a document a row. Of each
    document the store has its own number and those it cites, issuers, level, place, dates, kind and status, each with a confidence and the words it was
    read from. Columns of your own tables win; where the text says otherwise, or a cell cannot be
    understood, disagreements.csv lists it.

    What cannot be read is listed in unread.csv with the reason, what is no document in left_out.csv with the rule. An interrupted reading goes on
    where it stopped when the same command is given again.

    \b
    Examples
      shidian corpus read documents/ --out store
      shidian corpus read policies.csv --column text=正文 --column title=标题 --out store
      shidian corpus read documents/ --leave-out 'drafts/*' --out store
    """
    from ...corpus.building import Reading, read_documents
    from ...corpus.reading.columns import chosen_columns
    from ...corpus.reading.tables import TableRules
    from ...foundations.errors import Failure
    from ..progress import progress

    rules = TableRules(chosen_columns(columns), titles, no_metadata)
    try:
        store = read_documents(Reading(sources, leave_out, rules), out, force, workers, progress(as_json))
    except KeyboardInterrupt:
        raise Failure("Stopped. Give the same command again, and it goes on where it stopped.") from None
    _show(store, as_json)


def _show(store, as_json: bool) -> None:
    counts = store.about["counts"]
    if as_json:
        import json

        click.echo(json.dumps({"store": str(store.path), **counts}, ensure_ascii=False, indent=2))
        return
    click.echo(f"{store.path}: {counts['documents']:,} documents, {counts['copies']:,} of them copies of another")
    for name, words in (("unread", "could not be read"), ("left_out", "left out as no documents"), ("disagreements", "times your metadata and the text differ, or it was not understood")):
        if counts[name]:
            click.echo(f"  {counts[name]:,} {words}: {store.path / (name + '.csv')}")
