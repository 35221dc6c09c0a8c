"""A study on disk: what determines it, its tables and its page, in one folder that is written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ... import __version__
from ..run_folder import LIBRARIES, code_digest

if TYPE_CHECKING:
    from ..posterior import Posterior
    from .inquiry import Sensitivity

TABLES = ("factors", "tornado", "morris", "sobol", "variance", "runs")
FILES = ("study.json", *(f"{name}.csv" for name in TABLES), "report.html")
MADE_WITH = (*LIBRARIES, "SALib", "scipy")


@dataclass(frozen=True)
class SensitivitySpec:
    """Everything that determines a study."""

    case: str
    digest: str
    regime: str
    seed: int
    year: int
    outcomes: tuple[str, ...]
    trajectories: int
    sobol: int
    factors: int
    draws: int
    around: str = "prior"
    posterior: str = ""
    overrides: tuple[str, ...] = ()
    version: str = field(default=__version__)
    code: str = field(default_factory=lambda: code_digest())
    salib: str = field(default_factory=lambda: version("SALib"))

    @property
    def key(self) -> str:
        """Hash of the above: the same key, the same study on one machine."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


def posterior_digest(posterior: Posterior | None) -> str:
    """Hash of a posterior's draws; empty where there is none."""
    return hashlib.sha256(json.dumps(asdict(posterior), sort_keys=True).encode()).hexdigest()[:16] if posterior else ""


def recorded(study: Sensitivity) -> dict:
    """Content of `study.json`."""
    made_with = {name: version(name) for name in MADE_WITH} | {"python": platform.python_version(), "machine": platform.machine()}
    head = {"study": "sensitivity", "key": study.spec.key, **asdict(study.spec)}
    return head | {"chosen": list(study.chosen), "counts": study.counts, "findings": study.findings, "versions": made_with}


def write(study: Sensitivity, folder: Path) -> None:
    """Fill a folder with all but the page. Numbers have nine significant digits, so that a run can be made again from its row."""
    (folder / "study.json").write_text(json.dumps(recorded(study), indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    for name in TABLES:
        getattr(study, name).to_csv(folder / f"{name}.csv", index=False, float_format="%.9g", lineterminator="\n")
