"""The command line starts light: help loads nothing heavy, every command explains itself, and a wrong word is no crash."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from shidian.cli import shidian

HEAVY = ["altair", "jax", "numpy", "pandas", "pint", "pydantic", "rich", "xarray"]

ASK = f"""
import json, sys
from shidian.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
print(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words that call each command, groups before what they hold."""
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def test_every_help_answers_and_loads_nothing_heavy() -> None:
    for words in commands(shidian):
        done = subprocess.run([sys.executable, "-c", ASK, *words, "--help"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stderr)
        *text, loaded = done.stdout.splitlines()
        assert text[0].startswith("Usage:"), words
        assert json.loads(loaded) == [], words


@pytest.mark.parametrize("words", [["rehearse"], ["run"], ["run", "toy", "--sede", "1"], ["case", "list", "toy"]], ids=" ".join)
def test_a_wrong_word_is_named_and_exits_with_2(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", "from shidian.cli import main; main()", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Error:" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_package_itself_is_light() -> None:
    ask = f"import sys, shidian; print([name for name in {HEAVY} + ['click'] if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.strip() == "[]"
