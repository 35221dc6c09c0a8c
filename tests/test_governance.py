"""Governing by experiment: six words, no sight of the truth, the same luck for every regime."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from beartype import beartype
from beartype.roar import BeartypeCallHintParamViolation
from small_nation import HIERARCHY, ROOM, SMALL, TOP, changed, same, small

from shidian.cases.bundled import BUNDLED, bundled_cases
from shidian.foundations.errors import InputError
from shidian.foundations.luck import Luck
from shidian.foundations.stages import STAGES
from shidian.foundations.streams import name_keys
from shidian.governance import cycle
from shidian.governance.adjustment import adjust
from shidian.governance.appraisal import appraise
from shidian.governance.cycle import policy_cycle
from shidian.governance.experiment import run_experiments
from shidian.governance.monitoring import monitor
from shidian.governance.regimes import Regime, Variant, load_regime, names
from shidian.governance.selection import select
from shidian.study.compare import ask
from shidian.study.governing.landscape import govern, means_of, run
from shidian.worlds.landscape import advance, load_setting

# --- six words --------------------------------------------------------------------------------------------------------


def test_the_six_words_agree_between_files_cycle_regimes_and_docs() -> None:
    for number, word in enumerate(STAGES, 1):
        assert (ROOM / f"{word}.py").read_text(encoding="utf-8").startswith(f'"""Stage {number}, {word}: ')
    assert tuple(name for name in Regime.model_fields if name not in ("name", "meaning", "budget", "amendments")) == STAGES
    assert (cycle.__doc__ or "").strip().endswith(" -> ".join(STAGES) + ".")
    page = (TOP / "docs" / "governance.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^### \d\. (\w+)$", page, re.MULTILINE)) == STAGES
    for name in bundled_cases():
        file = BUNDLED / name / "governance.yaml"
        assert tuple(re.findall(r"^(\w+):", file.read_text(encoding="utf-8"), re.MULTILINE)) == STAGES, file


def test_rules_of_a_case_stand_beneath_every_regime_like_hierarchy_and_mistakes_in_them_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    copytree(BUNDLED / "landscape", folder)
    file = folder / "governance.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("adjustment: {}", "adjustment:\n  rules: {law_after: 2, margin: 0.4}"), encoding="utf-8")
    asked = ask(folder, ["hierarchy", "randomised", "top-level-design", Variant("slow", "Slow.", "federal", 0, {"adjustment": {"law_after": 9}})], 1)
    assert [one.adjustment.law_after for one in asked.regimes[:3]] == [2, 2, 2]
    assert asked.regimes[3].at(0).adjustment.law_after == 9
    assert asked.regimes[1].adjustment.margin == 0.4
    assert load_regime("hierarchy").adjustment.law_after == 5
    for wrong, said in (("{law_afte: 2}", "Did you mean 'law_after'"), ("{law_after: soon}", "law_after")):
        file.write_text(text.replace("adjustment: {}", f"adjustment:\n  rules: {wrong}"), encoding="utf-8")
        with pytest.raises(InputError, match=said) as caught:
            ask(folder, ["hierarchy"], 1)
        line = 1 + file.read_text(encoding="utf-8").splitlines().index(f"  rules: {wrong}")
        assert f"governance.yaml:{line}:" in str(caught.value)


def test_a_command_line_changes_rules_and_numbers_of_governing() -> None:
    plain, changed_ = ask("toy", ["hierarchy"], 1), ask("toy", ["hierarchy"], 1, overrides=["governance.selection.rules.support=0.6", "governance.monitoring.numbers.shock.value=0.1"])
    assert (plain.regimes[0].selection.support, changed_.regimes[0].selection.support) == (0.15, 0.6)
    assert plain.key != changed_.key
    with pytest.raises(InputError, match="Did you mean 'support'"):
        ask("toy", ["hierarchy"], 1, overrides=["governance.selection.rules.suport=0.6"])


def test_the_cycle_calls_the_stages_in_order() -> None:
    body = inspect.getsource(policy_cycle)
    calls = ["set_mission(", "run_experiments(", "monitor(", "appraise(", "select(", "adjust("]
    assert sorted(calls, key=body.index) == calls


# --- nobody sees the truth --------------------------------------------------------------------------------------------


def test_a_lie_planted_in_the_truth_after_monitoring_goes_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    nation = replace(small(), regime=changed(HIERARCHY, "monitoring", lag=0, missing=0.0))
    honest = []
    for _ in range(4):
        nation, record = policy_cycle(nation, advance)
        honest.append((nation.boundary, record.beliefs, record.stances))

    def monitor_then_lie(outcomes, trials, *rest):  # type: ignore[no-untyped-def]
        reports = monitor(outcomes, trials, *rest)
        outcomes.effect[:], outcomes.shock[:], land.worth[:] = 1e6, -1e3, np.nan
        return reports

    lied = replace(small(), regime=nation.regime)
    land, true = lied.world, lied.world.worth.copy()
    monkeypatch.setattr(cycle, "monitor", monitor_then_lie)
    for expected in honest:
        land.worth[:] = true
        lied, record = policy_cycle(lied, advance)
        assert np.isnan(land.worth).all()
        assert all(same(one, other) for one, other in zip(expected, (lied.boundary, record.beliefs, record.stances), strict=True))


