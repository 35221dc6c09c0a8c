"""The market, timed: kernel, gradient, whole draws, plain twin, sampled households in Mesa, and what a first run costs.

Usage: make bench, or python benchmarks/bench_market.py [--quick] [--out FOLDER]
Writes market.md and market.json into FOLDER (benchmarks/results). Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from shidian.foundations.device import pin


def main() -> None:
    """Measure, write both files, show the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--quick", action="store_true", help="fewer repeats and smaller samples: a look, not a figure to publish")
    asked.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="where market.md and market.json go")
    given = asked.parse_args()
    pin()  # before JAX is imported, as every command does
    from market_rows import QUICK, USUAL, measured
    from market_table import markdown

    found = measured(QUICK if given.quick else USUAL) | {"quick": given.quick}
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "market.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (given.out / "market.md").write_text(markdown(found), encoding="utf-8")
    print(markdown(found))


if __name__ == "__main__":
    main()
