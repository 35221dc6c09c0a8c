"""All sets of terms looked for in a text at once, so that most texts, which hold none of a set, cost one scan.

The scan looks for cores: words that hold no other word of any set. Only the sets that a core found may belong to are then matched, each apart from
all others (`TermSet.hits`). A core that a scan passes over, since it begins inside another one (试点 in 先行先试点), is asked for by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .terms import Hit, TermSet, cores, first_run, lowered


class Matching:
    """Sets of terms, ready to be looked for in many texts.

    >>> pilots = TermSet("pilot", "experiment", "Pilots", ("试点", "pilot"), ("考试点",))
    >>> zones = TermSet("zone", "experiment", "Zones", ("试验区",))
    >>> found = Matching({"pilot": pilots, "zone": zones}).hits("在两市开展试点")
    >>> [hit.word for hit in found["pilot"]], found["zone"]
    (['试点'], [])
    """

    def __init__(self, sets: Mapping[str, TermSet]):
        self._sets = sets
        self._cores = cores(word for one in sets.values() for word in one.words if not word.isascii())
        self._scan = _any_of(self._cores)
        self._of_core = {core: [name for name, one in sets.items() if any(core in word for word in one.words)] for core in self._cores}
        self._hidden = {core: [other for other in self._cores if other != core and _runs_into(core, other)] for core in self._cores}
        self._latin = {name for name, one in sets.items() if any(word.isascii() for word in one.words)}
        self._latin_scan = _any_of(cores(first_run(word) for one in sets.values() for word in one.words if word.isascii()))

    def hits(self, text: str) -> dict[str, list[Hit]]:
        """The hits of every set in a text, in order; an empty list for a set that has none."""
        asked = self._asked(text)
        return {name: one.hits(text) if name in asked else [] for name, one in self._sets.items()}

    def _asked(self, text: str) -> set[str]:
        """The sets that may have a word in a text."""
        found = set(self._scan.findall(text)) if self._scan else set()
        found |= {other for core in found for other in self._hidden[core] if other in text}
        asked = {name for core in found for name in self._of_core[core]}
        return asked | self._latin if self._latin_scan and self._latin_scan.search(lowered(text)) else asked


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(map(re.escape, filter(None, words)))
    return re.compile(joined) if joined else None


def _runs_into(core: str, other: str) -> bool:
    """Whether a word may begin inside another and end after it."""
    return any(core.endswith(other[:length]) for length in range(1, min(len(core), len(other))))
