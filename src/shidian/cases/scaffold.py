"""A new case folder, to be filled in."""

from __future__ import annotations

import re
from pathlib import Path

from ..foundations.errors import InputError
from ..foundations.folders import whole_folder
from .bundled import BUNDLED, bundled_cases
from .tables import SPECS

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]*$")


def new_case(name: str, folder: str | Path) -> Path:
    """Write a commented case into a new folder, with the toy case's figures to replace; returns the folder.

    The folder appears only when it is whole. Raises InputError where it exists already or the name is no plain word,
    Failure where the disk refuses.
    """
    folder = Path(folder)
    if not _NAME.match(name):
        raise InputError(f"'{name}' cannot name a case; use small letters, digits and hyphens, such as my-case.")
    if name in bundled_cases():
        raise InputError(f"'{name}' is a bundled case, and that one would be found first; choose another name.")
    with whole_folder(folder) as draft:
        _fill(draft, name)
    return folder


def _fill(draft: Path, name: str) -> None:
    for file in sorted((BUNDLED / "toy").iterdir()):
        if file.is_file():
            (draft / file.name).write_bytes(file.read_bytes())
    case = draft / "case.yaml"
    text = case.read_text(encoding="utf-8").replace("name: toy", f"name: {name}", 1)
    body = text.split("\n", 1)[1]
    case.write_text(_CASE_HINTS + body, encoding="utf-8")
    (draft / "README.md").write_text(_readme(name), encoding="utf-8")


_CASE_HINTS = """\
# A starting case: the figures are those of the toy case, to be replaced by yours.
# Check it as you go: shidian case check FOLDER (README.md says what each table holds).
# calendar: whole years, January to December.
# mission.goals: each goal has an indicator of the summary; weights add up to 1.
# instruments: delete what your case does not use; scale 0 switches one off, 1 leaves the timeline as it is.
# status, in every file: sourced (a page confirms it), derived (computed from sourced figures),
#   unconfirmed (a figure without a page), assumed (yours; then give low and high, and every run draws it).
# source: keys of sources.bib, several with a semicolon between them.
"""


def _readme(name: str) -> str:
    lines = [
        f"# {name}",
        "",
        "The figures are invented: replace them table by table, and run `shidian case check` on this folder after each.",
        "Tables are CSV in UTF-8 with a header line; an empty cell means unknown or, for `to`, still in force.",
        "",
        "| table | says | columns |",
        "|---|---|---|",
    ]
    rows = [f"| {table.name} | {table.about} | {', '.join(table.names)} |" for table in SPECS.values()]
    ends = ["", "Other files: `case.yaml` (what the case is), `parameters.yaml` (numbers of the model with their priors), "
            "`patterns.yaml` (what a run must show), `sources.bib` (where figures come from)."]  # fmt: skip
    return "\n".join(lines + rows + ends) + "\n"
