"""Checks of what the market world's tables mean together: tree, people, product periods, supply shares, attributes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..foundations.calendar import Calendar
from ..foundations.places import Place
from . import vocabulary as words
from .check_rows import spans
from .findings import nearest
from .table_reader import Sheet

_PARENT_LEVEL = {"centre": "", "province": "centre", "municipality": "centre", "prefecture": "province"}
_SHARE_TOLERANCE = 1e-3


def check_places(sheet: Sheet) -> None:
    """The rows form a tree: one centre, provinces and municipalities below it, prefectures below provinces."""
    frame = sheet.frame
    centres = frame["level"].eq("centre")
    if centres.sum() != 1:
        sheet.findings.add(
            f"Column 'level': the table has {centres.sum()} places of level 'centre', "
            "and a case has exactly one; correct the levels.",
            sheet.where(0, "level"),
        )
    sheet.flag(
        centres & frame["parent"].ne(""),
        "parent",
        "the centre has the parent {}, but nothing stands above it; empty the cell.",
    )
    orphan = ~centres & ~frame["parent"].isin(frame["code"])
    if orphan.any():
        hint = nearest(frame["parent"][orphan].iloc[0], frame["code"])
        sheet.flag(orphan, "parent", f"'{{}}' is not a code of the table places. {hint}")
    level_above = frame["parent"].map(dict(zip(frame["code"], frame["level"]))).fillna("")
    misplaced = ~centres & ~orphan & level_above.ne(frame["level"].map(_PARENT_LEVEL))
    sheet.flag(
        misplaced,
        "parent",
        "the place stands below {}, which has the wrong level; provinces and "
        "municipalities stand below the centre, prefectures below a province.",
    )
    _check_grid(sheet)


def _check_grid(sheet: Sheet) -> None:
    grid = sheet.frame[["grid_row", "grid_col"]]
    sheet.flag(
        grid.isna().sum(axis=1).eq(1),
        "grid_row",
        "the place has only one of grid_row and grid_col, so it has no tile; give both or neither.",
    )
    taken = grid.notna().all(axis=1) & grid.duplicated()
    sheet.flag(taken, "grid_row", "the tile (row {}) is taken by a place further up; give each place its own.")


def places_of(frame: pd.DataFrame) -> list[Place]:
    """The rows of the table as places, in order."""
    tiles = zip(frame["grid_row"], frame["grid_col"])
    grids = [None if np.isnan(row) or np.isnan(col) else (int(row), int(col)) for row, col in tiles]
    plain = frame[["code", "name", "name_local", "level", "parent", "region", "lat", "lon"]].itertuples(index=False, name=None)
    return [
        Place(code, name, local, level, parent or None, region, float(lat), float(lon), grid)
        for (code, name, local, level, parent, region, lat, lon), grid in zip(plain, grids)
    ]


def check_market(sheets: Mapping[str, Sheet], leaves: list[str], calendar: Calendar) -> None:
    """All checks between rows and tables; a table whose cells are unsound is left out."""
    if people := sheets.get("people"):
        _check_people(people, leaves)
    if products := sheets.get("products"):
        _check_products(products)
    if supply := sheets.get("supply"):
        _check_supply(supply, sheets.get("classes"))
    if attributes := sheets.get("attributes"):
        _check_attributes(attributes, sheets.get("classes"), calendar)
    if series := sheets.get("series"):
        _check_series(series)
    if timeline := sheets.get("timeline"):
        _check_sizes(timeline)
        _check_national(timeline, sheets.get("places"))
    if schedules := sheets.get("schedules"):
        _check_schedules(schedules)


def _check_people(sheet: Sheet, leaves: list[str]) -> None:
    peopled = set(sheet.frame["place"])
    absent = [code for code in leaves if code not in peopled]
    if absent:
        more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        sheet.findings.add(
            f"Column 'place': the leaf place {absent[0]}{more} has no row, so nobody would live there; add one for each.",
            sheet.where(0, "place"),
        )


def _check_products(sheet: Sheet) -> None:
    start, stop = spans(sheet.frame)
    order = np.lexsort((start, sheet.frame["product"].to_numpy()))
    names = sheet.frame["product"].to_numpy()[order]
    latest = pd.Series(stop[order]).groupby(names).cummax().groupby(names).shift(fill_value=-1).to_numpy()
    overlap = np.zeros(len(order), dtype=bool)
    overlap[order] = start[order] <= latest
    sheet.flag(
        overlap,
        "from",
        "the product is already on sale in {} by another row, and months of one "
        "product may not overlap; end the earlier row before this one starts.",
    )


def _check_supply(sheet: Sheet, classes: Sheet | None) -> None:
    total = sheet.frame.groupby(["class", "year"])["share"].transform("sum")
    off = (total - 1).abs() > _SHARE_TOLERANCE
    if off.any():
        row = sheet.frame[off].iloc[0]
        sheet.flag(
            off,
            "share",
            f"shares of the class {row['class']} in {row['year']} add up to {total[off].iloc[0]:.4g}, "
            "not 1; correct them or add the makers that are missing.",
        )
    _check_covers(sheet, classes, "has no maker; add its shares")


def _check_covers(sheet: Sheet, classes: Sheet | None, lack: str) -> None:
    covered = set(sheet.frame["class"])
    for name in [] if classes is None else classes.frame["class"]:
        if name not in covered:
            sheet.findings.add(f"Column 'class': the class {name} {lack}.", sheet.where(0, "class"))


def _check_attributes(sheet: Sheet, classes: Sheet | None, calendar: Calendar) -> None:
    frame = sheet.frame
    shares = frame["attribute"].isin(words.SHARES) & frame["value"].gt(1)
    sheet.flag(shares, "value", "{} is above 1, but the attribute is a share; write it as a fraction of 1.")
    have = set(zip(frame["attribute"], frame["class"], frame["year"]))
    for attribute in words.EVERY_YEAR:
        bare = frame["attribute"].eq(attribute) & frame["year"].isna()
        sheet.flag(bare, "year", f"a row of {attribute} has no year, but {attribute} is given year by year; fill the year.")
        for name in [] if classes is None else classes.frame["class"]:
            gaps = [str(year) for year in calendar.years if (attribute, name, float(year)) not in have]
            if gaps:
                spot = np.flatnonzero((frame["class"] == name) & (frame["attribute"] == attribute))
                where = sheet.where(int(spot[0]) if len(spot) else 0, "year")
                sheet.findings.add(
                    f"Column 'year': the class {name} has no {attribute} in "
                    f"{', '.join(gaps[:4])}{' ...' if len(gaps) > 4 else ''}; every year of the calendar needs one.",
                    where,
                )


def _check_series(sheet: Sheet) -> None:
    season = sheet.frame[sheet.frame["name"].eq("seasonality")]
    if len(season):
        row = int(season.index[0])
        if len(season) != 12 or set(season["period"]) != {f"{month:02d}" for month in range(1, 13)}:
            sheet.findings.add(
                f"Column 'period': seasonality has {len(season)} rows, but it needs the twelve months 01 to 12; complete it.",
                sheet.where(row, "period"),
            )
        elif abs(season["value"].mean() - 1) > 1e-2:
            sheet.findings.add(
                f"Column 'value': seasonality has the mean {season['value'].mean():.4g}, "
                "so a year would not add up; scale it to the mean 1.",
                sheet.where(row, "value"),
            )
    monthless = sheet.frame["period"].str.len().eq(2) & sheet.frame["name"].ne("seasonality")
    sheet.flag(
        monthless,
        "period",
        "'{}' is a month of every year, which only seasonality has; write a year or a month such as 2014-07.",
    )


def _check_sizes(sheet: Sheet) -> None:
    low = {name: lever.low for name, lever in words.INSTRUMENTS.items()}
    high = {name: np.inf if lever.high is None else lever.high for name, lever in words.INSTRUMENTS.items()}
    floor, roof = (sheet.frame["instrument"].map(bounds).astype(float) for bounds in (low, high))
    for column in ("size", "low", "high"):
        cells = sheet.frame[column]
        bad = (cells < floor) | (cells > roof)
        if bad.any():
            name = sheet.frame["instrument"][bad].iloc[0]
            lever = words.INSTRUMENTS[name]
            bounds = f"between {lever.low:g} and {lever.high:g}" if lever.high is not None else f"at least {lever.low:g}"
            sheet.flag(bad, column, f"{{}} is no size of the instrument {name}, which lies {bounds}; correct it.")
    blocked = sheet.frame["instrument"].eq("access") & sheet.frame["size"].le(0)
    sheet.flag(
        blocked,
        "size",
        "access is {}, but its logarithm enters the utility; write a small number above 0, such as 0.01, for closed roads.",
    )


def _check_national(sheet: Sheet, places: Sheet | None) -> None:
    """Taxes, credits and rural rounds are the centre's alone."""
    if places is None:
        return
    centre = places.frame.loc[places.frame["level"].eq("centre"), "code"]
    local = sheet.frame["instrument"].isin(words.NATIONAL) & ~sheet.frame["place"].isin(centre)
    if local.any():
        name = sheet.frame["instrument"][local].iloc[0]
        sheet.flag(
            local,
            "place",
            f"{name} is a national instrument, so it cannot be in force in '{{}}' alone; write the centre, {', '.join(centre)}.",
        )


def _check_schedules(sheet: Sheet) -> None:
    sheet.flag(
        sheet.frame["range_max"] <= sheet.frame["range_min"],
        "range_max",
        "{} is not above range_min, so no car falls in the band; correct the two.",
    )
