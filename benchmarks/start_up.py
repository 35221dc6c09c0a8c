"""What a first run costs: each stage in a process of its own, with an empty cache of compiled programs and with a full one.

Run as a script it goes through the stages of `shidian run` and prints their seconds as JSON; `measure` starts it twice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STAGES = {
    "import": "import what a run needs (JAX, pandas and ours)",
    "load": "read and check the case",
    "prepare": "tables to arrays, timeline to instruments",
    "inputs": "inputs of one draw",
    "first_run": "first run, with compilation or its cached result",
    "draws": "32 draws with their accounts",
    "tables": "summary and monthly tables",
    "report": "patterns, charts and page of the report",
}


def _stages(case_name: str, draws: int, folder: Path) -> dict[str, float]:
    seconds, last = {}, time.perf_counter()

    def done(stage: str) -> None:
        nonlocal last
        seconds[stage], last = time.perf_counter() - last, time.perf_counter()

    from shidian.cases import load_case
    from shidian.report.page import write_report
    from shidian.report.rehearsal import report_input
    from shidian.study import results
    from shidian.study.given import parameters_for
    from shidian.study.run_folder import RunSpec
    from shidian.study.simulate import Experimenter, simulate
    from shidian.worlds.market.run import run_market

    import jax  # after ours, which settle its threads and its cache before it starts

    done("import")
    case = load_case(case_name)
    done("load")
    ready = Experimenter(case, fixed=parameters_for(None, case).given)
    done("prepare")
    inputs = ready.inputs(0, 0)
    done("inputs")
    jax.block_until_ready(run_market(*inputs))
    done("first_run")
    data = simulate(case, seed=0, draws=draws, workers=1)
    done("draws")
    summary, monthly = results.summary(case, data), results.monthly(case, data)
    done("tables")
    spec = RunSpec(case.name, case.digest, "historical", 0, draws, (), "prior", "")
    write_report(report_input(case, spec, data, summary, monthly, parameters_for(None, case).given), folder / "report.html")
    done("report")
    return seconds


def measure(case: str, draws: int = 32) -> dict[str, dict[str, float]]:
    """Seconds of each stage, `cold` (nothing compiled before) and `cached`."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")} | {"SHIDIAN_CACHE": cache}
        command = [sys.executable, __file__, case, str(draws), cache]
        told = [subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout for _ in range(2)]
    return dict(zip(("cold", "cached"), (json.loads(each.splitlines()[-1]) for each in told), strict=True))


if __name__ == "__main__":
    print(json.dumps(_stages(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
