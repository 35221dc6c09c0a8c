"""One month and one year of the market: state in, state and record out."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ...foundations.quantities import quantity
from . import choice, demand, fleet, supply
from .parameters import MarketParameters, Scalar
from .policies import Policies
from .setting import Setting

GROUPS = ("ice", "lsev", "microcar", "other bev", "phev")  # what is recorded place by place every month


class State(eqx.Module):
    """What the next month needs."""

    fleet: Float[Array, "place class age"] = quantity("vehicle", "by age, start of the year")
    owned: Float[Array, "place segment"] = quantity("vehicle", "cars owned by each income band")
    plugins: Float[Array, "place"] = quantity("vehicle", "plug-in cars on the road")
    lowspeed: Float[Array, "place"] = quantity("vehicle", "low-speed cars on the road")
    aware_plugin: Float[Array, "place"] = quantity("1", "share of households that consider plug-ins")
    aware_lowspeed: Float[Array, "place"] = quantity("1", "the same for low-speed cars")
    sold_last: Float[Array, "product"] = quantity("vehicle/year", "national sales of the year before")
    cumulative: Scalar = quantity("GWh", "vehicle batteries ever made")


class MonthRecord(eqx.Module):
    """What a reader needs of one month."""

    sold: Float[Array, "product"] = quantity("vehicle/month", "national sales by product")
    groups: Float[Array, "place group"] = quantity("vehicle/month", "sales by place and group")
    classes: Float[Array, "place class"] = quantity("vehicle/month", "sales by place and class")
    central: Float[Array, "place"] = quantity("RMB/month", "central purchase subsidies")
    province: Float[Array, "place"] = quantity("RMB/month", "provincial purchase subsidies")
    city: Float[Array, "place"] = quantity("RMB/month", "city purchase subsidies")
    relief: Float[Array, "place"] = quantity("RMB/month", "purchase tax not collected")
    plugin_km: Float[Array, "place"] = quantity("km", "rated range summed over plug-ins sold")
    worth_sold: Float[Array, "class"] = quantity("RMB/month", "value of sales at list price")
    shoppers: Float[Array, "place"] = quantity("household/month", "households that decided")
    bought: Float[Array, "place"] = quantity("household/month", "those that bought")


class YearRecord(eqx.Module):
    """What a reader needs of one year: sums over months, stocks at the end, and the months that are kept."""

    total: MonthRecord
    monthly_sold: Float[Array, "month product"]
    monthly_groups: Float[Array, "month place group"]
    scrapped: Float[Array, "place class"]
    fleet: Float[Array, "place class"]
    aware_plugin: Float[Array, "place"]
    pack_price: Scalar
    credit_price: Scalar


class Offer(eqx.Module):
    """One month's products as buyers meet them, before anything local."""

    national: Float[Array, "segment product"] = quantity("1", "utility that no place changes")
    on_sale: Float[Array, "product"] = quantity("1", "1 while sold")
    subsidy: Float[Array, "product"] = quantity("RMB/vehicle", "central subsidy where it may be claimed")
    tax_waived: Float[Array, "product"] = quantity("RMB/vehicle", "purchase tax not collected")
    price: Float[Array, "product"] = quantity("RMB/vehicle", "price before state money")
    range_km: Float[Array, "product"] = quantity("km", "rated range")
    everywhere: Float[Array, "class"] = quantity("1", "share of the subsidy that every place may claim")


def _powertrains(setting: Setting, dtype) -> dict[str, jax.Array]:
    axes = setting.axes
    return {name: jnp.asarray(axes.to_products(axes.classes_where(name)), dtype) for name in ("ice", "bev", "phev", "lsev")}


def _rural(dtype) -> jax.Array:
    return jnp.array([0, 0, 0, 1, 1, 1], dtype)


def offer(parameters: MarketParameters, setting: Setting, policies: Policies, month: int, year_of: Scalar, pack_gap, credit_gap) -> Offer:
    """Prices and the national part of utility. Arguments are slices of one year; `month` picks the month.

    A[s, j] = xi + tau * (year - reference) - alpha * net price / income[s] + range + mu ln(models) + tastes of rural bands
    """
    p, kinds = parameters, _powertrains(setting, setting.price.dtype)
    classes = jnp.asarray(setting.axes.class_of)
    lithium = kinds["bev"] + kinds["phev"]
    price = setting.price[month] + p.markup * lithium * setting.battery[month] * pack_gap
    price = price - p.credit_pass * setting.credits[month] * credit_gap
    rate, exempt = policies.purchase_tax[month][classes], policies.tax_exemption[month][classes]
    full_tax = supply.purchase_tax(price, rate, jnp.zeros_like(price))
    due = supply.purchase_tax(price, rate, exempt * setting.tax_threshold[month])
    everywhere = jnp.min(policies.sites[month], axis=0)
    net = price + due - everywhere[classes] * setting.subsidy[month]
    trend = p.tau_ice * kinds["ice"] + p.tau_bev * kinds["bev"] + p.tau_phev * kinds["phev"] + p.tau_lsev * kinds["lsev"]
    battery_only = kinds["bev"] + kinds["lsev"]
    taste = p.xi[classes] + p.xi_product + trend * (year_of - p.reference_year) + p.mu * setting.log_models[month]
    taste = taste + supply.range_worth(p, setting.range_km[month], battery_only)
    rounds = p.b_countryside * policies.countryside[month][classes]
    bands = _rural(price.dtype)[:, None] * (p.plugin_rural * lithium + p.lowspeed_rural * kinds["lsev"] + rounds)
    national = taste - p.alpha * net / setting.income[:, None] + bands
    return Offer(national, setting.on_sale[month], setting.subsidy[month], full_tax - due, price, setting.range_km[month], everywhere)


