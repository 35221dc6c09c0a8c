"""Join the bibliographies that the other scripts leave into one, with the sources of the model's parameters.

    python tools/china_nev/sources.py --out FOLDER

Run last: reads FOLDER/sources-*.bib and hand/model-sources.bib, writes FOLDER/sources.bib and removes the parts. Where a key
stands twice the first wins, in the order of the file names.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

HAND = Path(__file__).parent / "hand" / "model-sources.bib"


def entries(text: str) -> dict[str, str]:
    """Entries of a bibliography by key."""
    found = {}
    for part in re.split(r"\n(?=@)", text):
        if match := re.match(r"\s*@\w+\{([^,\s]+)", part):
            found.setdefault(match[1], part.strip())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    parts = sorted(out.glob("sources-*.bib"))
    joined: dict[str, str] = {}
    for path in (*parts, HAND):
        joined = entries(path.read_text(encoding="utf-8")) | joined
    (out / "sources.bib").write_text("\n\n".join(joined[key] for key in sorted(joined)) + "\n", encoding="utf-8")
    for path in parts:
        path.unlink()


if __name__ == "__main__":
    main()
