"""Make the charts' library anew: Vega, Vega-Lite and Vega-Embed as one script, as a report carries it.

    python tools/vendor_vega.py

Writes src/shidian/report/assets/vega.js and the versions it was made from. Needs `vl-convert-python` (extra `test`).
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import altair as alt
import vl_convert

ASSETS = Path(__file__).parents[1] / "src" / "shidian" / "report" / "assets"


def bundle() -> str:
    """The script, of the Vega-Lite version that Altair writes for where it is to be had."""
    wanted = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    known = wanted if wanted in vl_convert.get_vegalite_versions() else None
    return vl_convert.javascript_bundle(vl_version=known).replace("</script", "<\\/script")


def made_from() -> dict[str, str]:
    """Versions that determine the script."""
    return {"vl-convert-python": version("vl-convert-python"), "altair": version("altair"), "licence": "BSD-3-Clause"}


if __name__ == "__main__":
    (ASSETS / "vega.js").write_text(bundle(), encoding="utf-8")
    (ASSETS / "vega.json").write_text(json.dumps(made_from(), indent=2) + "\n", encoding="utf-8")
