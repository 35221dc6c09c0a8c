"""Parameters of a case and of --params files: names, units and domains, and where a message says that a number stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from shidian.cases import load_case, vocabulary
from shidian.cases.bundled import BUNDLED
from shidian.cli.case import case as case_command
from shidian.cli.validate import validate as validate_command
from shidian.foundations.errors import InputError
from shidian.study.simulate import simulate
from shidian.worlds.market.build import BESIDE
from shidian.worlds.market.parameters import MarketParameters


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A copy of the toy case to spoil."""
    return Path(shutil.copytree(BUNDLED / "toy", tmp_path / "mine"))


def change(folder: Path, old: str, new: str, at: str = "") -> str:
    """Replace the first `old` in parameters.yaml; the spot of `at` (or of what was put in) as path:line:column."""
    path = folder / "parameters.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    start = text.index(old) + new.index(at or new)
    text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return f"{path}:{text.count(chr(10), 0, start) + 1}:{start - text.rfind(chr(10), 0, start)}"


def refused(command, *words: object) -> str:
    """What a command says when it refuses its input."""
    done = CliRunner().invoke(command, [str(word) for word in words])
    assert isinstance(done.exception, InputError), done.output
    return str(done.exception)


# --- a case's own ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("low: 0.075, high: 0.2", "low: 0.075, high: 1.2", "1.2", "learning.high is 1.2, but it must be from 0 to below 1, being a share"),
        ("vat: {value: 0.13", "vat: {value: 13", "13", "vat is 13, but it must be from 0 to below 1, being a share"),
        ("RMB/credit, low: 3500", "RMB/credit, low: 0", "0", "credit_cap.low is 0 RMB/credit, but it must be above 0"),
        ("lambda_lowspeed: {value: 0.7", "lambda_lowspeed: {value: 1.7", "1.7", "at most 1, being the scale of a nest"),
        ("lsev: -1.5, bev-a00", "lsev: -1.5e9, bev-a00", "-1.5e9", "xi.lsev is -1.5e+09, but it must be a finite number below"),
    ],
)
def test_a_number_that_no_run_could_use_is_named_where_it_stands(toy, old, new, at, said):
    spot = change(toy, old, new, at)
    message = refused(case_command, "check", toy)
    assert message.startswith(f"{spot}: ")
    assert said in message


def test_several_such_numbers_are_named_at_once(toy):
    change(toy, "vat: {value: 0.13", "vat: {value: 13")
    change(toy, "lambda_lowspeed: {value: 0.7", "lambda_lowspeed: {value: 7")
    lines = refused(validate_command, toy, "--draws", 1).splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{toy / 'parameters.yaml'}:") for line in lines)


def test_an_override_is_named_in_place_of_the_file(toy):
    message = refused(case_command, "check", toy, "--set", "parameters.vat.value=2")
    assert message.startswith("override 'parameters.vat.value=2': vat is 2")


def test_a_name_that_the_market_does_not_read_is_refused_with_those_near_to_it(toy):
    spot = change(toy, "vat: {", "vot: {")
    message = refused(case_command, "check", toy)
    assert message.startswith(spot.rpartition(":")[0])
    assert "'vot' is not a parameter of the market world" in message
    assert "did you mean one of these" in message
    change(toy, "vot: {", "completely_other: {")
    assert "Delete it, or take its name from docs/model.md." in refused(case_command, "check", toy)


