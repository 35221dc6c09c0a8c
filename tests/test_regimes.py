"""Regimes as data, and what is refused of them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_nation import HIERARCHY, SMALL, TOP

from shidian.foundations.errors import InputError
from shidian.governance.mission import set_mission
from shidian.governance.regimes import Regime, Variant, load_regime, names
from shidian.study.governing.landscape import govern


def test_the_named_regimes_are_those_of_the_design() -> None:
    assert names() == sorted(["break-2013", "hierarchy", "top-level-design", "command", "federal", "randomised", "no-learning", "random-selection"])
    assert all(load_regime(name).name == name for name in names())


@pytest.mark.parametrize(
    ("lines", "spot", "words"),
    [
        ("experiment: {sites: lucky}", 4, "'lucky' is not one of 'positive', 'stratified', 'random' or 'volunteer'"),
        ("selection:\n  rule: coin", 5, "'coin' is not one of 'merit', 'random' or 'none'"),
        ("budget: {pilots: 0.5, monitoring: 0.2}", 4, "add up to 1.2, not 1"),
        ("mission:\n  weights: {growth: 0.5, safety: 0.2}", 4, "add up to 0.7, not 1"),
        ("appraisal: {lamda: 1}", 4, "'lamda' is unknown here"),
        ("appraisal: {sophistication: 1.5}", 4, "must be at most 1"),
        ("selection: {inhibit: 0.5}", 4, "above `support`"),
        ("monitoring: {lag: soon}", 4, "regime.monitoring.lag"),
    ],
)
def test_a_regime_that_cannot_be_is_refused_with_its_line(tmp_path: Path, lines: str, spot: int, words: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"like: hierarchy\nname: mine\nmeaning: A trial.\n{lines}\n", encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(words)) as problem:
        load_regime(path)
    assert f"{path}:{spot}:" in str(problem.value)


def test_a_regime_like_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("like: hirarchy\nname: mine\nmeaning: A trial.\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine.yaml:1:7: 'hirarchy' is not a regime.*Did you mean 'hierarchy'"):
        load_regime(path)
    path.write_text("name: mine\nmeaning: A trial.\n", encoding="utf-8")
    with pytest.raises(InputError, match="'budget' is missing"):
        load_regime(path)
    with pytest.raises(InputError, match="There is no regime 'feudal'"):
        load_regime("feudal")


def test_a_regime_of_a_few_lines_runs(tmp_path: Path) -> None:
    path = tmp_path / "green.yaml"
    path.write_text("like: randomised\nname: green\nmeaning: Only the air counts.\nmission: {weights: {environment: 1}}\n", encoding="utf-8")
    table = govern([path], [0], 3, SMALL)["years"]
    assert (table["regime"] == "green").all()
    weights = {goal.name: goal.weight for goal in SMALL.goals}  # whatever it aims at, it is scored by the nation's own
    np.testing.assert_allclose(table["score"], sum(table[f"goal_{name}"] * weight for name, weight in weights.items()))


def test_the_regime_that_the_page_shows_is_one(tmp_path: Path) -> None:
    page = (TOP / "docs" / "governance.md").read_text(encoding="utf-8")
    path = tmp_path / "careful.yaml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0], encoding="utf-8")
    assert load_regime(path).experiment.sites == "stratified"
    assert set(names()) <= set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE))


def test_every_column_of_the_tables_is_described() -> None:
    page, tables = (TOP / "docs" / "governance.md").read_text(encoding="utf-8"), govern(["hierarchy"], [0], 2, SMALL)
    columns = {name for table in tables.values() for name in table if not name.startswith("goal_")} - {"regime", "seed", "year", "package"}
    assert not [name for name in columns if f"`{name}`" not in page]


def test_a_goal_that_the_nation_has_not_is_refused() -> None:
    rules = HIERARCHY.mission.model_copy(update={"weights": {"groth": 1.0}})
    with pytest.raises(InputError, match=r"'groth', which is no goal.*Did you mean 'growth'"):
        set_mission(["growth", "safety"], [0.5, 0.5], rules)


def test_rules_change_from_the_year_of_an_amendment_on() -> None:
    broken, hierarchy, designed = (load_regime(name) for name in ("break-2013", "hierarchy", "top-level-design"))
    assert broken.at(2012).experiment == hierarchy.experiment
    for stage in ("experiment", "selection", "adjustment", "monitoring", "appraisal"):
        assert getattr(broken.at(2013), stage) == getattr(designed, stage)
        assert getattr(broken.at(2020), stage) == getattr(broken.at(2013), stage)


def test_a_regime_amended_from_its_first_year_on_is_the_other_regime() -> None:
    """Every stage reads the rules of the year: with the budget alike, nothing else may differ."""
    designed = load_regime("top-level-design")
    given = load_regime("break-2013").model_dump(mode="json", by_alias=True)
    given["amendments"][0]["from"] = 0
    broken = Regime.model_validate(given | {"budget": designed.budget.model_dump()})
    tables = [govern([one], [0, 1], 8, SMALL) for one in (broken, designed)]
    for name in tables[0]:
        first, second = (table[name].drop(columns="regime", errors="ignore") for table in tables)
        pd.testing.assert_frame_equal(first, second)


def test_a_variant_keeps_what_its_regime_amends_and_says_what_cannot_be() -> None:
    later = Variant("later", "Later.", "break-2013", 2020, {"experiment": {"discretion": 0.5}})
    assert [one.since for one in later.on({}).amendments] == [2013, 2020]
    assert later.on({}).at(2020).selection.candidates == "all"
    swapped = Variant("swapped", "Swapped.", "hierarchy", 0, {"selection": {"inhibit": -0.2}})
    with pytest.raises(InputError, match=r"variant 'swapped' cannot be.*`inhibit` \(-0.2\) is above `support`"):
        swapped.on({"selection": {"support": -0.3, "inhibit": -0.5}})


def test_an_amendment_that_cannot_be_is_refused_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("like: hierarchy\nname: mine\nmeaning: Mine.\namendments:\n  - from: 2013\n    experiment: {discretion: 2}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_regime(path)
    assert "mine.yaml" in str(caught.value)
    assert "discretion" in str(caught.value)
