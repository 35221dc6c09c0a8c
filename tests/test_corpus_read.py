"""Reading documents: every format through the door that users use, bad input by name and reason, the same store however it was come by."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from corpus_files import NOTICE, REPLY, docx, listed, made_or_dead, page, pdf, read, table, xlsx
from hypothesis import given
from hypothesis import strategies as st

from shidian.cli import shidian
from shidian.corpus import building
from shidian.corpus.building import Reading, read_documents
from shidian.corpus.reading import docx as word
from shidian.corpus.reading import raw
from shidian.corpus.reading.encodings import decode
from shidian.corpus.reading.raw import tidy
from shidian.corpus.store import open_store
from shidian.foundations.errors import InputError

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
NUMBER, TITLE = "济政办发〔2019〕7号", "济南市人民政府办公厅关于开展共享停车试点工作的通知"


# --- formats ----------------------------------------------------------------------------------------------------------

FORMATS = {
    "a.txt": lambda path: path.write_text(NOTICE, encoding="utf-8"),
    "bom.txt": lambda path: path.write_text(NOTICE, encoding="utf-8-sig"),
    "gb.txt": lambda path: path.write_text(NOTICE, encoding="gb18030"),
    "wide.txt": lambda path: path.write_text(NOTICE, encoding="utf-16"),
    "windows.txt": lambda path: path.write_bytes(NOTICE.replace("\n", "\r\n").encode()),
    "a.md": lambda path: path.write_text("---\nkept: no\n---\n# " + NOTICE.replace("一、", "## 一、"), encoding="utf-8"),
    "a.html": lambda path: path.write_text(page(NOTICE), encoding="utf-8"),
    "gb.html": lambda path: path.write_bytes(page(NOTICE).replace("utf-8", "gb2312").encode("gb18030")),
    "a.docx": lambda path: docx(path, NOTICE),
    "a.pdf": lambda path: pdf(path, NOTICE.split("\n")),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_is_the_same_in_every_format(name: str, tmp_path: Path) -> None:
    FORMATS[name](tmp_path / name)
    row = read(tmp_path / name, out=tmp_path / "store")[name]
    assert row["title"] == TITLE
    assert row["number"] == NUMBER
    assert row["issuers"] == ["济南市人民政府办公厅"]
    assert row["cited"] == ["国办发〔2018〕12号"]
    assert (row["level"], row["province"], row["prefecture"]) == ("city", "370000", "370100")
    assert str(row["signed"]) == "2019-03-08"
    assert "网站地图" not in row["text"] and "var x" not in row["text"]
    assert [line for line in row["text"].split("\n") if line][-3:] == NOTICE.split("\n")[-3:]


TABLES = {
    "t.csv": lambda path, rows: table(path, rows),
    "gb.csv": lambda path, rows: table(path, rows, encoding="gb18030"),
    "t.tsv": lambda path, rows: table(path, rows, "\t"),
    "semicolon.csv": lambda path, rows: table(path, rows, ";"),
    "t.xlsx": lambda path, rows: xlsx(path, rows),
    "t.jsonl": lambda path, rows: path.write_text("\n".join(json.dumps(dict(zip(rows[0], row)), ensure_ascii=False) for row in rows[1:]), encoding="utf-8"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_row_of_a_table_is_a_document(name: str, tmp_path: Path) -> None:
    TABLES[name](tmp_path / name, [["id", "标题", "正文"], ["x1", TITLE, NOTICE], ["x2", "", REPLY]])
    rows = read(tmp_path / name, out=tmp_path / "store")
    assert rows[f"{name}#x1"]["number"] == NUMBER
    reply = rows[f"{name}#x2"]
    assert (reply["number"], reply["level"], reply["province"], str(reply["signed"])) == ("发改地区〔2015〕100号", "national", "", "2015-06-30")


def test_the_users_metadata_wins_and_differences_are_listed(tmp_path: Path) -> None:
    rows = [["id", "title", "text", "level", "发文字号", "成文日期", "issuing_body", "发布日期"], ["1", TITLE, NOTICE, "provincial", "济政办发[2019]8号", "2019/3/9", "济南市人民政府办公厅", "2019-04-01"]]
    row = read(table(tmp_path / "t.csv", rows), out=tmp_path / "store")["t.csv#1"]
    assert (row["level"], row["number"], str(row["signed"]), str(row["published"])) == ("province", "济政办发〔2019〕8号", "2019-03-09", "2019-04-01")
    assert row["given"]["level"] == "provincial" and row["given"]["kind"] is None
    assert row["evidence"]["number"] == {"where": "meta", "start": -1, "end": -1, "quote": "济政办发[2019]8号"}
    with (tmp_path / "store" / "disagreements.csv").open(encoding="utf-8", newline="") as file:
        differences = {each["field"]: (each["given"], each["read"]) for each in csv.DictReader(file)}
    assert differences == {"level": ("provincial", "city"), "number": ("济政办发[2019]8号", NUMBER), "signed": ("2019/3/9", "2019-03-08")}
    bare = read(tmp_path / "t.csv", out=tmp_path / "bare", options=("--no-metadata",))["t.csv#1"]
    assert (bare["level"], bare["number"], bare["given"]["level"]) == ("city", NUMBER, None)


def test_a_column_is_what_the_user_says(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [["words", "level"], [NOTICE, "national"]])
    row = read(path, out=tmp_path / "store", options=("--column", "text=words", "--column", "level="))["t.csv#row-1"]
    assert row["level"] == "city"


def test_a_page_tells_its_fields(tmp_path: Path) -> None:
    fields = {"发文机关": "国务院办公厅", "发文字号": "国办发〔2018〕123号", "成文日期": "2018年12月07日", "发布日期": "2018年12月27日", "标　　题": "国务院办公厅关于某事的意见"}
    (tmp_path / "p.html").write_text(page("某事\n" + "正文写在这里。" * 40, fields), encoding="utf-8")
    row = read(tmp_path / "p.html", out=tmp_path / "store")["p.html"]
    assert (row["number"], row["issuers"], str(row["signed"]), str(row["published"])) == ("国办发〔2018〕123号", ["国务院办公厅"], "2018-12-07", "2018-12-27")
    assert row["title"] == "国务院办公厅关于某事的意见"
    assert row["evidence"]["number"]["where"] == "meta"


@pytest.mark.parametrize(
    "fields",
    [
        "发布部门： 山东省人民政府\n发文字号：鲁政发〔2014〕3号\n发布日期：2014-02-03\n时效性：现行有效\n效力级别：地方规范性文件",
        "索引号： 1/2014-1 发布机构： 某网 发文机关： 山东省人民政府 标　　题： 关于某事的意见 发文字号： 鲁政发〔2014〕3号 时效性： 有效 效力级别： 规范性文件 发布日期： 2014年02月03日",
        "【制定机关】 山东省人民政府\n【发文字号】 鲁政发〔2014〕3号\n【公布日期】 2014.02.03\n【时效性】 现行有效\n【效力位阶】 地方规范性文件",
    ],
)
def test_field_blocks_of_pkulaw_are_read(fields: str, tmp_path: Path) -> None:
    docx(tmp_path / "e.docx", "山东省人民政府关于某事的意见\n" + fields + "\n各市人民政府：\n" + "为做好某事，提出以下意见。\n" * 9)
    row = read(tmp_path / "e.docx", out=tmp_path / "store")["e.docx"]
    assert (row["number"], row["issuers"], str(row["published"]), row["status"], row["kind"]) == ("鲁政发〔2014〕3号", ["山东省人民政府"], "2014-02-03", "in force", "policy")


def test_a_pkulaw_text_keeps_its_title_once(tmp_path: Path) -> None:
    head = f"    【法宝引证码】 CLI.12.1\r\n原文链接：https://example.org/1.html\r\n{TITLE}\r\n{NOTICE}".replace("\n", "\r\n").replace("\r\r", "\r")
    (tmp_path / "p.txt").write_bytes(head.encode())
    row = read(tmp_path / "p.txt", out=tmp_path / "store")["p.txt"]
    assert row["title"] == TITLE and row["text"].count(TITLE) == 1 and "法宝" not in row["text"]


# --- several documents in one -----------------------------------------------------------------------------------------


def lawbook(title: str, text: str, mark: str) -> str:
    """A text download of PKULaw."""
    return f"    【法宝引证码】 {mark}\r\n原文链接：https://example.org/{mark}.html\r\n{title}\r\n{title}\r\n{text}\r\n"


def test_downloads_of_pkulaw_in_one_file_are_told_apart_however_short(tmp_path: Path) -> None:
    other, third = "国家发展改革委关于湖南省某规划的复函", "某市人民政府关于同意某事的批复"
    brief = "某政复〔2020〕3号\n某县人民政府：\n同意。\n2020年3月5日"
    parts = [lawbook(TITLE, NOTICE.partition("\n")[2], "CLI.12.1"), lawbook(third, brief, "CLI.12.2"), lawbook(other, REPLY.partition("\n")[2], "CLI.4.3")]
    (tmp_path / "p.txt").write_text("".join(parts), encoding="utf-8")
    rows = read(tmp_path / "p.txt", out=tmp_path / "store")
    told = {name: (row["title"], str(row["signed"])) for name, row in rows.items()}
    assert told == {"p.txt": (TITLE, "2019-03-08"), "p.txt part 1": (third, "2020-03-05"), "p.txt part 2": (other, "2015-06-30")}
    assert not any("法宝" in row["text"] or "原文链接" in row["text"] for row in rows.values())


@pytest.mark.parametrize("closing", ["济南市人民政府办公厅2019年3月8日印发", "抄送：市委各部门。\n济南市人民政府办公厅 2019 年 3 月 8 日印发", "济南市人民政府办公厅\n2019年3月8日印发（共印50份）"])
def test_the_closing_line_belongs_to_the_document_above(closing: str, tmp_path: Path) -> None:
    other = "山东省人民政府关于另一事的通知"
    (tmp_path / "t.txt").write_text(f"{NOTICE}\n{closing}\n{other}\n鲁政发〔2018〕1号\n各市人民政府：\n{LONG}山东省人民政府\n2018年5月2日", encoding="utf-8")
    rows = read(tmp_path / "t.txt", out=tmp_path / "store")
    assert [row["title"] for row in rows.values()] == [TITLE, other]
    assert "印发" in rows["t.txt"]["text"][-20:] and "印发" not in next(reversed(rows.values()))["text"]


LONG = "各有关部门要加强领导，密切配合，认真组织实施，确保各项任务落到实处。\n" * 12


@pytest.mark.parametrize(
    "between",
    ["济南市人民政府办公厅2019年3月8日印发\n各市人民政府，省政府各部门：\n", "山东省人民政府关于另一事的通知\n鲁政发〔2018〕1号\n各市人民政府：\n"],
    ids=["after the closing line", "at a title with a number"],
)
def test_two_documents_in_one_cell_are_told_apart(between: str, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [["id", "text"], ["1", NOTICE.replace("（此件公开发布）", LONG if "印发" in between else "") + between + LONG]])
    rows = read(path, out=tmp_path / "store")
    assert set(rows) == {"t.csv#1", "t.csv#1 part 1"}
    assert rows["t.csv#1"]["level"] == "city" and rows["t.csv#1 part 1"]["level"] == "province"


def test_what_a_document_forwards_is_a_part_of_it(tmp_path: Path) -> None:
    text = "山东省人民政府办公厅转发国务院办公厅关于某事文件的通知\n鲁政办发〔2018〕1号\n各市人民政府：\n现予转发。\n山东省人民政府办公厅\n2018年5月1日\n国务院办公厅关于某事的通知\n国办发〔2018〕9号\n各省、自治区、直辖市人民政府：\n"
    (tmp_path / "f.txt").write_text(text + LONG + "国务院办公厅\n2018年4月2日", encoding="utf-8")
    rows = read(tmp_path / "f.txt", out=tmp_path / "store")
    assert set(rows) == {"f.txt"}
    assert (rows["f.txt"]["number"], str(rows["f.txt"]["signed"]), rows["f.txt"]["cited"]) == ("鲁政办发〔2018〕1号", "2018-05-01", ["国办发〔2018〕9号"])


# --- bad input --------------------------------------------------------------------------------------------------------

DOCTYPE = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
BAD = {
    "empty.txt": (lambda path: path.write_bytes(b""), "the file is empty"),
    "blank.txt": (lambda path: path.write_text(" \n\u3000\n"), "no text"),
    "binary.txt": (lambda path: path.write_bytes(random.Random(1).randbytes(5000)), "zero bytes"),
    "empty.docx": (lambda path: path.write_bytes(b""), "the file is empty"),
    "torn.docx": (lambda path: (docx(path, NOTICE), path.write_bytes(path.read_bytes()[:300])), "damaged"),
    "old.docx": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "old Word file"),
    "old.doc": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0"), "old Word file"),
    "entities.docx": (lambda path: docx(path, NOTICE, DOCTYPE), "document type"),
    "bomb.docx": (lambda path: docx(path, "零" * 9_000_000), "swells"),
    "broken.docx": (lambda path: docx(path, NOTICE, "<"), "XML"),
    "torn.xlsx": (lambda path: (xlsx(path, [["text"], [NOTICE]]), path.write_bytes(path.read_bytes()[:400])), "damaged"),
    "torn.pdf": (lambda path: path.write_bytes(b"%PDF-1.4 nothing"), "damaged"),
    "picture.pdf": (lambda path: pdf(path, [""]), "picture"),
    "script.html": (lambda path: path.write_text("<html><body><script>write()</script></body></html>"), "no text"),
    "photo.jpg": (lambda path: path.write_bytes(b"\xff\xd8"), "OCR"),
    "packed.zip": (lambda path: path.write_bytes(b"PK"), "unpack"),
    "numbers.csv": (lambda path: table(path, [["year", "count"], ["2012", "3"]]), "no column that holds text among 'year', 'count'"),
    "empty.csv": (lambda path: path.write_bytes(b""), "the file is empty"),
    "strange.dat": (lambda path: path.write_bytes(b"x"), "'.dat'"),
}


def test_what_cannot_be_read_is_listed_with_the_reason_and_the_rest_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name, (make, _) in BAD.items():
        make(folder / name)
    (folder / "good.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "README.md").write_text("about")
    (folder / "deep.html").write_text("<div>" * 20_000 + NOTICE, encoding="utf-8")
    rows = read(folder, out=tmp_path / "store")
    assert {"mixed/good.txt", "mixed/deep.html"} == set(rows)
    unread = listed(tmp_path / "store", "unread.csv")
    assert set(unread) == {f"mixed/{name}" for name in BAD}
    wrong = {name: unread[f"mixed/{name}"] for name, (_, reason) in BAD.items() if reason not in unread[f"mixed/{name}"]}
    assert not wrong
    assert listed(tmp_path / "store", "left_out.csv") == {"mixed/README.md": "its name fits 'README*'"}


def test_rows_that_hold_no_document_are_listed(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [["id", "title", "text"], ["1", "题", "error"], ["2", "题", ""], ["3", "司法程序规定", "司法程序规定\n扫一扫"], ["4", TITLE, NOTICE]])
    assert set(read(path, out=tmp_path / "store")) == {"t.csv#4"}
    assert listed(tmp_path / "store", "unread.csv") == {
        "t.csv#1": "the text says only 'error'",
        "t.csv#2": "the text is empty",
        "t.csv#3": "the text holds 3 characters besides the title: '司法程序规定 扫一扫'",
    }


def test_folders_that_are_not_gone_into_are_listed(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    for name in ("real", ".git", "page_files"):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "page.html").write_text(page(NOTICE), encoding="utf-8")
    (folder / "linked").symlink_to(folder, target_is_directory=True)
    assert set(read(folder, out=tmp_path / "store")) == {"d/real/a.txt", "d/page.html"}
    left_out = listed(tmp_path / "store", "left_out.csv")
    assert left_out.keys() == {"d/.git/", "d/page_files/", "d/linked/"} and "links are not followed" in left_out["d/linked/"]


def test_a_broken_line_of_jsonl_loses_only_itself(tmp_path: Path) -> None:
    lines = [json.dumps({"text": NOTICE}), "{broken", "[1, 2]", json.dumps({"other": 1}), json.dumps({"text": REPLY})]
    (tmp_path / "t.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert set(read(tmp_path / "t.jsonl", out=tmp_path / "store")) == {"t.jsonl#row-1", "t.jsonl#row-5"}
    assert set(listed(tmp_path / "store", "unread.csv")) == {"t.jsonl:2", "t.jsonl:3", "t.jsonl:4"}


@pytest.mark.parametrize("name", ["long.txt", "long.csv", "long.jsonl"])
def test_a_line_longer_than_any_document_is_passed_over(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "LARGEST", 100_000)
    for module in ("plain", "tables"):
        monkeypatch.setattr(f"shidian.corpus.reading.{module}.LARGEST", 100_000)
    long = "长" * 400_000
    if name == "long.csv":
        (tmp_path / name).write_text(f"text\n{long}\n{NOTICE.split(chr(10))[0]}本行是第二行的全文内容\n", encoding="utf-8")
    elif name == "long.jsonl":
        (tmp_path / name).write_text(json.dumps({"text": long}) + "\n" + json.dumps({"text": NOTICE}), encoding="utf-8")
    else:
        (tmp_path / name).write_text(long, encoding="utf-8")
        (tmp_path / "other.txt").write_text(NOTICE, encoding="utf-8")
    rows = read(*tmp_path.glob("*.*"), out=tmp_path / "store")
    assert len(rows) == 1
    [(where, reason)] = listed(tmp_path / "store", "unread.csv").items()
    assert where.startswith(name) and ("million characters" in reason or "MB" in reason)


def test_an_archive_whose_size_lies_is_stopped_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "_LARGEST_XML", 200_000)
    numbers = random.Random(2)
    docx(tmp_path / "lies.docx", "\n".join(str(numbers.random()) for _ in range(10_000)))
    (tmp_path / "good.txt").write_text(NOTICE, encoding="utf-8")
    assert set(read(tmp_path / "lies.docx", tmp_path / "good.txt", out=tmp_path / "store")) == {"good.txt"}
    assert "unpacks to more than" in listed(tmp_path / "store", "unread.csv")["lies.docx"]


def test_labels_and_metadata_about_other_files_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    (folder / "texts").mkdir(parents=True)
    (folder / "texts" / "a.txt").write_text(NOTICE, encoding="utf-8")
    table(folder / "gold.csv", [["doc_path", "level"], ["texts/a.txt", "city"]])
    (folder / "drafts").mkdir()
    (folder / "drafts" / "b.txt").write_text(REPLY, encoding="utf-8")
    assert set(read(folder, out=tmp_path / "store", options=("--leave-out", "drafts/*"))) == {"d/texts/a.txt"}
    assert set(listed(tmp_path / "store", "left_out.csv")) == {"d/gold.csv", "d/drafts/b.txt"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere", "--out", "s"], "There is no such file or folder"),
        (["numbers.csv", "--out", "s"], "Nothing in numbers.csv can be read as a document"),
        (["a.txt", "--out", "s", "--column", "texts=x"], "--column 'texts=x' is not FIELD=NAME"),
        (["a.txt", "sub/a.txt", "--out", "s"], "have the same name"),
        (["a.txt", "--out", "taken"], "is no store of documents, so it is never replaced; choose another --out"),
        (["a.txt", "--out", "taken", "--force"], "is no store of documents, so it is never replaced; choose another --out"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_call_is_told_what_is_wrong_and_leaves_nothing(words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(NOTICE, encoding="utf-8")
    Path("sub").mkdir()
    Path("sub/a.txt").write_text(REPLY, encoding="utf-8")
    Path("taken").mkdir()
    table(Path("numbers.csv"), [["year"], ["2012"]])
    before = sorted(Path().rglob("*"))
    done = CliRunner().invoke(shidian, ["corpus", "read", *words])
    assert isinstance(done.exception, InputError)
    assert says in str(done.exception)
    assert sorted(Path().rglob("*")) == before


def test_a_folder_that_is_no_store_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a store"):
        open_store(tmp_path)


# --- the same store -----------------------------------------------------------------------------------------------------


def contents(store: Path) -> dict[str, bytes]:
    """Every file of a store by name."""
    return {str(path.relative_to(store)): path.read_bytes() for path in sorted(store.rglob("*")) if path.is_file()}


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder with more than one part of documents: files, and a table among them."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:03d}.txt").write_text(NOTICE.replace("7号", f"{number}号").replace("一年", "一年" + "，" * number), encoding="utf-8")
    table(folder / "m.csv", [["text"], *([REPLY.replace("100号", f"{number}号") + "附注" * number] for number in range(60)), ["error"]])
    return folder


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few documents, so that a small folder has several parts."""
    monkeypatch.setattr("shidian.corpus.pieces._FILES", 3)
    monkeypatch.setattr("shidian.corpus.pieces._ROWS", 4)
    monkeypatch.setattr(building, "PIECES", 2)


