"""Makers that respond: who offers a line of cars when local support, demand and the centre's words decide, not the record.

A maker who can and does not yet offer a line launches in a year with probability

    1 / (1 + exp(-(base + home * backed at home + market * max(0, ln(sales / tenth of efficient scale)) + centre * word)))

so that one begins where its home helps, and others follow into a line that has been proved. Where the centre presses a line a maker leaves with
probability exit_rate * force, unless its home rescues it. Attributes of a class are those on record; what a launch changes is who offers
it and how many models there are: ln models = recorded + variety * ln(makers / makers on record).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...foundations.luck import Luck
from ...foundations.quantities import quantity
from .parameters import Scalar
from .setting import Setting

STRETCH = 0.15  # share of a threshold that a maker will make up with a larger battery
SMALL = 0.01  # share of a class below which a maker on record does not offer it


@dataclass(frozen=True)
class LaunchRules:
    """Log odds and rates, as drawn."""

    base: float
    home: float
    market: float
    centre: float
    exit_rate: float
    variety: float
    efficient_scale: float  # vehicle/year


@dataclass(frozen=True)
class Conditions:
    """What makers meet in a year."""

    backed: np.ndarray  # (maker, line) whether the home has a package for the line
    sales: np.ndarray  # (line,) national sales of the year before
    word: np.ndarray  # (line,) 1 where national, -1 where inhibited, else 0
    force: np.ndarray  # (line,) force of the centre against the line, in [0, 1]
    rescued: np.ndarray  # (maker, line) whether the home would carry its maker through


def on_record(setting: Setting, lines: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """(year, maker, line): makers who offered a line, by the record."""
    share = np.asarray(setting.maker_share)
    product_line = line_of_product(setting, lines)
    return np.stack([(share[:, :, product_line == line] > SMALL).any(axis=2) for line in range(len(lines))], axis=2)


def respond(offering: np.ndarray, able: np.ndarray, met: Conditions, rules: LaunchRules, luck: Luck, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each (maker, line): who offers a line after a year's launches and exits, and who would have left but for its home; luck belongs to maker and line."""
    proved = np.log(np.maximum(met.sales / (rules.efficient_scale / 10), 1.0))
    odds = rules.base + rules.home * met.backed + rules.market * proved[None, :] + rules.centre * met.word[None, :]
    launching = able & ~offering & (luck.of("launch").uniform(keys) < 1 / (1 + np.exp(-odds)))
    struck = offering & (luck.of("exit").uniform(keys) < rules.exit_rate * met.force[None, :])
    return (offering | launching) & ~(struck & ~met.rescued), struck & met.rescued


class Supply(eqx.Module):
    """What makers offer in a year beside the record."""

    on_sale: Float[Array, "product"] = quantity("1", "0 where nobody offers it")
    more: Float[Array, "product"] = quantity("1", "added to ln models")
    maker_share: Float[Array, "maker product"] = quantity("1", "who makes it")


def supply_of(share: np.ndarray, offering: np.ndarray, record: np.ndarray, line: np.ndarray, named: np.ndarray, variety: float) -> Supply:
    """What these makers (maker, line) offer in a year in which `record` (maker, line) did and had `share` (maker, product) of it.

    `line` (product,) is -1 outside all lines; a `named` (product,) one needs its own maker, composites any maker of the line.
    """
    inside, line = line >= 0, np.maximum(line, 0)
    makers, before = offering.sum(axis=0), np.maximum(record.sum(axis=0), 1)
    own = (share * offering[:, line]).sum(axis=0) > 0.5
    sold = np.where(inside, np.where(named, own, makers[line] > 0), True)
    more = np.where(inside & ~named, variety * np.log(np.maximum(makers[line], 1) / before[line]), 0.0)
    values = sold, more, _shares(share, offering, line, inside & ~named)
    return Supply(*(np.asarray(value, np.float32) for value in values))


def supplied(setting: Setting, supply: Supply) -> Setting:
    """The setting of a year (its slices) with what makers offer in it."""
    on_sale, models = setting.on_sale * supply.on_sale, setting.log_models + supply.more
    return replace(setting, on_sale=on_sale, log_models=models, maker_share=supply.maker_share)


def past_threshold(setting: Setting, threshold: Scalar) -> Setting:
    """The setting of a year with a range below which battery cars get no central subsidy, and what makers do about it.

    Cars within STRETCH of the threshold are given the battery that reaches it, at the price of the cells; those further below go without the subsidy.
    """
    axes, km = setting.axes, setting.range_km
    battery_car = jnp.asarray(axes.to_products(axes.classes_where("bev")) > 0)
    short = battery_car & (km > 0) & (km < threshold)
    reached = short & (km >= (1 - STRETCH) * threshold)
    more = jnp.where(reached, threshold / jnp.maximum(km, 1.0) - 1, 0.0) * setting.battery
    return replace(
        setting, range_km=jnp.where(reached, threshold, km), battery=setting.battery + more, price=setting.price + more * setting.pack_reference,
        subsidy=jnp.where(short & ~reached, 0.0, setting.subsidy),
    )  # fmt: skip


def _shares(share: np.ndarray, offering: np.ndarray, line: np.ndarray, composite: np.ndarray) -> np.ndarray:
    """Shares of composites among those who offer them: as on record, and half the mean of these for makers whom the record lacks."""
    here = offering[:, line]
    known = share * here
    typical = known.sum(axis=0) / np.maximum((known > 0).sum(axis=0), 1)
    dealt = np.where(here & (known <= 0), np.where(typical > 0, typical / 2, 1.0), known)
    dealt = dealt / np.maximum(dealt.sum(axis=0), 1e-12)
    return np.where(composite & here.any(axis=0), dealt, share)


def line_of_product(setting: Setting, lines: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """(product,): the line of its class, -1 outside all lines."""
    of_class = np.full(len(setting.axes.classes), -1)
    for line, classes in enumerate(lines):
        of_class[list(classes)] = line
    return of_class[list(setting.axes.class_of)]
