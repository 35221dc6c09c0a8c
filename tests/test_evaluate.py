"""Pilots judged through the doors that users use: planted effects come back, rules decide in order, mistakes are named, and nothing is half-written."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from test_report_browser import CHROMIUM, visit

from shidian.cli import shidian
from shidian.evidence.verdict import STANCES, Found, Rules, checked, expected_regret, judge, overrule, replayed, sites_to_settle, worth_of_stances
from shidian.foundations.errors import InputError
from shidian.report.evaluation.page import page, sections
from shidian.report.markup import Figure
from shidian.study.evaluation.evaluation import evaluate
from shidian.study.evaluation.mission import read_mission
from shidian.study.evaluation.question import Question, read
from shidian.study.evaluation.record import FILES

QUICK = ["--method", "cs,sdid", "--draws", "99"]


def panel_rows(
    effect: float = 2.0, slope: float = 0.0, sites: int = 24, places: int = 90, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A panel of places with levels, common shocks and noise; sites, somewhat richer, gain effect + slope x wealth from 2008 or 2009."""
    luck = np.random.default_rng(seed)
    wealth = luck.normal(size=places)
    treated = np.argsort(np.argsort(-(wealth + 1.5 * luck.normal(size=places)))) < sites
    start = np.where(treated, np.where(luck.random(places) < 0.5, 2008, 2009), 9999)
    shock, level = luck.normal(size=15), luck.normal(size=places) * 3
    rows, names = [], [f"p{at:02d}" for at in range(places)]
    for at, name in enumerate(names):
        for period, year in enumerate(range(2000, 2015)):
            jobs = 20 + level[at] + shock[period] + luck.normal() * 0.5 + (year >= start[at]) * (effect + slope * wealth[at])
            rows.append({"place": name, "year": year, "jobs": round(jobs, 4), "wealth": round(wealth[at], 4), "smoke": round(30 - jobs, 4)})
    pilots = pd.DataFrame([{"programme": "works", "place": name, "start": start[at]} for at, name in enumerate(names) if treated[at]])
    return pd.DataFrame(rows), pilots


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    panel, pilots = panel_rows()
    panel.to_csv(folder / "panel.csv", index=False)
    pilots.to_csv(folder / "pilots.csv", index=False)
    return folder


def run(folder: Path, *words: str | Path) -> Result:
    given = ["--panel", folder / "panel.csv", "--pilots", folder / "pilots.csv"]
    return CliRunner().invoke(shidian, ["evaluate", *map(str, [*given, *words])])


@pytest.fixture(scope="module")
def judged(files: Path) -> Path:
    out = files / "judged"
    done = run(files, "--outcome", "jobs", "--covariates", "wealth", *QUICK, "--out", out)
    assert done.exit_code == 0, (done.output, done.exception)
    return out


@pytest.fixture(scope="module")
def found(judged: Path) -> dict:
    return json.loads((judged / "study.json").read_text(encoding="utf-8"))["programmes"][0]


def asked(files: Path, **more) -> Question:
    return Question(files / "panel.csv", files / "pilots.csv", **{"outcome": "jobs", "methods": ("cs",), "draws": 49} | more)


# --- a planted effect ------------------------------------------------------------------------------------------------


def test_the_planted_effect_is_found_by_every_method(found: dict) -> None:
    estimates = found["goals"]["jobs"]["estimates"]
    assert set(estimates) == {"cs", "sdid"}
    for one in estimates.values():
        assert one["effect"] == pytest.approx(2.0, abs=0.25) and one["low"] < 2.0 < one["high"] and one["p"] <= 0.05


def test_a_clear_gain_everywhere_is_scaled(found: dict) -> None:
    verdict = found["verdict"]
    assert verdict["answer"] == "scale" and verdict["found"]["gain_at_sites"] > 0.99 and verdict["found"]["gain_elsewhere"] > 0.9
    assert "more jobs by place and period" in verdict["reason"]
    regret = verdict["found"]["regret"]
    assert verdict["found"]["places_left"] == 66
    assert min(regret, key=regret.get) == "scale" and all(value >= 0 for value in regret.values())


