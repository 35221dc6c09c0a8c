"""Any number of distinct documents that read like the shared ones: their heads and feet, and bodies whose characters are exchanged.

Copy c > 0 of a document keeps its title, its first HEAD and last FOOT characters and the characters of all terms; every other Chinese character is replaced by
another, by a permutation of its own for each copy. So copies can be identified and measured as the originals are, are no copies of each other unless they are
short, and share with each other only heads and feet: what a large collection of official texts shares too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
HEAD, FOOT = 600, 300
_FIRST, _LAST = 0x4E00, 0x9FA6


def raws() -> Iterator:
    """Every document of the shared corpus, read."""
    from shidian.corpus.reading.opened import rows, single
    from shidian.corpus.reading.parting import parted
    from shidian.corpus.reading.raw import Raw
    from shidian.corpus.reading.sources import Found, find
    from shidian.corpus.reading.tables import TableRules

    for each in find([SHARED], []):
        if isinstance(each, Found):
            found = rows(each.path, each.source, TableRules({})) if each.format == "table" else single(each.path, each.source, each.format)
            for one in found:
                if isinstance(one, Raw):
                    yield from parted(one) if each.format == "table" else [one]


def exchange(copy: int) -> np.ndarray:
    """For each character code what stands in its place in a copy."""
    from shidian.corpus.terms import load_terms

    kept = {letter for one in load_terms().values() for word in (*one.words, *one.excepted) for letter in word}
    moved = np.array([code for code in range(_FIRST, _LAST) if chr(code) not in kept])
    table = np.arange(0x110000, dtype=np.uint32)
    if copy:
        table[moved] = np.random.default_rng(copy).permutation(moved)
    return table


def exchanged(text: str, table: np.ndarray) -> str:
    """A text with the characters of its body exchanged."""
    if len(text) <= HEAD + FOOT:
        return text
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    codes[HEAD:-FOOT] = table[codes[HEAD:-FOOT]]
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def write_many(path: Path, count: int) -> int:
    """A table of `count` documents. Bytes written."""
    held = [(each.title, each.text) for each in raws()]
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "text"])
        for number in range(count):
            copy, at = divmod(number, len(held))
            if at == 0:
                table = exchange(copy)
            writer.writerow([number, held[at][0], exchanged(held[at][1], table)])
    return path.stat().st_size
