"""Hindcasts: a year is chosen, what came after it is put away, and what a method says of it is held against the record.

Read `record` (the cut), `forecast` (one figure of one method), `rivals` and `model` (who forecasts), `expected` (what was said at the
time), `scores`, `hindcast` (all together), `verdicts` (what it should reach). `parameters` says what the model runs with.
"""
