"""Small tidy tables in, Altair charts out: no file is written here and nothing is remembered.

Every chart takes at most 5,000 rows, names the unit on each axis and draws the interval. What a mark means is told by its
shape or dash as well as by its colour. Charts of shares stacked to a whole carry no interval.
"""

from .compared import compared
from .intervals import interval_bars, interval_dots
from .lineage import lineage
from .measure import Measure
from .promised import promised
from .ranked import ranked
from .ribbons import parts, ribbons
from .rungs import rungs
from .tile_map import tile_map
from .tornado import tornado
from .trend import trend

__all__ = [
    "Measure", "compared", "interval_bars", "interval_dots", "lineage", "parts", "promised", "ranked", "ribbons", "rungs", "tile_map", "tornado", "trend",
]  # fmt: skip
