"""YAML 1.2 documents that remember where every key and value stands.

`NO` stays text, dates stay text, a repeated key is refused. The tree is plain dicts, lists, text and numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..foundations.errors import InputError, Where
from .reading import read_text

Steps = tuple[str | int, ...]
_MOST_NODES = 100_000
_DEEPEST = 40
_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in "map seq str int float bool null timestamp value merge".split()}


@dataclass
class Document:
    """A YAML file: its tree, the spots of keys and of values by path, and the overrides that replaced values."""

    path: Path
    tree: Any = None
    keys: dict[Steps, tuple[int, int]] = field(default_factory=dict)
    values: dict[Steps, tuple[int, int]] = field(default_factory=dict)
    replaced: dict[Steps, str] = field(default_factory=dict)

    def where(self, steps: Steps, key: bool = False) -> Where:
        """The spot of a value (or of its key); of the nearest thing that holds it where it has none of its own."""
        for length in range(len(steps), -1, -1):
            part = steps[:length]
            if part in self.replaced:
                return Where(f"override '{self.replaced[part]}'")
            spots = self.keys if (key or length < len(steps)) and part in self.keys else self.values
            if part in spots:
                return Where(self.path, *spots[part])
        return Where(self.path)


def read_document(path: Path, example: str = "as in the toy case (`shidian case new`)") -> Document:
    """A YAML file as a Document. Raises InputError for a file that is missing, not UTF-8, not YAML or no mapping; then an example helps."""
    document = Document(path)
    root = _compose(read_text(path), path)
    if not isinstance(root, MappingNode):
        raise InputError(
            f"The file holds no 'name: value' lines; write them {example}.",
            Where(path, 1, 1),
        )
    document.tree = _Plain(document).build(root, ())
    return document


def scalar(text: str) -> Any:
    """A value written on a command line, read as YAML would read it; text that is no single value stays text.

    >>> scalar("3"), scalar("2020-12"), scalar("NO")
    (3, '2020-12', 'NO')
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except YAMLError:
        return text
    return _value(node) if isinstance(node, ScalarNode) else (None if node is None else text)


def _compose(text: str, path: Path) -> Node | None:
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        spot = Where(path, mark.line + 1, mark.column + 1) if mark else Where(path)
        raise InputError(
            f"This is not YAML: {problem.problem or problem.context}. Look at the quotes, brackets and indents here.",
            spot,
        ) from None
    except YAMLError as problem:
        raise InputError(
            f"This is not YAML: {str(problem).splitlines()[0]}. Save the file again as plain text.",
            Where(path),
        ) from None


class _Plain:
    """Turns nodes into plain values and notes their spots."""

    def __init__(self, document: Document):
        self.document = document
        self.nodes = 0

    def build(self, node: Node, steps: Steps) -> Any:
        self.document.values[steps] = _spot(node)
        self._guard(node, steps)
        if isinstance(node, MappingNode):
            return self._mapping(node, steps)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*steps, position)) for position, item in enumerate(node.value)]
        return _value(node)

    def _mapping(self, node: MappingNode, steps: Steps) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                raise InputError(
                    "A name must be one word before the colon, not a list or a mapping; give it a plain name.",
                    self._here(key),
                )
            name = str(key.value)
            if name in tree:
                first = self.document.keys[(*steps, name)][0]
                raise InputError(
                    f"The name '{name}' stands twice (first in line {first}), so one would hide the other; delete one.",
                    self._here(key),
                )
            self.document.keys[(*steps, name)] = _spot(key)
            tree[name] = self.build(item, (*steps, name))
        return tree

    def _guard(self, node: Node, steps: Steps) -> None:
        """Aliases may repeat or contain themselves without end; a case needs neither."""
        self.nodes += 1
        if len(steps) > _DEEPEST or self.nodes > _MOST_NODES:
            raise InputError("The file nests too deep or repeats itself by aliases; write the values out.", self._here(node))
        if str(node.tag) not in _TAGS:
            raise InputError(f"The tag {node.tag} is not plain YAML, and a case is data alone; delete it.", self._here(node))

    def _here(self, node: Node) -> Where:
        return Where(self.document.path, *_spot(node))


def _spot(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _value(node: ScalarNode) -> Any:
    """A scalar by its YAML 1.2 tag; whatever is not a number, a truth value or null stays text."""
    kind = str(node.tag).rsplit(":", 1)[-1]
    text = str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0) if text.lower().lstrip("+-").startswith(("0x", "0o")) else int(text)
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan")) if kind == "float" else text
    except ValueError:
        return text
