"""Tables that patterns are measured on: what is read out of planted rows by package, experiment, place and office."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from shidian.governance.lineage import NOBODY
from shidian.governance.regimes import load_regime
from shidian.study.governed_patterns.evidence import split
from shidian.study.governed_patterns.tables import dispersion, tables_of
from shidian.study.governed_patterns.traits import Traits, traits_of
from shidian.study.governing.landscape import found_nation, names_of, run
from shidian.study.governing.protocol import open_governed
from shidian.study.governing.rows import experiment_rows
from shidian.worlds.landscape import load_setting, make_land

PLACES = pd.DataFrame(
    {"province": ["p", "p", "q", "q"], "development": [-1.0, 0.0, 0.5, 2.0], "standing": [0, 1 / 3, 2 / 3, 1], "car_maker": [False, False, False, True]},
    index=["a", "b", "c", "d"],
)  # fmt: skip
TRAITS = Traits(PLACES, frozenset({("a", "carts")}))
HEAD = {"regime": "hierarchy", "draw": 0}
RUNS = pd.DataFrame([HEAD])


def test_places_of_a_market_are_known_as_it_knows_them() -> None:
    found = traits_of(open_governed("toy"), 0)
    assert found.places["standing"].to_dict() == {"town": 0.5, "plain": 0.0, "port": 1.0}
    assert found.places["car_maker"].to_dict() == {"town": False, "plain": False, "port": True}
    assert found.places["development"].mean() == pytest.approx(0)
    assert found.makes == {("plain", "low-speed"), ("town", "micro"), ("port", "micro"), ("port", "middle")}
    assert traits_of(open_governed("landscape"), 0) is None


def adopted(year: int, place: str, package: str, brought: str = "itself", learned_from: str = "", origin: str = "own") -> dict:
    province = PLACES["province"][place]
    return HEAD | {"year": year, "place": place, "province": province, "line": "carts", "package": package, "brought": brought, "initiative": 0.0,
                   "origin": origin, "learned_from": learned_from, "development": PLACES["development"][place], "gained": 0.1}  # fmt: skip


def planted_tables(traits: Traits | None = TRAITS, **more: pd.DataFrame) -> dict[str, pd.DataFrame]:
    adoptions = [
        adopted(2010, "a", "roads"), adopted(2011, "b", "roads", "itself", "a", "sideways"), adopted(2012, "c", "roads", "itself", "a", "sideways"),
        adopted(2011, "d", "money", "mandated", "centre", "down"), adopted(2011, "c", "money", "mandated", "centre", "down"),
    ]  # fmt: skip
    stance = HEAD | {"line": "carts", "stance": 1, "places": 1, "law": None}
    stances = [stance | {"year": 2011, "package": "roads", "endorsed": True}, stance | {"year": 2010, "package": "roads", "endorsed": False}]
    rollouts = [HEAD | {"year": 2013, "line": "carts", "package": "roads"}]
    judgements = [HEAD | {"year": year, "line": "carts", "package": "roads", "stance": one, "truth": 0.7} for year, one in ((2011, -1), (2013, 1))]
    years = [HEAD | {"year": 2010, "initiative": 0.2}]
    found = {"adoptions": adoptions, "stances": stances, "rollouts": rollouts, "judgements": judgements, "years": years}
    return tables_of({name: pd.DataFrame(rows) for name, rows in found.items()} | more, RUNS, traits)


def test_adoptions_know_place_teacher_and_endorsement() -> None:
    made = planted_tables()["adoptions"].set_index(["place", "package"])
    assert made["rival"].to_dict() == {("a", "roads"): False, ("b", "roads"): True, ("c", "roads"): False, ("d", "money"): False, ("c", "money"): False}
    assert made["endorsed"].to_dict() == {("a", "roads"): False, ("b", "roads"): False, ("c", "roads"): True, ("d", "money"): False, ("c", "money"): False}
    assert made["own_maker"].tolist() == [True, False, False, False, False]
    assert made.loc[("d", "money"), ["standing", "car_maker"]].tolist() == [1, True]
    assert planted_tables(None)["adoptions"]["rival"].tolist() == [False, True, False, False, False]


def test_packages_know_their_fate() -> None:
    made = planted_tables()["packages"].set_index("package")
    roads, money = made.loc["roads"], made.loc["money"]
    assert (roads["local"], roads["others"], roads["elevated"], roads["mandated"]) == (True, 2, True, False)
    assert (roads["province"], roads["nation"], roads["origin"], roads["truth"], roads["supported"]) == (1, 3, -1.0, 0.7, 0.0)
    assert (money["local"], money["elevated"], money["mandated"]) == (False, False, True) and np.isnan(money["truth"])


def test_pilots_of_the_centre_are_held_against_other_places() -> None:
    land = make_land(load_setting(), 4)
    records, names = run(found_nation(land, load_regime("hierarchy"), 4), 3), names_of(land)
    for record in records:
        found = {row["package"]: row for row in experiment_rows(record, names, land.development)}
        sited = record.trials.mandated & (record.trials.teacher != NOBODY)
        assert sum(row["sites"] for row in found.values()) == sited.sum()
        for package in np.unique(record.trials.package[sited]):
            inside = sited & (record.trials.package == package)
            if inside.sum() > 1:
                told = ttest_ind(land.development[inside], land.development[~inside], equal_var=False).statistic
                assert found[names.packages[package]]["t"] == pytest.approx(told)


@pytest.mark.parametrize("seed", range(3))
def test_chance_alone_disperses_by_one(seed: int) -> None:
    luck = np.random.default_rng(seed)
    group = pd.Series(np.repeat(np.arange(20), 10))
    found = np.mean([dispersion(pd.Series(luck.uniform(size=200) < 0.3), group) for _ in range(40)])
    assert found == pytest.approx(1, abs=0.3)
    assert dispersion(group < 6, group) > 5


def test_offices_talk_by_level() -> None:
    rows = [("nation", "x", 9, 1), ("province", "p", 4, 1), ("city", "p", 2, 1), ("province", "q", 4, 3), ("city", "q", 4, 1), ("province", "r", 4, 3)]
    documents = pd.DataFrame([HEAD | {"year": 2015, "level": level, "place": place, "documents": all_, "mention_pilots": some} for level, place, all_, some in rows])
    made = planted_tables(documents=documents)["talk"].set_index("place")
    assert made["own"].tolist() == [0.25, 0.75, 0.75]
    assert made["cities_more"].tolist()[:2] == [True, False] and pd.isna(made["cities_more"]["r"])


def test_tables_of_no_rows_are_tables_still() -> None:
    made = tables_of({"years": pd.DataFrame([HEAD | {"year": 2010, "initiative": 0.0}])}, RUNS, TRAITS)
    assert made["years"]["bottom_up"].tolist() == [1.0]
    parts = dict((at, own) for at, _, own in split(made, RUNS))
    assert all(len(parts["hierarchy"][name]) == 0 for name in ("packages", "experiments", "clusters", "adoptions"))
