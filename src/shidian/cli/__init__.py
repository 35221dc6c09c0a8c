"""The command line: parse, call, show. Everything heavy is imported where it is used, so that `--help` is quick."""

from __future__ import annotations

import os
import signal
import sys

import click

from .. import __version__
from ..foundations.errors import Failure, InputError
from .later import Later

COMMANDS = {
    "run": "Rehearse a case under a regime and write a report.",
    "validate": "Hold a case against every pattern it must show.",
    "study": "Compare regimes, calibrate a case, ask what matters, and see what it can foresee.",
    "corpus": "Measure experimentation in policy documents.",
    "evaluate": "Judge real pilots: sites, effects, other places, what to do.",
    "case": "List, start and check cases.",
}


@click.command(cls=Later, commands_in="shidian.cli", listed=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="shidian")
def shidian() -> None:
    """A laboratory for policy experimentation under hierarchy.

    A centre sets a mission; places try different ways of getting there; the centre watches, judges and adjusts. Start with

    \b
        shidian run toy              three places, a second
        shidian run china-nev        the whole country, 2009 to 2025
        shidian case list            what is bundled
    """


def main() -> None:
    """Run the command line: 0 done, 2 the input is wrong, 1 anything else. The user never sees a traceback of ours."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that half-made folders go when the process is told to go
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a name that the terminal cannot show is no reason to stop
    try:
        shidian.main(standalone_mode=False)
        sys.stdout.flush()
    except InputError as error:
        _stop(str(error), 2)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except Failure as error:
        _stop(str(error), 1)
    except (click.Abort, KeyboardInterrupt):
        _stop("Stopped; nothing half-written was left behind.", 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough
        sys.exit(1)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _stop(f"The system refused: {error}.", 1)
    except MemoryError:
        _stop("The machine ran out of memory; use fewer draws or fewer workers.", 1)


def _stop(message: str, code: int) -> None:
    click.secho("shidian: ", fg="red", bold=True, nl=False, err=True)
    click.echo(message, err=True)
    sys.exit(code)
