"""Named sets of terms: what counts as speaking of pilots, of zones, of a theme, and what only looks like it.

A set is a YAML file: `name`, `kind` (experiment or theme), `title`, `words`, and `except`, longer strings within which a word does not
count. Each set is matched apart from all others. Where entries of one set overlap, the leftmost counts, then the longest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ..cases.document import Document, read_document
from ..foundations.errors import InputError, Where

BUNDLED = Path(__file__).with_name("terms")
KINDS = ("experiment", "theme")
EXAMPLE = "as in `name: parking`, `kind: theme`, `title: Parking`, `words: [停车, parking]`, `except: [停车场所有权]`"
_LATIN = re.compile(r"[a-z0-9]+")
_FEW = 8  # words up to which it is quicker to ask first whether a text holds any


@dataclass(frozen=True)
class Hit:
    """A place in a text where a term stands: characters counted from nought, and the term as written."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class TermSet:
    """One set of terms. Words in Latin letters count as whole words in either case, all others wherever they stand.

    >>> pilots = TermSet("pilot", "experiment", "Pilots", ("试点", "pilot"), ("考试点",))
    >>> [hit.word for hit in pilots.hits("在三市开展试点，考试点另行通知。Pilot cities and copilots")]
    ['试点', 'Pilot']
    """

    name: str
    kind: str
    title: str
    words: tuple[str, ...]
    excepted: tuple[str, ...] = ()

    def hits(self, text: str) -> list[Hit]:
        """Where the set's words stand in a text, in order."""
        found = []
        if self._other and (not self._needed or any(word in text for word in self._needed)):
            found += self._matches(self._other, text, text)
        if self._latin and not self._latin_needed.isdisjoint(latin_words(text)):
            found += self._matches(self._latin, lowered(text), text)
            found.sort(key=lambda hit: hit.start)
        return found

    def speaks(self, text: str) -> bool:
        """Whether a text holds any of the set's words."""
        return bool(self.hits(text))

    def _matches(self, pattern: re.Pattern[str], searched: str, text: str) -> Iterator[Hit]:
        for match in pattern.finditer(searched):
            if match.group() not in self._no:
                yield Hit(*match.span(), text[match.start() : match.end()])

    @cached_property
    def _no(self) -> frozenset[str]:
        return frozenset(word.lower() if word.isascii() else word for word in self.excepted)

    @cached_property
    def _other(self) -> re.Pattern[str] | None:
        return _alternatives(word for word in (*self.words, *self.excepted) if not word.isascii())

    @cached_property
    def _latin(self) -> re.Pattern[str] | None:
        return _alternatives((word.lower() for word in (*self.words, *self.excepted) if word.isascii()), whole=True)

    @cached_property
    def _needed(self) -> tuple[str, ...]:
        needed = cores(word for word in self.words if not word.isascii())
        return needed if len(needed) <= _FEW else ()

    @cached_property
    def _latin_needed(self) -> frozenset[str]:
        """The first run of letters and digits of each term: a text without any of them holds no term."""
        return frozenset(filter(None, (first_run(word) for word in self.words if word.isascii())))


@lru_cache(8)
def lowered(text: str) -> str:
    """The text in small letters, every character in its place (some letters grow by a mark when they are made small).

    The last few are kept, for every set of terms asks for the same text in turn.
    """
    low = text.lower()
    return low if len(low) == len(text) else "".join(letter.lower() if letter.isascii() else letter for letter in text)


@lru_cache(8)
def latin_words(text: str) -> frozenset[str]:
    """The runs of Latin letters and digits in a text, in small letters; each once."""
    return frozenset(_LATIN.findall(lowered(text)))


def _alternatives(words: Iterable[str], whole: bool = False) -> re.Pattern[str] | None:
    """The longest first, for the first alternative that fits is taken."""
    ordered = sorted({*words}, key=lambda word: (-len(word), word))
    if not ordered:
        return None
    joined = "|".join(map(re.escape, ordered))
    return re.compile(rf"(?<![a-z0-9])(?:{joined})(?![a-z0-9])" if whole else joined)


def first_run(word: str) -> str:
    """The first run of Latin letters and digits of a word, in small letters; empty where it has none."""
    match = _LATIN.search(word.lower())
    return match.group() if match else ""


def cores(words: Iterable[str]) -> tuple[str, ...]:
    """The words that hold no other: a text without any of them holds no word at all."""
    all_words = sorted({*words})
    return tuple(word for word in all_words if not any(other in word for other in all_words if other != word))


# --- files --------------------------------------------------------------------------------------------------------------


def load_terms(extra: Sequence[Path] = ()) -> dict[str, TermSet]:
    """The bundled sets by name, then those of the user's files or folders, of which one by the same name replaces ours.

    Raises InputError for a file that is missing or is no set of terms.
    """
    sets = {made.name: made for made in map(read_terms, sorted(BUNDLED.glob("*.yaml")))}
    for path in extra:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not files:
            raise InputError("The folder holds no *.yaml, so no set of terms; name a file, or a folder with one file a set.", Where(path))
        for made in map(read_terms, files):
            sets[made.name] = made
    return sets


def read_terms(path: Path) -> TermSet:
    """One set of terms from its file. Raises InputError with the line where something is missing or of the wrong kind."""
    document = read_document(path, EXAMPLE)
    tree = document.tree
    strange = [name for name in tree if name not in ("name", "kind", "title", "words", "except")]
    if strange:
        raise InputError(
            f"A set of terms has no '{strange[0]}'; it has name, kind, title, words and except.", document.where((strange[0],), key=True)
        )
    name = _text(document, "name")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise InputError(
            f"The name '{name}' would not do in file names and commands; use small letters, digits and hyphens.", document.where(("name",))
        )
    kind = _text(document, "kind")
    if kind not in KINDS:
        raise InputError(f"A set of terms is an experiment (a way of trying out) or a theme, not '{kind}'.", document.where(("kind",)))
    words, excepted = _words(document, "words"), _words(document, "except")
    if not words:
        raise InputError("The set has no words, so that no document could speak of it; add some under words.", document.where(("words",)))
    return TermSet(name, kind, str(tree.get("title") or name), words, excepted)


def _text(document: Document, name: str) -> str:
    value: Any = document.tree.get(name)
    if not isinstance(value, str):
        raise InputError(f"A set of terms needs '{name}' as text, {EXAMPLE}.", document.where((name,)))
    return value


def _words(document: Document, name: str) -> tuple[str, ...]:
    values = document.tree.get(name)
    if values is None:
        return ()
    if not isinstance(values, list):
        raise InputError(f"'{name}' is a list of words, {EXAMPLE}.", document.where((name,)))
    for position, value in enumerate(values):
        if not isinstance(value, str | int | float) or not str(value).strip():
            raise InputError(f"'{name}' holds something that is no word; write each as text.", document.where((name, position)))
    return tuple(dict.fromkeys(str(value).strip() for value in values))


def themes(sets: dict[str, TermSet]) -> list[TermSet]:
    """The sets that are themes, in their order."""
    return [one for one in sets.values() if one.kind == "theme"]


def theme_named(sets: dict[str, TermSet], name: str) -> TermSet:
    """A theme by name. Raises InputError where there is none."""
    if name not in sets or sets[name].kind != "theme":
        known = ", ".join(one.name for one in themes(sets))
        raise InputError(f"There is no theme '{name}'; known are {known}. Add your own with --terms FILE.yaml.")
    return sets[name]
