"""Firms climb from Industry 2.0 to 4.0, and what helps them depends on how far they have come.

Read `setting` (the numbers and their draws), `industry` (where firms stand, what a package would do for them), `ground` (what
came of a year), then `offices` (the documents that are written about it).
"""

from .ground import advance
from .industry import Industry, make_industry
from .setting import Numbers, UpgradingSetting, drawn, setting_of

__all__ = ["Industry", "Numbers", "UpgradingSetting", "advance", "drawn", "make_industry", "setting_of"]
