"""The charts' library is the one that its versions make."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_library_can_be_made_again():
    spec = importlib.util.spec_from_file_location("vendor_vega", ROOT / "tools" / "vendor_vega.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    recorded = json.loads((tool.ASSETS / "vega.json").read_text())
    if recorded != tool.made_from():
        pytest.skip(f"made from {recorded}, here are {tool.made_from()}")
    assert (tool.ASSETS / "vega.js").read_text(encoding="utf-8") == tool.bundle()
