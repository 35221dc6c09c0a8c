"""The parts of a page: prose, cards, figures, tables and lists, turned into HTML with every text escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import count

import altair as alt
import pandas as pd

from .theme import themed

MOST_DATA_ROWS = 260
SHORT_TABLE = 12  # rows that a printed page keeps together


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Card:
    """One headline: what, how much, between what, and what history says beside it."""

    label: str
    value: str
    interval: str
    unit: str = ""
    observed: str = ""
    note: str = ""


@dataclass(frozen=True)
class Cards:
    """Headlines side by side."""

    cards: list[Card]


@dataclass(frozen=True)
class Figure:
    """One chart or several panels under one caption; `data` is the same figure as a table that folds out."""

    charts: list[alt.LayerChart]
    caption: str
    data: pd.DataFrame | None = None


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
UNLIKE, LIKE = "\ue000", "\ue001"  # private characters, which no text should hold


@dataclass(frozen=True)
class Table:
    """Rows of text; `numbers` names the columns set flush right, `marks` the column whose words get a badge.

    Words between UNLIKE and LIKE are underlined, in any cell.
    """

    rows: pd.DataFrame
    caption: str
    numbers: tuple[str, ...] = ()
    marks: str = ""


@dataclass(frozen=True)
class Listing:
    """Points in no order."""

    points: list[str]


Block = Prose | Cards | Figure | Table | Listing


@dataclass(frozen=True)
class Section:
    """One heading of the report and what stands below it."""

    key: str
    title: str
    blocks: list[Block]


@dataclass
class Writer:
    """Numbers figures and tables while it writes, and gathers the charts' specifications."""

    specs: list[str] = field(default_factory=list)
    figures: Iterator[int] = field(default_factory=lambda: count(1))
    tables: Iterator[int] = field(default_factory=lambda: count(1))

    def section(self, number: int, section: Section) -> str:
        """A section with its numbered heading."""
        head = f'<h2 id="{section.key}-title"><span class="number">{number}</span> {escape(section.title)}</h2>'
        body = "\n".join(self.block(block) for block in section.blocks)
        return f'<section id="{section.key}" aria-labelledby="{section.key}-title">\n{head}\n{body}\n</section>'

    def block(self, block: Block) -> str:
        """Any one block."""
        match block:
            case Prose(text):
                return f"<p>{escape(text)}</p>"
            case Listing(points):
                return "<ul>" + "".join(f"<li>{escape(point)}</li>" for point in points) + "</ul>"
            case Cards(cards):
                return '<ul class="cards">' + "".join(map(_card, cards)) + "</ul>"
            case Figure():
                return self._figure(block)
            case Table():
                caption = f"<caption><b>Table {next(self.tables)}.</b> {escape(block.caption)}</caption>"
                length = "scroll short" if len(block.rows) <= SHORT_TABLE else "scroll"
                return f'<div class="{length}" tabindex="0">{_table(block, caption)}</div>'

    def _figure(self, figure: Figure) -> str:
        number = next(self.figures)
        hosts = "".join(self._host(chart) for chart in figure.charts)
        panels = "panel" if len(figure.charts) == 1 else "panels pairs" if len(figure.charts) in (2, 4) else "panels"
        caption = f"<figcaption><b>Figure {number}.</b> {escape(figure.caption)}</figcaption>"
        return f'<figure id="figure-{number}"><div class="{panels}">{hosts}</div>{caption}{_data(figure.data, number)}</figure>'

    def _host(self, chart: alt.LayerChart) -> str:
        key = f"chart-{len(self.specs) + 1}"
        with themed():
            spec = chart.to_dict(validate=False)  # the tests validate every chart; a page need not do it again
        spec.pop("$schema", None)  # an address, and of no use to a page that carries its own library
        self.specs.append(f'<script type="application/json" id="{key}">{as_script(spec)}</script>')
        return f'<div class="chart" data-chart="{key}"><noscript>This chart needs JavaScript; its figures follow.</noscript></div>'


def as_script(value: object) -> str:
    """JSON that no reader of HTML takes for the end of a script.

    >>> as_script("</script>")
    '"\\\\u003c/script>"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _card(card: Card) -> str:
    observed = (
        f'<p class="seen"><span aria-hidden="true">\u25c7</span> {escape(card.observed)}</p>' if card.observed else ""
    )
    note = f'<p class="note">{escape(card.note)}</p>' if card.note else ""
    unit = f' <span class="unit">{escape(card.unit)}</span>' if card.unit else ""
    interval = f'<p class="interval">{escape(card.interval)}</p>' if card.interval else ""
    return f'<li><h3>{escape(card.label)}</h3><p class="value">{escape(card.value)}{unit}</p>{interval}{observed}{note}</li>'


def _data(rows: pd.DataFrame | None, number: int) -> str:
    if rows is None or rows.empty or len(rows) > MOST_DATA_ROWS:
        return ""
    numbers = tuple(rows.columns[1:])
    caption = f"<caption>Figures drawn in Figure {number}</caption>"
    table = _table(Table(rows, "", numbers), caption)
    return f'<details class="data"><summary>Figure {number} as a table</summary><div class="scroll" tabindex="0">{table}</div></details>'


def _table(table: Table, caption: str) -> str:
    columns = list(table.rows.columns)
    kinds = {column: ' class="n"' if column in table.numbers else "" for column in columns}
    head = "".join(f'<th scope="col"{kinds[column]}>{escape(str(column))}</th>' for column in columns)
    rows = table.rows.astype(object).where(table.rows.notna(), "").astype(str)  # what is missing is an empty cell
    body = "".join(_row(row, columns, kinds, table.marks) for row in rows.to_dict("records"))
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(row: dict[str, str], columns: list[str], kinds: dict[str, str], marks: str) -> str:
    first, *rest = columns
    cells = [f'<th scope="row">{escape(row[first])}</th>']
    for column in rest:
        text = escape(row[column]).replace(UNLIKE, "<u>").replace(LIKE, "</u>")
        kind = kinds[column] or (' class="day"' if _DAY.fullmatch(text) else "")
        cells.append(f"<td{kind}>{_badge(text) if column == marks else text}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _badge(word: str) -> str:
    return f'<span class="badge {word.replace(" ", "-")}">{word}</span>' if word else ""
