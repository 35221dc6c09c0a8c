"""Results that must not move unnoticed."""

from __future__ import annotations

import pytest
from golden_runs import RUNS, centre_by_year, read


@pytest.mark.parametrize("name", RUNS)
def test_the_country_is_what_it_was(name):
    now, before = centre_by_year(name), read(name)
    assert list(now) == list(before)
    for indicator, years in before.items():
        assert now[indicator] == pytest.approx(years, rel=2e-4, abs=1e-3), indicator
