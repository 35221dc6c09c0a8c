"""PDF files with text: pages in order, blanks between Chinese characters closed, wrapped lines joined."""

from __future__ import annotations

import re
from pathlib import Path

from ..identify.numbers import own_line
from .plain import plain
from .raw import LARGEST, Raw, Unreadable, tidy

_LARGEST_FILE = 200_000_000  # bytes; scans are large, and are found out page by page
_MOST_PAGES = 3000
_CJK = "\u3400-\u9fff\u3000-\u303f\uff00-\uffef“”‘’〇"
_BETWEEN = re.compile(rf"(?<=[{_CJK}]) +(?=[{_CJK}])")
_SPACED_OUT = 0.25  # share of blanks among characters from which on a line is taken to be spaced out by the extractor
_PAGE_NUMBER = re.compile(r"^[-—–－ ]*\d{1,4}[-—–－ ]*$")
_STARTS_ANEW = re.compile(r"^(?:第[一二三四五六七八九十百零\d]+[章节条款]|[（(]?[一二三四五六七八九十]+[）)、]|[（(]?\d+[）).、．]|附件|附：)")
_ENDS = re.compile(r"[。：；！？:;]$|(?:通知|意见|办法|决定|批复|公告)$")
_FULL = 0.8  # of the page's longest line: a line this long that ends in mid-sentence goes on in the next
_SHORTEST = 15  # characters of such a line


def read_pdf(path: Path, source: str) -> Raw:
    """The text of a PDF. Raises Unreadable where it is damaged, has a password, or holds pictures of pages alone."""
    import pypdfium2

    size = path.stat().st_size
    if size == 0:
        raise Unreadable("the file is empty")
    if size > _LARGEST_FILE:
        raise Unreadable(f"the file has {size / 1e6:.0f} MB, and at most {_LARGEST_FILE / 1e6:.0f} MB are read; split it")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        why = "it has a password" if "password" in str(problem).lower() else "it is damaged or no PDF"
        raise Unreadable(f"{why} ({problem})") from None
    try:
        pages = _pages(document)
    except pypdfium2.PdfiumError as problem:
        raise Unreadable(f"a page in it is damaged ({problem})") from None
    finally:
        document.close()
    return plain("\n".join(_joined(page) for page in pages), source)


def _pages(document) -> list[str]:
    if len(document) > _MOST_PAGES:
        raise Unreadable(f"it has {len(document)} pages, and at most {_MOST_PAGES} are read; split it")
    pages, length = [], 0
    for number in range(len(document)):
        page = document[number]
        words = page.get_textpage()
        pages.append(words.get_text_bounded())
        words.close()
        page.close()
        length += len(pages[-1])
        if length > LARGEST:
            raise Unreadable(f"it holds more than {LARGEST / 1e6:.0f} million characters")
    if sum(len(re.findall(r"\w", page)) for page in pages) < 10 * len(pages):
        raise Unreadable(f"its {len(pages)} page{'s are pictures' if len(pages) > 1 else ' is a picture'} without text; recognise the characters first (OCR)")
    return pages


def _joined(page: str) -> str:
    """The lines of a page without its number; a line that fills the width and ends in mid-sentence takes the next."""
    lines = [_closed(line) for line in tidy(page).split("\n") if not _PAGE_NUMBER.match(line)]
    full = max(_FULL * max(map(len, lines), default=0), _SHORTEST)
    made: list[str] = []
    last = 0  # length of the last line as the page has it
    for line in lines:
        if last >= full and line and not _ENDS.search(made[-1]) and not _STARTS_ANEW.match(line) and not own_line(line):
            made[-1] += line
        else:
            made.append(line)
        last = len(line)
    return "\n".join(made)


def _closed(line: str) -> str:
    """A line without the blanks that extractors put between Chinese characters; wide gaps, which part names, stay where the rest is dense."""
    if line.count(" ") > _SPACED_OUT * len(line):
        return _BETWEEN.sub("", line)
    return re.sub(rf"(?<=[{_CJK}]) (?=[{_CJK}])", "", line) if line.count(" ") > 3 else line
