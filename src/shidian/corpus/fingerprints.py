"""Fingerprints of texts: a thin choice of hashed grams of 12 characters, by which shared passages are found.

Every gram of GRAM kept characters (letters, digits, Chinese characters; no blanks, no punctuation) has a 64-bit polynomial hash,

    h(c1 ... cGRAM) = sum_i m(c_i) * B^(GRAM - i)  mod 2^64,   m mixing a character's code,

and a gram is chosen where its hash is the least of some WINDOW grams in a row (winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003).
Whatever two texts share over GRAM + WINDOW - 1 kept characters therefore shares a fingerprint. All of it is NumPy over many texts at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

GRAM, WINDOW = 12, 24
AT_ONCE = 60_000  # characters
SURE = GRAM + WINDOW - 1  # kept characters that are found for certain
_CODES = 0x30000  # characters beyond are rare; they count as punctuation
_IDEOGRAPHS = (
    (0x3400, 0x4DC0),
    (0x4E00, 0xA000),
    (0xAC00, 0xD7A4),
    (0xF900, 0xFB00),
    (0x20000, 0x30000),
)  # and Hangul: all of them letters
_B = 0x9E3779B97F4A7C15
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_MOST_BITS = 27  # two tables of 128 MB
_NONE = np.uint32(0xFFFFFFFF)  # larger than any


@dataclass(frozen=True)
class Fingerprints:
    """Fingerprints of some texts: hash, number of the text, and first and last + 1 character of the gram in the text as it stands."""

    hashes: np.ndarray
    text: np.ndarray
    start: np.ndarray
    end: np.ndarray
    kept: np.ndarray  # kept characters of each text


@cache
def _kept_codes() -> np.ndarray:
    """For each character code what it counts as: itself, small letters for capitals, plain for full-width forms; nought for none."""
    table = np.zeros(_CODES, np.uint32)
    for first, last in _IDEOGRAPHS:
        table[first:last] = np.arange(first, last)
    for code in (*range(_IDEOGRAPHS[0][0]), *range(0xFF00, 0xFFF0)):
        letter = chr(code - 0xFEE0) if 0xFF01 <= code <= 0xFF5E else chr(code)
        if letter.isalnum():
            table[code] = ord(letter.lower()[0])
    return table


def fingerprints(texts: Sequence[str], first: int = 0) -> Fingerprints:
    """Fingerprints of texts, numbered from `first`; deterministic, and of each text independent of the others.

    >>> found = fingerprints(["决定在三个城市开展停车试点工作，为期一年，期满评估后再定是否推广到全省各地。"])
    >>> len(found.hashes) >= 1, int(found.kept[0])
    (True, 35)
    """
    made, at = [], 0
    for group in _in_cache(texts):
        made.append(_of_some(group, first + at))
        at += len(group)
    if len(made) == 1:
        return made[0]
    columns = [[getattr(each, name) for each in made] for name in ("hashes", "text", "start", "end", "kept")]
    return Fingerprints(*(np.concatenate(column) for column in columns)) if made else _of_some([], first)


def _in_cache(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Texts in groups whose arrays fit the processor's cache: three times as quick as all at once."""
    begin = size = 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= AT_ONCE:
            yield texts[begin : number + 1]
            begin, size = number + 1, 0
    if begin < len(texts):
        yield texts[begin:]


def _of_some(texts: Sequence[str], first: int) -> Fingerprints:
    codes, index, begins = _flat(texts)
    if not len(codes):
        none = np.zeros(0, np.int32)
        return Fingerprints(np.zeros(0, np.uint64), none, none, none, np.zeros(len(texts), np.int64))
    hashes, whole = _grams(codes)
    at = np.flatnonzero(_chosen(hashes, whole))
    number = np.searchsorted(begins, index[at], side="right") - 1
    start, end = index[at] - begins[number], index[at + GRAM - 1] + 1 - begins[number]
    bounds = np.searchsorted(index, np.append(begins, len(index) and index[-1] + 1))
    kept = np.diff(np.concatenate([[0], np.cumsum(codes > 0)])[bounds])
    return Fingerprints(hashes[at], (number + first).astype(np.int32), start.astype(np.int32), end.astype(np.int32), kept)


