"""Where the centres of priors without a published value come from.

Taste constants, awareness and the like have no source. Their centres are the values at which the central run is nearest to
the series marked F up to 2019, within wide bounds (xi: 3 utility units; the others: the interval in parameters.yaml). Run

    python tools/centre_priors.py china-nev

and copy what it prints into parameters.yaml. This is not the calibration: it gives no posterior, and the intervals stay.
"""

from __future__ import annotations

import sys

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize

from shidian.cases import load_case
from shidian.study.simulate import Experimenter
from shidian.worlds.market.run import market

SCALARS = (
    "awareness_plugin", "k0_plugin", "k1_plugin", "awareness_lowspeed", "k0_lowspeed", "k1_lowspeed", "tau_bev", "tau_phev",
    "tau_lsev", "plugin_rural", "lowspeed_rural", "mobility_turnover", "b_privilege", "adjustment", "gompertz_beta", "k2_plugin",
)  # fmt: skip
LAST = 2019
PHEV_PREMIUM = 0.15  # assumed share of premium plug-in hybrids before 2020


def observed(case, indicator: str, place: str = "100000") -> dict[int, float]:
    table = case.tables["observed"]
    rows = table[(table["indicator"] == indicator) & (table["place"] == place) & (table["period"].str.len() == 4) & (table["use"] == "F")]
    return {int(period): value for period, value in zip(rows["period"], rows["value"], strict=True) if int(period) <= LAST}


def targets(case, experimenter) -> list[tuple]:
    """(name, year position, place weights, class numerator, class denominator or None, value, standard deviation of the log)."""
    axes = experimenter.source.axes
    every = np.ones(len(axes.places))
    kind = {name: axes.classes_where(*name.split("+")) for name in ("ice", "bev", "phev", "lsev", "ice+bev+phev", "bev+phev")}
    one = {name: np.eye(len(axes.classes))[i] for i, name in enumerate(axes.classes)}
    result = []

    def add(indicator, top, spread, place="100000", below=None):
        weight = np.zeros(len(axes.places))
        weight[case.places.leaves_under(place)] = 1
        assert observed(case, indicator, place), f"no {indicator} of {place} is marked F"
        for year, value in observed(case, indicator, place).items():
            if below is None and value < 500:
                continue  # the first hundreds of cars say nothing about tastes
            sd = spread if year >= 2014 else 2.5 * spread
            result.append((f"{indicator} {place} {year}", year - axes.years[0], weight, top, below, value, sd))

    add("bev_sales", kind["bev"], 0.1)
    add("phev_sales", kind["phev"], 0.15)
    add("car_sales", kind["ice+bev+phev"], 0.08)
    add("lsev_sales", kind["lsev"], 0.15)
    add("lsev_sales", kind["lsev"], 0.3, "370000")  # output there, partly sold elsewhere
    add("plugin_share", kind["bev+phev"], 0.3, "450200", kind["ice+bev+phev"])
    mixes = {2018: ((24.46, 44.51, 21.05, 9.98), (0.476, 0.193, 0.323, 0.021)), 2019: ((21.21, 45.33, 21.99, 11.47), (0.23, 0.142, 0.557, 0.029))}
    for year, (ice, bev) in mixes.items():
        names = [n for n in axes.classes if n.startswith("ice")], [n for n in axes.classes if n.startswith("bev")]
        for group, shares, whole in ((names[0], ice, kind["ice"]), (names[1], bev, kind["bev"])):
            for name, share in zip(group, shares, strict=True):
                result.append((f"{name} {year}", year - axes.years[0], every, one[name], whole, share / sum(shares), 0.1))
        result.append((f"phev-premium {year}", year - axes.years[0], every, one["phev-premium"], kind["phev"], PHEV_PREMIUM, 0.3))
    return result


def main(name: str) -> None:
    case = load_case(name)
    experimenter = Experimenter(case)
    centre, setting, policies = experimenter.inputs(0, None)
    aims = targets(case, experimenter)
    width = {n: (case.parameters[n].high - case.parameters[n].low) / 3.3 for n in SCALARS}
    positive = {n: case.parameters[n].distribution == "lognormal" for n in SCALARS}
    start = {n: float(case.parameters[n].value) for n in SCALARS}

    def placed(theta):
        values = {n: start[n] * jnp.exp(theta[i]) if positive[n] else start[n] + theta[i] * width[n] for i, n in enumerate(SCALARS)}
        xi = centre.xi + theta[len(SCALARS) :]
        names = list(values)
        return eqx.tree_at(lambda p: [p.xi, *(getattr(p, n) for n in names)], centre, [xi, *(values[n] for n in names)])

    @jax.jit
    def loss(theta):
        sold = market(placed(theta), setting, policies)[1].total.classes
        total = 0.5 * jnp.sum((theta[: len(SCALARS)] / 1.0) ** 2) + 0.5 * jnp.sum((theta[len(SCALARS) :] / 3) ** 2)
        for _, year, places, top, below, value, spread in aims:
            by_class = places @ sold[year]
            got = by_class @ top / (1.0 if below is None else by_class @ below)
            total += 0.5 * (jnp.log(got + 1e-9) - np.log(value)) ** 2 / spread**2
        return total

    slope = jax.jit(jax.value_and_grad(loss))
    ahead = lambda x: tuple(np.asarray(v, float) for v in slope(jnp.asarray(x, jnp.float32)))  # noqa: E731
    found = minimize(ahead, np.zeros(len(SCALARS) + len(setting.axes.classes)), jac=True, method="L-BFGS-B", options={"maxiter": 150})
    best = placed(jnp.asarray(found.x, jnp.float32))
    print(f"loss {float(found.fun):.1f} after {found.nit} steps")
    for n in SCALARS:
        print(f"{n}: {float(getattr(best, n)):.4g}")
    print("xi:", {n: round(float(v), 2) for n, v in zip(setting.axes.classes, best.xi, strict=True)})
    sold = np.asarray(market(best, setting, policies)[1].total.classes)
    for label, year, places, top, below, value, _ in aims:
        by_class = places @ sold[year]
        got = by_class @ top / (1.0 if below is None else by_class @ below)
        print(f"{label:32s} {got:14.4g} {value:14.4g} {np.log(max(got, 1e-9) / value):6.2f}")


if __name__ == "__main__":
    main(sys.argv[1])
