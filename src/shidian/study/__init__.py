"""Runs and what is made of them: draws, tidy results, run folders, patterns, fits and what they are worth.

Read `simulate` (one draw), `ensemble` (many), `results` (datasets and tidy tables), `run_folder` (what is written),
`patterns` (what a run must show). `calibration` fits, `estimation` finds modes (checked by `stated_choice`), `posterior` and `given` say what a
run takes of a fit, `sensitivity` and `hindcast` ask what it is worth.
"""

from ..foundations.device import pin

pin()  # before anything here imports JAX
