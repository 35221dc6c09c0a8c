"""Panels and pilots as users bring them: any kind of file, any shape, sites at other levels; and mistakes named with their row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidian.evidence.figures import Columns, read_figures
from shidian.evidence.laying import lay, read_boundaries
from shidian.evidence.panel import NEVER, Panel
from shidian.evidence.panel_sites import scaled
from shidian.evidence.periods import Clock
from shidian.evidence.pilots import programmes, read_pilots
from shidian.evidence.reading import read_table
from shidian.foundations.errors import InputError

SHARED = Path(__file__).parents[2] / "shared" / "facts" / "subnational"
YEARS = range(2001, 2007)


def long_rows(units: tuple[str, ...] = ("a", "b", "c", "d")) -> pd.DataFrame:
    rows = [{"place": unit, "year": year, "jobs": 10.0 * at + year - 2000, "gdp": 100.0 + at} for at, unit in enumerate(units) for year in YEARS]
    return pd.DataFrame(rows)


def written(table: pd.DataFrame | str, path: Path) -> Path:
    if isinstance(table, str):
        path.write_text(table, encoding="utf-8")
    elif path.suffix == ".xlsx":
        table.to_excel(path, index=False)
    elif path.suffix == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")
    return path


def sites(text: str, tmp_path: Path) -> Path:
    return written(text, tmp_path / "pilots.csv")


def laid(tmp_path: Path, pilots: str, table: pd.DataFrame | None = None, parent: str | None = None, **options):
    figures = read_figures(written(long_rows() if table is None else table, tmp_path / "panel.csv"), ["jobs"], columns=Columns(parent=parent))
    return lay(figures, read_pilots(sites(pilots, tmp_path), like=figures.place), "jobs", **options)


# --- kinds of file and shapes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [".csv", ".tsv", ".xlsx", ".parquet"])
def test_every_kind_of_file_says_the_same(kind: str, tmp_path: Path) -> None:
    if kind == ".xlsx":
        pytest.importorskip("openpyxl", reason="Excel files need openpyxl")
    if kind == ".parquet":
        pytest.importorskip("pyarrow", reason="Parquet files need pyarrow")
    figures = read_figures(written(long_rows(), tmp_path / f"panel{kind}"), ["jobs"], ["gdp"])
    assert figures.units == ("a", "b", "c", "d")
    assert figures.periods == tuple(YEARS)
    assert figures.tables["jobs"][1].tolist() == [11, 12, 13, 14, 15, 16]
    assert figures.tables["gdp"][3].tolist() == [103] * 6


@pytest.mark.parametrize("head", ["{}", "jobs_{}", "jobs{}", "jobs.{}"])
def test_wide_and_long_say_the_same(head: str, tmp_path: Path) -> None:
    long = read_figures(written(long_rows(), tmp_path / "long.csv"), ["jobs"])
    wide = long_rows().pivot(index="place", columns="year", values="jobs")
    wide.columns = [head.format(year) for year in wide.columns]
    found = read_figures(written(wide.reset_index(), tmp_path / "wide.csv"), ["jobs"])
    assert found.periods == long.periods and found.units == long.units
    assert np.array_equal(found.tables["jobs"], long.tables["jobs"])


def test_rows_in_any_order_give_the_same_panel(tmp_path: Path) -> None:
    one = read_figures(written(long_rows(), tmp_path / "a.csv"), ["jobs"])
    mixed = long_rows().sort_values(["year", "place"], ascending=[False, True])
    other = read_figures(written(mixed, tmp_path / "b.csv"), ["jobs"])
    assert one.units == other.units and np.array_equal(one.tables["jobs"], other.tables["jobs"])


def test_a_row_that_is_not_there_and_an_empty_cell_are_both_missing(tmp_path: Path) -> None:
    table = long_rows().drop(index=[2])
    table.loc[7, "jobs"] = np.nan
    figures = read_figures(written(table, tmp_path / "panel.csv"), ["jobs"])
    assert np.argwhere(np.isnan(figures.tables["jobs"])).tolist() == [[0, 2], [1, 1]]
    assert any("missing" in note for note in figures.notes)


def test_months_and_quarters_are_periods_in_order(tmp_path: Path) -> None:
    table = pd.DataFrame({"city": ["x"] * 3, "year": [2010, 2010, 2009], "month": [2, 1, 12], "jobs": [3.0, 2.0, 1.0]})
    figures = read_figures(written(table, tmp_path / "months.csv"), ["jobs"])
    assert figures.periods == ("2009-12", "2010-01", "2010-02") and figures.tables["jobs"].tolist() == [[1, 2, 3]]
    quarters = pd.DataFrame({"city": ["x"] * 2, "quarter": ["2010Q2", "2010Q1"], "jobs": [2.0, 1.0]})
    assert read_figures(written(quarters, tmp_path / "quarters.csv"), ["jobs"]).periods == ("2010Q1", "2010Q2")


def test_a_gap_in_the_clock_is_said(tmp_path: Path) -> None:
    figures = read_figures(written(long_rows().query("year != 2003"), tmp_path / "panel.csv"), ["jobs"])
    assert any("2002 is followed by 2004" in note for note in figures.notes)


@given(st.lists(st.integers(1000, 2999), min_size=1, max_size=8, unique=True))
def test_years_are_read_however_they_are_written(years: list[int]) -> None:
    for texts in ([str(year) for year in years], [f"{year}.0" for year in years]):
        clock = Clock.of(texts)
        assert not clock.counted
        assert [clock.label(text) for text in texts] == years


# --- mistakes --------------------------------------------------------------------------------------------------------

BAD_PANELS = {
    "a place and period twice": ("place,year,jobs\na,2001,1\na,2002,2\na,2001,3\nb,2001,1\n", "panel.csv:4: a in 2001 stands twice (first in row 2)"),
    "text in numbers": ("place,year,jobs\na,2001,1\na,2002,many\n", "panel.csv:3:3: Column 'jobs': 'many' is not a finite number"),
    "thousands separators": ('place,year,jobs\na,2001,"1,200"\na,2002,2\n', "panel.csv:2:3: Column 'jobs': '1,200'"),
    "two texts in numbers": ('place,year,jobs\na,2001,abc\na,2002,"1,200"\na,2003,abc\n', "panel.csv:3:3: Column 'jobs': '1,200'"),
    "a text twice": ("place,year,jobs\na,2001,abc\na,2002,abc\n", "the cell empty. (1 more rows like this.)"),
    "figures whose squares no number holds": ("place,year,jobs\na,2001,1\na,2002,1e308\na,2003,-1e200\n", "panel.csv:3:3: Column 'jobs': '1e308' cannot be reckoned with"),
    "figures whose squares vanish": ("place,year,jobs\na,2001,1e-200\na,2002,2e-200\n", "panel.csv:2:3: Column 'jobs': '1e-200' cannot be reckoned with"),
    "a figure that hides the others": ("place,year,jobs\na,2001,3\na,2002,2\na,2003,1e20\n", "panel.csv:4:3: Column 'jobs': '1e20' is more than 1e+12 times"),
    "a count that no clock holds": (f"place,year,jobs\na,1,1\na,{'9' * 400},2\n", "panel.csv:3:2: Column 'year'"),
    "an infinite number": ("place,year,jobs\na,2001,inf\na,2002,2\n", "panel.csv:2:3: Column 'jobs': 'inf'"),
    "a period that is none": ("place,year,jobs\na,2001,1\na,soon,2\n", "panel.csv:3:2: Column 'year': 'soon' is not a period"),
    "a place that is empty": ("place,year,jobs\na,2001,1\n,2002,2\n", "panel.csv:3:1: The place is empty"),
    "a column that is not there": ("place,year,job\na,2001,1\n", "panel.csv:1: There is no column 'jobs'. Did you mean 'job'?"),
    "a column twice": ("place,year,jobs,jobs\na,2001,1,1\n", "panel.csv:1:4: The column 'jobs' stands twice"),
    "a row too long": ("place,year,jobs\na,2001,1,1\n", "panel.csv:2: The row has 4 cells under 3 columns"),
    "no rows": ("place,year,jobs\n", "panel.csv:1: The table has no rows"),
    "no column of places": ("where,year,jobs\na,2001,1\n", "No column looks like the places; name it with --place"),
    "no column of periods": ("place,when,jobs\na,2001,1\n", "No column looks like the periods; name it with --period"),
}


@pytest.mark.parametrize("name", BAD_PANELS)
def test_a_mistake_in_a_panel_is_named_with_its_row(name: str, tmp_path: Path) -> None:
    text, message = BAD_PANELS[name]
    with pytest.raises(InputError) as caught:
        read_figures(written(text, tmp_path / "panel.csv"), ["jobs"])
    assert message in str(caught.value)


def test_several_mistakes_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_figures(written("place,year,jobs\na,2001,x\na,2001,y\na,2002,3\n", tmp_path / "panel.csv"), ["jobs"])
    assert "stands twice" in str(caught.value) and "'x' is not a finite number" in str(caught.value)


@pytest.mark.parametrize(("name", "content"), [("panel.json", b"{}"), ("panel.xlsx", b"no workbook"), ("panel.parquet", b"no parquet"), ("panel.csv", "地方,年\n".encode("gb18030") * 30)])
def test_a_file_of_another_kind_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=name):
        read_table(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / "none.csv")


def test_a_site_outside_the_panel_is_an_error_unless_it_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        laid(tmp_path, "place,start\na,2003\nbb,2004\n")
    assert "pilots.csv:3:1: 'bb' is no place of the panel" in str(caught.value) and "--leave-out-missing" in str(caught.value)
    found = laid(tmp_path, "place,start\na,2003\nbb,2004\n", leave_out_missing=True)
    assert found.panel is not None and found.panel.treated.sum() == 1
    assert any("1 of 2 sites are not in the panel" in note for note in found.notes)


def test_sites_are_named_in_what_is_said_of_them_each_once_and_the_rest_are_counted(tmp_path: Path) -> None:
    rows = "site_cn,site_en,gb_code,start,level\n济源,,,2003,\n,,,2003,\n,Six,440106,2003,county\n" + "".join(f",,{code},2003,zone\n" for code in ("440300", "440300", "110000", "430100", "440100"))
    found = laid(tmp_path, rows, long_rows(("440100", "440300", "110000", "430100", "500000")), leave_out_missing=True)
    said = " ".join(found.notes)
    assert "2 of 8 sites are not in the panel and are left out: 济源, row 3." in said
    assert "6 site(s) are only part of the unit that stands for them (Six, 440300, 110000, 430100 and 1 more)" in said


def test_sites_none_of_which_is_in_the_panel_are_always_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--site and --place"):
        laid(tmp_path, "place,start\nx,2003\ny,2004\n", leave_out_missing=True)


@pytest.mark.parametrize(("start", "message"), [("", "pilots.csv:2:2: The site has no start"), ("soon", "pilots.csv:2:2: The start of this site: 'soon' is not a period")])
def test_a_start_that_is_none_is_named_with_its_row(start: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        laid(tmp_path, f"place,start\na,{start}\n")
    assert message in str(caught.value)


def test_an_end_that_is_none_is_named_with_its_cell(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pilots.csv:2:3: The end of this site: 'late'"):
        laid(tmp_path, "place,start,end\na,2003,late\n")


@pytest.mark.parametrize(("name", "called"), [("lngdp", "lngdp"), ("ln gdp", "ln gdp"), ("logGDP", "logGDP"), ("log_pop", "log_pop"), ("logistics", "log logistics"), ("lng", "log lng"), ("gdp", "log gdp")])
def test_logarithms_by_name_are_not_taken_again(name: str, called: str) -> None:
    assert scaled(name, np.array([1.0, 9.0]))[0] == called


@pytest.mark.parametrize("years", [YEARS, (2001, 2002)])
def test_a_panel_is_no_list_of_sites(years: tuple[int, ...], tmp_path: Path) -> None:
    panel = written(long_rows().query("year in @years"), tmp_path / "panel.csv")
    with pytest.raises(InputError, match=f"panel.csv:2:2: a has {len(years)} starts in column 'year', as in a panel"):
        read_pilots(panel)


def test_a_place_may_start_twice(tmp_path: Path) -> None:
    assert len(read_pilots(sites("place,start\na,2003\na,2004\nb,2003\nc,2003\n", tmp_path))) == 4
    renewed = "".join(f"{place},{year}\n" for place in "abcde" for year in (2003, 2006))  # two waves that name all places
    assert len(read_pilots(sites(f"place,start\n{renewed}", tmp_path))) == 10


def test_prefectures_in_a_panel_of_counties_are_the_clusters(tmp_path: Path) -> None:
    units = tuple(f"{prefecture}{county:02}" for prefecture in ("4401", "4403", "4301", "4302", "4201") for county in (2, 3, 5))
    found = laid(tmp_path, "place,start\n440100,2003\n440300,2003\n", long_rows(units))
    assert found.panel is not None and len(np.unique(found.panel.group)) == 5
    assert any("all units under one parent count as one cluster" in note for note in found.notes)


def test_places_under_nothing_belong_together_in_nothing(tmp_path: Path) -> None:
    table = long_rows(("a", "b", "c", "d", "e", "f")).assign(prov=lambda rows: rows["place"].map({"a": "P", "b": "P", "c": "Q", "d": "Q"}).fillna(""))
    found = laid(tmp_path, "place,start\nP,2003\n", table, parent="prov")
    assert found.panel is not None and len(np.unique(found.panel.group)) == 4


# --- a programme over a panel ----------------------------------------------------------------------------------------


def test_starts_ends_and_waves(tmp_path: Path) -> None:
    found = laid(tmp_path, "place,start,end\na,2003,2004\nb,2004-07,\nb,2006,\nc,2010,\n")
    assert found.panel is not None
    assert found.panel.start.tolist() == [2, 3, NEVER, NEVER]
    assert np.isnan(found.panel.outcome[0]).tolist() == [False] * 4 + [True] * 2
    said = " ".join(found.notes)
    assert "left the programme" in said and "start within a period" in said and "earlier start counts" in said and "not treated yet" in said


def test_a_province_covers_its_places_and_binds_them(tmp_path: Path) -> None:
    table = long_rows(("440100", "440300", "110000", "430100"))
    found = laid(tmp_path, "gb_code,start\n440000,2003\n", table)
    assert found.panel is not None
    assert found.panel.start.tolist() == [2, 2, NEVER, NEVER]
    assert found.panel.group[0] == found.panel.group[1] != found.panel.group[2]
    assert found.covers == {"440000": ("440100", "440300")} and found.levels == {"440000": "parent"}


def test_untreated_places_are_bound_by_parent_where_every_site_is_one(tmp_path: Path) -> None:
    table = long_rows(("440100", "440300", "430200", "430100", "420100"))
    every = laid(tmp_path, "gb_code,start\n440000,2003\n", table).panel.group
    assert every[2] == every[3] and len(set(every.tolist())) == 3
    alone = laid(tmp_path, "gb_code,start\n440000,2003\n420100,2003\n", table).panel.group  # all that there is of its province
    assert alone.tolist() == every.tolist()
    mixed = laid(tmp_path, "gb_code,start\n440000,2003\n430100,2003\n", table)
    assert len(set(mixed.panel.group.tolist())) == 4 and any("is not in the errors" in note for note in mixed.notes)


def test_a_column_of_parents_does_the_same(tmp_path: Path) -> None:
    table = long_rows().assign(state=lambda rows: rows["place"].map({"a": "N", "b": "N", "c": "S", "d": "S"}))
    figures = read_figures(written(table, tmp_path / "panel.csv"), ["jobs"], columns=Columns(parent="state"))
    found = lay(figures, read_pilots(sites("place,start\nN,2004\n", tmp_path)), "jobs")
    assert found.panel is not None and found.panel.start.tolist() == [3, 3, NEVER, NEVER]
    table.loc[3, "state"] = "S"
    with pytest.raises(InputError, match="a unit has one parent"):
        read_figures(written(table, tmp_path / "panel.csv"), ["jobs"], columns=Columns(parent="state"))


def test_a_county_counts_as_part_of_its_prefecture(tmp_path: Path) -> None:
    found = laid(tmp_path, "gb_code,start,level\n440106,2003,county\n", long_rows(("440100", "440300", "110000", "430100")))
    assert found.levels == {"440106": "part"} and any("diluted" in note for note in found.notes)


LEVELS = {
    "a city in a panel of provinces": ("440300", ("440000", "330000", "110000"), "part", ("440000",)),
    "a county in a panel of provinces": ("440305", ("440000", "330000", "110000"), "part", ("440000",)),
    "a district of a municipality": ("110105", ("440100", "440300", "110000"), "part", ("110000",)),
    "a prefecture in a panel of counties": ("440300", ("440305", "440306", "440106", "110105"), "parent", ("440305", "440306")),
    "a province in a panel of counties": ("440000", ("440305", "440306", "440106", "110105"), "parent", ("440305", "440306", "440106")),
}


@pytest.mark.parametrize("parent", [None, "region"])
@pytest.mark.parametrize("name", LEVELS)
def test_codes_of_every_level_find_their_places(name: str, parent: str | None, tmp_path: Path) -> None:
    site, units, level, covered = LEVELS[name]
    table = written(long_rows(units).assign(region="south"), tmp_path / "panel.csv")
    figures = read_figures(table, ["jobs"], columns=Columns(parent=parent))
    found = lay(figures, read_pilots(sites(f"gb_code,start\n{site},2003\n", tmp_path)), "jobs")
    assert found.covers == {site: covered} and found.levels == {site: level}


CANNOT = {
    "treated from the first period": ("place,start\na,2001\nb,1999\n", "treated from the panel's first period"),
    "no start within the panel": ("place,start\na,2010\n", "no site of pilots starts within the panel's periods"),
    "no untreated units": ("place,start\na,2003\nb,2003\nc,2003\nd,2003\n", "every unit is treated from the same period"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_told_is_said_and_gives_no_panel(name: str, tmp_path: Path) -> None:
    text, reason = CANNOT[name]
    found = laid(tmp_path, text)
    assert found.panel is None
    assert found.cannot[0].startswith("The effect cannot be told from these data, because ") and reason in found.cannot[0]


def test_changes_of_boundary_are_flagged(tmp_path: Path) -> None:
    figures = read_figures(written(long_rows(), tmp_path / "panel.csv"), ["jobs"])
    changes = read_boundaries(written("place,year\nb,2003\nb,1990\nz,2004\n", tmp_path / "boundaries.csv"), figures)
    assert changes == {"b": (2,)}
    found = lay(figures, read_pilots(sites("place,start\na,2003\n", tmp_path)), "jobs", boundaries=changes)
    assert found.flagged.tolist() == [False, True, False, False]
    area = long_rows().assign(area_km2=[100.0] * 9 + [150.0] * 3 + [100.0] * 12)
    figures = read_figures(written(area, tmp_path / "panel.csv"), ["jobs"], ["area_km2"])
    assert lay(figures, read_pilots(tmp_path / "pilots.csv"), "jobs").flagged.tolist() == [False, True, False, False]


def test_programmes_are_kept_apart(tmp_path: Path) -> None:
    found = programmes(read_pilots(sites("programme,place,start\none,a,2003\ntwo,b,2003\none,c,2004\n", tmp_path)))
    assert {name: [site.place for site in those] for name, those in found.items()} == {"one": ["a", "c"], "two": ["b"]}
    with pytest.raises(InputError, match="Did you mean 'two'"):
        programmes(read_pilots(tmp_path / "pilots.csv"), ["too"])


# --- the panel itself ------------------------------------------------------------------------------------------------


@given(st.integers(1, 6), st.integers(2, 7), st.data())
def test_a_part_of_a_panel_keeps_who_is_treated_when(units: int, periods: int, data: st.DataObject) -> None:
    start = np.array(data.draw(st.lists(st.integers(-1, periods - 1), min_size=units, max_size=units)))
    panel = Panel(np.arange(units * periods, dtype=float).reshape(units, periods), start, tuple(map(str, range(units))), tuple(range(periods)))
    first = data.draw(st.integers(0, periods - 1))
    last = data.draw(st.integers(first, periods - 1))
    part = panel.of(np.ones(units, dtype=bool), slice(first, last + 1))
    assert np.array_equal(part.under, panel.under[:, first : last + 1])
    assert np.array_equal(part.outcome, panel.outcome[:, first : last + 1])


def test_a_panel_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="another shape"):
        Panel(np.zeros((2, 3)), np.array([-1, 0]), ("a", "b"), (1, 2))
    with pytest.raises(ValueError, match="position among the periods"):
        Panel(np.zeros((2, 3)), np.array([-1, 3]), ("a", "b"), (1, 2, 3))


def test_the_real_panels_can_be_read() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared panels are not here")
    figures = read_figures(SHARED / "panels" / "city_gdp_sectors_2000_2023.csv", ["gdp_100m"])
    assert len(figures.units) > 330 and figures.periods == tuple(range(2000, 2024))
    listed = programmes(read_pilots(SHARED / "pilots.csv", like=figures.place))
    assert len(listed) == 14
    found = lay(figures, listed["low_carbon_pilot"], "gdp_100m", leave_out_missing=True)
    assert found.panel is not None and set(found.levels.values()) == {"unit", "parent", "part"}


def test_a_programme_that_ended_is_judged_by_methods_that_need_every_cell_too() -> None:
    from made_panels import Making, made

    from shidian.evidence.synthetic import synthetic_did

    panel = made(Making(units=30, periods=12, starts=(6,), treated=5, effect=1.0), 0)
    ended = panel.outcome.copy()
    ended[panel.treated, 9:] = np.nan
    found = synthetic_did(replace(panel, outcome=ended), draws=19)
    assert found.effect == pytest.approx(synthetic_did(panel.of(np.arange(30), slice(0, 9)), draws=19).effect, abs=1e-9)
    assert any("After 2008 no treated unit" in note for note in found.notes)
