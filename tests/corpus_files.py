"""Small files in the formats that documents come in, made here: no document of anybody else's is in the repository."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from click.testing import CliRunner

from shidian.cli import shidian
from shidian.corpus.pieces import Made, Piece, made_of
from shidian.corpus.store import open_store

# Invented; the places, bodies and forms are real.
NOTICE = """济南市人民政府办公厅关于开展共享停车试点工作的通知
济政办发〔2019〕7号
各区县人民政府，市政府各部门：
为缓解停车难，根据《国务院办公厅关于某项工作的意见》（国办发〔2018〕12号）精神，决定开展共享停车试点。现将有关事项通知如下：
一、试点范围
在历下区、市中区先行试点，期限一年。
二、工作要求
各有关部门要加强协调，及时总结，确保试点工作取得实效。
济南市人民政府办公厅
2019年3月8日
（此件公开发布）"""
REPLY = """国家发展改革委关于湖南省某规划的复函
发改地区〔2015〕100号
湖南省人民政府：
你省报来的规划收悉。经研究，现函复如下：
一、原则同意该规划。
国家发展改革委
二〇一五年六月三十日"""
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(path: Path, text: str, head: str = "", members: dict[str, bytes] | None = None) -> Path:
    """A Word file with a paragraph a line; `head` stands before the XML's root."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n"))
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
        for name, data in (members or {}).items():
            archive.writestr(name, data)
    return path


def xlsx(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A workbook of one sheet with text cells."""
    cells = "".join(
        f'<row r="{number}">' + "".join(f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' for column, cell in enumerate(row)) + "</row>"
        for number, row in enumerate(rows, 1)
    )
    main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="documents" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return path


def pdf(path: Path, lines: Sequence[str]) -> Path:
    """A PDF of one page whose characters are told by a map to Unicode alone, as in files without embedded fonts."""
    shown = b"".join(b"BT /F1 7 Tf 50 %d Td <%s> Tj ET\n" % (780 - 20 * number, line.encode("utf-16-be").hex().encode()) for number, line in enumerate(lines))
    to_unicode = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    to_unicode += b"100 beginbfrange\n" + b"".join(b"<%02x00> <%02xff> <%02x00>\n" % (high, high, high) for high in range(100)) + b"endbfrange\n"
    to_unicode += b"100 beginbfrange\n" + b"".join(b"<%02x00> <%02xff> <%02x00>\n" % (high, high, high) for high in range(100, 200)) + b"endbfrange\n"
    to_unicode += b"56 beginbfrange\n" + b"".join(b"<%02x00> <%02xff> <%02x00>\n" % (high, high, high) for high in range(200, 256)) + b"endbfrange endcmap end end"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 8 0 R /DW 1000 >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(to_unicode), to_unicode),
        b"<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.4\n")
    for number, each in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, each))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    path.write_bytes(out.getvalue())
    return path


def table(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A csv or tsv."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def page(text: str, fields: dict[str, str] | None = None) -> str:
    """A saved page of www.gov.cn in small: a table of fields, the text in its container, and what stands around it."""
    cells = "".join(f"<td><b>{label}：</b></td><td>{value}</td>" for label, value in (fields or {}).items())
    words = "".join(f"<p><span>{line[:4]}</span>{line[4:]}</p>" for line in text.split("\n"))
    return (
        f"<html><head><meta charset='utf-8'><title>{text.splitlines()[0]}_政府网</title><script>var x = '试点';</script></head><body><nav>首页 要闻 政策</nav>"
        f"<table><tr>{cells}</tr></table><div id='UCAP-CONTENT'>{words}<!-- 注 --></div><div class='foot'>网站地图 联系我们</div></body></html>"
    )


def made_or_dead(piece: Piece) -> Made:
    """What a piece comes to; a process that meets a file called deadly dies at once, as a reader of PDF might."""
    if any("deadly" in each.source for each in piece.files):
        os._exit(1)
    return made_of(piece)


def read(*sources: Path, out: Path, options: tuple[str, ...] = ()) -> dict[str, dict[str, object]]:
    """The documents of sources by source (and #part), read by the command."""
    done = CliRunner().invoke(shidian, ["corpus", "read", *map(str, sources), "--out", str(out), "--json", *options])
    assert done.exit_code == 0, (done.output, done.exception)
    rows = open_store(out).documents().to_pylist()
    return {row["source"] + (f" part {row['part']}" if row["part"] else ""): row for row in rows}


def listed(store: Path, name: str) -> dict[str, str]:
    """A csv of a store: source to reason or rule."""
    with (store / name).open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in list(csv.reader(file))[1:]}
