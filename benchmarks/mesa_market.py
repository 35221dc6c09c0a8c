"""The market with households as Mesa agents: the same rules on a sample, for a fair race to the same error.

One `Household` object stands for `weight` real households. What a careful user of Mesa would do, this does, and a little
more, so that the race is not won against a straw man:

- utilities are shared by a cohort (place, income band), so they are computed once a month in NumPy, by the functions of the
  plain twin, and each household draws from its cohort's cumulative probabilities;
- nobody is activated in vain: one vector of random numbers says each month which households may shop, and only those act;
- vehicles are scrapped by binomial draws over (place, class, age); who loses one is a random owner of the place, which is
  the cohort model's rule (scrapped cars are spread over bands as ownership is);
- no data collector, no space, no shuffling: none is needed.

Three shortcuts keep small samples honest. A cohort's ownership, which says how wide its gap is, is weighed against that of its
band in the whole country (`POOL`), because a few households have gaps by chance alone; the weight of the cohort's own
households grows with the sample, so that the model tends to the cohort model. First cars and low-speed renewals go to
households without a car. And sales that came ahead of time are missing from a class in the whole country, not place by place,
where a few sales a month could not make up for them; state money ends everywhere at once. Everything else, law by law: opening
fleet, Gompertz gap, scrappage and renewal, season, nested choice, purchases brought forward, awareness and chargers by place on
the sampled stocks scaled up, pack and credit prices, households that join where a cohort grows and carless ones that leave
where it shrinks, all policies. Money and other accounts are not kept: less work.
"""

from __future__ import annotations

import mesa
import numpy as np
from plain_twin import Twin

SEGMENTS, MONTHS = 6, 12
POOL = 50  # households of the whole band that a cohort's own sample is weighed against


class Household(mesa.Agent):
    """`weight` households of one place and income band; `cars` are the cars it owns, low-speed ones aside."""

    def __init__(self, model: Market, place: int, segment: int, cars: int):
        super().__init__(model)
        self.place, self.segment, self.cars = int(place), int(segment), 0
        if cars:
            self.gain()

    def gain(self) -> None:
        """One car more; the place and the band count it."""
        self.model.owned[self.place, self.segment] += 1
        self.model.with_car[self.segment] += not self.cars
        self.model.owners[self.place].append(self)
        self.cars += 1

    def lose(self) -> None:
        """One car less; the place has struck it off already."""
        self.cars -= 1
        self.model.owned[self.place, self.segment] -= 1
        self.model.with_car[self.segment] -= not self.cars

    def shop(self) -> int:
        """The product it would buy this month; one past the last means nothing."""
        return self._choose(self.model.among_all)

    def renew(self) -> int:
        """The low-speed car it would buy this month, or nothing."""
        return self._choose(self.model.among_lowspeed)

    def _choose(self, cumulative: np.ndarray) -> int:
        row = cumulative[self.place, self.segment]
        return int(row.searchsorted(self.model.random.random(), side="right"))

    def buy(self, product: int, times: int) -> None:
        """Buy now: not at all if it has bought ahead of time, twice if it stands for one more who comes early."""
        self.model.sold[self.place, product] += times
        if self.model.is_car[product]:
            for _ in range(times):
                self.gain()


