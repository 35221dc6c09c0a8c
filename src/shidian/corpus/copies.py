"""Copies of one document: the same text on several sites, under several dates, with or without the head that a page put above it.

Two texts are copies where all but their blanks is the same, or where they share at least SAME of their fingerprints (Jaccard), unless both have a number and
the numbers differ, or both are signed and the days differ: form letters, yearly versions and a law before and after it was amended are documents of their own. The earliest is kept.
Titles without a text are copies where title, level and number are the same, or the day where neither has a number.

    J(a, b) = |F(a) and F(b)| / |F(a) or F(b)|,   F the winnowed fingerprints of `fingerprints`

Pairs are found by sketches (one-permutation hashing in BANDS bands: Li, Owen and Zhang, NIPS 2012), so that no text is held against all others.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .fingerprints import fingerprints

SAME = 0.8
BINS, BANDS = 32, 8
_LIKELY = 0.6  # share of equal bins from which on a pair is looked at
_CROWD = 40  # members of a bucket that are held against each other; beyond, against the first ones
_EMPTY = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Sketches:
    """For each document: a hash of its characters without blanks (nought where there are none), and the least hash of each bin."""

    exact: np.ndarray  # (document,) uint64
    bins: np.ndarray  # (document, bin) uint32

    @staticmethod
    def joined(parts: Sequence[Sketches]) -> Sketches:
        """The sketches of several parts in a row."""
        exact = np.concatenate([np.zeros(0, np.uint64), *(each.exact for each in parts)])
        return Sketches(exact, np.concatenate([np.zeros((0, BINS), np.uint32), *(each.bins for each in parts)]))


def sketch(texts: Sequence[str]) -> Sketches:
    """The sketches of some texts."""
    exact = np.array([_exact(text) for text in texts], np.uint64)
    bins = np.full((len(texts), BINS), _EMPTY, np.uint32)
    if texts:
        found = fingerprints(texts)
        bin_of = (found.hashes >> np.uint64(59)).astype(np.int64)
        np.minimum.at(bins, (found.text, bin_of), (found.hashes & np.uint64(0xFFFFFFFF)).astype(np.uint32))
    return Sketches(exact, bins)


def _exact(text: str) -> int:
    letters = "".join(text.split())
    return int.from_bytes(hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") if letters else 0


def earliest(facts: pa.Table, sketches: Sketches, texts: Iterable[Sequence[str]]) -> list[str]:
    """For each document the id of its earliest copy, or nothing for a document that has none or is the earliest itself.

    `facts` has id, title, level, number, signed, amended and published; `texts` gives all texts once more, a batch at a time, and is read only where near-copies are likely.
    """
    groups = _Groups(facts)
    for first, second in _equal(_with_titles(sketches.exact, facts)):
        groups.join(first, second)
    likely = sorted({pair for pair in _likely(sketches) if not groups.together(*pair)})
    shown = _shared(likely, texts) if likely else {}
    for pair in likely:
        if shown[pair] >= SAME:
            groups.join(*pair)
    return groups.earliest()


def _with_titles(exact: np.ndarray, facts: pa.Table) -> np.ndarray:
    """The hashes of texts, and for documents without one a hash of what they are called."""
    keys = exact.copy()
    bare = np.flatnonzero(exact == 0)
    for at, row in zip(bare, facts.take(pa.array(bare)).to_pylist(), strict=True):
        if row["title"]:
            keys[at] = _exact("\0".join(("title", row["title"], row["level"], row["number"] or str(row["signed"] or row["published"]))))
    return keys


def _equal(exact: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs with the same characters: neighbours in the order of their hashes, the first of each run with all others."""
    order = np.argsort(exact, kind="stable")
    for start, stop in _runs(exact[order]):
        members = order[start:stop]
        if exact[members[0]]:
            for other in members[1:]:
                yield int(members[0]), int(other)


