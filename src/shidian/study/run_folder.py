"""A run on disk: what it was made from, its tables, its arrays. Written whole or not at all.

`run.json` holds everything that determines the run and the versions it was made with; its `key` is the hash that names
the folder, so that nothing is computed twice.
"""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from .. import __version__

PACKAGE = Path(__file__).parents[1]
LIBRARIES = ("jax", "equinox", "numpy", "pandas", "xarray")
NUMBERS = ("value", "low", "high")
FILES = ("run.json", "summary.csv", "monthly.csv", "results.nc", "report.html")
FULL_ONLY = ("monthly_groups", "scrapped")  # arrays that only `--arrays full` keeps


@dataclass(frozen=True)
class RunSpec:
    """Everything that determines a run."""

    case: str
    digest: str
    regime: str
    seed: int
    draws: int
    overrides: tuple[str, ...] = ()
    parameters: str = "prior"
    parameters_digest: str = ""
    version: str = field(default=__version__)
    code: str = field(default_factory=lambda: code_digest())

    @property
    def key(self) -> str:
        """Hash of the above: the same key, the same results on one machine."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@cache
def code_digest() -> str:
    """Hash of the package's own source and of the libraries' versions: a change of either is another run."""
    content = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        content.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    content.update(" ".join(version(name) for name in LIBRARIES).encode())
    return content.hexdigest()[:16]


def recorded(spec: RunSpec, full: bool = False) -> dict:
    """Content of `run.json`: the specification, its key, which arrays are kept, and the versions of what computed it."""
    made_with = {name: version(name) for name in LIBRARIES} | {"python": platform.python_version(), "machine": platform.machine()}
    return {"key": spec.key, **asdict(spec), "arrays": "full" if full else "usual", "versions": made_with}


def finished(folder: Path, spec: RunSpec, full: bool = False) -> bool:
    """Whether a folder already holds this very run, with every array where `full` is asked for."""
    if not all((folder / name).is_file() for name in FILES):
        return False
    try:
        found = json.loads((folder / "run.json").read_text())
        return found["key"] == spec.key and (not full or found["arrays"] == "full")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write_table(table: pd.DataFrame, path: Path) -> None:
    """A tidy table as CSV, numbers to seven significant digits: what float32 carries, and half the bytes.

    Written line by line: no cell needs quoting, and pandas takes four times as long over these million numbers.
    """
    columns = [table[name].tolist() for name in table.columns]
    line = ",".join("{:.7g}" if name in NUMBERS else "{}" for name in table.columns) + "\n"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(table.columns) + "\n")
        file.writelines(map(line.format, *columns))


def write(folder: Path, spec: RunSpec, data, summary: pd.DataFrame, monthly: pd.DataFrame, full: bool) -> None:
    """Fill a run folder with all but its page. `folder` is a temporary one that is renamed when all is there."""
    (folder / "run.json").write_text(json.dumps(recorded(spec, full), indent=2, ensure_ascii=False) + "\n")
    write_table(summary, folder / "summary.csv")
    write_table(monthly, folder / "monthly.csv")
    write_arrays(data, folder / "results.nc", full)


def write_arrays(data, path: Path, full: bool) -> None:
    """`results.nc`: place x class x year and national months by product for every draw; all arrays where `full`."""
    kept = data if full else data.drop_vars([name for name in FULL_ONLY if name in data])
    encoding = {name: {"dtype": "float32", "zlib": True, "complevel": 1} for name in kept.data_vars}
    kept.to_netcdf(path, engine="h5netcdf", encoding=encoding)
