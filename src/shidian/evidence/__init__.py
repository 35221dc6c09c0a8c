"""Evidence from real pilots: arrays in, estimates out.

A `panel` is what every estimator takes and an `estimate` what it gives; `methods` lists the estimators by name. A user's files come in by `reading`,
`periods`, `figures` and `pilots`, and `laying` puts a programme over them. `sites` asks whether the sites were fair (`panel_sites` of a user's panel,
`china` of the bundled programmes), `transport` whether the effect would travel (from `site_effects`, by `balancing` and `meta`), `verdict` what
should be done, and `design` what the next round would see.
"""

from ..foundations.device import pin

pin()  # before anything here imports NumPy or JAX
