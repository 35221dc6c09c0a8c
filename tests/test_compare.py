"""Regimes compared: through the command, through Python, and figure by figure on rows whose answer is known."""

from __future__ import annotations

import doctest
import inspect
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_nation import GAIN, PlantedNation

import shidian as sd
from shidian.cases import open_case
from shidian.cli import shidian as cli
from shidian.cli.study.compare import compare as compare_command
from shidian.foundations.errors import Failure, InputError
from shidian.study.compare import Question, ask, compare, compare_in_folder
from shidian.study.compare.differences import differences
from shidian.study.compare.folder import read

TABLES = (
    "years stances adoptions experiments rollouts judgements lessons drawn levels differences starters ladder rungs stances_by_year endings contrast pairs "
    "deciders lineages edges appraising failed"
).split()


@pytest.fixture(autouse=True, scope="module")
def same_software():
    """Keys as if our own code were never edited while the tests run, and chunks of one draw, so that few runs make several."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("runner.chunk", "compare.question"):
            patch.setattr(f"shidian.study.{name}.code_digest", lambda: "these tests")
        patch.setattr("shidian.study.compare.study.TOGETHER", 2)
        yield


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch):
    """Puts a planted nation in the place of any case."""

    def put(nation: PlantedNation) -> None:
        monkeypatch.setattr("shidian.study.compare.question.open_governed", lambda *_: nation)

    return put


SAME_SOFTWARE = """
from shidian.study.runner import chunk
from shidian.study.compare import question, study
from shidian.cli import main
study.TOGETHER = 2
chunk.code_digest = question.code_digest = lambda: "these tests"
if __name__ == "__main__":
    main()
