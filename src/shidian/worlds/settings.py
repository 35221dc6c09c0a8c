"""The setting of a small case, checked by the world that reads it."""

from __future__ import annotations

from ..cases import SmallCase
from .landscape import LandscapeSetting
from .landscape import setting_of as landscape_setting
from .upgrading import UpgradingSetting
from .upgrading import setting_of as upgrading_setting


def checked_setting(case: SmallCase) -> LandscapeSetting | UpgradingSetting:
    """The numbers of a case of any small world. Raises InputError with file, line and column where they are wrong.

    >>> from shidian.cases import open_case
    >>> checked_setting(open_case("mic2025")).firms
    10
    """
    return landscape_setting(case) if case.world == "landscape" else upgrading_setting(case)
