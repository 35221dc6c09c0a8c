"""The user's list of sites: which place took part in which programme, from when, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cases.findings import Findings, nearest
from ..foundations.errors import InputError, Where
from .figures import PERIODS, PLACES
from .reading import UserTable, read_table

STARTS = ("start", "start_period", "start_year", "first_treat", "first_treated", "treated_from", "announced", "from", "year")
ENDS = ("end", "end_year", "until", "to")
SITES = (*PLACES, "site", "site_en", "site_cn")
ONLY = "pilots"  # what a programme is called where the file names none
MOST_STARTS = 3  # of one place in one programme; with more the list is a panel


@dataclass(frozen=True)
class Site:
    """One place in one programme. `start` and `end` are as written; `level` says what kind of place, where the file does."""

    programme: str
    place: str
    start: str
    end: str = ""
    level: str = ""
    wave: str = ""
    note: str = ""
    name: str = ""
    where: Where | None = None
    begins: Where | None = None  # the cell of its start
    ends: Where | None = None

    @property
    def called(self) -> str:
        """What a sentence calls it: its name, its place or, where the list has neither, its row."""
        return self.name or self.place or (f"row {self.where.line}" if self.where else "without a name")


@dataclass(frozen=True)
class SiteColumns:
    """Which columns of the list hold what; None looks for a usual name."""

    place: str | None = None
    start: str | None = None


def read_pilots(path: Path | str, columns: SiteColumns = SiteColumns(), like: str | None = None) -> tuple[Site, ...]:
    """Every row of a list of sites; `like` is the panel's column of places, which counts first where the list has it too.

    Raises InputError for a row without a start, for columns that are not there, and for a panel in place of a list. A site without a place is kept: whoever lays
    it over a panel says that it is missing there.
    """
    table = read_table(Path(path))
    place = table.column(columns.place, (*((like.lower(),) if like else ()), *SITES), "the sites' places", "--site")
    start = table.column(columns.start, STARTS, "the start", "--start")
    findings = Findings()
    for row, cell in enumerate(table.cells[start]):
        if not cell:
            findings.add("The site has no start; write the period from which it was treated, or delete the row.", table.where(row, start))
    findings.stop()
    others = {name: _optional(table, usual) for name, usual in _OTHERS.items()}
    end = next((name for usual in ENDS for name in table.header if name.lower() == usual), None)
    sites = tuple(
        Site(
            place=table.cells[place][row], start=table.cells[start][row], where=table.where(row, place), begins=table.where(row, start), ends=table.where(row, end),
            **{name: cells[row] for name, cells in others.items()},
        )
        for row in range(len(table))
    )  # fmt: skip
    _refuse_panel(sites, start)
    return sites


def _refuse_panel(sites: Sequence[Site], column: str) -> None:
    """A panel has a row for each place and period, so that places seem to start again and again. Raises InputError for one."""
    starts: dict[tuple[str, str], set[str]] = {}
    for site in sites:
        if site.place:
            starts.setdefault((site.programme, site.place), set()).add(site.start)
    most = max(starts, key=lambda place: len(starts[place]), default=None)
    several = sum(len(those) > 1 for those in starts.values())
    called_so = column.lower() in PERIODS and 2 * several > len(starts) >= MOST_STARTS  # waves may name places twice, under a name of their own
    if most and (len(starts[most]) > MOST_STARTS or called_so):
        first = next(site for site in sites if (site.programme, site.place) == most)
        raise InputError(
            f"{first.place} has {len(starts[most])} starts in column '{column}', as in a panel: a list of sites has one row for each site, with the period from which it was treated. "
            f"Give the list with --pilots, or name its column of starts with --start.",
            first.begins,
        )


_OTHERS = {
    "programme": ("programme", "program", "pilot", "policy"),
    "end": ENDS,
    "level": ("level",),
    "wave": ("wave", "batch", "round"),
    "note": ("note", "remark"),
    "name": ("site_en", "name_en", "site", "name", "site_cn"),
}


def _optional(table: UserTable, usual: Sequence[str]) -> list[str]:
    """Of each row the first cell that is filled, of columns with usual names."""
    lower = {name.lower(): name for name in reversed(table.header)}
    columns = [table.cells[lower[name]] for name in usual if name in lower]
    cells = [next(filter(None, row), "") for row in zip(*columns, strict=True)] or [""] * len(table)
    return [cell or ONLY for cell in cells] if usual[0] == "programme" else cells


def programmes(sites: Sequence[Site], wanted: Sequence[str] = ()) -> dict[str, tuple[Site, ...]]:
    """Sites by programme, in order of appearance; only those wanted, where any are named. Raises InputError for an unknown one."""
    names = list(dict.fromkeys(site.programme for site in sites))
    for name in wanted:
        if name not in names:
            raise InputError(f"The list of sites has no programme '{name}'. {nearest(name, names)}")
    return {name: tuple(site for site in sites if site.programme == name) for name in names if not wanted or name in wanted}
