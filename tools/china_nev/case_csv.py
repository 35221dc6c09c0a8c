"""Reading facts and writing case tables: the same header order, number format and line ends everywhere."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

STATUSES = ("sourced", "derived", "unconfirmed", "assumed")


def folders(description: str | None) -> tuple[Path, Path]:
    """The facts folder and the case folder, from `--facts` and `--out`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--facts", type=Path, required=True, help="folder that holds the tables of facts")
    parser.add_argument("--out", type=Path, required=True, help="case folder to write to")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    return arguments.facts, arguments.out


def read(path: Path) -> list[dict[str, str]]:
    """All rows of a table of facts, as text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str | None) -> float | None:
    """A cell as a number; an empty cell as None."""
    return float(text) if text not in (None, "") else None


def tidy(value: object, digits: int = 6) -> str:
    """A cell as it is written: whole numbers without a point, others to six significant digits."""
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if value == round(value) or abs(value) >= 1e6 else f"{value:.{digits}g}"


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A case table: UTF-8, comma, header, newline at the end of each row."""
    rows = [[tidy(cell) for cell in row] for row in rows]
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{path.name}: {len(row)} cells for {len(columns)} columns in {row}")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def between(anchors: dict[int, float], year: int) -> float:
    """Straight line between anchor years, held outside them."""
    years = sorted(anchors)
    if year <= years[0]:
        return anchors[years[0]]
    if year >= years[-1]:
        return anchors[years[-1]]
    after = next(anchor for anchor in years if anchor >= year)
    before = max(anchor for anchor in years if anchor <= year)
    if before == after:
        return anchors[year]
    return anchors[before] + (anchors[after] - anchors[before]) * (year - before) / (after - before)
