"""Sampled households against cohorts: how far off a sample is, what it costs, and what the same error would cost.

The error of a national share from N sampled households falls as N^-1/2: RMSE = c N^-1/2. The constant c is pooled over sizes
and seeds; time and memory are lines in N. Sizes and times beyond those that were run are extrapolated, and say so.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Sequence

import numpy as np
from machine import resident_bytes
from mesa_market import Market


def plugin_share(sales: np.ndarray, axes, year: int) -> float:
    """Plug-ins in all cars sold of a year; `sales` is (year, class), national."""
    of_year = np.asarray(sales, np.float64)[axes.years.index(year)]
    return float(of_year @ axes.classes_where("bev", "phev") / (of_year @ axes.classes_where("ice", "bev", "phev")))


def counting_constant(sales: np.ndarray, households: float, axes, year: int) -> float:
    """What c is by counting alone: sqrt((1 - s) / (s f)), for a share s of f cars bought by a household in the year."""
    share = plugin_share(sales, axes, year)
    cars = float(np.asarray(sales)[axes.years.index(year)] @ axes.classes_where("ice", "bev", "phev"))
    return math.sqrt((1 - share) / (share * cars / households))


def one_run(inputs, sample: int, seed: int, year: int) -> dict[str, float]:
    """Share, wall and processor seconds, and memory of one sampled run, its agents' creation included."""
    gc.collect()  # the model before, whose memory would else be counted as free
    held, before, spent = resident_bytes(), time.perf_counter(), time.process_time()
    model = Market(inputs, sample, seed)
    while len(model.months) < 12 * len(inputs[1].axes.years):
        model.step()
    seconds, cpu = time.perf_counter() - before, time.process_time() - spent
    share = plugin_share(model.sales(), inputs[1].axes, year)
    return {"share": share, "seconds": seconds, "cpu": cpu, "bytes": max(resident_bytes() - held, 0)}


def measure(inputs, truth: float, plan: dict[int, int], year: int) -> list[dict]:
    """For each sample size its runs over seeds: errors relative to the cohort model's share, medians of time."""
    rows = []
    for sample, seeds in plan.items():
        runs = [one_run(inputs, sample, seed, year) for seed in range(seeds)]
        errors = np.array([run["share"] / truth - 1 for run in runs])
        rows.append(
            {
                "sample": sample,
                "seeds": seeds,
                "rmse": float(np.sqrt(np.mean(errors**2))),
                "mean_error": float(errors.mean()),
                "seconds": statistics.median(run["seconds"] for run in runs),
                "cpu": statistics.median(run["cpu"] for run in runs),
                "bytes": max(run["bytes"] for run in runs),
            }
        )
    return rows


def law(rows: Sequence[dict]) -> dict[str, float]:
    """The constant of RMSE = c N^-1/2 (runs weigh alike), the slope that a free fit gives, and the line of time in N."""
    sample, weight = np.array([row["sample"] for row in rows], float), np.array([row["seeds"] for row in rows], float)
    rmse = np.array([row["rmse"] for row in rows])
    constant = math.sqrt(np.average(sample * rmse**2, weights=weight))
    slope = np.polyfit(np.log(sample), np.log(rmse), 1, w=np.sqrt(weight))[0]
    each, fixed = np.polyfit(sample, [row["cpu"] for row in rows], 1)
    largest = rows[-1]
    return {
        "constant": constant,
        "slope": float(slope),
        "cpu_per_household": float(each),
        "cpu_fixed": float(max(fixed, 0.0)),
        "bytes_per_household": largest["bytes"] / largest["sample"],
    }


def same_error(fitted: dict[str, float], error: float, kernel_cpu: float) -> dict[str, float]:
    """Households, processor seconds and memory of a sampled run with this relative error, extrapolated; the ratio to a kernel run."""
    sample = (fitted["constant"] / error) ** 2
    seconds = fitted["cpu_fixed"] + fitted["cpu_per_household"] * sample
    return {"error": error, "sample": sample, "cpu": seconds, "bytes": fitted["bytes_per_household"] * sample, "ratio": seconds / kernel_cpu}
