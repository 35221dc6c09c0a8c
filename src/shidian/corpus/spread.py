"""Who was first and how long it took: first movers, time to spread among places, and time from the first pilot to law.

Dates are those of signature, else of publication, where their confidence is at least SURE: a day in the name of a file may be anybody's. A text that was
amended since may have got its words later, and counts for nobody; only that a law of its title was there is known from the first day on. A place counts from its first document in the store: who is missing from the store cannot
have been first.
"""

from __future__ import annotations

import pandas as pd

from .record import LEVELS
from .shares import of_theme
from .says import column

EVENTS = {
    "theme": "speaks of the theme",
    "pilot": "mentions pilots and the theme",
    "launch": "launches or regulates a pilot and speaks of the theme",
}
SURE = 0.7
QUANTILES = (0.25, 0.5, 0.75, 1.0)
OLDER = "the law is older than the first pilot"
_OWN = ("launches", "regulates")


def first_movers(frame: pd.DataFrame, theme: str, names: dict[str, str]) -> pd.DataFrame:
    """The first document of each place, level of government by level, for each event: date, rank, and days after the first of all.

    Equal dates share a rank. Places are provinces at the provincial level, prefectures at the city level, the centre at the national.
    """
    own = _dated(frame, theme)
    pieces = [
        _first(rows.assign(place=rows[at] if at else "centre"), event, level)
        for event, rows in _events(own).items()
        for level, at, rows in _by_level(rows)
    ]
    kept = pd.concat(pieces, ignore_index=True)
    start = kept.groupby("event")["date"].transform("min")
    among = kept[kept["level"] != LEVELS[0]].groupby(["event", "level"])["date"].rank(method="min").astype("Int64")
    kept = kept.assign(
        theme=theme, name=kept["place"].map(names).fillna(kept["place"]), days_after_first=(kept["date"] - start).dt.days, rank=among
    )
    return kept[["theme", "event", "level", "place", "name", "date", "rank", "days_after_first", "id", "title"]]


def spread(movers: pd.DataFrame, places: dict[str, int]) -> pd.DataFrame:
    """How long an event took to reach a share of the places that it reached, and how many of all places those are.

    `places` is the number of places there are by level. Days count from the first place of that level.
    """
    rows = []
    for (theme, event, level), group in movers[movers["level"] != LEVELS[0]].groupby(["theme", "event", "level"], sort=False):
        dates = group["date"].sort_values(ignore_index=True)
        times = {
            f"days_to_{round(100 * part)}": (dates[max(0, -(-len(dates) * round(100 * part) // 100) - 1)] - dates[0]).days
            for part in QUANTILES
        }
        rows.append(
            {"theme": theme, "event": event, "level": level, "first": dates[0], "reached": len(dates), "of": places.get(level), **times}
        )
    table = pd.DataFrame(
        rows, columns=["theme", "event", "level", "first", "reached", "of", *(f"days_to_{round(100 * part)}" for part in QUANTILES)]
    )
    return table.assign(first=pd.to_datetime(table["first"]))


def time_to_law(frame: pd.DataFrame, theme: str) -> pd.DataFrame:
    """Months from the first pilot on a theme to the first regulation on it, at the national level and anywhere below.

    A regulation on the theme names it in its title; one that only speaks of it in its text, and was not amended since, is a row of its own, `text`.
    Where the law is older than the first pilot there is no time to it, and `note` says so.
    """
    pilots = _events(_dated(frame, theme))
    regulations = _dated(frame[frame["kind"] == "regulation"], theme, amended_too=True)
    named = regulations[f"title_{column(theme)}"] > 0
    found = {"title": named, "text": ~named & regulations["amended"].isna()}
    rows = []
    for event in ("pilot", "launch"):
        for scope, lies in (("national", regulations["level"] == LEVELS[0]), ("local", regulations["level"].isin(LEVELS[1:]))):
            for where, mask in found.items():
                between = _between(pilots[event], regulations[lies & mask])
                rows.append({"theme": theme, "from": event, "law": scope, "where": where, **between})
    table = pd.DataFrame(rows)
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("first_pilot", "first_law")})


def _between(pilots: pd.DataFrame, laws: pd.DataFrame) -> dict[str, object]:
    first, law = (rows.iloc[0] if len(rows) else None for rows in (pilots, laws))
    older = first is not None and law is not None and law["date"] < first["date"]
    months = float("nan") if first is None or law is None or older else (law["date"] - first["date"]).days / 30.4375
    said = {"first_pilot": first, "first_law": law}
    dates = {name: None if row is None else row["date"] for name, row in said.items()}
    titles = {f"{name}_title": "" if row is None else row["title"] for name, row in said.items()}
    return dates | {"months": months, "note": OLDER if older else ""} | titles


def _dated(frame: pd.DataFrame, theme: str, amended_too: bool = False) -> pd.DataFrame:
    """Documents on a theme with a sure date, the earliest first, copies merged; their texts are as old as the date, unless those amended are asked for too."""
    sure = frame["date"].notna() & (frame["date_confidence"] >= SURE) & (frame["amended"].isna() | amended_too)
    own = frame[(frame["copy_of"] == "") & of_theme(frame, theme) & sure.to_numpy()]
    return own.sort_values(["date", "id"], kind="stable")


def _events(own: pd.DataFrame) -> dict[str, pd.DataFrame]:
    mentions = (own["text_pilot"] > 0) | (own["title_pilot"] > 0)
    return {"theme": own, "pilot": own[mentions], "launch": own[own["role"].isin(_OWN)]}


def _by_level(rows: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    ways = (("national", ""), ("province", "province"), ("city", "prefecture"))
    return [(level, at, rows[(rows["level"] == level) & (rows[at] != "" if at else True)]) for level, at in ways]


def _first(rows: pd.DataFrame, event: str, level: str) -> pd.DataFrame:
    return rows.drop_duplicates("place")[["place", "date", "id", "title"]].assign(event=event, level=level)