"""


def command(*arguments: str | int | Path) -> list[str]:
    """`shidian study compare` with these arguments, and keys as above."""
    return [sys.executable, "-c", SAME_SOFTWARE, "study", "compare", *map(str, arguments)]


def shidian(*arguments: str | int | Path, cwd: Path, limit: int = 0) -> subprocess.CompletedProcess:
    """The command run to its end, where files may be no longer than `limit` KiB."""
    line = command(*arguments)
    if limit:
        line = ["bash", "-c", f"trap '' XFSZ; ulimit -f {limit}; exec \"$@\"", "bash", *line]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, timeout=300, env=os.environ)


@pytest.fixture(scope="module")
def asked() -> Question:
    return ask("landscape", ["hierarchy", "federal"], runs=4, seed=3)


@pytest.fixture(scope="module")
def study(same_software, asked: Question, tmp_path_factory) -> Path:
    """A comparison of two regimes over four draws, in a folder, made in this process."""
    folder = tmp_path_factory.mktemp("study") / "one"
    compare_in_folder(asked, folder, 1)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a study but its chunks."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_leaves_a_whole_folder(tmp_path: Path) -> None:
    done = shidian("landscape", "--regimes", "hierarchy,command", "--runs", 2, "--workers", 1, "--out", "o", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["runs"], said["failed"], said["reused"]) == (2, 0, False)
    files = {path.name for path in (tmp_path / "o").iterdir()}
    assert files == {"study.json", "chunks", "results.nc", "report.html", *(f"{name}.csv" for name in TABLES)}
    summary = pd.DataFrame(said["summary"]).set_index(["regime", "measure"])
    years = read(tmp_path / "o").years
    means = years.groupby(["regime", "draw"])["score"].mean()
    assert summary.loc[("command", "score"), "difference"] == pytest.approx((means["command"] - means["hierarchy"]).mean())
    assert summary.loc[("hierarchy", "score"), "level"] == pytest.approx(means["hierarchy"].mean())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["landscape", "--regimes", "hierarchy,hirarchy"], "There is no regime 'hirarchy'. Did you mean 'hierarchy'"),
        (["landscape", "--regimes", "rule.yaml"], "rule.yaml:4:21: regime.experiment.sites: 'lucky' is not one of"),
        (["landscape", "--regimes", "weights.yaml"], "weights.yaml:4:"),
        (["landscape", "--regimes", "goal.yaml"], "mine: The regime weighs 'growht', which is no goal of this nation. Did you mean 'growth'"),
        (["landscape", "--regimes", "absent.yaml"], "absent.yaml"),
        (["landscape", "--regimes", "hierarchy,twin.yaml"], "Two regimes are called 'hierarchy'"),
        (["landscape", "--regimes", ","], "No regime was named"),
        (["landscape", "--against", "liberty"], "'liberty' is not among the regimes compared"),
        (["landscape", "--from", "2013"], "'2013' is no month"),
        (["landscape", "--from", "2013-13"], "'2013-13' is no month"),
        (["landscape", "--from", "2013-01"], "neither history"),
        (["landscape", "--runs", "0"], "0 is not in the range"),
        (["landscape", "--discount", "1"], "1.0 is not in the range"),
        (["nowhere"], "nowhere"),
        (["landscape", "--out", "thesis"], "thesis exists and is not this study"),
        (["landscape", "--out", "thesis", "--force"], "thesis exists and is not this study"),
    ],
)
def test_wrong_input_is_told_and_leaves_nothing(arguments, words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = "like: hierarchy\nname: mine\nmeaning: A trial.\n"
    (tmp_path / "rule.yaml").write_text(f"{head}experiment: {{sites: lucky}}\n")
    (tmp_path / "weights.yaml").write_text(f"{head}mission: {{weights: {{growth: 0.5, safety: 0.2}}}}\n")
    (tmp_path / "goal.yaml").write_text(f"{head}mission: {{weights: {{growht: 1}}}}\n")
    (tmp_path / "twin.yaml").write_text("like: federal\nname: hierarchy\nmeaning: Not what it says.\n")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.txt").write_text("mine")
    before = set(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["study", "compare", *arguments])
    assert isinstance(done.exception, InputError) or done.exit_code == 2, done.exception
    assert words in " ".join(f"{done.output} {done.exception}".split())
    assert set(tmp_path.rglob("*")) == before


def test_a_wrong_word_ends_with_a_sentence_and_2(tmp_path: Path) -> None:
    done = shidian("landscape", "--regimes", "hirarchy", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "shidian: There is no regime 'hirarchy'. Did you mean 'hierarchy'?\n"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_keeps_finished_runs(tmp_path: Path) -> None:
    arguments = ["landscape", "--regimes", "hierarchy,federal", "--runs", 3, "--workers", 1, "--out", "o"]
    done = shidian(*arguments, cwd=tmp_path, limit=100)  # enough for a chunk, too little for the table of stances
    assert done.returncode == 1
    assert "Its runs are kept" in done.stderr
    chunks = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "o" / "chunks").glob("*/*"))
    assert chunks
    assert json.loads((tmp_path / "o" / "study.json").read_text())["finished"] is False
    assert {path.name for path in (tmp_path / "o").iterdir()} == {"study.json", "chunks"}
    compare_in_folder(ask("landscape", ["hierarchy", "federal"], runs=3), tmp_path / "o", 1)
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "o" / "chunks").glob("*/*")) == chunks


def test_a_command_that_is_killed_goes_on_to_the_same_bytes_with_other_workers(study: Path, asked: Question, tmp_path: Path) -> None:
    arguments = command("landscape", "--regimes", ",".join(asked.names), "--runs", 4, "--seed", 3, "--out", "o")
    folder, chunks = tmp_path / "o", 0
    for stop, workers in ((signal.SIGKILL, "2"), (signal.SIGINT, "1")):
        with subprocess.Popen([*arguments, "--workers", workers], cwd=tmp_path, stderr=subprocess.PIPE, text=True) as going:
            while going.poll() is None and not len(list((folder / "chunks").glob("[!.]*"))) > chunks:
                with suppress(subprocess.TimeoutExpired):
                    going.wait(0.002)
            going.send_signal(stop)
            _, said = going.communicate()
        assert "Traceback" not in said
        if not going.returncode:  # it was done before the signal came
            break
        assert going.returncode == {signal.SIGKILL: -9, signal.SIGINT: 1}[stop]
        assert stop == signal.SIGKILL or "the same command goes on from there" in said
        chunks = len(list((folder / "chunks").glob("[!.]*")))
    else:
        assert json.loads((folder / "study.json").read_text())["finished"] is False
    compare_in_folder(asked, folder, 1)
    ours, whole = contents(folder), contents(study)
    ours.pop("report.html", None)  # the command writes the page too, and records it, where it was done before the signal came
    said, meant = (json.loads(held.pop("study.json")) for held in (ours, whole))
    said["files"] = [name for name in said["files"] if name != "report.html"]
    assert said == meant and ours == whole


def test_the_command_and_python_ask_the_same_by_default() -> None:
    command = {option.name: option.default for option in compare_command.params}
    given = inspect.signature(compare).parameters
    assert tuple(command["regimes"][0].split(",")) == given["regimes"].default
    assert all(command[name] == given[name].default for name in ("runs", "seed", "discount"))


# --- the folder -------------------------------------------------------------------------------------------------------


def test_the_same_question_is_answered_once(study: Path, asked: Question) -> None:
    before = contents(study)
    record, reused = compare_in_folder(asked, study, 1)
    assert reused
    assert contents(study) == before
    assert record == json.loads(before["study.json"])
    assert {name for name in before if name.endswith(".csv")} == {f"{name}.csv" for name in TABLES}


def test_more_runs_go_on_in_the_same_folder(study: Path, asked: Question, tmp_path: Path) -> None:
    few = ask("landscape", asked.names, runs=3, seed=3)
    compare_in_folder(few, tmp_path / "o", 1)
    first, chunks = read(tmp_path / "o"), set((tmp_path / "o" / "chunks").glob("*/*"))
    told: list[tuple[int, int]] = []
    compare_in_folder(asked, tmp_path / "o", 1, progress=lambda *pair: told.append(pair))
    assert told[0] == (6, 8)
    assert chunks < set((tmp_path / "o" / "chunks").glob("*/*"))
    assert contents(tmp_path / "o") == contents(study)
    pd.testing.assert_frame_equal(first.years, read(study).years.query("draw < 3").reset_index(drop=True))


def test_another_study_is_not_replaced_without_force(asked: Question, tmp_path: Path) -> None:
    few = ask("landscape", ["hierarchy"], runs=1)
    compare_in_folder(few, tmp_path / "o", 1)
    other = ask("landscape", ["hierarchy"], runs=1, seed=8)
    with pytest.raises(InputError, match="is not this study"):
        compare_in_folder(other, tmp_path / "o", 1)
    (tmp_path / "o" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"also holds notes\.txt"):
        compare_in_folder(other, tmp_path / "o", 1, force=True)
    (tmp_path / "o" / "notes.txt").unlink()
    _, reused = compare_in_folder(other, tmp_path / "o", 1, force=True)
    assert not reused
    assert read(tmp_path / "o").record["seed"] == 8


def test_what_is_read_back_is_what_was_made(study: Path, asked: Question) -> None:
    back, made = read(study), compare("landscape", asked.names, runs=4, seed=3)
    assert list(back.tables) == sorted(made.tables)
    for name, table in made.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], table.replace("", np.nan) if name == "adoptions" else table, check_dtype=False)
    assert back.data.identical(made.data)
    assert back.record["finished"]


def test_a_large_table_is_parquet(planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(PlantedNation(name="large"))
    monkeypatch.setattr("shidian.study.compare.folder.LARGE", 20)
    compare_in_folder(ask("large", ["hierarchy", "federal"], runs=3), tmp_path / "o", 1)
    assert (tmp_path / "o" / "years.csv").is_file()
    compare_in_folder(ask("large", ["hierarchy", "federal"], runs=5), tmp_path / "o", 1)
    assert (tmp_path / "o" / "years.parquet").is_file()
    assert not (tmp_path / "o" / "years.csv").exists()
    assert len(read(tmp_path / "o").years) == 30


# --- what pairs share -------------------------------------------------------------------------------------------------


def test_a_regime_differs_from_its_twin_in_nothing(tmp_path: Path) -> None:
    (tmp_path / "twin.yaml").write_text("like: hierarchy\nname: twin\nmeaning: The same by another name.\n")
    made = compare("landscape", ["hierarchy", str(tmp_path / "twin.yaml")], runs=2)
    assert (made.differences[["mean", "median", "low", "high", "error"]] == 0).all(axis=None)
    one, other = (made.tables["stances"].query("regime == @name").drop(columns="regime").reset_index(drop=True) for name in made.regimes)
    pd.testing.assert_frame_equal(one, other)


def test_another_regime_beside_it_moves_no_run(study: Path, asked: Question) -> None:
    alone = compare("landscape", ["federal"], runs=4, seed=3)
    pd.testing.assert_frame_equal(alone.years, read(study).years.query("regime == 'federal'").reset_index(drop=True))
    assert alone.differences.empty


def test_planted_gains_come_back_exactly(planted) -> None:
    planted(PlantedNation())
    made = compare("planted", ["hierarchy", "federal", "command"], runs=5, discount=0.1)
    table = made.differences.set_index(["regime", "measure", "horizon"])
    for regime in ("federal", "command"):
        gap = GAIN[regime] - GAIN["hierarchy"]
        assert table.loc[(regime, "score", "end"), "mean"] == pytest.approx(3 * gap)
        assert table.loc[(regime, "score", "mean"), "mean"] == pytest.approx(2 * gap)
        assert table.loc[(regime, "score", "discounted"), "mean"] == pytest.approx(gap * (1 + 2 / 1.1 + 3 / 1.21))
        assert table.loc[(regime, "score", "mean"), ["low", "high"]].tolist() == pytest.approx([2 * gap] * 2)
        assert table.loc[(regime, "goal_growth", "mean"), "better"] == 0
        assert table.loc[(regime, "money_centre", "mean"), "better"] == 0  # it spends more
        assert np.isnan(table.loc[(regime, "packages", "mean"), "better"])
    assert (table["draws"] == 5).all()
    assert made.data["score"].sel(regime="federal", year=2012).values == pytest.approx(made.years.query("regime == 'federal' and year == 2012")["score"])


def test_a_failed_run_leaves_its_pair_and_no_other(planted, tmp_path: Path) -> None:
    planted(PlantedNation(failing=(("federal", 2),), name="failing"))
    made = compare("failing", ["hierarchy", "federal", "command"], runs=5, out=tmp_path / "o")
    assert made.failed.to_dict("records") == [{"regime": "federal", "draw": 2, "reason": "Nothing comes of draw 2."}]
    assert made.record["failed"] == 1
    draws = made.differences.groupby("regime")["draws"].unique()
    assert (list(draws["federal"]), list(draws["command"])) == ([4], [5])
    assert made.data["score"].isnull().sum() == 3


def test_where_every_run_fails_the_first_reason_is_told(planted) -> None:
    planted(PlantedNation(failing=(("hierarchy", 0), ("hierarchy", 1)), name="hopeless"))
    with pytest.raises(Failure, match="Every run failed, the first because: Nothing comes of draw 0"):
        compare("hopeless", ["hierarchy"], runs=2)


def test_a_regime_of_which_every_run_fails_has_no_difference(planted) -> None:
    planted(PlantedNation(failing=(("federal", 0), ("federal", 1)), name="half"))
    made = compare("half", ["hierarchy", "federal"], runs=2)
    assert (made.differences["draws"] == 0).all()
    assert made.differences["mean"].isna().all()
    assert made.summary().query("regime == 'federal'")["level"].isna().all()


@settings(max_examples=10)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=9))
def test_differences_turn_about(values) -> None:
    years = pd.DataFrame([{"regime": name, "draw": draw, "year": 0, "score": pair[at]} for draw, pair in enumerate(values) for at, name in enumerate("ab")])
    there, back = (differences(years, ["a", "b"], name, 0.0) for name in "ab")
    np.testing.assert_allclose(there[["mean", "median", "low", "high"]], -back[["mean", "median", "high", "low"]].to_numpy(), atol=1e-12)
    np.testing.assert_allclose(there["error"], back["error"], atol=1e-12)
    assert (there["better"] + back["better"] <= 1).all()


def test_the_package_offers_both_verbs_and_nothing_else() -> None:
    assert sd.compare is compare
    assert callable(sd.simulate)
    with pytest.raises(AttributeError):
        _ = sd.govern


# --- the page of the documentation ------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[1] / "docs" / "compare.md").read_text(encoding="utf-8")


def test_the_python_of_the_documentation_runs() -> None:
    [block] = re.findall(r"<!-- runnable -->\n```python\n(.*?)```", PAGE, re.DOTALL)
    example = doctest.DocTestParser().get_doctest(block, {}, "compare.md", "compare.md", 0)
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0


def test_every_table_column_and_measure_is_described(study: Path) -> None:
    made, named = read(study), set(re.findall(r"[\w<>]+", " ".join(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))))
    assert not set(TABLES) - named
    for name in ("lineages", "appraising", "stances_by_year"):
        assert not set(made.tables[name]["measure"]) - named, name
    shared = {"regime", "draw", "line", "package", "year", "place", "province", "rung", "way", "draws", "horizon", "measure", "against"}
    for name in ("deciders", "lessons", "differences", "starters", "ladder", "rungs", "edges", "adoptions"):
        assert not set(made.tables[name]) - named - shared, name


def test_one_regime_is_simulated_as_arrays_by_draw_and_year() -> None:
    data = sd.simulate("landscape", regime="federal", draws=2)
    assert data["score"].dims == ("draw", "year") and data.attrs["regime"] == "federal"
    np.testing.assert_allclose(data["score"], sd.compare("landscape", ["hierarchy", "federal"], runs=2).data.sel(regime="federal")["score"])
    changed = ["setting.common=0.1"]
    opened = sd.simulate(open_case("landscape", changed), regime="federal", draws=2)  # a case that was read keeps what was changed in it
    np.testing.assert_allclose(opened["score"], sd.simulate("landscape", regime="federal", draws=2, overrides=changed)["score"])
    assert not np.allclose(opened["score"], data["score"])
    later = sd.simulate("toy", regime="hierarchy", draws=1, start="2012-01")
    assert later["year"].values.tolist() == [2012, 2013, 2014, 2015]


@pytest.mark.parametrize(("asked", "said"), [({"regime": "federl"}, "Did you mean 'federal'"), ({"start": "2012-01"}, "replayed as a whole"), ({"regime": "federal", "fixed": ()}, "no regime 'federal' to replay")])
def test_what_cannot_be_simulated_is_refused(asked: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        sd.simulate("toy", draws=1, **asked)