class Support(eqx.Module):
    """Subsidies for one vehicle, by who pays and where."""

    central: Float[Array, "place product"] = quantity("RMB/vehicle", "central subsidy")
    province: Float[Array, "place product"] = quantity("RMB/vehicle", "provincial top-up within the cap")
    city: Float[Array, "place product"] = quantity("RMB/vehicle", "city top-up within the cap")


def support(parameters, setting: Setting, policies: Policies, month: int, offered: Offer) -> Support:
    """What each level of government pays for each product in each place, the cap on their sum applied to local money."""
    classes = jnp.asarray(setting.axes.class_of)
    central = policies.sites[month][:, classes] * offered.subsidy
    province = policies.ratio_province[month][:, classes] * offered.subsidy + policies.top_up_province[month][:, classes]
    city = policies.ratio_city[month][:, classes] * offered.subsidy + policies.top_up_city[month][:, classes]
    wanted = province + city
    paid = supply.within_cap(wanted, central, offered.price, parameters.subsidy_cap) / (wanted + 1.0)
    return Support(central, province * paid, city * paid)


def local_utility(parameters, setting: Setting, policies: Policies, month: int, offered: Offer, paid: Support, state: State) -> jax.Array:
    """The part of utility that no income band changes, (place, product): local money, privileges, chargers, graduates."""
    p, classes = parameters, jnp.asarray(setting.axes.class_of)
    plug_class = jnp.asarray(setting.axes.classes_where("bev", "phev"), offered.price.dtype)
    households = jnp.sum(setting.households, axis=1)
    by_class = p.b_privilege * policies.privilege[month] - p.alpha_local / 1e4 * policies.plate[month]
    by_class = by_class + p.b_clean_air * policies.clean_air[month][:, None] * plug_class
    chargers = supply.chargers_seen(policies.charging * setting.piles, state.plugins)
    by_class = by_class + p.b_charge * chargers[:, None] * setting.public_charging
    by_class = by_class + p.b_graduate * (state.lowspeed / households)[:, None] * setting.in_reach
    beyond = paid.central - offered.everywhere[classes] * offered.subsidy + paid.province + paid.city
    return by_class[:, classes] + p.alpha_local / 1e4 * beyond


def access(parameters, policies: Policies, month: int) -> jax.Array:
    """Access of low-speed cars that is left where rules are policed: leak + (access - leak) * (1 - enforcement)."""
    legal = policies.access[month]
    leak = jnp.minimum(parameters.access_leak, legal)
    return leak + (legal - leak) * (1 - policies.enforcement[month])


def _nests(parameters, setting: Setting, offered: Offer, local: jax.Array) -> list[choice.Nest]:
    scales = (parameters.lambda_combustion, parameters.lambda_plugin, parameters.lambda_lowspeed)
    spans = setting.axes.nests
    return [
        choice.nest(offered.national[:, a:b], local[:, a:b], offered.on_sale[a:b], scale)
        for (a, b), scale in zip(spans, scales, strict=True)
    ]


def month_step(parameters, setting: Setting, policies: Policies, year_of, gaps, scrap: jax.Array, state: State, month: int):
    """One month: who shops, what they buy, what the state pays; returns the next state and the record.

    `scrap` is the year's scrapping by class over twelve, (place, class); `gaps` what packs and credits cost beyond the
    recorded prices.
    """
    p, cars = parameters, jnp.asarray(setting.axes.classes_where("ice", "bev", "phev"), setting.price.dtype)
    offered = offer(p, setting, policies, month, year_of, *gaps)
    paid = support(p, setting, policies, month, offered)
    nests = _nests(p, setting, offered, local_utility(p, setting, policies, month, offered, paid, state))
    scrapped = scrap @ cars
    owner_share = state.owned / (jnp.sum(state.owned, axis=1, keepdims=True) + 1e-6)
    target = demand.ownership_target(p, setting.income_head)
    season = setting.season[month]
    who = demand.shoppers(p, setting.households, state.owned, scrapped[:, None] * owner_share, target, season)
    lowspeed_weight = (state.aware_lowspeed * access(p, policies, month))[:, None]
    weights = [jnp.ones_like(lowspeed_weight), state.aware_plugin[:, None], lowspeed_weight]
    shares = choice.nest_shares([each.worth for each in nests], weights)
    renew = choice.nest_shares([nests[2].worth], [lowspeed_weight])[0]
    buyers = [who.cars * shares[0], who.cars * shares[1], who.cars * shares[2] + who.mobility * renew]
    sold = jnp.concatenate([choice.sales(each, taking) for each, taking in zip(nests, buyers, strict=True)], axis=1)
    record = _month_record(setting, offered, paid, sold, who, buyers)
    return _next_month(p, setting, policies, month, scrap, scrapped, owner_share, buyers, record, state), record


