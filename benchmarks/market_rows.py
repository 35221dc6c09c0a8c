"""Each row of the table of times, measured."""

from __future__ import annotations

import sys
from dataclasses import asdict

import bounds
import equinox as eqx
import jax
import jax.numpy as jnp
import machine
import numpy as np
import sampled
import start_up
from plain_twin import Twin
from timing import timed

from shidian.cases import load_case
from shidian.study.ensemble import ensemble
from shidian.study.given import parameters_for
from shidian.study.simulate import Experimenter
from shidian.worlds.market.run import market, run_market

CASE, SEED, DRAW, YEAR = "china-nev", 0, 0, 2019
ACCEPTED = 0.01  # relative error of a share that a modeller would accept
USUAL = {"kernel": 25, "gradient": 7, "draw": 7, "draws": 3, "twin": 5, "plan": {2_000: 16, 8_000: 12, 32_000: 10, 128_000: 12}}
QUICK = {"kernel": 15, "gradient": 3, "draw": 3, "draws": 1, "twin": 2, "plan": {2_000: 6, 8_000: 4, 32_000: 2}}


def on_device(tree):
    """Arrays where the kernel reads them, so that a timed run copies nothing."""
    return jax.tree.map(lambda leaf: jnp.asarray(leaf) if eqx.is_array_like(leaf) else leaf, tree)


def kernel(inputs, repeats: int) -> dict:
    """One warm national run, and how far it is from what the machine could do."""
    times = timed(lambda: jax.block_until_ready(run_market(*inputs)), repeats, warm_up=3)
    axes, outputs = inputs[1].axes, run_market(*inputs)
    cells = len(axes.places) * 6 * len(axes.products) * 12 * len(axes.years)
    least = bounds.bound(inputs, outputs)
    return asdict(times) | {"cells": cells, "bound": least, "distance": times.median / least["total"]}


def gradient(inputs, repeats: int) -> dict:
    """The slope of log national plug-in sales of all years with respect to every parameter."""
    plug = jnp.asarray(inputs[1].axes.classes_where("bev", "phev"), jnp.float32)

    @eqx.filter_jit
    def slope(parameters, setting, policies):
        return eqx.filter_value_and_grad(lambda p: jnp.log(jnp.sum(market(p, setting, policies)[1].total.classes @ plug)))(parameters)

    times = timed(lambda: jax.block_until_ready(slope(*inputs)), repeats)
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(slope(*inputs)[1])]
    return asdict(times) | {"parameters": sum(leaf.size for leaf in leaves), "finite": all(np.isfinite(leaf).all() for leaf in leaves)}


def draws(case, ready: Experimenter, plan: dict) -> dict:
    """One whole draw (inputs, run, accounts), and 32 of them in one process."""
    one = timed(lambda: ready.run(SEED, 1), plan["draw"])
    many = timed(lambda: ensemble(case, "historical", SEED, 32, workers=1), plan["draws"], warm_up=0)
    return {"one": asdict(one), "many": asdict(many)}


def twin(inputs, repeats: int) -> tuple[dict, np.ndarray, float]:
    """The plain float64 twin: its time and how far the kernel is from it; its national sales (year, class); the kernel's
    relative error in the share of the year.
    """
    times = timed(lambda: Twin(*inputs).run(), repeats)
    right = Twin(*inputs).run()["classes"]
    told = np.asarray(run_market(*inputs)[1].total.classes, np.float64)
    axes = inputs[1].axes
    share, ours = (sampled.plugin_share(each.sum(axis=1), axes, YEAR) for each in (right, told))
    worst = float(np.abs(told - right).max() / right.max())
    national = float(np.abs(told.sum(axis=1) / np.maximum(right.sum(axis=1), 1) - 1)[right.sum(axis=1) > 1].max())
    return asdict(times) | {"worst_cell": worst, "worst_national": national}, right.sum(axis=1), abs(ours / share - 1)


def measured(plan: dict) -> dict:
    """Everything, in the order of the table."""
    watch, case = machine.Watch.start(), load_case(CASE)
    ready = Experimenter(case, fixed=parameters_for(None, case).given)
    inputs = on_device(ready.inputs(SEED, DRAW))
    found = {"machine": machine.description(), "case": CASE, "seed": SEED, "draw": DRAW, "year": YEAR}
    for name, row in (("kernel", kernel), ("gradient", gradient)):
        _say(name)
        found[name] = row(inputs, plan[name])
    _say("draws")
    found["draws"] = draws(case, ready, plan)
    _say("plain twin")
    found["twin"], sales, own_error = twin(inputs, plan["twin"])
    _say("sampled households")
    found["sampled"] = race(inputs, plan["plan"], sales, own_error, found["kernel"]["cpu"])
    _say("first run")
    found["start_up"] = start_up.measure(CASE)
    return found | {"quiet": watch.until_now()}


def race(inputs, plan: dict[int, int], sales: np.ndarray, own_error: float, kernel_cpu: float) -> dict:
    """Sampled households: what was run, the law of its error, and what three errors would cost."""
    axes, everybody = inputs[1].axes, float(np.asarray(inputs[1].households[0], np.float64).sum())
    truth = sampled.plugin_share(sales, axes, YEAR)
    rows = sampled.measure(inputs, truth, plan, YEAR)
    fitted = sampled.law(rows) | {"counting": sampled.counting_constant(sales, everybody, axes, YEAR)}
    errors = {"accepted": ACCEPTED, "everybody": fitted["constant"] / everybody**0.5, "own": own_error}
    told = {name: sampled.same_error(fitted, error, kernel_cpu) for name, error in errors.items()}
    return {"truth": truth, "kernel_error": own_error, "rows": rows, "law": fitted} | told


def _say(what: str) -> None:
    print(f"  {what} ...", file=sys.stderr, flush=True)
