"""The passages of one document beside those of the documents it took them from or gave them to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..foundations.errors import InputError
from .store import Store
from .trace import TracedFrames

SAME = 6  # characters in a row that two passages have in common


@dataclass(frozen=True)
class Shared:
    """A passage as it stands in a document and in another: the other's id, whether it is the earlier one, and both words."""

    other: str
    other_is_earlier: bool
    direction: str
    common_source: str
    words: str
    other_words: str


def most_reused(traced: TracedFrames, count: int) -> list[str]:
    """Ids of the documents that share most with others, by weighted characters of direct pairs."""
    direct = traced.pairs[traced.pairs["common_source"] == ""]
    sums = direct.groupby("earlier")["weighted"].sum().add(direct.groupby("later")["weighted"].sum(), fill_value=0)
    return (
        sums.rename_axis("id")
        .rename("weighted")
        .reset_index()
        .sort_values(["weighted", "id"], ascending=[False, True])["id"]
        .head(count)
        .tolist()
    )


def side_by_side(store: Store, traced: TracedFrames, ids: Sequence[str], most: int = 25) -> dict[str, list[Shared]]:
    """For each document asked for its passages, the longest first and at most `most`, grown to the last character that both have.

    Raises InputError for an id that the store does not hold.
    """
    known = set(traced.documents["id"])
    strange = next((key for key in ids if key not in known), None)
    if strange is not None:
        raise InputError(f"The store holds no document '{strange}' of its own (copies are not traced); `shidian corpus find` prints ids.")
    of_pair = traced.pairs.set_index(["earlier", "later"])[["direction", "common_source"]]
    chosen = {key: _of(traced, key).head(most) for key in ids}
    needed = {*ids, *(name for rows in chosen.values() for name in (*rows["earlier"], *rows["later"]))}
    texts = _texts(store, needed)
    return {
        key: [_shared(key, row, of_pair.loc[row["earlier"], row["later"]], texts) for row in rows.to_dict("records")]
        for key, rows in chosen.items()
    }


def _of(traced: TracedFrames, key: str):
    """Passages of a document, the longest first."""
    rows = traced.passages[(traced.passages["earlier"] == key) | (traced.passages["later"] == key)]
    return rows.sort_values(["characters", "earlier", "later", "start"], ascending=[False, True, True, True])


def _texts(store: Store, needed: set[str]) -> dict[str, str]:
    found = {}
    for batch in store.batches(("id", "text")):
        for at, key in enumerate(batch.column("id").to_pylist()):
            if key in needed:
                found[key] = batch.column("text")[at].as_py()
    return found


def _shared(key: str, row: dict, pair, texts: dict[str, str]) -> Shared:
    spans = grown(texts[row["earlier"]], (row["start"], row["end"]), texts[row["later"]], (row["later_start"], row["later_end"]))
    words = {row["earlier"]: texts[row["earlier"]][slice(*spans[0])], row["later"]: texts[row["later"]][slice(*spans[1])]}
    other = row["later"] if row["earlier"] == key else row["earlier"]
    return Shared(other, other == row["earlier"], pair["direction"], pair["common_source"], words[key], words[other])


def grown(text: str, span: tuple[int, int], other: str, span_there: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two spans grown to both sides for as long as the texts agree.

    >>> grown("abXYZcd", (3, 4), "..XYZ!!", (3, 4))
    ((2, 5), (2, 5))
    """
    (start, end), (there, there_end) = span, span_there
    while start and there and text[start - 1] == other[there - 1]:
        start, there = start - 1, there - 1
    while end < len(text) and there_end < len(other) and text[end] == other[there_end]:
        end, there_end = end + 1, there_end + 1
    return (start, end), (there, there_end)


def unlike(words: str, other: str) -> list[tuple[int, int]]:
    """The stretches of a passage that stand in the other one nowhere within a run of SAME characters.

    >>> unlike("在省会城市开展共享停车试点工作", "各县在省会城市开展错时停车试点工作")
    [(7, 9)]
    """
    runs = {other[at : at + SAME] for at in range(len(other) - SAME + 1)}
    like = bytearray(len(words))
    for at in range(len(words) - SAME + 1):
        if words[at : at + SAME] in runs:
            like[at : at + SAME] = b"\1" * SAME
    edges = [at for at in range(1, len(words)) if like[at] != like[at - 1]]
    spans = zip([0, *edges], [*edges, len(words)], strict=True)
    return [(start, end) for start, end in spans if words and not like[start]]
