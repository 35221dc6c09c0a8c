"""The regime `historical`: the timeline of a case, row by row, as the policies that a world feels.

Where a size is not sourced it is drawn between its ends, once for each (instrument, place, technology), so that the rows
of one policy move together. A row for a province holds in all its prefectures. How rows meet is the instrument's own:
`sum`, `max`, or `specific` (the nearest place, then the nearest technology, then the later start wins).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..cases import Case
from ..foundations.errors import InputError
from ..foundations.streams import name_keys, triangular, uniforms
from ..worlds.market.policies import Policies
from ..worlds.market.setting import Axes

BY_CLASS = ("central_subsidy", "top_up_ratio", "top_up", "plate", "privilege")
NATIONAL = ("purchase_tax", "tax_exemption", "countryside", "credit_obligation")
BY_PLACE = ("clean_air", "campaign", "access", "enforcement", "procurement")
LIMITS = {"privilege": (0.0, 1.0), "campaign": (0.0, 1.0), "access": (1e-4, 1.0), "enforcement": (0.0, 1.0)}


@dataclass(frozen=True)
class Row:
    """One line of the timeline, resolved to array positions."""

    instrument: str
    leaves: slice
    classes: slice
    span: slice
    size: float
    provincial: bool
    rank: tuple[int, int, int]


class Replay:
    """A case's timeline, read once; `policies(seed, draw)` puts it in force for one draw."""

    def __init__(self, case: Case, axes: Axes):
        self.case, self.axes = case, axes
        self.table = case.tables["timeline"].reset_index(drop=True)
        self.rows = [self._row(row) for row in self.table.to_dict("records")]
        keys = [f"{row.instrument}|{row.place}|{row.technology}" for row in self.table.itertuples()]
        names, self.group = np.unique(np.array(keys, dtype=str), return_inverse=True)
        self.keys = name_keys(names)
        self.ends = [self.table[name].fillna(self.table["size"]).to_numpy(float) for name in ("low", "size", "high")]

    def _row(self, row: dict) -> Row:
        places, name = self.case.places, row["instrument"]
        if name in NATIONAL and row["place"] != places.centre.code:
            raise InputError(f"timeline: '{name}' is a national instrument, but a row puts it in {row['place']}; write {places.centre.code}.")
        classes, near = _classes(row["technology"], self.axes)
        depth = len(places.line(row["place"]))
        start = self.case.calendar.span(row["from"], None).start
        level = places.by_code[row["place"]].level
        leaves = _neighbours(np.array(places.leaves_under(row["place"])))
        span = self.case.calendar.span(row["from"], row["to"] or None)
        return Row(name, leaves, _neighbours(classes), span, float(row["size"]), level in ("centre", "province"), (depth, near, start))

    def sizes(self, seed: int, draw: int | None) -> np.ndarray:
        """The size of every row in one draw."""
        low, mode, high = self.ends
        if draw is None:
            return mode
        return triangular(uniforms(self.keys, seed, "timeline", draw)[self.group], low, mode, high)

    def policies(self, seed: int, draw: int | None) -> Policies:
        """Every instrument in force, month by month, for one draw."""
        sizes = self.sizes(seed, draw)
        drawn = {name: [] for name in (*BY_CLASS, *NATIONAL, *BY_PLACE)}
        for row, size in zip(self.rows, sizes, strict=True):
            drawn.setdefault(row.instrument, []).append((row, size))
        shape = (len(self.case.calendar.months), len(self.axes.places), len(self.axes.classes))
        fields = {name: self._fill(name, drawn[name], shape) for name in BY_CLASS if not name.startswith("top_up")}
        for name in ("top_up_ratio", "top_up"):
            for level, chosen in (("province", True), ("city", False)):
                fields[f"{name}_{level}"] = self._fill(name, [each for each in drawn[name] if each[0].provincial == chosen], shape)
        central = self.case.instruments.get("central_subsidy")
        for name in ("top_up_ratio_province", "top_up_ratio_city"):
            fields[name] *= central.scale if central else 1.0  # a ratio of a subsidy that is cut is cut with it
        for name in BY_PLACE:
            fields[name] = self._fill(name, drawn[name], (*shape[:2], 1))[..., 0]
        for name in NATIONAL:
            fields[name] = self._fill(name, drawn[name], (shape[0], 1, shape[2]))[:, 0]
        return self._module(fields)

    def _fill(self, name: str, rows: list[tuple[Row, float]], shape: tuple[int, ...]) -> np.ndarray:
        instrument = self.case.instruments.get(name)
        base, combine, scale = (instrument.base, instrument.combine, instrument.scale) if instrument else (0.0, "max", 1.0)
        values = np.full(shape, base, dtype=np.float32)
        if combine == "specific":
            rows = sorted(rows, key=lambda each: each[0].rank)
        for row, size in rows:
            _put(values, row, size, combine)
        if scale != 1.0:
            values *= scale
        return np.clip(values, *LIMITS[name], out=values) if name in LIMITS else values

    def _module(self, fields: dict[str, np.ndarray]) -> Policies:
        years = len(self.axes.years)
        split = {name: value.reshape(years, 12, *value.shape[1:]) for name, value in fields.items()}
        charging = self.case.instruments.get("charging")
        combustion = self.axes.classes_where("ice") > 0
        return Policies(
            sites=split["central_subsidy"], ratio_city=split["top_up_ratio_city"], ratio_province=split["top_up_ratio_province"],
            top_up_city=split["top_up_city"], top_up_province=split["top_up_province"], plate=split["plate"],
            privilege=split["privilege"], clean_air=split["clean_air"], campaign=split["campaign"], access=split["access"],
            enforcement=split["enforcement"], procurement=split["procurement"], purchase_tax=split["purchase_tax"],
            tax_exemption=split["tax_exemption"], countryside=split["countryside"],
            obligation=split["credit_obligation"][:, :, combustion].mean(axis=(1, 2)).astype(np.float32),
            charging=np.float32(charging.scale if charging else 1.0),
        )  # fmt: skip


def _put(values: np.ndarray, row: Row, size: float, combine: str) -> None:
    """Write one row into (month, place, class), or into an array whose place or class axis has length one."""
    block = (row.span, row.leaves if values.shape[1] > 1 else slice(0, 1), row.classes if values.shape[2] > 1 else slice(0, 1))
    if combine == "sum":
        values[block] += size
    elif combine == "max":
        np.maximum(values[block], size, out=values[block])
    else:
        values[block] = size


def _neighbours(positions: np.ndarray) -> slice:
    """Positions as a slice, which NumPy writes far faster than a list; the tree and the classes keep them together.

    >>> _neighbours(np.array([3, 4, 5]))
    slice(3, 6, None)
    """
    first, last = int(positions[0]), int(positions[-1])
    if last - first + 1 != len(positions):
        raise InputError("Places under one province, and classes of one powertrain or nest, must stand together in their tables; sort the rows.")
    return slice(first, last + 1)


def _classes(technology: str, axes: Axes) -> tuple[np.ndarray, int]:
    """Classes that a technology word names, and how near it is to one class (a class beats a powertrain, that a nest)."""
    if technology in axes.classes:
        return np.array([axes.classes.index(technology)]), 3
    if technology in axes.powertrain_of_class:
        return np.flatnonzero(axes.classes_where(technology)), 2
    nests = ("combustion", "plug-in", "low-speed")
    if technology in nests:
        return np.flatnonzero(np.array(axes.nest_of_class) == nests.index(technology)), 1
    if technology == "all":
        return np.arange(len(axes.classes)), 0
    raise InputError(f"timeline: '{technology}' is no class, powertrain or nest of this case, nor 'all'.")

