"""A laboratory for policy experimentation under hierarchy.

Read the rooms from the bottom up: `foundations` (places, months, random streams, errors), `cases` (one application as
data), `worlds` (what happens on the ground), `governance` (who put which instrument in force where), `study` (runs,
draws, patterns), `report` (charts and pages), `cli` (commands).
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("shidian")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"
