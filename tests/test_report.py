"""The report: numbers as people say them, the papers' tables from their rows, and a page that is whole, small and offline.

The results that these tests report on are fabricated (see `fabricated_results`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from fabricated_results import CASE, china_report, some_headlines, toy_report

from shidian.report import ReportInput, report_page, write_report
from shidian.report.charts import Measure, tile_map, trend
from shidian.report.markup import as_script
from shidian.report.numbers import GAP, human, human_interval
from shidian.report.paper_tables import document_shares, table_one, table_two
from shidian.report.results import by_month, recorded, share_by_quarter, yearly
from shidian.report.sentences import agreement


@pytest.fixture(scope="module")
def china() -> ReportInput:
    return china_report()


@pytest.fixture(scope="module")
def page(china: ReportInput) -> str:
    return report_page(china)


def specs_of(page: str) -> list[dict]:
    return [
        json.loads(text) for text in re.findall(r'<script type="application/json" id="chart-\d+">(.*?)</script>', page)
    ]


def test_the_page_has_every_section_and_is_small(page: str) -> None:
    titles = re.findall(r'<span class="number">(\d+)</span> (.*?)</h2>', page)
    assert [int(number) for number, _ in titles] == list(range(1, 13))
    assert [title for _, title in titles][:4] == [
        "What this run says",
        "Sales against history",
        "Microcars",
        "Low-speed cars in Shandong and the country",
    ]
    assert len(page.encode()) < 5_000_000


def test_every_chart_has_a_place_a_description_and_units(page: str) -> None:
    specs = specs_of(page)
    assert len(specs) == page.count("data-chart=") > 20
    assert all(spec["description"] for spec in specs)
    assert all(sum(len(rows) for rows in spec["datasets"].values()) <= 5000 for spec in specs)


def test_no_address_outside_the_library_is_fetched(page: str) -> None:
    own = re.sub(r"<script>/\* Vega.*?</script>", "", page, flags=re.S)
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:,)""", own)
    assert "default-src 'none'" in own and "@import" not in own and "url(" not in own


def test_text_is_escaped_in_prose_and_in_charts() -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    places = toy_report().places.replace("Alpha", evil)
    page = report_page(
        toy_report(
            title=evil,
            description=evil,
            places=places,
            weak=[evil],
            focus=["a"],
            headlines=[dict(some_headlines()[0], label=evil)],
        )
    )
    assert "<img src=x" not in page
    assert page.count("<script") == page.count("</script>")
    assert json.loads(as_script(evil)) == evil


def test_a_small_case_leaves_out_what_it_lacks() -> None:
    page = report_page(toy_report())
    assert re.findall(r'<section id="(.*?)"', page) == ["says", "sales", "microcars", "money", "goals", "provenance"]


def judged(*results: tuple[str, str, str]) -> str:
    """What the opening says of patterns with an id, a use and a result each."""
    rows = [{"id": name, "name": f"pattern {name}", "use": use, "result": result} for name, use, result in results]
    page = report_page(toy_report(patterns=rows))
    return re.sub(r"<[^>]+>", " ", page[page.index('<section id="says"') : page.index('<section id="sales"')])


def test_the_opening_says_how_the_patterns_did_by_use() -> None:
    said = judged(("1", "F", "holds"), ("2", "F", "misses"), ("3", "H", "misses"), ("4", "H", "holds"), ("5", "H", "misses"), ("6", "T", "holds"), ("7", "H", "not yet"))
    assert "Of the 6 patterns that could be judged, 3 hold and 3 miss." in said
    assert "Of the 3 held out, which nothing may be fitted to (H), 1 holds and 2 miss." in said
    assert "Of the 2 that may be fitted (F), 1 holds and 1 misses." in said
    assert "Of the 1 that must hold by construction (T), 1 holds and none misses." in said
    listed = said[said.index("Held out and missed:") :]
    assert "pattern 3 (3)" in listed and "pattern 5 (5)" in listed
    assert "pattern 2 (2)" not in listed


def test_the_opening_is_silent_where_nothing_missed_or_nothing_was_judged() -> None:
    assert "Held out and missed" not in judged(("1", "H", "holds"), ("2", "F", "misses"))
    assert "could be judged" not in judged(("1", "H", "not yet"), ("2", "F", "input"))
    assert "could be judged" not in judged()


def test_keys_of_sources_on_the_page_are_resolved_at_its_end() -> None:
    pattern = {"id": "1", "name": "one", "use": "H", "result": "holds", "source": "gomes2025; caam"}
    seen = pd.DataFrame(
        [["plugin_sales", "0", "2012", 5.0, 4.0, 6.0, "vehicles", "F", "sourced", "iea2024; nobody", ""], ["plugin_sales", "elsewhere", "2012", 5.0, 4.0, 6.0, "vehicles", "F", "sourced", "unseen", ""]],
        columns=["indicator", "place", "period", "value", "low", "high", "unit", "use", "status", "source", "note"],
    )  # fmt: skip
    known = {"gomes2025": "Gomes (2025). Mission.", "caam": "CAAM. Sales.", "iea2024": "IEA (2024). <Outlook>.", "unseen": "Nobody (1999). Not here."}
    page = report_page(toy_report(patterns=[pattern], observed=seen, references=known))
    assert re.findall(r'<section id="(.*?)"', page)[-1] == "references"
    end = page[page.index('<section id="references"') :]
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', end[: end.index("</section>")])
    assert rows == [("caam", "CAAM. Sales."), ("gomes2025", "Gomes (2025). Mission."), ("iea2024", "IEA (2024). &lt;Outlook&gt;.")]
    assert 'id="references"' not in report_page(toy_report(patterns=[pattern]))


