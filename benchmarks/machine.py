"""What a benchmark ran on, and how much of it was left for others."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("shidian", "jax", "jaxlib", "equinox", "numpy", "mesa")


def description() -> dict:
    """Cores, processor, memory, system, versions and the moment."""
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def resident_bytes() -> int:
    """Memory that this process holds now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


@dataclass(frozen=True)
class Watch:
    """A moment, from which the share of the machine that others used can be told later."""

    wall: float
    own: float
    busy: float | None
    load: float

    @classmethod
    def start(cls) -> Watch:
        """Now."""
        spent = os.times()
        return cls(time.perf_counter(), sum(spent[:4]), _busy_seconds(), os.getloadavg()[0])

    def until_now(self) -> dict:
        """Load before and after, and the share of all cores that other processes used in between."""
        now = Watch.start()
        others = None
        if self.busy is not None and now.busy is not None:
            others = max(now.busy - self.busy - (now.own - self.own), 0) / ((now.wall - self.wall) * (os.cpu_count() or 1))
        return {"load_before": self.load, "load_after": now.load, "others_share": others, "seconds": now.wall - self.wall}


def _busy_seconds() -> float | None:
    """Seconds that all cores together have worked since the machine started."""
    try:
        ticks = [int(word) for word in Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:9]]
    except OSError:
        return None
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
