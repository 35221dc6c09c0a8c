"""The abstract world: what packages are worth where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_nation import SMALL, small

from shidian.foundations.luck import Luck
from shidian.governance.cycle import policy_cycle
from shidian.worlds.landscape import advance, make_land
from shidian.worlds.landscape.land import effect_variance, main_effects


def test_without_interactions_a_package_is_worth_the_sum_of_its_instruments() -> None:
    land = make_land(SMALL.model_copy(update={"interactions": 0}), 4)
    single = land.worth[..., 2 ** np.arange(SMALL.instruments)]
    np.testing.assert_allclose(land.worth, single @ land.bits.T, atol=1e-12)
    rugged = make_land(SMALL.model_copy(update={"interactions": 3}), 4).worth
    assert not np.allclose(rugged, rugged[..., 2 ** np.arange(SMALL.instruments)] @ land.bits.T, atol=0.1)


def test_the_common_share_is_the_correlation_between_places() -> None:
    """With all interactions every pattern differs, so worth is N(0, 1): 400 lands x 4 goals x 12 places of the full package."""
    worth = np.concatenate([make_land(SMALL.model_copy(update={"interactions": 3}), seed).worth[..., -1] for seed in range(400)])
    assert worth.var() == pytest.approx(1, abs=0.08)
    assert (worth.mean(axis=1) ** 2).mean() == pytest.approx(SMALL.common + (1 - SMALL.common) / 12, abs=0.07)


def test_the_variance_of_instruments_effects_is_as_stated() -> None:
    effects = np.concatenate([main_effects(make_land(SMALL, seed)) for seed in range(400)])
    assert effects.var() == pytest.approx(effect_variance(SMALL), rel=0.08)


def test_development_and_effort_raise_outcomes() -> None:
    nation, record = policy_cycle(small(), advance)
    land, trials = nation.world, record.trials
    plain = replace(trials, effort=np.zeros_like(trials.effort))
    bare = replace(land, setting=land.setting.model_copy(update={"site_effect": 0.0}))
    more = advance(land, trials, Luck(0))[1].effect - advance(land, plain, Luck(0))[1].effect
    site = advance(land, plain, Luck(0))[1].effect - advance(bare, plain, Luck(0))[1].effect
    at = trials.package > 0
    np.testing.assert_allclose(more, SMALL.effort_effect * (trials.effort * at)[:, None] * np.ones(4), atol=1e-12)
    np.testing.assert_allclose(site, SMALL.site_effect * (land.development * at)[:, None] * np.ones(4), atol=1e-12)
