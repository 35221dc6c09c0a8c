"""What a hindcast was told of the years after the cut, and what it was not: its forecasts are conditional on the first."""

from __future__ import annotations

import pandas as pd

from ...cases import Case
from ...foundations.calendar import months_of


def given(case: Case, until: int) -> list[str]:
    """What came after the cut and was handed to the model, with how much of it there is; one sentence a subject."""
    tables = case.tables
    launched = _after(tables["products"], until)
    yearly = tables["attributes"][tables["attributes"]["year"] > until]
    series = [period for period in tables["series"]["period"] if len(period) > 2 and months_of(period)[0] // 12 > until]
    chargers = tables["chargers"][tables["chargers"]["year"] > until]
    return [
        f"Products: {len(launched)} specifications of named models that went on sale after {until}, with price, range and battery.",
        f"Classes: {len(yearly)} yearly figures of prices, ranges, batteries and models on offer.",
        f"Policies: {len(_after(tables['timeline'], until))} rows of the timeline and {len(_after(tables['schedules'], until))} of the schedules that came into force after {until}.",
        f"Surroundings: {len(series)} figures of national series (incomes, battery and credit prices, batteries made elsewhere) and {len(chargers)} of chargers.",
    ]


def withheld(until: int) -> list[str]:
    """What the model was not told."""
    return [
        f"No figure of the record after {until} is read by the model, nor by its rivals: neither sales nor shares nor stocks. A test changes them all and finds every forecast unmoved.",
        "The one exception is named: where total car sales are given, the recorded total of each year is.",
        "Prices of a class are means of what was sold, so a little of the mix of the later years stands in an input.",
        "Whoever wrote the model knew what came.",
    ]


def _after(table: pd.DataFrame, until: int) -> pd.DataFrame:
    """Rows that begin after the cut."""
    return table[[months_of(period)[0] // 12 > until for period in table["from"]]] if len(table) else table