def test_sites_that_were_picked_are_noticed(found: dict) -> None:
    main = found["fairness"]["comparisons"][0]
    assert main["covariate"] == "wealth" and main["gap"] > 0.3 and main["p_permutation"] < 0.05


def test_the_same_effect_where_less_is_better_is_inhibited(files: Path, tmp_path: Path) -> None:
    done = run(files, "--outcome", "jobs", "--better", "lower", "--method", "cs", "--out", tmp_path / "out", "--json")
    verdict = json.loads(done.output)["programmes"][0]["verdict"]
    assert verdict["answer"] == "inhibit" and verdict["found"]["harm"] > 0.99


def test_no_effect_is_neither_scaled_nor_supported(tmp_path: Path) -> None:
    panel, pilots = panel_rows(effect=0.0, seed=3)
    panel.to_csv(tmp_path / "panel.csv", index=False)
    pilots.to_csv(tmp_path / "pilots.csv", index=False)
    done = run(tmp_path, "--outcome", "jobs", *QUICK, "--out", tmp_path / "out", "--json")
    assert json.loads(done.output)["programmes"][0]["verdict"]["answer"] in ("learn more", "tolerate", "inhibit")


def test_naive_and_adjusted_differ_where_the_richest_gain_most(tmp_path: Path) -> None:
    """The truth for the other places is known here: 1 + 1.5 x their wealth, which is below that of the sites."""
    panel, pilots = panel_rows(effect=1.0, slope=1.5, sites=30, places=150, seed=5)
    panel.to_csv(tmp_path / "panel.csv", index=False)
    pilots.to_csv(tmp_path / "pilots.csv", index=False)
    made = evaluate(read(asked(tmp_path, covariates=("wealth",))))
    verdict = made.programmes[0].verdict
    wealth = panel.groupby("place")["wealth"].first()
    truth = 1 + 1.5 * wealth[~wealth.index.isin(pilots["place"])].mean()
    naive, adjusted = verdict.found.worth, verdict.found.elsewhere
    assert adjusted is not None and abs(adjusted - truth) < 0.5 * abs(naive - truth)


def test_effort_that_will_not_be_repeated_is_taken_off_elsewhere_alone(files: Path, tmp_path: Path) -> None:
    def judged_with(effort: float) -> Found:
        path = tmp_path / f"{effort}.yaml"
        path.write_text(f"goals:\n  - {{name: jobs, outcome: jobs}}\neffort: {effort}\n", encoding="utf-8")
        return evaluate(read(asked(files, outcome=None, mission=path, covariates=("wealth",)))).programmes[0].verdict.found

    none, half = judged_with(0.0), judged_with(0.5)
    assert half.worth == pytest.approx(none.worth)
    assert none.elsewhere - half.elsewhere == pytest.approx(0.5 * none.worth, rel=0.05)


def test_two_goals_are_weighed_and_harm_to_one_counts(files: Path, tmp_path: Path) -> None:
    path = tmp_path / "mission.yaml"
    path.write_text(
        "goals:\n  - {name: work, outcome: jobs, weight: 0.5, worthwhile: 0.5}\n  - {name: air, outcome: smoke, better: higher, weight: 0.5, worthwhile: 0.5, tolerable: 0.1}\n", encoding="utf-8"
    )
    verdict = evaluate(read(asked(files, outcome=None, mission=path))).programmes[0].verdict
    assert verdict.found.harm > 0.99 and verdict.answer == "inhibit" and verdict.found.unit == "points of the mission"
    work, air = verdict.found.goals
    assert work.startswith("jobs +1.88 (") and "one point 0.5 (what is worthwhile)" in work and air.startswith("smoke -1.88 (")
    assert work in verdict.reason and replayed(json.loads(json.dumps(verdict.as_dict()))).reason == verdict.reason


