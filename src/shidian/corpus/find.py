"""Full-text search: a plain scan of the store, which finds words of two characters as well as any, and needs no index to be kept up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from ..foundations.errors import InputError
from .store import Store
from .terms import lowered

READ = ("id", "source", "part", "title", "text", "level", "province", "prefecture", "signed", "published", "copy_of")
AROUND = 30  # characters on each side of a word that is shown
SHOWN = 3  # places shown of a document
TITLE_WORTH = 10  # a word in the title counts as so many in the text
_PART = re.compile(r'(-?)(?:"([^"]+)"|“([^”]+)”|(\S+))')


@dataclass(frozen=True)
class Query:
    """Words that all must stand in a document, and words that must not; Latin letters in either case."""

    words: tuple[str, ...]
    without: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: str) -> Query:
        """A query as typed: words apart by blanks, "words in quotes" together, -word for what must not stand.

        Raises InputError for a query without a word.

        >>> Query.of('试点 "new energy" -解读')
        Query(words=('试点', 'new energy'), without=('解读',))
        """
        words, without = [], []
        for minus, *forms in _PART.findall(written):
            word = lowered(next(form for form in forms if form))
            (without if minus else words).append(word)
        if without and not words:
            raise InputError(f'The query says only what must not stand (-{without[0]}); add a word that must, such as "停车 -{without[0]}".')
        if not words:
            raise InputError('The query has no word to look for; write words apart by blanks, such as "试点 新能源汽车".')
        return cls(tuple(dict.fromkeys(words)), tuple(dict.fromkeys(without)))


@dataclass(frozen=True)
class Found:
    """A document that holds all words: what it is, how often each word stands in it, and some places with what stands around."""

    id: str
    source: str
    title: str
    level: str
    province: str
    date: str
    copy_of: str
    counts: dict[str, int]
    in_title: int
    places: list[dict[str, Any]]

    @property
    def worth(self) -> float:
        """Where it stands among the results: words in the title first, then how often the rarest word stands in it."""
        return TITLE_WORTH * self.in_title + min(self.counts.values())

    def as_dict(self) -> dict[str, Any]:
        """The same for machines."""
        return asdict(self)


def find(store: Store, query: Query, copies: bool = False, level: str = "", told: Callable[[int], None] | None = None) -> pa.Table:
    """Documents that hold every word of a query in title or text, the worthiest first; copies and other levels only if asked for."""
    return as_table(found_by(store, query, copies, level, told))


def found_by(store: Store, query: Query, copies: bool = False, level: str = "", told: Callable[[int], None] | None = None) -> list[Found]:
    """The same, a document at a time, with every place that is shown."""
    found, done = [], 0
    for batch in store.batches(READ):
        found += _of_batch(batch, query, copies, level)
        done += batch.num_rows
        if told:
            told(done)
    return sorted(found, key=lambda one: (-one.worth, one.id))


def _of_batch(batch: pa.RecordBatch, query: Query, copies: bool, level: str) -> Iterator[Found]:
    titles, texts = (batch.column(name).to_pylist() for name in ("title", "text"))
    for at, (title, text) in enumerate(zip(titles, texts, strict=True)):
        low_title, low = lowered(title or ""), lowered(text or "")
        if any(word not in low and word not in low_title for word in query.words) or any(
            word in low or word in low_title for word in query.without
        ):
            continue
        row = {name: batch.column(name)[at].as_py() for name in READ if name not in ("title", "text")}
        if (row["copy_of"] and not copies) or (level and row["level"] != level):
            continue
        counts = {word: low.count(word) + low_title.count(word) for word in query.words}
        date = row["signed"] or row["published"]
        yield Found(
            row["id"], row["source"] + (f"#{row['part']}" if row["part"] else ""), title or "", row["level"], row["province"],
            date.isoformat() if date else "", row["copy_of"] or "", counts,
            sum(word in low_title for word in query.words), places(text or "", low, query.words),
        )  # fmt: skip


def places(text: str, low: str, words: Sequence[str]) -> list[dict[str, Any]]:
    """Some places of a text: where most different words stand close together, then one for each word not yet shown.

    `low` is the text in small letters. Each place has start and end of a word, and what stands around it on one line.
    """
    spots = sorted((match.start(), word) for word in words for match in _first(low, word))
    near = [len({other for start, other in spots if abs(start - at) <= AROUND}) for at, _ in spots]
    order = sorted(range(len(spots)), key=lambda place: (-near[place], spots[place]))
    shown: list[tuple[int, str]] = []
    for at, word in (spots[place] for place in order):
        if len(shown) < SHOWN and all(abs(at - other) > 2 * AROUND for other, _ in shown):
            shown.append((at, word))
    return [
        {"start": at, "end": at + len(word), "words": " ".join(text[max(0, at - AROUND) : at + len(word) + AROUND].split())}
        for at, word in sorted(shown)
    ]


def _first(low: str, word: str, most: int = 50) -> Iterator[re.Match[str]]:
    """The first places of a word in a text."""
    for count, match in enumerate(re.finditer(re.escape(word), low)):
        if count == most:
            return
        yield match


def as_table(found: Sequence[Found]) -> pa.Table:
    """Results as a table: a row a document, its places joined by three dots."""
    rows = [
        {"id": one.id, "source": one.source, "title": one.title, "level": one.level, "province": one.province,
         "date": one.date, "hits": sum(one.counts.values()),
         "words": " … ".join(place["words"] for place in one.places)}
        for one in found
    ]  # fmt: skip
    names = ("id", "source", "title", "level", "province", "date")
    return pa.Table.from_pylist(rows, pa.schema([*((name, pa.string()) for name in names), ("hits", pa.int64()), ("words", pa.string())]))
