"""Tables as they leave this room: Arrow, whatever they were worked out in."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """A frame as an Arrow table, without its index; `to_pandas` gives back the same frame."""
    return pa.Table.from_pandas(frame, preserve_index=False)
