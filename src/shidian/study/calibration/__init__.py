"""Fitting a case to its record, and what the fit knows and does not know.

`evidence` turns `calibration.yaml` and the table `observed` into numbers and into what a run says of them; `free` moves between
parameters and standard normal coordinates; `problem` joins both into residuals with their slopes; `mode` climbs to the best
fit; `spread` draws from the posterior, other inputs included; `lessons` says what moved what; `calibrate` runs it all.
"""
