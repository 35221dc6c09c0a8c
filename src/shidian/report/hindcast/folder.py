"""One command's work: forecasts are made, scored and written, with their page, into one folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ... import __version__
from ...foundations.folders import whole_folder
from ...study.hindcast.given import given
from ...study.hindcast.hindcast import Hindcast
from ...study.hindcast.verdicts import Verdict, verdicts
from ...study.run_folder import code_digest
from ...study.study_folder import RECORD

FILES = (RECORD, "hindcast.json", "forecasts.csv", "scores.csv", "report.html")
DIGITS = "%.7g"


@dataclass(frozen=True)
class HindcastSpec:
    """Everything that determines a hindcast."""

    case: str
    digest: str
    until: int
    regime: str
    seed: int
    draws: int
    changed: tuple[str, ...]
    parameters: str
    parameters_digest: str
    version: str = __version__
    code: str = field(default_factory=lambda: code_digest())

    @property
    def key(self) -> str:
        """Hash of the above: the same key, the same forecasts on one machine."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


def read(folder: Path) -> dict[str, Any]:
    """What `hindcast.json` of a finished folder holds."""
    return json.loads((folder / "hindcast.json").read_text(encoding="utf-8"))


def write(folder: Path, spec: HindcastSpec, made: Hindcast) -> dict[str, Any]:
    """Fill the folder, whole or not at all; returns what `hindcast.json` holds."""
    from ..page import write_page
    from .page import page_of

    summary = summed_up(spec, made, verdicts(made))
    with whole_folder(folder, replace=True) as draft:
        for name, what in ((RECORD, {"key": spec.key, **asdict(spec)}), ("hindcast.json", summary)):
            (draft / name).write_text(json.dumps(what, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        made.forecast_table().to_csv(draft / "forecasts.csv", index=False, float_format=DIGITS, lineterminator="\n")
        made.score_table().to_csv(draft / "scores.csv", index=False, float_format=DIGITS, lineterminator="\n")
        write_page(page_of(made, _provenance(spec)), draft / "report.html")
    return summary


def summed_up(spec: HindcastSpec, made: Hindcast, judged: Sequence[Verdict]) -> dict[str, Any]:
    """The hindcast for machines: what determines it, what was given, each target, and the scores on totals and shares."""
    scores = [dict(zip(("kind", "family", "method", "indicator"), key, strict=True)) | asdict(one) for key, one in made.scores.items()]
    return {
        "key": spec.key, **asdict(spec), "years": made.years, "fitted": made.parameters.label, "given": given(made.record.case, made.until),
        "targets": [asdict(each) for each in judged], "scores": scores,
    }  # fmt: skip


def _provenance(spec: HindcastSpec) -> dict[str, str]:
    kept = {"key": spec.key, "case": spec.case, "until": spec.until, "parameters": spec.parameters} | asdict(spec)
    return {name: ", ".join(value) or "nothing" if isinstance(value, tuple) else str(value) for name, value in kept.items()}
