"""Cases of worlds other than the market: read by the same door, checked with file, line and column, governed and not rehearsed."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from test_bad_input_cases import spoil

from shidian.cases import Case, SmallCase, bundled_cases, case_schema, data_quality, load_case, open_case
from shidian.cases.bundled import BUNDLED
from shidian.cases.document import read_document
from shidian.cli.case import case as case_command
from shidian.foundations.errors import InputError
from shidian.worlds.landscape import load_setting, setting_of
from shidian.worlds.settings import checked_setting

FACTS = Path(__file__).parents[2] / "shared" / "facts" / "subnational"


@pytest.fixture
def copied(tmp_path: Path):
    """A copy of a bundled case to spoil, by name."""
    return lambda name: Path(shutil.copytree(BUNDLED / name, tmp_path / name))


def message_of(folder: Path, *overrides: str) -> str:
    """What a check of the case and of its world's numbers says."""
    with pytest.raises(InputError) as caught:
        opened = open_case(folder, overrides)
        assert isinstance(opened, SmallCase)
        checked_setting(opened)
    return str(caught.value)


# --- one door -------------------------------------------------------------------------------------------------------


def test_one_door_opens_cases_of_every_world() -> None:
    worlds = {name: open_case(name) for name in bundled_cases()}
    assert {name: case.world for name, case in worlds.items()} == {"china-nev": "market", "landscape": "landscape", "mic2025": "upgrading", "policies": "landscape", "toy": "market"}
    assert isinstance(worlds["toy"], Case) and isinstance(worlds["mic2025"], SmallCase)
    assert worlds["toy"].digest == load_case("toy").digest


@pytest.mark.parametrize("name", ["landscape", "mic2025", "policies"])
def test_a_command_of_the_market_says_what_to_do_instead(name: str) -> None:
    from shidian.cli.run import run

    with pytest.raises(InputError, match=f"case.yaml:\\d+:8: '{name}' is a case of the world .* govern it with `shidian study compare {name}`") as caught:
        CliRunner().invoke(run, [name], catch_exceptions=False)
    assert "\n" not in str(caught.value)


def test_the_digest_follows_the_content_and_not_the_folder(copied) -> None:
    plain, moved = open_case("mic2025"), copied("mic2025")
    assert open_case(moved).digest == plain.digest
    assert open_case("mic2025", ["setting.firms=9"]).digest != plain.digest
    assert open_case("mic2025", ["setting.firms=10"]).digest == plain.digest
    spoil(moved, "industry.csv", "00,6.83", "01,6.83")
    assert open_case(moved).digest != plain.digest


def test_overrides_reach_the_case_and_its_setting() -> None:
    case = open_case("landscape", ["years=5", "setting.places=12", "setting.groups=3", "mission.goals.0.weight=0.1", "mission.goals.1.weight=0.5"])
    assert isinstance(case, SmallCase) and list(case.calendar.years) == [0, 1, 2, 3, 4] and case.leaves == 12
    setting = setting_of(case)
    assert setting.places == 12 and [goal.weight for goal in setting.goals] == [0.1, 0.5, 0.2, 0.2]


def test_the_standard_landscape_is_the_bundled_one() -> None:
    case = open_case("landscape")
    assert isinstance(case, SmallCase) and setting_of(case) == load_setting()


def test_list_and_check_show_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shidian.cases.bundled_cases", lambda: ["landscape", "mic2025"])
    listed = json.loads(CliRunner().invoke(case_command, ["list", "--json"], catch_exceptions=False).output)
    assert {row["name"]: (row["world"], row["leaves"]) for row in listed}["mic2025"] == ("upgrading", 337)
    shown = CliRunner().invoke(case_command, ["check", "mic2025", "--data"], catch_exceptions=False)
    assert "The case is sound." in shown.output and "pilots" in shown.output
    shown = CliRunner().invoke(case_command, ["check", "landscape"], catch_exceptions=False)
    assert "0 to 19, 30 leaf places" in shown.output


def test_the_schema_for_editors_knows_them() -> None:
    known = case_schema()["$defs"]["SmallEntry"]["properties"]
    assert set(read_document(BUNDLED / "mic2025" / "case.yaml").tree) <= set(known)


# --- what is wrong ----------------------------------------------------------------------------------------------------

