"""Options of the command line as a question."""

from __future__ import annotations

from typing import Any

from ...evidence.figures import Columns
from ...evidence.methods import chosen
from ...evidence.pilots import SiteColumns
from ...foundations.errors import InputError
from ...study.evaluation.question import Question


def question(asked: dict[str, Any]) -> Question:
    """The question that options ask. Raises InputError for a method that is unknown or an overruling that is not written as one."""
    columns = Columns(asked["place"], asked["period"], asked["parent"], asked["weight"])
    methods = tuple(method.name for method in chosen(listed(asked["methods"])))
    if not methods:
        raise InputError("--method names no method; give one or more of did, cs, imputation, sc, sdid.")
    same = ("panel", "pilots", "outcome", "better", "mission", "boundaries", "leave_out_missing", "logs", "anticipation", "draws", "seed")
    return Question(
        **{name: asked[name] for name in same}, covariates=listed(asked["covariates"]), adjust=listed(asked["adjust"]), methods=methods, programmes=tuple(asked["chosen"]),
        columns=columns, sites=SiteColumns(asked["site"], asked["start"]), overruled=dict(_overruling(text) for text in asked["overruled"]),
    )  # fmt: skip


def listed(text: str) -> tuple[str, ...]:
    """Names between commas.

    >>> listed("gdp, pop,")
    ('gdp', 'pop')
    """
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))


def whole_numbers(text: str, option: str) -> tuple[int, ...]:
    """Whole numbers above nought between commas, ascending. Raises InputError for anything else.

    >>> whole_numbers("20, 5,5", "--sites")
    (5, 20)
    """
    parts = listed(text)
    if not parts or not all(part.isdigit() and int(part) > 0 for part in parts):
        raise InputError(f"{option} is '{text}', but it takes whole numbers above nought between commas, such as 5,10,20.")
    return tuple(sorted({int(part) for part in parts}))


def _overruling(text: str) -> tuple[str, tuple[str, str]]:
    """`low_carbon=support: more years are needed` as programme, answer and reason."""
    programme, equals, rest = text.partition("=")
    answer, _, reason = rest.partition(":")
    if not equals:
        raise InputError(f"--overrule '{text}' is not written as NAME=ANSWER: WHY; write for instance 'low_carbon=support: two more "
            f"years are needed'.")
    return programme.strip(), (answer.strip(), reason.strip())
