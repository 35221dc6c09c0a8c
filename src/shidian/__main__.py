"""`python -m shidian` is the command `shidian`."""

from .cli import main

if __name__ == "__main__":
    main()
