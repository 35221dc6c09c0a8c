"""The tables of a case: columns, kinds, bounds and keys, declared in one place.

Every table ends with `status`, `source` and `note`. A column that refers to something (a place, a class, an instrument)
may hold only names of it; which names exist is known once the other tables are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import vocabulary as words


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether it may be empty, its bounds (`above` excludes its value), what it refers to."""

    name: str
    kind: str
    required: bool = True
    low: float | None = None
    high: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()
    refers: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers."""
        return self.kind in ("number", "integer")


@dataclass(frozen=True)
class Table:
    """One table: what it says, its columns, the columns that name a row, the columns measured in the row's unit."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    measures: tuple[str, ...] = ()
    assumed_needs_range: bool = False

    def column(self, name: str) -> Column:
        """A column by its name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Column names, in order."""
        return [column.name for column in self.columns]


def _code(name: str, refers: str = "", **more: Any) -> Column:
    return Column(name, "code", refers=refers, **more)


def _text(name: str, required: bool = False) -> Column:
    return Column(name, "text", required)


def _number(name: str, required: bool = True, **bounds: float) -> Column:
    return Column(name, "number", required, **bounds)


def _year(required: bool = True) -> Column:
    return Column("year", "integer", required, low=1900, high=2200)


def _period(name: str, required: bool = True, kind: str = "period") -> Column:
    return Column(name, kind, required)


def _choice(name: str, choices: tuple[str, ...]) -> Column:
    return Column(name, "choice", choices=choices)


_RANGE = (_number("low", False), _number("high", False))
_UNIT = Column("unit", "unit")
_PROVENANCE = (_choice("status", words.STATUSES), _text("source"), _text("note"))
_LEVELS = ("centre", "province", "municipality", "prefecture")


def _table(name: str, about: str, key: str, *columns: Column, **more: Any) -> Table:
    return Table(name, about, (*columns, *_PROVENANCE), tuple(key.split()), **more)


SPECS = {
    table.name: table
    for table in (
        _table(
            "places", "the tree of government: centre, provinces and municipalities, prefectures", "code",
            _code("code"), _text("name", True), _text("name_local"), _choice("level", _LEVELS),
            _code("parent", required=False), _text("region"),
            _number("lat", low=-90, high=90), _number("lon", low=-180, high=180),
            Column("grid_row", "integer", False, low=0), Column("grid_col", "integer", False, low=0),
        ),
        _table(
            "people", "who lives in a leaf place, at anchor years", "place year",
            _code("place", "leaf"), _year(), _number("population", above=0), _number("urban_share", low=0, high=1),
            _number("relative_income_urban", above=0), _number("relative_income_rural", above=0),
        ),
        _table(
            "series", "national figures by year or month", "name period",
            _code("name"), _period("period", kind="season"), _number("value"), *_RANGE, _UNIT,
            measures=("value", "low", "high"),
        ),
        _table(
            "classes", "technology classes on the market", "class",
            _code("class"), _text("label", True), _choice("nest", words.NESTS), _choice("powertrain", words.POWERTRAINS),
        ),
        _table(
            "attributes", "what a class's composite product is like, by year or throughout", "class year attribute",
            _code("class", "class"), _year(False), _code("attribute", "attribute"), _number("value", low=0), *_RANGE, _UNIT,
            measures=("value", "low", "high"), assumed_needs_range=True,
        ),
        _table(
            "products", "named key models beside the composites, by period of one specification", "product from",
            _code("product"), _text("label", True), _code("class", "class"), _code("maker", "maker"),
            _period("from"), _period("to", False), _number("price", above=0), _number("range", False, low=0),
            _number("battery", False, low=0), _number("spread", False, low=0, high=1),
        ),
        _table(
            "makers", "who makes the products, where at home, able to do what", "maker",
            _code("maker"), _text("label", True), _code("home", "leaf"), _choice("capability", words.CAPABILITIES),
        ),
        _table(
            "supply", "shares of makers in a class's composite, at anchor years", "class maker year",
            _code("class", "class"), _code("maker", "maker"), _year(), _number("share", low=0, high=1),
            _number("spread", False, low=0, high=1),
        ),
        _table(
            "timeline", "which instrument is in force where and when", "instrument place technology from to",
            _code("instrument", "instrument"), _code("place", "place"), _code("technology", "technology"),
            _period("from"), _period("to", False), _number("size"), *_RANGE, _UNIT,
            measures=("size", "low", "high"), assumed_needs_range=True,
        ),
        _table(
            "schedules", "sizes of an instrument by a car's range", "instrument powertrain from range_min",
            _code("instrument", "schedule"), _choice("powertrain", words.POWERTRAINS), _period("from"), _period("to", False),
            _number("range_min", low=0), _number("range_max", False, above=0), _number("size"),
            _number("per_km", False), _number("cap", False), _UNIT,
            measures=("size", "per_km", "cap"),
        ),
        _table(
            "chargers", "public charging piles at the end of a year, by provincial unit", "place year",
            _code("place", "province"), _year(), _number("piles", low=0), _number("spread", False, low=0, high=1),
        ),
        _table(
            "observed", "what history recorded, to hold a run against", "indicator place period",
            _code("indicator"), _code("place", "place"), _period("period"), _number("value"), *_RANGE, _UNIT,
            _choice("use", words.USES),
            measures=("value", "low", "high"),
        ),
        _table(
            "forecasts", "what official plans aimed at and what forecasters expected", "published forecaster target_year indicator",
            _period("published"), _text("forecaster", True), _choice("kind", words.EXPECTATIONS),
            Column("target_year", "integer", low=1900, high=2200), _code("indicator"), _number("value"), *_RANGE, _UNIT,
            _period("known_before", False), _text("definition", True),
            measures=("value", "low", "high"),
        ),
    )
}

# A case of a small world has the market's table of places, and these.
SMALL_SPECS: dict[str, Table] = {
    table.name: table
    for table in (
        SPECS["places"],
        _table(
            "industry", "how developed a leaf place is at the start, and what its province spends on research", "place",
            _code("place", "leaf"), _number("output_per_head", above=0), _number("research", low=0, high=100),
        ),
        _table(
            "pilots", "sites that the centre named in fact", "place",
            _code("place", "leaf"), _text("name", True), _period("announced"), _text("cluster"),
        ),
        _table(
            "documents", "documents on the theme by level, and the share of them that mentions pilots in per cent", "place",
            _code("place", "province"), _text("name", True),
            _number("provincial_documents", low=0), _number("provincial_pilot_share", low=0, high=100),
            _number("city_documents", False, low=0), _number("city_pilot_share", False, low=0, high=100),
        ),
    )
}  # fmt: skip
