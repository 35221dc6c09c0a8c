"""Input that would do harm or that is half broken: each is reported by name with the reason, nothing hangs, and the rest is kept."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from corpus_files import NOTICE, table

from shidian.corpus.building import Reading, read_documents
from shidian.corpus.reading.html import of_page
from shidian.corpus.reading.raw import Unreadable
from shidian.corpus.store import Store


def read(folder: Path) -> tuple[Store, dict[str, str], dict[str, str]]:
    """A folder read: the store, texts by source and part, and reasons by source."""
    store = read_documents(Reading((folder,)), folder.parent / "store", workers=1)
    rows = [row for part in store.parts for row in pq.read_table(part, columns=["source", "part", "text"]).to_pylist()]
    with (store.path / "unread.csv").open(encoding="utf-8", newline="") as file:
        reasons = {row["source"]: row["reason"] for row in csv.DictReader(file)}
    return store, {f"{row['source']} {row['part']}": row["text"] for row in rows}, reasons


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good document."""
    made = tmp_path / "d"
    made.mkdir()
    (made / "good.txt").write_text(NOTICE, encoding="utf-8")
    return made


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "lost.txt").symlink_to("nowhere.txt")
    _, texts, reasons = read(folder)
    assert list(texts) == ["d/good.txt 0"]
    assert reasons == {"d/pipe.txt": "it is no file but a folder, a pipe or a device", "d/lost.txt": "it is a link that leads nowhere"}


def test_marks_nested_without_end_are_refused_and_long_pages_are_not() -> None:
    with pytest.raises(Unreadable, match="nested more than 5,000 deep"):
        of_page("<html><body>" + "<div>" * 400_000 + "关于某事的通知" + "</div>" * 400_000, "x")
    flat = "<html><body><div>" + "<p>某市开展停车试点<br>" * 10_000 + "</div>" + "<table><tr><td>一<td>二</table>" * 5_000
    assert of_page(flat, "x").text.count("停车试点") == 10_000


def test_halves_of_characters_are_replaced_in_texts_and_names(folder: Path) -> None:
    lines = [{"id": "1", "title": "关于\ud800某事的通知", "text": NOTICE + "\ud83d\ude97\udc00"}, {"id": "2", "text": "短\ud800"}]
    (folder / "t.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text(NOTICE, encoding="utf-8")
        named = ["d/\ufffd.txt 0"]
    except OSError:  # some systems take no such name
        named = []
    _, texts, reasons = read(folder)
    assert sorted(texts) == sorted(["d/good.txt 0", "d/t.jsonl#1 0", *named])
    assert texts["d/t.jsonl#1 0"].endswith("🚗\ufffd")
    assert list(reasons) == ["d/t.jsonl#2"]


def test_a_stray_zero_byte_loses_no_table_and_utf_16_needs_no_mark(folder: Path) -> None:
    table(folder / "t.csv", [["id", "text"], ["1", NOTICE * 4], ["2", NOTICE + "\0。"]])
    (folder / "wide.txt").write_bytes(("一、第一条\n" + NOTICE).encode("utf-16-le"))
    _, texts, reasons = read(folder)
    assert not reasons and texts["d/t.csv#2 0"].endswith("）。") and texts["d/wide.txt 0"].startswith("一、第一条")


def test_json_nested_without_end_is_one_bad_line(folder: Path) -> None:
    (folder / "t.jsonl").write_text("[" * 200_000 + "\n" + json.dumps({"id": "2", "text": NOTICE}), encoding="utf-8")
    _, texts, reasons = read(folder)
    assert "d/t.jsonl#2 0" in texts and "no JSON" in reasons["d/t.jsonl:1"]


def test_the_note_under_a_signature_stays_with_its_document(folder: Path) -> None:
    second = NOTICE.replace("〔2019〕7号", "〔2020〕9号").replace("停车", "充电")
    table(folder / "t.csv", [["id", "text"], ["1", f"{NOTICE}\n\n{second}"]])
    _, texts, _ = read(folder)
    assert texts["d/t.csv#1 0"] == NOTICE and texts["d/t.csv#1 1"] == second
