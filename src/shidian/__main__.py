"""`python -m shidian` is the command `shidian`."""

from .cli import main

main()
