"""Where figures come from: the sources of a case, each as one line that a reader can look up."""

from __future__ import annotations

import re

_ENTRY = re.compile(r"^\s*@\w+\s*\{\s*([^,\s}]+)", re.MULTILINE)
_FIELD = re.compile(r"(\w+)\s*=\s*")
_PLACES = ("journal", "booktitle", "institution", "school", "publisher", "howpublished")  # where it appeared: the first that is given


def references(text: str) -> dict[str, str]:
    """Author, year, title and place of every entry of a BibTeX file, by key; the key itself where the entry says nothing.

    >>> references("@article{bass1969, title = {A new product}, author = {Bass, Frank M.}, year = 1969, journal = {Science}}")
    {'bass1969': 'Bass, Frank M. (1969). A new product. Science.'}
    """
    starts = list(_ENTRY.finditer(text))
    ends = [each.start() for each in starts[1:]] + [len(text)]
    return {each[1]: _line(_fields(text[each.end() : end])) or each[1] for each, end in zip(starts, ends, strict=True)}


def _line(fields: dict[str, str]) -> str:
    author, title, year = (fields.get(name, "") for name in ("author", "title", "year"))
    author = re.sub(r"\s+and\s+", "; ", author)
    place = next((fields[name] for name in _PLACES if fields.get(name)), "")
    dated = f" ({year})" if year and year not in title else ""
    parts = [f"{author}{dated}", title] if author else [f"{title}{dated}".strip()]
    return " ".join(part if part[-1] in ".?!" else f"{part}." for part in (*parts, place) if part)


def _fields(body: str) -> dict[str, str]:
    """`name = {value}`, `name = "value"` or `name = value`, by name in small letters."""
    fields: dict[str, str] = {}
    position = 0
    while found := _FIELD.search(body, position):
        value, position = _value(body, found.end())
        fields.setdefault(found[1].lower(), _plain(value))
    return fields


def _value(body: str, start: int) -> tuple[str, int]:
    """What stands after an equals sign, and where it ends; braces may hold braces."""
    opening = body[start : start + 1]
    if opening not in ("{", '"'):
        bare = re.match(r"[^,}\s]*", body[start:])
        return (bare[0], start + bare.end()) if bare else ("", start + 1)
    depth = 0
    for position in range(start, len(body)):
        mark = body[position]
        depth += (mark == "{") - (mark == "}")
        closed = mark == "}" if opening == "{" else mark == '"' and position > start
        if closed and depth == 0:
            return body[start + 1 : position], position + 1
    return body[start + 1 :], len(body)


def _plain(value: str) -> str:
    """Without the marks of TeX."""
    value = re.sub(r"\\([%&$#_])", r"\1", value).replace("--", "\u2013").replace("~", " ")
    return " ".join(re.sub(r"[{}]", "", value).split())