def _flat(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All kept characters in a row with their place in the texts laid end to end, and where each text begins there.

    Before and after every text stand WINDOW noughts, which no gram can span.
    """
    pad = "\0" * WINDOW
    joined = np.frombuffer(pad.join(["", *texts, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = _kept_codes()[np.minimum(joined, _CODES - 1)]
    index = np.flatnonzero((codes > 0) | (joined == 0))
    lengths = np.array([len(text) for text in texts], np.int64) + WINDOW
    return codes[index], index, WINDOW + np.cumsum(lengths) - lengths


def _grams(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The hash of the gram that begins at each place, and whether it lies within one text."""
    hashes = codes.astype(np.uint64)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(31)
    hashes = _gram_hashes(hashes)
    hashes ^= hashes >> np.uint64(29)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(32)
    whole = np.zeros(len(codes), bool)
    whole[: len(codes) - GRAM + 1] = (codes[: len(codes) - GRAM + 1] > 0) & (codes[GRAM - 1 :] > 0)
    return hashes, whole


def _chosen(hashes: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Where a hash is the least of some WINDOW in a row: equal to the largest of the least of all windows that hold it.

    Half of the bits decide, which is twice as quick.
    """
    keys = np.where(whole, (hashes >> np.uint64(32)).astype(np.uint32), _NONE)
    edge = np.full(WINDOW - 1, _NONE)
    least = _slid(np.concatenate([edge, keys]), np.minimum)  # of the window that ends at each place
    return whole & (_slid(least, np.maximum)[: len(keys)] == keys)


def _gram_hashes(single: np.ndarray) -> np.ndarray:
    """Hashes of GRAM characters from those of one: of 1, 2, 4 ... by doubling, and GRAM put together from these."""
    doubled, length, hashes, done = single, 1, None, 0
    while length <= GRAM:
        if GRAM & length:
            hashes, done = (doubled, length) if hashes is None else (_joined(doubled, hashes, length, done), done + length)
        doubled, length = _joined(doubled, doubled, length, length), 2 * length
    return hashes


def _joined(left: np.ndarray, right: np.ndarray, length: int, right_length: int) -> np.ndarray:
    """The hash of a gram of `length` characters followed by one of `right_length`; what lies beyond the end is never used."""
    out = left * np.uint64(pow(_B, right_length, 2**64))
    out[:-length] += right[length:]
    return out


def _slid(values: np.ndarray, extreme: np.ufunc) -> np.ndarray:
    """The extreme of WINDOW values from each place on, by doubling; fewer values at the end."""
    out, length = values, 1
    while length < WINDOW:
        step = min(length, WINDOW - length)
        wider = out.copy()
        extreme(out[:-step], out[step:], out=wider[:-step])
        out, length = wider, length + step
    return out


def joined(parts: Sequence[Fingerprints], kept: np.ndarray) -> Fingerprints:
    """Fingerprints of many texts in one, without most of those that stand once: they link nothing and are nine tenths of all.

    Each hash falls into one of at least twice as many buckets as there are hashes; what is alone in its bucket stands once.
    """
    bits = min(_MOST_BITS, max(10, 1 + sum(len(part.hashes) for part in parts).bit_length()))
    seen, again = np.zeros(1 << bits, bool), np.zeros(1 << bits, bool)
    for part in parts:
        bucket = np.sort(_bucket(part, bits))
        again[bucket[1:][bucket[1:] == bucket[:-1]]] = True
        again[bucket[seen[bucket]]] = True
        seen[bucket] = True
    stays = [again[_bucket(part, bits)] for part in parts]
    columns = (("hashes", np.uint64), ("text", np.int32), ("start", np.int32), ("end", np.int32))
    whole = [
        np.concatenate([np.zeros(0, kind), *(getattr(part, name)[stay] for part, stay in zip(parts, stays, strict=True))])
        for name, kind in columns
    ]
    return Fingerprints(*whole, kept)


def _bucket(part: Fingerprints, bits: int) -> np.ndarray:
    return (part.hashes >> np.uint64(64 - bits)).astype(np.int64)
