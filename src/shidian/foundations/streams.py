"""Random streams by name.

A stream depends on the seed and on names alone, never on how many numbers others drew: adding a stage or a place moves
nothing else, and two runs that differ in one policy share all their luck (common random numbers).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np


_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """An independent generator for a seed and a path of names, the same on every machine.

    >>> stream(1, "prior", "alpha").normal() == stream(1, "prior", "alpha").normal()
    True
    """
    path = "\x1f".join(str(name) for name in (int(seed), *names))
    words = np.frombuffer(hashlib.sha256(path.encode()).digest(), dtype=np.uint32)
    return np.random.Generator(np.random.Philox(key=words[:4].view(np.uint64)))


def name_keys(names: Iterable[str]) -> np.ndarray:
    """A 64-bit key for each name, for `uniforms`; worked out once."""
    digests = (hashlib.sha256(name.encode()).digest()[:8] for name in names)
    return np.frombuffer(b"".join(digests), dtype=np.uint64)


def uniforms(keys: np.ndarray, seed: int, *names: str | int) -> np.ndarray:
    """One number in [0, 1) for each key, as if each had a stream of its own, in one stroke (SplitMix64).

    Adding a key moves no other's number.

    >>> bool(uniforms(name_keys(["a", "b"]), 1, "x")[0] == uniforms(name_keys(["a"]), 1, "x")[0])
    True
    """
    path = "\x1f".join(str(name) for name in (int(seed), *names))
    base = np.frombuffer(hashlib.sha256(path.encode()).digest()[:8], dtype=np.uint64)[0]
    mixed = keys ^ base
    mixed += _STEP
    for shift, factor in _MIX:
        mixed ^= mixed >> shift
        mixed *= factor
    mixed ^= mixed >> np.uint64(31)
    mixed >>= np.uint64(11)
    return mixed * 2.0**-53


def triangular(share: np.ndarray | float, low: np.ndarray, mode: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The value below which `share` of a triangular distribution lies; low = high gives the mode.

    Used where a figure is known as a best value between two ends. All arguments broadcast.
    """
    width = np.asarray(high) - low
    safe = np.where(width > 0, width, 1.0)
    peak = np.where(width > 0, (np.asarray(mode) - low) / safe, 0.0)
    left = low + np.sqrt(np.maximum(share * safe * (np.asarray(mode) - low), 0.0))
    right = high - np.sqrt(np.maximum((1 - share) * safe * (np.asarray(high) - mode), 0.0))
    return np.where(width > 0, np.where(share < peak, left, right), mode)