def test_wide_tables_logs_and_several_programmes(files: Path, tmp_path: Path) -> None:
    panel, pilots = panel_rows()
    panel.pivot(index="place", columns="year", values="jobs").reset_index().to_csv(tmp_path / "panel.csv", index=False)
    pd.concat([pilots.iloc[:12].assign(programme="one"), pilots.iloc[12:].assign(programme="two")]).to_csv(tmp_path / "pilots.csv", index=False)
    done = run(tmp_path, "--outcome", "jobs", "--log", "--method", "cs", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    programmes = json.loads(done.output)["programmes"]
    assert [one["programme"] for one in programmes] == ["one", "two"]
    assert all(0.05 < one["goals"]["jobs"]["estimates"]["cs"]["effect"] < 0.2 for one in programmes)


def test_what_cannot_be_told_is_said_and_is_no_number(files: Path, tmp_path: Path) -> None:
    panel, pilots = panel_rows()
    panel.to_csv(tmp_path / "panel.csv", index=False)
    pilots.assign(start=1999).to_csv(tmp_path / "pilots.csv", index=False)
    done = run(tmp_path, "--outcome", "jobs", "--method", "cs", "--out", tmp_path / "out", "--json")
    one = json.loads(done.output)["programmes"][0]
    assert done.exit_code == 0 and one["goals"]["jobs"]["estimates"] == {}
    assert one["verdict"]["answer"] == "learn more" and "cannot be told from these data, because" in one["verdict"]["reason"]
    assert (tmp_path / "out" / "report.html").is_file()


def test_an_unbalanced_panel_gives_the_effect_too(tmp_path: Path) -> None:
    panel, pilots = panel_rows()
    panel["jobs"] = panel["jobs"].where(np.random.default_rng(1).random(len(panel)) > 0.1)
    panel.sample(frac=0.95, random_state=2).to_csv(tmp_path / "panel.csv", index=False)
    pilots.to_csv(tmp_path / "pilots.csv", index=False)
    one = evaluate(read(asked(tmp_path))).programmes[0]
    assert one.goals["jobs"].estimates["cs"].effect == pytest.approx(2.0, abs=0.3)


EDGES = {
    "one period before": (range(2007, 2010), lambda sites: sites.assign(start=2008), "one period before the start"),
    "a single site": (range(2000, 2015), lambda sites: sites.head(1), "fewer than two sites"),
    "one outcome everywhere": (range(2000, 2003), lambda sites: sites.assign(start=2001), "the outcome is the same everywhere"),
}


@pytest.mark.parametrize("name", EDGES)
def test_what_the_data_leave_open_stands_in_the_record(name: str, tmp_path: Path) -> None:
    years, change, says = EDGES[name]
    panel, pilots = panel_rows(places=30, sites=10)
    panel = panel[panel["year"].isin(years)]
    (panel.assign(jobs=1.0) if name == "one outcome everywhere" else panel).to_csv(tmp_path / "panel.csv", index=False)
    change(pilots).to_csv(tmp_path / "pilots.csv", index=False)
    done = run(tmp_path, "--outcome", "jobs", "--method", "cs,did", "--draws", "49", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.exception
    assert "cannot be told from these data" in done.output and says in done.output


# --- the folder ------------------------------------------------------------------------------------------------------


def test_the_folder_holds_what_it_should_and_is_read_back(files: Path, judged: Path) -> None:
    assert sorted(path.name for path in judged.iterdir()) == sorted(FILES)
    before = (judged / "report.html").stat().st_mtime_ns
    done = run(files, "--outcome", "jobs", "--covariates", "wealth", *QUICK, "--out", judged, "--json")
    assert json.loads(done.output)["reused"] and (judged / "report.html").stat().st_mtime_ns == before


def test_another_question_does_not_overwrite_the_folder(files: Path, judged: Path) -> None:
    done = run(files, "--outcome", "wealth", "--out", judged)
    assert isinstance(done.exception, InputError) and "is not this study" in str(done.exception)


def test_the_same_question_gives_the_same_bytes(files: Path, judged: Path, tmp_path: Path) -> None:
    run(files, "--outcome", "jobs", "--covariates", "wealth", *QUICK, "--out", tmp_path / "again")
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (judged / name).read_bytes(), name


def test_a_verdict_is_replayed_from_its_record_and_a_person_may_overrule(files: Path, found: dict, tmp_path: Path) -> None:
    assert replayed(found["verdict"]).as_dict()["reason"] == found["verdict"]["reason"]
    done = run(files, "--outcome", "jobs", "--method", "cs", "--out", tmp_path / "out", "--json", "--overrule", "works=tolerate: the money is gone")
    verdict = json.loads(done.output)["programmes"][0]["verdict"]
    assert (verdict["final"], verdict["overruled"]["reason"]) == ("tolerate", "the money is gone") and verdict["answer"] != "tolerate"
    assert replayed(verdict).final == "tolerate"


# --- mistakes --------------------------------------------------------------------------------------------------------

MISTAKES = {
    "no panel": (["--outcome", "jobs"], "give --panel and --pilots"),
    "no outcome": ([], "Neither --outcome nor --mission"),
    "unknown outcome": (["--outcome", "job"], "There is no column 'job'. Did you mean 'jobs'?"),
    "unknown weight": (["--outcome", "jobs", "--weight", "pop"], "There is no column 'pop'"),
    "a weight below nought": (["--outcome", "jobs", "--weight", "wealth"], "no weight above nought"),
    "unknown method": (["--outcome", "jobs", "--method", "ols"], "There is no method 'ols'"),
    "no method": (["--outcome", "jobs", "--method", ","], "--method names no method"),
    "unknown programme": (["--outcome", "jobs", "--programme", "work"], "Did you mean 'works'?"),
    "overruled without a reason": (["--outcome", "jobs", "--overrule", "works=scale"], "gives no reason"),
    "overruled with no answer": (["--outcome", "jobs", "--overrule", "works=stop: it is late"], "choose one of scale"),
    "overruled without a name": (["--outcome", "jobs", "--overrule", "scale it"], "NAME=ANSWER: WHY"),
    "a logarithm of nothing": (["--outcome", "wealth", "--log"], "which has no logarithm"),
    "bundled and a panel": (["--programmes", "china"], "has no part in that"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refused_and_leaves_nothing_behind(name: str, files: Path, tmp_path: Path) -> None:
    words, message = MISTAKES[name]
    given = [] if name == "no panel" else ["--panel", str(files / "panel.csv"), "--pilots", str(files / "pilots.csv")]
    done = CliRunner().invoke(shidian, ["evaluate", *given, *words, "--out", str(tmp_path / "out")])
    assert isinstance(done.exception, InputError) and message in str(done.exception)
    assert list(tmp_path.iterdir()) == []


MISSIONS = {
    "weights": ("goals:\n  - {name: a, outcome: jobs, weight: 0.4}\n", "add up to 0.4, not 1"),
    "unknown field": ("goals:\n  - {name: a, outcome: jobs, wieght: 1}\n", "mission.yaml:2:"),
    "unknown line": ("goals:\n  - {name: a, outcome: jobs}\nrules: {gain: 0.9}\n", "There is no rule 'gain'"),
    "a line beyond one": ("goals:\n  - {name: a, outcome: jobs}\nrules: {scale_gain: 90}\n", "`scale_gain` is 90"),
    "a goal twice": ("goals:\n  - {name: a, outcome: jobs, weight: 0.5}\n  - {name: b, outcome: jobs, weight: 0.5}\n", "Two goals are measured by 'jobs'"),
    "an amount beyond all figures": ("goals:\n  - {name: a, outcome: jobs, tolerable: 1e308}\n", "must be at most 1e+30"),
    "an amount that is nearly nought": ("goals:\n  - {name: a, outcome: jobs, worthwhile: 1e-308}\n", "cannot be told from nought"),
    "no goals": ("statement: x\n", "'goals' is missing"),
}


@pytest.mark.parametrize("name", MISSIONS)
def test_a_mistake_in_a_mission_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    text, message = MISSIONS[name]
    (tmp_path / "mission.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_mission(tmp_path / "mission.yaml", None)
    assert message in str(caught.value) and "mission.yaml:" in str(caught.value)


# --- the rules -------------------------------------------------------------------------------------------------------

SURE = Found(
    "p", "jobs", True, 0.99, 0.97, 0.01, 1.0, 0.6, 1.4, 0.8, "support", index=0.9, effective=20.0, pre_trends=(0.4, 0.6),
    regret=dict.fromkeys(STANCES, 0.0), another_round=0.0, spread=0.2, settles=5,
)  # fmt: skip
CASES = {
    "nothing can be told": (replace(SURE, told=False, cannot=("Because.",)), "learn more"),
    "it does harm": (replace(SURE, harm=0.97), "inhibit"),
    "the evidence contradicts itself": (replace(SURE, contradiction="They disagree."), "learn more"),
    "the past gives it away": (replace(SURE, pre_trends=(0.01, 0.02)), "learn more"),
    "it gains here and elsewhere": (SURE, "scale"),
    "it gains here": (replace(SURE, gain_elsewhere=0.6), "support"),
    "another round would pay": (replace(SURE, gain_at_sites=0.6, another_round=0.05), "learn more"),
    "it gains nothing": (replace(SURE, gain_at_sites=0.1, stance="inhibit"), "inhibit"),
    "nothing speaks for more or less": (replace(SURE, gain_at_sites=0.7, stance="tolerate"), "tolerate"),
}


@pytest.mark.parametrize("rule", CASES)
def test_every_rule_decides_where_it_should(rule: str) -> None:
    found, answer = CASES[rule]
    verdict = judge(found)
    assert (verdict.rule, verdict.answer) == (rule, answer) and verdict.reason.endswith(".")
    rows = checked(found)
    assert [name for name, _, fits in rows if fits == "yes"] == [rule] and [name for name, _, _ in rows] == list(CASES)


@pytest.mark.parametrize(("change", "says"), [({"index": 0.3}, "look too little like"), ({"effective": 2.0}, "count for only 2.0"), ({"gain_elsewhere": None}, "cannot be told"), ({"harm": 0.08}, "too high for all places")])
def test_what_keeps_a_programme_from_scale_is_said(change: dict, says: str) -> None:
    verdict = judge(replace(SURE, **change))
    assert verdict.answer == "support" and says in verdict.reason


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_harm_never_makes_a_verdict_better(gain: float, less: float, more: float) -> None:
    order = ["inhibit", "learn more", "tolerate", "support", "scale"]
    low, high = sorted((less, more))
    better, worse = (judge(replace(SURE, gain_at_sites=gain, harm=harm)).answer for harm in (low, high))
    assert order.index(worse) <= order.index(better)


def test_a_person_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="with a reason"):
        overrule(judge(SURE), "inhibit", " ")
    with pytest.raises(ValueError, match="no answer"):
        overrule(judge(SURE), "stop", "late")


def test_lines_that_cannot_be_crossed_are_refused() -> None:
    with pytest.raises(ValueError, match="lie between 0 and 1"):
        Rules(scale_gain=1.5)


@given(st.integers(0, 10**6), st.floats(0, 1))
def test_regret_is_never_negative_and_the_best_on_average_has_least(seed: int, share: float) -> None:
    luck = np.random.default_rng(seed)
    site, new = luck.normal(size=200), luck.normal(size=200)
    worth = worth_of_stances(site, new, 0.5 * site, share)
    regret = expected_regret(worth)
    assert min(regret.values()) >= -1e-12
    means = {name: values.mean() for name, values in worth.items()}
    assert regret[max(means, key=means.get)] == pytest.approx(min(regret.values()))


def test_so_many_sites_do_settle_it() -> None:
    worth, spread, noise, sure = 0.3, 0.5, 2.0, 0.9
    number = sites_to_settle(worth, spread, noise, sure)
    z = [worth / math.sqrt(1 / (1 / spread**2 + n / noise**2)) for n in (number - 1, number)]
    assert z[0] < 1.2816 <= z[1]
    assert sites_to_settle(0.0, spread, noise, sure) is None


# --- the page, the bundled programmes, the next round ----------------------------------------------------------------


def test_every_chart_is_valid_and_every_question_has_a_section(files: Path) -> None:
    made = evaluate(read(asked(files, covariates=("wealth",), methods=("cs", "did"))))
    parts = sections(made)
    assert [part.title for part in parts[1:5]] == ["Were the sites fair?", "Did it work?", "Would it travel?", "What should be done?"]
    charts = [chart for part in parts for block in part.blocks if isinstance(block, Figure) for chart in block.charts]
    assert len(charts) >= 4 and all(chart.to_dict(validate=True) for chart in charts)
    assert page(made).title == "Works: judged"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH (Debian: apt-get install chromium)")
def test_the_page_opens_without_a_network(judged: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes((judged / "report.html").read_bytes())
    seen = visit(path)
    assert seen.asked == [] and "Uncaught" not in seen.log
    assert seen.elements.count("<canvas") + seen.elements.count("<svg") >= 4 and "What should be done?" in seen.elements


def test_the_bundled_sites_answer_by_one_command(tmp_path: Path) -> None:
    words = ["evaluate", "--programmes", "china", "--programme", "made_in_china_2025_pilot", "--json", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(shidian, words)
    rows = json.loads(done.output)
    assert len(rows) == 1 and rows[0]["sites"] == 30 and rows[0]["t"] > 1.96 and rows[0]["p_permutation"] < 0.01
    assert (tmp_path / "out" / "report.html").is_file()
    assert json.loads(CliRunner().invoke(shidian, words).output) == rows
    bad = CliRunner().invoke(shidian, ["evaluate", "--programmes", "china", "--programme", "made_in_china"])
    assert isinstance(bad.exception, InputError) and "Did you mean" in str(bad.exception)


def test_the_next_round_is_planned_by_one_command(files: Path, tmp_path: Path) -> None:
    words = ["evaluate", "design", "--panel", str(files / "panel.csv"), "--pilots", str(files / "pilots.csv"), "--outcome", "jobs", "--effect", "1", "--sites", "4,12", "--after", "2", "--plays", "200"]
    done = CliRunner().invoke(shidian, [*words, "--json", "--out", str(tmp_path / "plan")])
    assert done.exit_code == 0, done.output
    plan = json.loads(done.output)
    assert plan["places_eligible"] == 66 and plan["chosen"]["sites"] == len(plan["places"])
    treated = set(pd.read_csv(files / "pilots.csv")["place"])
    assert not treated & {row["unit"] for row in plan["places"]}
    assert sorted(path.name for path in (tmp_path / "plan").iterdir()) == ["design.json", "power.csv", "sites.csv"]
    assert "smallest round" in CliRunner().invoke(shidian, words).output


@pytest.mark.parametrize(("words", "message"), [(["--effect", "0"], "cannot be nought"), (["--effect", "1", "--sites", "many"], "--sites is 'many'"), (["--effect", "1", "--after", "40"], "ask for fewer"), (["--effect", "1", "--method", "cs"], "--method takes did and sdid here, and not 'cs'"), (["--effect", "1", "--covariates", "wealht"], "Did you mean 'wealth'?")])
def test_a_round_that_cannot_be_planned_is_refused(words: list[str], message: str, files: Path) -> None:
    done = CliRunner().invoke(shidian, ["evaluate", "design", "--panel", str(files / "panel.csv"), "--outcome", "jobs", *words])
    assert isinstance(done.exception, InputError) and message in str(done.exception)


def test_a_method_whose_past_gives_it_away_is_not_heard_where_another_is_sound(files: Path) -> None:
    evidence = evaluate(read(asked(files, methods=("cs", "did", "sdid")))).programmes[0].goals["jobs"].evidence

    def heard(**past: float) -> list[str]:
        estimates = {name: replace(one, pre_trend={"p": past.get(name, 0.5)}) for name, one in evidence.estimates.items()}
        return [one.method for one in replace(evidence, estimates=estimates).speakers(0.05).values()]

    first, plain, synthetic = (evidence.estimates[name].method for name in ("did", "cs", "sdid"))
    assert heard() == [first, synthetic]
    assert heard(did=0.01) == [plain, synthetic]
    assert heard(cs=0.01, did=0.01) == [synthetic]
    assert heard(cs=0.01, did=0.01, sdid=0.01) == [first, synthetic]
