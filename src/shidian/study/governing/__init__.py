"""Cases made ready to be governed under any regime, one module a world.

`open_governed(case)` gives a `Governed`; `Governed.run(regime, seed, draw)` the rows of its tables (`protocol.TABLES`).
"""
