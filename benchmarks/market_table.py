"""The figures of a benchmark as one Markdown page."""

from __future__ import annotations

from start_up import STAGES

EXTRAPOLATED = {
    "accepted": "an error one would accept",
    "everybody": "what is left with one object for every household there is",
    "own": "the kernel's own float32 error: more households than there are",
}
QUIET = 0.05  # share of the machine that others may use before its times are marked as shared


def duration(seconds: float) -> str:
    """Three figures and a unit that fits: 41.2 ms, 3.10 s, 2.1 h, 4e+05 years."""
    for limit, size, unit in ((1, 1e-3, "ms"), (300, 1, "s"), (7200, 60, "min"), (3e5, 3600, "h"), (6e7, 86400, "days")):
        if seconds < limit:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 31_557_600:.2g} years"


def _size(count: float) -> str:
    for limit, size, unit in ((1e9, 1e6, "MB"), (1e12, 1e9, "GB"), (1e15, 1e12, "TB")):
        if count < limit:
            return f"{count / size:.3g} {unit}"
    return f"{count / 1e15:.2g} PB"


def _row(what: str, times: dict, beside: str, run: float) -> str:
    wall = f"{duration(times['median'])} [{duration(times['least'])} – {duration(times['most'])}]"
    return f"| {what} | {wall} | {duration(times['cpu'])} | {times['median'] / run:.3g} | {beside} |"


def on_what(found: dict) -> list[str]:
    """Two lines: the machine with its versions, and how much of it others used meanwhile."""
    made, quiet = found["machine"], found["quiet"]
    others = quiet["others_share"]
    shared = others is None or others > QUIET
    used = "unknown" if others is None else f"{others:.0%}"
    packages = ", ".join(f"{name} {number}" for name, number in made["versions"].items())
    return [
        f"{made['date']}. {made['cores']} cores, {made['processor']}, {made['memory_gib']} GiB, {made['system']}; Python {made['python']}, {packages}.",
        f"Load {quiet['load_before']:.2f} before, {quiet['load_after']:.2f} after; other processes used {used} of the machine"
        + (": **shared machine**, wall times are upper bounds." if shared else ": quiet."),
    ]


def _head(found: dict) -> list[str]:
    return [
        "# The market, timed",
        "",
        *on_what(found),
        f"Case {found['case']}, seed {found['seed']}, draw {found['draw']}." + (" **Quick look: few repeats.**" if found["quick"] else ""),
        "",
    ]


def _table(found: dict) -> list[str]:
    kernel, gradient, twin, run = found["kernel"], found["gradient"], found["twin"], found["kernel"]["median"]
    speed = f"{kernel['cells'] / run / 1e6:.0f} M cells/s; {kernel['distance']:.1f} x its bound"
    slope = f"{gradient['parameters']} slopes" + ("" if gradient["finite"] else ", **some not finite**")
    apart = f"kernel differs by {twin['worst_cell']:.1e} of the largest cell, {twin['worst_national']:.1e} in a national class and year"
    lines = [
        "| what | wall: median [least – most] | CPU | runs' worth | beside it |",
        "|---|---|---|---|---|",
        _row(f"kernel, one national run, warm ({kernel['repeats']} times)", kernel, speed, run),
        _row("its gradient, with the run", gradient, slope, run),
        _row("one whole draw: inputs, run, accounts", found["draws"]["one"], "", run),
        _row("32 draws, one process", found["draws"]["many"], f"{32 / found['draws']['many']['median']:.1f} draws/s", run),
        _row("plain NumPy twin, float64", twin, apart, run),
    ]
    return [*lines, *_mesa_rows(found, run), ""]


def _mesa_rows(found: dict, run: float) -> list[str]:
    lines, sample = [], found["sampled"]
    for row in sample["rows"]:
        error = f"RMSE {row['rmse']:.1%} of the share, mean error {row['mean_error']:+.1%} ({row['seeds']} seeds)"
        lines.append(f"| Mesa, {row['sample']:,} households | {duration(row['seconds'])} | {duration(row['cpu'])} | {row['seconds'] / run:.3g} | {error} |")
    for name, meaning in EXTRAPOLATED.items():
        told = sample[name]
        beside = f"for {told['error']:.2g} relative error, {meaning}; {_size(told['bytes'])}; **{told['ratio']:.2g} x the kernel's CPU time**"
        lines.append(f"| *extrapolated:* Mesa, {told['sample']:.2g} households | | *{duration(told['cpu'])}* | | {beside} |")
    return lines


def _notes(found: dict) -> list[str]:
    least, sample = found["kernel"]["bound"], found["sampled"]
    work, rate, seconds, fitted = least["work"], least["rates"], least["seconds"], sample["law"]
    return [
        "## The bound",
        "",
        "| work of one run | amount | rate measured, one thread | least time |",
        "|---|---|---|---|",
        f"| exponentials and logarithms | {work['exponentials'] / 1e6:.2f} M | {rate['exponentials'] / 1e9:.2f} G/s | {duration(seconds['exponentials'])} |",
        f"| matrix products | {work['flops'] / 1e9:.2f} GFLOP | {rate['flops'] / 1e9:.1f} GFLOP/s | {duration(seconds['flops'])} |",
        f"| given and recorded, once through memory | {work['bytes'] / 1e6:.1f} MB | {rate['bytes'] / 1e9:.1f} GB/s | {duration(seconds['bytes'])} |",
        f"| all, one after another | | | **{duration(least['total'])}** |",
        "",
        "## The same error",
        "",
        f"What is compared is the national plug-in share of {found['year']}, {sample['truth']:.4f} by the float64 twin. Sampled households miss it by",
        f"{fitted['constant']:.1f} N^-1/2 (relative; counting alone gives {fitted['counting']:.1f}, a free fit the exponent {fitted['slope']:.2f}) and take {duration(fitted['cpu_fixed'])} + "
        f"{fitted['cpu_per_household'] * 1e6:.0f} µs a household of CPU time,",
        f"{fitted['bytes_per_household']:.0f} bytes each. The float32 kernel misses it by {sample['kernel_error']:.1e}. Extrapolated rows follow these lines beyond",
        "the sizes that were run.",
        "",
    ]


def _start_up(found: dict) -> list[str]:
    cold, cached = found["start_up"]["cold"], found["start_up"]["cached"]
    lines = ["## What a first run costs", "", "| stage of `make run`, one process | nothing compiled before | compiled before |", "|---|---|---|"]
    lines += [f"| {label} | {duration(cold[stage])} | {duration(cached[stage])} |" for stage, label in STAGES.items()]
    return [*lines, f"| all | {duration(sum(cold.values()))} | {duration(sum(cached.values()))} |", ""]


def markdown(found: dict) -> str:
    """The page: machine, table, bound, same error, first run."""
    return "\n".join([*_head(found), *_table(found), *_notes(found), *_start_up(found)])
