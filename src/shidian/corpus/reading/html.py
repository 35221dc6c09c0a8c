"""Saved web pages: the text of the document without what stands around it, and the fields that the page states."""

from __future__ import annotations

import html
import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .encodings import decode
from .fields import fields_of, label_of
from .plain import small_file
from .raw import Raw, Unreadable, tidy

# Where sites put the text: www.gov.cn, PKULaw, the publishing systems of ministries and provinces; the first that holds enough counts.
_CONTAINERS = (
    *("#UCAP-CONTENT", "#divFullText", "#fulltext", ".fulltext", "#zoom", "#Zoom", ".TRS_Editor", ".trs_editor_view"),
    *(".pages_content", ".article-content", ".article_con", ".xxgk_content", "#content", ".content", "article"),
)
_LONGEST_FIELD = 100  # characters
_ENOUGH = 100  # characters that make a text
_FEW = 20  # containers of one kind that are looked at
_LEAST_SHARE = 0.2  # of the words of a page that its document holds
_DROPPED = "script, style, noscript, iframe, nav, footer, select, button, canvas, template, svg"
_MANY, _DEEPEST = 20_000, 5_000  # marks of a page that is looked at; marks within each other
_MARK = re.compile(r"<(/)?([a-zA-Z][a-zA-Z0-9]*)")
_CLOSE_THEMSELVES = frozenset("br img input meta link hr col area base embed source track wbr p li dt dd tr td th thead tbody tfoot option colgroup".split())
_BLOCK = re.compile(r"<(?:br|hr)\b[^>]*>|</(?:p|div|tr|li|h[1-6]|table|ul|ol|section|article|blockquote|dd|dt|center|title)\s*>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_META_NAMES = {"articletitle": "title", "pubdate": "published", "publishdate": "published"}


def read_html(path: Path, source: str) -> Raw:
    """A saved page. Raises Unreadable where no text is left, as on pages that only a script would fill."""
    return of_page(_decoded(small_file(path)), source)


def of_page(page: str, source: str) -> Raw:
    """The document of a page, from its markup. Raises Unreadable where there is no text, or marks are nested without end."""
    _refuse_nested(page)
    tree = LexborHTMLParser(page)
    heading = _words(tree.css_first("title"))
    for node in tree.css(_DROPPED):
        node.decompose()
    meta = _fields(tree)
    body = _content(tree)
    text = tidy(_text(body)) if body is not None else ""
    if not re.search(r"\w", text):
        raise Unreadable("the page holds no text; it may be filled by a script, or be a picture")
    meta = fields_of(text) | meta
    title = meta.get("title") or _words(tree.css_first("h1")) or re.split(r"[_|]|\s[-–—]\s", heading)[0].strip()
    return Raw(source, text, title, meta=meta)


def _refuse_nested(page: str) -> None:
    """Refuse marks within marks within marks: a parser's time grows with the square of their depth. Small pages cannot do harm."""
    if page.count("<") <= _MANY:
        return
    depth = 0
    for match in _MARK.finditer(page):
        if match[2].lower() not in _CLOSE_THEMSELVES:
            depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _DEEPEST:
            raise Unreadable(f"its marks are nested more than {_DEEPEST:,} deep, as no document's are")


def _decoded(raw: bytes) -> str:
    """A page by its marks and by what fits; the charset that it declares only where neither UTF-8 nor GB18030 does."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _DECLARED.search(raw[:4096])
    if declared and declared[1].lower() in (b"gb2312", b"gbk", b"gb18030", b"big5"):
        name = declared[1].decode("ascii").lower()
        return raw.decode("gb18030" if name.startswith("gb") else name, errors="replace")
    return decode(raw)


def _fields(tree: LexborHTMLParser) -> dict[str, str]:
    """Label cells with the cell to their right, labels in bold with what follows them in a line, and meta tags that publishing systems write."""
    found: dict[str, str] = {}
    for node in tree.css("meta[name]"):
        name = _META_NAMES.get((node.attributes.get("name") or "").lower())
        if name and node.attributes.get("content"):
            found.setdefault(name, node.attributes["content"].strip())
    cells: dict[str, str] = {}
    for node in tree.css("td, th, dt"):
        if node.css_first("table") is not None:
            continue  # a cell that lays out the page
        words = _words(node)
        name = label_of(words) if 2 <= len(words) <= 12 else ""
        beside = _next_element(node) if name else None
        value = _words(beside) if beside is not None else ""
        if value and not label_of(value):
            cells.setdefault(name, value)
    for node in tree.css("strong, b, label, em, span"):
        words = _words(node)
        name = label_of(words) if 3 <= len(words) <= 12 and words[-1] in ":：" else ""
        beside = _words(node.parent).removeprefix(words).strip() if name else ""
        if beside and len(beside) <= _LONGEST_FIELD and not re.search("[:：]", beside):
            cells.setdefault(name, beside)
    return found | cells


def _next_element(node: LexborNode) -> LexborNode | None:
    beside = node.next
    while beside is not None and (beside.tag or "").startswith("-"):
        beside = beside.next
    return beside


def _content(tree: LexborHTMLParser) -> LexborNode | None:
    """The known container, else the block whose paragraphs hold most words outside links, else the whole page."""
    for selector in _CONTAINERS:
        longest = max(tree.css(selector)[:_FEW], key=lambda node: len(_words(node)), default=None)
        if longest is not None and len(_words(longest)) >= _ENOUGH:
            return longest
    return _densest(tree) or tree.body


def _densest(tree: LexborHTMLParser) -> LexborNode | None:
    """The parent of most paragraph text, in one pass: a page may nest without end. A parent counts a little less for what lies two steps down."""
    held: dict[int, tuple[LexborNode, float]] = {}
    for paragraph in tree.css("p"):
        own = len(_words(paragraph)) - sum(len(_words(link)) for link in paragraph.css("a"))
        above, weight = paragraph.parent, 1.0
        for _ in range(2):
            if above is None or above.tag in ("body", "html"):
                break
            held[above.mem_id] = (above, held.get(above.mem_id, (above, 0.0))[1] + weight * own)
            above, weight = above.parent, 0.9 * weight
    best, most = max(held.values(), key=lambda each: each[1], default=(None, 0.0))
    return best if most >= _ENOUGH and most > _LEAST_SHARE * len(_words(tree.body)) else None


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node is not None else ""


def _text(node: LexborNode) -> str:
    """Words in lines: a block ends a line, cells of a row stay beside each other, inline marks leave no gap."""
    markup = _COMMENT.sub("", node.html or "")
    markup = re.sub(r"\s*\n\s*", " ", markup)
    markup = _CELL.sub(" ", _BLOCK.sub("\n", markup))
    return html.unescape(_TAG.sub("", markup))
