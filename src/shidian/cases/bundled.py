"""Where cases lie: bundled with the package, or in a folder of the user's."""

from __future__ import annotations

from pathlib import Path

from ..foundations.errors import InputError, Where

BUNDLED = Path(__file__).with_name("bundled")


def bundled_cases() -> list[str]:
    """Names of the cases that come with the package, in alphabetical order."""
    return sorted(folder.name for folder in BUNDLED.iterdir() if (folder / "case.yaml").is_file())


def case_folder(name_or_path: str | Path) -> Path:
    """The folder of a case; a bundled name goes first, so write `./toy` for a folder of that name.

    Raises InputError where there is neither.
    """
    if str(name_or_path) in bundled_cases():
        return BUNDLED / str(name_or_path)
    folder = Path(name_or_path)
    if str(name_or_path) and (folder / "case.yaml").is_file():
        return folder
    if str(name_or_path) and folder.is_dir():
        raise InputError("The folder has no case.yaml, so it is not a case; `shidian case new NAME` starts one.", Where(folder))
    names = ", ".join(bundled_cases())
    raise InputError(
        f"'{name_or_path}' is neither a bundled case ({names}) nor a folder; "
        "correct the name, or start one with `shidian case new`.",
    )
