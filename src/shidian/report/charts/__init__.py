"""Small tidy tables in, Altair charts out: no file is written here and nothing is remembered.

Every chart takes at most 5,000 rows, names the unit on each axis and draws the interval. What a mark means is told by its
shape or dash as well as by its colour.
"""

from .intervals import interval_bars, interval_dots
from .measure import Measure
from .ranked import ranked
from .tile_map import tile_map
from .tornado import tornado
from .trend import trend

__all__ = ["Measure", "interval_bars", "interval_dots", "ranked", "tile_map", "tornado", "trend"]
