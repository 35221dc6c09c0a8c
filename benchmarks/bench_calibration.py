"""Calibration, timed and put to the proof: what a fit costs, whether planted truths are found, and what NUTS says beside it.

Usage: python benchmarks/bench_calibration.py [--quick] [--out FOLDER]
Writes calibration.md and calibration.json into FOLDER (benchmarks/results). Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # planted truths are shared with the tests

from machine import description
from timing import timed

from shidian.foundations.device import pin

pin()

import numpy as np  # noqa: E402
from planted import planted, truth, with_record  # noqa: E402
from scipy.stats import chi2  # noqa: E402

from shidian.cases import load_case  # noqa: E402
from shidian.study.calibration.calibrate import calibrate  # noqa: E402
from shidian.study.calibration.problem import posterior, problem  # noqa: E402
from shidian.study.calibration.spread import Fitted, refit, spread  # noqa: E402


def costs(case, until: int, pool, repeats: int) -> dict:
    """Seconds of one run until the last fitted year, of its gradient, and of all its slopes."""
    import equinox as eqx
    import jax

    asked = problem(case, until, pool)
    inputs, start = asked.inputs(0, None), asked.free.start
    height, slope = posterior(asked, inputs), eqx.filter_jit(lambda of, at: jax.value_and_grad(of)(at))
    point = jax.numpy.asarray(start, "float32")
    forward = timed(lambda: asked.said(start, inputs), repeats).median
    gradient = timed(lambda: jax.block_until_ready(slope(height, point)), repeats).median
    slopes = timed(lambda: asked.slopes(start, inputs), max(repeats // 5, 1)).median
    return {"numbers": len(start), "rows": len(asked.evidence.items), "run": forward, "gradient": gradient, "gradient_in_runs": gradient / forward, "slopes": slopes}


def whole(name: str, draws: int) -> dict:
    """A calibration from end to end, by stage."""
    made = calibrate(name, draws=draws)
    return {"draws": draws, "arrived": len(made.posterior.rows), "kept": len(made.beside), "tried": len(made.tried), "k": made.checked.k, "seconds": made.seconds | {"all": sum(made.seconds.values())}}


def ranks(case, until: int, pool, truths: int, draws: int) -> dict:
    """Simulation-based calibration (talts2018): ranks of truths from the prior among posterior draws, beside the inputs they were planted with."""
    asked = problem(case, until, pool)
    found = np.stack([_ranks(asked, seed, draws) for seed in range(truths)])
    bins = 8
    counts = np.stack([np.histogram(column, bins=bins, range=(-0.5, draws + 0.5))[0] for column in found.T])
    expected = truths / bins
    worst = ((counts - expected) ** 2 / expected).sum(axis=1)
    beyond = int((worst > chi2.ppf(0.95, bins - 1)).sum())
    return {"truths": truths, "draws": draws, "histogram": counts.sum(axis=0).tolist(), "parameters": found.shape[1], "beyond_95": beyond}


def _ranks(asked, seed: int, draws: int) -> np.ndarray:
    inputs, z = asked.inputs(0, None), truth(asked, seed)
    here = with_record(asked, planted(asked, inputs, z, seed))
    best = _best(here, inputs)
    made = spread(here, [Fitted(None, best, 0.0, asked.slopes(best, inputs), 0, True)], seed, draws, lambda done: None)
    return (np.stack([each.z for each in made]) < z).sum(axis=0)


def _best(here, inputs) -> np.ndarray:
    nothing = np.zeros(len(here.free.factors))
    rough = refit(here, inputs, nothing, here.slopes(nothing, inputs), here.evidence.observed, nothing)
    return refit(here, inputs, rough.z, here.slopes(rough.z, inputs), here.evidence.observed, nothing).z


def recovered(case, until: int, pool, draws: int) -> dict:
    """A truth planted in a whole case, beside inputs that the fit does not know: how many 90 % intervals hold it."""
    asked = problem(case, until, pool)
    z = truth(asked, 5, 0.7)
    made = calibrate(case, until, draws=draws, evidence=planted(asked, asked.inputs(0, 1000), z, 5))
    values = asked.free.table(z[None])[0]
    rows = made.shrinkage
    inside = (rows["posterior_5"].to_numpy() <= values) & (values <= rows["posterior_95"].to_numpy())
    return {"parameters": len(values), "inside_90": int(inside.sum()), "outside": rows["parameter"][~inside].tolist()}


def beside_nuts(case, until: int, pool, warm: int, samples: int, draws: int) -> dict:
    """Draws by NUTS and by fits beside the same inputs: means apart in NUTS' standard deviations, and widths over its widths."""
    import jax
    import jax.numpy as jnp
    from numpyro.infer import MCMC, NUTS

    asked = problem(case, until, pool)
    inputs = asked.inputs(0, None)
    best = _best(asked, inputs)
    slopes = asked.slopes(best, inputs)
    root = np.linalg.cholesky(np.linalg.inv(asked.curvature(slopes)))
    held = jax.tree.map(jnp.asarray, posterior(asked, inputs))
    sampler = MCMC(NUTS(potential_fn=lambda w: -held(jnp.asarray(best, "float32") + jnp.asarray(root, "float32") @ w)), num_warmup=warm, num_samples=samples, progress_bar=False)
    sampler.run(jax.random.PRNGKey(0), init_params=jnp.zeros(len(best)), extra_fields=("num_steps", "diverging"))
    exact = best + np.asarray(sampler.get_samples(), np.float64) @ root.T
    fields = sampler.get_extra_fields()
    made = spread(asked, [Fitted(None, best, 0.0, slopes, 0, True)], 0, draws, lambda done: None)
    fits = np.stack([each.z for each in made if each.arrived])
    apart, wide = (fits.mean(axis=0) - exact.mean(axis=0)) / exact.std(axis=0), fits.std(axis=0) / exact.std(axis=0)
    return {
        "samples": samples, "gradients": int(np.sum(fields["num_steps"])), "diverging": int(np.sum(fields["diverging"])), "fits": len(fits),
        "means_apart": {"median": float(np.median(np.abs(apart))), "largest": float(np.abs(apart).max()), "of": asked.free.names[int(np.abs(apart).argmax())]},
        "widths": {"lowest": float(wide.min()), "median": float(np.median(wide)), "highest": float(wide.max())},
    }  # fmt: skip


