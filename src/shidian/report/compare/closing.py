"""How the regimes differ as data, what is uncertain inside and what is not, and how to make the page again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ...governance.regimes import names as bundled
from ..markup import Listing, Prose, Section, Table
from ..numbers import plain
from ..sections.closing import made_from
from .folder import Compared
from .opening import counted

LISTED = 12  # reasons of failure that the page tells; failed.csv has all


def rules(made: Compared) -> Section:
    """Regimes as data: what each means, and every rule in which they differ."""
    meant = pd.DataFrame([{"Regime": name, "Meaning": made.rules[name]["meaning"]} for name in made.regimes])
    leaves = {name: dict(_leaves(made.rules[name])) for name in made.regimes}
    differing = [rule for rule in leaves[made.regimes[0]] if len({str(leaves[name].get(rule)) for name in made.regimes}) > 1]
    rows = pd.DataFrame([{"Rule": rule, **{name: _said(leaves[name].get(rule)) for name in made.regimes}} for rule in differing])
    blocks = [
        Prose("A regime is data: one block of rules a stage. The total of the budget is the same under every one."),
        Table(meant, "What each regime is."),
    ]
    if len(rows):
        blocks.append(
            Table(
                rows,
                f"The {len(rows)} rules in which these regimes differ, of {len(leaves[made.regimes[0]])}; all others are the same.",
                numbers=tuple(made.regimes),
            )
        )
    return Section("rules", "How the regimes differ", blocks)


def _leaves(tree: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every rule with its path; the goals' weights count as one rule."""
    for name, value in tree.items():
        if not path and name in ("name", "meaning"):
            continue
        if isinstance(value, dict) and name != "weights":
            yield from _leaves(value, (*path, name))
        else:
            yield ".".join((*path, name)), value


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(f"from {one['since']} {_changes(one)}" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{goal} {plain(weight)}" for goal, weight in value.items()) or "the nation's own"
    return plain(value) if isinstance(value, int | float) and not isinstance(value, bool) else "" if value is None else str(value)


def _changes(amendment: dict[str, Any]) -> str:
    """The rules that an amendment sets, with their new values."""
    leaves = _leaves({name: value for name, value in amendment.items() if name != "since"})
    return ", ".join(f"{rule} {_said(value)}" for rule, value in leaves if value not in (None, {}, []))


def uncertainty(made: Compared) -> Section:
    """What the intervals hold and what they leave out, and runs that failed."""
    inside = [
        f"Inside: what differs between {counted(made.draws, 'draw')}, each the same under every regime: {_parameters(made)}, "
        "the luck of places, reports and decisions.",
        "Inside the thick lines: the error of a mean over draws. It shrinks with more draws; the thin lines do not.",
        "Not inside: errors of structure. What the model leaves out is left out under every regime, and may favour one of them.",
        "Not inside: the numbers of the regimes themselves (discretion, rewards, budgets). "
        "They are assumptions; a regime of another author may set others.",
        "Verdicts count each panel alone. Of twenty comparisons with no difference, one would stand clear of nought by chance.",
        "The centre never sees the truth. That the page does is what a simulated world is for; "
        "in a real one, belief against truth cannot be shown.",
    ]
    return Section("uncertainty", "What is uncertain", [Listing(inside), *_failed(made)])


def _parameters(made: Compared) -> str:
    params = made.record.get("params") or ""
    where = {
        "": "what the case draws",
        "posterior": "parameters drawn from the case's posterior",
        "prior": "parameters drawn from their priors",
    }
    return where.get(str(params), f"parameters as {params} gives them")


def _failed(made: Compared) -> list[Table]:
    failed = made.tables["failed"]
    if failed.empty:
        return []
    rows = failed.rename(columns={"regime": "Regime", "draw": "Draw", "reason": "Reason"})[["Regime", "Draw", "Reason"]].head(LISTED)
    return [Table(rows, f"Runs that failed ({len(failed)}); they count in no figure.")]


def provenance(made: Compared) -> Section:
    """The command that repeats the study, and all that determines it."""
    written = {name: value for name, value in made.record.items() if not isinstance(value, dict | list)}
    versions = made.record.get("versions", {})
    asked = (
        {"command": repeat(made)}
        | written
        | {"regimes": ", ".join(made.regimes)}
        | {f"{name} version": value for name, value in versions.items()}
    )
    section = made_from({name: str(value) for name, value in asked.items() if value not in (None, "")})
    own = [name for name in made.regimes if name not in bundled()]
    said = [Prose(f"Regimes of your own ({', '.join(own)}) are repeated from their files; their rules stand in study.json.")] if own else []
    return Section(section.key, "How to repeat this", [*said, *section.blocks])


def repeat(made: Compared) -> str:
    """The command that makes this study again."""
    record = made.record
    words = [
        "shidian study compare",
        str(record["case"]),
        "--regimes",
        ",".join(made.regimes),
        "--runs",
        str(record["runs"]),
        "--seed",
        str(record["seed"]),
    ]
    for option, name in (("--from", "start"), ("--params", "params"), ("--against", "against"), ("--discount", "discount")):
        value = record.get(name)
        if value and not (name == "against" and value == made.regimes[0]):
            words += [option, str(value)]
    return " ".join(words)