def reached(name: str) -> set[str]:
    """Every module of the project that a module of governance imports, directly or through its own room."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOM / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            found.add(f"{'.' * node.level}{node.module}")
            if node.level == 1:
                found |= reached(str(node.module))
    return found


@pytest.mark.parametrize("stage", ["appraisal", "selection", "adjustment"])
def test_the_centre_imports_nothing_that_holds_the_truth(stage: str) -> None:
    assert not {name for name in reached(stage) if "worlds" in name or name in (".monitoring", ".experiment", ".cycle")}


def test_truth_in_place_of_reports_is_refused_by_type() -> None:
    nation, record = policy_cycle(small(), advance)
    with pytest.raises(BeartypeCallHintParamViolation):
        beartype(appraise)(nation.beliefs, record.outcomes, nation.bias, HIERARCHY.appraisal)
    for stage in (appraise, select, adjust):
        hints = " ".join(str(one) for one in inspect.get_annotations(stage).values())
        assert not re.search(r"Any|object|Outcomes|Land|Nation|Trials", hints)


# --- repeatable, and fair between regimes -----------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = (govern(["hierarchy", "federal"], [3], 5, SMALL) for _ in range(2))
    assert first["years"].to_csv().encode() == second["years"].to_csv().encode()
    assert first["rollouts"].to_csv().encode() == second["rollouts"].to_csv().encode()


@pytest.mark.parametrize("rule", ["positive", "stratified", "random", "volunteer"])
def test_permuting_places_permutes_results(rule: str) -> None:
    regime, order = changed(HIERARCHY, "experiment", sites=rule), np.random.default_rng(5).permutation(SMALL.places)
    for one, other in zip(run(small(regime), 6), run(small(regime, order=order), 6), strict=True):
        assert np.array_equal(one.trials.package[order], other.trials.package)
        assert np.array_equal(one.boundary.enrolled[order], other.boundary.enrolled)
        np.testing.assert_allclose(one.outcomes.total[order], other.outcomes.total)
        np.testing.assert_allclose(one.stances.score, other.stances.score, atol=1e-10)


def test_the_fortune_of_places_is_the_same_under_every_regime() -> None:
    shocks = [np.stack([one.outcomes.shock for one in run(small(load_regime(name)), 4)]) for name in names()]
    assert all(np.array_equal(shocks[0], other) for other in shocks)


def test_a_change_in_one_stage_moves_no_other_stage_s_luck() -> None:
    """Where nobody learns from reports, monitoring may change at will without a single trial moving."""
    command = changed(load_regime("command"), "experiment", learning=0.0)
    silent = changed(command, "monitoring", missing=0.9, noise=3.0, lag=4)
    for one, other in zip(run(small(command), 8), run(small(silent), 8), strict=True):
        assert same(one.trials, other.trials)
        assert same(one.outcomes, other.outcomes)


def test_drawing_more_in_one_stage_moves_no_other_stage_s_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    before = run(small(), 6)

    def wasteful(*given):  # type: ignore[no-untyped-def]
        next(one for one in given if isinstance(one, Luck)).of("more").normal(name_keys(str(number) for number in range(99)))
        return run_experiments(*given)

    monkeypatch.setattr(cycle, "run_experiments", wasteful)
    for one, other in zip(before, run(small(), 6), strict=True):
        assert same(one.outcomes, other.outcomes)
        assert same(one.reports, other.reports)


def test_more_seeds_leave_the_first_as_they_were() -> None:
    few, many = (govern(["randomised"], range(count), 3, SMALL)["years"] for count in (1, 2))
    assert few.equals(many[many["seed"] == 0])


def test_every_regime_spends_one_total() -> None:
    setting = load_setting()
    for name in names():
        regime = load_regime(name)
        assert sum(regime.budget.model_dump().values()) == pytest.approx(1)
        means = means_of(setting, regime)
        single = means.reach[1] * setting.unit_price
        bought = means.sites * setting.site_price + means.monitoring + single + means.enforcement + means.transfer * setting.places
        assert bought <= setting.budget + 1e-9
        assert bought == pytest.approx(setting.budget, abs=setting.site_price + setting.unit_price)


def test_learning_and_selecting_beat_their_nulls_and_honest_appraisal_promises_less() -> None:
    """Means over sixteen paired seeds; how large, on the standard landscape, stands in docs/governance.md."""
    tables = govern(["hierarchy", "no-learning", "random-selection", "randomised"], range(16), 12, SMALL)
    score = tables["years"].groupby("regime")["score"].mean()
    assert score["hierarchy"] > max(score["no-learning"], score["random-selection"])
    promise = tables["rollouts"].groupby("regime")["over_promise"].mean()
    assert promise["randomised"] < promise["hierarchy"] < promise["random-selection"]
