"""Measures of what the market world is given: lives of vehicles, tastes that the parameters imply, credits.

They need no run: they read the case, and the draws of its parameters where it matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..foundations.calendar import months_of
from ..foundations.errors import InputError
from .measures import Evidence, Measure
from .pattern_reader import Reader


@dataclass(frozen=True)
class Survival(Measure):
    """`survival`: share of a class's vehicles that outlive an age, S(a) = exp(-(a / T) ** B).

    T and B are the class's attributes `survival_scale` (years) and `survival_shape`, drawn where they are uncertain.
    Keys: class, age (years). Source: hao2011.
    """

    cls: str
    age: float

    @classmethod
    def read(cls, given: Reader) -> Survival:
        """From its mapping."""
        return cls(_class(given, "class"), given.number("age"))

    def values(self, evidence: Evidence) -> np.ndarray:
        from ..worlds.market.products import drawn_constants

        catalogue, column = evidence.source.catalogue, evidence.source.axes.classes.index(self.cls)
        drawn = [drawn_constants(catalogue, one.seed, one.draw) for one in evidence.lucks]
        scale, shape = (np.array([each[name][column] for each in drawn]) for name in ("survival_scale", "survival_shape"))
        return np.exp(-((self.age / scale) ** shape))


@dataclass(frozen=True)
class Willingness(Measure):
    """`willingness`: what a household would pay for one car over another, in money of the case.

    W = income / alpha * mean over pairs of [u(of) - u(over)], with u(c, r) = xi[c] + tau[powertrain] * (year - reference)
    + b_range * (1 - exp(-r / range_scale)), the last bracket being 1 for a car that can refuel. This is the national part
    of utility of the market world without prices, variety and whatever a place adds. Keys: `of` and `over`, each
    {classes: [...], range: km} (range for battery cars only; classes pair up in order), year, income (of the household, a
    year).
    """

    of: tuple[tuple[str, ...], float]
    over: tuple[tuple[str, ...], float]
    year: float
    income: float

    @classmethod
    def read(cls, given: Reader) -> Willingness:
        """From its mapping."""
        sides = []
        for key in ("of", "over"):
            inner = given.inner(key)
            names = inner.value("classes")
            names = names if isinstance(names, list) else [names]
            known = list(given.case.tables["classes"]["class"])
            if not names or any(name not in known for name in names):
                raise inner.error(f"'classes' under '{key}' names {names}, and not all are classes of this case: {', '.join(known)}.", "classes")
            sides.append((tuple(names), inner.number("range", 0.0)))
            inner.finish()
        if len(sides[0][0]) != len(sides[1][0]):
            raise InputError("`of` and `over` name unlike numbers of classes, so they do not pair up; name as many in each.")
        return cls(*sides, given.number("year"), given.number("income"))

    @property
    def unit(self) -> str:
        return "RMB/vehicle"

    def values(self, evidence: Evidence) -> np.ndarray:
        axes = evidence.source.axes
        return np.array([self._worth(p, axes) for p in evidence.parameters])

    def _worth(self, p, axes) -> float:
        gains = [self._utility(p, axes, a, self.of[1]) - self._utility(p, axes, b, self.over[1]) for a, b in zip(self.of[0], self.over[0], strict=True)]
        return self.income / float(p.alpha) * float(np.mean(gains))

    def _utility(self, p, axes, name: str, range_km: float) -> float:
        position = axes.classes.index(name)
        powertrain = axes.powertrain_of_class[position]
        left = np.exp(-range_km / float(p.range_scale)) if powertrain in ("bev", "lsev") else 0.0
        trend = float(getattr(p, f"tau_{powertrain}")) * (self.year - float(p.reference_year))
        return float(p.xi[position]) + trend + float(p.b_range) * (1 - left)


@dataclass(frozen=True)
class CreditWorth(Measure):
    """`credit_worth`: what a named product's new-energy credits are worth over its list price, credits(range) * price / list.

    At best values, from the schedule `credits`. Keys: product, month, credit_price (money a credit).
    """

    product: str
    month: str
    credit_price: float

    @classmethod
    def read(cls, given: Reader) -> CreditWorth:
        """From its mapping."""
        product = given.choice("product", tuple(given.case.tables["products"]["product"].unique()))
        month, calendar = str(given.text("month")), given.case.calendar
        span = calendar.span(month, month)
        rows = given.case.tables["products"]
        sold = [calendar.span(a, b or None) for a, b in rows.loc[rows["product"] == product, ["from", "to"]].to_numpy()]
        if months_of(month)[0] not in calendar.months or not any(one.start <= span.start < one.stop for one in sold):
            raise InputError(f"The product {product} is not on sale in {month}; choose a month in which it is.")
        return cls(product, month, given.number("credit_price"))

    def values(self, evidence: Evidence) -> np.ndarray:
        source = evidence.source
        setting = source.setting(source.values(evidence.seed, None), evidence.seed, None)
        at = evidence.case.calendar.span(self.month, self.month).start
        column = setting.axes.products.index(self.product)
        credits, price = (float(np.asarray(array)[at // 12, at % 12, column]) for array in (setting.credits, setting.price))
        return np.full(evidence.draws, credits * self.credit_price / price)


def _class(given: Reader, key: str) -> str:
    return given.choice(key, tuple(given.case.tables["classes"]["class"]))
