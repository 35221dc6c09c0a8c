"""Patterns: each kind of measure, verdicts, what is refused, both bundled cases, the command."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from shidian.cases import load_case
from shidian.cases.bundled import BUNDLED
from shidian.cli.validate import _show
from shidian.cli.validate import validate as command
from shidian.foundations.errors import Failure, InputError
from shidian.study import results
from shidian.study.figures import CENTRE_ONLY, MONTHLY, take
from shidian.study.measures import AS_IT_WAS, Evidence, kinds, read_measure
from shidian.study.patterns import RESULTS, PatternResult, patterns_for_report, read_patterns, validate
from shidian.study.simulate import simulate

SEED, DRAWS = 3, 3
GOOD = {"id": "p", "name": "n", "use": "H", "source": "invented", "criterion": "c", "between": [0, 1]}
LEVEL = {"kind": "level", "indicator": "plugin_sales", "from": 2014}


@pytest.fixture(scope="module")
def toy():
    return load_case("toy")


@pytest.fixture(scope="module")
def data(toy):
    return simulate(toy, seed=SEED, draws=DRAWS)


@pytest.fixture(scope="module")
def yearly(toy, data):
    codes = [place.code for place in results.Places(toy).shown]
    return {name: dict(zip(codes, np.moveaxis(values, -1, 0), strict=True)) for name, values in results.yearly_indicators(toy, data)}


def with_patterns(case, *patterns):
    return replace(case, patterns=tuple(patterns))


def measured(toy, data, **given) -> np.ndarray:
    measure = read_measure(toy, given)
    evidence = Evidence(toy, SEED, DRAWS, runs={AS_IT_WAS: take(toy, data, measure.figures)})
    return measure.values(evidence)


# --- measures ----------------------------------------------------------------------------------------------------------


def test_levels_sum_flows_over_years_and_months(toy, data, yearly):
    years = measured(toy, data, kind="level", indicator="plugin_sales", **{"from": 2013, "to": 2014})
    assert years == pytest.approx(yearly["plugin_sales"]["T"][:, 3:5].sum(axis=1))
    quarters = [measured(toy, data, kind="level", indicator="plugin_sales", **{"from": f"2014Q{q}"}) for q in (1, 2, 3, 4)]
    assert sum(quarters) == pytest.approx(yearly["plugin_sales"]["T"][:, 4], rel=1e-5)
    pack = measured(toy, data, kind="level", indicator="pack_price", **{"from": 2012})
    assert pack == pytest.approx(data["pack_price"].values[:, 2])


def test_ratio_share_and_change(toy, data, yearly):
    low, plug = yearly["lsev_sales"]["T"], yearly["plugin_sales"]["T"]
    figure = {"from": 2014}
    of, to = {"indicator": "lsev_sales"} | figure, {"indicator": "plugin_sales"} | figure
    assert measured(toy, data, kind="ratio", of=of, to=to) == pytest.approx(low[:, 4] / plug[:, 4])
    share = measured(toy, data, kind="share", part="microcar_sales", whole="bev_sales", place="port", **{"from": 2013, "to": 2014})
    part, whole = yearly["microcar_sales"]["port"], yearly["bev_sales"]["port"]
    assert share == pytest.approx(part[:, 3:5].sum(axis=1) / whole[:, 3:5].sum(axis=1))
    change = measured(toy, data, kind="change", indicator="lsev_sales", **{"from": 2012, "to": 2015})
    assert change == pytest.approx(low[:, 5] / low[:, 2])
    growth = measured(toy, data, kind="growth", indicator="lsev_sales", **{"from": 2012, "to": 2015})
    assert (1 + growth) ** 3 == pytest.approx(change)
    shift = measured(toy, data, kind="share_change", part="microcar_sales", whole="bev_sales", **{"from": 2013, "to": 2014})
    shares = yearly["microcar_sales"]["T"] / np.maximum(yearly["bev_sales"]["T"], 1e-9)
    assert shift == pytest.approx(shares[:, 4] / shares[:, 3])


def test_share_within_a_band_around_the_record(toy, data, yearly):
    observed = toy.tables["observed"]
    rows = observed[(observed["indicator"] == "lsev_sales") & (observed["place"] == "T")]
    lsev = yearly["lsev_sales"]["T"]
    expected = np.mean([(r.value / 2 <= lsev[:, int(r.period) - 2010]) & (lsev[:, int(r.period) - 2010] <= r.value * 2) for r in rows.itertuples()], axis=0)
    assert measured(toy, data, kind="within", indicator="lsev_sales", factor=2, **{"from": 2010, "to": 2015}) == pytest.approx(expected)
    wide = measured(toy, data, kind="within", indicator="lsev_sales", factor=1e9, **{"from": 2010, "to": 2015})
    assert wide == pytest.approx(1.0)


def test_rank_counts_the_places_above(toy, data, yearly):
    ranks = sum(measured(toy, data, kind="rank", indicator="car_sales", place=place, **{"from": 2014}) for place in ("town", "plain", "port"))
    assert ranks == pytest.approx(6)
    first = measured(toy, data, kind="rank", indicator="car_sales", place="port", among="province", **{"from": 2014})
    assert first == pytest.approx(1 + (yearly["car_sales"]["T1"][:, 4] > yearly["car_sales"]["port"][:, 4]))


def test_a_loss_without_a_change_is_nil(toy):
    same = GOOD | {"measure": {"kind": "loss", "indicator": "plugin_sales", "from": 2014, "scale": {"plate": 1}}}
    assert validate(with_patterns(toy, same), draws=2)[0].value == 0.0
    none = GOOD | {"measure": {"kind": "loss", "indicator": "plugin_sales", "from": 2014, "scale": {"central_subsidy": 0}}}
    assert 0 < validate(with_patterns(toy, none), draws=2)[0].value < 1


def test_survival_is_the_weibull_curve(toy):
    attributes = toy.tables["attributes"].set_index(["class", "attribute"])["value"]
    scale, shape = attributes["ice-mini", "survival_scale"], attributes["ice-mini", "survival_shape"]
    drawn = read_measure(toy, {"kind": "survival", "class": "ice-mini", "age": 10}).values(Evidence(toy, 0, 200))
    assert np.median(drawn) == pytest.approx(np.exp(-((10 / scale) ** shape)), abs=0.05)


def test_willingness_follows_the_parameters(toy):
    fixed = [{"alpha": 2.0, "b_range": 3.0, "range_scale": 200.0, "tau_bev": 0.1, "xi.bev-mid": -1.0, "xi.ice-compact": 0.5, "tau_ice": 0.0}]
    evidence = Evidence(toy, 0, 1, fixed)
    year = float(evidence.parameters[0].reference_year) - 2
    side = {"classes": "bev-mid", "range": 240}
    range_worth = read_measure(toy, {"kind": "willingness", "of": side, "over": side | {"range": 120}, "year": year, "income": 1e5})
    assert range_worth.values(evidence) == pytest.approx(1e5 / 2 * 3 * (np.exp(-0.6) - np.exp(-1.2)), rel=1e-4)
    other = read_measure(toy, {"kind": "willingness", "of": side, "over": {"classes": ["ice-compact"]}, "year": year, "income": 1e5})
    assert other.values(evidence) == pytest.approx(1e5 / 2 * (-1.5 - 0.2 - 3 * np.exp(-1.2)), rel=1e-4)


def test_credit_worth_is_arithmetic():
    case = load_case("china-nev")
    measure = read_measure(case, {"kind": "credit_worth", "product": "hongguang-mini-ev", "month": "2020-07", "credit_price": 3000})
    assert measure.values(Evidence(case, 0, 2)) == pytest.approx((0.8 + 0.012 * 120) * 3000 / 28800, rel=1e-4)


def test_known_indicators_are_those_that_runs_yield(toy, data, yearly):
    assert MONTHLY == tuple(name for name, _ in results.monthly_indicators(toy, data))
    for name in [*yearly, *CENTRE_ONLY]:
        assert np.isfinite(measured(toy, data, kind="level", indicator=name, **{"from": 2014})).all()


# --- verdicts ----------------------------------------------------------------------------------------------------------


def test_the_median_decides_and_draws_give_the_probability(toy, data, yearly):
    plugins = np.sort(yearly["plugin_sales"]["T"][:, 4])
    between = [(plugins[0] + plugins[1]) / 2, None]
    judged = patterns_for_report(with_patterns(toy, GOOD | {"measure": LEVEL, "between": between}), data, SEED)[0]
    assert (judged["result"], judged["value"], judged["unit"]) == ("holds", pytest.approx(plugins[1]), "vehicles")
    assert judged["probability"] == pytest.approx(2 / 3)
    assert judged["low"] <= judged["value"] <= judged["high"]
    missed = patterns_for_report(with_patterns(toy, GOOD | {"measure": LEVEL, "between": [None, between[0]]}), data, SEED)[0]
    assert missed["result"] == "misses" and missed["probability"] == pytest.approx(1 / 3)


def test_every_part_with_bounds_must_hold(toy, data):
    wide = {"measure": LEVEL, "between": [0, None]}
    told = {"name": "told", "measure": LEVEL}
    fine = patterns_for_report(with_patterns(toy, GOOD | wide | {"also": [told]}), data, SEED)[0]
    assert fine["result"] == "holds" and "told" in fine["note"] and "not judged" in fine["note"]
    failing = {"name": "narrow", "measure": LEVEL, "between": [None, -1]}
    broken = patterns_for_report(with_patterns(toy, GOOD | wide | {"also": [failing]}), data, SEED)[0]
    assert broken["result"] == "misses" and broken["note"].startswith("missed by: narrow")


def test_what_is_not_defined_misses_without_a_number(toy, data):
    of = {"indicator": "lsev_sales", "from": 2014}
    measure = {"kind": "ratio", "of": of, "to": {"indicator": "phev_sales", "from": 2014}}
    judged = patterns_for_report(with_patterns(toy, GOOD | {"measure": measure, "between": [0, None]}), data, SEED)[0]
    assert judged["result"] == "misses" and judged["value"] is None and judged["probability"] == 0


def test_a_report_does_not_run_what_would_have_been(toy, data):
    judged = {each["id"]: each for each in patterns_for_report(toy, data, SEED)}
    assert set(judged) == {pattern["id"] for pattern in toy.patterns}
    assert judged["port-leads"]["result"] == "not yet" and "shidian validate" in judged["port-leads"]["note"]
    full = {each.id: each for each in validate(toy, seed=SEED, draws=DRAWS)}
    assert full["port-leads"].result in ("holds", "misses")
    assert full["lowspeed-first"].value == pytest.approx(judged["lowspeed-first"]["value"])


# --- the bundled list --------------------------------------------------------------------------------------------------


def test_china_lists_every_pattern_and_scores_what_a_replay_can():
    case = load_case("china-nev")
    patterns = {pattern.id: pattern for pattern in read_patterns(case)}
    rows = [str(number) for number in range(1, 46) if number not in (9, 30)]
    assert set(patterns) == {*rows, "9a", "9b", "30a", "30b"}
    results_of = {name: {key for key, one in patterns.items() if one.given == name} for name in ("", "input", "not yet")}
    assert results_of[""] == {"24", "25", "26", "30a", "30b", "34", "37", "38", "41", "42"}
    assert results_of["input"] == {"27", "32", "33", "35", "36"}
    assert all(one.note for one in patterns.values() if one.given == "not yet")
    assert all(one.criterion and one.source for one in patterns.values())
    assert {one.use for one in patterns.values()} == {"F", "H", "T"}


# --- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"measure": {"kind": "levl", "indicator": "plugin_sales", "from": 2014}}, "Did you mean 'level'?"),
        ({"measure": {"kind": "level", "from": 2014}}, "lacks 'indicator'"),
        ({"measure": {"kind": "level", "indicator": "plugin_sales"}}, "lacks 'from'"),
        ({"measure": {"kind": "level", "indicator": "plugin_sale", "from": 2014}}, "Did you mean 'plugin_sales'?"),
        ({"measure": LEVEL | {"place": "prt"}}, "Did you mean 'port'?"),
        ({"measure": LEVEL | {"plce": "port"}}, "nobody reads"),
        ({"measure": LEVEL | {"from": 2013, "to": 2012}}, "before it begins"),
        ({"measure": LEVEL | {"from": "soon"}}, "not a period"),
        ({"measure": LEVEL | {"from": ["2014"]}}, "not a single value"),
        ({"measure": LEVEL | {"place": "town", "from": "2014-03"}}, "Months are kept for"),
        ({"measure": {"kind": "level", "indicator": "plugin_fleet", "from": "2014-03"}}, "by year only"),
        ({"measure": {"kind": "level", "indicator": "plugin_fleet", "from": 2013, "to": 2014}}, "does not add up"),
        ({"measure": {"kind": "level", "indicator": "pack_price", "place": "port", "from": 2014}}, "national"),
        ({"measure": {"kind": "growth", "indicator": "plugin_sales", "from": 2014, "to": 2013}}, "the earlier first"),
        ({"measure": {"kind": "within", "indicator": "jobs", "from": 2010, "to": 2012}}, "observed"),
        ({"measure": {"kind": "rank", "indicator": "plugin_share", "place": "T1", "from": 2014}}, "not among those ranked"),
        ({"measure": LEVEL | {"kind": "loss", "scale": {"plates": 0}}}, "Did you mean 'plate'?"),
        ({"measure": LEVEL | {"kind": "loss", "scale": {}}}, "names no instrument"),
        ({"measure": {"kind": "survival", "class": "ice-mini", "age": "old"}}, "not a number"),
        ({"measure": {"kind": "willingness", "of": {"classes": ["bev"]}, "over": {"classes": ["ice-mini"]}, "year": 2012, "income": 1}}, "not all are classes"),
        ({"measure": {"kind": "credit_worth", "product": "x", "month": "2014-01", "credit_price": 1}}, "not known"),
        ({"measure": "level"}, "not a mapping"),
        ({}, "lacks 'measure'"),
        ({"measure": LEVEL, "between": [1]}, "not two numbers"),
        ({"measure": LEVEL, "between": [2, 1]}, "smaller number first"),
        ({"measure": LEVEL, "between": None}, "cannot be judged"),
        ({"measure": LEVEL, "criterion": None}, "lacks 'criterion'"),
        ({"measure": LEVEL, "use": "Z"}, "not known"),
        ({"measure": LEVEL, "source": "nowhere"}, "not a key"),
        ({"measure": LEVEL, "also": {"name": "x"}}, "not a list"),
        ({"result": "holds", "note": "wishful"}, "not known"),
        ({"result": "not yet"}, "lacks 'note'"),
    ],
)
def test_a_wrong_pattern_is_named_with_its_id(toy, change, said):
    with pytest.raises(InputError) as caught:
        read_patterns(with_patterns(toy, GOOD | change))
    assert said in str(caught.value) and "pattern p of toy" in str(caught.value)


def test_a_pattern_about_other_years_is_not_yet_judged(toy):
    (pattern,) = read_patterns(with_patterns(toy, GOOD | {"measure": LEVEL | {"from": 2020}}))
    assert pattern.given == "not yet"
    assert "calendar" in pattern.note


def test_a_wrong_pattern_costs_no_run(toy, monkeypatch):
    monkeypatch.setattr("shidian.study.simulate.simulate", lambda *_, **__: pytest.fail("ran"))
    with pytest.raises(InputError):
        validate(with_patterns(toy, GOOD), draws=2)


# --- the command -------------------------------------------------------------------------------------------------------


def test_command_prints_every_pattern_and_json(tmp_path: Path):
    out = tmp_path / "found.json"
    shown = CliRunner().invoke(command, ["toy", "--draws", "2", "--out", str(out)])
    assert shown.exit_code == 0, shown.output
    found = json.loads(out.read_text())
    assert set(found[0]) == {"id", "name", "use", "criterion", "source", "result", "value", "low", "high", "unit", "probability", "note", "basis", "under", "beside"}
    assert all(each["id"] in shown.stdout for each in found) and f"Of {len(found)} patterns" in shown.stdout
    as_json = CliRunner().invoke(command, ["toy", "--draws", "2", "--json"])
    assert json.loads(as_json.stdout) == found


def test_a_miss_is_no_error(tmp_path: Path):
    mine = Path(shutil.copytree(BUNDLED / "toy", tmp_path / "mine"))
    (mine / "patterns.yaml").write_text(
        "patterns:\n  - {id: gone, name: No plug-ins, use: T, source: invented, criterion: none, "
        "measure: {kind: level, indicator: plugin_sales, from: 2014}, between: [null, 0]}\n",
        encoding="utf-8",
    )
    shown = CliRunner().invoke(command, [str(mine), "--draws", "2"])
    assert shown.exit_code == 0 and "1 misses" in shown.stdout


def test_command_refuses_a_folder_that_is_not_there_before_running(tmp_path: Path):
    shown = CliRunner().invoke(command, ["toy", "--out", str(tmp_path / "no" / "found.json")])
    assert isinstance(shown.exception, InputError)
    shown = CliRunner().invoke(command, ["toy", "--draws", "1", "--out", str(tmp_path)])
    assert isinstance(shown.exception, Failure) or shown.exit_code == 2


def test_table_fits_a_narrow_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "")
    numbers = {"value": 4.4e6, "low": 4.1e6, "high": 5.2e6, "unit": "vehicles", "probability": 0.4}
    rows = [PatternResult("30b", "A long name " * 9, "H", "Words " * 30, "a; b", result, note="why " * 30, **numbers) for result in RESULTS]
    _show(rows)
    lines = capsys.readouterr().out.splitlines()
    assert sum("30b" in line for line in lines) == len(rows) and all("4.4" in line for line in lines if "30b" in line)


def test_kinds_are_documented():
    from shidian.study import market_measures, measures

    text = " ".join(cls.__doc__ for module in (measures, market_measures) for cls in vars(module).values() if isinstance(cls, type) and cls.__doc__)
    assert all(f"`{name}`" in text for name in kinds())


def test_a_check_reads_patterns_and_parameters_as_a_run_does(tmp_path):
    import shutil

    from click.testing import CliRunner

    from shidian.cases.bundled import case_folder
    from shidian.cli.case import case

    shutil.copytree(case_folder("toy"), tmp_path / "mine")
    assert CliRunner().invoke(case, ["check", str(tmp_path / "mine")]).exit_code == 0
    patterns = tmp_path / "mine" / "patterns.yaml"
    patterns.write_text(patterns.read_text().replace("between:", "betwen:", 1))
    found = CliRunner().invoke(case, ["check", str(tmp_path / "mine")])
    assert isinstance(found.exception, InputError)
    assert "betwen" in str(found.exception)


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("between: [1, 1]", "betwen: [1, 1]", "[1, 1]", "pattern port-leads of toy: The pattern has 'betwen', which nobody reads. Did you mean 'between'?"),
        ("between: [1, 1]", "between: [2, 1]", "[2, 1]", "pattern port-leads of toy: 'between' runs from 2 down to 1"),
        ("kind: rank", "kind: rang", "rang", "Did you mean 'rank'?"),
        ("place: port, from: 2014}", "place: prot, from: 2014}", "{kind: rank", "Did you mean 'port'?"),
        ("scale: {plate: 0}", "scale: {plates: 0}", "0}}", "'plates' under 'scale' is no instrument"),
        ("to: {indicator: plugin_sales", "to: {indicators: plugin_sales", "{indicators", "lacks 'indicator'"),
        ("    between: [1, null]\n", "", "id: lowspeed-first", "pattern lowspeed-first of toy: No part of the pattern has bounds"),
        ("source: invented", "source: inventd", "inventd", "not a key of the case's sources"),
    ],
)
def test_a_wrong_pattern_is_named_where_it_stands(tmp_path, old, new, at, said):
    from shidian.cli.case import case

    path = Path(shutil.copytree(BUNDLED / "toy", tmp_path / "mine")) / "patterns.yaml"
    text = path.read_text(encoding="utf-8").replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    message = str(CliRunner().invoke(case, ["check", str(path.parent)]).exception)
    before = text[: text.index(at)]
    assert message.startswith(f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "), message
    assert said in message
