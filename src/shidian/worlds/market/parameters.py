"""What the market does not observe: tastes, learning, growth. Drawn for each run, fitted elsewhere.

Priors and their sources stand in the case (`parameters.yaml`); this file says what each number does.
"""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

from ...foundations.quantities import quantity

Scalar = Float[Array, ""]


class MarketParameters(eqx.Module):
    """One draw of everything unknown. Utilities are in units of the scale at the top of the choice tree."""

    alpha: Scalar = quantity("1", "weight of price over yearly household income")
    alpha_local: Scalar = quantity("1/10000RMB", "weight of local money: top-ups, plates, subsidies limited to some places")
    lambda_combustion: Scalar = quantity("1", "how unlike each other combustion cars are, in (0, 1]")
    lambda_plugin: Scalar = quantity("1", "the same for plug-in cars")
    lambda_lowspeed: Scalar = quantity("1", "the same for low-speed cars")
    xi: Float[Array, "class"] = quantity("1", "taste for a class beyond what is listed here")
    xi_product: Float[Array, "product"] = quantity("1", "deviation of a named product from its class")
    plugin_rural: Scalar = quantity("1", "taste of rural households for plug-ins, beside urban ones")
    lowspeed_rural: Scalar = quantity("1", "taste of rural households for low-speed cars, beside urban ones")
    tau_bev: Scalar = quantity("1/year", "trend of the battery-electric taste: what no attribute here measures")
    tau_phev: Scalar = quantity("1/year", "the same for plug-in hybrids")
    tau_lsev: Scalar = quantity("1/year", "the same for low-speed cars")
    tau_ice: Scalar = quantity("1/year", "the same for combustion cars")
    reference_year: Scalar = quantity("year", "when the trends are zero")
    b_range: Scalar = quantity("1", "what full range is worth beside none")
    range_scale: Scalar = quantity("km", "range that gives 63 % of it")
    b_charge: Scalar = quantity("1", "weight of ln(1 + public chargers per plug-in)")
    b_privilege: Scalar = quantity("1", "worth of all privileges together")
    b_countryside: Scalar = quantity("1", "worth of a full countryside round to a rural household")
    b_clean_air: Scalar = quantity("1", "push of an environmental plan in force")
    foresight: Scalar = quantity("1", "readiness to come forward before state money ends, per unit of utility that will be lost")
    b_graduate: Scalar = quantity("1", "pull of low-speed cars per household on the next step up")
    mu: Scalar = quantity("1", "weight of ln(models on offer)")
    awareness_plugin: Scalar = quantity("1", "weight of the plug-in nest at the start")
    awareness_lowspeed: Scalar = quantity("1", "the same for low-speed cars")
    k0_plugin: Scalar = quantity("1/year", "awareness from nowhere")
    k1_plugin: Scalar = quantity("1/year", "awareness from plug-ins seen on the road, at a fleet of plug-ins alone")
    k2_plugin: Scalar = quantity("1/year", "awareness from a full campaign")
    k0_lowspeed: Scalar = quantity("1/year", "low-speed: awareness from nowhere")
    k1_lowspeed: Scalar = quantity("1/year", "low-speed: awareness from one vehicle a household")
    awareness_neighbour: Scalar = quantity("1", "weight of the nation beside the place in what is seen")
    gompertz_max: Scalar = quantity("vehicle/household", "ownership that no income exceeds")
    gompertz_alpha: Scalar = quantity("1", "shift of the Gompertz curve")
    gompertz_beta: Scalar = quantity("1/(10000RMB/person)", "how fast income raises ownership")
    adjustment: Scalar = quantity("1/year", "share of the gap to the curve that goes shopping in a year")
    shoppers: Scalar = quantity("1", "shoppers for each car wanted: some buy nothing")
    mobility_turnover: Scalar = quantity("1/year", "households without a car that renew their mobility")
    learning: Scalar = quantity("1", "fall of the pack price at each doubling of output")
    markup: Scalar = quantity("1", "price over cost")
    credit_pass: Scalar = quantity("1", "share of a credit's worth that reaches the price")
    credit_cap: Scalar = quantity("RMB/credit", "what a missing credit costs at most")
    credit_elasticity: Scalar = quantity("1", "how sharply the credit price answers scarcity")
    cafc_demand: Scalar = quantity("credit/vehicle", "credits that fuel-consumption deficits absorb, per combustion car sold")
    vat: Scalar = quantity("1", "value-added tax in list prices; the purchase tax is due on the price without it")
    subsidy_cap: Scalar = quantity("1", "share of the price that central and local subsidies together may not exceed")
    access_leak: Scalar = quantity("1", "access that no enforcement removes")
