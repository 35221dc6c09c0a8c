"""Fits the case `policies` to the shares that are marked F in patterns.yaml of china-nev, and to nothing else.

    .venv/bin/python tools/policies_fit.py                      # some ten minutes; prints the rules for governance.yaml
    .venv/bin/python tools/policies_fit.py --score --draws 200  # the shares as they stand, on other draws

Four shares, four rules: how often a field comes up in a place (`discretion`), how far the centre prefers developed places (`tilt`), from which score it
supports (`support`), and by how much a package must beat the one in force (`margin`). The same draws at every step, other draws than those on which the
case is scored. Least squares by Nelder and Mead; shares that are held out are printed at the end and enter nothing.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from shidian.study.compare import ask
from shidian.study.governed_patterns.tables import tables_of

TARGETS = {"developed sites": 0.85, "central rolled out": 0.50, "begun locally": 0.80, "spread": 0.68}  # middles of the bands of rows 1, 5, 8 and 9a
SEED = 77  # scored draws have seed 0


def rules(point: np.ndarray) -> list[str]:
    """Overrides that set the four rules; each keeps to where it may be."""
    discretion, tilt, support, margin = np.exp(point[0]), abs(point[1]), max(point[2], -0.1), abs(point[3])
    at = "governance.{}.rules.{}={:.6g}".format
    return [at("experiment", "discretion", min(discretion, 1.0)), at("experiment", "tilt", tilt), at("selection", "support", support), at("adjustment", "margin", margin)]


def shares(overrides: list[str], draws: int, seed: int = SEED, regime: str = "hierarchy") -> dict[str, float]:
    """The shares over draws, those held out after those of `TARGETS`."""
    asked = ask("policies", [regime], draws, seed, overrides=overrides)
    found: dict[str, list[dict]] = {}
    for draw in range(draws):
        for name, rows in asked.case.run(asked.regimes[0], seed, draw).items():
            found.setdefault(name, []).extend({"regime": regime, "draw": draw} | row for row in rows)
    runs = pd.DataFrame({"regime": regime, "draw": range(draws)})
    tables = tables_of({name: pd.DataFrame(rows) for name, rows in found.items()}, runs, None)
    packages, alone = tables["packages"], tables["adoptions"].query("brought == 'itself'").groupby("origin")["gained"].mean()
    local = packages[packages["local"]]
    return {
        "developed sites": (tables["experiments"]["t"] > 0).mean(), "central rolled out": packages.loc[packages["mandated"], "elevated"].mean(),
        "begun locally": packages["local"].mean(), "spread": (local["others"] > 0).mean(), "adopters": local.loc[local["others"] > 0, "others"].mean(),
        "local put in force": local["elevated"].mean(), "local raised": local["raised"].mean(), "bottom up": tables["years"]["bottom_up"].mean(),
        "gained, own": alone.get("own", np.nan), "gained, sideways": alone.get("sideways", np.nan),
    }  # fmt: skip


def main() -> None:
    """Search, and print what was found."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--draws", type=int, default=60)
    asked.add_argument("--steps", type=int, default=80)
    asked.add_argument("--score", action="store_true", help="fit nothing: the shares of the case as it stands, on draws of seed 0")
    given = asked.parse_args()
    if given.score:
        for regime in ("hierarchy", "no-learning", "random-selection"):
            print(regime, {name: round(float(value), 3) for name, value in shares([], given.draws, 0, regime).items()})
        return

    def distance(point: np.ndarray) -> float:
        found = shares(rules(point), given.draws)
        loss = sum((found[name] - target) ** 2 for name, target in TARGETS.items())
        print(f"{loss:.5f}", *rules(point), {name: round(float(found[name]), 3) for name in TARGETS}, flush=True)
        return float(loss)

    start = np.array([np.log(0.015), 0.6, 0.0, 0.05])
    simplex = np.vstack([start, start + np.diag([0.5, 0.4, -0.1, -0.04])])
    best = minimize(distance, start, method="Nelder-Mead", options={"maxfev": given.steps, "initial_simplex": simplex, "xatol": 1e-3, "fatol": 1e-5})
    print("\n".join(rules(best.x)))
    print(shares(rules(best.x), given.draws))


if __name__ == "__main__":
    main()
