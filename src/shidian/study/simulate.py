"""One case, one regime, one seed: the market run for one draw, and for many.

    >>> from shidian.study.simulate import simulate
    >>> data = simulate("toy", seed=1, draws=2)
    >>> sorted(data.dims)
    ['class', 'draw', 'group', 'month', 'place', 'product', 'year']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import jax
import numpy as np

from ..cases import Case, open_case
from ..cases.overrides import changed_in
from ..foundations.errors import Failure, InputError
from ..governance.regimes import Regime
from ..governance.replay import Replay
from ..worlds.market import accounts
from ..worlds.market.build import Source
from ..worlds.market.parameters import MarketParameters
from ..worlds.market.policies import Policies
from ..worlds.market.products import drawn_constants
from ..worlds.market.run import run_market
from ..worlds.market.setting import Setting
from ..worlds.market.steps import YearRecord
from .fixed_parameters import check_own_parameters
from .given import parameters_for
from .posterior import Drawn, Fixed, Given, Posterior

Inputs = tuple[MarketParameters, Setting, Policies]


def check_replayed(case: Case, regime: str | Path | Regime) -> None:
    """Refuse a regime that the case does not replay. Raises InputError."""
    if regime not in case.regimes:
        raise InputError(
            f"The case '{case.name}' has no regime '{getattr(regime, 'name', regime)}' to replay; it has {', '.join(case.regimes)}. "
            f"Regimes that govern are compared: `shidian study compare {case.name} --regimes hierarchy`."
        )


class Experimenter:
    """A case made ready to run: its tables as arrays, its timeline resolved. Holds nothing that a draw changes."""

    def __init__(self, case: Case, regime: str = "historical", fixed: Given | Sequence[Fixed] = ()):
        check_replayed(case, regime)
        self.case, self.regime = case, regime
        self.given: Given = fixed if isinstance(fixed, Posterior | Drawn) else Drawn(tuple(fixed))
        check_own_parameters(case)
        self.source = Source(case)
        self.replay = Replay(case, self.source.axes)

    @cached_property
    def homes(self) -> np.ndarray:
        """Leaf position of each maker's home."""
        index = self.case.places.leaf_index
        return np.array([index[home] for home in self.case.tables["makers"]["home"]])

    def values(self, seed: int, draw: int | None) -> dict[str, Any]:
        """Every parameter of one draw: from its prior, or as given."""
        luck = self.given.luck(seed, draw)
        return self.source.values(luck.seed, luck.draw, luck.given)

    def inputs(self, seed: int, draw: int | None) -> Inputs:
        """Parameters, setting and policies of one draw."""
        values, source, luck = self.values(seed, draw), self.source, self.given.luck(seed, draw)
        drawn = luck.seed, luck.draw
        return source.parameters(values, *drawn), source.setting(values, *drawn), self.replay.policies(*drawn)

    def run(self, seed: int, draw: int | None, inputs: Inputs | None = None) -> dict[str, np.ndarray]:
        """Everything that one draw yields, as float64 arrays by name; `inputs` are those of this very draw, where they are at hand."""
        parameters, setting, policies = inputs or self.inputs(seed, draw)
        opening, record = run_market(parameters, setting, policies)
        if not np.isfinite(record.total.sold).all():
            raise Failure(f"Draw {draw} of {self.case.name} gives sales that are no number; a parameter or price is out of all bounds. Narrow its prior.")
        return self.arrays(seed, draw, setting, policies, np.asarray(opening), record)

    def arrays(self, seed: int, draw: int | None, setting: Setting, policies: Policies, opening: np.ndarray, record: YearRecord) -> dict[str, np.ndarray]:
        """The record and its accounts by name."""
        record = jax.tree.map(np.asarray, record)
        constants = self._constants(seed, draw)
        yield_ = accounts.accounts(setting, policies, record, opening, constants, self._outside(seed, draw), self.homes)
        yield_["monthly_product"] = np.asarray(record.monthly_sold, np.float64).reshape(-1, len(setting.axes.products))
        groups = np.asarray(record.monthly_groups)
        yield_["monthly_groups"] = groups.reshape(-1, *groups.shape[2:])
        yield_["pack_price"] = np.asarray(record.pack_price, np.float64)
        yield_["credit_price"] = np.asarray(record.credit_price, np.float64)
        yield_["aware_plugin"] = np.asarray(record.aware_plugin, np.float64)
        yield_["shoppers"] = np.asarray(record.total.shoppers, np.float64)
        yield_["bought"] = np.asarray(record.total.bought, np.float64)
        return yield_

    def consequences(self, seed: int, draw: int | None) -> tuple[accounts.Constants, accounts.Outside]:
        """What the accounts of one draw count with."""
        return self._constants(seed, draw), self._outside(seed, draw)

    def _constants(self, seed: int, draw: int | None) -> accounts.Constants:
        luck = self.given.luck(seed, draw)
        drawn = drawn_constants(self.source.catalogue, luck.seed, luck.draw)
        zeros = np.zeros(len(self.source.axes.classes))
        names = accounts.Constants.__dataclass_fields__
        return accounts.Constants(**{name: drawn.get(name, zeros) for name in names})

    def _outside(self, seed: int, draw: int | None) -> accounts.Outside:
        scale = self.case.instruments["procurement"].scale if "procurement" in self.case.instruments else 1.0
        values, luck = self.values(seed, draw), self.given.luck(seed, draw)
        return accounts.Outside(
            public_sales=self.source.series("public_sales", luck.seed, luck.draw, 0.0) * scale,
            grid_co2=self.source.series("grid_co2", luck.seed, luck.draw, 0.6),
            public_life=values["public_life"],
            displaced_lowspeed=values["displaced_lowspeed"],
        )


