"""Many runs, made once: written in chunks that are whole or absent, several at a time, going on where they stopped.

Read `chunk` (what a run is and what its key is), `store` (chunks on disk), `executors` (who computes), `runner` (what joins them).
"""

from .chunk import Task, Work
from .executors import Here, Spawned
from .runner import Made, run_tasks
from .store import Store

__all__ = ["Here", "Made", "Spawned", "Store", "Task", "Work", "run_tasks"]
