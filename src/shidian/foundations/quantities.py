"""Fields that carry their unit and meaning.

A field of a kernel module states its shape in its type and its unit here, so that documentation, charts and tables read
both from one place. Numbers are converted to these units once, where a case is loaded.
"""

from __future__ import annotations

import dataclasses
from typing import Any


def quantity(unit: str, meaning: str) -> Any:
    """A dataclass field with a unit and what it says about the world."""
    return dataclasses.field(metadata={"unit": unit, "meaning": meaning})


def described(module: type) -> list[tuple[str, str, str, str]]:
    """Name, type, unit and meaning of every field of a module, for reference pages.

    >>> @dataclasses.dataclass
    ... class Road:
    ...     length: float = quantity("km", "how far it goes")
    >>> described(Road)
    [('length', 'float', 'km', 'how far it goes')]
    """
    rows = []
    for field in dataclasses.fields(module):
        shape = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
        rows.append((field.name, shape, field.metadata.get("unit", ""), field.metadata.get("meaning", "")))
    return rows
