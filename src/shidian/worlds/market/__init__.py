"""Households choose among the vehicles that makers offer, month by month, place by place.

Read in this order: `setting` (what is given: products, people, prices), `parameters` (what is drawn), `policies` (what is
in force), `choice` (nested logit), `demand` (who is in the market), `supply` (prices, learning, credits), `fleet` (what
survives), `steps` (a month and a year), `run` (all years), `accounts` (consequences, in float64).

Axes are named once and stand in this order everywhere: year, month, place, segment, product, class. Months are those of
a year (12). Nests are combustion, plug-in and low-speed; buying nothing is the outside choice.
"""
