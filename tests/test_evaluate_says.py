"""What an evaluation says, in its sentences, its record and on its page: once, of the right thing, in the right unit, within the screen."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_evaluate import QUICK, SURE, asked, files, panel_rows, run  # noqa: F401
from test_report_browser import CHROMIUM, visit

from shidian.evidence.figures import Columns
from shidian.evidence.verdict import decided, judge, overrule
from shidian.foundations.errors import InputError
from shidian.report.evaluation.page import sections
from shidian.report.markup import Figure
from shidian.study.evaluation.evaluation import evaluate
from shidian.study.evaluation.mission import read_mission
from shidian.study.evaluation.question import read


@pytest.mark.parametrize(("settles", "says"), [(186, "Another 186 sites like these would settle it."), (187, "No round here could settle it: that would take another 187 sites like these, and 186 places are left"), (None, "No number of further sites")])
def test_no_more_sites_are_asked_for_than_there_are_places(settles: int | None, says: str) -> None:
    assert says in judge(replace(SURE, contradiction="They disagree.", settles=settles, places_left=186)).reason


def test_a_person_who_agrees_with_the_rules_is_not_said_to_decide_against_them() -> None:
    same, other = (overrule(judge(SURE), answer, "it pays") for answer in ("scale", "support"))
    assert decided(same.answer, same.overruled) == "Decided by a person, as by the rules: scale, because it pays"
    assert decided(other.answer, other.overruled) == "Decided by a person, against scale by the rules: support, because it pays"


def test_goals_without_weights_count_alike(tmp_path: Path) -> None:
    (tmp_path / "mission.yaml").write_text("goals:\n  - {name: a, outcome: jobs}\n  - {name: b, outcome: smoke}\n  - {name: c, outcome: gdp}\n", encoding="utf-8")
    assert [goal.weight for goal in read_mission(tmp_path / "mission.yaml", None).goals] == pytest.approx([1 / 3] * 3)


def test_a_wrong_goal_is_one_mistake(tmp_path: Path) -> None:
    (tmp_path / "mission.yaml").write_text("goals:\n  - {name: a, outcome: jobs, better: more}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_mission(tmp_path / "mission.yaml", None)
    assert len(str(caught.value).splitlines()) == 1 and "'more' is not one of" in str(caught.value)


def test_what_is_no_study_is_never_replaced_and_no_force_is_advised(files: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    for words in ([], ["--force"]):
        done = run(files, "--outcome", "jobs", "--out", tmp_path, *words)
        assert "it holds no study" in str(done.exception) and "--force" not in str(done.exception)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("covariates", [(), ("jobs",)])
def test_a_logarithm_is_taken_once_so_that_the_unit_of_the_outcome_does_not_matter(covariates: tuple[str, ...], tmp_path: Path) -> None:
    panel, pilots = panel_rows(places=60, sites=15)
    panel["jobs"] = np.exp(panel["jobs"] / 4)
    pilots.to_csv(tmp_path / "pilots.csv", index=False)

    def judged_in(unit: float):
        panel.assign(jobs=panel["jobs"] / unit).to_csv(tmp_path / "panel.csv", index=False)
        return evaluate(read(asked(tmp_path, covariates=covariates, adjust=covariates, logs=True))).programmes[0]

    one, other = judged_in(1.0), judged_in(0.5 * panel["jobs"].min())
    compared = [[each.covariate for each in made.fairness.comparisons] for made in (one, other)]
    assert compared[0] == compared[1] and compared[0][0] == "log jobs" and len(set(compared[0])) == 2
    assert not any("log log" in name for name in other.fairness.curve["covariate"])
    assert [each.t for each in other.fairness.comparisons] == pytest.approx([each.t for each in one.fairness.comparisons])
    assert other.fairness.curve["t"].tolist() == pytest.approx(one.fairness.curve["t"].tolist())
    goals = [made.goals["jobs"] for made in (one, other)]
    assert goals[1].estimates["cs"].effect == pytest.approx(goals[0].estimates["cs"].effect)
    assert [list(goal.whom["covariate"]) for goal in goals] == [list(covariates)] * 2
    if covariates:
        assert goals[1].travel.reweighted.effect == pytest.approx(goals[0].travel.reweighted.effect)
        assert goals[1].laid.panel.covariates["jobs"].max() > 3 * goals[1].laid.panel.outcome.max()


def test_the_effect_without_neighbours_is_one(tmp_path: Path) -> None:
    panel, pilots = panel_rows()
    panel.assign(state=panel["place"].str[1]).to_csv(tmp_path / "panel.csv", index=False)
    pilots[pilots["place"] < "p45"].to_csv(tmp_path / "pilots.csv", index=False)
    answer = evaluate(read(asked(tmp_path, methods=("cs", "imputation"), columns=Columns(parent="state")))).programmes[0].goals["jobs"]
    table = answer.variations.set_index("variation")
    without = next(row for name, row in table.iterrows() if "neighbour" in name)
    assert without["method"] == "Imputation" and answer.spillover.without_neighbours.effect == pytest.approx(without["effect"])


def test_a_map_says_what_it_counts_in_whole_numbers(tmp_path: Path) -> None:
    panel, pilots = panel_rows(places=24, sites=6)
    codes = {name: f"{province}{city:02d}00" for name, (province, city) in zip(sorted(panel["place"].unique()), ((at // 4 + 31, at % 4 + 1) for at in range(24)), strict=True)}
    panel.replace({"place": codes}).to_csv(tmp_path / "panel.csv", index=False)
    pd.DataFrame({"place": ["320000"], "start": [2008]}).to_csv(tmp_path / "pilots.csv", index=False)
    made = evaluate(read(asked(tmp_path)))
    figure = next(block for part in sections(made) for block in part.blocks if isinstance(block, Figure) and "by province" in block.caption)
    assert "Pilots: treated places by province" in figure.caption
    spec = json.dumps(figure.charts[0].to_dict())
    assert '"tickMinStep": 1' in spec and '"title": "treated places"' in spec and '"said": "4"' in spec and "site" not in spec


CUT = """<script>setTimeout(() => {
  const right = element => element.getBoundingClientRect().right;
  const seen = [...document.querySelectorAll('caption, figcaption, .chart svg text')];
  document.body.dataset.seen = seen.length;
  document.body.dataset.cut = seen.filter(each => right(each) > innerWidth + 1).map(each => each.textContent).join('|');
}, 8000)</script>"""


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH (Debian: apt-get install chromium)")
def test_captions_legends_and_labels_stay_within_a_narrow_screen(files: Path, tmp_path: Path) -> None:
    run(files, "--outcome", "jobs", "--covariates", "wealth", *QUICK, "--out", tmp_path / "out")
    path = tmp_path / "report.html"
    path.write_text((tmp_path / "out" / "report.html").read_text(encoding="utf-8") + CUT, encoding="utf-8")
    elements = visit(path, width=420).elements
    assert int(re.search(r'data-seen="(\d+)"', elements)[1]) > 20 and re.search(r'data-cut="([^"]*)"', elements)[1] == ""
