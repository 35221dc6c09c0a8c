"""Changes to a case that are written on a command line: `parameters.alpha.value=3`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from ..foundations.errors import InputError, Where
from .document import Document, Steps, scalar
from .findings import nearest
from .schema import fields_at


def split_overrides(overrides: Sequence[str]) -> list[Change]:
    """Each override as its text, its path and its value. Raises InputError where one is not PATH=VALUE."""
    parts = []
    for text in overrides:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise InputError(f"'{text}' is not PATH=VALUE; write it as parameters.alpha.value=3.", _where(text))
        parts.append((text, path.strip().split("."), scalar(value.strip())))
    return parts


class HasDocuments(Protocol):
    """A case of any world."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """Its YAML files as read."""
        ...


RULES = "rules"  # names under it are those of the stages of governing, which check them
Change = tuple[str, list[str], Any]  # text, path, value


def by_file(overrides: Sequence[str], files: Sequence[str]) -> dict[str, list[Change]]:
    """Overrides by the file that they change, of those that paths may begin with; all others change the case itself, under the empty name.

    >>> by_file(["title=Mine", "setting.places=9"], ["setting"])[""][0][1]
    ['title']
    """
    changes = split_overrides(overrides)
    found = {name: [change for change in changes if change[1][0] == name and len(change[1]) > 1] for name in files}
    return {"": [change for change in changes if not any(change in each for each in found.values())]} | found


def apply_overrides(document: Document, overrides: Iterable[Change], root: Steps = ()) -> None:
    """Put values into a document's tree in place, before it is checked; `root` is what a user writes before its names.

    Raises InputError where a path names nothing in the file and no field that it may have.
    """
    for text, path, value in overrides:
        steps = _resolve(document.tree, path[len(root) :], root, text)
        if not steps:
            raise InputError(
                f"'{text}' would replace a whole file; name a value in it, such as parameters.alpha.value=3.",
                _where(text),
            )
        holder = document.tree
        for step in steps[:-1]:
            holder = holder[step]
        holder[steps[-1]] = value
        document.replaced[steps] = text


def changed_in(case: HasDocuments) -> tuple[str, ...]:
    """The overrides with which a case was read."""
    return tuple(dict.fromkeys(text for document in case.documents.values() for text in document.replaced.values()))


def _resolve(tree: Any, path: list[str], root: Steps, text: str) -> Steps:
    steps: Steps = ()
    for position, name in enumerate(path):
        steps = (*steps, _step(tree, name, (*root, *steps), position == len(path) - 1, text))
        tree = tree.get(steps[-1]) if isinstance(tree, dict) else tree[steps[-1]]
    return steps


def _step(tree: Any, name: str, above: Steps, last: bool, text: str) -> str | int:
    if isinstance(tree, list):
        if name.isdecimal() and int(name) < len(tree):
            return int(name)
        raise InputError(
            f"'{text}': {_path(above)} is a list of {len(tree)}, so '{name}' is no place in it; count from 0.",
            _where(text),
        )
    if not isinstance(tree, dict):
        raise InputError(f"'{text}': {_path(above)} is a single value, so it holds no '{name}'; shorten the path.", _where(text))
    known = list(dict.fromkeys([*tree, *fields_at(above)]))
    if name not in tree and not (last and (name in known or above[-1:] == (RULES,))):
        raise InputError(f"'{text}': there is no '{name}' in {_path(above)}. {nearest(name, known)}", _where(text))
    return name


def _path(steps: Steps) -> str:
    return ".".join(str(step) for step in steps) or "the case"


def _where(text: str) -> Where:
    return Where(f"override '{text}'")
