"""The files and the page of a calibration."""

from .files import Files, written

__all__ = ["Files", "written"]
