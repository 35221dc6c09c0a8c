"""Cases that are wrong in one way each: the message names the spot and says what to do, and nothing else escapes."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from shidian.cases import load_case
from shidian.cases.bundled import BUNDLED
from shidian.foundations.errors import InputError


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A copy of the toy case to spoil."""
    return Path(shutil.copytree(BUNDLED / "toy", tmp_path / "mine"))


def spoil(folder: Path, name: str, old: str, new: str) -> tuple[int, int]:
    """Replace the first `old`; line and column (in characters) where it stood."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text, f"{name} no longer holds {old!r}"
    before = text[: text.index(old)]
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def message_of(folder: Path, *overrides: str) -> str:
    with pytest.raises(InputError) as caught:
        load_case(folder, overrides)
    return str(caught.value)


YAML = {
    "unknown field": ("case.yaml", "unit: RMB/vehicle, combine: sum", "unitt: RMB/vehicle, combine: sum", "", ["'unitt' is unknown", "Did you mean 'unit'?"]),
    "missing field": ("parameters.yaml", 'alpha: {value: 2.5, unit: "1", ', "alpha: {value: 2.5, ", "alpha: {value: 2.5", ["'unit' is missing", "parameters.alpha"]),
    "repeated name": ("parameters.yaml", "alpha_local:", "alpha:", "alpha: {value: 0.25", ["'alpha' stands twice", "first in line 5"]),
    "NO where text must be one of a list": ("parameters.yaml", "distribution: lognormal", "distribution: NO", "NO", ["'NO' is not one of", "'lognormal'"]),
    "text for a number": ("parameters.yaml", "low: 1.8", "low: low", "low,", ["'low' is not a number"]),
    "truth for a number": ("parameters.yaml", "value: 2.5", "value: true", "true", ["True", "not a finite number"]),
    "infinite number": ("parameters.yaml", "high: 3.5", "high: .inf", ".inf", ["not a finite number"]),
    "unknown unit": ("parameters.yaml", "unit: km", "unit: kmm", "kmm", ["unknown word 'kmm'", "Did you mean 'km'?"]),
    "unit of an indicator": ("case.yaml", "better: higher, unit: km", "better: higher, unit: kWh", "kWh", ["measures another thing than 'km'"]),
    "unknown indicator": ("case.yaml", "indicator: plugin_range", "indicator: plugin_rnge", "plugin_rnge", ["Did you mean 'plugin_range'?"]),
    "weights": ("case.yaml", "weight: 0.25", "weight: 0.35", None, ["add up to 1.1, not 1"]),
    "weight out of bounds": ("case.yaml", "weight: 0.25", "weight: 1.25", "1.25", ["at most 1"]),
    "no start in January": ("case.yaml", "start: 2010-01", "start: 2010-02", None, ["2010-02", "start in January"]),
    "no end in December": ("case.yaml", "end: 2015-12", "end: 2015-11", None, ["2015-11", "end in December"]),
    "calendar backwards": ("case.yaml", "end: 2015-12", "end: 2009-12", None, ["before it starts"]),
    "calendar without month": ("case.yaml", "end: 2015-12", "end: soon", None, ["'soon' is not a period"]),
    "unknown world": ("case.yaml", "world: market", "world: bazaar", "bazaar", ["'bazaar' is not one of 'market'"]),
    "unknown instrument": ("case.yaml", "  plate: {", "  plates: {", "plates", ["'plates' is unknown", "Did you mean 'plate'?"]),
    "rule of an instrument": ("case.yaml", "combine: specific, base: 0.1, scale: 1, meaning: tax", "combine: sum, base: 0.1, scale: 1, meaning: tax", "sum, base: 0.1", ["reads it as 'specific'"]),
    "unit of an instrument": ("case.yaml", "unit: RMB/vehicle, combine: sum", "unit: RMB, combine: sum", "RMB, combine: sum", ["reads it as 'RMB/vehicle'"]),
    "unknown table": ("case.yaml", "  makers: makers.csv", "  maker: makers.csv", "maker: makers.csv", ["'maker' is unknown", "Did you mean 'makers'?"]),
    "undeclared table": ("case.yaml", "  makers: makers.csv\n", "", None, ["'makers' is not declared", "makers.csv"]),
    "absent table": ("case.yaml", "  makers: makers.csv", "  makers: maker.csv", "maker.csv", ["declared as maker.csv", "no such file"]),
    "table elsewhere": ("case.yaml", "  makers: makers.csv", "  makers: ../makers.csv", "../makers.csv", ["not a file name"]),
    "assumed without bounds": ("parameters.yaml", "low: 1.8, high: 3.5, ", "", "alpha:", ["assumed", "`low` and `high`"]),
    "value outside its bounds": ("parameters.yaml", "alpha: {value: 2.5", "alpha: {value: 4.5", "alpha:", ["4.5 does not lie between low 1.8 and high 3.5"]),
    "fixed with bounds": ("parameters.yaml", "distribution: lognormal", "distribution: fixed", "alpha:", ["never drawn"]),
    "vector without spread": ("parameters.yaml", "  spread: 0.4\n", "", "xi:", ["`spread`"]),
    "unknown class in a vector": ("parameters.yaml", "bev-a00: -", "bev-aoo: -", "bev-aoo", ["Did you mean 'bev-a00'?"]),
    "unknown source of a parameter": ("parameters.yaml", "source: invented", "source: inventd", "inventd", ["'inventd' is not a key of sources.bib", "Did you mean 'invented'?"]),
    "broken YAML": ("case.yaml", "{start: 2010-01, end: 2015-12}", "{start: 2010-01, end: 2015-12", None, ["This is not YAML"]),
    "tab": ("case.yaml", "  statement:", "\tstatement:", None, ["This is not YAML"]),
    "list for a mapping": ("parameters.yaml", "tau_ice: {", "tau_ice: [1, 2]\ntau_ace: {", "[1, 2]", ["names and values", "[1, 2]"]),
    "pattern without use": ("patterns.yaml", "    use: H\n", "", "id: lowspeed-first", ["lacks use"]),
    "pattern twice": ("patterns.yaml", "id: port-leads", "id: lowspeed-first", None, ["lowspeed-first stands twice"]),
    "focus of a report": ("case.yaml", "focus: [port,", "focus: [prot,", "prot", ["Did you mean 'port'?"]),
    "printed table": ("case.yaml", "  weak:", "  tables: {mic2025: none.csv}\n  weak:", "none.csv", ["no file none.csv"]),
    "name with a blank": ("case.yaml", "name: toy", "name: my toy", "my toy", ["small letters"]),
}  # fmt: skip


@pytest.mark.parametrize("name", YAML)
def test_yaml_defects_are_named_with_file_line_and_column(toy, name):
    file, old, new, at, words = YAML[name]
    spoil(toy, file, old, new)
    message = message_of(toy)
    first = message.splitlines()[0]
    assert first.startswith(f"{toy / file}:")
    for word in words:
        assert word in message
    if at is not None:
        text = (toy / file).read_text(encoding="utf-8")
        before = text[: text.index(at or new)]
        assert f"{toy / file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: " in message


CSV = {
    "unknown place": ("people.csv", "town,2015", "twon,2015", 1, ["'twon' is not a leaf place", "Did you mean 'town'?"]),
    "people in a province": ("people.csv", "town,2015", "T1,2015", 1, ["'T1' is not a leaf place"]),
    "unknown parent": ("places.csv", "prefecture,T1", "prefecture,T2", 5, ["'T2' is not a code of the table places"]),
    "parent of the wrong level": ("places.csv", "prefecture,T1", "prefecture,T", 5, ["wrong level"]),
    "two centres": ("places.csv", "Inland,,province,T,", "Inland,,centre,,", None, ["2 places of level 'centre'"]),
    "tile taken": ("places.csv", "30,114,1,2", "30,114,1,1", 9, ["taken"]),
    "half a tile": ("places.csv", "30,114,1,2", "30,114,1,", 9, ["only one of grid_row and grid_col"]),
    "latitude": ("places.csv", "30,114,1,2", "300,114,1,2", 7, ["300 is out of bounds", "at most 90"]),
    "unknown level": ("places.csv", "municipality", "city", 4, ["'city' is not one of centre, province"]),
    "NaN": ("people.csv", "town,2015,3000000", "town,2015,NaN", 3, ["'NaN' is not a number"]),
    "text in a number column": ("people.csv", "port,2010,8000000", 'port,2010,"8,000,000"', 3, ["'8,000,000' is not a number", "thousands separators"]),
    "infinite": ("people.csv", "port,2010,8000000", "port,2010,inf", 3, ["'inf' is not a number"]),
    "empty cell": ("people.csv", "port,2010,8000000", "port,2010,", 3, ["empty"]),
    "share above one": ("people.csv", "port,2010,8000000,0.85", "port,2010,8000000,85", 4, ["85 is out of bounds", "at most 1"]),
    "year with a fraction": ("people.csv", "port,2010,", "port,2010.5,", 2, ["not a whole number"]),
    "repeated key": ("people.csv", "port,2015", "port,2010", 1, ["repeats the place, year of line 6"]),
    "unknown class": ("supply.csv", "bev-a00,boxvan,2010", "bev-aoo,boxvan,2010", 1, ["'bev-aoo' is not a class", "Did you mean 'bev-a00'?"]),
    "unknown maker": ("products.csv", "bev-a00,boxvan,2012-03", "bev-a00,boxvans,2012-03", 4, ["Did you mean 'boxvan'?"]),
    "shares": ("supply.csv", "ice-mini,boxvan,2010,0.7", "ice-mini,boxvan,2010,0.6", 4, ["ice-mini in 2010 add up to 0.9"]),
    "unknown nest": ("classes.csv", "plug-in", "plugin", 3, ["'plugin' is not one of combustion, plug-in"]),
    "unknown powertrain": ("classes.csv", "plug-in,bev", "plug-in,ev", 4, ["'ev' is not one of ice, bev"]),
    "code with a blank": ("makers.csv", "harbourcars", "harbour cars", 1, ["one word"]),
    "unknown instrument": ("timeline.csv", "plate,port", "plates,port", 1, ["Did you mean 'plate'?"]),
    "unknown technology": ("timeline.csv", "port,combustion", "port,combustible", 3, ["Did you mean 'combustion'?"]),
    "national instrument": ("timeline.csv", "countryside,T,", "countryside,T1,", 2, ["national instrument", "write the centre, T"]),
    "dates out of order": ("timeline.csv", "2012-07,2015-06", "2012-07,2011-06", 5, ["ends in 2011-06, before it starts"]),
    "days out of order": ("timeline.csv", "2012-07,2015-06", "2012-07-20,2012-07-10", 5, ["before it starts"]),
    "no period": ("timeline.csv", "2012-07,2015-06", "2012-13,2015-06", 4, ["'2012-13' is not a period"]),
    "unit of another dimension": ("timeline.csv", "15000,RMB/vehicle", "15000,km", 9, ["measures another thing than 'RMB/vehicle'"]),
    "unknown unit": ("timeline.csv", "15000,RMB/vehicle", "15000,RBM/vehicle", 9, ["unknown word 'RBM'", "Did you mean 'RMB'?"]),
    "assumed without bounds": ("timeline.csv", "12000,9000,15000", "12000,,", 7, ["assumed", "give low and high"]),
    "one bound": ("timeline.csv", "12000,9000,15000", "12000,9000,", 7, ["only one of low and high"]),
    "outside its bounds": ("timeline.csv", "12000,9000,15000", "22000,9000,15000", 6, ["22000 does not lie between low and high"]),
    "size beyond the instrument": ("timeline.csv", "0.6,0.5,0.7", "-0.6,-0.7,-0.5", 6, ["at least 0"]),
    "access without logarithm": ("timeline.csv", "0.15,0.08,0.25", "0,0,0.25", 6, ["access is 0"]),
    "unknown status": ("timeline.csv", "assumed", "guessed", 10, ["'guessed' is not one of sourced"]),
    "unknown source": ("timeline.csv", "assumed,invented", "assumed,inventd", 11, ["'inventd' is not a key of sources.bib"]),
    "sourced without source": ("timeline.csv", "assumed,invented", "sourced,", 11, ["names no source"]),
    "attribute that is a share": ("attributes.csv", "in_reach,1,1,1,1", "in_reach,2,2,2,1", 4, ["2 is above 1"]),
    "unknown attribute": ("attributes.csv", ",distance,", ",distances,", 3, ["Did you mean 'distance'?"]),
    "a year without a price": ("attributes.csv", "ice-mini,2012,price", "ice-mini,2009,price", None, ["ice-mini has no price in 2012"]),
    "price without a year": ("attributes.csv", "ice-mini,2012,price", "ice-mini,,price", None, ["price has no year"]),
    "slip in a series": ("series.csv", "car_fleet_start", "car_fleet_stat", 1, ["very near to 'car_fleet_start'"]),
    "slip in an indicator": ("observed.csv", "car_sales", "car_sale", 1, ["very near to 'car_sales'"]),
    "seasonality": ("series.csv", "seasonality,01,1.1", "seasonality,01,9.1", None, ["seasonality has the mean"]),
    "season of another series": ("series.csv", "gasoline_price,2010", "gasoline_price,07", 2, ["only seasonality has"]),
    "products overlap": ("products.csv", "2012-03,2013,", "2012-03,2014,", None, ["already on sale in 2014-01"]),
    "product never ends": ("products.csv", "2012-03,2013,", "2012-03,,", None, ["already on sale in 2014-01"]),
    "band of no range": ("schedules.csv", "2010-06,2012,80,150", "2010-06,2012,180,150", 6, ["150 is not above range_min"]),
    "chargers of a prefecture": ("chargers.csv", "T1,2010", "town,2010", 1, ["'town' is not a provincial unit"]),
    "a cell too many": ("chargers.csv", "T1,2012,60", "T1,2012,60,", 8, ["8 cells under 7 columns"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CSV)
def test_table_defects_are_named_with_file_line_and_column(toy, name):
    file, old, new, column, words = CSV[name]
    line, _ = spoil(toy, file, old, new)
    message = message_of(toy)
    for word in words:
        assert word in message
    assert f"{toy / file}:" in message
    if column is not None:
        assert f"{toy / file}:{line}:{column}: " in message


def test_many_rows_with_one_defect_make_one_finding(toy):
    text = (toy / "chargers.csv").read_text(encoding="utf-8")
    (toy / "chargers.csv").write_text(text.replace("T1,", "T9,"), encoding="utf-8")
    message = message_of(toy)
    assert len(message.splitlines()) == 1 and "(5 more rows like this.)" in message


def test_several_findings_come_at_once_and_no_more_than_ten(toy):
    spoil(toy, "people.csv", "town,2015", "twon,2015")
    spoil(toy, "makers.csv", "e-bike", "bike")
    assert len(message_of(toy).splitlines()) == 2
    for _ in range(15):
        spoil(toy, "parameters.yaml", "status: assumed", "status: guess")
    lines = message_of(toy).splitlines()
    assert len(lines) == 11 and "5 more" in lines[-1]


@pytest.mark.parametrize("name", ["case.yaml", "parameters.yaml", "patterns.yaml", "sources.bib", "places.csv"])
def test_missing_files_are_named(toy, name):
    (toy / name).unlink()
    message = message_of(toy)
    assert name in message


def test_header_defects(toy):
    spoil(toy, "people.csv", "urban_share", "urbn_share")
    message = message_of(toy)
    assert f"{toy / 'people.csv'}:1:4: " in message and "Did you mean 'urban_share'?" in message
    assert f"{toy / 'people.csv'}:1: The table 'people' lacks the column 'urban_share'" in message


def test_a_repeated_column_is_refused(toy):
    spoil(toy, "people.csv", "urban_share", "year")
    assert f"{toy / 'people.csv'}:1:4: The column 'year' stands twice" in message_of(toy)


@pytest.mark.parametrize("text", ["", "place,year,piles,status,source,note\n", "\n\n"])
def test_empty_tables(toy, text):
    (toy / "chargers.csv").write_text(text, encoding="utf-8")
    message = message_of(toy)
    assert f"{toy / 'chargers.csv'}:1: " in message and ("no rows" in message or "lacks the column" in message)


@pytest.mark.parametrize(
    ("encoding", "note", "name"),
    [("gb18030", "这是一个说明", "GB18030"), ("utf-16", "note", "UTF-16"), ("utf-16-le", "note", "UTF-16"), ("latin-1", "Zürich, à côté", "Latin-1")],
)
@pytest.mark.parametrize("file", ["makers.csv", "parameters.yaml"])
def test_other_encodings_are_recognised(toy, encoding, note, name, file):
    spoil(toy, file, "invented", f'"{note}"' if file.endswith("csv") else f"invented # {note}")
    text = (toy / file).read_text(encoding="utf-8")
    (toy / file).write_bytes(text.encode(encoding))
    message = message_of(toy)
    line = 1 if "utf-16" in encoding else next(i for i, row in enumerate(text.splitlines(), 1) if note in row)
    assert f"{toy / file}:{line}:" in message
    assert f"seems to be {name}" in message and "Save it again as UTF-8" in message


def test_what_is_no_text_is_not_taken_for_utf_16(toy):
    (toy / "makers.csv").write_bytes(bytes(range(256)) * 9)
    assert f"{toy / 'makers.csv'}: The file is no text" in message_of(toy)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("parameters.alfa.value=3", ["no 'alfa' in parameters", "Did you mean 'alpha'?"]),
        ("parameters.alpha.valu=3", ["Did you mean 'value'?"]),
        ("parameters.xi.value.bev-a0=1", ["Did you mean 'bev-a00'?"]),
        ("parameters.alpha.value.x=3", ["single value"]),
        ("instruments.central_subsidies.scale=0", ["Did you mean 'central_subsidy'?"]),
        ("mission.goals.9.weight=0.3", ["list of 5"]),
        ("colour=red", ["no 'colour' in the case"]),
        ("parameters.alpha.value", ["not PATH=VALUE"]),
        ("=3", ["not PATH=VALUE"]),
        ("parameters.alpha.value=much", ["override 'parameters.alpha.value=much'", "not a finite number"]),
        ("parameters.alpha.value=", ["not a finite number"]),
        ("parameters.alpha.value=9", ["does not lie between low 1.8 and high 3.5"]),
        ("calendar.end=2020-06", ["end in December"]),
        ("calendar.end=2020-12", ["has no price in 2016, 2017, 2018, 2019 ..."]),
        ("mission.goals.0.weight=0.3", ["add up to 1.05"]),
        ("instruments.plate.scale=-1", ["at least 0", "override 'instruments.plate.scale=-1'"]),
        ("parameters.=3", ["no '' in parameters"]),
    ],
)
def test_bad_overrides(override, words):
    with pytest.raises(InputError) as caught:
        load_case("toy", [override])
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(("name", "words"), [("toyy", "neither a bundled case"), ("", "neither a bundled case"), (".", "no case.yaml")])
def test_unknown_cases(tmp_path, monkeypatch, name, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=words):
        load_case(name)


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just words", "a: &x {b: *x}\n", "? [a]\n: b\n", "a: *nothing\n", "--- a\n--- b\n", "a: \x07\n", "!!python/object:os.system {}\n"])
@pytest.mark.parametrize("file", ["case.yaml", "parameters.yaml", "patterns.yaml"])
def test_odd_yaml_is_refused_plainly(toy, file, content):
    (toy / file).write_text(content, encoding="utf-8")
    assert str(toy / file) in message_of(toy)


def test_no_scramble_of_a_file_escapes_as_anything_but_a_finding(toy):
    """Bytes dropped, doubled or replaced anywhere: the case loads or says what is wrong."""
    files = [file for file in sorted(toy.iterdir()) if file.suffix in (".csv", ".yaml", ".bib")]
    dice = random.Random(7)
    refused = 0
    for _ in range(25):
        file = dice.choice(files)
        sound = file.read_bytes()
        raw = bytearray(sound)
        for _ in range(dice.randint(1, 4)):
            spot = dice.randrange(len(raw))
            raw[spot : spot + dice.choice((0, 1, 30))] = dice.choice((b"", b",", b"\n", b'"', b"{", b"\xff", b"-1", b": ", b"2031"))
        file.write_bytes(raw)
        try:
            load_case(toy)
        except InputError as finding:
            refused += 1
            assert str(toy) in str(finding)
        finally:
            file.write_bytes(sound)
    assert refused
