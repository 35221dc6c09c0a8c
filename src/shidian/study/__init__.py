"""Runs and what is made of them: draws, tidy results, run folders, patterns.

Read `simulate` (one draw), `ensemble` (many), `results` (datasets and tidy tables), `run_folder` (what is written),
`patterns` (what a run must show).
"""

from ..foundations.device import pin

pin()  # before anything here imports JAX