def test_a_case_without_results_still_has_a_page() -> None:
    bare = toy_report()
    page = report_page(toy_report(summary=bare.summary.head(0), monthly=bare.monthly.head(0), goals=[]))
    assert re.findall(r'<section id="(.*?)"', page) == ["says", "provenance"]


def test_the_file_is_renamed_into_place(tmp_path: Path) -> None:
    path = write_report(toy_report(), tmp_path / "report.html")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_table_one_comes_out_as_printed() -> None:
    table = table_one(pd.read_csv(CASE / "paper_tables.csv"))
    for name in ("rd_share", "patent_share", "rd_per_person", "patents_per_10000_persons"):
        assert table[name].to_numpy() == pytest.approx(table[f"{name}_printed"].to_numpy(), rel=2e-3, abs=0.006), name


def test_table_two_comes_out_as_printed() -> None:
    table = table_two(pd.read_csv(CASE / "paper_tables.csv"))
    assert table["microcar_share"].to_numpy() == pytest.approx(table["microcar_share_printed"].to_numpy(), abs=0.005)
    assert table.index[0] == "2020" and table["firms"].iloc[-1] == 33


def test_documents_add_up_to_the_paper() -> None:
    sums = document_shares(pd.read_csv(CASE / "mic2025.csv"))
    assert (round(sums.provincial, 1), round(sums.city, 1)) == (56.6, 73.8)
    assert (sums.city_above_province, sums.both_known, sums.provincial_above_half, sums.places) == (23, 28, 25, 31)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1.02e6, "vehicles", "1.02 million vehicles"),
        (0.28, "1", "28 %"),
        (3.4e9, "RMB", "3.4 bn RMB"),
        (0, "km", "0 km"),
        (None, "km", "not known"),
    ]
    + [
        (999.6, "km", "1,000 km"),
        (float("nan"), "1", "not known"),
        (-2.5e6, "", "-2.5 million"),
        (0.0004, "1", "0.04 %"),
    ],
)
def test_numbers_are_said(value: float, unit: str, said: str) -> None:
    assert human(value, unit).replace(GAP, " ") == said


def test_an_interval_shares_its_unit() -> None:
    assert human_interval(0.21, 0.361, "1").replace(GAP, " ") == "21 to 36.1 %"
    assert human_interval(0, 0, "km").replace(GAP, " ") == "0 to 0 km"
    assert human_interval(None, 3.0, "km") == ""


def test_a_quarter_is_the_ratio_of_sums(china: ReportInput) -> None:
    share = share_by_quarter(china.monthly, "microcar_sales", "microcar_share", "bev_sales", "100000")
    part, whole = (
        by_month(china.monthly, name, "100000").set_index("time")["value"] for name in ("microcar_sales", "bev_sales")
    )
    row = share[share["time"] == "2021-02-01"].iloc[0]
    assert row["value"] == pytest.approx(part["2021-01":"2021-03"].sum() / whole["2021-01":"2021-03"].sum())
    assert row["low"] < row["value"] < row["high"]


def test_agreement_counts_what_is_inside() -> None:
    run = pd.DataFrame({"time": [1, 2], "value": [10.0, 20.0], "low": [9.0, 19.0], "high": [11.0, 21.0]})
    seen = pd.DataFrame(
        {"time": [1, 2], "value": [10.5, 40.0], "kind": ["observed, may be fitted", "observed, held out"]}
    )
    said = agreement(run, seen, "sales")
    assert "Of 2 recorded values of sales, 1 lies inside the 80 % interval (of the 1 held out, 0)" in said


def test_a_chart_refuses_too_many_rows(china: ReportInput) -> None:
    run = pd.concat([yearly(china.summary, "plugin_sales", "100000").assign(series="x")] * 400)
    with pytest.raises(ValueError, match="5000 is the most"):
        trend(run, measure=Measure("sales", "vehicles"))


def test_a_logarithmic_axis_leaves_out_nought(china: ReportInput) -> None:
    run = yearly(china.summary, "plugin_sales", "100000").assign(series="x")
    run.loc[run["time"] < 2012, ["value", "low"]] = 0.0
    spec = trend(run, measure=Measure("sales", "vehicles"), log=True).to_dict()
    drawn = next(iter(spec["datasets"].values()))
    assert min(row["time"] for row in drawn) == 2012 and all(row["low"] > 0 for row in drawn)


def test_records_are_told_apart_by_shape(china: ReportInput) -> None:
    seen = recorded(china.observed, "plugin_sales", "100000")
    run = yearly(china.summary, "plugin_sales", "100000").assign(series="x")
    spec = trend(run, seen, measure=Measure("sales", "vehicles")).to_dict()
    shapes = [layer["encoding"]["shape"]["scale"] for layer in spec["layer"] if "shape" in layer["encoding"]]
    assert shapes == [{"domain": ["observed, may be fitted", "observed, held out"], "range": ["circle", "diamond"]}]


def test_tiles_print_their_value() -> None:
    table = pd.DataFrame(
        {"row": [0], "column": [0], "name": ["A"], "time": [2020], "value": [0.2], "low": [0.1], "high": [0.3]}
    )
    spec = tile_map(table, measure=Measure("share", "1", 0.01), year=2020).to_dict()
    assert [layer["encoding"]["text"]["field"] for layer in spec["layer"][1:]] == ["name", "said", "ends"]
