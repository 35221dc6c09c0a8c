"""Tables of documents: what stands in their cells, titles alone, and quotes that are never closed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from corpus_files import NOTICE, REPLY, listed, read, table
from hypothesis import given
from hypothesis import strategies as st

from shidian.corpus.reading import quotes
from shidian.corpus.reading.quotes import Fault, records

NUMBER, TITLE = "济政办发〔2019〕7号", "济南市人民政府办公厅关于开展共享停车试点工作的通知"


def test_metadata_that_cannot_be_understood_is_listed(tmp_path: Path) -> None:
    rows = [["id", "text", "成文日期", "province", "level", "发文机关"], ["1", NOTICE, "2017-02-30", "火星省", "Unknown", "科技司"]]
    row = read(table(tmp_path / "t.csv", rows), out=tmp_path / "store")["t.csv#1"]
    assert (str(row["signed"]), row["province"], row["level"]) == ("2019-03-08", "370000", "city")
    with (tmp_path / "store" / "disagreements.csv").open(encoding="utf-8", newline="") as file:
        found = {each["field"]: (each["given"], each["read"], each["why"]) for each in csv.DictReader(file)}
    assert found == {
        "issuers": ("科技司", "济南市人民政府办公厅", "not understood"),
        "province": ("火星省", "370000", "not understood"),
        "signed": ("2017-02-30", "2019-03-08", "not understood"),
    }


def test_titles_alone_are_merged_by_level_and_number_or_day(tmp_path: Path) -> None:
    rows = [["id", "title", "number", "发布日期"]]
    rows += [["1", TITLE, NUMBER, "2019-03-10"], ["2", TITLE, NUMBER, "2019-04-02"], ["3", TITLE, "济政办发〔2020〕7号", "2020-03-10"]]
    rows += [["4", "某市年度工作要点", "", "2019-01-05"], ["5", "某市年度工作要点", "", "2020-01-06"], ["6", "某市年度工作要点", "", "2019-01-05"], ["7", "", "", ""]]
    found = read(table(tmp_path / "t.csv", rows), out=tmp_path / "store", options=("--titles",))
    name = {row["id"]: source for source, row in found.items()}
    assert {source: name[row["copy_of"]] for source, row in found.items() if row["copy_of"]} == {"t.csv#2": "t.csv#1", "t.csv#6": "t.csv#4"}


@pytest.mark.parametrize("rest", [("3", REPLY), ("3", '"quoted" ' + REPLY)], ids=["to the end", "to the next quote"])
def test_a_quote_that_is_never_closed_costs_its_own_row_alone(rest: tuple[str, str], tmp_path: Path) -> None:
    one, two = NOTICE.replace("\n", " "), REPLY.replace("\n", " ")
    last = '"' + rest[1].replace('"', '""') + '"' if '"' in rest[1] else two
    (tmp_path / "t.csv").write_text(f'id,text\n1,"{NOTICE}"\n2,"{one}\n3,{last}\n4,{two}\n5,{two}', encoding="utf-8")
    assert set(read(tmp_path / "t.csv", out=tmp_path / "store")) == {"t.csv#1", "t.csv#3", "t.csv#4", "t.csv#5"}
    line = 3 + NOTICE.count("\n")
    assert listed(tmp_path / "store", "unread.csv").keys() == {f"t.csv:{line}"}
    assert "never closed" in listed(tmp_path / "store", "unread.csv")[f"t.csv:{line}"]


CELLS = st.text(alphabet='字,"\n\r; a', max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6))
def test_a_csv_whose_quotes_are_right_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    text = file.getvalue()
    plain = list(csv.reader(io.StringIO(text, newline="")))
    assert [cells for _, cells in records(io.StringIO(text, newline=""), ",")] == plain == rows


@given(CELLS)
def test_no_csv_keeps_its_reader_for_ever_and_every_line_is_in_a_row(text: str) -> None:
    lines = io.StringIO(text, newline="").readlines()
    starts = [line for line, _ in records(lines, ",")]
    assert starts == sorted(set(starts)) and all(1 <= line <= len(lines) for line in starts)


def test_a_table_whose_quotes_never_fit_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotes, "_MOST_AGAIN", 10_000)
    *_, (_, last) = records(['字"字,"字\n'] * 500, ",")
    assert isinstance(last, Fault) and "nothing from here on is read" in last.reason
