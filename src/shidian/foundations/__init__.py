"""What every other room stands on: errors, months, places, random streams.

Read `errors`, then `calendar`, `places` and `streams`. Nothing here knows a case, a world or a policy.
"""
