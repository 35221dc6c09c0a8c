"""The text downloads of PKULaw: two lines above the title, and a title that stands twice. One file may hold many, one after another."""

from __future__ import annotations

import re
from dataclasses import replace

from .raw import Raw, tidy

CITATION = re.compile(r"^[ \t\u3000\ufeff]*【法宝引证码】", re.MULTILINE)
_HEAD = re.compile(r"\A\s*【法宝引证码】[^\n]*\n+(?:\s*原文链接[:：][^\n]*(?:\n+|\Z))?")


def opened(raw: Raw) -> Raw:
    """A download without the lines above its title, which becomes its title where it has none; any other text as it is."""
    head = _HEAD.match(raw.text)
    if not head:
        return raw
    text = tidy(raw.text[head.end() :])
    title, _, rest = text.partition("\n")
    again, _, after = rest.partition("\n")
    return replace(raw, text=rest if _same(title, again) and after else text, title=raw.title or title)


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one) == re.sub(r"\W", "", other)
