"""The page and folder of a hindcast: forecasts beside the record, the rivals and what was expected at the time.

Read `series` (forecasts as the small tables that charts take), the sections `totals`, `mix`, `scoring` and `telling`, `page` (all of
them) and `folder` (what is written).
"""
