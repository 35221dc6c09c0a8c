"""Share of a class that may claim the central subsidy: imports never, cars above 300,000 RMB not from August 2020."""

# (class, first month, last month, share, low, high, note)
LIMITED = [
    ("bev-premium", "2014-01", "2019-12", 0.5, 0.2, 0.8, "imported cars, most of the class before 2020, got no subsidy"),
    ("bev-premium", "2020-01", "2020-07", 0.9, 0.7, 1.0, "imported cars got no subsidy"),
    ("bev-premium", "2020-08", "2022-12", 0.8, 0.6, 0.95, "price cap of 300,000 RMB (battery swap excepted) after the transition to 22 July 2020; imports excluded"),
    ("phev-premium", "2016-01", "2020-07", 0.6, 0.3, 0.9, "imported cars got no subsidy"),
    ("phev-premium", "2020-08", "2022-12", 0.3, 0.1, 0.6, "price cap of 300,000 RMB after the transition to 22 July 2020; imports excluded"),
]


def eligible_share(name, month):
    """Share of a class's buyers who may claim the subsidy in a month ('YYYY-MM'), where it is in force."""
    for listed, first, last, share, *_ in LIMITED:
        if listed == name and first <= month <= last:
            return share
    return 1.0
