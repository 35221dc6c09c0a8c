"""Parameters that a user fixes: one mapping, or one draw a row.

What they may be is checked against the case: known names, finite numbers, one number for a number and `name.key` for one of
a vector, within what the parameter's meaning allows.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import pandas as pd

from ..cases import Case
from ..foundations.errors import InputError, Where

Fixed = dict[str, float]
MOST = 1e6  # no parameter of the market comes near
SHARES = ("learning", "access_leak", "awareness_plugin", "awareness_lowspeed", "displaced_lowspeed", "awareness_neighbour", "vat", "subsidy_cap")
ABOVE_NOUGHT = ("range_scale", "gompertz_max", "shoppers", "income_sigma_urban", "income_sigma_rural", "public_life", "battery_start", "credit_cap")


def read_parameters(path: Path | None, case: Case) -> tuple[list[Fixed], str]:
    """Fixed parameters (YAML: one mapping) or draws of them (CSV: one draw a row), with the digest of the file.

    Raises InputError where the file cannot be read as numbers by parameter name, or a number cannot be.
    """
    if path is None:
        return [], ""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"The parameters {path} cannot be read ({error.strerror}); give a YAML or CSV file that exists.") from None
    draws = _from_csv(path) if path.suffix.lower() == ".csv" else _from_yaml(path, content)
    if not draws or not draws[0]:
        raise InputError("The file fixes no parameter; write one a line (alpha: 2.1), or one draw a row under a head of names.", Where(path))
    for row, draw in enumerate(draws):
        check_parameters(draw, case, Where(path, row + 2) if path.suffix.lower() == ".csv" else Where(path))
    return draws, hashlib.sha256(content).hexdigest()


def check_parameters(draw: Fixed, case: Case, where: Where | None = None) -> None:
    """Refuse what no run could use; the message says why."""
    for path, value in draw.items():
        name, _, key = path.partition(".")
        parameter = case.parameters.get(name)
        known = parameter is not None and (key in parameter.value if isinstance(parameter.value, dict) else not key)
        if not known:
            raise InputError(f"'{path}' is not a number among this case's parameters; write a name of parameters.yaml, for one of a vector name.key.", where)
        problem = _impossible(name, value, parameter.distribution == "lognormal")
        if problem:
            raise InputError(f"{path} is {value:g}, but it must be {problem}; correct it.", where)


def _impossible(name: str, value: float, positive: bool) -> str:
    if not math.isfinite(value) or abs(value) > MOST:
        return f"a finite number below {MOST:g}"
    if name.startswith("lambda_") and not 0 < value <= 1:
        return "above 0 and at most 1, being the scale of a nest"
    if name in SHARES and not 0 <= value < 1:
        return "from 0 to below 1, being a share"
    if (positive or name in ABOVE_NOUGHT) and value <= 0:
        return "above 0"
    return ""


def _from_csv(path: Path) -> list[Fixed]:
    try:
        table = pd.read_csv(path, index_col=False, header=None, dtype=str, skipinitialspace=True)
        names = [str(name).strip() for name in table.iloc[0]]
        if len(set(names)) < len(names):
            raise InputError(f"{path} names a parameter twice in its head; keep one column for each.")
        return [dict(zip(names, map(float, row), strict=True)) for row in table.iloc[1:].itertuples(index=False)]
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a table of numbers with one parameter a column ({error}); write one draw a row.") from None


def _from_yaml(path: Path, content: bytes) -> list[Fixed]:
    from ruamel.yaml import YAML, YAMLError

    try:
        tree = YAML(typ="safe").load(content)
        return [{str(name): _number(value) for name, value in tree.items()}]
    except (YAMLError, AttributeError, TypeError, ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a mapping of parameters to numbers ({str(error).splitlines()[0]}); write e.g. alpha: 2.1.") from None


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is no number")
    return float(value)
