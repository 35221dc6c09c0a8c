"""What the schema finds, said in a user's words and at a spot of the user's file."""

from __future__ import annotations

import re
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .document import Document, Steps
from .findings import Findings, nearest

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], document: Document, findings: Findings, root: Steps = ()) -> Model | None:
    """The document as a frozen model, or None with findings added; `root` is the path by which users call the tree."""
    try:
        return model.model_validate(document.tree)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        for error in (one for one in errors if not _follows(one, errors)):
            _explain(error, model, document, findings, root)
        return None


def _follows(error: Any, errors: list[Any]) -> bool:
    """Whether a list is called too short only since items of it are wrong, which is said of them."""
    place = error["loc"]
    return error["type"] == "too_short" and any(other["loc"][: len(place)] == place != other["loc"] for other in errors)


def names_under(model: type[BaseModel], steps: Steps) -> list[str]:
    """Names that may stand under a path of a model's file; none where the path leads to something without fixed names.

    >>> from .schema import CaseEntry
    >>> names_under(CaseEntry, ("mission",))
    ['statement', 'goals']
    """
    here: Any = model
    for step in steps:
        here = _below(here, step)
    return [entry.alias or name for name, entry in here.model_fields.items()] if _is_model(here) else []


def _below(here: Any, step: str | int) -> Any:
    """The type of what stands under one name (or number) of a type, without what pydantic wraps around it."""
    if _is_model(here):
        fields = {entry.alias or name: entry.annotation for name, entry in here.model_fields.items()}
        below = _below(fields["root"], step) if set(fields) == {"root"} else fields.get(str(step))
    else:
        below = next((one for one in reversed(get_args(here)) if one is not Ellipsis), None)
    while get_origin(below) is Annotated:
        below = get_args(below)[0]
    if NoneType in get_args(below):
        below = next(one for one in get_args(below) if one is not NoneType)
    return below


def _is_model(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)


def _explain(error: Any, model: type[BaseModel], document: Document, findings: Findings, root: Steps) -> None:
    steps = tuple(step for step in error["loc"] if step != "[key]")
    path = ".".join(str(step) for step in (*root, *steps)) or document.path.name
    kind, given, detail = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden" or error["loc"][-1:] == ("[key]",):
        known = names_under(model, steps[:-1]) or re.findall(r"'([^']+)'", detail.get("expected", ""))
        findings.add(
            f"'{steps[-1]}' is unknown here ({path}), so nobody would read it. {nearest(str(steps[-1]), known)}",
            document.where(steps, key=True),
        )
    elif kind == "missing":
        findings.add(f"'{steps[-1]}' is missing ({path}); add it.", document.where(steps))
    else:
        findings.add(f"{path}: {_sentence(kind, given, detail, error['msg'])}", document.where(steps, key=isinstance(given, dict)))


def _sentence(kind: str, given: Any, detail: dict[str, Any], message: str) -> str:
    if kind == "value_error":
        return str(detail["error"])
    if kind == "literal_error":
        return f"'{given}' is not one of {detail['expected']}; choose one."
    if kind == "finite_number":
        return f"{given} is not a finite number; write one such as 2.5."
    if kind.startswith("float"):
        return f"'{given}' is not a number; write one such as 2.5, without quotes or unit."
    if kind in ("string_type", "string_too_short"):
        return f"Text is needed here, but {given!r} was found; write it, in quotes if need be."
    if kind in ("dict_type", "model_type", "tuple_type", "list_type"):
        shape = "a list, each item after a dash" if kind in ("tuple_type", "list_type") else "names and values, one a line"
        return f"This needs {shape}, but {given!r} was found."
    if kind == "string_pattern_mismatch":
        return f"'{given}' may hold small letters, digits and hyphens only; rename it."
    limits = {"greater_than_equal": "at least", "greater_than": "above", "less_than_equal": "at most", "less_than": "below"}
    if kind in limits:
        return f"{given} is out of bounds; it must be {limits[kind]} {next(iter(detail.values())):g}."
    return f"{message} (found {given!r}); correct it."
