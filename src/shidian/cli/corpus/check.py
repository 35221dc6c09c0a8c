"""`shidian corpus check`: a store held against labels, field by field."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("store", type=click.Path(path_type=Path))
@click.option("--gold", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The labels: a csv with a document a row.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Also write every error to this csv, with the words it was read from.")
@click.option("--json", "as_json", is_flag=True, help="Print scores, errors and missing documents as JSON.")
def check(store, gold, errors, as_json):
    """Hold STORE against labels of yours: precision and recall of every field.

    Labels have a column doc_path (file, or table.csv#id) and any of level, issuing_body, province, city, date, doc_number, doc_kind, pilot,
    pilot_broad, pilot_role, nev_related, mic2025_related. docs/corpus-labelling.md says how to label; `shidian corpus label` draws documents to label.
    Where your tables hold metadata, read them with --no-metadata to measure what the rules alone would have read.

    \b
    Examples
      shidian corpus check store --gold labels.csv
      shidian corpus check store --gold labels.csv --errors errors.csv
    """
    from ...corpus.scoring import check
    from ...corpus.store import open_store
    from ...foundations.errors import InputError, Where

    score = check(open_store(store), gold)
    if errors:
        try:
            score.errors.to_pandas().to_csv(errors, index=False)
        except OSError as problem:
            raise InputError(f"The file cannot be written ({problem.strerror}); choose another with --errors.", Where(errors)) from None
    if as_json:
        _print_json(score)
    else:
        _show(score)


def _print_json(score) -> None:
    import json

    tables = {name: getattr(score, name).to_pylist() for name in ("fields", "errors", "missing")}
    click.echo(json.dumps({"documents": score.documents, "unlabelled": score.unlabelled, **tables}, ensure_ascii=False, indent=2))


def _show(score) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("field", "labelled", "read", "right", "precision", "recall", "agreement", title=f"{score.documents} labelled documents, 95 % intervals", title_justify="left")
    for row in score.fields.to_pylist():
        table.add_row(row["field"], *(str(row[name]) for name in ("labelled", "read", "right")), *(_share(row, name) for name in ("precision", "recall", "agreement")))
    console.print(table)
    if score.unlabelled:
        console.print(f"{score.unlabelled:,} of the rows hold no label yet, and count nowhere.", highlight=False)
    for row in score.missing.to_pylist():
        console.print(f"Not in the store: {row['doc_path']} ({row['why']})", highlight=False, soft_wrap=True)
    for row in score.errors.to_pylist():
        console.print(f"{row['doc_path']}: {row['field']} is '{row['labelled']}', read '{row['read']}'", highlight=False, soft_wrap=True, markup=False)


def _share(row, name: str) -> str:
    value = row[name]
    return "-" if value is None else f"{value:.0%} ({row[name + '_low']:.0%} to {row[name + '_high']:.0%})"
