"""The documentation names what there is, its tables are those of the code, its examples run, its links lead somewhere.

Three tables are made from the code and the data: the help text in the README, the parameters in docs/model.md, the statuses
in docs/sources.md. Write them anew with `python tests/test_docs.py`.
"""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from shidian.cases import data_quality, load_case, vocabulary
from shidian.cases.case import Parameter
from shidian.cases.tables import SPECS
from shidian.cli import shidian
from shidian.study import results
from shidian.worlds.market.parameters import MarketParameters

TOP = Path(__file__).parents[1]
PAGES = [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]

# What parameters mean that the monthly model does not read.
BESIDE = {
    "product_spread": "standard deviation of a named product's own taste",
    "income_sigma_urban": "spread of log incomes in towns",
    "income_sigma_rural": "spread of log incomes in the country",
    "start_share": "classes of the opening fleet",
    "start_growth": "growth of sales before the start",
    "battery_start": "vehicle batteries made before the start",
    "displaced_lowspeed": "share of low-speed distance that petrol would have driven",
    "public_life": "life of a public vehicle",
}


def text(name: str) -> str:
    """A page, by its path from the project's folder."""
    return (TOP / name).read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """What stands under a heading, to the next of its rank or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", page, re.MULTILINE)
    assert found, f"There is no heading '{heading}'."
    rest = page[found.end() :]
    return re.split(rf"^#{{1,{len(found[1])}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def words_in(page: str) -> set[str]:
    """Every name that stands in backticks outside blocks; `a b` gives a and b too."""
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    return set(spans) | {word for span in spans for word in re.split(r"[\s,]+", span)}


# --- tables made from the code ----------------------------------------------------------------------------------------


def help_text() -> str:
    """`shidian --help`."""
    return "```text\n" + CliRunner().invoke(shidian, ["--help"], prog_name="shidian").output.strip() + "\n```"


def parameter_table() -> str:
    """The parameters of china-nev."""
    rows = ["| name | meaning | unit | centre | interval | drawn | status | source |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    fields = MarketParameters.__dataclass_fields__
    for name, one in load_case("china-nev").parameters.items():
        meaning = one.note if name not in fields and name not in BESIDE else BESIDE.get(name) or fields[name].metadata["meaning"]
        cells = (f"`{name}`", meaning, one.unit, centre(one), interval(one), one.distribution, one.status, one.source)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def centre(one: Parameter) -> str:
    """Best value, or one for each name."""
    if isinstance(one.value, dict):
        return ", ".join(f"{name} {value:g}" for name, value in one.value.items())
    return f"{one.value:g}"


def interval(one: Parameter) -> str:
    """Interval of the prior."""
    return f"± {one.spread:g}" if one.spread else "" if one.low is None else f"{one.low:g} to {one.high:g}"


def status_table() -> str:
    """Rows of china-nev by status."""
    names = vocabulary.STATUSES
    rows = [f"| table | rows | {' | '.join(names)} |", "| --- |" + " ---: |" * (1 + len(names))]
    for row in data_quality(load_case("china-nev")).to_dict("records"):
        counts = " | ".join(f"{row[name]} ({row[f'{name}_share']:.0%})" for name in names)
        rows.append(f"| `{row['table']}` | {row['rows']} | {counts} |")
    return "\n".join(rows)


MADE = {"README.md": ("help", help_text), "docs/model.md": ("parameters", parameter_table), "docs/sources.md": ("statuses", status_table)}


def put_in(page: str, mark: str, made: str) -> str:
    """A page with a table between its marks."""
    return re.sub(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda found: f"{found[1]}\n{made}\n\n{found[2]}", page, flags=re.DOTALL)


@pytest.mark.parametrize("name", MADE)
def test_the_tables_are_those_of_the_code(name: str) -> None:
    mark, make = MADE[name]
    assert f"<!-- {mark} -->" in text(name)
    assert put_in(text(name), mark, make()) == text(name), f"{name} is behind; say: python tests/test_docs.py"


# --- everything is named ----------------------------------------------------------------------------------------------


def commands(group: click.Group, path: str = "shidian") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it."""
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@cache
def everything() -> str:
    """All pages in one."""
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize(("words", "command"), commands(shidian), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_is_named(words: str, command: click.Command) -> None:
    assert words in everything(), words
    options = [name for one in command.params if isinstance(one, click.Option) for name in one.opts if name.startswith("--")]
    page = text("README.md")
    missing = [name for name in options if not re.search(rf"{name}(?![\w-])", page)]
    assert not missing, f"The README names no {missing} of `{words}`."


def test_every_indicator_is_defined_with_its_unit() -> None:
    rows = dict(re.findall(r"^\| `([\w<>]+)`[^|]*\| ([^|]+) \|", text("docs/results.md"), re.MULTILINE))
    known = {*results.UNITS, *results.FLOWS, *vocabulary.INDICATORS, "sales_<class>", "fleet_<class>"}
    assert known == set(rows)
    assert {name: results.unit_of(name) for name in known} == rows


def test_every_instrument_is_described() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", section(text("docs/case-format.md"), "Instruments"), re.MULTILINE)
    assert {name: (unit, combine) for name, unit, combine in rows} == {name: (one.unit, one.combine) for name, one in vocabulary.INSTRUMENTS.items()}


@pytest.mark.parametrize("table", SPECS)
def test_every_table_and_column_is_described(table: str) -> None:
    page = text("docs/case-format.md")
    named = words_in(section(page, table)) | {"status", "source", "note"}
    missing = [column for column in SPECS[table].names if column not in named]
    assert not missing, f"docs/case-format.md, {table}: {missing}"
    assert {"`status`", "`source`*", "`note`*"} <= set(re.findall(r"`\w+`\*?", section(page, "Tables")))


@pytest.mark.parametrize(("table", "known"), [("series", vocabulary.SERIES), ("attributes", vocabulary.ATTRIBUTES), ("schedules", vocabulary.SCHEDULES)])
def test_every_name_of_a_table_is_described(table: str, known: dict[str, str]) -> None:
    named = words_in(section(text("docs/case-format.md"), table))
    assert not set(known) - named


def test_every_word_of_a_choice_is_described() -> None:
    named = words_in(text("docs/case-format.md"))
    for known in (vocabulary.STATUSES, vocabulary.NESTS, vocabulary.POWERTRAINS, vocabulary.CAPABILITIES, vocabulary.DISTRIBUTIONS, vocabulary.USES):
        assert not set(known) - named


def test_every_parameter_is_named() -> None:
    named = words_in(text("docs/model.md"))
    assert not set(MarketParameters.__dataclass_fields__) - named
    assert not set(load_case("china-nev").parameters) - named


def test_every_kind_of_measure_is_named() -> None:
    from shidian.study.measures import kinds

    assert not set(kinds()) - words_in(section(text("docs/case-format.md"), "patterns.yaml"))


# --- examples ---------------------------------------------------------------------------------------------------------


def runnable(name: str, language: str) -> list[str]:
    """Blocks of a page that are marked to be run."""
    return re.findall(rf"<!-- runnable -->\n```{language}\n(.*?)```", text(name), re.DOTALL)


def shell_lines() -> list[str]:
    """Every command of the README's runnable blocks, in order."""
    return re.findall(r"^\$ (.+)$", "\n".join(runnable("README.md", "console")), re.MULTILINE)


def test_the_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shell_lines()
    assert lines
    monkeypatch.chdir(tmp_path)
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "shidian", line
        done = CliRunner().invoke(shidian, words)
        assert done.exit_code == 0, (line, done.output, done.exception)
    for name in ("report.html", "summary.csv", "monthly.csv", "results.nc", "run.json"):
        assert (tmp_path / "toy-run" / name).is_file()


def test_the_python_of_the_readme_runs() -> None:
    blocks = runnable("README.md", "python")
    assert blocks
    for block in blocks:
        test = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


# --- links ------------------------------------------------------------------------------------------------------------


def anchors(page: str) -> set[str]:
    """Anchors of the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def links(page: Path) -> Iterator[tuple[str, str]]:
    """Paths and anchors of the relative links of a page."""
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield path, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for path, anchor in links(page):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {path} does not exist"
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{page.name}: {path}#{anchor}"


def test_every_page_is_reached_from_the_index() -> None:
    reached = {(TOP / "docs" / path).resolve() for path, _ in links(TOP / "docs" / "index.md") if path}
    assert {page for page in PAGES if page.parent.name == "docs" and page.name != "index.md"} <= reached


def test_images_say_what_they_show() -> None:
    for page in PAGES:
        assert not re.search(r"!\[\s*\]\(", page.read_text(encoding="utf-8")), page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_registry(page: Path) -> None:
    hosts = "|".join(["py" + "pi", "python" + "hosted", "npm" + "js", "crates" + r"\.io", "proxy" + r"\.golang"])
    assert not re.search(hosts, page.read_text(encoding="utf-8"), re.IGNORECASE)


if __name__ == "__main__":
    for name, (mark, make) in MADE.items():
        (TOP / name).write_text(put_in(text(name), mark, make()), encoding="utf-8")
