"""Documents: what each one is, and what it says about experimenting.

Read `record` (the columns of a document), `store` (a folder of them), then the way into it: `reading/` (from files to texts) and
`identify/` (from a text to its number, issuers, level, place, dates and kind), joined by `building`. `scoring` holds a store against labels.
Nothing here knows a case or a model.
"""
