"""The methods that can be asked for, by the name on the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from ..cases.findings import nearest
from ..foundations.errors import InputError
from .estimate import Estimate
from .panel import Panel


@dataclass(frozen=True)
class Method:
    """One estimator: what it is called, which family it belongs to, and how it treats luck.

    Methods of one family share their main assumption, so that two of them agreeing is no second opinion.
    """

    name: str
    title: str
    family: str  # "differences" (parallel trends) or "synthetic" (a mixture of others follows the sites)
    module: str
    function: str

    def __call__(self, panel: Panel, anticipation: int = 0, draws: int = 999, seed: int = 0) -> Estimate:
        """The estimate on a panel. The module is imported here, for some are heavy."""
        estimator: Callable[..., Estimate] = getattr(import_module(f".{self.module}", __package__), self.function)
        return estimator(panel, anticipation=anticipation, draws=draws, seed=seed)


# Within a family the first that gives an effect speaks for it: the one that is wrong least often where it is wrong most (`cautions`).
METHODS = {
    one.name: one
    for one in (
        Method("imputation", "Imputation", "differences", "imputation", "imputation"),
        Method("did", "Difference in differences", "differences", "did", "difference_in_differences"),
        Method("cs", "Callaway and Sant'Anna", "differences", "staggered", "callaway_santanna"),
        Method("sdid", "Synthetic difference in differences", "synthetic", "synthetic", "synthetic_did"),
        Method("sc", "Synthetic control", "synthetic", "synthetic", "synthetic_control"),
    )
}
USUAL = ("imputation", "cs", "sdid", "sc")


def chosen(names: Sequence[str]) -> tuple[Method, ...]:
    """Methods by name, in their own order. Raises InputError for one that is unknown."""
    unknown = [name for name in names if name not in METHODS]
    if unknown:
        raise InputError(f"There is no method '{unknown[0]}'. {nearest(unknown[0], METHODS)}")
    return tuple(method for name, method in METHODS.items() if name in names)
