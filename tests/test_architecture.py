"""The house rules that a machine can check: rooms, sizes, names, docstrings, and what no file of the project may hold."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "src" / "shidian"

# From the bottom up. A room may import those before it. The command line and the web are two faces on one floor.
ROOMS = ["foundations", "cases", "corpus", "evidence", "worlds", "governance", "study", "report", "web", "cli"]

LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 500, 60, 12


@cache
def tracked() -> list[Path]:
    """Every file of the project that git knows or would take; where there is no git, every file of its folders."""
    asked = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=TOP, capture_output=True, text=True, check=False)
    if asked.returncode == 0:
        files = [TOP / name for name in asked.stdout.split("\0") if name]
    else:
        folders = ["src", "tests", "tools", "benchmarks", "docs", "requirements"]
        files = [*TOP.glob("*.*"), *(path for folder in folders for path in (TOP / folder).rglob("*"))]
    return sorted(path for path in files if path.is_file() and "__pycache__" not in path.parts)


def code() -> list[Path]:
    """Every Python file of the project."""
    return [path for path in tracked() if path.suffix == ".py"]


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def at(path: Path, line: int = 1) -> str:
    """A spot as `path:line`, as seen from the project's folder."""
    return f"{path.relative_to(TOP)}:{line}"


def listed(offenders: list[str]) -> str:
    """Offenders one a line, for the message of a failed test."""
    return "\n" + "\n".join(offenders)


# --- rooms ---------------------------------------------------------------------------------------------------------


def imported_rooms(path: Path) -> Iterator[tuple[str, int]]:
    """Every room that a module of the package imports, with the line: at its head, in a function, or for types only."""
    package = ["shidian", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            names = [".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names]
        else:
            continue
        for words in (name.split(".") for name in names):
            if words[0] == "shidian" and len(words) > 1 and (PACKAGE / words[1]).is_dir():
                yield words[1], node.lineno


def test_every_room_has_its_floor() -> None:
    rooms = {path.relative_to(PACKAGE).parts[0] for path in code() if path.is_relative_to(PACKAGE) and path.parent != PACKAGE}
    assert rooms <= set(ROOMS), "Give a new room its place in ROOMS."


def test_no_room_imports_one_above_it() -> None:
    offenders = []
    for path in code():
        if not path.is_relative_to(PACKAGE):
            continue
        room = "cli" if path.name == "__main__.py" else path.relative_to(PACKAGE).parts[0]
        below = ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else []
        offenders += [f"{at(path, line)} imports {other}" for other, line in imported_rooms(path) if other not in below]
    assert not offenders, listed(offenders)


# --- sizes ---------------------------------------------------------------------------------------------------------


def functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """Name, first line and lines of each function of a file; decorators and docstring do not count."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            words = first.end_lineno - first.lineno + 1 if ast.get_docstring(node, clean=False) is not None else 0
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1 - words


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in code()}
    offenders = [f"{at(path)} has {lines} lines" for path, lines in lengths.items() if lines > LONGEST_FILE]
    assert not offenders, listed(offenders)


def test_no_function_is_too_long() -> None:
    offenders = [f"{at(path, line)} {name} has {lines} lines" for path in code() for name, line, lines in functions(path) if lines > LONGEST_FUNCTION]
    assert not offenders, listed(offenders)


def test_the_usual_function_is_short() -> None:
    lengths = [lines for path in code() if path.is_relative_to(PACKAGE) for _, _, lines in functions(path)]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


# --- names and docstrings ------------------------------------------------------------------------------------------


def test_every_file_has_a_subject() -> None:
    offenders = [at(path) for path in code() if re.fullmatch(r"_?(utils?|helpers?|misc|common)", path.stem)]
    assert not offenders, listed(offenders)


def test_no_import_takes_everything() -> None:
    nodes = ((path, node) for path in code() for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom))
    offenders = [at(path, node.lineno) for path, node in nodes if node.names[0].name == "*"]
    assert not offenders, listed(offenders)


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"#.*\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
    offenders = [at(path, line) for path in code() for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if later.search(text)]
    assert not offenders, listed(offenders)


def undocumented(path: Path) -> Iterator[str]:
    """Public things at the head of a module that lack a docstring, the module first."""
    module = tree(path)
    if ast.get_docstring(module) is None:
        yield at(path)
    for node in module.body:
        public = isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
        if public and ast.get_docstring(node) is None:
            yield f"{at(path, node.lineno)} {node.name}"


def test_every_public_thing_says_what_it_is() -> None:
    offenders = [offender for path in code() if path.is_relative_to(PACKAGE) for offender in undocumented(path)]
    assert not offenders, listed(offenders)


# --- what no file may hold -----------------------------------------------------------------------------------------

# Written in parts, so that this file does not hold them either.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb." + "debian.org", "crates" + ".io", "proxy." + "golang.org"]
OWN_PATHS = re.compile(r"(?<![\w.~/-])/(home|Users|root|work)/\w")


def offending_lines(pattern: re.Pattern[str]) -> list[str]:
    """Every line of a text file of the project in which a pattern is found."""
    found = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="ignore")
        if pattern.search(text):
            found += [at(path, line) for line, words in enumerate(text.splitlines(), 1) if pattern.search(words)]
    return found


@pytest.mark.parametrize("host", HOSTS)
def test_no_package_registry_is_named(host: str) -> None:
    offenders = offending_lines(re.compile(re.escape(host), re.IGNORECASE))
    assert not offenders, listed(offenders)


def test_no_path_of_one_machine_is_named() -> None:
    offenders = offending_lines(OWN_PATHS)
    assert not offenders, listed(offenders)


# --- pins ----------------------------------------------------------------------------------------------------------


def pins(name: str) -> dict[str, str]:
    """The version of each package of a requirements file."""
    text = (TOP / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


def missing_pins(wanted: list[str], held: dict[str, str]) -> list[str]:
    """Requirements that a set of pins does not meet."""
    asked = {re.sub(r"[-_.]+", "-", one.name).lower(): one for one in map(Requirement, wanted)}
    return [str(one) for name, one in asked.items() if name not in held or not one.specifier.contains(held[name])]


def test_the_pins_hold_what_the_project_asks_for() -> None:
    declared = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    needed = declared["project"]["dependencies"] + declared["build-system"]["requires"]
    for extra, name in [([], "run.txt"), *((more, f"{key}.txt") for key, more in declared["project"]["optional-dependencies"].items())]:
        missing = missing_pins(needed + extra, pins(name))
        assert not missing, f"requirements/{name} lacks {missing}; say: make requirements"


@pytest.mark.parametrize("name", ["test.txt", "bench.txt"])
def test_tests_and_benchmarks_run_on_what_users_run_on(name: str) -> None:
    assert pins("run.txt").items() <= pins(name).items()