@pytest.mark.parametrize("after", [0, 1, 5])
def test_an_interrupted_reading_goes_on_to_the_same_store(after: int, many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_pieces: None) -> None:
    whole = read_documents(Reading((many,)), tmp_path / "whole", workers=1)
    write, written = building._write_part, []

    def fails(work: Path, part: int, group: object) -> None:
        if len(written) == after:
            raise KeyboardInterrupt
        written.append(part)
        write(work, part, group)

    monkeypatch.setattr(building, "_write_part", fails)
    with pytest.raises(KeyboardInterrupt):
        read_documents(Reading((many,)), tmp_path / "broken", workers=1)
    assert not (tmp_path / "broken").exists()
    monkeypatch.setattr(building, "_write_part", lambda work, part, group: (written.append(part), write(work, part, group)))
    again = read_documents(Reading((many,)), tmp_path / "broken", workers=1)
    assert written == sorted(set(written)), "no part is made twice"
    assert contents(again.path) == contents(whole.path)
    assert whole.about["counts"]["documents"] == 100 and whole.about["counts"]["unread"] == 1
    assert not list(tmp_path.glob("*.reading"))


def test_the_number_of_workers_never_shows(many: Path, tmp_path: Path) -> None:
    one = read_documents(Reading((many,)), tmp_path / "one", workers=1)
    two = read_documents(Reading((many,)), tmp_path / "two", workers=2)
    assert contents(one.path) == contents(two.path)


