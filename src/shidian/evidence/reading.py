"""A user's table, whatever the kind of file: its header, its cells as text, and the row of the file in which each stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cases.findings import Findings, nearest
from ..cases.reading import read_text
from ..foundations.errors import InputError, Where

if TYPE_CHECKING:
    import pandas as pd

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
BOUNDS = (1e-30, 1e30)  # of the largest figure of a column: beyond them squares and products leave what a float64 holds
BESIDE = 1e12  # times what nine figures in ten stay below: beside a larger one the others are lost in rounding
MISSING = frozenset({"", "na", "n/a", "nan", "none", "null", ".", "-"})


@dataclass(frozen=True)
class UserTable:
    """Rows of a file. `rows` has for each the number that the user sees in an editor (of a Parquet file: counted from 1)."""

    path: Path
    header: tuple[str, ...]
    cells: dict[str, list[str]]
    rows: np.ndarray  # (row,) int

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, row: int, column: str | None = None) -> Where:
        """The spot of a cell, or of a row."""
        return Where(self.path, int(self.rows[row]), self.header.index(column) + 1 if column else None)

    def column(self, given: str | None, usual: Iterable[str], what: str, option: str) -> str:
        """The name of the column that holds something: the one given, else the first usual name that is there.

        Raises InputError where there is none.
        """
        if given is not None:
            if given not in self.header:
                raise InputError(f"There is no column '{given}' for {what}. {nearest(given, self.header)}", Where(self.path, 1))
            return given
        lower = {name.lower(): name for name in reversed(self.header)}
        found = next((lower[name] for name in usual if name in lower), None)
        if found is None:
            raise InputError(f"No column looks like {what}; name it with {option}. Columns: {', '.join(self.header[:20])}.", Where(self.path, 1))
        return found

    def numbers(self, column: str, findings: Findings) -> np.ndarray:
        """A column as float64, NaN where the cell is empty; text in it and figures that cannot be reckoned with are findings, and NaN."""
        values = np.full(len(self), np.nan)
        wrong: dict[str, list[int]] = {}
        for row, cell in enumerate(self.cells[column]):
            if cell.lower() in MISSING:
                continue
            try:
                values[row] = float(cell)
            except ValueError:
                pass
            if not np.isfinite(values[row]):
                wrong.setdefault(cell, []).append(row)
        for rows in wrong.values():
            self._refuse(column, rows, "is not a finite number; write digits with a point, without unit or thousands separators, or leave the cell empty", findings)
        if not wrong:
            for why, rows in _beyond(values):
                self._refuse(column, rows, why, findings)
        return values

    def _refuse(self, column: str, rows: list[int], why: str, findings: Findings) -> None:
        """One finding at the first of the rows in which a figure is refused for the same reason."""
        more = f" ({len(rows) - 1} more rows like this.)" if len(rows) > 1 else ""
        findings.add(f"Column '{column}': '{self.cells[column][rows[0]]}' {why}.{more}", self.where(rows[0], column))


def _beyond(values: np.ndarray) -> Iterator[tuple[str, list[int]]]:
    """Why figures (row,) cannot be reckoned with, and the rows of those."""
    size = np.where(np.isfinite(values), np.abs(values), 0.0)
    if not size.any():
        return
    least, most = BOUNDS
    if not least <= size.max() <= most:
        rows = np.flatnonzero(size > most) if size.max() > most else np.flatnonzero(size)
        yield f"cannot be reckoned with: the largest figure of a column lies between {least:g} and {most:g}; correct it, leave the cell empty, or write the column in another unit", rows.tolist()
    elif size.max() > BESIDE * (usual := float(np.quantile(size[size > 0], 0.9, method="lower"))):
        yield f"is more than {BESIDE:g} times what nine figures in ten of the column stay below ({usual:.3g}), and beside it the others are lost in rounding; correct it, or leave the cell empty", np.flatnonzero(size > BESIDE * usual).tolist()


def read_table(path: Path) -> UserTable:
    """A CSV, tab-separated, Excel (first sheet) or Parquet file. Raises InputError where it is missing, empty or misshapen."""
    kind = path.suffix.lower()
    if not path.is_file():
        raise InputError("There is no such file; correct the path.", Where(path))
    if kind not in KINDS:
        raise InputError(f"Tables are read from {', '.join(KINDS)}, not from '{kind or 'a file without an ending'}'; save it as one "
            f"of these.", Where(path))
    if kind == ".parquet":
        header, rows, numbers = _parquet(path)
    elif kind == ".xlsx":
        header, rows, numbers = _excel(path)
    else:
        header, rows, numbers = _delimited(path, "\t" if kind == ".tsv" else None)
    _check_shape(path, header, rows, numbers)
    columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    return UserTable(path, tuple(header), columns, np.array(numbers))


def _check_shape(path: Path, header: list[str], rows: list[list[str]], numbers: list[int]) -> None:
    findings = Findings()
    for position, name in enumerate(header):
        if not name:
            findings.add("The column has no name in the first row; give it one.", Where(path, 1, position + 1))
        elif header.index(name) < position:
            findings.add(f"The column '{name}' stands twice; delete or rename one.", Where(path, 1, position + 1))
    for row, number in zip(rows, numbers, strict=True):
        if len(row) != len(header):
            findings.add(f"The row has {len(row)} cells under {len(header)} columns; look for a comma too many or too few.", Where(path, number))
    if not rows:
        findings.add("The table has no rows below its header; fill it.", Where(path, 1))
    findings.stop()


def _delimited(path: Path, mark: str | None) -> tuple[list[str], list[list[str]], list[int]]:
    text = read_text(path)
    first = text.partition("\n")[0]
    mark = mark or max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows, numbers, line = [], [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                numbers.append(line)
            line = reader.line_num + 1
    except csv.Error as problem:
        raise InputError(f"The row cannot be read ({problem}); a cell with a separator or quote stands in double quotes.", Where(path, line)) from None
    return (rows[0] if rows else []), rows[1:], numbers[1:]


def _excel(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    from python_calamine import load_workbook

    try:
        with load_workbook(path) as book:
            sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        found = [(number, [_said(cell) for cell in row]) for number, row in enumerate(sheet, 1)]
    except Exception as problem:  # what a broken archive raises differs from one to the next
        raise InputError(f"The file cannot be read as an Excel workbook ({type(problem).__name__}); save it again, or save the sheet "
            f"as CSV.", Where(path)) from None
    found = [(number, row) for number, row in found if any(row)]
    if not found:
        return [], [], []
    width = max((position for position, cell in enumerate(found[0][1], 1) if cell), default=0)
    return found[0][1][:width], [row[:width] for _, row in found[1:]], [number for number, _ in found[1:]]


def _parquet(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    from pyarrow import ArrowException
    from pyarrow.parquet import read_table as parquet

    try:
        table: pd.DataFrame = parquet(path).to_pandas().reset_index(drop=True)
    except (ArrowException, OSError, ValueError) as problem:
        raise InputError(f"The file cannot be read as Parquet ({type(problem).__name__}); save it again, or as CSV.", Where(path)) from None
    rows = [[_said(cell) for cell in row] for row in table.itertuples(index=False, name=None)]
    return [str(name) for name in table.columns], rows, list(range(1, len(rows) + 1))


def _said(cell: Any) -> str:
    """A typed cell as the text that a CSV would hold: whole numbers without a point, dates as `2014-07-15`."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, (bool, np.bool_)):
        return str(int(cell))
    if isinstance(cell, (float, np.floating)):
        return str(int(cell)) if float(cell).is_integer() else repr(float(cell))
    if hasattr(cell, "isoformat"):
        return cell.isoformat()[:10]
    return str(cell).strip()