def _month_record(setting: Setting, offered: Offer, paid: Support, sold, who, buyers) -> MonthRecord:
    axes = setting.axes
    classes = jnp.asarray(axes.class_of)
    to_class = jnp.asarray(jax.nn.one_hot(classes, len(axes.classes)), sold.dtype)
    by_class = sold @ to_class
    groups = jnp.asarray(_group_of_class(axes), sold.dtype)
    plug = jnp.asarray(axes.to_products(axes.classes_where("bev", "phev")), sold.dtype)
    return MonthRecord(
        sold=jnp.sum(sold, axis=0),
        groups=by_class @ groups,
        classes=by_class,
        central=jnp.sum(sold * paid.central, axis=1),
        province=jnp.sum(sold * paid.province, axis=1),
        city=jnp.sum(sold * paid.city, axis=1),
        relief=sold @ offered.tax_waived,
        plugin_km=sold @ (plug * offered.range_km),
        worth_sold=jnp.sum(sold * offered.price, axis=0) @ to_class,
        shoppers=jnp.sum(who.cars + who.mobility, axis=1),
        bought=jnp.sum(sum(buyers), axis=1),
    )


def _group_of_class(axes):
    groups = []
    for name, powertrain in zip(axes.classes, axes.powertrain_of_class, strict=True):
        group = "microcar" if name == "bev-a00" else {"bev": "other bev"}.get(powertrain, powertrain)
        groups.append([float(group == each) for each in GROUPS])
    return groups


def _next_month(p, setting, policies, month, scrap, scrapped, owner_share, buyers, record: MonthRecord, state: State) -> State:
    axes, dtype = setting.axes, state.plugins.dtype
    plug = jnp.asarray(axes.classes_where("bev", "phev"), dtype)
    low = jnp.asarray(axes.classes_where("lsev"), dtype)
    plugins = state.plugins + record.classes @ plug - scrap @ plug
    lowspeed = state.lowspeed + record.classes @ low - scrap @ low
    owned = state.owned + buyers[0] + buyers[1] - scrapped[:, None] * owner_share
    households = jnp.sum(setting.households, axis=1)
    cars = jnp.sum(owned, axis=1)
    nation = jnp.sum(plugins) / jnp.sum(cars)
    push = p.k2_plugin * policies.campaign[month]
    aware = demand.more_aware(
        state.aware_plugin, plugins / (cars + 1.0), nation, p.awareness_neighbour, p.k0_plugin, p.k1_plugin, push
    )
    nation_low = jnp.sum(lowspeed) / jnp.sum(households)
    aware_low = demand.more_aware(
        state.aware_lowspeed, lowspeed / households, nation_low, p.awareness_neighbour, p.k0_lowspeed, p.k1_lowspeed, 0.0
    )
    return State(state.fleet, owned, plugins, lowspeed, aware, aware_low, state.sold_last, state.cumulative)


def year_step(parameters: MarketParameters, state: State, given):
    """One year: prices are set from the year before, twelve months pass, the fleet ages.

    `given` holds the year's slices of the setting and the policies, and the calendar year.
    """
    setting, policies, year_of, recorded = given
    credit = supply.credit_price(
        parameters, state.sold_last, jnp.mean(setting.credits, axis=0), setting.maker_share,
        _powertrains(setting, setting.price.dtype)["ice"], policies.obligation,
    )  # fmt: skip
    pack = supply.pack_price(parameters, setting.pack_reference, state.cumulative, recorded)
    gaps = (pack - setting.pack_reference, credit - setting.credit_reference)
    scrapped = fleet.scrapped_in_year(state.fleet, setting.survival)

    def month(carry, index):
        return month_step(parameters, setting, policies, year_of, gaps, scrapped / 12, carry, index)

    state, months = jax.lax.scan(month, state, jnp.arange(12))
    total = jax.tree.map(lambda each: jnp.sum(each, axis=0), months)
    next_fleet = fleet.a_year_older(state.fleet, setting.survival, total.classes)
    kinds = _powertrains(setting, setting.price.dtype)
    made = jnp.sum(months.sold * setting.battery * (kinds["bev"] + kinds["phev"])) / 1e6
    state = eqx.tree_at(
        lambda s: (s.fleet, s.sold_last, s.cumulative),
        state,
        (next_fleet, total.sold, state.cumulative + made + setting.battery_outside),
    )
    record = YearRecord(
        total, months.sold, months.groups, scrapped, jnp.sum(next_fleet, axis=-1), state.aware_plugin, pack, credit
    )
    return state, record
