"""How the machine is used: one thread for each kernel, compiled programs kept between runs.

Draws beside each other are faster than one draw on several threads, and one thread adds in
one order: the same machine gives the same bytes at any number of workers.
"""

from __future__ import annotations

import os
from pathlib import Path

_ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def cache_folder() -> Path:
    """Where compiled programs are kept: `SHIDIAN_CACHE`, or the user's cache folder."""
    home = os.environ.get("SHIDIAN_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "shidian"


def pin() -> None:
    """Settle threads and XLA's cache. Takes effect only before NumPy and JAX are first imported; what the user set stays.

    OpenBLAS splits even a product of 80 by 80 between threads that wait for each other; where another process has a core, that costs
    a hundred times what it saves.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_cpu_multi_thread_eigen" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {_ONE_THREAD}".strip()
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(cache_folder() / "xla"))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