def _likely(sketches: Sketches) -> Iterator[tuple[int, int]]:
    """Pairs that agree on a whole band and on most bins."""
    rows = BINS // BANDS
    for band in range(BANDS):
        part = sketches.bins[:, band * rows : (band + 1) * rows]
        whole = np.flatnonzero((part != _EMPTY).all(axis=1))
        if not len(whole):
            continue
        keys = np.zeros(len(whole), np.uint64)
        for column in range(rows):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + part[whole, column]
        order = np.argsort(keys, kind="stable")
        for start, stop in _runs(keys[order]):
            yield from _pairs(whole[order[start:stop]], sketches.bins)


def _pairs(members: np.ndarray, bins: np.ndarray) -> Iterator[tuple[int, int]]:
    for position, first in enumerate(members[:_CROWD]):
        others = members[position + 1 :]
        filled = (bins[others] != _EMPTY) | (bins[first] != _EMPTY)
        equal = ((bins[others] == bins[first]) & filled).sum(axis=1) / np.maximum(filled.sum(axis=1), 1)
        for other in others[equal >= _LIKELY]:
            yield int(min(first, other)), int(max(first, other))


def _runs(values: np.ndarray) -> Iterator[tuple[int, int]]:
    """Where equal neighbours stand, two or more in a row."""
    edges = np.flatnonzero(np.diff(values)) + 1
    bounds = np.concatenate([[0], edges, [len(values)]])
    for start, stop in zip(bounds[:-1], bounds[1:]):
        if stop - start > 1:
            yield int(start), int(stop)


def _shared(pairs: Sequence[tuple[int, int]], texts: Iterable[Sequence[str]]) -> dict[tuple[int, int], float]:
    """The share of fingerprints that the texts of each pair have in common."""
    wanted = {each for pair in pairs for each in pair}
    held: dict[int, np.ndarray] = {}
    first = 0
    for batch in texts:
        at = [position for position in range(len(batch)) if first + position in wanted]
        if at:
            found = fingerprints([batch[position] for position in at])
            for number, position in enumerate(at):
                held[first + position] = np.unique(found.hashes[found.text == number])
        first += len(batch)
    shown = {}
    for one, other in pairs:
        common = len(np.intersect1d(held[one], held[other], assume_unique=True))
        shown[one, other] = common / max(len(held[one]) + len(held[other]) - common, 1)
    return shown


class _Groups:
    """Groups of copies that grow by joining, as long as neither numbers nor days of signature contradict each other."""

    def __init__(self, facts: pa.Table):
        self.ids = facts["id"].to_pylist()
        self.published = facts["published"].to_pylist()
        self.signed = facts["signed"].to_pylist()
        self.head = list(range(len(self.ids)))
        versions = [amended or signed for amended, signed in zip(facts["amended"].to_pylist(), self.signed)]
        self.known = [({number} - {""}, {day} - {None}) for number, day in zip(facts["number"].to_pylist(), versions)]

    def of(self, one: int) -> int:
        """The head of a document's group."""
        while self.head[one] != one:
            self.head[one] = self.head[self.head[one]]
            one = self.head[one]
        return one

    def together(self, one: int, other: int) -> bool:
        """Whether two documents are of one group."""
        return self.of(one) == self.of(other)

    def join(self, one: int, other: int) -> None:
        """Make one group of two, unless they contradict each other."""
        first, second = sorted((self.of(one), self.of(other)))
        numbers, days = (here | there for here, there in zip(self.known[first], self.known[second]))
        if first != second and len(numbers) < 2 and len(days) < 2:
            self.head[second] = first
            self.known[first] = (numbers, days)

    def earliest(self) -> list[str]:
        """For each document the id of the earliest of its group where that is another."""
        members = defaultdict(list)
        for one in range(len(self.ids)):
            members[self.of(one)].append(one)
        copy_of = [""] * len(self.ids)
        for group in members.values():
            if len(group) > 1:
                kept = min(group, key=lambda one: (str(self.signed[one] or self.published[one] or "9999"), str(self.published[one] or "9999"), one))
                for one in group:
                    if one != kept:
                        copy_of[one] = self.ids[kept]
        return copy_of
