"""The market once more, plainly: NumPy, float64, every utility for every (place, segment, product), loops over months.

The oracle of the kernel's tests and the peer of its benchmark. It shares no code with the kernel and none of its tricks:
no separable exponentials, no scans, no matrix products in place of sums.
"""

from __future__ import annotations

import numpy as np

RURAL = np.array([0, 0, 0, 1, 1, 1.0])


def _np(module) -> dict[str, np.ndarray]:
    return {name: np.asarray(getattr(module, name), np.float64) for name in module.__dataclass_fields__ if name != "axes"}


class Twin:
    """One draw, ready to be stepped month by month."""

    def __init__(self, parameters, setting, policies):
        self.p, self.s, self.z, self.axes = _np(parameters), _np(setting), _np(policies), setting.axes
        self.cls = np.array(self.axes.class_of)
        kind = np.array(self.axes.powertrain_of_class)
        self.kind = {name: kind == name for name in ("ice", "bev", "phev", "lsev")}
        self.product_kind = {name: mask[self.cls] for name, mask in self.kind.items()}
        self.nest_of = np.array(self.axes.nest_of_class)[self.cls]
        self.ahead = self.rush()

    def opening(self) -> dict[str, np.ndarray]:
        p, s = self.p, self.s
        wanted = self.target(0) * s["households"][0]
        share = wanted.sum(axis=1) / wanted.sum()
        zero = np.zeros(len(share))
        return {
            "fleet": share[:, None, None] * s["fleet_start"],
            "owned": s["fleet_start"].sum() * wanted / wanted.sum(),
            "plugins": zero.copy(),
            "lowspeed": zero.copy(),
            "owed": np.zeros((len(share), len(self.axes.classes))),
            "aware": zero + p["awareness_plugin"],
            "aware_low": zero + p["awareness_lowspeed"],
            "sold_last": np.zeros(len(self.cls)),
            "cumulative": s["battery_reference"][0],
        }

    def target(self, y: int) -> np.ndarray:
        p = self.p
        return p["gompertz_max"] * np.exp(-p["gompertz_alpha"] * np.exp(-p["gompertz_beta"] * self.s["income_head"][y]))

    def prices(self, y: int, state: dict) -> tuple[float, float]:
        """Pack price and credit price of a year."""
        p, s, z = self.p, self.s, self.z
        learned = (state["cumulative"] / s["battery_reference"][y]) ** np.log2(1 - p["learning"])
        pack = s["pack_reference"][y] * learned
        on_sale = s["on_sale"][y]
        credits = (s["credits"][y] * on_sale).sum(axis=0) / np.maximum(on_sale.sum(axis=0), 1)
        share = s["maker_share"][y]
        earned = (share * (state["sold_last"] * credits)).sum(axis=1)
        cars = (share * (state["sold_last"] * self.product_kind["ice"])).sum(axis=1)
        balance = earned - z["obligation"][y] * cars
        spare = balance[balance > 0].sum() + 1
        lacking = -balance[balance < 0].sum() + p["cafc_demand"] * cars.sum() + 1
        price = p["credit_cap"] / (1 + (spare / lacking) ** p["credit_elasticity"]) if z["obligation"][y] > 0 else 0.0
        return pack, price

    def left_to_buyers(self) -> np.ndarray:
        """RMB that the state leaves a buyer of each product in each month, wherever he lives: (month, product)."""
        s, z, cls = self.s, self.z, self.cls
        tax = np.maximum(s["price"], 0) / (1 + self.p["vat"]) * z["purchase_tax"][:, :, cls]
        due = tax * (1 - z["tax_exemption"][:, :, cls] * s["tax_threshold"])
        left = z["sites"].min(axis=2)[:, :, cls] * s["subsidy"] - due
        return left.reshape(-1, len(cls))

    def rush(self) -> np.ndarray:
        """Sales brought forward into each month over its own, by product: steps one, two and three months ahead."""
        left = self.left_to_buyers()
        lost = np.maximum(left[:-1] - left[1:], 0)
        forward, ahead = 1 - np.exp(-self.p["foresight"] * self.p["alpha_local"] / 1e4 * lost), np.zeros_like(left)
        for t in range(len(left)):
            for k, share in enumerate(forward[t : t + 3]):
                ahead[t] += share / 2**k
        return ahead

    def move(self, t: int, state: dict, sold: np.ndarray) -> np.ndarray:
        """Sales after purchases have moved in time; `state` keeps what later months will miss."""
        early, moved = sold * self.ahead[t], np.zeros_like(sold)
        for c in range(len(self.axes.classes)):
            inside = self.cls == c
            base = sold[:, inside].sum(axis=1)
            missing = np.minimum(0.5 * state["owed"][:, c], 0.7 * base)
            moved[:, inside] = early[:, inside] + sold[:, inside] * (1 - missing / np.maximum(base, 1e-9))[:, None]
            state["owed"][:, c] += early[:, inside].sum(axis=1) - missing
        return moved

    def utility(self, y: int, m: int, state: dict, gaps: tuple[float, float]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Utility of every (place, segment, product) and the money that goes with it."""
        p, s, z, cls, kind = self.p, self.s, self.z, self.cls, self.product_kind
        lithium = kind["bev"] | kind["phev"]
        price = s["price"][y, m] + p["markup"] * lithium * s["battery"][y, m] * gaps[0] - p["credit_pass"] * s["credits"][y, m] * gaps[1]
        tax = np.maximum(price, 0) / (1 + p["vat"]) * z["purchase_tax"][y, m][cls]
        waived = tax * z["tax_exemption"][y, m][cls] * s["tax_threshold"][y, m]
        subsidy = s["subsidy"][y, m]
        everywhere = z["sites"][y, m].min(axis=0)[cls]
        central = z["sites"][y, m][:, cls] * subsidy
        province = z["ratio_province"][y, m][:, cls] * subsidy + z["top_up_province"][y, m][:, cls]
        city = z["ratio_city"][y, m][:, cls] * subsidy + z["top_up_city"][y, m][:, cls]
        paid = np.clip(p["subsidy_cap"] * price - central, 0, province + city)
        kept = np.divide(paid, province + city, out=np.zeros_like(paid), where=province + city > 0)
        trend = sum(p[f"tau_{name}"] * kind[name] for name in ("ice", "bev", "phev", "lsev"))
        year = self.axes.years[y] + (m - 5.5) / 12
        value = p["xi"][cls] + p["xi_product"] + trend * (year - p["reference_year"]) + p["mu"] * s["log_models"][y, m]
        value = value + p["b_range"] * (1 - (kind["bev"] | kind["lsev"]) * np.exp(-s["range_km"][y, m] / p["range_scale"]))
        u = np.zeros((len(s["piles"][y]), 6, len(cls))) + value
        net = price + tax - waived - everywhere * subsidy
        scale = np.array([p["lambda_combustion"], p["lambda_plugin"], p["lambda_lowspeed"]])[self.nest_of]
        paying = np.exp(-p["alpha"] * net[None, :, None] / (scale[None, :, None] * s["income"][y][:, None, :]))
        u = u + (scale * np.log(paying.mean(axis=2)))[None]
        rural = p["plugin_rural"] * lithium + p["lowspeed_rural"] * kind["lsev"] + p["b_countryside"] * z["countryside"][y, m][cls]
        u = u + RURAL[None, :, None] * rural
        local = p["alpha_local"] / 1e4 * (central - everywhere * subsidy + paid - z["plate"][y, m][:, cls])
        local = local + p["b_privilege"] * z["privilege"][y, m][:, cls] + p["b_clean_air"] * z["clean_air"][y, m][:, None] * lithium
        piles = z["charging"] * s["piles"][y]
        local = local + p["b_charge"] * np.log1p(piles / (state["plugins"] + 1 + piles / 50))[:, None] * s["public_charging"][cls]
        households = s["households"][y].sum(axis=1)
        local = local + p["b_graduate"] * (state["lowspeed"] / households)[:, None] * s["in_reach"][cls]
        money = {"central": central, "province": province * kept, "city": city * kept, "waived": waived}
        return u + local[:, None, :], money

    def month(self, y: int, m: int, state: dict, gaps: tuple[float, float], scrap: np.ndarray) -> dict[str, np.ndarray]:
        """Step `state` in place by one month; returns sales (place, product) and money by place."""
        p, s, z = self.p, self.s, self.z
        u, money = self.utility(y, m, state, gaps)
        scales = (p["lambda_combustion"], p["lambda_plugin"], p["lambda_lowspeed"])
        share, weight = np.zeros_like(u), []
        legal = z["access"][y, m]
        leak = np.minimum(p["access_leak"], legal)
        access = leak + (legal - leak) * (1 - z["enforcement"][y, m])
        known = (np.ones_like(legal), state["aware"], state["aware_low"] * access)
        for nest, scale in enumerate(scales):
            inside = (self.nest_of == nest) & (s["on_sale"][y, m] > 0)
            grown = np.exp(u[:, :, inside] / scale)
            whole = grown.sum(axis=2)
            share[:, :, inside] = grown / np.maximum(whole, 1e-300)[:, :, None]
            weight.append(known[nest][:, None] * whole**scale)
        total = 1 + sum(weight)
        scrapped = scrap[:, ~self.kind["lsev"]].sum(axis=1)
        owner = state["owned"] / (state["owned"].sum(axis=1, keepdims=True) + 1e-6)
        households, season = s["households"][y], s["season"][m]
        gap = np.maximum(self.target(y) * households - state["owned"], 0)
        cars = p["shoppers"] * season * (p["adjustment"] / 12 * gap + scrapped[:, None] * owner)
        carless = np.maximum(households - state["owned"], 0)
        afoot = np.maximum(carless.sum(axis=1) - state["lowspeed"], 0)
        again = p["mobility_turnover"] / 12 * afoot + scrap[:, self.kind["lsev"]].sum(axis=1)
        mobility = season * again[:, None] * carless / carless.sum(axis=1, keepdims=True)
        buyers = [cars * weight[0] / total, cars * weight[1] / total, cars * weight[2] / total + mobility * weight[2] / (1 + weight[2])]
        sold = sum((buyers[nest][:, :, None] * share * (self.nest_of == nest)).sum(axis=1) for nest in range(3))
        wanted, sold = sold, self.move(12 * y + m, state, sold)
        for nest in range(3):
            inside = self.nest_of == nest
            buyers[nest] = buyers[nest] * (sold[:, inside].sum(axis=1) / (wanted[:, inside].sum(axis=1) + 1e-9))[:, None]
        self._advance(y, m, state, sold, buyers, scrap, scrapped, owner)
        spent = {name: (sold * money[name]).sum(axis=1) for name in ("central", "province", "city")}
        return {"sold": sold, "relief": (sold * money["waived"]).sum(axis=1), "bought": sum(buyers).sum(axis=1), **spent}

    def _advance(self, y, m, state, sold, buyers, scrap, scrapped, owner) -> None:
        p, s, z = self.p, self.s, self.z
        plug, low = self.kind["bev"] | self.kind["phev"], self.kind["lsev"]
        state["plugins"] = state["plugins"] + sold[:, plug[self.cls]].sum(axis=1) - scrap[:, plug].sum(axis=1)
        state["lowspeed"] = state["lowspeed"] + sold[:, low[self.cls]].sum(axis=1) - scrap[:, low].sum(axis=1)
        state["owned"] = state["owned"] + buyers[0] + buyers[1] - scrapped[:, None] * owner
        cars, households = state["owned"].sum(axis=1), s["households"][y].sum(axis=1)
        w = p["awareness_neighbour"]
        seen = (1 - w) * state["plugins"] / (cars + 1) + w * state["plugins"].sum() / cars.sum()
        rate = p["k0_plugin"] + p["k1_plugin"] * seen + p["k2_plugin"] * z["campaign"][y, m]
        state["aware"] = 1 - (1 - state["aware"]) * np.exp(-rate / 12)
        seen = (1 - w) * state["lowspeed"] / households + w * state["lowspeed"].sum() / households.sum()
        rate = p["k0_lowspeed"] + p["k1_lowspeed"] * seen
        state["aware_low"] = 1 - (1 - state["aware_low"]) * np.exp(-rate / 12)

    def run(self) -> dict[str, np.ndarray]:
        """All years: sales (year, place, class), national sales by month and product, money by year and place."""
        s, state = self.s, self.opening()
        years, classes = len(self.axes.years), len(self.axes.classes)
        out: dict[str, list] = {name: [] for name in ("classes", "monthly", "central", "province", "city", "relief", "pack", "credit")}
        one = np.eye(classes)[self.cls]
        for y in range(years):
            pack, credit = self.prices(y, state)
            gaps = pack - s["pack_reference"][y], credit - s["credit_reference"][y]
            scrapped = (state["fleet"] * (1 - s["survival"])).sum(axis=2)
            months = [self.month(y, m, state, gaps, scrapped / 12) for m in range(12)]
            sold = sum(each["sold"] for each in months)
            alive = state["fleet"] * s["survival"]
            fleet = np.concatenate([(sold @ one)[:, :, None], alive[:, :, :-1]], axis=2)
            fleet[:, :, -1] += alive[:, :, -1]
            lithium = self.product_kind["bev"] | self.product_kind["phev"]
            made = sum((each["sold"].sum(axis=0) * s["battery"][y, m] * lithium).sum() for m, each in enumerate(months)) / 1e6
            state |= {"fleet": fleet, "sold_last": sold.sum(axis=0), "cumulative": state["cumulative"] + made + s["battery_outside"][y]}
            out["classes"].append(sold @ one)
            out["monthly"] += [each["sold"].sum(axis=0) for each in months]
            for name in ("central", "province", "city", "relief"):
                out[name].append(sum(each[name] for each in months))
            out["pack"].append(pack)
            out["credit"].append(credit)
        return {name: np.array(value) for name, value in out.items()}
