"""A progress bar on standard error, with the time left; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int], "contextmanager[Callable[[int], None]]"]


def progress(quiet: bool) -> Progress:
    """A function that opens a bar for a titled count of steps and yields what to call with the number done."""

    @contextmanager
    def bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Bar(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as shown:
            task = shown.add_task(title, total=total)
            yield lambda done: shown.update(task, completed=done)

    return bar
