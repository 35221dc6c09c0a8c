"""The abstract world: packages of instruments as points on rugged landscapes that differ by place.

Read `land` (what packages are worth where), then `ground` (what came of a year), then `setting` (the numbers).
"""

from .ground import Outcomes, Tried, advance
from .land import Land, make_land
from .setting import LandscapeSetting, load_setting

__all__ = ["Land", "LandscapeSetting", "Outcomes", "Tried", "advance", "load_setting", "make_land"]