def test_a_file_that_kills_its_process_is_listed_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    for name in ("a.txt", "deadly.txt", "z.txt"):
        (folder / name).write_text(NOTICE, encoding="utf-8")
    monkeypatch.setattr(building, "made_of", made_or_dead)
    store = read_documents(Reading((folder,)), tmp_path / "store", workers=2)
    assert [row["source"] for row in store.documents(["source"]).to_pylist()] == ["d/a.txt", "d/z.txt"]
    assert "the process that read it died" in listed(store.path, "unread.csv")["d/deadly.txt"]


def test_the_same_command_again_does_nothing_and_other_sources_are_refused(many: Path, tmp_path: Path) -> None:
    store = read_documents(Reading((many,)), tmp_path / "store", workers=1)
    before = {path: path.stat().st_mtime_ns for path in store.path.rglob("*")}
    read_documents(Reading((many,)), tmp_path / "store", workers=1)
    assert before == {path: path.stat().st_mtime_ns for path in store.path.rglob("*")}
    (many / "000.txt").write_text(REPLY, encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        read_documents(Reading((many,)), tmp_path / "store", workers=1)
    again = read_documents(Reading((many,)), tmp_path / "store", force=True, workers=1)
    assert again.about["key"] != store.about["key"]


# --- copies -------------------------------------------------------------------------------------------------------------


def test_copies_are_merged_and_the_earliest_is_kept(tmp_path: Path) -> None:
    body = NOTICE + "\n" + "\n".join(f"{number}、第{number}项任务由第{number}个部门在第{number}季度以前完成并报告市政府。" for number in range(60))
    rows = [
        ["id", "text", "发布日期"],
        ["later", body, "2020-01-01"],
        ["first", body, "2019-05-01"],
        ["edited", "首页 > 正文\n" + body.replace("第3季度", "第三季度"), "2021-01-01"],
        ["renumbered", body.replace("〔2019〕7号", "〔2019〕8号"), "2021-01-01"],
        ["resigned", body.replace("2019年3月8日", "2020年3月8日"), "2021-01-01"],
        ["other", REPLY, "2018-01-01"],
    ]
    found = read(table(tmp_path / "t.csv", rows), out=tmp_path / "store")
    ids = {row["id"]: source for source, row in found.items()}
    copies = {source: ids[row["copy_of"]] for source, row in found.items() if row["copy_of"]}
    assert copies == {"t.csv#later": "t.csv#first", "t.csv#edited": "t.csv#first"}


# --- laws ---------------------------------------------------------------------------------------------------------------


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=20), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_chinese_text_survives_its_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text or encoding == "gb18030" and decode(text.encode("gb18030")) == text.encode("gb18030").decode("utf-8", "ignore")


# --- the shared corpus --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpus of real documents is not here: its formats and defects are not read")
def test_real_documents_are_read_and_none_is_lost(tmp_path: Path) -> None:
    sources = [SHARED / name for name in ("gov_cn_html", "pkulaw_txt", "mixed_levels_sample50.csv", "miit_cac_tc260.csv", "guangdong_2023.csv")]
    rows = read(*sources, out=tmp_path / "store")
    with (SHARED / "mixed_levels_sample50.csv").open(encoding="utf-8-sig", newline="") as file:
        ids = {f"mixed_levels_sample50.csv#{row['doc_id']}" for row in csv.DictReader(file)}
    unread = listed(tmp_path / "store", "unread.csv")
    assert ids <= set(rows) | set(unread)
    assert set(listed(tmp_path / "store", "left_out.csv")) == {"gov_cn_html/_official_metadata.csv"}
    with (SHARED / "gov_cn_html" / "_official_metadata.csv").open(encoding="utf-8-sig", newline="") as file:
        official = list(csv.DictReader(file))
    assert [row["doc_number"] for row in official] == [rows[row["doc_id"]]["number"] for row in official]
    assert [row["issuer"] for row in official] == ["、".join(rows[row["doc_id"]]["issuers"]) for row in official]