def simulate(
    case: str | Case,
    regime: str | Path | Regime = "historical",
    seed: int = 0,
    draws: int = 32,
    overrides: Sequence[str] = (),
    fixed: Given | Sequence[Fixed] | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    start: str | None = None,
):
    """Run a case and return an `xarray.Dataset` with a `draw` axis.

    Under `historical`, or another regime that the case itself replays, the variables are those of `shidian.study.results`. Under a regime that governs
    (hierarchy, federal, ... , a YAML file or a `Regime`) they are the columns of `years` by draw and year, governed from the month `start` on;
    `shidian.compare` gives the other tables.

        >>> simulate("landscape", regime="federal", draws=2)["score"].dims
        ('draw', 'year')

    Parameters are those of the case's posterior, or drawn from the priors where it brings none or `fixed` is empty; `fixed` may give others, for a replay. The same case, regime, seed and draw give the same bytes on one machine, whatever the number of workers. Raises
    InputError where the case, the regime or an override is wrong.
    """
    if draws < 1:
        raise InputError(f"{draws} draws were asked for; a run needs at least one.")
    loaded = open_case(case, overrides) if isinstance(case, str) else case
    if regime == "historical" and not hasattr(loaded, "regimes"):
        raise InputError(f"The world of the case '{loaded.name}' has no history to replay; name a regime that governs, such as regime='hierarchy'.")
    if fixed is None and (not isinstance(regime, str) or regime not in getattr(loaded, "regimes", ())):
        return _governed(str(loaded.folder), regime, seed, draws, changed_in(loaded), workers, start)
    check_replayed(loaded, regime)
    if start is not None:
        raise InputError(f"`start` is {start}, but under '{regime}' history is replayed as a whole; leave it out, or name a regime that governs, such as hierarchy.")
    from .ensemble import ensemble
    from .results import dataset

    given = parameters_for(None, loaded, overrides).given if fixed is None else fixed
    data = dataset(loaded, ensemble(loaded, regime, seed, draws, given, workers, progress))
    return data.assign_attrs(regime=regime, seed=seed, changed=", ".join(overrides))


def _governed(case: str, regime: str | Path | Regime, seed: int, draws: int, overrides: Sequence[str], workers: int | None, start: str | None):
    """The years of a governed nation as arrays by draw and year."""
    from .compare import compare

    made = compare(case, [regime], draws, seed, start, overrides=overrides, workers=workers or 1)
    data = made.data.squeeze("regime", drop=True)
    return data.assign_attrs(regime=made.regimes[0], seed=seed, changed=", ".join(overrides))
