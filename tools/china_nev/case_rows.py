"""Reading the facts, writing case tables, and the month rule that all tables of this half share."""

import argparse
import csv
from pathlib import Path

HAND = Path(__file__).parent / "hand"
FIRST_YEAR, LAST_YEAR = 2009, 2025
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
CLASSES = ["ice-mini", "ice-compact", "ice-mid", "ice-premium", "lsev", "bev-a00", "bev-a0", "bev-mid", "bev-premium", "phev-mid", "phev-premium"]


def arguments(text):
    """Where the facts are and where the table goes."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--facts", type=Path, required=True, help="folder of the facts (holds national/ and subnational/)")
    parser.add_argument("--out", type=Path, required=True, help="folder of the case")
    return parser.parse_args()


def read(path):
    """Rows of a CSV table as dictionaries; lines that start with # are comments."""
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(line for line in handle if not line.startswith("#")))


def national(facts, name):
    """Rows of one national table of the facts."""
    return read(facts / "national" / f"{name}.csv")


def subnational(facts, name):
    """Rows of one subnational table of the facts."""
    return read(facts / "subnational" / f"{name}.csv")


def write(path, columns, rows):
    """Write rows (dictionaries) in the given column order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({column: text(row.get(column, "")) for column in columns} for row in rows)


def text(value):
    """A number without needless digits, anything else as it is."""
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    return value


def month_index(stamp):
    """Months since year 0 of 'YYYY-MM'."""
    year, month = stamp.split("-")[:2]
    return int(year) * 12 + int(month) - 1


def month_text(index):
    """'YYYY-MM' of months since year 0."""
    return f"{index // 12}-{index % 12 + 1:02d}"


def ruling_month(date):
    """First month in which a rule of this date holds for most days: a start after the 15th counts from the next month."""
    day = int(date.split("-")[2]) if date.count("-") == 2 else 1
    return month_index(date) + (1 if day > 15 else 0)
