"""What is in force, where and when, as the market feels it.

Governance fills this (`shidian.governance.replay` from a case's timeline); the market only reads it.
"""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

from ...foundations.quantities import quantity


class Policies(eqx.Module):
    """Every instrument of the market world, by month, place and class. National instruments have no place axis."""

    sites: Float[Array, "year month place class"] = quantity("1", "1 where buyers may claim the central subsidy")
    ratio_city: Float[Array, "year month place class"] = quantity("1", "city top-up over the central subsidy")
    ratio_province: Float[Array, "year month place class"] = quantity("1", "provincial top-up over the central subsidy")
    top_up_city: Float[Array, "year month place class"] = quantity("RMB/vehicle", "city top-up as a sum")
    top_up_province: Float[Array, "year month place class"] = quantity("RMB/vehicle", "provincial top-up as a sum")
    plate: Float[Array, "year month place class"] = quantity("RMB/vehicle", "what a registration costs, in money or its worth")
    privilege: Float[Array, "year month place class"] = quantity("1", "parking, lanes, registration, green plates, in [0, 1]")
    clean_air: Float[Array, "year month place"] = quantity("1", "environmental plans in force, in [0, 1]")
    campaign: Float[Array, "year month place"] = quantity("1", "test drives, fairs, endorsement of plug-ins, in [0, 1]")
    access: Float[Array, "year month place"] = quantity("1", "legal access of low-speed cars, in (0, 1]")
    enforcement: Float[Array, "year month place"] = quantity("1", "how hard the rules on low-speed cars are policed, in [0, 1]")
    procurement: Float[Array, "year month place"] = quantity("1", "weight of a place in purchases of public fleets")
    purchase_tax: Float[Array, "year month class"] = quantity("1", "tax rate on the price without VAT")
    tax_exemption: Float[Array, "year month class"] = quantity("1", "share of it waived where the threshold is met")
    countryside: Float[Array, "year month class"] = quantity("1", "rural sales rounds, in [0, 1]")
    obligation: Float[Array, "year"] = quantity("1", "share of combustion sales to be matched by credits")
    charging: Float[Array, ""] = quantity("1", "public chargers over those of the case")
