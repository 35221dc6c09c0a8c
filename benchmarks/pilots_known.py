"""Pilots whose truth is known: what is handed to the command, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

WAYS = ("lottery", "richest", "richest, with effort")


@dataclass(frozen=True)
class Known:
    """A panel with its sites; the truth, means over places and years after the start, is in the outcome's unit (in logarithms where `logs`)."""

    panel: pd.DataFrame  # columns place, year, goal, development
    sites: list[str]
    start: int
    at_sites: float
    elsewhere: float  # of the programme at the other places, were it everywhere, with ordinary effort
    share_of_effort: float
    logs: bool = False
    spilled: float = 0.0  # what the sites' programme did at the other places


def picked(way: str, development: np.ndarray, luck: np.ndarray, number: int) -> np.ndarray:
    """(place,): whether it is a site; by lot, or the most developed but for luck."""
    score = luck if way == WAYS[0] else development + luck
    return np.argsort(np.argsort(-score, kind="stable"), kind="stable") < number