def markdown(found: dict) -> str:
    """The findings as a page."""
    cost, fit, flat, nuts, planted_one = (found[name] for name in ("costs", "whole", "ranks", "nuts", "recovered"))
    stages = ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in fit["seconds"].items())
    lines = [
        "# Calibration", "", f"{found['machine']['date']}, {found['machine']['cores']} cores, {found['machine']['processor']}. `python benchmarks/bench_calibration.py`", "", "| what | found |", "| --- | --- |",
        f"| china-nev, one run until 2019 | {1000 * cost['run']:.0f} ms |",
        f"| value and gradient over {cost['numbers']} numbers | {1000 * cost['gradient']:.0f} ms, {cost['gradient_in_runs']:.1f} runs |",
        f"| all slopes of {cost['rows']} rows | {cost['slopes']:.1f} s |",
        f"| calibration with {fit['draws']} draws, {fit['tried']} tried inputs of which {fit['kept']} kept | {stages} |",
        f"| normal law around the best fit | k = {fit['k']:.2f} |",
        f"| toy, ranks of {flat['truths']} planted truths among {flat['draws']} draws, in eight bins over all parameters | {flat['histogram']} |",
        f"| parameters whose own ranks are uneven at 5 % | {flat['beyond_95']} of {flat['parameters']} |",
        f"| toy, NUTS ({nuts['samples']} samples, {nuts['gradients']} gradients, {nuts['diverging']} diverging) beside {nuts['fits']} fits: means apart | median {nuts['means_apart']['median']:.2f}, "
        f"largest {nuts['means_apart']['largest']:.2f} standard deviations ({nuts['means_apart']['of']}) |",
        f"| widths of fits over those of NUTS | {nuts['widths']['lowest']:.2f} to {nuts['widths']['highest']:.2f}, median {nuts['widths']['median']:.2f} |",
        f"| china-nev, a planted truth beside unknown inputs | {planted_one['inside_90']} of {planted_one['parameters']} in their 90 % intervals; outside: {', '.join(planted_one['outside']) or 'none'} |",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, write both files, show the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--quick", action="store_true", help="fewer repeats and truths: a look, not a figure to publish")
    asked.add_argument("--out", type=Path, default=Path(__file__).parent / "results", help="where calibration.md and calibration.json go")
    given = asked.parse_args()
    china, toy, quick = load_case("china-nev"), load_case("toy"), given.quick
    with ThreadPoolExecutor(2) as pool:
        found = {
            "machine": description(), "quick": quick,
            "costs": costs(china, 2019, pool, 3 if quick else 11),
            "whole": whole("china-nev", 16 if quick else 128),
            "ranks": ranks(toy, 2014, pool, 16 if quick else 64, 31),
            "nuts": beside_nuts(toy, 2014, pool, 50 if quick else 300, 100 if quick else 800, 64 if quick else 300),
            "recovered": recovered(china, 2019, pool, 16 if quick else 32),
        }  # fmt: skip
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "calibration.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (given.out / "calibration.md").write_text(markdown(found), encoding="utf-8")
    print(markdown(found))


if __name__ == "__main__":
    main()
