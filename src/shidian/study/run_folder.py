"""A run on disk: what it was made from, its tables, its arrays. Written whole or not at all.

`run.json` holds everything that determines the run and the versions it was made with; its `key` is the hash that names
the folder, so that nothing is computed twice.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from .. import __version__
from ..cases import Case

LIBRARIES = ("jax", "equinox", "numpy", "pandas", "xarray")
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

    @property
    def key(self) -> str:
        """Hash of the above: the same key, the same results on one machine."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def recorded(spec: RunSpec, full: bool = False) -> dict:
    """Content of `run.json`: the specification, its key, which arrays are kept, and the versions of what computed it."""
    made_with = {name: version(name) for name in LIBRARIES} | {"python": platform.python_version(), "machine": platform.machine()}
    return {"key": spec.key, **asdict(spec), "arrays": "full" if full else "usual", "versions": made_with}


def finished(folder: Path, spec: RunSpec, full: bool = False) -> bool:
    """Whether a folder already holds this very run, with every array where `full` is asked for."""
    try:
        found = json.loads((folder / "run.json").read_text())
        return found["key"] == spec.key and (not full or found["arrays"] == "full")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def round_significant(table: pd.DataFrame, digits: int = 7) -> pd.DataFrame:
    """Numbers to seven significant digits: what float32 carries, and half the bytes."""
    rounded = table.copy()
    for name in ("value", "low", "high"):
        values = rounded[name].to_numpy(float)
        exponent = np.floor(np.log10(np.where(values == 0, 1.0, np.abs(values))))
        factor = 10.0 ** (digits - 1 - exponent)
        rounded[name] = np.round(values * factor) / factor
    return rounded


def write(
    folder: Path, spec: RunSpec, case: Case, data, summary: pd.DataFrame, monthly: pd.DataFrame, full: bool, report: Callable[[Path], None]
) -> None:
    """Fill a run folder; `report` writes the page. `folder` is a temporary one that is renamed when all is there."""
    (folder / "run.json").write_text(json.dumps(recorded(spec, full), indent=2, ensure_ascii=False) + "\n")
    summary.to_csv(folder / "summary.csv", index=False, lineterminator="\n")
    monthly.to_csv(folder / "monthly.csv", index=False, lineterminator="\n")
    write_arrays(data, folder / "results.nc", full)
    report(folder / "report.html")


def write_arrays(data, path: Path, full: bool) -> None:
    """`results.nc`: place x class x year and national months by product for every draw; all arrays where `full`."""
    kept = data if full else data.drop_vars([name for name in FULL_ONLY if name in data])
    encoding = {name: {"dtype": "float32", "zlib": True, "complevel": 1} for name in kept.data_vars}
    kept.to_netcdf(path, engine="h5netcdf", encoding=encoding)
