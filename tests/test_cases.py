"""Cases that are sound: what a loaded case holds, overrides, digest, scaffold, quality, schema, commands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from shidian.cases import bundled_cases, case_schema, data_quality, load_case, new_case
from shidian.cases.bundled import BUNDLED
from shidian.cases.tables import SPECS
from shidian.cases.vocabulary import INSTRUMENTS
from shidian.cli.case import case as case_command
from shidian.foundations.errors import InputError


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A copy of the toy case to change."""
    return Path(shutil.copytree(BUNDLED / "toy", tmp_path / "mine"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_toy_holds_what_its_files_say():
    case = load_case("toy")
    assert (case.name, case.world, case.calendar.first, case.calendar.last) == ("toy", "market", 2010, 2015)
    assert [leaf.code for leaf in case.places.leaves] == ["town", "plain", "port"]
    assert [place.code for place in case.places.provinces] == ["T1", "port"]
    assert case.parameters["alpha"].value == 2.5 and case.parameters["alpha"].distribution == "lognormal"
    assert set(case.parameters["xi"].value) == set(case.tables["classes"]["class"])
    assert sum(goal.weight for goal in case.mission.goals) == pytest.approx(1)
    assert set(case.instruments) == set(INSTRUMENTS)
    assert case.sources == {"invented": "Figures invented for teaching; they describe no real place (2010)."}
    assert [pattern["id"] for pattern in case.patterns]


def test_toy_uses_every_instrument_and_calls_every_figure_assumed():
    case = load_case("toy")
    used = set(case.tables["timeline"]["instrument"]) | {"charging"}
    assert used == set(INSTRUMENTS)
    quality = data_quality(case).set_index("table")
    assert (quality["assumed"] == quality["rows"]).all()


def test_tables_have_declared_columns_and_kinds():
    for name, frame in load_case("toy").tables.items():
        assert list(frame.columns) == SPECS[name].names
        for column in SPECS[name].columns:
            if column.kind == "number":
                assert frame[column.name].dtype == np.float64
            elif column.kind == "integer":
                assert frame[column.name].dtype == (np.int64 if column.required else np.float64)
            else:
                assert frame[column.name].map(type).eq(str).all()


def test_a_case_is_frozen():
    with pytest.raises(FrozenInstanceError):
        load_case("toy").name = "other"


@pytest.mark.parametrize(
    ("override", "read", "value"),
    [
        ("parameters.alpha.value=3", lambda case: case.parameters["alpha"].value, 3.0),
        ("parameters.xi.value.bev-a00=1", lambda case: case.parameters["xi"].value["bev-a00"], 1.0),
        ("instruments.central_subsidy.scale=0", lambda case: case.instruments["central_subsidy"].scale, 0.0),
        ("calendar.end=2012-12", lambda case: case.calendar.last, 2012),
        ("calendar.end=2012", lambda case: case.calendar.last, 2012),
        ("title=NO", lambda case: case.title, "NO"),
        ("mission.goals.0.target=300", lambda case: case.mission.goals[0].target, 300.0),
        ("parameters.alpha.note=a=b", lambda case: case.parameters["alpha"].note, "a=b"),
    ],
)
def test_overrides_reach_the_case(override, read, value):
    assert read(load_case("toy", [override])) == value


def test_an_override_may_set_a_field_that_the_file_leaves_out(toy):
    edit(toy / "case.yaml", "combine: max, base: 0, scale: 1, meaning: 1 where", "combine: max, meaning: 1 where")
    case = load_case(toy, ["instruments.central_subsidy.scale=0"])
    assert (case.instruments["central_subsidy"].scale, case.instruments["central_subsidy"].base) == (0.0, 0.0)


def test_overrides_that_depend_on_each_other_hold_together():
    case = load_case("toy", ["mission.goals.0.weight=0.3", "mission.goals.4.weight=0.1"])
    assert [goal.weight for goal in case.mission.goals] == [0.3, 0.2, 0.2, 0.2, 0.1]


def test_digest_ignores_the_folder_line_ends_and_byte_order_mark(toy):
    for file in toy.iterdir():
        text = file.read_bytes().decode("utf-8")
        file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_case(toy).digest == load_case("toy").digest


@pytest.mark.parametrize("name", [*sorted(SPECS), "patterns"])
def test_digest_moves_with_every_file(toy, name):
    file = next(toy.glob(f"{name}.*"))
    if file.suffix == ".csv":
        edit(file, "assumed,invented,", "assumed,invented,another note")
    else:
        edit(file, "name: Low-speed", "name: All low-speed")
    assert load_case(toy).digest != load_case("toy").digest


def test_digest_moves_with_overrides_and_not_with_what_they_leave():
    plain = load_case("toy").digest
    assert load_case("toy", ["parameters.alpha.value=3"]).digest != plain
    assert load_case("toy", ["parameters.alpha.value=2.5"]).digest == plain
    assert load_case("toy", ["instruments.plate.scale=1.0"]).digest == plain


def test_units_of_the_same_dimension_are_converted_once(toy):
    edit(toy / "timeline.csv", "12000,9000,15000,RMB/vehicle", "12,9,15,thousand RMB/vehicle")
    edit(toy / "series.csv", "seasonality,01,1.1,,,1,", "seasonality,01,110,,,%,")
    edit(
        toy / "case.yaml",
        "indicator: plugin_range, better: higher, unit: km",
        "indicator: plugin_range, better: higher, unit: m, target: 300000",
    )
    case = load_case(toy)
    row = case.tables["timeline"].query("instrument == 'top_up'").iloc[0]
    assert (row["size"], row["low"], row["high"], row["unit"]) == (12000, 9000, 15000, "RMB/vehicle")
    assert case.tables["series"].query("name == 'seasonality'")["value"].iloc[0] == pytest.approx(1.1)
    assert (case.mission.goals[0].target, case.mission.goals[0].unit) == (300, "km")


def test_units_as_expected_import_no_units_package():
    code = "import sys; from shidian.cases import load_case; load_case('toy'); sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=_environment(), check=False).returncode == 0


def test_importing_the_package_and_the_command_stays_light():
    code = "import sys; import shidian, shidian.cli.case; sys.exit(bool({'pandas', 'pydantic', 'jax', 'rich.table'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], env=_environment(), check=False).returncode == 0


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(BUNDLED.parents[2])}


def test_yaml_no_stays_text_and_dates_stay_text(toy):
    edit(toy / "case.yaml", "title: Electric cars in a country of three places", "title: NO")
    edit(toy / "patterns.yaml", "source: invented", "source: 2012-03-01")
    case = load_case(toy)
    assert case.title == "NO" and case.patterns[0]["source"] == "2012-03-01"


def test_tables_that_a_case_can_do_without_come_back_empty(toy):
    for name in ("products", "schedules", "chargers", "observed", "timeline"):
        edit(toy / "case.yaml", f"  {name}: {name}.csv\n", "")
    case = load_case(toy)
    assert case.tables["products"].empty and list(case.tables["products"].columns) == SPECS["products"].names
    assert case.tables["products"]["price"].dtype == np.float64


def test_columns_may_stand_in_any_order_and_cells_may_be_quoted(toy):
    frame = pd.read_csv(toy / "makers.csv", dtype=str, keep_default_na=False)
    frame["note"] = 'two lines,\nand "quotes"'
    frame[frame.columns[::-1]].to_csv(toy / "makers.csv", index=False)
    makers = load_case(toy).tables["makers"]
    assert list(makers.columns) == SPECS["makers"].names
    assert makers["note"].iloc[0] == 'two lines,\nand "quotes"'


def test_data_quality_counts_rows_by_status(toy):
    edit(toy / "makers.csv", "assumed,invented", "unconfirmed,invented")
    edit(toy / "parameters.yaml", "status: assumed", "status: sourced")
    edit(toy / "case.yaml", "  products: products.csv\n", "")
    quality = data_quality(load_case(toy)).set_index("table")
    assert list(quality.index) == [*SPECS, "parameters"]
    assert (quality.loc["makers", "unconfirmed"], quality.loc["makers", "assumed"]) == (1, 2)
    assert quality.loc["makers", "unconfirmed_share"] == pytest.approx(1 / 3)
    assert quality.loc["parameters", "sourced"] == 1
    assert quality.loc["products", "rows"] == 0 and np.isnan(quality.loc["products", "assumed_share"])


def test_schema_accepts_the_toy_files_and_refuses_an_unknown_field():
    jsonschema = pytest.importorskip("jsonschema")
    from shidian.cases.document import read_document

    schema = case_schema()
    checker = jsonschema.Draft202012Validator(schema)
    trees = [read_document(BUNDLED / "toy" / name).tree for name in ("case.yaml", "parameters.yaml")]
    assert all(checker.is_valid(tree) for tree in trees)
    assert not checker.is_valid(trees[0] | {"colour": "red"})
    assert not checker.is_valid({"alpha": {"value": 1}})


def test_a_new_case_is_sound_commented_and_appears_whole(tmp_path):
    folder = new_case("my-case", tmp_path / "deep" / "my-case")
    case = load_case(folder)
    assert case.name == "my-case" and case.digest != load_case("toy").digest
    assert (folder / "case.yaml").read_text(encoding="utf-8").startswith("# A starting case")
    assert [one.name for one in folder.parent.iterdir()] == ["my-case"]
    for table in SPECS.values():
        assert f"| {table.name} | {table.about} |" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_new_case_overwrites_nothing(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(InputError, match="exists already"):
        new_case("taken", tmp_path / "taken")
    with pytest.raises(InputError, match="small letters"):
        new_case("My Case", tmp_path / "other")
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]


def test_case_list_names_the_bundled_cases(monkeypatch):
    monkeypatch.setattr("shidian.cases.bundled_cases", lambda: ["toy"])
    shown = CliRunner().invoke(case_command, ["list"])
    assert shown.exit_code == 0 and "toy" in shown.output
    rows = json.loads(CliRunner().invoke(case_command, ["list", "--json"]).output)
    assert rows[0]["name"] == "toy" and rows[0]["leaves"] == 3
    assert "toy" in bundled_cases()


def test_case_new_and_check_go_together(tmp_path):
    folder = tmp_path / "mine"
    made = CliRunner().invoke(case_command, ["new", "mine", "--out", str(folder)])
    assert made.exit_code == 0 and "shidian case check" in made.output
    checked = CliRunner().invoke(case_command, ["check", str(folder), "--data"])
    assert checked.exit_code == 0 and "sound" in checked.output and "(100%)" in checked.output
    found = json.loads(CliRunner().invoke(case_command, ["check", str(folder), "--data", "--json"]).output)
    assert found["name"] == "mine" and {row["table"] for row in found["data"]} == {*SPECS, "parameters"}


def test_case_check_leaves_a_bad_case_to_the_main_command(toy):
    (toy / "places.csv").unlink()
    failed = CliRunner().invoke(case_command, ["check", str(toy)])
    assert isinstance(failed.exception, InputError) and "places.csv" in str(failed.exception)


@pytest.mark.parametrize("name", ["toy", "landscape"])
def test_case_check_knows_the_rules_of_governing(name):
    refused = CliRunner().invoke(case_command, ["check", name, "--set", "governance.selection.rules.suport=0.3"])
    assert isinstance(refused.exception, InputError) and "Did you mean 'support'" in str(refused.exception)


def test_case_check_takes_overrides():
    shown = CliRunner().invoke(case_command, ["check", "toy", "--set", "calendar.end=2012-12", "--json"])
    assert json.loads(shown.output)["end"] == 2012


def test_case_schema_prints_or_writes_json(tmp_path):
    printed = json.loads(CliRunner().invoke(case_command, ["schema"]).output)
    assert printed == case_schema()
    target = tmp_path / "case.schema.json"
    assert CliRunner().invoke(case_command, ["schema", "--out", str(target)]).exit_code == 0
    assert json.loads(target.read_text(encoding="utf-8")) == printed
    failed = CliRunner().invoke(case_command, ["schema", "--out", str(tmp_path / "no" / "where.json")])
    assert isinstance(failed.exception, InputError)


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("@misc{a, title = {One}, year = {2012}}", "One (2012)."),
        ("@article{a,\n  author = {Li, Wei and {World Bank}},\n  title = \"Cars {and} \\& vans\",\n  journal = {J. Cars},\n  year = 2012,\n}", "Li, Wei; World Bank (2012). Cars and & vans. J. Cars."),
        ("@misc{a, title = {Grown by 7.5 \\% in 2009--2023 (2012, Daily)}, year = {2012}, url = {https://x.org/?author={b}&year=3}}", "Grown by 7.5 % in 2009\u20132023 (2012, Daily)."),
        ("@misc{a, author = {Mao}, title = {Why?}}", "Mao. Why?"),
        ("@misc{a}", "a"),
        ("@misc{a, title = {Never closed", "Never closed."),
        ("@misc{a, year = }", "a"),
    ],
)  # fmt: skip
def test_a_source_becomes_a_line_that_can_be_looked_up(toy, entry, line):
    with (toy / "sources.bib").open("a", encoding="utf-8") as file:
        file.write(f"\n{entry}\n")
    assert load_case(toy).sources["a"] == line


@pytest.mark.parametrize("name", ["toy", "china-nev"])
def test_every_source_of_a_bundled_case_can_be_looked_up(name):
    for key, line in load_case(name).sources.items():
        assert line != key and line.endswith((".", "?", "!")) and not re.search(r"[{}\\]", line), (key, line)
