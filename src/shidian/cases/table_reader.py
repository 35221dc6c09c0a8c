"""One CSV file to one checked DataFrame: columns, kinds and bounds, each finding with its line and column."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..foundations.calendar import months_of
from ..foundations.errors import InputError, Where
from .findings import Findings, nearest
from .tables import Column, Table

_MONTHS_OF_YEAR = tuple(f"{month:02d}" for month in range(1, 13))


@dataclass
class Sheet:
    """A table under inspection: its declaration, the file, the line of each row, and the rows."""

    table: Table
    path: Path
    header: list[str]
    lines: np.ndarray
    frame: pd.DataFrame
    findings: Findings

    def where(self, row: int, column: str) -> Where:
        """The spot of a cell; a CSV column is counted from one along the header."""
        return Where(self.path, int(self.lines[row]), self.header.index(column) + 1)

    def flag(self, bad: pd.Series | np.ndarray, column: str, message: str) -> bool:
        """Add one finding for all rows where `bad` holds: spot and cell of the first, and how many more.

        `{}` in the message stands for the cell.
        """
        rows = np.flatnonzero(np.asarray(bad, dtype=bool))
        if len(rows) == 0:
            return False
        more = f" ({len(rows) - 1} more rows like this.)" if len(rows) > 1 else ""
        cell = self.frame[column].iloc[rows[0]]
        text = f"{cell:g}" if isinstance(cell, (float, np.floating)) else str(cell)
        self.findings.add(f"Column '{column}': {message.replace('{}', text)}{more}", self.where(int(rows[0]), column))
        return True


def empty_frame(table: Table) -> pd.DataFrame:
    """A table without rows, for a case that does not declare it."""
    return pd.DataFrame({column.name: pd.Series(dtype=float if column.numeric else str) for column in table.columns})


def read_sheet(text: str, path: Path, table: Table, findings: Findings) -> Sheet | None:
    """A table from the text of its file; None where its shape is wrong and cells cannot be checked."""
    header, rows, lines = _rows(text, path)
    if not _shape_is_right(header, rows, lines, path, table, findings):
        return None
    cells = dict(zip(header, zip(*rows)))
    frame = pd.DataFrame({name: pd.Series(cells[name], dtype=str) for name in table.names})
    sheet = Sheet(table, path, header, np.array(lines), frame, findings)
    sound = [_check_column(sheet, column) for column in table.columns]
    return sheet if all(sound) else None


def _rows(text: str, path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows without blank lines, and the line on which each row starts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, line = [], [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as problem:
        raise InputError(
            f"The row cannot be read ({problem}); a cell with a comma or quote stands in double quotes.",
            Where(path, line),
        ) from None
    return (rows[0] if rows else []), rows[1:], lines[1:]


def _shape_is_right(
    header: list[str], rows: list[list[str]], lines: list[int], path: Path, table: Table, findings: Findings
) -> bool:
    before = len(findings)
    for position, name in enumerate(header):
        if name not in table.names:
            hint = nearest(name, [known for known in table.names if known not in header] or table.names)
            findings.add(
                f"The column '{name}' is unknown in the table '{table.name}', so nobody would read it. {hint}",
                Where(path, 1, position + 1),
            )
        elif header.index(name) < position:
            findings.add(f"The column '{name}' stands twice; delete one.", Where(path, 1, position + 1))
    missing = [name for name in table.names if name not in header]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        findings.add(f"The table '{table.name}' lacks the column {names}; its columns are {','.join(table.names)}.", Where(path, 1))
    elif not rows:
        findings.add(
            f"The table '{table.name}' has no rows; fill it, or delete it from `tables` in case.yaml if the case can do without.",
            Where(path, 1),
        )
    for row, line in zip(rows, lines):
        if len(row) != len(header):
            findings.add(
                f"The row has {len(row)} cells under {len(header)} columns; look for a comma too many or too few.",
                Where(path, line, min(len(row), len(header)) + 1),
            )
            break
    return len(findings) == before


def _check_column(sheet: Sheet, column: Column) -> bool:
    """Whether a column is sound; numbers are converted in place."""
    cells = sheet.frame[column.name]
    empty = cells.eq("")
    if column.required and sheet.flag(empty, column.name, "the cell is empty, but every row needs one; fill it."):
        return False
    if column.numeric:
        return _check_numbers(sheet, column, cells, empty)
    if column.kind in ("period", "season"):
        return _check_periods(sheet, column, cells)
    if column.kind == "choice":
        return not sheet.flag(
            ~cells.isin(column.choices),
            column.name,
            f"'{{}}' is not one of {', '.join(column.choices)}; choose one.",
        )
    if column.kind == "code":
        return not sheet.flag(
            cells.str.contains(r"\s", regex=True),
            column.name,
            "'{}' holds a blank, and a code is one word; use a hyphen.",
        )
    return True


def _check_numbers(sheet: Sheet, column: Column, cells: pd.Series, empty: pd.Series) -> bool:
    numbers = pd.to_numeric(cells.mask(empty), errors="coerce").astype(float)
    bad = ~empty & ~np.isfinite(numbers)
    if sheet.flag(bad, column.name, "'{}' is not a number; write digits with a point, without unit or thousands separators."):
        return False
    if column.kind == "integer" and sheet.flag(~empty & (numbers % 1 != 0), column.name, "'{}' is not a whole number; correct it."):
        return False
    low, high, above = column.low, column.high, column.above
    outside = (numbers < (-np.inf if low is None else low)) | (numbers > (np.inf if high is None else high))
    outside |= numbers <= (-np.inf if above is None else above)
    if sheet.flag(outside, column.name, f"{{}} is out of bounds; it must be {_bounds(column)}."):
        return False
    sheet.frame[column.name] = numbers.astype("int64") if column.kind == "integer" and column.required else numbers
    return True


def _bounds(column: Column) -> str:
    parts = [
        f"above {column.above:g}" if column.above is not None else "",
        f"at least {column.low:g}" if column.low is not None else "",
        f"at most {column.high:g}" if column.high is not None else "",
    ]
    return " and ".join(part for part in parts if part)


def _check_periods(sheet: Sheet, column: Column, cells: pd.Series) -> bool:
    allowed = _MONTHS_OF_YEAR if column.kind == "season" else ()
    wrong = [cell for cell in cells.unique() if cell and cell not in allowed and not _is_period(cell)]
    hint = "write 2014, 2014-07, 2014-07-15 or 2014Q3" + (" (or 01 to 12 for a month of every year)." if allowed else ".")
    return not sheet.flag(cells.isin(wrong), column.name, f"'{{}}' is not a period of the calendar; {hint}")


def _is_period(cell: str) -> bool:
    try:
        months_of(cell)
    except InputError:
        return False
    return True
