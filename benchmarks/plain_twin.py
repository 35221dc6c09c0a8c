"""The plain NumPy twin of the market, which lives beside the tests that it is the oracle of."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from numpy_twin import Twin  # noqa: E402

__all__ = ["Twin"]
