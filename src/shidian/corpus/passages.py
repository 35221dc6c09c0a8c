"""Passages that two documents share, from their fingerprints: which, where, how long, and how rare their words are.

A fingerprint that stands in many documents is a formula rather than a borrowing. Its weight falls with the documents that hold it,

    w(d) = min(1, log(N / d) / log(N / FORMULA)),   N = documents, at least FEWEST; d of them hold the fingerprint,

and beyond a twentieth of the documents (and MOST) it is left out. Fingerprints of few documents link every pair of them; those of more than
PAIRED link each document to the earliest one that holds it and to the one next before, so that work grows with documents, not with pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .fingerprints import GRAM, SURE, Fingerprints

FORMULA, FEWEST = 10, 400
MOST, COMMONEST = 64, 1 / 20
PAIRED = 24
GAP, SHIFT = 200, 45  # characters between two fingerprints of one passage, and by which an edit may move the later ones


@dataclass(frozen=True)
class Matches:
    """Fingerprints shared by two documents, in order of pair and place: the earlier document's number is the smaller.

    `first` is the number of the earliest document that holds the fingerprint.
    """

    earlier: np.ndarray
    later: np.ndarray
    start: np.ndarray  # in the earlier document; `end` likewise
    end: np.ndarray
    later_start: np.ndarray
    later_end: np.ndarray
    weight: np.ndarray
    first: np.ndarray


@dataclass(frozen=True)
class Passages:
    """Shared passages, in order of pair and place, and the row of `Matches` at which each begins."""

    earlier: np.ndarray
    later: np.ndarray
    start: np.ndarray
    end: np.ndarray
    later_start: np.ndarray
    later_end: np.ndarray
    covered: np.ndarray  # characters that its fingerprints vouch for
    weight: np.ndarray  # mean over its fingerprints
    begins: np.ndarray


def matches(prints: Fingerprints, documents: int) -> Matches:
    """Pairs of documents that share a fingerprint. Documents are numbered in order of their dates."""
    order = np.argsort(prints.hashes, kind="stable")
    starts = _starts(prints.hashes[order])
    order = order[~(starts & np.append(starts[1:], True))]  # what stands once links nothing
    order = order[np.lexsort((prints.start[order], prints.text[order], prints.hashes[order]))]
    order = order[_starts(prints.hashes[order], prints.text[order])]  # the first place in a document stands for all
    text, starts = prints.text[order], _starts(prints.hashes[order])
    begins = np.flatnonzero(starts)
    sizes = np.diff(np.append(begins, len(order)))
    group = np.repeat(np.arange(len(begins)), sizes)
    left, right = _pairs(group, begins, sizes, max(MOST, int(COMMONEST * documents)))
    weights = weight_of(sizes, documents)[group[left]]
    pair = np.lexsort((prints.start[order[left]], text[right], text[left]))
    left, right, weights = left[pair], right[pair], weights[pair]
    a, b = order[left], order[right]
    return Matches(
        text[left], text[right], prints.start[a], prints.end[a], prints.start[b], prints.end[b], weights, text[begins[group[left]]]
    )


def _starts(*columns: np.ndarray) -> np.ndarray:
    """Where a row differs from the one before it in any column; the first row does."""
    out = np.ones(len(columns[0]), bool)
    out[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return out


def weight_of(held_by: np.ndarray, documents: int) -> np.ndarray:
    """How much a fingerprint counts that so many of the documents hold: one where it is rare, nought where all hold it.

    >>> weight_of(np.array([2, 10, 100, 1000]), 1000).round(2).tolist()
    [1.0, 1.0, 0.5, 0.0]
    """
    among = max(documents, FEWEST)
    return np.clip(np.log(among / held_by) / np.log(among / FORMULA), 0, 1)


def _pairs(group: np.ndarray, begins: np.ndarray, sizes: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows to pair: within small groups every two, within large ones each with the first and with the one before."""
    at = np.arange(len(group))
    size = sizes[group] if len(group) else np.zeros(0, np.int64)
    lefts, rights = [], []
    for step in range(1, PAIRED):
        rows = at[:-step][(group[step:] == group[:-step]) & (size[:-step] <= PAIRED)] if len(at) > step else at[:0]
        lefts.append(rows)
        rights.append(rows + step)
    large = (size > PAIRED) & (size <= most)
    lead = begins[group] if len(group) else at
    after = at[large & (at > lead)]
    before = after[after - 1 > lead[after]]
    return np.concatenate([*lefts, lead[after], before - 1]), np.concatenate([*rights, after, before])


def passages(found: Matches) -> Passages:
    """Runs of matches of one pair that lie close together in both documents and keep their distance, edits allowed for."""
    shift = found.later_start.astype(np.int64) - found.start
    starts = _starts(found.earlier, found.later)
    starts[1:] |= (found.start[1:] - found.end[:-1] > GAP) | (np.abs(np.diff(shift)) > SHIFT)
    begins = np.flatnonzero(starts)
    if not len(begins):
        none = np.zeros(0, np.int32)
        return Passages(none, none, none, none, none, none, none, np.zeros(0), begins)
    counts = np.diff(np.append(begins, len(shift)))
    steps = np.append(np.diff(found.start), GRAM).clip(0, SURE)  # two fingerprints further apart than SURE have something else between them
    steps[np.append(begins[1:], len(shift)) - 1] = GRAM
    return Passages(
        found.earlier[begins], found.later[begins],
        found.start[begins], np.maximum.reduceat(found.end, begins), np.minimum.reduceat(found.later_start, begins),
        np.maximum.reduceat(found.later_end, begins),
        np.add.reduceat(steps, begins), np.add.reduceat(found.weight, begins) / counts, begins,
    )  # fmt: skip
