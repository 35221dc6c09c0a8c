"""Write the golden files anew: `python tests/regolden.py`. A change of numbers needs a **Regression** line in CHANGELOG."""

from __future__ import annotations

from golden_runs import RUNS, write

if __name__ == "__main__":
    for name in RUNS:
        write(name)
        print(f"tests/golden/{name}.yaml")
