"""Many runs, made once: written in chunks that are whole or absent, several at a time, going on where they stopped.

Read `chunk` (what a run is and what its key is), `store` (chunks on disk), `executors` (who computes), `runner` (what joins them).
"""

from .chunk import Task, Work
from .executors import Here, spawned
from .runner import Made, run_tasks
from .store import Store

__all__ = ["Here", "Made", "Store", "Task", "Work", "run_tasks", "spawned"]
