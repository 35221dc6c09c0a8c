"""`shidian run` through the door that users use: a process, a folder, an exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

FILES = {"run.json", "summary.csv", "monthly.csv", "results.nc", "report.html"}
INDICATORS = {
    "plugin_sales", "bev_sales", "phev_sales", "microcar_sales", "lsev_sales", "car_sales", "public_plugin_sales", "plugin_share",
    "plugin_fleet", "lsev_fleet", "nev_fleet", "plugin_range", "oil_displaced", "co2_avoided", "deaths", "output", "jobs",
}  # fmt: skip


def shidian(*arguments: str, cwd: Path, **more) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "shidian", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, env=os.environ | more.pop("env", {}), **more)


def table(folder: Path, name: str = "summary") -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype={"place": str, "unit": str})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    done = shidian("run", "toy", "--draws", 6, "--out", "out", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def test_a_run_leaves_a_whole_folder(run):
    assert {path.name for path in run.iterdir()} == FILES
    assert not [path for path in run.parent.iterdir() if path.name.startswith(".")]
    recorded = json.loads((run / "run.json").read_text())
    assert {"key", "digest", "seed", "draws", "regime", "versions"} <= set(recorded)


def test_tables_are_tidy_and_every_number_has_an_interval(run):
    summary = table(run)
    assert list(summary.columns) == ["year", "place", "indicator", "value", "unit", "low", "high"]
    assert set(summary["indicator"]) >= INDICATORS
    assert summary.notna().all().all()
    assert (summary["low"] <= summary["value"]).all()
    assert (summary["value"] <= summary["high"]).all()
    assert not summary.duplicated(["year", "place", "indicator"]).any()
    monthly = table(run, "monthly")
    assert list(monthly.columns) == ["month", "place", "indicator", "value", "unit", "low", "high"]
    assert monthly["month"].str.fullmatch(r"\d{4}-\d{2}").all()


def test_the_arrays_open_in_xarray_and_agree_with_the_tables(run):
    with xr.open_dataset(run / "results.nc", engine="h5netcdf") as data:
        low = data["sales"].sel({"class": "lsev"}).sum("place").median("draw").to_series()
    summary = table(run)
    centre = summary[(summary["place"] == "T") & (summary["indicator"] == "lsev_sales")].set_index("year")["value"]
    assert low.to_numpy() == pytest.approx(centre.to_numpy(), rel=1e-5)


def test_the_arrays_name_places_classes_and_powertrains(run):
    from shidian.cases import load_case

    case = load_case("toy")
    with xr.open_dataset(run / "results.nc", engine="h5netcdf") as data:
        assert dict(zip(data["place"].values, data["place_name"].values, strict=True)) == {leaf.code: leaf.name for leaf in case.places.leaves}
        kinds = dict(zip(case.tables["classes"]["class"], case.tables["classes"]["powertrain"], strict=True))
        assert dict(zip(data["class"].values, data["class_powertrain"].values, strict=True)) == kinds
        of_product = dict(zip(data["product"].values, data["product_class"].values, strict=True))
        assert of_product == {name: name for name in kinds} | dict(zip(case.tables["products"]["product"], case.tables["products"]["class"], strict=True))
        electric = data["sales"].where(data["class_powertrain"] == "bev", 0).sum(["class", "place"]).median("draw")
    summary = table(run)
    centre = summary[(summary["place"] == "T") & (summary["indicator"] == "bev_sales")].set_index("year")["value"]
    assert electric.to_series().to_numpy() == pytest.approx(centre.to_numpy(), rel=1e-5)


def test_the_report_resolves_the_sources_that_it_names(run):
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Figures invented for teaching; they describe no real place (2010)." in page[page.index('<section id="references"') :]


def test_provinces_add_up_to_the_country_in_every_draw():
    from shidian.cases import load_case
    from shidian.study import results
    from shidian.study.simulate import simulate

    case = load_case("toy")
    data = simulate(case, draws=3)
    upper = results.Places(case).upper
    for name, values in results.yearly_indicators(case, data):
        if results.unit_of(name) not in ("1", "km"):
            assert values[..., 1:upper].sum(axis=-1) == pytest.approx(values[..., 0], rel=1e-9, abs=1e-6), name


def test_the_same_command_computes_once(run):
    again = shidian("run", "toy", "--draws", 6, "--out", "out", "--json", cwd=run.parent)
    assert json.loads(again.stdout)["reused"] is True


@pytest.mark.parametrize("workers", [1, 3])
def test_any_number_of_workers_gives_the_same_bytes(run, workers, tmp_path):
    done = shidian("run", "toy", "--draws", 6, "--workers", workers, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in ("summary.csv", "monthly.csv", "results.nc", "report.html"):
        assert (tmp_path / "out" / name).read_bytes() == (run / name).read_bytes(), name


def test_the_default_folder_is_named_by_what_determines_the_run(tmp_path):
    done = shidian("run", "toy", "--draws", 1, "--json", cwd=tmp_path)
    made = json.loads(done.stdout)
    assert (tmp_path / "runs" / made["key"] / "report.html").exists()
    other = json.loads(shidian("run", "toy", "--draws", 1, "--seed", 1, "--json", cwd=tmp_path).stdout)
    assert other["key"] != made["key"]


def test_a_changed_value_changes_the_run(run, tmp_path):
    done = shidian("run", "toy", "--draws", 6, "--set", "instruments.central_subsidy.scale=0", "--out", tmp_path / "o", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    spent = table(tmp_path / "o").query("indicator == 'central_subsidy_cost'")["value"]
    assert (spent == 0).all()
    assert table(run).query("indicator == 'central_subsidy_cost'")["value"].sum() > 0


def test_fixed_parameters_leave_no_doubt_about_them(tmp_path):
    (tmp_path / "fixed.yaml").write_text("alpha: 2.0\nxi.bev-a00: -2.5\n")
    done = shidian("run", "toy", "--draws", 2, "--params", "fixed.yaml", "--out", "o", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "fixed.yaml" in (tmp_path / "o" / "run.json").read_text()
    other = tmp_path / "other.csv"
    other.write_text("alpha\n1.5\n2.9\n")
    assert shidian("run", "toy", "--draws", 2, "--params", other, "--out", "p", cwd=tmp_path).returncode == 0
    cars = [table(tmp_path / name).query("indicator == 'car_sales' and place == 'T'") for name in ("o", "p")]
    assert not cars[0]["value"].equals(cars[1]["value"])


@pytest.mark.parametrize(
    "text",
    ["alpha: .nan", "xi: 3", "start_share: 1", "alpha.foo: 3", "lambda_plugin: 0", "learning: 1.5", "alpha: true", "", "- 1"],
)
def test_parameters_that_cannot_be_are_refused(text, tmp_path):
    (tmp_path / "p.yaml").write_text(text + "\n")
    done = shidian("run", "toy", "--draws", 1, "--params", "p.yaml", "--out", "o", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "p.yaml" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "o").exists()


def test_a_run_that_is_told_to_go_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "shidian", "run", "toy", "--draws", "5000", "--out", "o"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as going:
        while not any(tmp_path.iterdir()):
            assert going.poll() is None
        going.terminate()
        assert going.wait(timeout=120) == 143
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere"], "nowhere"),
        (["run", "toy", "--regime", "chaos"], "chaos"),
        (["run", "toy", "--set", "instruments.central_subsidi.scale=0"], "central_subsidy"),
        (["run", "toy", "--set", "calendar.end"], "="),
        (["run", "toy", "--draws", "0"], "0"),
        (["run", "toy", "--params", "absent.yaml"], "absent.yaml"),
        (["run", "toy", "--params", "words.yaml"], "words.yaml"),
        (["run", "toy", "--params", "unknown.yaml"], "alfa"),
        (["run", "toy", "--out", "taken"], "taken"),
        (["run", "toy", "--colour"], "colour"),
        (["validate", "nowhere"], "nowhere"),
    ],
)
def test_wrong_input_is_told_and_leaves_nothing(arguments, words, tmp_path):
    (tmp_path / "words.yaml").write_text("alpha: [many, words]\n")
    (tmp_path / "unknown.yaml").write_text("alfa: 2\n")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    before = {path for path in tmp_path.rglob("*")}
    done = shidian(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert {path for path in tmp_path.rglob("*")} - before <= {tmp_path / "runs"}


def test_a_disk_that_refuses_leaves_no_half_written_folder(tmp_path):
    inner = f'"{sys.executable}" -m shidian run toy --draws 1 --out out'
    done = subprocess.run(["bash", "-c", f"trap '' XFSZ; ulimit -f 20; {inner}"], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "nothing was left behind" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    done = shidian("run", "toy", "--draws", 1, "--out", "file/out", cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert "file" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("absent", ["chargers", "timeline", "schedules", "products", "observed"])
def test_a_case_may_do_without_an_optional_table(absent, tmp_path):
    from shidian.cases.bundled import case_folder

    shutil.copytree(case_folder("toy"), tmp_path / "mine")
    text = (tmp_path / "mine" / "case.yaml").read_text()
    (tmp_path / "mine" / "case.yaml").write_text(re.sub(rf"\n  {absent}: {absent}\.csv|, {absent}: {absent}\.csv|{absent}: {absent}\.csv, ", "", text))
    (tmp_path / "mine" / f"{absent}.csv").unlink()
    (tmp_path / "mine" / "patterns.yaml").write_text("patterns: []\n")
    done = shidian("run", "mine", "--draws", 1, "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_full_arrays_are_written_when_asked_for_later(run, tmp_path):
    shutil.copytree(run, tmp_path / "out")
    done = shidian("run", "toy", "--draws", 6, "--out", "out", "--arrays", "full", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with xr.open_dataset(tmp_path / "out" / "results.nc", engine="h5netcdf") as data:
        assert "monthly_groups" in data
