"""A hindcast: what each method says of the years after a cut, and how near it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from .expected import Expectation, expectations
from .forecast import EXPECTED, MODEL, Forecast
from .model import classes_named, model, unit_of
from .parameters import Parameters
from .record import SHARES, TOTALS, Record
from .rivals import rivals
from .scores import Score, score

ALL_TOTALS, ALL_SHARES = "all totals", "all class shares"
COUNTS = tuple(name for name in TOTALS if name != "plugin_share")  # what is counted in vehicles
FORECASTS = "kind family method indicator period value low high unit observed observed_low observed_high in_time definition source".split()
SCORES = "kind family method indicator unit points mape log_error absolute crps coverage bias in_time".split()


@dataclass(frozen=True)
class Hindcast:
    """Forecasts of all methods and the record that they are held against; `parameters` are those of the model."""

    record: Record
    regime: str
    seed: int
    draws: int
    parameters: Parameters
    forecasts: list[Forecast]
    expected: list[Expectation]

    @property
    def until(self) -> int:
        """The last year that was known."""
        return self.record.until

    @property
    def years(self) -> list[int]:
        """The years that were forecast."""
        return self.record.years

    def of(self, method: str, *indicators: str) -> list[tuple[Forecast, float]]:
        """Forecasts of a method that have a record, with it; of all indicators where none is named."""
        chosen = [each for each in self.forecasts if each.method == method and (not indicators or each.indicator in indicators)]
        pairs = [(each, self.record.seen(each.indicator, each.period)) for each in chosen]
        return [(each, seen[0]) for each, seen in pairs if seen]

    @cached_property
    def shares(self) -> list[str]:
        """Indicators of class shares that are both forecast and recorded, in the order of the classes."""
        made = {each.indicator for each in self.forecasts if each.kind == MODEL}
        return [name for name in classes_named(self.record.case) if name in made and name in self.record.shares()]

    @cached_property
    def scores(self) -> dict[tuple[str, str, str, str], Score]:
        """Scores by kind, family, method and indicator; class shares also together, and so are the totals in vehicles of the model."""
        groups: dict[tuple[str, str, str, str], list[tuple[Forecast, float]]] = {}
        for each in self.forecasts:
            seen = self.record.seen(each.indicator, each.period)
            if seen:
                for name in (each.indicator, *_groups(each)):
                    groups.setdefault((*each.key[:3], name), []).append((each, seen[0]))
        return {key: score([each.draws for each, _ in pairs], [seen for _, seen in pairs]) for key, pairs in groups.items()}

    def score_of(self, method: str, indicator: str) -> Score | None:
        """Scores of one method on one indicator, where there is a record."""
        return next((one for key, one in self.scores.items() if key[2:] == (method, indicator)), None)

    def forecast_table(self) -> pd.DataFrame:
        """Every method, indicator and period as a row, with the record beside it; blank where nothing is recorded."""
        rows = [self._row(each) for each in self.forecasts] + [_expected_row(each) for each in self.expected]
        return pd.DataFrame(rows, columns=FORECASTS)

    def _row(self, each: Forecast) -> dict:
        low, high = each.ends
        seen = self.record.seen(each.indicator, each.period) or (None, None, None)
        kept = dict(zip(("kind", "family", "method", "indicator"), each.key, strict=True))
        return kept | {
            "period": each.period, "value": each.value, "low": low, "high": high, "unit": unit_of(each.indicator),
            "observed": seen[0], "observed_low": seen[1], "observed_high": seen[2],
        }  # fmt: skip

    def score_table(self) -> pd.DataFrame:
        """Scores of every method on every indicator; what was expected at the time, or later, is scored figure by figure."""
        rows = [
            dict(zip(("kind", "family", "method", "indicator"), key, strict=True)) | {"unit": _unit(key[3])} | asdict(one)
            for key, one in self.scores.items()
        ]
        return pd.DataFrame(rows + _expected_scores(self.expected), columns=SCORES)


def _groups(each: Forecast) -> list[str]:
    if each.indicator.startswith(SHARES):
        return [ALL_SHARES]
    return [ALL_TOTALS] if each.kind == MODEL and each.indicator in COUNTS else []


def _unit(indicator: str) -> str:
    return {ALL_TOTALS: "vehicles", ALL_SHARES: "1"}.get(indicator) or unit_of(indicator)


def _expected_row(each: Expectation) -> dict:
    return {
        "kind": EXPECTED, "family": each.kind, "method": each.method, "indicator": each.indicator, "period": str(each.year), "value": each.value,
        "low": each.low, "high": each.high, "unit": each.unit, "observed": each.seen, "in_time": "yes" if each.in_time else "no",
        "definition": each.definition, "source": each.source,
    }  # fmt: skip


def _expected_scores(expected: list[Expectation]) -> list[dict]:
    """Scores of what one forecaster said at one time of one indicator, as points: nobody says what share its range should hold."""
    groups: dict[tuple, list[Expectation]] = {}
    for each in expected:
        if each.seen is not None:
            groups.setdefault((each.kind, each.method, each.indicator, each.unit, each.in_time), []).append(each)
    rows = []
    for (kind, method, indicator, unit, in_time), listed in groups.items():
        one = score([np.array([each.value]) for each in listed], [each.seen for each in listed])
        kept = {"kind": EXPECTED, "family": kind, "method": method, "indicator": indicator, "unit": unit}
        rows.append(kept | asdict(one) | {"in_time": "yes" if in_time else "no"})
    return rows


def hindcast(
    record: Record,
    parameters: Parameters,
    regime: str = "historical",
    seed: int = 0,
    draws: int = 100,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Hindcast:
    """Forecast the years after `record.until` by the model and its rivals, and gather what was expected at the time.

    Raises InputError where there is nothing to forecast or to score.
    """
    record.check()
    made = model(record, parameters, regime, seed, draws, workers, progress)
    return Hindcast(record, regime, seed, draws, parameters, made + rivals(record), expectations(record))
