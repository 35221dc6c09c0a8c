"""The abstract world: packages of instruments as points on rugged landscapes that differ by place.

Read `land` (what packages are worth where) and `brownian` (the same along one line of policy), then `ground` (what came of a
year), then `setting` (the numbers).
"""

from .ground import Outcomes, Tried, advance
from .land import Land, make_land
from .setting import LandscapeSetting, load_setting, setting_of

__all__ = ["Land", "LandscapeSetting", "Outcomes", "Tried", "advance", "load_setting", "make_land", "setting_of"]
