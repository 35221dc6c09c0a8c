"""Places: a tree of centre, provinces and prefectures.

Leaves are what a world simulates. A municipality under the centre is a provincial unit and a leaf at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .errors import InputError

LEVELS = ("centre", "province", "municipality", "prefecture")
PROVINCIAL = ("province", "municipality")


@dataclass(frozen=True)
class Place:
    """One unit of government: a code, a name in English and in the local language, its level, its parent's code."""

    code: str
    name: str
    name_local: str
    level: str
    parent: str | None
    region: str
    lat: float
    lon: float
    grid: tuple[int, int] | None


class PlaceTree:
    """The units of government of a case, in the order of its table.

    Raises InputError for a repeated code, a missing parent, or a number of centres other than one.
    """

    def __init__(self, places: Iterable[Place]):
        self.all = tuple(places)
        self.by_code = {place.code: place for place in self.all}
        _check_tree(self.all, self.by_code)

    @cached_property
    def centre(self) -> Place:
        """The national unit."""
        return next(place for place in self.all if place.level == "centre")

    @cached_property
    def provinces(self) -> tuple[Place, ...]:
        """Provincial units: provinces and municipalities."""
        return tuple(place for place in self.all if place.level in PROVINCIAL)

    @cached_property
    def leaves(self) -> tuple[Place, ...]:
        """Units without children, in table order: the `place` axis of every array."""
        parents = {place.parent for place in self.all}
        return tuple(place for place in self.all if place.code not in parents)

    @cached_property
    def leaf_index(self) -> dict[str, int]:
        """A leaf's position on the `place` axis."""
        return {place.code: position for position, place in enumerate(self.leaves)}

    @cached_property
    def province_of_leaf(self) -> tuple[int, ...]:
        """For each leaf, the position of its provincial unit in `provinces` (-1 directly below a centre)."""
        position = {place.code: index for index, place in enumerate(self.provinces)}
        return tuple(next((position[code] for code in self.line(leaf.code) if code in position), -1) for leaf in self.leaves)

    def line(self, code: str) -> tuple[str, ...]:
        """A place and everything above it, the place first."""
        line = []
        step: str | None = code
        while step:
            line.append(step)
            step = self.by_code[step].parent
        return tuple(line)

    def leaves_under(self, code: str) -> list[int]:
        """Positions of the leaves that a place contains; a leaf contains itself."""
        return self._under[code]

    @cached_property
    def _under(self) -> dict[str, list[int]]:
        under: dict[str, list[int]] = {place.code: [] for place in self.all}
        for position, leaf in enumerate(self.leaves):
            for code in self.line(leaf.code):
                under[code].append(position)
        return under


def _check_tree(places: tuple[Place, ...], by_code: dict[str, Place]) -> None:
    if len(by_code) < len(places):
        codes = [place.code for place in places]
        twice = next(code for code in codes if codes.count(code) > 1)
        raise InputError(f"The place code {twice} stands twice; every place needs a code of its own.")
    for place in places:
        if place.parent and place.parent not in by_code:
            raise InputError(f"{place.name} ({place.code}) names the parent {place.parent}, which is not in the table; add it.")
    centres = sum(place.level == "centre" for place in places)
    if centres != 1:
        raise InputError(f"The table has {centres} places of level 'centre'; a case needs exactly one.")
