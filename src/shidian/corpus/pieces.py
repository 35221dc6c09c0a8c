"""Pieces of work: a few files, or some rows of a table, each made into rows of the store on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from .copies import Sketches, sketch
from .identify.document import Difference, identify
from .reading.opened import rows, single
from .reading.parting import parted
from .reading.raw import Problem, Raw, whole
from .reading.sources import Found
from .reading.tables import TableRules
from .record import SCHEMA

_FILES, _ROWS = 64, 128  # of a piece
_BYTES, _CHARACTERS = 4_000_000, 1_500_000  # from which on a piece is full before that


@dataclass(frozen=True)
class Piece:
    """Files that hold a document each, or documents of a table that are read but not yet identified; and its share of the bytes."""

    files: tuple[Found, ...] = ()
    rows: tuple[Raw | Problem, ...] = ()
    weight: int = 0

    def split(self) -> list[Piece]:
        """The same work, one file or row a piece."""
        return [Piece(files=(each,)) for each in self.files] + [Piece(rows=(each,)) for each in self.rows]

    @property
    def name(self) -> str:
        """The first source of the piece."""
        return next((each.source for each in (*self.files, *self.rows)), "")


@dataclass(frozen=True)
class Made:
    """What a piece came to: rows of the store, sketches for finding copies, what could not be read, where metadata and text differ."""

    documents: pa.Table
    sketches: Sketches
    problems: tuple[Problem, ...]
    differences: tuple[Difference, ...]
    weight: int

    @staticmethod
    def joined(made: Sequence[Made], problems: Sequence[Problem], weight: int) -> Made:
        """Several in a row, with problems beside."""
        documents = pa.concat_tables([SCHEMA.empty_table(), *(each.documents for each in made)])
        every = [*(one for each in made for one in each.problems), *problems]
        return Made(documents, Sketches.joined([each.sketches for each in made]), tuple(every), tuple(one for each in made for one in each.differences), weight)


def pieces(found: Sequence[Found], rules: TableRules) -> Iterator[Piece]:
    """All work in the order of the sources; where a piece ends depends on the sources alone."""
    files: list[Found] = []
    for each in found:
        if each.format != "table":
            files.append(each)
            if len(files) >= _FILES or sum(one.size for one in files) >= _BYTES:
                yield Piece(files=tuple(files), weight=sum(one.size for one in files))
                files = []
            continue
        if files:
            yield Piece(files=tuple(files), weight=sum(one.size for one in files))
            files = []
        yield from _of_table(each, rules)
    if files:
        yield Piece(files=tuple(files), weight=sum(one.size for one in files))


def _of_table(table: Found, rules: TableRules) -> Iterator[Piece]:
    held: list[Raw | Problem] = []
    length = left = 0
    left = table.size
    for each in rows(table.path, table.source, rules):
        held.append(each)
        length += len(each.text) if isinstance(each, Raw) else 0
        if len(held) >= _ROWS or length >= _CHARACTERS:
            weight = min(left, 3 * length)  # bytes of its Chinese characters; the end of the table makes up the rest
            left -= weight
            yield Piece(rows=tuple(held), weight=weight)
            held, length = [], 0
    if held or left:
        yield Piece(rows=tuple(held), weight=left)


def made_of(piece: Piece) -> Made:
    """Read what is not read yet, identify it, and sketch it."""
    found: list[Raw] = []
    problems: list[Problem] = []
    for each in _opened(piece):
        if isinstance(each, Problem):
            problems.append(each)
        else:
            found.append(whole(each))
    identified = [identify(raw) for raw in found]
    documents = pa.Table.from_pylist([row for row, _ in identified], SCHEMA)
    return Made(documents, sketch([raw.text for raw in found]), tuple(problems), tuple(one for _, differences in identified for one in differences), piece.weight)


def _opened(piece: Piece) -> Iterator[Raw | Problem]:
    for file in piece.files:
        yield from single(file.path, file.source, file.format)
    for row in piece.rows:
        if isinstance(row, Raw):
            yield from parted(row)
        else:
            yield row