WRONG = {
    "unknown field": ("mic2025", "case.yaml", "sources: sources.bib", "source: sources.bib", "source: ", ["'source' is unknown here", "Did you mean 'sources'?"]),
    "no clock": ("mic2025", "case.yaml", "calendar: {start: 2015-01, end: 2025-12}\n", "", None, ["either a calendar", "or a number of years"]),
    "two clocks": ("landscape", "case.yaml", "years: 20", "years: 20\ncalendar: {start: 2015, end: 2016}", None, ["either a calendar", "give one"]),
    "no years": ("landscape", "case.yaml", "years: 20", "years: 0", "0", ["at least 1"]),
    "weights": ("mic2025", "case.yaml", "weight: 0.5", "weight: 0.6", None, ["`weight` add up to 1.1, not 1"]),
    "interests": ("landscape", "case.yaml", "interest: 0.7", "interest: 0.6", None, ["`interest` add up to 0.9, not 1"]),
    "twice the same goal": ("landscape", "case.yaml", "name: growth", "name: safety", None, ["same name"]),
    "unknown world": ("landscape", "case.yaml", "world: landscape", "world: landscapes", "landscapes", ["'landscapes' is not one of 'market', 'landscape', 'upgrading'"]),
    "goal of another world": ("mic2025", "case.yaml", "name: jobs,", "name: job,", "job,", ["'job' is nothing that climbing firms move", "Did you mean 'jobs'?"]),
    "unknown table": ("mic2025", "case.yaml", "industry: industry.csv", "industri: industry.csv", "industri:", ["'industri' is unknown", "Did you mean 'industry'?"]),
    "table left out": ("mic2025", "case.yaml", "industry: industry.csv, ", "", None, ["'industry' is not declared", "upgrading cannot do without"]),
    "setting left out": ("landscape", "setting.yaml", "places: 30\n", "", None, ["'places' is missing (setting.places)"]),
    "setting misspelt": ("landscape", "setting.yaml", "places: 30", "plcaes: 30", "plcaes", ["'plcaes' is unknown", "Did you mean 'places'?"]),
    "more interactions than instruments": ("landscape", "setting.yaml", "interactions: 1", "interactions: 6", None, ["cannot interact with 6 others"]),
    "goals in the setting": ("landscape", "setting.yaml", "places: 30", "goals: []\nplaces: 30", "goals", ["belong to the mission in case.yaml"]),
    "unknown kind": ("landscape", "setting.yaml", "kind: nk", "kind: brown", "brown", ["'brown' is not one of 'nk' or 'brownian'"]),
    "drift of a rugged land": ("landscape", "setting.yaml", "drift: 0", "drift: 1", None, ["belong to a line"]),
    "too many instruments": ("landscape", "setting.yaml", "instruments: 6", "instruments: 11", None, ["11 instruments are too many"]),
    "interval backwards": ("mic2025", "setting.yaml", "middle: [2.35, 2.5, 2.65]", "middle: [2.65, 2.5, 2.35]", "[2.65", ["does not rise"]),
    "interval of two": ("mic2025", "setting.yaml", "middle: [2.35, 2.5, 2.65]", "middle: [2.35, 2.65]", None, ["setting.middle"]),
    "documents below nothing": ("mic2025", "setting.yaml", "city: [0.3", "city: [-0.3", "[-0.3", ["never below 0"]),
    "share above one": ("mic2025", "setting.yaml", "named: [0.8, 0.9, 1.0]", "named: [0.8, 0.9, 1.1]", "[0.8", ["from 0 to 1"]),
    "width of nothing": ("mic2025", "setting.yaml", "width: [0.08", "width: [0.0", "[0.0", ["above 0 throughout"]),
    "instrument misspelt": ("mic2025", "setting.yaml", "lift: [0.6, 1.0, 1.4], jobs", "lifts: [0.6, 1.0, 1.4], jobs", "lifts", ["'lifts' is unknown", "Did you mean 'lift'?"]),
    "instrument twice": ("mic2025", "setting.yaml", "name: robots", "name: cloud", None, ["Two instruments have the same name"]),
    "site that is no place": ("mic2025", "pilots.csv", "330200", "330299", "330299", ["'330299' is not a leaf place", "Did you mean '330"]),
    "site that is a province": ("mic2025", "pilots.csv", "330200", "330000", "330000", ["'330000' is not a leaf place"]),
    "unknown source": ("mic2025", "pilots.csv", "whchina2016", "whchina", None, ["'whchina' is not a key of sources.bib"]),
    "share of documents": ("mic2025", "documents.csv", "50.6", "506", None, ["506 is out of bounds"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_defects_are_named_with_their_spot(copied, name: str) -> None:
    case, file, old, new, at, words = WRONG[name]
    folder = copied(case)
    first, _ = spoil(folder, file, old, new)
    message = message_of(folder)
    assert message.startswith(f"{folder / file}:"), message
    for word in words:
        assert word in message
    if at:
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        line = next(number for number in range(first, len(lines) + 1) if at in lines[number - 1])
        assert f"{folder / file}:{line}:{lines[line - 1].index(at) + 1}: " in message


def test_a_place_without_a_start_is_named(copied) -> None:
    folder = copied("mic2025")
    text = (folder / "industry.csv").read_text(encoding="utf-8")
    (folder / "industry.csv").write_text(re.sub(r"^(110000|120000),.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert "'industry' has no row for 110000 and 1 more places" in message_of(folder)


@pytest.mark.parametrize("file", ["setting.yaml", "industry.csv", "sources.bib"])
def test_a_missing_file_is_named(copied, file: str) -> None:
    folder = copied("mic2025")
    (folder / file).unlink()
    assert f"{folder / file}: The file is missing" in message_of(folder)


def test_overrides_that_cannot_be_are_refused() -> None:
    wrong = {
        "setting.fims=3": "Did you mean 'firms'",
        "setting.firms=0": "override 'setting.firms=0': .* at least 1",
        "yeers=3": "no 'yeers' in the case",
    }
    for override, words in wrong.items():
        with pytest.raises(InputError, match=words):
            case = open_case("mic2025", [override])
            assert isinstance(case, SmallCase)
            checked_setting(case)


@pytest.mark.parametrize(("name", "file"), [("landscape", "case.yaml"), ("landscape", "setting.yaml"), ("mic2025", "case.yaml"), ("mic2025", "setting.yaml")])
def test_whatever_is_scrambled_ends_in_a_message(copied, name: str, file: str) -> None:
    """Twenty-five slips each: a line lost or doubled, a stretch of characters gone, a value of another kind."""
    folder, dice = copied(name), random.Random(f"{name} {file}")
    whole = (folder / file).read_text(encoding="utf-8")
    refused = 0
    for _ in range(25):
        lines, at = whole.splitlines(), dice.randrange(len(whole.splitlines()))
        kind, value = dice.randrange(4), dice.choice(["null", "[]", "{}", "-1", "1e400", "yes please", "[1, 2, 3]", "''"])
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, lines[at])
        elif kind == 2:
            start = dice.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:start] + lines[at][start + dice.randrange(1, 6) :]
        else:
            lines[at] = re.sub(r":.*", f": {value}", lines[at])
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
        try:
            opened = open_case(folder)
            assert isinstance(opened, SmallCase)
            checked_setting(opened)
        except InputError as found:
            refused += 1
            assert str(found)
    assert refused > 6


# --- the data of Made in China 2025 -----------------------------------------------------------------------------------


def test_places_and_documents_are_those_of_the_other_bundled_case() -> None:
    for mine, other in (("places.csv", "places.csv"), ("documents.csv", "mic2025.csv")):
        assert (BUNDLED / "mic2025" / mine).read_bytes() == (BUNDLED / "china-nev" / other).read_bytes()


def test_the_papers_shares_come_out_of_its_rows() -> None:
    table = open_case("mic2025").tables["documents"]
    for level, share in (("provincial", 56.6), ("city", 73.8)):
        number = table[f"{level}_documents"]
        assert (table[f"{level}_pilot_share"] * number).sum() / number.sum() == pytest.approx(share, abs=0.05)


def test_thirty_sites_of_which_most_are_unconfirmed() -> None:
    pilots = open_case("mic2025").tables["pilots"]
    assert len(pilots) == 30 and pilots["status"].value_counts().to_dict() == {"unconfirmed": 26, "sourced": 4}
    assert data_quality(open_case("mic2025")).set_index("table").loc["pilots", "unconfirmed"] == 26


def test_every_source_can_be_looked_up() -> None:
    for key, line in open_case("mic2025").sources.items():
        assert line != key and line.endswith((".", "?", "!")) and not re.search(r"[{}\\]", line), (key, line)


def test_the_tables_are_made_of_the_facts() -> None:
    if not FACTS.is_dir():
        pytest.skip("the shared facts are not here")
    case = open_case("mic2025")
    cities = pd.read_csv(FACTS / "prefectures.csv", dtype={"gb_code": str, "province_gb": str}).set_index("gb_code")
    provinces = pd.read_csv(FACTS / "provinces.csv", dtype={"gb_code": str}).set_index("gb_code")
    too_much = (cities.groupby("province_gb")["gdp_2015_100m"].sum() / provinces["gdp_2015_100m"]).clip(lower=1)
    people = (cities["pop_2010_10k"] + cities["pop_2020_10k"]) / 2
    head = cities["gdp_2015_100m"] * 1e4 / cities["province_gb"].map(too_much) / people
    table = case.tables["industry"].set_index("place")
    given = table["status"] == "derived"
    pd.testing.assert_series_equal(table.loc[given, "output_per_head"], head[table.index[given]].round(-2), check_names=False, rtol=1e-6)
    sites = pd.read_csv(FACTS / "pilots.csv", dtype=str)
    sites = sites[sites["programme"] == "made_in_china_2025_pilot"]
    assert set(sites["gb_code"]) == set(case.tables["pilots"]["place"])