@pytest.mark.parametrize(("unit", "found"), [("km", "km"), ("1/km", "1/km"), ("RMB/credit", "RMB/credit")])
def test_a_unit_of_another_thing_is_refused_where_it_stands(toy, unit, found):
    spot = change(toy, 'mu: {value: 0.5, unit: "1"', f'mu: {{value: 0.5, unit: "{unit}"', f'"{unit}"')
    message = refused(case_command, "check", toy)
    assert message.startswith(f"{spot}: parameters.mu: The unit '{found}' measures another thing than '1'")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("k0_plugin: {value: 0.02, unit: 1/year, low: 0.01, high: 0.04", "k0_plugin: {value: 2, unit: '%/year', low: 1, high: 4"),
        ("range_scale: {value: 200, unit: km, low: 120, high: 300", "range_scale: {value: 200000, unit: m, low: 120000, high: 300000"),
        ("alpha_local: {value: 0.25, unit: 1/10000RMB, low: 0.15, high: 0.4", "alpha_local: {value: 0.025, unit: 1/(thousand RMB), low: 0.015, high: 0.04"),
        ("battery_start: {value: 0.5, unit: GWh, low: 0.5, high: 2.0", "battery_start: {value: 500, unit: MWh, low: 500, high: 2000"),
    ],
)  # fmt: skip
def test_a_unit_of_the_same_thing_is_converted(toy, old, new):
    change(toy, old, new)
    before, after = load_case("toy").parameters, load_case(toy).parameters
    for name, one in before.items():
        other = after[name]
        assert other.unit == one.unit == vocabulary.PARAMETERS[name]
        assert other.value == pytest.approx(one.value, rel=1e-12), name
        assert (other.low is None) == (one.low is None)
        if one.low is not None:
            assert (other.low, other.high) == pytest.approx((one.low, one.high), rel=1e-12), name


def test_values_of_a_vector_and_their_spread_are_converted(toy):
    change(toy, "value: {ice-mini: -1.5, ice-compact: 0.5, lsev: -1.5, bev-a00: -3.0, bev-mid: 0.7}\n  unit: \"1\"\n  spread: 0.4",
           "value: {ice-mini: -150, ice-compact: 50, lsev: -150, bev-a00: -300, bev-mid: 70}\n  unit: '%'\n  spread: 40")  # fmt: skip
    found, given = load_case(toy).parameters["xi"], load_case("toy").parameters["xi"]
    assert found.value == pytest.approx(given.value)
    assert found.spread == pytest.approx(given.spread)


def test_a_case_in_other_units_runs_alike(toy):
    change(toy, "range_scale: {value: 200, unit: km, low: 120, high: 300", "range_scale: {value: 200000, unit: m, low: 120000, high: 300000")
    one, other = simulate("toy", draws=2), simulate(str(toy), draws=2)
    assert other["sales"].values == pytest.approx(one["sales"].values, rel=1e-4)


def test_names_and_units_are_those_of_the_market():
    kernel = {name: field.metadata["unit"] for name, field in MarketParameters.__dataclass_fields__.items() if name != "xi_product"}
    assert set(vocabulary.PARAMETERS) == {*kernel, *BESIDE}
    assert {name: vocabulary.PARAMETERS[name] for name in kernel} == kernel


# --- files of fixed ones -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("alpha: 2.0\n\nlearning: 1.5\n", "3:11", "learning is 1.5, but it must be from 0 to below 1"),
        ("# fixed\nalfa: 2.0\n", "2:7", "'alfa' is not a number among this case's parameters"),
        ("alpha: 2.0\nxi: 3\n", "2:5", "'xi' is not a number among"),
        ("alpha: 2.0\nxi: {bev-mid: 3}\n", "2:5", "not a number; write e.g. alpha: 2.1, for one of a vector xi.bev-mid: 0.4"),
        ("alpha: yes please\n", "1:8", "'alpha' is 'yes please', not a number"),
        ("alpha: 2.0\nalpha: 2.1\n", "2:1", "'alpha' stands twice"),
        ("alpha: [2.0\n", "2:1", "This is not YAML"),
        ("- 1\n", "1:1", "write them as in alpha: 2.1"),
    ],
)
def test_a_file_of_fixed_parameters_is_refused_at_its_line(tmp_path, text, at, said):
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    message = refused(validate_command, "toy", "--draws", 1, "--params", path)
    assert message.startswith(f"{path}:{at}: "), message
    assert said in message


def test_the_name_meant_is_guessed(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text("xi.bev-md: 0.4\n", encoding="utf-8")
    assert "Did you mean 'xi.bev-mid'?" in refused(validate_command, "toy", "--draws", 1, "--params", path)


def test_a_row_of_a_table_of_draws_is_named(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("alpha,learning\n2.0,0.1\n2.1,1.1\n", encoding="utf-8")
    assert refused(validate_command, "toy", "--draws", 1, "--params", path).startswith(f"{path}:3: learning is 1.1")