class Market(mesa.Model):
    """One sampled run: `sample` households on the opening day, one call of `step` a month."""

    def __init__(self, inputs, sample: int, seed: int):
        super().__init__(seed=seed)
        self.twin = twin = Twin(*inputs)
        self.p, self.s, self.z = twin.p, twin.s, twin.z
        self.weight = self.s["households"][0].sum() / sample
        self.is_car = ~twin.product_kind["lsev"]
        self.plug = (twin.kind["bev"] | twin.kind["phev"]).astype(float)
        self.one = np.eye(len(twin.kind["lsev"]))[twin.cls]
        self.state = twin.opening()
        self.owners: list[list[Household]] = [[] for _ in self.state["plugins"]]
        self.owned = np.zeros((len(self.owners), SEGMENTS))
        self.with_car = [0] * SEGMENTS
        self.households: list[Household] = []
        self.cohort = np.zeros(0, int)
        self.owed = np.zeros(len(self.twin.kind["lsev"]))
        self.months: list[np.ndarray] = []
        self._settle()
        self._garages()

    def _rounded(self, expected: np.ndarray) -> np.ndarray:
        """Whole numbers with these means."""
        return np.floor(expected + self.rng.random(expected.shape)).astype(int)

    def _settle(self) -> None:
        """Households of the opening day, in proportion to their cohorts; a car by the cohort's ownership."""
        households = self.s["households"][0]
        counts = self._rounded(households / self.weight)
        rate = self.state["owned"] / households
        self._join(counts, rate)

    def _join(self, counts: np.ndarray, rate: np.ndarray) -> None:
        cohort = np.repeat(np.arange(counts.size), counts.ravel())
        place, segment = np.divmod(cohort, SEGMENTS)
        cars = self.rng.random(len(cohort)) < rate.ravel()[cohort]
        self.households += list(Household.create_agents(self, len(cohort), place, segment, cars))
        self.cohort = np.concatenate([self.cohort, cohort])
        self.count = np.bincount(self.cohort, minlength=self.owned.size).reshape(self.owned.shape)

    def _garages(self) -> None:
        start = self.s["fleet_start"] * self.is_car_class[:, None]
        each = (start / start.sum()).ravel()
        owned = [len(owners) for owners in self.owners]
        self.fleet = self.rng.multinomial(owned, each).reshape(len(owned), *start.shape)
        rest = self.state["fleet"] * ~self.is_car_class[:, None] / self.weight
        self.fleet = self.fleet + self._rounded(rest)

    @property
    def is_car_class(self) -> np.ndarray:
        """Which classes are cars rather than low-speed cars."""
        return ~self.twin.kind["lsev"]

    def step(self) -> None:
        """One month; the first of a year sets prices, ages the fleet and lets cohorts grow or shrink."""
        self.y, self.m = divmod(len(self.months), MONTHS)
        if self.m == 0:
            self._new_year()
        self._offer()
        self.sold = np.zeros((len(self.owners), len(self.twin.cls)), int)
        scrapped = self.scrap[..., self.m]
        renewing = self._scrap_cars(scrapped)
        first, mobile = self._who_may_shop()
        wishes = [(household, household.shop()) for household in renewing + first]
        self._buy(wishes + [(household, household.renew()) for household in mobile])
        self._look_around(scrapped)
        self.months.append(self.sold)
        if self.m == MONTHS - 1:
            self._end_year()

    def _new_year(self) -> None:
        if self.y:
            self._follow(self.s["households"][self.y] - self.s["households"][self.y - 1])
        pack, credit = self.twin.prices(self.y, self.state)
        self.gaps = pack - self.s["pack_reference"][self.y], credit - self.s["credit_reference"][self.y]
        dying = self.rng.binomial(self.fleet, np.clip(1 - self.s["survival"], 0, 1))
        self.fleet = self.fleet - dying
        self.scrap = self.rng.multinomial(dying.sum(axis=2), np.full(MONTHS, 1 / MONTHS))

    def _follow(self, change: np.ndarray) -> None:
        """Cohorts grow by carless households and shrink by them."""
        joining = self._rounded(np.maximum(change, 0) / self.weight)
        leaving = self._rounded(np.maximum(-change, 0) / self.weight)
        stays = np.ones(len(self.households), bool)
        room = leaving.ravel()
        for at in np.flatnonzero(room[self.cohort]):
            cohort, household = self.cohort[at], self.households[at]
            if room[cohort] and not household.cars:
                room[cohort] -= 1
                stays[at] = False
                household.remove()
        self.households = [self.households[at] for at in np.flatnonzero(stays)]
        self.cohort = self.cohort[stays]
        self._join(joining, np.zeros(joining.shape))

    def _offer(self) -> None:
        """Cumulative probabilities of every cohort's choice: among all products, and among low-speed cars."""
        p, s, z, y, m = self.p, self.s, self.z, self.y, self.m
        utility, _ = self.twin.utility(y, m, self.state, self.gaps)
        legal = z["access"][y, m]
        leak = np.minimum(p["access_leak"], legal)
        access = leak + (legal - leak) * (1 - z["enforcement"][y, m])
        known = (np.ones_like(legal), self.state["aware"], self.state["aware_low"] * access)
        scales = (p["lambda_combustion"], p["lambda_plugin"], p["lambda_lowspeed"])
        chance, total = np.zeros_like(utility), 1.0
        for nest, scale in enumerate(scales):
            inside = (self.twin.nest_of == nest) & (s["on_sale"][y, m] > 0)
            grown = np.exp(utility[:, :, inside] / scale)
            whole = grown.sum(axis=2)
            weight = known[nest][:, None] * whole**scale
            chance[:, :, inside] = grown * (weight / np.maximum(whole, 1e-300))[:, :, None]
            total = total + weight
        self.among_all = np.cumsum(chance / total[:, :, None], axis=2)
        low = chance * (self.twin.nest_of == 2)
        self.among_lowspeed = np.cumsum(low / (1 + weight)[:, :, None], axis=2)

    def _scrap_cars(self, scrapped: np.ndarray) -> list[Household]:
        """Take scrapped cars from random owners of their place; returns them once for each time they go shopping."""
        trips = self.p["shoppers"] * self.s["season"][self.m]
        gone = scrapped @ self.is_car_class
        shopping = []
        for place in np.flatnonzero(gone):
            owners = self.owners[place]
            for _ in range(gone[place]):
                at = int(self.random.random() * len(owners))
                owners[at], owners[-1] = owners[-1], owners[at]
                household = owners.pop()
                household.lose()
                shopping += [household] * int(trips + self.random.random())
        return shopping

    def _who_may_shop(self) -> tuple[list[Household], list[Household]]:
        """Carless households that shop for a first car, and those that renew their mobility."""
        p, season = self.p, self.s["season"][self.m]
        owned, households = self.owned.sum(axis=0), self.count.sum(axis=0)
        mean, carless = owned / households, households - np.array(self.with_car)
        second = (households - owned) / np.maximum(carless, 1)
        rate = np.minimum((self.owned + POOL * mean) / (self.count + POOL), 0.99)
        gap = np.maximum(self.twin.target(self.y) - rate, 0)
        first = p["shoppers"] * season * p["adjustment"] / 12 * gap / (1 - rate)
        mobile = np.full_like(first, p["mobility_turnover"] / 12 * season)
        return self._drawn(first * second), self._drawn(mobile * second)

    def _drawn(self, hazard: np.ndarray) -> list[Household]:
        """Carless households whom a hazard by cohort strikes this month."""
        struck = np.flatnonzero(self.rng.random(len(self.households)) < hazard.ravel()[self.cohort])
        return [self.households[at] for at in struck if not self.households[at].cars]

    def _buy(self, wishes: list[tuple[Household, int]]) -> None:
        """Carry out this month's wishes, moved in time: some come early, some have come already."""
        wishes = [(household, product) for household, product in wishes if product < len(self.is_car)]
        wanted = np.bincount([product for _, product in wishes], minlength=len(self.is_car))
        ahead, base = self.twin.ahead[len(self.months)], wanted @ self.one
        missing = np.minimum(0.5 * self.owed, 0.7 * base)
        times = ahead + (1 - missing / np.maximum(base, 1e-9))[self.twin.cls]
        self.owed += (wanted * ahead) @ self.one - missing
        for household, product in wishes:
            household.buy(product, int(times[product] + self.random.random()))

    def _look_around(self, scrapped: np.ndarray) -> None:
        """Stocks by place, scaled up, and what they make households aware of."""
        p, state, w = self.p, self.state, self.p["awareness_neighbour"]
        change = (self.sold @ self.one - scrapped) * self.weight
        state["plugins"] = state["plugins"] + change @ self.plug
        state["lowspeed"] = state["lowspeed"] + change @ self.twin.kind["lsev"]
        cars = self.weight * np.array([len(owners) for owners in self.owners])
        households = self.s["households"][self.y].sum(axis=1)
        seen = (1 - w) * state["plugins"] / (cars + 1) + w * state["plugins"].sum() / cars.sum()
        rate = p["k0_plugin"] + p["k1_plugin"] * seen + p["k2_plugin"] * self.z["campaign"][self.y, self.m]
        state["aware"] = 1 - (1 - state["aware"]) * np.exp(-rate / 12)
        seen = (1 - w) * state["lowspeed"] / households + w * state["lowspeed"].sum() / households.sum()
        state["aware_low"] = 1 - (1 - state["aware_low"]) * np.exp(-(p["k0_lowspeed"] + p["k1_lowspeed"] * seen) / 12)

    def _end_year(self) -> None:
        """The fleet is a year older, the year's sales are news to makers and to the learning curve."""
        months = np.array(self.months[-MONTHS:])
        sold = months.sum(axis=0)
        older = np.concatenate([(sold @ self.one).astype(int)[:, :, None], self.fleet[:, :, :-1]], axis=2)
        older[:, :, -1] += self.fleet[:, :, -1]
        self.fleet = older
        lithium = self.twin.product_kind["bev"] | self.twin.product_kind["phev"]
        made = self.weight * (months.sum(axis=1) * self.s["battery"][self.y] * lithium).sum() / 1e6
        self.state["sold_last"] = self.weight * sold.sum(axis=0)
        self.state["cumulative"] += made + self.s["battery_outside"][self.y]

    def sales(self) -> np.ndarray:
        """National sales so far by (year, class), vehicles."""
        by_year = np.array(self.months).reshape(-1, MONTHS, *self.sold.shape).sum(axis=(1, 2))
        return self.weight * by_year @ self.one

