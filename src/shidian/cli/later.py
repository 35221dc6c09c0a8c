"""A group of commands that imports none of them until it is called, so that `--help` is quick."""

from __future__ import annotations

from importlib import import_module

import click


class Later(click.Group):
    """Commands by name and line of help; each is a function of its own name in a module of that name."""

    def __init__(self, *args, commands_in: str, listed: dict[str, str], **options):
        super().__init__(*args, **options)
        self.package, self.listed = commands_in, listed

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.listed)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.listed:
            return None
        return getattr(import_module(f"{self.package}.{name}"), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.listed.items()))
