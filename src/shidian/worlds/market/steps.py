"""One month and one year of the market: state in, state and record out."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ...foundations.quantities import quantity
from . import choice, demand, fleet, supply, timing
from .by_class import spread
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
    owed: Float[Array, "place class"] = quantity("vehicle", "sales brought forward that later months will miss")
    aware_plugin: Float[Array, "place"] = quantity("1", "awareness: the weight of the plug-in nest in a choice")
    aware_lowspeed: Float[Array, "place"] = quantity("1", "the same for low-speed cars")
    sold_last: Float[Array, "product"] = quantity("vehicle/year", "national sales of the year before")
    cumulative: Scalar = quantity("GWh", "vehicle batteries ever made")


class MonthRecord(eqx.Module):
    """What a reader needs of one month."""

    sold: Float[Array, "product"] = quantity("vehicle/month", "national sales by product")
    classes: Float[Array, "place class"] = quantity("vehicle/month", "sales by place and class")
    central: Float[Array, "place"] = quantity("RMB/month", "central purchase subsidies")
    province: Float[Array, "place"] = quantity("RMB/month", "provincial purchase subsidies")
    city: Float[Array, "place"] = quantity("RMB/month", "city purchase subsidies")
    relief: Float[Array, "place"] = quantity("RMB/month", "purchase tax not collected")
    plugin_km: Float[Array, "place"] = quantity("km", "rated range summed over plug-ins sold")
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


def offer(parameters: MarketParameters, setting: Setting, policies: Policies, date: Scalar, pack_gap: Scalar, credit_gap: Scalar) -> Offer:
    """Prices and the national part of utility of one month.

    A[s, j] = xi + tau * (date - reference) - felt price[s, j] + range + mu ln(models) + tastes of rural bands
    """
    p, kinds = parameters, _powertrains(setting, setting.price.dtype)
    classes = jnp.asarray(setting.axes.class_of)
    lithium = kinds["bev"] + kinds["phev"]
    price = setting.price + p.markup * lithium * setting.battery * pack_gap
    price = price - p.credit_pass * setting.credits * credit_gap
    rate, exempt = policies.purchase_tax[classes], policies.tax_exemption[classes]
    full_tax = supply.purchase_tax(price, rate, jnp.zeros_like(price), p.vat)
    due = supply.purchase_tax(price, rate, exempt * setting.tax_threshold, p.vat)
    everywhere = jnp.min(policies.sites, axis=0)
    net = price + due - everywhere[classes] * setting.subsidy
    trend = p.tau_ice * kinds["ice"] + p.tau_bev * kinds["bev"] + p.tau_phev * kinds["phev"] + p.tau_lsev * kinds["lsev"]
    battery_only = kinds["bev"] + kinds["lsev"]
    taste = p.xi[classes] + p.xi_product + trend * (date - p.reference_year) + p.mu * setting.log_models
    taste = taste + supply.range_worth(p, setting.range_km, battery_only)
    rounds = p.b_countryside * policies.countryside[classes]
    bands = _rural(price.dtype)[:, None] * (p.plugin_rural * lithium + p.lowspeed_rural * kinds["lsev"] + rounds)
    national = taste - felt_price(p, setting, net) + bands
    return Offer(national, setting.on_sale, setting.subsidy, full_tax - due, price, setting.range_km, everywhere)


def felt_price(parameters: MarketParameters, setting: Setting, net: Float[Array, "product"]) -> Float[Array, "segment product"]:
    """What a price costs a band in utility, its members' incomes y differing: -lam ln mean_y exp(-alpha * net / (lam * y)), lam the nest's scale.

    At one income this is alpha * net / y. Where incomes differ those who can pay decide, so that dear cars cost less than the
    band's mean income says.
    """
    p = parameters
    nests = (p.lambda_combustion, p.lambda_plugin, p.lambda_lowspeed)
    scales = jnp.stack([nests[setting.axes.nest_of_class[one]] for one in setting.axes.class_of])
    each = -p.alpha * (net / scales)[None, :, None] / setting.income[:, None, :]
    return scales * (jnp.log(float(each.shape[-1])) - jax.nn.logsumexp(each, axis=-1))


class Support(eqx.Module):
    """Subsidies for one vehicle: what is promised by whom, and what the cap on their sum leaves."""

    central: Float[Array, "place product"] = quantity("RMB/vehicle", "central subsidy")
    province: Float[Array, "place product"] = quantity("RMB/vehicle", "top-up that the province promises")
    city: Float[Array, "place product"] = quantity("RMB/vehicle", "top-up that the city promises")
    local: Float[Array, "place product"] = quantity("RMB/vehicle", "top-ups that are paid")


def support(parameters, setting: Setting, policies: Policies, offered: Offer) -> Support:
    """What buyers get in each place: subsidies by class and by ratio to the central one, and the cap on their sum."""
    classes = setting.axes.class_of
    central = spread(policies.sites, classes) * offered.subsidy
    province = spread(policies.ratio_province, classes) * offered.subsidy + spread(policies.top_up_province, classes)
    city = spread(policies.ratio_city, classes) * offered.subsidy + spread(policies.top_up_city, classes)
    return Support(central, province, city, supply.within_cap(province + city, central, offered.price, parameters.subsidy_cap))


def local_utility(parameters, setting: Setting, policies: Policies, offered: Offer, given: Support, state: State) -> jax.Array:
    """The part of utility that no income band changes, (place, product): local money, privileges, chargers, graduates."""
    p = parameters
    plug_class = jnp.asarray(setting.axes.classes_where("bev", "phev"), offered.price.dtype)
    households = jnp.sum(setting.households, axis=1)
    by_class = p.b_privilege * policies.privilege - p.alpha_local / 1e4 * policies.plate
    by_class = by_class + p.b_clean_air * policies.clean_air[:, None] * plug_class
    chargers = supply.chargers_seen(policies.charging * setting.piles, state.plugins)
    by_class = by_class + p.b_charge * chargers[:, None] * setting.public_charging
    by_class = by_class + p.b_graduate * (state.lowspeed / households)[:, None] * setting.in_reach
    classes = setting.axes.class_of
    beyond = given.central - spread(offered.everywhere, classes) * offered.subsidy + given.local
    return spread(by_class, classes) + p.alpha_local / 1e4 * beyond


def access(parameters, policies: Policies) -> jax.Array:
    """Access of low-speed cars that is left where rules are policed: leak + (access - leak) * (1 - enforcement)."""
    leak = jnp.minimum(parameters.access_leak, policies.access)
    return leak + (policies.access - leak) * (1 - policies.enforcement)


def _nests(parameters, setting: Setting, offered: Offer, local: jax.Array) -> list[choice.Nest]:
    scales = (parameters.lambda_combustion, parameters.lambda_plugin, parameters.lambda_lowspeed)
    spans = setting.axes.nests
    return [
        choice.nest(offered.national[:, a:b], local[:, a:b], offered.on_sale[a:b], scale)
        for (a, b), scale in zip(spans, scales, strict=True)
    ]


def month_step(parameters, moment: tuple[Scalar, jax.Array], gaps, scrap: jax.Array, setting: Setting, policies: Policies, state: State):
    """One month: who shops, what they buy, what the state pays; returns the next state and the record.

    `setting` and `policies` are the month's slices, `moment` is the date in years and what is brought forward (product),
    `scrap` is the year's scrapping by class over twelve (place, class), `gaps` what packs and credits cost beyond the recorded prices.
    """
    p, dtype = parameters, setting.price.dtype
    cars = jnp.asarray(setting.axes.classes_where("ice", "bev", "phev"), dtype)
    date, ahead = moment
    offered = offer(p, setting, policies, date, *gaps)
    given = support(p, setting, policies, offered)
    nests = _nests(p, setting, offered, local_utility(p, setting, policies, offered, given, state))
    scrapped = scrap @ cars
    owner_share = state.owned / (jnp.sum(state.owned, axis=1, keepdims=True) + 1e-6)
    target = demand.ownership_target(p, setting.income_head)
    low = jnp.asarray(setting.axes.classes_where("lsev"), dtype)
    returning = demand.Returning(scrapped[:, None] * owner_share, scrap @ low, state.lowspeed)
    who = demand.shoppers(p, setting.households, state.owned, returning, target, setting.season)
    buyers = _buyers(p, nests, who, state, access(p, policies))
    wanted = [choice.sales(each, taking) for each, taking in zip(nests, buyers, strict=True)]
    moved = timing.moved(jnp.concatenate(wanted, axis=1), ahead, state.owed, setting.axes)
    buyers = _in_time(setting.axes, moved, buyers)
    record = _month_record(setting, offered, given, moved, who, buyers)
    return _next_month(p, setting, policies, scrap, scrapped, owner_share, buyers, record, moved.owed, state), record


def _in_time(axes, moved: timing.Moved, buyers: list[jax.Array]) -> list[jax.Array]:
    """Buyers of each nest after purchases have moved in time: every income band moves alike."""
    of_nest = jax.nn.one_hot(jnp.asarray(axes.nest_of_class), len(buyers), dtype=moved.sold.dtype)
    more = (moved.classes @ of_nest) / (moved.wanted @ of_nest + 1e-9)
    return [taking * more[:, nest, None] for nest, taking in enumerate(buyers)]


def _buyers(p, nests: list[choice.Nest], who: demand.Shoppers, state: State, accessible: jax.Array) -> list[jax.Array]:
    """Buyers in each nest, (place, segment): car shoppers choose among all, those without a car may take a low-speed one."""
    lowspeed_weight = (state.aware_lowspeed * accessible)[:, None]
    weights = [jnp.ones_like(lowspeed_weight), state.aware_plugin[:, None], lowspeed_weight]
    shares = choice.nest_shares([each.worth for each in nests], weights)
    renew = choice.nest_shares([nests[2].worth], [lowspeed_weight])[0]
    return [who.cars * shares[0], who.cars * shares[1], who.cars * shares[2] + who.mobility * renew]


def _month_record(setting: Setting, offered: Offer, given: Support, moved: timing.Moved, who, buyers) -> MonthRecord:
    """What the month leaves behind. Where the cap cuts what is promised, province and city pay the same share of it."""
    sold = moved.sold
    plug = jnp.asarray(setting.axes.to_products(setting.axes.classes_where("bev", "phev")), sold.dtype)
    promised = given.province + given.city
    paid = jnp.where(promised > 0, sold * given.local / jnp.maximum(promised, 1e-3), 0.0)
    return MonthRecord(
        sold=jnp.sum(sold, axis=0),
        classes=moved.classes,
        central=jnp.sum(sold * given.central, axis=1),
        province=jnp.sum(paid * given.province, axis=1),
        city=jnp.sum(paid * given.city, axis=1),
        relief=jnp.sum(sold * offered.tax_waived, axis=1),
        plugin_km=jnp.sum(sold * (plug * offered.range_km), axis=1),
        shoppers=jnp.sum(who.cars + who.mobility, axis=1),
        bought=jnp.sum(sum(buyers), axis=1),
    )


def _group_of_class(axes):
    groups = []
    for name, powertrain in zip(axes.classes, axes.powertrain_of_class, strict=True):
        group = "microcar" if name == "bev-a00" else {"bev": "other bev"}.get(powertrain, powertrain)
        groups.append([float(group == each) for each in GROUPS])
    return groups


def _next_month(p, setting, policies, scrap, scrapped, owner_share, buyers, record: MonthRecord, owed, state: State) -> State:
    axes, dtype = setting.axes, state.plugins.dtype
    plug = jnp.asarray(axes.classes_where("bev", "phev"), dtype)
    low = jnp.asarray(axes.classes_where("lsev"), dtype)
    plugins = state.plugins + record.classes @ plug - scrap @ plug
    lowspeed = state.lowspeed + record.classes @ low - scrap @ low
    owned = state.owned + buyers[0] + buyers[1] - scrapped[:, None] * owner_share
    households = jnp.sum(setting.households, axis=1)
    cars = jnp.sum(owned, axis=1)
    nation = jnp.sum(plugins) / jnp.sum(cars)
    push = p.k2_plugin * policies.campaign
    aware = demand.more_aware(
        state.aware_plugin, plugins / (cars + 1.0), nation, p.awareness_neighbour, p.k0_plugin, p.k1_plugin, push
    )
    nation_low = jnp.sum(lowspeed) / jnp.sum(households)
    aware_low = demand.more_aware(
        state.aware_lowspeed, lowspeed / households, nation_low, p.awareness_neighbour, p.k0_lowspeed, p.k1_lowspeed, 0.0
    )
    return State(state.fleet, owned, plugins, lowspeed, owed, aware, aware_low, state.sold_last, state.cumulative)


MONTHLY = (
    "price", "range_km", "battery", "log_models", "on_sale", "subsidy", "tax_threshold", "credits", "season", "sites",
    "ratio_city", "ratio_province", "top_up_city", "top_up_province", "plate", "privilege", "clean_air", "campaign", "access",
    "enforcement", "procurement", "purchase_tax", "tax_exemption", "countryside",
)  # fmt: skip


def split(module: eqx.Module, names: tuple[str, ...]) -> tuple[eqx.Module, eqx.Module]:
    """A module as two: the named array fields to scan over, and everything else."""
    arrays, static = eqx.partition(module, eqx.is_array)
    mask = jax.tree_util.tree_map_with_path(lambda path, _: path[0].name in names, arrays)
    scanned, rest = eqx.partition(arrays, mask)
    return scanned, eqx.combine(rest, static)


merge = eqx.combine


def prices_of_year(parameters: MarketParameters, state: State, setting: Setting, policies: Policies, recorded: Scalar) -> tuple[Scalar, Scalar]:
    """Pack price, RMB/kWh, and credit price, RMB, as the year before leaves them."""
    months_sold = jnp.maximum(jnp.sum(setting.on_sale, axis=0), 1.0)
    a_car = jnp.sum(setting.credits * setting.on_sale, axis=0) / months_sold
    combustion = _powertrains(setting, setting.price.dtype)["ice"]
    credit = supply.credit_price(parameters, state.sold_last, a_car, setting.maker_share, combustion, policies.obligation)
    return supply.pack_price(parameters, setting.pack_reference, state.cumulative, recorded), credit


def year_step(parameters: MarketParameters, state: State, given):
    """One year: prices are set from the year before, twelve months pass, the fleet ages.

    `given` holds the year's slices of the setting and the policies, the calendar year, recorded battery output, and what is
    brought forward (month, product).
    """
    setting, policies, year_of, recorded, ahead = given
    pack, credit = prices_of_year(parameters, state, setting, policies, recorded)
    gaps = (pack - setting.pack_reference, credit - setting.credit_reference)
    scrapped = fleet.scrapped_in_year(state.fleet, setting.survival)

    def month(carry: State, given_month):
        now, acting = merge(given_month[0], constant[0]), merge(given_month[1], constant[1])
        return month_step(parameters, given_month[2:], gaps, scrapped / 12, now, acting, carry)

    monthly, constant = zip(split(setting, MONTHLY), split(policies, MONTHLY), strict=True)
    dates = year_of + (jnp.arange(12, dtype=setting.price.dtype) - 5.5) / 12
    state, months = jax.lax.scan(month, state, (*monthly, dates, ahead))
    total = jax.tree.map(lambda each: jnp.sum(each, axis=0), months)
    next_fleet = fleet.a_year_older(state.fleet, setting.survival, total.classes)
    groups = jnp.asarray(_group_of_class(setting.axes), setting.price.dtype)
    kinds = _powertrains(setting, setting.price.dtype)
    made = jnp.sum(months.sold * setting.battery * (kinds["bev"] + kinds["phev"])) / 1e6
    state = eqx.tree_at(
        lambda s: (s.fleet, s.sold_last, s.cumulative),
        state,
        (next_fleet, total.sold, state.cumulative + made + setting.battery_outside),
    )
    record = YearRecord(
        total, months.sold, months.classes @ groups, scrapped, jnp.sum(next_fleet, axis=-1), state.aware_plugin, pack, credit
    )
    return state, record
