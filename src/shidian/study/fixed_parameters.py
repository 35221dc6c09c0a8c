"""Parameters that a user fixes: one mapping, or one draw a row.

What they may be is checked against the case: known names, finite numbers, one number for a number and `name.key` for one of
a vector, within what the parameter's meaning allows. The case's own are held to the same. Messages name the spot of the number.
"""

from __future__ import annotations

import difflib
import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ..cases import Case, Parameter
from ..cases.document import read_document
from ..cases.findings import Findings
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
    draws = _from_csv(path, case) if path.suffix.lower() == ".csv" else _from_yaml(path, case)
    if not draws or not draws[0]:
        raise InputError("The file fixes no parameter; write one a line (alpha: 2.1), or one draw a row under a head of names.", Where(path))
    return draws, hashlib.sha256(content).hexdigest()


def check_parameters(draw: Fixed, case: Case, where: Where | None = None) -> None:
    """Refuse what no run could use; the message says why."""
    for path, value in draw.items():
        _check(path, value, case, where)


def check_own_parameters(case: Case) -> None:
    """Refuse a case whose own best values, or ends of priors, no run could use: up to ten findings, each as file:line:column."""
    findings = Findings()
    for parameter, steps, value in _own_numbers(case):
        if problem := _impossible(parameter, value):
            path = ".".join(step for step in steps if step != "value")
            findings.add(f"{path} is {_said(parameter, value)}, but it must be {problem}; correct it.", case.where("parameters", *steps))
    findings.stop()


def _own_numbers(case: Case) -> Iterator[tuple[Parameter, tuple[str, ...], float]]:
    """Best values and ends of the priors, with their path in parameters.yaml."""
    for name, parameter in case.parameters.items():
        for end in ("value", "low", "high"):
            found = getattr(parameter, end)
            if isinstance(found, dict):
                yield from ((parameter, (name, end, key), value) for key, value in found.items())
            elif found is not None:
                yield parameter, (name, end), found


def _check(path: str, value: float, case: Case, where: Where | None) -> None:
    name, _, key = path.partition(".")
    parameter = case.parameters.get(name)
    known = parameter is not None and (key in parameter.value if isinstance(parameter.value, dict) else not key)
    if not known:
        fixable = [".".join((steps[0], *steps[2:])) for _, steps, _ in _own_numbers(case) if steps[1] == "value"]
        close = difflib.get_close_matches(path, fixable, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        raise InputError(f"'{path}' is not a number among this case's parameters; write a name of parameters.yaml, for one of a vector name.key.{hint}", where)
    problem = _impossible(parameter, value)
    if problem:
        raise InputError(f"{path} is {_said(parameter, value)}, but it must be {problem}; correct it.", where)


def _said(parameter: Parameter, value: float) -> str:
    return f"{value:g}" if parameter.unit == "1" else f"{value:g} {parameter.unit}"


def _impossible(parameter: Parameter, value: float) -> str:
    name, positive = parameter.name, parameter.distribution == "lognormal"
    if not math.isfinite(value) or abs(value) > MOST:
        return f"a finite number below {MOST:g}"
    if name.startswith("lambda_") and not 0 < value <= 1:
        return "above 0 and at most 1, being the scale of a nest"
    if name in SHARES and not 0 <= value < 1:
        return "from 0 to below 1, being a share"
    if (positive or name in ABOVE_NOUGHT) and value <= 0:
        return "above 0"
    return ""


def _from_csv(path: Path, case: Case) -> list[Fixed]:
    try:
        table = pd.read_csv(path, index_col=False, header=None, dtype=str, skipinitialspace=True)
        names = [str(name).strip() for name in table.iloc[0]]
        if len(set(names)) < len(names):
            raise InputError(f"{path} names a parameter twice in its head; keep one column for each.")
        draws = [dict(zip(names, map(float, row), strict=True)) for row in table.iloc[1:].itertuples(index=False)]
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a table of numbers with one parameter a column ({error}); write one draw a row.") from None
    for row, draw in enumerate(draws):
        check_parameters(draw, case, Where(path, row + 2))
    return draws


def _from_yaml(path: Path, case: Case) -> list[Fixed]:
    document = read_document(path, "as in alpha: 2.1")
    for name, value in document.tree.items():
        where = document.where((name,))
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InputError(f"'{name}' is {value!r}, not a number; write e.g. alpha: 2.1, for one of a vector xi.bev-mid: 0.4.", where)
        _check(name, float(value), case, where)
    return [{name: float(value) for name, value in document.tree.items()}]
